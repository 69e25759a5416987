"""XB468: a share against the part and the total it is a share of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import PRESENT, days_apart, same_span, usable
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck

MIX = "revenue.mix"
MARKET_SHARE = "revenue.market_share"
MARKET = "market.revenue"
REVENUES = ("revenue.recognised", "revenue.run_rate")
TOLD = (*PRESENT, Modality.DERIVED)
REACH = 21  # days between a share told for a day and the rates it joins


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for share in usable(evidence.about(MIX), TOLD):
        part = tuple(p for p in share.partition if p[0] != "scope")
        figures = _figures(share, evidence, share.entity, *REVENUES)
        parts = [s for s in figures if s.partition == part and part]
        wholes = [s for s in figures if not s.partition]
        yield from _tested(share, parts, wholes, "share of revenue = part / total", "part", "total")
    markets = list(dict.fromkeys(s.entity for s in evidence.about(MARKET)))
    for share in usable(evidence.about(MARKET_SHARE), TOLD):
        own = [
            s for s in _figures(share, evidence, share.entity, *REVENUES) if s.partition == share.partition
        ]
        totals = [
            s
            for market in markets
            for s in _figures(share, evidence, market, MARKET)
            if s.partition == share.partition and s.coverage == share.coverage
        ]
        if len(markets) == 1:
            yield from _tested(
                share, own, totals, "share of a market = revenue / market", "revenue", "market"
            )


def _kind(share: Stated) -> Modality:
    """The kind of statement a share is of: an article's own arithmetic is about facts."""
    return Modality.ACTUAL if share.claim.modality is Modality.DERIVED else share.claim.modality


def _figures(share: Stated, evidence: Evidence, entity: str, *metrics: str) -> list[Stated]:
    """Figures a year for the time of the share, of its own kind of statement."""
    return [
        s
        for s in evidence.around(share, REACH, *metrics, entity=entity)
        if s.rated
        and s.bar.mid > 0
        and s.claim.modality is _kind(share)
        and (same_span(s, share) if s.span else days_apart(s, share) <= REACH)
    ]


def _tested(
    share: Stated, parts: list[Stated], wholes: list[Stated], name: str, role: str, total: str
) -> Iterator[IdentityCheck]:
    """The pair that gives the share where there is one; both of one metric where one is of the other's kind."""
    pairs = [p for p in product(parts, wholes) if p[0].metric == p[1].metric or p[1].metric == MARKET]
    if not pairs:
        return
    fitting = (p for p in pairs if (p[0].bar / p[1].bar).meets(share.amount))
    part, whole = next(fitting, pairs[0])
    yield recompute(
        RULE.code, name, [(part, role), (whole, total)], share, part.bar / whole.bar, role="share"
    )


RULE = Rule(
    code="XB468",
    message="a share is not the part over the total",
    why="share, part and total are two facts, not three; where they miss, one is of another date, basis or market",
    mend="record time, basis and market of each of the three",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,revenue.recognised,500M,USD,2025,
b,Acme,revenue.recognised,200M,USD,2025,segment=enterprise
c,Acme,revenue.mix,60%,ratio,2025,segment=enterprise
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,revenue.recognised,500M,USD,2025,
b,Acme,revenue.recognised,300M,USD,2025,segment=enterprise
c,Acme,revenue.mix,60%,ratio,2025,segment=enterprise
""",
    family="identity",
    find=_find,
)
