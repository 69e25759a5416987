"""XB459: recognised revenue against the run rate integrated over the same days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.integral import TRAILING, dated_rates, mean_rate
from crossbearing.check.pairing import slack, usable, whole
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import a_year
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.conflict import IdentityCheck

REVENUE = "revenue.recognised"
ROOM = 0.05  # revenue outside the run rate, or the reverse
LONGEST = 370  # days


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for entity in evidence.entities(REVENUE):
        every = dated_rates(evidence, entity)
        seen: set[tuple[int, int, float]] = set()
        for revenue in whole(usable(evidence.of(entity, REVENUE))):
            rates = [s for s in every if s.claim.unit.currency == revenue.claim.unit.currency]
            key = (revenue.first, revenue.last, revenue.bar.mid)
            if len(rates) > 1 and _testable(revenue, rates) and key not in seen:
                seen.add(key)
                yield from _tested(revenue, rates)


def _testable(revenue: Stated, rates: Sequence[Stated]) -> bool:
    """A span of at most a year, on a basis the rates may share."""
    net = revenue.claim.basis is Basis.NET
    return (
        revenue.span
        and revenue.last - revenue.first <= LONGEST
        and net == (rates[0].claim.basis is Basis.NET)
    )


def _tested(revenue: Stated, rates: Sequence[Stated]) -> Iterator[IdentityCheck]:
    found = mean_rate(rates, revenue.first, revenue.last)
    if found is None:
        return
    used, mean = found
    yield recompute(
        RULE.code,
        "recognised revenue a year = mean of the run rate over the period",
        [(s, "run rate") for s in used],
        revenue,
        slack(mean, ROOM),
        revenue.bar,
        unit=a_year(revenue.claim.unit),
        note=f"log-linear between dated rates, read up to {TRAILING} days late; recognised is {revenue.bar.mid / mean.mid - 1:+.0%} off it",
        role="recognised",
    )


RULE = Rule(
    code="XB459",
    message="recognised revenue is not what the run rate adds up to",
    why="the integral of the run rate over a quarter is the one hard test of a headline; a miss means another basis, a lagging definition, a wrong date or a wrong level",
    mend="test each level and date against it; where gross run rates meet net recognised revenue, bridge first",
    bad="""
id,entity,metric,value,unit,period
a,Acme,revenue.run_rate,9B,USD/yr,end 2025
b,Acme,revenue.run_rate,19B,USD/yr,2026-02-15
c,Acme,revenue.run_rate,39B,USD/yr,2026-03-31
d,Acme,revenue.recognised,3B,USD,2026-Q1
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,revenue.run_rate,9B,USD/yr,end 2025
b,Acme,revenue.run_rate,19B,USD/yr,2026-03-01
c,Acme,revenue.run_rate,30B,USD/yr,2026-03-31
d,Acme,revenue.recognised,4.5B,USD,2026-Q1
""",
    family="identity",
    find=_find,
)
