"""What the panel of a figure shows: claims, sources and judgments as data inside the page."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from crossbearing.publish.answers.records import claim_row
from crossbearing.vocabulary.assumption import Assumption
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Source
from crossbearing.vocabulary.words import say_quantity


def safe_link(url: str) -> str:
    """The address if it is plain http or https, else an empty string: a book is untrusted data."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def islands(
    books: Iterable[Book], used: Collection[str] | None = None, order: Mapping[str, int] | None = None
) -> str:
    """Claims, sources and judgments of books as JSON that cannot leave its script element.

    Args:
        books: Hold the claims.
        used: Of claims only these; all where it is None.
        order: Place of a claim among those of a figure; the order of the page where it is None.
    """
    data: dict[str, dict[str, Any]] = {
        "claims": {},
        "sources": {},
        "assumptions": {},
        "order": dict(order or {}),
    }
    for book in books:
        held = [c for c in book.claims if used is None or c.id in used]
        named = {s for c in held for s in (c.source, c.origin, *c.via)}
        data["claims"] |= {
            c.id: {**claim_json(c), "label": book.registry[c.metric].label, "copy": _copy(book, c)}
            for c in held
        }
        data["sources"] |= {
            s.id: source_json(s) for s in book.sources.values() if used is None or s.id in named
        }
        if used is None:
            data["assumptions"] |= {a.name: assumption_json(a) for a in book.assumptions}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


PANEL = (
    "id", "entity", "metric", "words", "value", "unit", "period", "basis", "definition", "status", "modality", "source",
    "via", "origin", "known", "qualifiers", "locator", "note",
)  # fmt: skip


def claim_json(claim: Claim) -> dict[str, Any]:
    """The fields of a claim the panel shows."""
    row = {
        **claim_row(claim),
        "words": say_quantity(claim.quantity, claim.unit),
        "known": claim.known.isoformat() if claim.known else "",
        "qualifiers": [list(pair) for pair in claim.qualifiers],
    }
    return {name: row[name] for name in PANEL}


def source_json(source: Source) -> dict[str, Any]:
    """The fields of a source the panel shows."""
    return {
        "publisher": source.publisher,
        "title": source.title,
        "url": safe_link(source.url),
        "published": str(source.published or ""),
        "kind": source.kind,
        "grade": source.grade,
        "note": source.note,
    }


def assumption_json(assumption: Assumption) -> dict[str, Any]:
    """The fields of a judgment the panel shows."""
    return {
        "value": assumption.judgment.text,
        "unit": assumption.unit,
        "author": assumption.author,
        "date": assumption.dated.isoformat() if assumption.dated else "",
        "reason": assumption.reason,
        "claims": list(assumption.claims),
    }


def _copy(book: Book, claim: Claim) -> str:
    """Name of the user's own copy of the document that holds the claim's sentence; empty where none is attached.

    The sentence itself stays out of the page, which is made to be given to others.
    """
    from crossbearing.book.attached import sentence_of

    found = sentence_of(book.root, claim) if book.root else None
    return found[1] if found else ""
