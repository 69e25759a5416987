"""XB457: shares of one market against the revenues they are shares of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.integral import annual_revenue
from crossbearing.check.pairing import same_span, slack, usable
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import a_year
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck

SHARE = "revenue.market_share"
ROOM = 0.1  # what a market's estimate and a run rate read as a period's revenue leave out


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    panels: dict[tuple[object, ...], list[Stated]] = defaultdict(list)
    for s in usable(evidence.about(SHARE), (Modality.ACTUAL,)):
        if s.dated and s.bar.low > 0:
            panels[s.first, s.last, s.partition, s.coverage, s.claim.origin].append(s)
    for shares in panels.values():
        base = next((s for s in shares if _reported(s, evidence)), None)
        if base is not None:
            for other in shares:
                if other.entity != base.entity:
                    yield from _compared(base, other, evidence)


def _reported(share: Stated, evidence: Evidence) -> Stated | None:
    """Recognised revenue of the same span."""
    found = usable(evidence.of(share.entity, "revenue.recognised"), (Modality.ACTUAL,))
    same = [s for s in found if same_span(s, share) and s.partition == share.partition]
    return min(same, key=lambda s: (s.claim.source != share.claim.source, s.id), default=None)


def _compared(base: Stated, other: Stated, evidence: Evidence) -> Iterator[IdentityCheck]:
    """The other's revenue from the ratio of the shares, against what is said of it."""
    known = _reported(base, evidence)
    found = annual_revenue(evidence, other.entity, other)
    if known is None or found is None:
        return
    (stated, *more), actual = found
    yield recompute(
        RULE.code,
        "revenue / revenue = share / share",
        [
            (known, "revenue"),
            (base, "its share"),
            (other, "the other's share"),
            *((s, "run rate") for s in more),
        ],
        stated,
        slack(known.bar * other.amount / base.amount, ROOM),
        actual,
        unit=a_year(stated.claim.unit),
        role="the other's revenue" if stated.span else "run rate",
    )


RULE = Rule(
    code="XB457",
    message="shares of one market do not fit the revenues of its members",
    why="if two shares are of one market and one revenue is known, the other follows; where it misses, the panel measures something else than revenue",
    mend="ask what the panel counts; keep its shares out of the revenue series",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,revenue.market_share,30%,ratio,2026-Q1,panel
b,Rival,revenue.market_share,30%,ratio,2026-Q1,panel
c,Acme,revenue.recognised,1B,USD,2026-Q1,wire
d,Rival,revenue.recognised,2B,USD,2026-Q1,wire
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,revenue.market_share,20%,ratio,2026-Q1,panel
b,Rival,revenue.market_share,40%,ratio,2026-Q1,panel
c,Acme,revenue.recognised,1B,USD,2026-Q1,wire
d,Rival,revenue.recognised,2B,USD,2026-Q1,wire
""",
    family="identity",
    find=_find,
)
