"""XB427: figures that would agree if one were dated a little otherwise."""

from __future__ import annotations

import math

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure, placed
from crossbearing.vocabulary.conflict import ConflictKind

GROWING = 0.01 / 30  # log change a day above which a date matters
SHIFT = 45  # days by which a label may plausibly be off
EXACT = 3  # days up to which a date counts as exact


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    usual = found.band.usual
    if usual is None or abs(usual) < GROWING or math.isnan(found.excess):
        return None
    a, b = found.pair
    if a.first == b.first and a.last == b.last and a.last - a.first < EXACT:
        return None
    days = math.ceil(abs(found.excess / usual)) or 1
    if days > SHIFT:
        return None
    return Cause(
        ConflictKind.DATE,
        f"at the usual growth {placed(a)} and {placed(b)} would agree if one date were {days} day{'s' if days > 1 else ''} off",
        f"find the day each of {figure(a)} and {figure(b)} is about",
    )


RULE = Rule(
    code="XB427",
    message="figures would agree if one were dated a little otherwise",
    why="while a quantity grows by a third a month, a label such as a bare month decides whether two figures contradict",
    mend="write the day, or early, mid, end of the month, where the source allows it",
    bad="""
id,entity,metric,value,unit,period
a,Acme,revenue.run_rate,4B,USD/yr,2025-10-31
b,Acme,revenue.run_rate,5B,USD/yr,2025-12-01
c,Acme,revenue.run_rate,8.6B,USD/yr,2026-03-05
d,Acme,revenue.run_rate,8B,USD/yr,end 2026-03
e,Acme,revenue.run_rate,12B,USD/yr,2026-06-01
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,revenue.run_rate,4B,USD/yr,2025-10-31
b,Acme,revenue.run_rate,5B,USD/yr,2025-12-01
c,Acme,revenue.run_rate,7.3B,USD/yr,2026-03-05
d,Acme,revenue.run_rate,8.5B,USD/yr,end 2026-03
e,Acme,revenue.run_rate,12B,USD/yr,2026-06-01
""",
    family="cause",
    explain=_explain,
    order=60,
)
