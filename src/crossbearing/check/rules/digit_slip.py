"""XB424: two figures a power of ten apart."""

from __future__ import annotations

import math

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure
from crossbearing.vocabulary.conflict import ConflictKind

CLOSE = 0.06


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    a, b = found.pair
    if a.bar.mid * b.bar.mid <= 0:
        return None
    ratio = b.bar.mid / a.bar.mid
    power = round(math.log10(ratio))
    if power == 0 or abs(ratio / 10.0**power - 1.0) > CLOSE:
        return None
    return Cause(
        ConflictKind.DIGITS,
        f"{figure(a)} and {figure(b)} are a factor of {10 ** abs(power)} apart: a digit or a scale word was lost",
        "set each beside other figures of its size (totals, contracts, earlier dates); the first report decides",
    )


RULE = Rule(
    code="XB424",
    message="figures a power of ten apart",
    why="millions become billions and digits are dropped in translation and retyping far more often than two honest counts differ by exactly ten",
    mend="look up the first report; correct the slip with a note, keep the garbled claim superseded",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,compute.commitment_cost,30B,USD,2026-03,counterparty=Initech
b,Acme,compute.commitment_cost,300B,USD,2026-03,counterparty=Initech
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,compute.commitment_cost,30B,USD,2026-03,counterparty=Initech
b,Acme,compute.commitment_cost,300B,USD,2026-03,counterparty=Hooli
""",
    family="cause",
    explain=_explain,
    order=5,
)
