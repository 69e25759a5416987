"""Naive forecasts that ours must stand beside: the last value, the exponential, and what somebody foretold in the book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from crossbearing.score.evidence import Truth, time_of
from crossbearing.score.predictive import on_scale
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.period import Duration

NAMES = ("last value", "exponential", "forecasts in the book")
LEAST_DAYS = 7  # two figures nearer than a week give no rate
FORETOLD = (Modality.FORECAST, Modality.TARGET)


def rivals(
    known: Sequence[Truth], foretold: Iterable[Claim], truth: Truth, scale: str
) -> dict[str, float | None]:
    """Absolute error of each naive forecast of a truth, on the scale of the scores; None where it cannot answer.

    Args:
        known: What had come out when the forecast was made, on one quantity, in order of time.
        foretold: Forecasts and targets for the same quantity known then.
        truth: What came out later.
        scale: log or plain.
    """
    if known and truth.middle <= known[-1].middle:
        return dict.fromkeys(NAMES)  # nothing is foretold of a time before the last figure
    y = on_scale(truth.value, scale)
    like = [
        t for t in known if isinstance(t.claim.period, Duration) == isinstance(truth.claim.period, Duration)
    ]
    if isinstance(truth.claim.period, Duration):
        like = [t for t in like if abs(_days(t) - _days(truth)) <= 3]
    points = (
        last_value(like, scale),
        exponential(like, truth.middle, scale),
        on_the_way(like, foretold, truth, scale),
    )
    return {name: None if p is None else abs(y - p) for name, p in zip(NAMES, points, strict=True)}


def last_value(known: Sequence[Truth], scale: str) -> float | None:
    """The newest figure stays as it is."""
    return on_scale(known[-1].value, scale) if known else None


def exponential(known: Sequence[Truth], when: date, scale: str) -> float | None:
    """The growth between the last two figures goes on: exponential for amounts, a straight line for shares."""
    if len(known) < 2:
        return None
    before, last = known[-2:]
    days = max((last.middle - before.middle).days, LEAST_DAYS)
    a, b = on_scale(before.value, scale), on_scale(last.value, scale)
    return b + (b - a) / days * (when - last.middle).days


def on_the_way(known: Sequence[Truth], foretold: Iterable[Claim], truth: Truth, scale: str) -> float | None:
    """What the newest forecast recorded in the book says: for that time, or on the straight way from the last figure to it."""
    dated = [(c, time) for c in foretold if (time := time_of(c)) and c.known]
    newest = sorted(dated, key=lambda pair: (pair[0].known or date.min, pair[0].id), reverse=True)
    for claim, (first, last) in newest:
        target = on_scale(claim.quantity.value, scale)
        same_kind = isinstance(claim.period, Duration) == isinstance(truth.claim.period, Duration)
        if isinstance(claim.period, Duration):
            if same_kind and abs((first - truth.first).days) <= 3 and abs((last - truth.last).days) <= 3:
                return target
            continue
        middle = first + (last - first) / 2
        if not same_kind or not known or middle < truth.middle or middle <= known[-1].middle:
            continue
        share = (truth.middle - known[-1].middle).days / (middle - known[-1].middle).days
        start = on_scale(known[-1].value, scale)
        return start + share * (target - start)
    return None


def _days(truth: Truth) -> int:
    return (truth.last - truth.first).days
