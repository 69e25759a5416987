"""The flow is the layout: a stage imports the vocabulary and the problems only; the import graph is read from the code."""

import ast
from pathlib import Path

import pytest

import crossbearing

PACKAGE = Path(crossbearing.__file__).parent
STAGES = ("book", "gather", "check", "fix", "outlook", "value", "growth", "score")
WIDE = ("pipeline", "trace", "cli", "publish")
VAGUE = ("utils", "util", "helpers", "helper", "common", "misc", "stuff")


def imported_parts(path: Path) -> set[str]:
    """Second-level names of crossbearing modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            modules = (
                [f"{node.module}.{a.name}" for a in node.names]
                if node.module == "crossbearing"
                else [node.module]
            )
        elif isinstance(node, ast.Import):
            modules = [a.name for a in node.names]
        else:
            continue
        names.update(m.split(".")[1] for m in modules if m.startswith("crossbearing."))
    return names


def sources(folder: str) -> list[Path]:
    """Python files of a stage."""
    return sorted((PACKAGE / folder).rglob("*.py"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_sees_only_the_vocabulary_and_the_problems(stage: str) -> None:
    allowed = {"vocabulary", "problems", "__version__", stage}
    for path in sources(stage):
        assert imported_parts(path) <= allowed, path


@pytest.mark.parametrize("folder", ["publish", "pipeline", "trace"])
def test_only_the_command_line_sees_the_commands(folder: str) -> None:
    for path in sources(folder):
        assert "cli" not in imported_parts(path), path


def test_the_vocabulary_sees_nothing() -> None:
    for path in sources("vocabulary"):
        assert imported_parts(path) <= {"vocabulary"}, path


def test_every_folder_has_a_known_place() -> None:
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert folders <= {*STAGES, *WIDE, "vocabulary", "books"}


def test_no_file_has_a_vague_name_or_is_too_long() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert path.stem not in VAGUE, path
        assert path.read_text(encoding="utf-8").count("\n") <= 450, path
