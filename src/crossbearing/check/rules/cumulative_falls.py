"""XB439: a cumulative figure that falls."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, differ
from crossbearing.check.words import against
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

NEAR = 45  # days within which the comparison of levels sees the two already


def _find(evidence: Evidence) -> Iterator[Conflict]:
    for series in evidence.series:
        if series.klass != "actual" or ("cumulative", "yes") not in series.partition or series.span:
            continue
        dated = [s for s in series.leads if s.dated and s.bar.mid > 0]
        highest: Stated | None = None
        for s in dated:
            if (
                highest is not None
                and s.first > highest.last
                and s.bar.high < highest.bar.low
                and not differ(s.wild, highest.wild)
            ):
                yield conflict(
                    RULE.code,
                    ConflictKind.DATE if s.first - highest.last <= NEAR else ConflictKind.GENUINE,
                    [s, highest],
                    against(evidence, [s], [highest]),
                    "a sum since the beginning cannot become smaller",
                    "find what each figure counts from, and whether the later one is an older figure told again",
                )
            if highest is None or s.bar.mid > highest.bar.mid:
                highest = s


RULE = Rule(
    code="XB439",
    message="a cumulative figure falls",
    why="what was raised, spent or delivered since the beginning never becomes less",
    mend="check from when each figure counts; the later one may be an older figure told again",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,funding.raised,1.9B,USD,2025-06-12,cumulative=yes
b,Acme,funding.raised,1.6B,USD,2025-11-20,cumulative=yes
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,funding.raised,1.6B,USD,2025-06-12,cumulative=yes
b,Acme,funding.raised,1.9B,USD,2025-11-20,cumulative=yes
""",
    family="conflict",
    find=_find,
)
