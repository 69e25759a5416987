"""XB445: the figure of another quantity told as this one."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import telling
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure, placed
from crossbearing.vocabulary.conflict import ConflictKind

MONEY = ("money", "money_rate")
EQUAL = 0.005
APART = 0.05  # figures closer than this are not told apart by another quantity's


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:
    a, b = found.odd, found.other
    if a.bar.mid * b.bar.mid <= 0 or abs(a.bar.mid / b.bar.mid - 1.0) < APART:
        return None
    for wrong, right in ((a, b), (b, a)):
        model = next((s for s in evidence.same_days(wrong) if _is_model(s, wrong)), None)
        if model is not None:
            label = evidence.label(model.metric).lower()
            return Cause(
                ConflictKind.DEFINITION,
                f"{figure(wrong)} [{wrong.id}] is what {placed(model)} states as {label}; "
                f"{figure(right)} [{right.id}] is {evidence.label(right.metric).lower()}",
                f"record {wrong.id} under the quantity it is of",
                (model,),
            )
    return None


def _is_model(one: Stated, wrong: Stated) -> bool:
    """Whether another quantity has the same printed figure for the same part; shares and counts are equal by chance."""
    return (
        one.metric != wrong.metric
        and one.span == wrong.span
        and wrong.claim.unit.kind in MONEY
        and telling(one)
        and one.partition == wrong.partition
        and abs(one.bar.mid / wrong.bar.mid - 1.0) <= EQUAL
    )


RULE = Rule(
    code="XB445",
    message="the figure of another quantity is told as this one",
    why="volume becomes sales, operating profit becomes net profit: the figure is right and its name is wrong",
    mend="record the claim under the metric it is of",
    bad="""
id,entity,metric,value,unit,period,basis,source
a,Acme,volume.gross_bookings,46B,EUR,2025,gross,report
b,Acme,revenue.recognised,1.84B,EUR,2025,unspecified,report
c,Acme,revenue.recognised,46B,EUR,2025,unspecified,blog
""",
    good="""
id,entity,metric,value,unit,period,basis,source
a,Acme,volume.gross_bookings,46B,EUR,2025,gross,report
b,Acme,revenue.recognised,1.84B,EUR,2025,unspecified,report
c,Acme,revenue.recognised,1.8B,EUR,2025,unspecified,blog
""",
    family="cause",
    explain=_explain,
    order=31,
    quorum=0.0,
)
