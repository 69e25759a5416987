"""XB441: shares of one market that add up to more than the market."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import list_of, placed
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

MARKET = ("revenue.market_share", "share.enterprise_spend", "share.enterprise_coding")
OWN = ("revenue.mix",)  # parts of one company
ROOM = 0.005
SPLITS = ("product", "segment", "region", "channel")


def _find(evidence: Evidence) -> Iterator[Conflict]:
    markets: dict[tuple[object, ...], dict[object, Stated]] = defaultdict(dict)
    for s in evidence.about(*MARKET, *OWN):
        if s.claim.modality is not Modality.ACTUAL or not s.dated:
            continue
        own = s.metric in OWN
        keys = tuple(k for k, _ in s.partition)
        if own and (len(keys) != 1 or keys[0] not in SPLITS):
            continue
        market = (s.entity, keys) if own else (s.partition,)
        name = s.partition if own else s.entity
        markets[(s.metric, market, s.coverage, s.claim.source, s.first, s.last)].setdefault(name, s)
    for parts in markets.values():
        shares = list(parts.values())
        if len(shares) > 1 and sum(s.bar.low for s in shares) > 1.0 + ROOM:
            yield _conflict(shares, evidence)


def _conflict(shares: list[Stated], evidence: Evidence) -> Conflict:
    total = sum(s.bar.mid for s in shares)
    return conflict(
        RULE.code,
        ConflictKind.ARITHMETIC,
        shares,
        f"shares add up to {total:.1%}: {list_of([f'{s.entity} {placed(s)}' for s in shares[:6]])}",
        f"one source splits {evidence.label(shares[0].metric).lower()} at one time, so the parts cannot exceed the whole",
        "look for a part counted twice, another market or panel (`method=`), or a misprint",
        total - 1.0,
    )


RULE = Rule(
    code="XB441",
    message="shares of one market exceed the market",
    why="parts that one source states for one market and time cannot add up to more than all of it",
    mend="separate markets and panels by `method=` and `segment=`; correct the misprint",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,revenue.market_share,61%,ratio,2026-Q1,panel
b,Rival,revenue.market_share,52%,ratio,2026-Q1,panel
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,revenue.market_share,41%,ratio,2026-Q1,panel
b,Rival,revenue.market_share,52%,ratio,2026-Q1,panel
""",
    family="conflict",
    find=_find,
)
