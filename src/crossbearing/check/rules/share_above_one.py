"""XB402: a share above the whole, or a margin above all of revenue."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Rule
from crossbearing.check.words import figure
from crossbearing.problems import Problem
from crossbearing.vocabulary.claim import Modality

MARGINS = ("margin.gross", "margin.inference", "margin.operating")
PARTS = ("share", "probability")


def _find(evidence: Evidence) -> Iterator[Problem]:
    for s in evidence.stated:
        metric = evidence.metric(s)
        if metric is None or s.claim.modality in (Modality.SUPERSEDED, Modality.HYPOTHETICAL):
            continue
        share = metric.unit_kind in PARTS
        if not (share or metric.id in MARGINS) or s.claim.unit.kind != "ratio":
            continue
        quantity = s.claim.quantity
        least = quantity.value if quantity.low is None else quantity.low
        above = least > 1.0 and not quantity.relation.is_ceiling
        if above or (share and least < 0.0 and not quantity.relation.is_floor):
            yield Problem(
                RULE.code,
                s.claim.position,
                f"{metric.label.lower()} of {figure(s)} is impossible",
                "a part of a whole lies between nothing and all of it"
                if share
                else "profit is revenue less cost, so it cannot exceed revenue",
                "a percentage is written 40%, not 40; growth and multiples have metrics of their own",
                width=len(quantity.text),
            )


RULE = Rule(
    code="XB402",
    message="a share is above one or below nought, or a margin above all of revenue",
    why="40 for 40% is the usual cause; a growth rate filed as a share the other",
    mend="write 40% or 0.4; file growth under its own metric",
    bad="""
id,entity,metric,value,unit,period
a,Acme,adoption.business_share,31,ratio,2026-03
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,adoption.business_share,31%,ratio,2026-03
""",
    family="error",
    find=_find,
)
