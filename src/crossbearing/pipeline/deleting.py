"""What a series would say without each of its claims: the book less the claim, fitted again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.series import ClaimWeight, Series


def with_deletions(book: Book, series: Series, step: Callable[[float], None], **asked: Any) -> Series:
    """The series, each claim that was weighed with the median of the last point answered if its row were deleted.

    Deleting is literal: what copies a claim takes its place, and what rests on it alone goes with it.

    Args:
        book: The book the series is of.
        series: What was said of it.
        step: Takes the share of the work just done.
        **asked: rate, basis and seed, as the series was asked for.
    """
    last = next((p for p in reversed(series.points) if p.p50 is not None), None)
    weighed = [c.id for c in series.claims if c.weight is not None]
    if last is None or not weighed:
        return series
    medians: dict[str, tuple[float | None, str]] = {}
    for name in weighed:
        medians[name] = _median(_less(book, name), series, last.at, asked)
        step(1.0 / len(weighed))

    def told(weight: ClaimWeight) -> ClaimWeight:
        if weight.id not in medians:
            return weight
        median, why = medians[weight.id]
        return replace(weight, without=median, note="; ".join(n for n in (weight.note, why) if n))

    return replace(series, claims=tuple(told(c) for c in series.claims))


def _less(book: Book, name: str) -> Book:
    return book.keeping(lambda claim: claim.id != name)


def _median(less: Book, series: Series, at: str, asked: dict[str, Any]) -> tuple[float | None, str]:
    """The median without the claim, or why there is none."""
    from crossbearing.pipeline import position

    try:
        found = position(less, series.entity, series.metric, at=[at], as_of=series.as_of, **asked)
    except Refusal as refused:
        return None, f"without it: {refused.what}"
    point = found.points[0]
    if found.basis != series.basis:
        return None, f"without it the series is {found.basis}"
    return point.p50, f"without it: {point.why}" if point.p50 is None else ""
