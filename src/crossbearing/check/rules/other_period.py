"""XB446: the figure of another period of the same length told for this one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import telling
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import Stated, months
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import day, figure
from crossbearing.vocabulary.conflict import ConflictKind

EQUAL = 0.005
ENDS = 4  # days by which periods of one length may differ
LONGEST = 16  # parts of a period looked at; more are daily figures


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    if not found.series.span or found.series.klass != "actual":
        return None
    if found.series.metric is None or found.series.metric.over_time != "sum":
        return None
    for wrong, right in ((found.odd, found.other), (found.other, found.odd)):
        for parts in _other_periods(wrong, found.series.leads) if telling(wrong) else ():
            total = _total(parts)
            if (
                total.mid
                and abs(wrong.amount.mid / total.mid - 1.0) <= EQUAL
                and not total.meets(right.amount)
            ):
                return _cause(wrong, parts)
    return None


def _cause(wrong: Stated, parts: list[Stated]) -> Cause:
    span = f"{day(parts[0].first)} to {day(parts[-1].last)}"
    ids = ", ".join(p.id for p in parts)
    return Cause(
        ConflictKind.DATE,
        f"{figure(wrong)} [{wrong.id}] is the figure of {span} [{ids}], another {months(wrong.first, wrong.last):g} months",
        "a calendar year told as the fiscal year, or the year before as this one: give the figure its own period",
        tuple(parts),
    )


def _other_periods(wrong: Stated, leads: list[Stated]) -> Iterator[list[Stated]]:
    """Statements, single or tiling, of a period as long that overlaps this one or ends before it."""
    length = wrong.last - wrong.first
    near = [
        s
        for s in leads
        if s is not wrong
        and s.claim.basis is wrong.claim.basis
        and s.definition == wrong.definition
        and wrong.first - length - ENDS <= s.last
        and s.first <= wrong.last
    ]
    for s in near:
        if abs((s.last - s.first) - length) <= ENDS and abs(s.first - wrong.first) > ENDS:
            yield [s]
    quarters = sorted((s for s in near if s.last - s.first < length - ENDS), key=lambda s: (s.first, s.id))
    shortest = min((s.last - s.first for s in quarters), default=0)
    tiles = list({s.first: s for s in reversed(quarters) if s.last - s.first <= shortest + ENDS}.values())[
        ::-1
    ]
    for i in range(len(tiles)):
        for j in range(i + 2, min(len(tiles), i + LONGEST) + 1):
            run = tiles[i:j]
            joined = all(b.first == a.last + 1 for a, b in pairwise(run))
            whole = abs(run[-1].last - run[0].first - length) <= ENDS
            if joined and whole and abs(run[0].first - wrong.first) > ENDS:
                yield run


def _total(parts: list[Stated]) -> Bar:
    total = Bar(0.0, 0.0, 0.0)
    for part in parts:
        total = total + part.amount
    return total


RULE = Rule(
    code="XB446",
    message="the figure of another period is told for this one",
    why="fiscal and calendar years carry one name, and last year's figure is quoted as this year's",
    mend="give each figure the period it is of",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,profit.operating,1.1B,JPY,2025-01..2025-03,report
b,Acme,profit.operating,1.4B,JPY,2025-04..2025-06,report
c,Acme,profit.operating,1.8B,JPY,2025-07..2025-09,report
d,Acme,profit.operating,2.1B,JPY,2025-10..2025-12,report
e,Acme,profit.operating,7.66B,JPY,2025-04..2026-03,report
f,Acme,profit.operating,6.4B,JPY,2025-04..2026-03,daily
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,profit.operating,1.1B,JPY,2025-01..2025-03,report
b,Acme,profit.operating,1.4B,JPY,2025-04..2025-06,report
c,Acme,profit.operating,1.8B,JPY,2025-07..2025-09,report
d,Acme,profit.operating,2.1B,JPY,2025-10..2025-12,report
e,Acme,profit.operating,7.66B,JPY,2025-04..2026-03,report
f,Acme,profit.operating,6.4B,JPY,2025,daily
""",
    family="cause",
    explain=_explain,
    order=32,
)
