"""Run rates by their definition, and recognised revenue over any duration."""

from __future__ import annotations

import re
from datetime import date

from crossbearing.fix.align import Aligned
from crossbearing.fix.credence import is_interested
from crossbearing.fix.model import LATENT, Offset, Term
from crossbearing.fix.observe import Evidence, Reading, observes
from crossbearing.vocabulary.claim import Basis, Claim
from crossbearing.vocabulary.period import DAYS_A_YEAR, Instant

SUBSCRIPTIONS = (
    0.25  # share of subscriptions where a definition mixes usage and subscriptions; see docs, moves 0.5 %
)
MONTH_DAYS = DAYS_A_YEAR / 12.0
QUARTER_DAYS = DAYS_A_YEAR / 4.0


@observes("revenue.run_rate")
def run_rate(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log of recent revenue scaled to a year: factor x mean rate over the trailing window of its definition.

    28d*13 is 364/365 of the mean rate of 28 days; month*12 is 336/365 to 372/365 of the month's, by its length;
    quarter*4 likewise; an unstated definition has an unknown window and no factor.
    """
    claim = statement.claim
    basis = presentation(claim, evidence)
    if isinstance(basis, str):
        return basis
    offsets, scalars = basis
    term = Term(claim.entity, windows_of(claim))
    return Reading((term,), offsets, scalars, operator="run rate over its trailing window")


@observes("revenue.recognised")
def recognised(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log of the mean rate over the days of the period (ASC 606 revenue over its duration, actual/365)."""
    if statement.span is None:
        return "recognised revenue needs a period, not a date"
    basis = presentation(statement.claim, evidence)
    if isinstance(basis, str):
        return basis
    first, after = statement.span
    term = Term(statement.claim.entity, ((after - first, 1.0),), after)
    return Reading((term,), *basis, operator="recognised revenue over its period")


def windows_of(claim: Claim) -> tuple[tuple[float, float], ...]:
    """(days, weight) of the trailing windows a run rate averages over, by its stated definition."""
    rule = claim.definition.replace(" ", "")
    days = _month_days(claim)
    usage = re.match(r"(\d+)d\*(\d+(?:\.\d+)?)", rule)
    if usage:
        length, times = float(usage[1]), float(usage[2])
        factor = length * times / DAYS_A_YEAR
        if "subs" in rule:
            return ((length, (1 - SUBSCRIPTIONS) * factor), (days, SUBSCRIPTIONS * 12.0 * days / DAYS_A_YEAR))
        return ((length, factor),)
    if rule.startswith("month*12"):
        return ((days, 12.0 * days / DAYS_A_YEAR),)
    if rule.startswith("quarter*4"):
        return ((QUARTER_DAYS, 1.0),)
    return ((LATENT, 1.0),)


def _month_days(claim: Claim) -> float:
    """Days of the calendar month before the claim's date, where the claim names a month; otherwise a mean month."""
    period = claim.period
    if isinstance(period, Instant):
        length = (period.last - period.first).days + 1
        if 28 <= length <= 31 and period.first.day == 1:
            return float(length)
        if period.is_exact and _is_month_end(period.first):
            return float(period.first.day)
    return MONTH_DAYS


def _is_month_end(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def presentation(
    claim: Claim, evidence: Evidence
) -> tuple[tuple[Offset, ...], dict[str, tuple[float, float]]] | str:
    """What takes the path's presentation to the claim's: nothing, or the net-to-gross ratio as a scalar."""
    own = evidence.bases.get(claim.entity, Basis.UNSPECIFIED)
    if claim.basis in (own, Basis.UNSPECIFIED, Basis.NOT_APPLICABLE) or own is Basis.UNSPECIFIED:
        return (), {}
    if is_restatement(claim):
        return "restates another claim on the other basis; it enters gross to net as one voice"
    kept = evidence.kept.get(claim.entity)
    if kept is None:
        return f"stated {claim.basis}, and nothing identifies the ratio of net to gross"
    sign = 1.0 if claim.basis is Basis.NET else -1.0
    name = f"net to gross {claim.entity}"
    return (Offset(name, sign),), {name: kept}


def is_restatement(claim: Claim) -> bool:
    """Whether somebody else restates the entity's own figure on another basis."""
    by = claim.qualifier("by")
    return is_interested(claim) or (bool(by) and by != claim.entity) or bool(claim.qualifier("adjusted_for"))
