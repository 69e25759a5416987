"""Forecasts that ours must stand beside: the last value, the exponential, what somebody foretold in the book, pooled growth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from crossbearing.score.evidence import Truth, time_of
from crossbearing.score.predictive import Predictive, on_scale
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.period import Duration

NAMES = ("last value", "exponential", "forecasts in the book", "pooled growth")
LEAST_DAYS = 7  # two figures nearer than a week give no rate
FORETOLD = (Modality.FORECAST, Modality.TARGET)


Pooled = Callable[[Sequence[tuple[date, float]], date], Predictive | None]
"""Figures known (day, logarithm) in order of time, and a later day -> what a model pooled over other companies says of it."""


def unasked(known: Sequence[tuple[date, float]], when: date) -> None:
    """No pooled model."""
    del known, when


def rivals(
    known: Sequence[Truth],
    foretold: Iterable[Claim],
    truth: Truth,
    scale: str,
    pooled: Predictive | None = None,
) -> dict[str, float | None]:
    """Absolute error of each rival forecast of a truth, on the scale of the scores; None where it cannot answer.

    Args:
        known: What had come out when the forecast was made, on one quantity, in order of time.
        foretold: Forecasts and targets for the same quantity known then.
        truth: What came out later.
        scale: log or plain.
        pooled: What pooled growth says, where it was asked; its median is what is compared.
    """
    if known and truth.middle <= known[-1].middle:
        return dict.fromkeys(NAMES)  # nothing is foretold of a time before the last figure
    y = on_scale(truth.value, scale)
    like = like_figures(known, truth)
    points = (
        last_value(like, scale),
        exponential(like, truth.middle, scale),
        on_the_way(like, foretold, truth, scale),
        pooled.quantile(0.5) if pooled else None,
    )
    return {name: None if p is None else abs(y - p) for name, p in zip(NAMES, points, strict=True)}


def pooled_forecast(known: Sequence[Truth], truth: Truth, scale: str, pooled: Pooled) -> Predictive | None:
    """What pooled growth says of a later figure, from the figures known of the same kind; of amounts only."""
    like = like_figures(known, truth)
    if scale != "log" or not like or truth.middle <= like[-1].middle:
        return None
    history = [(t.middle, on_scale(t.value, scale)) for t in like if t.value > 0]
    return pooled(history, truth.middle) if history else None


def like_figures(known: Sequence[Truth], truth: Truth) -> list[Truth]:
    """Figures that are levels or amounts as the truth is, amounts over as many days."""
    like = [
        t for t in known if isinstance(t.claim.period, Duration) == isinstance(truth.claim.period, Duration)
    ]
    if isinstance(truth.claim.period, Duration):
        like = [t for t in like if abs(_days(t) - _days(truth)) <= 3]
    return like


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
