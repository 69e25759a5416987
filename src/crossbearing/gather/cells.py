"""A proposal and its document as the cells of a book: figures, the place and the source row, never the document's words."""

from __future__ import annotations

import re
from collections.abc import Collection

from crossbearing.gather.documents.anchor import fingerprint
from crossbearing.gather.extract.document import Document
from crossbearing.gather.extract.proposal import Proposal
from crossbearing.gather.extract.thresholds import LEVELS
from crossbearing.problems import printable
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.qualifiers import print_qualifiers
from crossbearing.vocabulary.quantity import Relation, print_number, quantity_of
from crossbearing.vocabulary.unit import parse_unit

LONGEST_TITLE = 200
_DECIMALS = re.compile(r"(?<![\d.,])\d+\.(\d+)(?![\d.,]*\d)")
_BARE = re.compile(r">[\d.]+(?:e[+-]?\d+)?")
_FORMULA = ("=", "@", "+", "-")


def source_cells(document: Document, taken: Collection[str], origin: str = "") -> dict[str, str]:
    """The row of sources.csv that stands for a document.

    Args:
        document: The document.
        taken: Ids that sources already have.
        origin: The chain to the first report, where the document is a copy.
    """
    published = document.published.isoformat() if document.published else ""
    name = slug(document.publisher) or slug(document.name.rpartition(".")[0] or document.name) or "document"
    return {
        "id": unused(f"{name[:60]}-{published}".strip("-"), taken),
        "publisher": tidy(document.publisher),
        "title": tidy(document.title),
        "url": document.url,
        "published": published,
        "kind": document.kind,
        "origin": origin,
        "grade": "",
        "note": "" if document.url else f"no public link; read from {tidy(document.name)}",
    }


def claim_cells(proposal: Proposal, document: Document, source: str, number: int) -> dict[str, str]:
    """The row of claims.csv that a proposal would become.

    Raises:
        CellError: Its figure cannot be written in the notation of a book.
    """
    return {
        "id": f"{source}-{number:02d}",
        "entity": proposal.entity,
        "metric": proposal.metric,
        "value": value_cell(proposal),
        "unit": proposal.unit,
        "period": proposal.period,
        "basis": str(proposal.basis),
        "definition": "",
        "status": str(proposal.status),
        "modality": str(proposal.modality),
        "source": source,
        "via": "",
        "known": "",
        "qualifiers": print_qualifiers(_qualifiers(proposal)),
        "locator": locator_cell(proposal, document),
        "visibility": "",
        "note": "",
    }


def threshold_of(amount: float, currency: str) -> str:
    """A yearly spend that counted customers exceed, in the notation of a book: `1M USD/yr`."""
    unit = parse_unit(f"{currency}/yr")
    return f"{print_number(_clean(amount), unit)} {unit.symbol}"


def _qualifiers(proposal: Proposal) -> list[tuple[str, str]]:
    """The qualifiers, a threshold that is a bare number in the notation of a book; dollars where the metric counts in them."""
    currency = "USD" if proposal.metric in LEVELS.values() else ""
    return [
        (key, _level(float(value[1:]), currency) if key == "threshold" and _BARE.fullmatch(value) else value)
        for key, value in proposal.qualifiers
    ]


def _level(amount: float, currency: str) -> str:
    return threshold_of(amount, currency) if currency else print_number(_clean(amount), parse_unit("count"))


def value_cell(proposal: Proposal) -> str:
    """The figure in the notation of a book, with the decimals that were printed: `$4.80 billion` is 4.80B.

    Raises:
        CellError: The figure is not finite or beyond the notation.
    """
    unit = parse_unit(proposal.unit)
    low, high = (None if end is None else _clean(end) for end in (proposal.low, proposal.high))
    text = quantity_of(_clean(proposal.value), unit, proposal.relation, low=low, high=high).text
    printed = _DECIMALS.findall(proposal.value_text)
    if proposal.relation is Relation.BETWEEN or len(printed) != 1:
        return text
    found = re.search(r"\d+(?:\.(\d+))?", text)
    if (
        found is None
        or not printed[0].startswith(found[1] or "")
        or printed[0].rstrip("0") != (found[1] or "")
    ):
        return text
    whole = found[0].partition(".")[0]
    return f"{text[: found.start()]}{whole}.{printed[0]}{text[found.end() :]}"


def _clean(value: float) -> float:
    """The figure without what binary arithmetic adds to it: 35.2 % and not 35.200000000000004 %."""
    return float(f"{value:.12g}")


def locator_cell(proposal: Proposal, document: Document) -> str:
    """Where the sentence stands: document, characters, page, and the SHA-256 of its characters."""
    start, end = proposal.sentence_start, proposal.sentence_end
    parts = [f"doc={slug(document.name, keep='._') or 'document'}"]
    page = document.page_of(proposal.start)
    if page is not None:
        parts.append(f"page={page}")
    parts += [f"chars={start}-{end}", f"sha256={fingerprint(document.text[start:end])}"]
    return ";".join(parts)


def tidy(text: str) -> str:
    """Words from outside made safe for a cell: one line, no control characters, nothing a spreadsheet would run."""
    line = " ".join(printable(" ".join(text.split())).replace("\ufffd", " ").split())[:LONGEST_TITLE]
    return f"'{line}" if line.startswith(_FORMULA) else line


def slug(text: str, keep: str = "") -> str:
    """Lower-case letters and digits with dashes between: a name for an id."""
    return re.sub(rf"[^a-z0-9{re.escape(keep)}]+", "-", text.casefold()).strip("-.")


def unused(name: str, taken: Collection[str]) -> str:
    """The name, or the name with the first number that makes it unused."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


__all__ = ["CellError", "claim_cells", "source_cells", "tidy"]
