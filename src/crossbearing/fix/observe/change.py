"""A change of run rate over a period, read through a level claimed near one of its ends."""

from __future__ import annotations

import math

from crossbearing.fix.align import Aligned
from crossbearing.fix.credence import credence
from crossbearing.fix.dependence import parts_of, span
from crossbearing.fix.grid import ordinal
from crossbearing.fix.model import Term
from crossbearing.fix.observe import Evidence, Reading, observes
from crossbearing.fix.observe.revenue import windows_of
from crossbearing.vocabulary.claim import Basis, Claim

FARTHEST_DAYS = 31.0
MISDATED_A_DAY = 0.004  # log units by which a level is off for each day between it and the end of the period
GROWTH_ERROR = 0.04


@observes("revenue.run_rate_change")
def run_rate_change(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log(end / start) = log(1 + change / start), or -log(1 - change / end): growth over the period.

    A difference of levels is no level, so it needs one: the run rate claimed nearest the start, or nearest the end.
    """
    claim = statement.claim
    if claim.entity not in evidence.paths:
        return "the entity has no revenue path"
    if statement.span is None:
        return "a change needs a period that says from when to when"
    first, after = statement.span
    found = _level_near(claim, (first, after), evidence)
    if found is None:
        return "no run rate is claimed near either end, and a change alone gives no level"
    level, days, at_start = found
    ratio = claim.quantity.value / level.quantity.value
    left = 1.0 + ratio if at_start else 1.0 - ratio
    if left <= 0.0:
        return f"it would leave nothing of {level.id}"
    growth = math.log(left) if at_start else -math.log(left)
    trust = credence(level, evidence.book)
    slope = abs(ratio / left)
    error = math.hypot(GROWTH_ERROR, slope * math.hypot(trust.sd, MISDATED_A_DAY * days))
    windows = windows_of(level)
    terms = (Term(claim.entity, windows, after), Term(claim.entity, windows, first, sign=-1.0))
    return Reading(
        terms,
        stretch=slope,  # a rounding of the change moves the growth by so much
        shift=growth - slope * 0.5 * (statement.low + statement.high),
        error=error,
        doubt=trust.outlier,
        rests_on=(level.id,),
        operator="change over a claimed level",
    )


def _level_near(
    claim: Claim, days: tuple[float, float], evidence: Evidence
) -> tuple[Claim, float, bool] | None:
    """The run rate claimed nearest to an end of a period, how many days off it is, and whether that end is the start."""
    found: list[tuple[float, bool, str, Claim]] = []
    for level in evidence.about(claim.entity, "revenue.run_rate"):
        clash = {level.basis, claim.basis} == {Basis.GROSS, Basis.NET}
        if level.period is None or clash or parts_of(level) != parts_of(claim):
            continue
        if level.quantity.relation.is_floor or level.quantity.relation.is_ceiling:
            continue
        first, last = span(level.period)
        middle = 0.5 * (ordinal(first) + ordinal(last))
        found += [
            (abs(middle - day), late, level.id, level) for day, late in zip(days, (False, True), strict=True)
        ]
    near = [row for row in found if row[0] <= FARTHEST_DAYS]
    if not near:
        return None
    away, late, _, level = min(near, key=lambda row: row[:3])
    return level, away, not late
