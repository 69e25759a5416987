"""XB443: two figures that differ by two neighbouring digits changing places."""

from __future__ import annotations

import math

from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import digits
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure
from crossbearing.vocabulary.conflict import ConflictKind

PAIR = 2
LEAST = 3  # digits; of two digits too many pairs are each other's reverse by chance


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    a, b = found.pair
    if a.bar.mid * b.bar.mid <= 0 or a.bar.is_open or b.bar.is_open:
        return None
    one, two = digits(a), digits(b)
    if max(len(one), len(two)) < LEAST or not _swapped(one, two):
        return None
    if math.floor(math.log10(abs(a.amount.mid))) != math.floor(math.log10(abs(b.amount.mid))):
        return None
    return Cause(
        ConflictKind.DIGITS,
        f"{figure(a)} and {figure(b)} have the same digits with two neighbours changed over",
        "the first report decides; the other is a slip of typing",
    )


def _swapped(one: str, two: str) -> bool:
    width = max(len(one), len(two))
    first, second = one.ljust(width, "0"), two.ljust(width, "0")
    at = [i for i in range(width) if first[i] != second[i]]
    return (
        len(at) == PAIR
        and at[1] == at[0] + 1
        and (first[at[0]], first[at[1]]) == (second[at[1]], second[at[0]])
    )


RULE = Rule(
    code="XB443",
    message="two figures differ by neighbouring digits that changed places",
    why="typing turns 1,274 into 1,724 far more often than two counts differ by exactly that",
    mend="look up the first report; mark the slip superseded",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,headcount,1274,count,2025-12-31,report
b,Acme,headcount,1724,count,2025-12-31,daily
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,headcount,1274,count,2025-12-31,report
b,Acme,headcount,~1280,count,2025-12-31,daily
""",
    family="cause",
    explain=_explain,
    order=29,
)
