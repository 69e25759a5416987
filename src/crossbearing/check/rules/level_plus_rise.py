"""XB425: a level that is another level plus an earlier one: "rose to" read as "rose by"."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure, placed
from crossbearing.vocabulary.conflict import ConflictKind

EARLIER = (20, 400)  # days before the level from which a rise is told: since last month, since last year
MATTERS = 0.1  # a start or a rise below this share of the sum explains nothing
CLOSE = 0.02


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    small, large = sorted((found.odd, found.other), key=lambda s: s.bar.mid)
    if small.bar.mid <= 0 or found.series.kind not in ("rate", "stock"):
        return None
    start = next((s for s in found.series.leads if _sums(s, small, large)), None)
    if start is None:
        return None
    return Cause(
        ConflictKind.DIGITS,
        f"{figure(large)} is {figure(small)} plus the earlier {placed(start)}: a rise to {figure(small)} read as a rise by it",
        f"take {figure(small)} as the level unless the first report says otherwise",
        (start,),
    )


def _sums(start: Stated, small: Stated, large: Stated) -> bool:
    if start.claim.quantity.relation.is_ceiling:
        return False  # "under 7" is no level that something rose from
    if not EARLIER[0] <= large.middle - start.middle <= EARLIER[1] or start.middle >= small.middle:
        return False
    total = start.bar.mid + small.bar.mid
    return min(start.bar.mid, small.bar.mid) >= MATTERS * total and abs(total / large.bar.mid - 1.0) <= CLOSE


RULE = Rule(
    code="XB425",
    message='a level is the sum of two others: "rose to" read as "rose by"',
    why="the starting level is counted twice, so the level and every rise told from it are too high",
    mend="read the first report; keep the level that the recognised revenue of the period bears out",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,revenue.run_rate,9B,USD/yr,2025-12-31,wire
b,Acme,revenue.run_rate,30B,USD/yr,2026-03-31,wire
c,Acme,revenue.run_rate,39B,USD/yr,2026-03-31,blog
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,revenue.run_rate,9B,USD/yr,2025-12-31,wire
b,Acme,revenue.run_rate,30B,USD/yr,2026-03-31,wire
c,Acme,revenue.run_rate,30B,USD/yr,2026-03-31,blog
""",
    family="cause",
    explain=_explain,
    order=28,
    quorum=0.0,
)
