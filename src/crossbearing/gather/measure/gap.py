"""The gap of two entities from published shares, and what a printed change can mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from crossbearing.gather.measure.columns import month_number, month_text
from crossbearing.gather.measure.crossover import Crossing, Reading, explain_change
from crossbearing.problems import Refusal
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.period import Instant

SHARE, GAP, CHANGE = "adoption.business_share", "adoption.gap", "adoption.monthly_change"


@dataclass(frozen=True, slots=True)
class PublishedGap:
    """Gap by month from claims of one method.

    Attributes:
        method: Method of the shares; figures of two methods are never joined.
        months: Month numbers, ascending.
        gaps: First entity's share less the second's, points.
        errors: Standard deviation of the rounding of each gap, points.
        claims: Ids behind each gap.
    """

    method: str
    months: tuple[int, ...]
    gaps: tuple[float, ...]
    errors: tuple[float, ...]
    claims: tuple[tuple[str, ...], ...]


def month_of(claim: Claim) -> int | None:
    """The month a claim is about; None where its period is no single month."""
    period = claim.period
    if not isinstance(period, Instant) or (period.first.year, period.first.month) != (
        period.last.year,
        period.last.month,
    ):
        return None
    return month_number(period.first.year, period.first.month)


def published_gaps(claims: Iterable[Claim], first: str, second: str) -> list[PublishedGap]:
    """Gaps from claims of shares and of gaps, for each method and only of all businesses; longest series first."""
    methods: dict[str, dict[int, tuple[float, float, tuple[str, ...]]]] = {}
    levels: dict[tuple[str, int, str], Claim] = {}
    for claim in claims:
        month = month_of(claim)
        if month is None or claim.qualifier("industry") or claim.qualifier("segment"):
            continue
        if claim.metric == SHARE and claim.entity in {first, second}:
            levels[claim.qualifier("method"), month, claim.entity] = claim
        elif claim.metric == GAP and {claim.entity, claim.qualifier("counterparty")} == {first, second}:
            sign = 1.0 if claim.entity == second else -1.0
            methods.setdefault(claim.qualifier("method"), {})[month] = (
                sign * claim.quantity.value,
                _rounding(claim),
                (claim.id,),
            )
    for (method, month, entity), claim in levels.items():
        other = levels.get((method, month, second))
        if entity == first and other is not None:
            gap = 100 * (claim.quantity.value - other.quantity.value)
            error = float(np.hypot(100 * _rounding(claim), 100 * _rounding(other)))
            methods.setdefault(method, {})[month] = (gap, error, (claim.id, other.id))
    found = [_series(method, by_month) for method, by_month in methods.items()]
    return sorted(found, key=lambda series: -len(series.months))


def _rounding(claim: Claim) -> float:
    """Standard deviation of a figure rounded to its last digit, or of a range taken as even."""
    low, high = claim.quantity.bounds
    return (high - low) / float(np.sqrt(12))


def _series(method: str, by_month: dict[int, tuple[float, float, tuple[str, ...]]]) -> PublishedGap:
    months = tuple(sorted(by_month))
    values, errors, claims = zip(*(by_month[m] for m in months), strict=True)
    return PublishedGap(method, months, values, errors, claims)


def crossing_words(found: Crossing, last: int) -> str:
    """The cross-over in words."""
    if found.already > 0.5:
        return f"the lead has changed hands by {month_text(last)} (probability {found.already:.0%})"
    lines = [f"closing {found.speed:.1f} points a month, spread {found.shock:.1f}; gap over speed "
             + (f"{found.naive + 0.0:.1f} months (no forecast)" if found.naive is not None else "has no meaning: the gap does not close")]  # fmt: skip
    shown = [(m, p) for m, p in zip(found.months, found.probability, strict=True) if p >= 0.005]
    if found.already >= 0.005:
        lines.append(f"  by {month_text(last)} already: {found.already:.0%}")
    lines += [f"  cross-over in {month_text(last + m)}: {p:.0%}" for m, p in shown[:8]]
    lines.append(f"  not within {found.months[-1]} months: {found.never:.0%}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Explained:
    """Readings of a printed monthly change against the levels published for the months before."""

    claim: str
    readings: tuple[Reading, ...]
    best: Reading | None


def explain_claims(claims: Iterable[Claim], series: PublishedGap, follower: str) -> list[Explained]:
    """What each printed monthly change of the follower can mean: over one month, two, three.

    A reading is judged by the level it implies for the month it starts from, where that level is published.

    Raises:
        Refusal: Nothing to explain: no monthly change with a level and a gap in its month.
    """
    listed = list(claims)
    levels = {
        month: 100 * claim.quantity.value for claim in listed
        if claim.metric == SHARE and claim.entity == follower and claim.qualifier("method") == series.method
        and not claim.qualifier("industry") and (month := month_of(claim)) is not None
    }  # fmt: skip
    gaps = dict(zip(series.months, series.gaps, strict=True))
    found = []
    for claim in listed:
        month = _last_month(claim)
        if (
            claim.metric != CHANGE
            or claim.entity != follower
            or month is None
            or month not in levels
            or month not in gaps
        ):
            continue
        earlier = max((m for m in gaps if m < month), default=None)
        if earlier is None:
            continue
        stated = [levels.get(month - n) for n in (1, 2, 3)]
        readings = tuple(
            explain_change(gaps[earlier], gaps[month], levels[month], claim.quantity.value, earlier=stated)
        )
        judged = [r for r in readings if r.miss is not None]
        found.append(
            Explained(claim.id, readings, min(judged, key=lambda r: abs(r.miss or 0.0), default=None))
        )
    if not found:
        raise Refusal(
            "no printed monthly change to explain",
            "it takes a change, a level and two gaps of one method",
            "add them as claims",
        )
    return found


def _last_month(claim: Claim) -> int | None:
    if claim.period is None:
        return None
    day = claim.period.last if isinstance(claim.period, Instant) else claim.period.end
    return month_number(day.year, day.month)


def gap_rows(series: PublishedGap) -> list[dict[str, Any]]:
    """Gap by month with the closing since the month before in the series, a month."""
    rows: list[dict[str, Any]] = []
    for i, month in enumerate(series.months):
        speed = (series.gaps[i - 1] - series.gaps[i]) / (month - series.months[i - 1]) if i else None
        rows.append({
            "month": month_text(month), "gap": round(series.gaps[i], 2), "closing_a_month": None if speed is None else round(speed, 2),
            "claims": "; ".join(series.claims[i]),
        })  # fmt: skip
    return rows


def explained_words(found: Explained) -> list[str]:
    """What a printed change can mean, one line a reading."""
    lines = [f"claim {found.claim} can be read as"]
    for reading in found.readings:
        judged = (
            "no level published to judge by"
            if reading.miss is None
            else f"misses the published level by {reading.miss:+.1f} points"
        )
        eta = _eta(reading.months_to_cross)
        mark = " <- fits best" if reading is found.best else ""
        lines.append(
            f"  {reading.steps} month{'s' if reading.steps > 1 else ''}: follower {reading.follower_before:.1f} before, "
            f"leader {reading.leader_before:.1f} ({reading.leader_change:+.1f}); {judged}; {eta}{mark}"
        )
    return lines


def _eta(months: float | None) -> str:
    """Months to the cross-over at a reading's speed, in words."""
    if months is None:
        return "the gap does not close"
    return f"{months:.1f} months to cross at that speed" if months > 0 else "the lead has changed hands"
