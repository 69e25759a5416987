"""XB463: pre-money value and money raised against post-money value."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import days_apart
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, differ
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck

VALUES = ("valuation.round", "valuation.talks")
RAISED = "funding.raised"
REACH = 31


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for entity in evidence.entities(RAISED):
        values = [
            s for s in evidence.of(entity, *VALUES) if s.claim.modality in (Modality.ACTUAL, Modality.TALKS)
        ]
        pre = [s for s in values if s.claim.qualifier("valuation_basis") == "pre"]
        post = [s for s in values if s.claim.qualifier("valuation_basis") == "post"]
        money = [
            s for s in evidence.of(entity, RAISED) if s.claim.modality in (Modality.ACTUAL, Modality.TALKS)
        ]
        for a in pre:
            for b in (b for b in post if _one_round(a, b)):
                raised = [m for m in money if _one_round(m, b) and m.claim.qualifier("cumulative") != "yes"]
                if raised:
                    yield recompute(
                        RULE.code,
                        "post-money = pre-money + money raised",
                        [(a, "pre-money"), (raised[0], "raised")],
                        b,
                        a.amount + raised[0].amount,
                        role="post-money",
                    )


def _one_round(a: Stated, b: Stated) -> bool:
    return (
        days_apart(a, b) <= REACH
        and a.claim.modality is b.claim.modality
        and not differ(a.wild, b.wild)
        and a.claim.unit == b.claim.unit
    )


RULE = Rule(
    code="XB463",
    message="pre-money value and money raised do not give the post-money value",
    why="a value before and after the money differ by the money; where they do not, the labels are swapped or the round was extended",
    mend="find which of the figures is before and which after the money",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,valuation.round,80B,USD,2026-02,valuation_basis=pre; round=C
b,Acme,valuation.round,95B,USD,2026-02,valuation_basis=post; round=C
c,Acme,funding.raised,5B,USD,2026-02,round=C
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,valuation.round,80B,USD,2026-02,valuation_basis=pre; round=C
b,Acme,valuation.round,85B,USD,2026-02,valuation_basis=post; round=C
c,Acme,funding.raised,5B,USD,2026-02,round=C
""",
    family="identity",
    find=_find,
)
