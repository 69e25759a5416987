"""PDF: read in a process of its own with bounded memory and time, since the format is a program and its readers are C."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from crossbearing.gather.documents.content import Content
from crossbearing.gather.extract.document import MAX_CHARS
from crossbearing.problems import MissingExtra, UsageError

MAX_PAGES = 3000
SECONDS = 90
MEMORY = 2 << 30
_FAULTS = {
    "password": (
        "is encrypted",
        "it opens with a password only",
        "save a copy without one, or export its text",
    ),
    "broken": (
        "is no whole PDF",
        "its structure is damaged or cut off",
        "download it again, or print it to a new PDF",
    ),
    "pages": (
        f"has more than {MAX_PAGES} pages",
        "memory stays bounded",
        "split it, or name the part that matters",
    ),
    "long": (f"holds more than {MAX_CHARS:,} characters", "memory stays bounded", "split it"),
}
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_DIGITS = re.compile(r"\d+")
_LIST = re.compile(r"(?:[-*•‣·–—]|\(?[0-9a-z]{1,3}[.)])\s")


def read_pdf(path: Path, name: str) -> Content:
    """The text of a PDF, lines joined to paragraphs, running heads left out, with the place of every page.

    Raises:
        UsageError: It is encrypted, broken, too long, without a text layer, or takes more memory or time than allowed.
    """
    command = [
        sys.executable,
        "-I",
        "-c",
        "from crossbearing.gather.documents.pdf import child; child()",
        str(path),
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as fault:
        raise UsageError(
            f"{name} takes more than {SECONDS} s to read", "it may be built to", "export its text"
        ) from fault
    if done.returncode != 0:
        raise UsageError(
            f"{name} cannot be read",
            f"the PDF reader stopped (code {done.returncode}): it is broken, or needs more than {MEMORY >> 30} GB",
            "print it to a new PDF, or export its text",
        )
    told = json.loads(done.stdout)
    if told.get("fault") == "missing":
        raise MissingExtra(f"{name}: reading a PDF", "docs-in")
    if told.get("fault"):
        what, why, mend = _FAULTS[told["fault"]]
        raise UsageError(f"{name} {what}", told.get("detail") or why, mend)
    pages: list[str] = [whole_paragraphs(lines) for lines in without_running_heads(told["pages"])]
    if not any(page.strip() for page in pages):
        raise UsageError(
            f"{name} has no text in it",
            f"its {len(pages)} page{'s are' if len(pages) != 1 else ' is'} pictures of text, as a scanner makes them",
            "run character recognition on it (ocrmypdf) and name the result",
        )
    starts, at = [], 0
    for page in pages:
        starts.append(at)
        at += len(page) + 2
    notes = (f"{sum(not p.strip() for p in pages)} of its {len(pages)} pages have no text",) * any(
        not p.strip() for p in pages
    )
    return Content(
        "\n\n".join(pages), told["title"], "", _stamp(told["made"]), pages=tuple(starts), notes=notes
    )


def _stamp(text: str) -> date | None:
    """The day a PDF says it was made: `D:20260408...`."""
    match = _DATE.match(text or "")
    with contextlib.suppress(ValueError):
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    return None


def child() -> None:
    """Read the PDF named on the command line and print its lines as JSON: what runs in the other process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.write(json.dumps(_lines_of(sys.argv[1])))


def _lines_of(path: str) -> dict[str, object]:
    try:
        import pypdfium2
    except ImportError:
        return {"fault": "missing"}
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as fault:
        locked = "password" in str(fault).lower()
        return {"fault": "password" if locked else "broken"}
    if len(document) > MAX_PAGES:
        return {"fault": "pages"}
    pages: list[list[str]] = []
    total = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage().get_text_bounded()
            page.close()
        except pypdfium2.PdfiumError:
            return {"fault": "broken", "detail": f"page {number + 1} cannot be read"}
        total += len(text)
        if total > MAX_CHARS:
            return {"fault": "long"}
        pages.append(_joined(text).splitlines())
    told = document.get_metadata_dict()
    return {"pages": pages, "title": told.get("Title") or "", "made": told.get("CreationDate") or ""}


def _joined(text: str) -> str:
    """Words parted at a line end put together again; the reader marks such hyphens."""
    return re.sub(r"[\ufffe\x02\xad]\s*\n?\s*", "", text).replace("\r\n", "\n").replace("\r", "\n")


def without_running_heads(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Pages without the lines that stand at the top or foot of most of them, page numbers counted as one line."""
    if len(pages) < 4:
        return [list(page) for page in pages]
    edges: Counter[str] = Counter()
    for page in pages:
        edges.update({_masked(line) for line in (*page[:2], *page[-2:]) if line.strip()})
    running = {line for line, count in edges.items() if count > 0.5 * len(pages)}
    kept = []
    for page in pages:
        last = len(page) - 2
        kept.append(
            [line for n, line in enumerate(page) if not ((n < 2 or n >= last) and _masked(line) in running)]
        )
    return kept


def _masked(line: str) -> str:
    return _DIGITS.sub("#", line.strip())


def whole_paragraphs(lines: Sequence[str]) -> str:
    """Lines joined to paragraphs: a full line runs on, a short one ends its paragraph."""
    kept = [line.strip() for line in lines]
    lengths = sorted(len(line) for line in kept if line)
    if not lengths:
        return ""
    full = 0.75 * lengths[int(0.9 * (len(lengths) - 1))]
    parts: list[str] = []
    open_ = False
    for line in kept:
        if line and open_ and not _LIST.match(line):
            parts[-1] = f"{parts[-1][:-1]}{line}" if _parted(parts[-1], line) else f"{parts[-1]} {line}"
        elif line:
            parts.append(line)
        open_ = bool(line) and len(line) >= full
    return "\n\n".join(parts)


def _parted(before: str, line: str) -> bool:
    """Whether a word is parted by a hyphen at the line end."""
    return bool(re.search(r"[a-z]-$", before)) and line[:1].islower()
