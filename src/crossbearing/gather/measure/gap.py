"""The gap of two entities from published shares, and what a printed change can mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from crossbearing.gather.measure.columns import month_number, month_text
from crossbearing.gather.measure.crossover import Reading, explain_change
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


@dataclass(frozen=True, slots=True)
class Explained:
    """Readings of a printed monthly change against the levels published for the months before.

    Attributes:
        claim: Id of the claim that prints it.
        entity: Whose change it is.
        other: The other of the two.
        readings: What it implies over one month, two, three.
        best: The reading that misses the published level least; None where no level tells.
    """

    claim: str
    entity: str
    other: str
    readings: tuple[Reading, ...]
    best: Reading | None


def explain_claims(claims: Iterable[Claim], series: PublishedGap, first: str, second: str) -> list[Explained]:
    """What each printed monthly change of either of the two can mean: over one month, two, three.

    A reading is judged by the level it implies for the month it starts from, where that level is published.

    Raises:
        Refusal: Nothing to explain: no monthly change with a level and a gap in its month.
    """
    listed = list(claims)
    found = [
        explained
        for claim in listed
        if claim.metric == CHANGE
        for entity, other, sign in ((first, second, -1.0), (second, first, 1.0))
        if claim.entity == entity
        and (explained := _explained(claim, listed, series, other, sign)) is not None
    ]
    if not found:
        raise Refusal(
            "no printed monthly change to explain",
            "it takes a change, a level and two gaps of one method",
            "add them as claims",
        )
    return found


def _explained(
    claim: Claim, listed: list[Claim], series: PublishedGap, other: str, sign: float
) -> Explained | None:
    """The readings of one change; None without a level and two gaps to read it against."""
    month = _last_month(claim)
    levels = _levels(listed, claim.entity, series.method)
    gaps = {m: sign * gap for m, gap in zip(series.months, series.gaps, strict=True)}
    earlier = max((m for m in gaps if month is not None and m < month), default=None)
    if month is None or earlier is None or month not in levels or month not in gaps:
        return None
    stated = [levels.get(month - n) for n in (1, 2, 3)]
    readings = tuple(
        explain_change(gaps[earlier], gaps[month], levels[month], claim.quantity.value, earlier=stated)
    )
    judged = [r for r in readings if r.miss is not None]
    best = min(judged, key=lambda r: abs(r.miss or 0.0), default=None)
    return Explained(claim.id, claim.entity, other, readings, best)


def _levels(claims: Iterable[Claim], entity: str, method: str) -> dict[int, float]:
    """Published shares of an entity by month, points."""
    return {
        month: 100 * claim.quantity.value for claim in claims
        if claim.metric == SHARE and claim.entity == entity and claim.qualifier("method") == method
        and not claim.qualifier("industry") and (month := month_of(claim)) is not None
    }  # fmt: skip


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
    lines = [f"claim {found.claim}, {found.entity} by month, can be read as"]
    for reading in found.readings:
        judged = (
            "no level published to judge by"
            if reading.miss is None
            else f"misses the published level by {reading.miss:+.1f} points"
        )
        mark = " <- fits best" if reading is found.best else ""
        lines.append(
            f"  {reading.steps} month{'s' if reading.steps > 1 else ''}: {found.entity} {reading.own_before:.1f} before, "
            f"{found.other} {reading.other_before:.1f} ({reading.other_change:+.1f}); {judged}; {_eta(reading)}{mark}"
        )
    return lines


def _eta(reading: Reading) -> str:
    """Months to the cross-over at a reading's speed, in words."""
    if (reading.gap_before > 0) != (reading.gap_after > 0):
        return "the lead has changed hands"
    if reading.months_to_cross is None:
        return "the gap does not close"
    return f"{reading.months_to_cross:.1f} months to cross at that speed"
