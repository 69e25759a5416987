"""What of a book a computation reads: an edit of a note or a locator moves no figure, and nothing is computed again for it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Position


class Meaning(str):
    """A digest of all that figures can rest on."""

    __slots__ = ()


def meaning_of(book: Book) -> Meaning:
    """The digest of a book without what is only read by people: notes and places of claims, notes of sources, the watch list, views.

    Everything else counts, in the order of the book: who says what, when, on which basis, judgments, ledgers, settings.
    """
    from crossbearing.publish.kept import book_text

    nowhere = Position()
    claims = tuple(replace(c, note="", locator="", position=nowhere) for c in book.claims)
    sources = {name: replace(s, note="", position=nowhere) for name, s in book.sources.items()}
    bare = replace(book, claims=claims, sources=sources, watch=(), views=(), digest="", root="", title="")
    return Meaning(hashlib.sha256(book_text(bare).encode()).hexdigest()[:20])
