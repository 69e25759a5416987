"""XB462: cost of revenue implied by a gross margin against all of compute."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import usable
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import a_year
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck

MARGIN = "margin.gross"
COMPUTE = "cost.compute"
REVENUE = "revenue.recognised"
ROOM = 0.1  # cost of revenue that is no compute


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for entity in evidence.entities(COMPUTE):
        budgets = [s for s in _total(usable(evidence.of(entity, COMPUTE))) if s.rated and s.span]
        revenues = [s for s in usable(evidence.of(entity, REVENUE)) if s.span and not s.partition]
        margins = [
            s for s in usable(evidence.of(entity, MARGIN)) if s.dated and not s.partition and s.bar.mid > 0
        ]
        for budget in budgets:
            for revenue in revenues:
                margin = _current(revenue, margins)
                if margin is not None and budget.first <= revenue.first and revenue.last <= budget.last:
                    yield from _tested(margin, revenue, budget)


def _total(costs: list[Stated]) -> list[Stated]:
    """Costs of all compute: no supplier named."""
    return [s for s in costs if not any(k in ("supplier", "counterparty", "segment") for k, _ in s.partition)]


def _current(revenue: Stated, margins: list[Stated]) -> Stated | None:
    """The margin told for the period or near it, whatever its own date turns out to be."""
    near = [m for m in margins if m.first <= revenue.last + 31 and revenue.first - 31 <= m.last]
    return min(
        near,
        key=lambda m: (m.claim.modality is not Modality.ACTUAL, abs(m.middle - revenue.middle), m.id),
        default=None,
    )


def _tested(margin: Stated, revenue: Stated, budget: Stated) -> Iterator[IdentityCheck]:
    """Only an excess decides: compute also trains models, so it may lie above the cost of revenue."""
    one = Bar(1.0, 1.0, 1.0)
    cost = revenue.bar * (one - margin.amount)
    least = Bar(cost.mid, cost.low * (1.0 - ROOM), float("inf"))
    if cost.low * (1.0 - ROOM) > budget.bar.high or cost.mid > budget.bar.mid:
        yield recompute(
            RULE.code,
            "cost of revenue (1 - gross margin) times revenue <= all of compute",
            [(margin, "gross margin"), (revenue, "revenue")],
            budget,
            Bar(least.mid, least.low, cost.high),
            budget.bar,
            unit=a_year(budget.claim.unit),
            note="the cost of revenue alone would exceed the whole compute budget",
            role="all of compute",
        )


RULE = Rule(
    code="XB462",
    message="the cost of revenue a margin implies is above all of compute",
    why="where serving customers is mostly compute, a margin, a revenue and a compute budget bind each other; a budget from an older plan or a margin of another year breaks it",
    mend="date margin and budget, and name the plan each is from",
    bad="""
id,entity,metric,value,unit,period,modality
a,Acme,margin.gross,40%,ratio,2026-05,actual
b,Acme,revenue.recognised,10.9B,USD,2026-Q2,forecast
c,Acme,cost.compute,19B,USD,2026,forecast
""",
    good="""
id,entity,metric,value,unit,period,modality
a,Acme,margin.gross,40%,ratio,2026-05,actual
b,Acme,revenue.recognised,4.9B,USD,2026-Q2,forecast
c,Acme,cost.compute,19B,USD,2026,forecast
""",
    family="identity",
    find=_find,
)
