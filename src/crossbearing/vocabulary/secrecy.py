"""What of a book a reader may see: nothing above a visibility, nor anything that rests on it or only exists through it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from crossbearing.vocabulary.claim import Claim, Source, Visibility

if TYPE_CHECKING:
    from crossbearing.vocabulary.book import Book, Entity


class Resting(Protocol):
    """A row with a visibility of its own that rests on claims."""

    @property
    def visibility(self) -> Visibility: ...  # noqa: D102
    @property
    def claims(self) -> tuple[str, ...]: ...  # noqa: D102


class Judged(Protocol):
    """A judgment with a visibility of its own."""

    @property
    def visibility(self) -> Visibility: ...  # noqa: D102


R = TypeVar("R", bound=Resting)
J = TypeVar("J", bound=Judged)


def visible(book: Book, highest: Visibility) -> Book:
    """The book without anything above a visibility.

    Claims above it go, with every row that rests on one of them, even in part. A source goes when it is above it, or when all
    its claims went; an entity likewise, unless a row that stays names it. Spellings that an overlay gave an entity go. The
    digest is of what was left out, too, so it is replaced by one that tells nothing of it.
    """
    claims = tuple(c for c in book.claims if c.visibility.rank <= highest.rank)
    gone = {c.id for c in book.claims} - {c.id for c in claims}

    def rows(items: Iterable[R]) -> tuple[R, ...]:
        return tuple(i for i in items if i.visibility.rank <= highest.rank and gone.isdisjoint(i.claims))

    def judged(items: Iterable[J]) -> tuple[J, ...]:
        return tuple(i for i in items if i.visibility.rank <= highest.rank)

    kept = replace(
        book,
        claims=claims,
        commitments=rows(book.commitments),
        relations=rows(book.relations),
        rounds=rows(book.rounds),
        watch=rows(book.watch),
        assumptions=rows(book.assumptions),
        scenarios=judged(book.scenarios),
        views=judged(book.views),
    )
    kept = replace(kept, sources=_sources(book, kept, highest), entities=_entities(book, kept, highest))
    if kept == book:
        return book
    return replace(kept, digest=_digest(kept))


def _sources(book: Book, kept: Book, highest: Visibility) -> Mapping[str, Source]:
    named, lost = _cited(kept), _cited(book)
    return {
        name: source
        for name, source in book.sources.items()
        if name in named or (source.visibility.rank <= highest.rank and name not in lost)
    }


def _cited(book: Book) -> set[str]:
    return {name for c in book.claims for name in (c.source, *c.via)} | {w.source for w in book.watch}


def _entities(book: Book, kept: Book, highest: Visibility) -> Mapping[str, Entity]:
    named, lost = _mentioned(kept), _mentioned(book)
    found: dict[str, Entity] = {}
    for name, entity in book.entities.items():
        if name in named or (entity.visibility.rank <= highest.rank and name not in lost):
            open_spellings = highest.rank >= Visibility.PRIVATE.rank or not entity.private_aliases
            found[name] = entity if open_spellings else replace(entity, private_aliases=())
    return found


def _mentioned(book: Book) -> set[str]:
    """Entities that rows name, with their owners."""
    names = {c.entity for c in book.claims} | {w.entity for w in book.watch} | {r.entity for r in book.rounds}
    names.update(part for r in book.relations for part in (r.giver, r.taker))
    for contract in book.commitments:
        names.add(contract.entity)
        names.update(part.strip() for part in contract.counterparty.split(";"))
    names.update(a.entity for a in book.assumptions)
    names.update(value for c in book.claims for _, value in c.qualifiers if value in book.entities)
    for name in list(names):
        parent = book.entities[name].parent if name in book.entities else ""
        while parent and parent not in names:
            names.add(parent)
            parent = book.entities[parent].parent if parent in book.entities else ""
    return names


def _digest(kept: Book) -> str:
    """A digest of what is left, so that what was left out cannot be guessed and tried."""
    told: list[Claim | str] = [kept.title, *kept.claims]
    parts = (
        kept.commitments,
        kept.relations,
        kept.rounds,
        kept.watch,
        kept.assumptions,
        kept.scenarios,
        kept.views,
    )
    return hashlib.sha256(repr((told, parts)).encode()).hexdigest()


def hidden_names(book: Book, kept: Book) -> frozenset[str]:
    """Names in a book that what is kept of it no longer holds: of entities, spellings, sources, claims and other rows."""
    return frozenset(_names(book) - _names(kept))


def _names(book: Book) -> set[str]:
    rows = (book.claims, book.commitments, book.relations, book.rounds, book.watch)
    names = {row.id for table in rows for row in table} | set(book.sources)
    names.update(s for e in book.entities.values() for s in (e.name, *e.aliases, *e.private_aliases))
    names.update(j.name for js in (book.assumptions, book.scenarios, book.views) for j in js)
    return names


def highest_of(book: Book) -> Visibility:
    """The highest visibility among the claims, rows and judgments of a book."""
    every: list[Judged] = [*book.claims, *book.commitments, *book.relations, *book.rounds, *book.watch]
    every += [*book.assumptions, *book.scenarios, *book.views]
    return max((item.visibility for item in every), key=lambda v: v.rank, default=Visibility.PUBLIC)
