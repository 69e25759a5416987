"""The wheel as a user gets it: in an empty environment, outside the repository, without a network."""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import crossbearing

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]

# What to call for the absence of each extra to show.
CALLS: dict[str, list[str]] = {
    "tables": ["measure", "adoption", "cards.parquet"],
    "web": ["serve"],
    "mcp": ["mcp"],
    "docs-in": ["read", "article.pdf"],
    "filings": ["filing", "filing.xbrl"],
    "workbook": ["export", "-o", "model.xlsx"],
    "sensitivity": ["outlook", "--entity", "Anthropic", "--paths", "200", "--sensitivity", "sobol"],
    "pdf": ["report", "--pdf", "brief.pdf"],
    "spark": ["measure", "adoption", "cards.parquet", "--engine", "spark"],
    "distributed": ["outlook", "--entity", "Anthropic", "--sweep", "--cluster", "tcp://127.0.0.1:1"],
}
MORE = (
    ("docs-in", ["read", "article.docx"]),
    ("docs-in", ["extract", "https://example.org/a"]),
    ("sensitivity", ["outlook", "--entity", "Anthropic", "--paths", "200", "--sobol-inputs"]),
    ("tables", ["measure", "sample", "adoption", "cards.csv"]),
)
CORE = (
    ["--help"],
    ["check", "--format", "json"],
    ["claims", "--entity", "OpenAI", "--format", "csv"],
    ["series", "Anthropic", "revenue.run_rate", "--basis", "gross", "--at", "2026-03-31"],
    ["compare", "Anthropic", "OpenAI", "--revenue", "claims"],
    ["outlook", "--entity", "Anthropic", "--paths", "200"],
    ["trace", "30bn"],
    ["read", "article.txt"],
    ["watch"],
    ["explain", "XB101"],
)


def done(*command: str | Path, folder: Path, env: dict[str, str] | None = None) -> str:
    """What a command prints; it must succeed."""
    ran = subprocess.run(
        [str(word) for word in command], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout[-2000:]}{ran.stderr[-4000:]}"
    return ran.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with an environment that holds the wheel and nothing else, and a few documents."""
    folder = tmp_path_factory.mktemp("elsewhere")
    uv = [sys.executable, "-m", "uv"]
    done(*uv, "build", "--quiet", "--wheel", "--out-dir", str(folder / "dist"), str(ROOT), folder=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    done(*uv, "venv", "--quiet", "--python", sys.executable, str(folder / "env"), folder=folder)
    python = str(folder / "env" / "bin" / "python")
    done(*uv, "pip", "install", "--quiet", "--python", python, str(wheel), folder=folder)
    (folder / "article.txt").write_text(
        "Acme said on 3 March 2026 that its run rate is $3bn.", encoding="utf-8"
    )
    for name in ("article.pdf", "cards.parquet"):
        (folder / name).write_bytes(b"%PDF-1.4")
    (folder / "filing.xbrl").write_text('<xbrl xmlns="http://www.xbrl.org/2003/instance"/>', encoding="utf-8")
    with zipfile.ZipFile(folder / "article.docx", "w") as word:
        word.writestr("word/document.xml", "<document/>")
    return folder


def alone(folder: Path) -> tuple[list[str], dict[str, str]]:
    """How to run a command without a network, and the environment of a stranger: no variable of ours."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    cut = ["unshare", "--map-root-user", "--net"]
    try:
        works = subprocess.run([*cut, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        works = False
    if works:
        return cut, env
    wall = folder / "wall"  # where the kernel does not let us, no socket of Python connects
    wall.mkdir(exist_ok=True)
    (wall / "sitecustomize.py").write_text(
        "import socket\ndef refuse(*_):\n    raise OSError('no network')\nsocket.socket.connect = refuse\n",
        encoding="utf-8",
    )
    return [], {**env, "PYTHONPATH": str(wall)}


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`xb` of the environment, without a network."""
    cut, env = alone(folder)
    command = [*cut, str(folder / "env" / "bin" / "xb"), *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_report_is_written_offline_from_the_wheel_alone(place: Path) -> None:
    ran = run(place, "report", "-o", "r.html")
    assert ran.returncode == 0, ran.stderr
    page = (place / "r.html").read_text(encoding="utf-8")
    assert "Anthropic" in page
    assert page.count("<svg") >= 8
    assert "the bundled book" in ran.stderr


def test_the_wheel_says_its_version_and_lies_outside_the_repository(place: Path) -> None:
    where = "import crossbearing; print(crossbearing.__version__, crossbearing.__file__)"
    version, file = done(place / "env" / "bin" / "python", "-I", "-c", where, folder=place).split()
    assert Path(file).is_relative_to(place / "env")
    assert not Path(file).is_relative_to(ROOT)
    assert version == crossbearing.__version__
    assert f"version {version}" in run(place, "--version").stdout
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", CORE, ids=" ".join)
def test_the_core_commands_run_with_the_core_alone(place: Path, words: list[str]) -> None:
    ran = run(place, *words)
    assert ran.returncode in (0, 1), ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stdout


def test_every_extra_is_in_the_table() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(CALLS) | {"llm"} == set(declared["optional-dependencies"]) - {"all"}


def test_a_reader_that_is_not_there_is_refused_with_the_one_that_is(place: Path) -> None:
    for words in (["extract", "--with", "llm", "article.txt"], ["read", "--engine", "llm", "article.txt"]):
        ran = run(place, *words)
        assert ran.returncode == 2
        assert "rules" in ran.stderr or "pip install 'crossbearing[llm]'" in ran.stderr


@pytest.mark.parametrize(("extra", "words"), [*CALLS.items(), *MORE], ids=str)
def test_what_is_not_installed_is_named_with_the_command_that_brings_it(
    place: Path, extra: str, words: list[str]
) -> None:
    ran = run(place, *words)
    if words[0] not in run(place, "--help").stdout:
        assert f"No such command '{words[0]}'" in ran.stderr
        return
    assert ran.returncode == 2, ran.stderr
    assert "Traceback" not in ran.stderr
    assert f"pip install 'crossbearing[{extra}]'" in ran.stderr


def test_ones_own_book_is_started_and_read_from_the_wheel(place: Path) -> None:
    assert run(place, "new", "mine", "--from", "frontier").returncode == 0
    listed = run(place, "claims", "--book", "mine", "--format", "json")
    assert len(json.loads(listed.stdout)) > 100
    assert os.access(place / "mine" / "claims.csv", os.W_OK)
