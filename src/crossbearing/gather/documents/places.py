"""Where documents are: files, folders of files and links, as a person names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from crossbearing.problems import UsageError

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx", ".eml")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_link(place: str) -> bool:
    """Whether a place is an address and no path."""
    return _LINK.match(place) is not None


def places_of(named: Iterable[str | Path]) -> list[str]:
    """The files named, the readable ones of folders named (hidden ones left out), and the links, in order, once each.

    Raises:
        UsageError: A path is not there, or nothing is to be read.
    """
    found: list[str] = []
    for place in named:
        path = Path(place)
        if is_link(str(place)):
            found.append(str(place))
        elif path.is_dir():
            found += [str(p) for p in sorted(path.rglob("*")) if _is_document(p, path)]
        elif path.is_file():
            found.append(str(path))
        else:
            raise UsageError(f"{path} is not there", "", "name a file or a folder of documents, or a link")
    if not found:
        raise UsageError(
            "no document to read", f"a folder is searched for {', '.join(SUFFIXES)}", "name a file"
        )
    return list(dict.fromkeys(found))


def _is_document(path: Path, under: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(under).parts)
    return not hidden and path.suffix.lower() in SUFFIXES and path.is_file()
