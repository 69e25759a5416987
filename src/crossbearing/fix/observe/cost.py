"""Cost and gross profit as levels of revenue, through the gross margin of the same period."""

from __future__ import annotations

import math

from crossbearing.fix.align import Aligned
from crossbearing.fix.dependence import span
from crossbearing.fix.grid import ordinal
from crossbearing.fix.model import Term
from crossbearing.fix.observe import Evidence, Reading, observes
from crossbearing.vocabulary.claim import Claim

MARGIN_ERROR = 0.05  # a margin is stated to a point or two and its costs are defined loosely


@observes("cost.revenue", "profit.gross")
def cost_of_revenue(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log cost of revenue = log revenue + log(1 - gross margin); log gross profit = log revenue + log margin."""
    claim = statement.claim
    if claim.entity not in evidence.paths or statement.span is None:
        return "needs the entity's revenue and a period"
    margin = margin_over(claim, statement.span, evidence)
    if margin is None:
        return "no gross margin of the same period"
    m = margin.quantity.value
    share = 1.0 - m if claim.metric == "cost.revenue" else m
    if not 0.0 < share < 3.0:
        return "the gross margin of the same period leaves no such share of revenue"
    first, after = statement.span
    term = Term(claim.entity, ((after - first, 1.0),), after)
    return Reading(
        (term,),
        shift=-math.log(share),
        error=MARGIN_ERROR / share,
        rests_on=(margin.id,),
        operator="cost through gross margin",
    )


def margin_over(claim: Claim, days: tuple[float, float], evidence: Evidence) -> Claim | None:
    """The gross margin stated for the same period, if there is one."""
    for margin in sorted(evidence.about(claim.entity, "margin.gross"), key=lambda c: c.id):
        if margin.period is None or any(k in ("segment", "product") for k, _ in margin.qualifiers):
            continue
        first, last = span(margin.period)
        if abs(ordinal(first) - days[0]) <= 3 and abs(ordinal(last) + 1 - days[1]) <= 3:
            return margin
    return None
