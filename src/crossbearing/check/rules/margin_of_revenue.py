"""XB461: a margin against profit over revenue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import same_span, usable
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, differ
from crossbearing.vocabulary.conflict import IdentityCheck

MARGINS = {
    "margin.gross": ("profit.gross",),
    "margin.operating": ("profit.operating",),
    "cash.burn_per_revenue": ("cash.burn",),
}
REVENUE = "revenue.recognised"


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for margin_metric, profits in MARGINS.items():
        for margin in usable(evidence.about(margin_metric)):
            revenues = _matching(margin, evidence, (REVENUE,))
            tops = _matching(margin, evidence, profits)
            pairs = list(product(tops, revenues))
            if pairs:
                fitting = (p for p in pairs if (p[0].amount / p[1].amount).meets(margin.amount))
                top, revenue = next(fitting, pairs[0])
                yield recompute(
                    RULE.code,
                    f"{evidence.label(margin_metric).lower()} = {evidence.label(top.metric).lower()} / revenue",
                    [(top, evidence.label(top.metric).lower()), (revenue, "revenue")],
                    margin,
                    top.amount / revenue.amount,
                    role="margin",
                )


def _matching(margin: Stated, evidence: Evidence, metrics: tuple[str, ...]) -> list[Stated]:
    """Statements of the same days, part, measure and kind, on one plan; of the margin's own source first."""
    found = [
        s
        for s in usable(evidence.of(margin.entity, *metrics))
        if s.span
        and same_span(s, margin)
        and s.claim.unit.kind == "money"
        and s.claim.modality is margin.claim.modality
        and s.partition == margin.partition
        and not differ(s.definition, margin.definition)
        and s.claim.qualifier("plan_vintage") == margin.claim.qualifier("plan_vintage")
    ]
    return sorted(found, key=lambda s: (s.claim.source != margin.claim.source, s.id))


RULE = Rule(
    code="XB461",
    message="a margin is not profit over revenue",
    why="margin, profit and revenue are two facts, not three; where they miss, one is adjusted, of another scope or another plan",
    mend="record the measure of each (adjusted or not) and the plan it is from",
    bad="""
id,entity,metric,value,unit,period
a,Acme,revenue.recognised,4.0B,USD,2025
b,Acme,profit.gross,2.4B,USD,2025
c,Acme,margin.gross,45%,ratio,2025
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,revenue.recognised,4.0B,USD,2025
b,Acme,profit.gross,2.4B,USD,2025
c,Acme,margin.gross,60%,ratio,2025
""",
    family="identity",
    find=_find,
)
