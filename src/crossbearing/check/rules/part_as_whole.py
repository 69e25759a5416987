"""XB444: the figure of a part told as the whole."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import telling
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure, placed
from crossbearing.vocabulary.conflict import ConflictKind

EQUAL = 0.005
REACH = 31  # days between a part told for one day and the whole told for another


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:
    small, large = sorted((found.odd, found.other), key=lambda s: s.bar.mid)
    if small.bar.mid <= 0 or not telling(small):
        return None
    near = evidence.around(small, REACH, small.metric)
    part = next((s for s in near if _is_part(s, small)), None)
    if part is None:
        return None
    name = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in part.partition)
    return Cause(
        ConflictKind.SCOPE,
        f"{figure(small)} is what {placed(part)} states for {name} alone; {figure(large)} is of all",
        "record the part the smaller figure is of (`segment=`, `region=`, `product=`)",
        (part,),
    )


def _is_part(one: Stated, told: Stated) -> bool:
    """Whether a statement gives the same figure for the same time of a part that the other does not name."""
    named = {k for k, _ in one.partition} - {k for k, _ in told.partition} - {"scope", "cumulative"}
    same = set(told.partition) <= set(one.partition)
    spans = one.span == told.span and (not one.span or (one.first, one.last) == (told.first, told.last))
    alike = one.claim.unit == told.claim.unit and one.claim.modality is told.claim.modality
    return bool(named) and same and spans and alike and abs(one.bar.mid / told.bar.mid - 1.0) <= EQUAL


RULE = Rule(
    code="XB444",
    message="the figure of a part is told as the whole",
    why="a region, a segment or a product loses its name in retelling, and the whole seems to shrink",
    mend="record the part with its qualifier",
    bad="""
id,entity,metric,value,unit,period,qualifiers,source
a,Acme,customers.count,84000,count,2026-03,region=EU,report
b,Acme,customers.count,126000,count,2026-03,,report
c,Acme,customers.count,84000,count,2026-03,,daily
""",
    good="""
id,entity,metric,value,unit,period,qualifiers,source
a,Acme,customers.count,84000,count,2026-03,region=EU,report
b,Acme,customers.count,126000,count,2026-03,,report
c,Acme,customers.count,84000,count,2026-03,region=EU,daily
""",
    family="cause",
    explain=_explain,
    order=26,
    quorum=0.0,
)
