"""XB466: a cost told as a share of revenue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import same_span, usable, whole
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Basis, Modality
from crossbearing.vocabulary.conflict import IdentityCheck

SHARES = {"cost.compute_per_revenue": "cost.compute"}
REVENUES = ("revenue.recognised", "revenue.run_rate")


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for share_metric, cost_metric in SHARES.items():
        for share in evidence.about(share_metric):
            if share.claim.modality in (Modality.SUPERSEDED, Modality.HYPOTHETICAL) or not share.dated:
                continue
            costs = [s for s in _of_the_time(share, evidence, cost_metric) if not _one_supplier(s)]
            revenues = _of_the_time(share, evidence, *REVENUES)
            pairs = _own(share, sorted(product(costs, revenues), key=lambda p: _order(share, p)))
            if pairs:
                fitting = (p for p in pairs if (p[0].bar / p[1].bar).meets(share.amount))
                cost, revenue = next(fitting, pairs[0])
                yield recompute(
                    RULE.code,
                    f"{evidence.label(share_metric).lower()} = cost a year / revenue a year",
                    [(cost, "cost"), (revenue, "revenue")],
                    share,
                    cost.bar / revenue.bar,
                    role="share of revenue",
                )


def _own(share: Stated, pairs: list[tuple[Stated, Stated]]) -> list[tuple[Stated, Stated]]:
    """The pairs of the share's own source, where it states both figures; net revenue only where there is no other."""
    own = [p for p in pairs if all(s.claim.source == share.claim.source for s in p)]
    found = own or pairs
    return [p for p in found if p[1].claim.basis is not Basis.NET] or found


def _of_the_time(share: Stated, evidence: Evidence, *metrics: str) -> list[Stated]:
    """Figures a year for the same days, or a rate told for a day among them."""
    return [
        s
        for s in whole(usable(evidence.around(share, 0, *metrics)))
        if s.rated and s.bar.mid > 0 and (same_span(s, share) or not s.span)
    ]


def _one_supplier(cost: Stated) -> bool:
    return any(key in ("supplier", "counterparty") for key, _ in cost.partition)


def _order(share: Stated, pair: tuple[Stated, Stated]) -> tuple[int, float, str]:
    """Figures of the share's own source first, then the kindest reading."""
    foreign = sum(s.claim.source != share.claim.source for s in pair)
    return foreign, abs(pair[0].bar.mid / pair[1].bar.mid - share.amount.mid), pair[1].id


RULE = Rule(
    code="XB466",
    message="a cost is not the stated share of revenue",
    why="such a share is often from a plan; once revenue outgrows the plan the sentence is repeated and no longer holds",
    mend="find the plan both figures are from, and compare cost with the revenue of its own year",
    bad="""
id,entity,metric,value,unit,period,modality
a,Acme,cost.compute,19B,USD,2026,forecast
b,Acme,revenue.run_rate,30B,USD/yr,end 2026-03,actual
c,Acme,cost.compute_per_revenue,~100%,ratio,2026,forecast
""",
    good="""
id,entity,metric,value,unit,period,modality
a,Acme,cost.compute,19B,USD,2026,forecast
b,Acme,revenue.run_rate,20B,USD/yr,end 2026-03,actual
c,Acme,cost.compute_per_revenue,~95%,ratio,2026,forecast
""",
    family="identity",
    find=_find,
)
