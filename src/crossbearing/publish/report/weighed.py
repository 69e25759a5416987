"""Claims in the order a reader wants them: those that move the estimates first, then the newest, the doubted last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from crossbearing.check.standing import period_end
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.series import Series

DOUBTED = 0.5


def weighed(book: Book, series: Iterable[Series]) -> tuple[str, ...]:
    """Ids of all claims of a book, first those with the larger influence on a position, then by the day they are about.

    Args:
        book: Holds the claims.
        series: The positions shown.
    """
    pull: dict[str, float] = {}
    doubted: set[str] = set()
    for claim in (c for one in series for c in one.claims):
        pull[claim.id] = max(pull.get(claim.id, 0.0), abs(claim.influence or 0.0))
        if (claim.outlier_probability or 0.0) >= DOUBTED:
            doubted.add(claim.id)
    day = {c.id: (period_end(c.period) or c.known or date.min).toordinal() for c in book.claims}
    return tuple(sorted(day, key=lambda i: (i in doubted, -pull.get(i, 0.0), -day[i], i)))


def ranked(ids: Sequence[str], order: Mapping[str, int]) -> list[str]:
    """Some claims in the order of all; those the order does not hold keep theirs behind the others."""
    return sorted(ids, key=lambda i: order.get(i, len(order)))
