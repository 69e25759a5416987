"""What stored study results came from: a digest of the code that matters to them and of what the book says.

Docstrings, comments and layout do not count, nor do notes, locators and the order of rows: only what can move a figure does.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from crossbearing.vocabulary.book import Book

ENGINE = ("fix",)
GROWTH = ("growth",)
SCORING = tuple(f"score/{name}.py" for name in ("evidence", "predictive", "rivals", "scored", "walk_forward"))
BESIDE = frozenset(("chart.py", "rebuild.py"))  # of growth: they draw or fit, and move no forecast
PARTS = {  # what each part of the study comes from; growth's parameters are data beside its code
    "calibration": ENGINE,
    "walk_forward": (*ENGINE, *GROWTH, *SCORING),
    "panel": GROWTH,
}


def of_code(parts: Iterable[str]) -> str:
    """SHA-256 over the syntax trees of files and folders of the package, docstrings left out, and over data files in them."""
    total = hashlib.sha256()
    root = files("crossbearing")
    for part in parts:
        for name, node in sorted(_walk(root / part, part)):
            text = node.read_text(encoding="utf-8")
            told = _tree(text) if name.endswith(".py") else text
            total.update(f"{name}\0{told}\0".encode())
    return total.hexdigest()


def _walk(node: Traversable, name: str) -> Iterable[tuple[str, Traversable]]:
    if node.is_dir():
        for child in node.iterdir():
            if child.name not in BESIDE and not child.name.startswith("__pycache__"):
                yield from _walk(child, f"{name}/{child.name}")
    elif name.endswith((".py", ".json")):
        yield name, node


def _tree(text: str) -> str:
    """The syntax tree of a module without docstrings and places."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [line for line in node.body if not _is_text(line)] or [ast.Pass()]
    return ast.dump(tree)


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def of_book(book: Book) -> str:
    """SHA-256 over what a book says that can move a figure: claims without notes, sources' days and grades, judgments."""
    said = [
        repr(
            (
                c.id,
                c.entity,
                c.metric,
                c.quantity.text,
                c.unit.symbol,
                str(c.period),
                c.basis,
                c.definition,
                c.status,
            )
        )
        + repr((c.modality, c.source, c.via, c.origin, c.known, c.qualifiers))
        for c in book.claims
    ]
    said += [repr((s.id, str(s.published), s.kind, s.grade, s.origin)) for s in book.sources.values()]
    said += [
        repr((e.name, e.parent, e.fiscal_year_end, sorted(e.presentation.items())))
        for e in book.entities.values()
    ]
    said += [repr((a.name, a.judgment.text)) for a in book.assumptions]
    return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()


def of_study(book: Book) -> dict[str, str]:
    """The digest of each part of the study as the code and the book stand."""
    found = {name: of_code(parts) for name, parts in PARTS.items()}
    found["book"] = of_book(book)
    return found
