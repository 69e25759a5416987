"""Drawings, sections and starts kept by content, so that the same is not made twice. Losing them, or having none, changes no page."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import crossbearing
from crossbearing.fix.cache import cache_folder
from crossbearing.vocabulary.book import Book

LARGEST_BYTES = 60_000_000
CODE = (".py", ".j2", ".css", ".js", ".json", ".toml", ".csv")


def kept(key: str, make: Callable[[], str]) -> str:
    """A text made once for all that it depends on.

    Args:
        key: Everything the text depends on, as one text; its digest is the name of the file.
        make: Makes the text where it is not there.
    """
    folder = cache_folder()
    if folder is None:
        return make()
    path = folder / "drawn" / f"{hashlib.sha256(key.encode()).hexdigest()}.txt"
    with suppress(OSError, UnicodeDecodeError):
        if stored := path.read_text(encoding="utf-8"):  # an empty file is one that a fallen machine left
            return stored
    text = make()
    with suppress(OSError):
        _write(path, text)
    return text


@cache
def program() -> str:
    """Digest of the whole program: what other code made is never taken for what this makes."""
    import numpy as np

    digest = hashlib.sha256(np.__version__.encode())
    root = Path(crossbearing.__file__).parent
    for folder, _, names in os.walk(root):
        if not folder.startswith(str(root / "books")):
            for name in sorted(n for n in names if n.endswith(CODE)):
                digest.update(name.encode() + Path(folder, name).read_bytes())
    return digest.hexdigest()


def book_text(book: Book) -> str:
    """Everything a book says, as one text; the same book gives the same text."""
    from dataclasses import fields

    names = [f.name for f in fields(book) if f.name != "registry"]
    return repr([(n, getattr(book, n)) for n in names] + [(m, book.registry[m]) for m in book.registry])


def _write(path: Path, text: str) -> None:
    """Write atomically, then remove the oldest beyond the size allowed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        out.write(text)
    Path(name).replace(path)
    total = 0
    for file in sorted(path.parent.glob("*.txt"), key=lambda f: f.stat().st_mtime, reverse=True):
        total += file.stat().st_size
        if total > LARGEST_BYTES:
            file.unlink(missing_ok=True)
