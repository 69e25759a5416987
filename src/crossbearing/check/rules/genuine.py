"""XB429: figures that contradict each other for no reason the book shows."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure, percent
from crossbearing.vocabulary.claim import Status
from crossbearing.vocabulary.conflict import ConflictKind

SETTLING = (Status.FILED, Status.AUDITED)


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    a, b = found.pair
    if a.claim.source == b.claim.source:
        why = f"one source, {a.claim.source}, prints both for the same quantity at the same time"
    else:
        why = f"{_who(a)} and {_who(b)} differ beyond the rounding of what they print; no claim explains it"
    return Cause(ConflictKind.GENUINE, why, _settled(a, b))


def _settled(a: Stated, b: Stated) -> str:
    """What resolves it: where one of the two is filed or audited, that one stands and the other missed by so much."""
    best = [s for s in (a, b) if s.claim.status in SETTLING]
    if len(best) != 1:
        return "a filed or audited figure, or the first reports behind the two"
    stands, gives_way = (a, b) if best[0] is a else (b, a)
    missed = gives_way.bar.mid - stands.bar.mid
    size = f" by {percent(abs(missed / stands.bar.mid))}" if stands.bar.mid else ""
    side = "too high" if missed > 0 else "too low"
    return f"the {stands.claim.status} figure {figure(stands)} stands; {figure(gives_way)} was {side}{size}"


def _who(one: Stated) -> str:
    """Source and who stands behind the figure."""
    return f"{one.claim.origin or one.claim.source} ({one.claim.status})"


RULE = Rule(
    code="XB429",
    message="figures contradict each other",
    why="two statements of one quantity at one time, on one basis and definition, cannot both hold; which is right changes the position",
    mend="weigh the sources; a filed or audited figure settles it. The fit weighs both and reports each claim's outlier probability",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,headcount,4200,count,2026-03-31,register
b,Acme,headcount,5100,count,2026-03-31,agency
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,headcount,4200,count,2026-03-31,register
b,Acme,headcount,~4250,count,2026-03-31,agency
""",
    family="cause",
    explain=_explain,
    order=99,
)
