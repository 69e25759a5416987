"""XB470: gross profit against revenue less its cost."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import same_span, usable
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, differ
from crossbearing.vocabulary.conflict import IdentityCheck


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for profit in usable(evidence.about("profit.gross")):
        revenues = _matching(profit, evidence, "revenue.recognised")
        costs = _matching(profit, evidence, "cost.revenue")
        if revenues and costs:
            yield recompute(
                RULE.code,
                "gross profit = revenue - cost of revenue",
                [(revenues[0], "revenue"), (costs[0], "cost of revenue")],
                profit,
                revenues[0].amount - costs[0].amount,
                role="gross profit",
            )


def _matching(profit: Stated, evidence: Evidence, metric: str) -> list[Stated]:
    """Statements of the same days, part and kind; of the profit's own source first."""
    found = [
        s
        for s in evidence.around(profit, 0, metric)
        if profit.span
        and same_span(s, profit)
        and s.claim.unit == profit.claim.unit
        and s.claim.modality is profit.claim.modality
        and s.partition == profit.partition
        and not differ(s.definition, profit.definition)
    ]
    return sorted(found, key=lambda s: (s.claim.source != profit.claim.source, s.id))


RULE = Rule(
    code="XB470",
    message="gross profit is not revenue less its cost",
    why="the three are two facts; where they miss, one leaves out a cost (hosting, partners, support) that another counts",
    mend="record what the cost of revenue holds in each source",
    bad="""
id,entity,metric,value,unit,period
a,Acme,revenue.recognised,4.0B,USD,2025
b,Acme,cost.revenue,1.6B,USD,2025
c,Acme,profit.gross,2.9B,USD,2025
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,revenue.recognised,4.0B,USD,2025
b,Acme,cost.revenue,1.6B,USD,2025
c,Acme,profit.gross,2.4B,USD,2025
""",
    family="identity",
    find=_find,
)
