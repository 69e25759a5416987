"""A user's own copy of a document tied to the claims of a book: by the hash of a sentence, else by a figure at its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim

if TYPE_CHECKING:
    from crossbearing.gather.documents.anchor import Anchor
    from crossbearing.gather.extract.document import Document

FOUND, MOVED, BY_FIGURE, MISSING = "found", "moved", "found by its figure", "not found"
LEAST, SHARE = (
    3,
    0.5,
)  # figures at their places, and share of a document's, from which a copy without hashes is that document


@dataclass(frozen=True, slots=True)
class Anchored:
    """How one claim fared in a copy.

    Attributes:
        claim: Its id.
        state: found, moved, found by its figure, or not found.
        start, end: Characters of its sentence in the copy; 0 where it was not found.
    """

    claim: str
    state: str
    start: int = 0
    end: int = 0


def anchor_all(book: Book, document: Document) -> tuple[Anchored, ...]:
    """Where the sentences behind a book's claims stand in a copy; claims of documents that this is no copy of are left out."""
    from crossbearing.gather.documents.anchor import anchor_of, find_all

    anchors = {c.id: a for c in book.claims if c.locator and (a := anchor_of(c.locator)) is not None}
    places = find_all(document.text, anchors)
    told = {
        name: Anchored(name, FOUND if place[0] == anchors[name].start else MOVED, *place)
        for name, place in places.items()
    }
    bare = [c for c in book.claims if c.id in anchors and not anchors[c.id].sha256]
    told.update({a.claim: a for a in _by_figure(bare, anchors, document)})
    sources = {c.source for c in book.claims if c.id in told}
    rest = (c for c in book.claims if c.source in sources and c.id in anchors and c.id not in told)
    return (*told.values(), *(Anchored(c.id, MISSING) for c in rest))


def _by_figure(claims: Iterable[Claim], anchors: dict[str, Anchor], document: Document) -> list[Anchored]:
    """Claims without a hash whose figure stands at its place, where that holds for most of a document's claims."""
    from crossbearing.gather.extract.layout import lay_out
    from crossbearing.gather.extract.quantities import find_quantities

    listed = [c for c in claims if anchors[c.id].end <= len(document.text)]
    if len(listed) < LEAST:
        return []
    layout = lay_out(document.text)
    mentions = find_quantities(layout)
    asked = Counter(anchors[c.id].doc for c in claims)
    hits: dict[str, list[Anchored]] = {}
    for claim in listed:
        anchor = anchors[claim.id]
        inside = [m for m in mentions if m.start < anchor.end and anchor.start < m.end]
        if any(_same(m.value, claim.quantity.value) for m in inside):
            sentence = layout.sentences[layout.of_word[inside[0].first]]
            hits.setdefault(anchor.doc, []).append(
                Anchored(claim.id, BY_FIGURE, sentence.start, sentence.end)
            )
    return [one for doc, rows in hits.items() if len(rows) >= max(LEAST, SHARE * asked[doc]) for one in rows]


def _same(a: float, b: float) -> bool:
    return abs(abs(a) - abs(b)) <= 1e-6 * max(abs(a), abs(b))


def attach_document(root: Path, book: Book, document: Document) -> tuple[tuple[Anchored, ...], str]:
    """Anchor a copy and keep it beside the book, where it is a copy of anything; what fared how, and the name it is kept under.

    Raises:
        UsageError: The bundled book, or the disk refused.
    """
    from crossbearing.book.attached import attach
    from crossbearing.gather.cells import slug

    told = anchor_all(book, document)
    places = {a.claim: (a.start, a.end) for a in told if a.state != MISSING}
    if not places:
        return told, ""
    exact = {a.claim for a in told if a.state == FOUND}
    name = slug(document.name.rpartition(".")[0] or document.name) or "document"
    return told, attach(root, name, document.text, places, exact)
