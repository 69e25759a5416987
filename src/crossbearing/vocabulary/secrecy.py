"""What of a book a reader may see: nothing above a visibility, nor anything that rests on it or only exists through it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
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
E = TypeVar("E", "Entity", Source)


def visible(book: Book, highest: Visibility) -> Book:
    """The book without anything above a visibility.

    Claims above it go, with every row that rests on one of them, even in part. Sources and entities above it go unless a row
    that stays names them, and so do spellings that an overlay gave an entity. The digest is of what was left out, too, so it
    is replaced by one that tells nothing of it.
    """
    open_to = {v for v in Visibility if v.rank <= highest.rank}
    claims = tuple(c for c in book.claims if c.visibility in open_to)
    gone = {c.id for c in book.claims} - {c.id for c in claims}

    def rows(items: Iterable[R]) -> tuple[R, ...]:
        return tuple(i for i in items if i.visibility in open_to and gone.isdisjoint(i.claims))

    def judged(items: Iterable[J]) -> tuple[J, ...]:
        return tuple(i for i in items if i.visibility in open_to)

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


def as_secret_as_its_rows(book: Book, below: Book | None = None) -> Book:
    """The book with every source and entity that rows name made as secret as the least secret of those rows.

    So a company that only private claims are about is itself private. What a book says of an entity or a source that the book
    below it declares tells nothing of that one.
    """
    if highest_of(book) is Visibility.PUBLIC:
        return book
    lowest: dict[str, Visibility] = {}
    cited: dict[str, Visibility] = {}
    for row, entities, sources in _naming(book):
        for names, found in ((entities, lowest), (sources, cited)):
            for name in names:
                found[name] = min(found.get(name, row.visibility), row.visibility, key=lambda v: v.rank)
    for name in below.entities if below else ():
        lowest.pop(name, None)
    for name in below.sources if below else ():
        cited.pop(name, None)
    return replace(
        book,
        entities={n: _raised(e, lowest.get(n)) for n, e in book.entities.items()},
        sources={n: _raised(s, cited.get(n)) for n, s in book.sources.items()},
    )


def _raised(item: E, visibility: Visibility | None) -> E:
    if visibility is None or visibility.rank <= item.visibility.rank:
        return item
    return replace(item, visibility=visibility)


def _sources(book: Book, kept: Book, highest: Visibility) -> Mapping[str, Source]:
    named = {name for _, _, sources in _naming(kept) for name in sources}
    return {n: s for n, s in book.sources.items() if n in named or s.visibility.rank <= highest.rank}


def _entities(book: Book, kept: Book, highest: Visibility) -> Mapping[str, Entity]:
    named = {name for _, entities, _ in _naming(kept) for name in entities}
    found: dict[str, Entity] = {}
    for name, entity in book.entities.items():
        if name in named or entity.visibility.rank <= highest.rank:
            open_spellings = highest.rank >= Visibility.PRIVATE.rank or not entity.private_aliases
            found[name] = entity if open_spellings else replace(entity, private_aliases=())
    return found


def _naming(book: Book) -> Iterator[tuple[Judged, Iterable[str], Iterable[str]]]:
    """Every row with the entities it names, their owners included, and the sources it names."""
    for claim in book.claims:
        values = (value for _, value in claim.qualifiers if value in book.entities)
        yield claim, _with_owners(book, claim.entity, *values), (claim.source, *claim.via)
    for contract in book.commitments:
        parties = (part.strip() for part in contract.counterparty.split(";"))
        yield contract, _with_owners(book, contract.entity, *parties), ()
    for relation in book.relations:
        yield relation, _with_owners(book, relation.giver, relation.taker), ()
    for found in book.rounds:
        yield found, _with_owners(book, found.entity), ()
    for item in book.watch:
        yield item, _with_owners(book, item.entity), (item.source,)
    for judgment in book.assumptions:
        yield judgment, _with_owners(book, judgment.entity), ()


def _with_owners(book: Book, *names: str) -> set[str]:
    every = set(names)
    for name in names:
        owner = book.entities[name].parent if name in book.entities else ""
        while owner and owner not in every:
            every.add(owner)
            owner = book.entities[owner].parent if owner in book.entities else ""
    return every


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
    every: tuple[Iterable[Judged], ...] = (book.claims, book.commitments, book.relations, book.rounds)
    every += (book.watch, book.assumptions, book.scenarios, book.views)
    found = {item.visibility for items in every for item in items}
    return max(found, key=lambda v: v.rank, default=Visibility.PUBLIC)
