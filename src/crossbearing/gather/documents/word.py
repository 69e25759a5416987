"""Word files (.docx): paragraphs and tables in order, from an archive that is measured before it is opened."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from crossbearing.gather.documents.content import Content
from crossbearing.gather.documents.dates import stated_date
from crossbearing.problems import MissingExtra, UsageError

MAX_UNPACKED = 120_000_000
MAX_RATIO = 150
MAX_PARTS = 5_000
MAIN = "word/document.xml"
MAX_MAIN = 40_000_000


def read_word(raw: bytes, name: str) -> Content:
    """The text of a Word file.

    Raises:
        UsageError: It is no Word file, broken, encrypted, or unpacks to far more than it should.
    """
    _measure(raw, name)
    try:
        import docx
    except ImportError as fault:
        raise MissingExtra(f"{name}: reading a Word file", "docs-in") from fault
    try:
        document: Any = docx.Document(io.BytesIO(raw))
        lines = [line for block in document.iter_inner_content() for line in _lines(block)]
        title = document.core_properties.title or ""
    except Exception as fault:
        # The reader raises whatever its parser and the archive raise; all of it means one thing to a user.
        raise UsageError(
            f"{name} is no whole Word file", str(fault)[:200], "open and save it again, or export its text"
        ) from fault
    text = "\n\n".join(line for line in lines if line.strip())
    return Content(
        text,
        title or (lines[0].strip() if lines and len(lines[0]) < 150 else ""),
        "",
        stated_date(text),
        "memo",
    )


def _lines(block: Any) -> list[str]:
    """A paragraph as a line, a table as a line a row."""
    if hasattr(block, "rows"):
        return ["\t".join(" ".join(cell.text.split()) for cell in row.cells) for row in block.rows]
    return [str(block.text)]


def _measure(raw: bytes, name: str) -> None:
    """Nothing, for an archive that unpacks to what a document may be.

    Raises:
        UsageError: It is no archive, encrypted, or a bomb.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            names = {p.filename for p in parts}
            if MAIN not in names:
                raise UsageError(
                    f"{name} is an archive, but no Word file",
                    f"it has no {MAIN}",
                    "unpack it and name the document",
                )
            total = sum(p.file_size for p in parts)
            main = archive.getinfo(MAIN)
            packed = max(len(raw), 1)
            if (
                total > MAX_UNPACKED
                or len(parts) > MAX_PARTS
                or main.file_size > MAX_MAIN
                or total > MAX_RATIO * packed
            ):
                raise UsageError(
                    f"{name} would unpack to {total / 1e6:,.0f} MB in {len(parts)} parts from {packed / 1e6:.2f} MB",
                    "a document does not; an archive built to fill memory does",
                    "do not open it, or export its text elsewhere",
                )
            if any(p.flag_bits & 1 for p in parts):
                raise UsageError(
                    f"{name} is encrypted", "it opens with a password only", "save a copy without one"
                )
            head = archive.open(MAIN).read(65_536)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError) as fault:
        raise UsageError(
            f"{name} is no whole Word file", str(fault)[:200], "open and save it again, or export its text"
        ) from fault
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise UsageError(
            f"{name} declares entities of its own",
            "Word files never do; such declarations are used to fill memory",
            "do not open it, or export its text elsewhere",
        )
