"""Intervals narrowed by relations until nothing moves or one is empty: an empty one proves that the claims cannot all hold.

Sound, not complete: what is called impossible is impossible; what is left may still be. Source: hull consistency (HC4),
Benhamou, Goualard, Granvilliers and Puget (1999).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

Span = tuple[float, float]

ROUNDS = 40
HAIR = 1e-9  # relative: rounding of the arithmetic itself proves nothing


@dataclass(frozen=True)
class Relation:
    """One relation between named quantities: total = one + two, product = one x two, or one <= two."""

    kind: Literal["sum", "product", "at most"]
    total: str
    one: str
    two: str = ""
    words: str = ""


@dataclass(frozen=True)
class Clash:
    """A quantity that would have to be in two places at once."""

    name: str
    here: Span
    there: Span
    words: str = ""


def narrow(spans: Mapping[str, Span], relations: Sequence[Relation]) -> dict[str, Span] | Clash:
    """Every span as narrow as the relations make it, or the first clash.

    Args:
        spans: Lowest and highest value of each quantity; what is not named is free.
        relations: What ties them.
    """
    held = dict(spans)
    for _ in range(ROUNDS):
        moved = False
        for relation in relations:
            for name, span in _implied(relation, held):
                old = held.get(name, (-inf, inf))
                new = (max(old[0], span[0]), min(old[1], span[1]))
                if new[0] - new[1] > HAIR * max(abs(new[0]), abs(new[1])):
                    return Clash(name, old, span, relation.words)
                moved = moved or _shrinks(old, new)
                held[name] = new
        if not moved:
            break
    return held


def _shrinks(old: Span, new: Span) -> bool:
    """Whether a span moves by more than the arithmetic's own rounding."""
    return any(
        a != b and (abs(a) == inf or abs(a - b) > HAIR * max(abs(a), abs(b), 1e-300))
        for a, b in zip(old, new, strict=True)
    )


def _implied(r: Relation, held: Mapping[str, Span]) -> list[tuple[str, Span]]:
    free = (-inf, inf)
    total, one, two = (held.get(n, free) for n in (r.total, r.one, r.two))
    if r.kind == "at most":
        return [(r.total, (-inf, one[1])), (r.one, (total[0], inf))]
    if r.kind == "sum":
        return [(r.total, plus(one, two)), (r.one, less(total, two)), (r.two, less(total, one))]
    return [(r.total, by(one, two)), (r.one, over(total, two)), (r.two, over(total, one))]


def plus(a: Span, b: Span) -> Span:
    """Sum of two spans."""
    return a[0] + b[0], a[1] + b[1]


def less(a: Span, b: Span) -> Span:
    """Difference of two spans."""
    return a[0] - b[1], a[1] - b[0]


def by(a: Span, b: Span) -> Span:
    """Product of two spans."""
    ends = [0.0 if x == 0.0 or y == 0.0 else x * y for x in a for y in b]
    return min(ends), max(ends)


def over(a: Span, b: Span) -> Span:
    """Quotient of two spans; free where the divisor may be nought."""
    if b[0] <= 0.0 <= b[1]:
        return -inf, inf
    return by(a, (1.0 / b[1], 1.0 / b[0]))
