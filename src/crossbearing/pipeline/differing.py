"""Two states of a book, or two books: which claims came, changed and went, and how far results moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crossbearing.pipeline import main_companies
from crossbearing.pipeline.moving import RUN_RATE, Key, result, results_of, shift_of
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.shift import Shift

Watch = Callable[[Sequence[tuple[str, Key]]], Iterable[tuple[str, Key]]]
SAME, OWN = "same date", "own date"
CELLS = (
    "entity",
    "metric",
    "value",
    "unit",
    "period",
    "basis",
    "definition",
    "status",
    "modality",
    "source",
    "via",
    "known",
    "qualifiers",
    "locator",
    "visibility",
    "note",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A claim that both sides hold under one id and that says something else.

    Attributes:
        before, after: The two states.
        cells: What differs: (column, before, after).
    """

    before: Claim
    after: Claim
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A result on both sides.

    Attributes:
        clock: `same date`: both sides asked about one day; `own date`: each about its own newest day.
        shift: The two sides.
    """

    clock: str
    shift: Shift


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two books.

    Attributes:
        added, withdrawn: Claims that only the second, or only the first, holds.
        changed: Claims of one id that say something else.
        renamed: Pairs of ids under which the two hold the same claim.
        judgments: Names of assumptions, scenarios and views that were added, changed or withdrawn, each with the word.
        results: How results moved, run rates of the main companies first.
        left_out: Results that were touched and not computed.
    """

    added: tuple[Claim, ...]
    changed: tuple[Changed, ...]
    withdrawn: tuple[Claim, ...]
    renamed: tuple[tuple[str, str], ...]
    judgments: tuple[tuple[str, str], ...]
    results: tuple[Moved, ...]
    left_out: tuple[Key, ...]


def difference(
    before: Book, after: Book, *, seed: int, most: int = 12, watch: Watch | None = None
) -> Difference:
    """What came, changed and went from one book to another, and what that moved.

    Args:
        before: The first book, or the book as first known.
        after: The second.
        seed: Seed of the random numbers of the positions.
        most: How many touched results to compute; the main companies' run rates come first.
        watch: Wraps the results that are computed, for a progress bar.
    """
    old, new = {c.id: c for c in before.claims}, {c.id: c for c in after.claims}
    gone = [c for i, c in old.items() if i not in new]
    come = [c for i, c in new.items() if i not in old]
    renamed = tuple(_renamed(gone, come))
    left, found = {a for a, _ in renamed}, {b for _, b in renamed}
    added = tuple(c for c in come if c.id not in found)
    withdrawn = tuple(c for c in gone if c.id not in left)
    changed = tuple(x for i in old if i in new and (x := _changed(old[i], new[i])).cells)
    touched = [*added, *withdrawn, *(c for x in changed for c in (x.before, x.after))]
    keys = _keys(before, after, touched)
    results = _results(before, after, keys[:most], seed, watch)
    return Difference(added, changed, withdrawn, renamed, tuple(_judged(before, after)), results, keys[most:])


def cells_of(claim: Claim) -> dict[str, str]:
    """A claim as the cells of its row."""
    from crossbearing.vocabulary.qualifiers import print_qualifiers

    told = (
        claim.entity,
        claim.metric,
        claim.quantity.text,
        claim.unit.symbol,
        claim.period or "",
        claim.basis,
        claim.definition,
        claim.status,
        claim.modality,
        claim.source,
        "; ".join(claim.via),
        claim.known or "",
        print_qualifiers(claim.qualifiers),
        claim.locator,
        claim.visibility,
        claim.note,
    )
    return {name: str(value) for name, value in zip(CELLS, told, strict=True)}


def _changed(before: Claim, after: Claim) -> Changed:
    one, two = cells_of(before), cells_of(after)
    return Changed(before, after, tuple((n, one[n], two[n]) for n in CELLS if one[n] != two[n]))


def _renamed(gone: Iterable[Claim], come: Iterable[Claim]) -> Iterator[tuple[str, str]]:
    """Claims that say the same under another id; sources are names of each book, so they are left out."""
    held: dict[tuple[str, ...], list[str]] = {}
    for claim in gone:
        held.setdefault(_content(claim), []).append(claim.id)
    for claim in come:
        twins = held.get(_content(claim))
        if twins:
            yield twins.pop(0), claim.id


def _content(claim: Claim) -> tuple[str, ...]:
    loose = ("source", "via", "locator", "visibility", "note")
    return tuple(v for k, v in cells_of(claim).items() if k not in loose)


def _judged(before: Book, after: Book) -> Iterator[tuple[str, str]]:
    for name in ("assumptions", "scenarios", "views"):
        old = {j.name: j for j in getattr(before, name)}
        new = {j.name: j for j in getattr(after, name)}
        for key in dict.fromkeys((*old, *new)):
            word = "added" if key not in old else "withdrawn" if key not in new else "changed"
            if old.get(key) != new.get(key):
                yield f"{name.removesuffix('s')} {key}", word


def _keys(before: Book, after: Book, touched: Sequence[Claim]) -> tuple[Key, ...]:
    """Results that changed claims can move: the main companies' run rates first, then by how many claims touch them."""
    main = tuple(dict.fromkeys((*main_companies(after), *main_companies(before))))
    counts = Counter(key for c in touched for key in results_of(after, c))

    def rank(key: Key) -> tuple[bool, bool, int, Key]:
        return key[0] not in main, key[1] != RUN_RATE, -counts[key], key

    return tuple(sorted(counts, key=rank))


def _results(
    before: Book, after: Book, keys: Sequence[Key], seed: int, watch: Watch | None
) -> tuple[Moved, ...]:
    """Results at the one day both know of, and the main run rates each at its own newest day where those differ."""
    days = [b.newest or b.ends for b in (before, after)]
    one, two = (d or date.min for d in days)
    asked = [(SAME, key) for key in keys]
    if one != two:
        mains = dict.fromkeys((*main_companies(after), *main_companies(before)))
        asked += [(OWN, (entity, RUN_RATE)) for entity in mains]
    found = []
    for clock, key in watch(asked) if watch else asked:
        first, second = (min(one, two),) * 2 if clock == SAME else (one, two)
        moved = _moved(before, after, key, (first, second), seed)
        if moved is not None:
            found.append(Moved(clock, moved))
    return tuple(found)


def _moved(before: Book, after: Book, key: Key, days: tuple[date, date], seed: int) -> Shift | None:
    """A result on both sides; None where neither side has it."""
    first, one = result(before, *key, days[0], seed)
    second, two = result(after, *key, days[1], seed)
    series = two or one
    return None if series is None else shift_of(series, first, second)


def as_json(found: Difference) -> dict[str, Any]:
    """A difference as plain data."""
    return {
        "added": [_row(c) for c in found.added],
        "changed": [
            {"id": x.after.id, "cells": [{"column": n, "before": a, "after": b} for n, a, b in x.cells]}
            for x in found.changed
        ],
        "withdrawn": [_row(c) for c in found.withdrawn],
        "renamed": [{"before": a, "after": b} for a, b in found.renamed],
        "judgments": [{"name": name, "change": word} for name, word in found.judgments],
        "results": [{"clock": m.clock, **m.shift.as_json(), "moved": m.shift.moved} for m in found.results],
        "left_out": [f"{entity} {metric}" for entity, metric in found.left_out],
    }


def _row(claim: Claim) -> dict[str, str]:
    return {"id": claim.id, **cells_of(claim)}
