"""XB437: one company, several prices of different kinds at one time."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import list_of, percent, placed, size_of
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

PRICES = {
    "valuation.secondary": "secondary price",
    "valuation.tender": "tender",
    "valuation.ipo_estimate": "estimate for a listing",
    "valuation.talks": "round in talks",
}
ROUND = "valuation.round"
MOMENT = 60  # days within which two prices are of one moment
LATEST = 183  # days before in which a round still counts as the latest price
APART = 0.1  # prices of different kinds lie a few percent apart at any time


def _find(evidence: Evidence) -> Iterator[Conflict]:
    for entity in evidence.entities(*PRICES):
        prices = sorted((s for s in evidence.of(entity, *PRICES) if _usable(s)), key=_told)
        while prices:
            newest = prices[-1]
            moment = [s for s in prices if _told(newest) - _told(s) <= MOMENT]
            prices = [s for s in prices if s not in moment]
            if _disagree(moment):
                yield _tape(entity, moment, evidence)


def _usable(one: Stated) -> bool:
    return one.claim.modality not in (Modality.DERIVED, Modality.SUPERSEDED, Modality.HYPOTHETICAL) and (
        one.claim.known is not None or one.dated
    )


def _told(one: Stated) -> int:
    """The day a price was told: a listing is estimated long before it takes place."""
    return one.claim.known.toordinal() if one.claim.known else int(one.last)


def _disagree(moment: list[Stated]) -> bool:
    """Whether prices of two kinds cannot be one, an estimate for a listing or a secondary price among them."""
    kinds = {s.metric for s in moment}
    if len(kinds) < 2:
        return False
    return any(
        a.metric != b.metric
        and not a.amount.meets(b.amount)
        and abs(a.amount.mid / b.amount.mid - 1.0) > APART
        for a in moment
        for b in moment
        if b.amount.mid > 0 and a.claim.unit == b.claim.unit
    )


def _tape(entity: str, moment: list[Stated], evidence: Evidence) -> Conflict:
    told = _told(moment[-1])
    rounds = [
        s
        for s in evidence.of(entity, ROUND)
        if s.claim.modality is Modality.ACTUAL and s.dated and 0 <= told - s.last <= LATEST
    ]
    last = [max(rounds, key=lambda s: (s.middle, s.id))] if rounds else []
    by_kind = dict.fromkeys(s.metric for s in moment)
    shown = [f"{PRICES[m]} {list_of([placed(s) for s in moment if s.metric == m][:2])}" for m in by_kind]
    shown += [f"last priced round {placed(s)}" for s in last]
    size = size_of([*moment, *last])
    return conflict(
        RULE.code,
        ConflictKind.DEFINITION,
        [*moment, *last],
        f"{entity}, what it is worth: {'; '.join(shown)}",
        f"these are prices of different events, {percent(size)} apart: an offer among few sellers, a round not yet closed, "
        "a banker's view and a price money was paid at",
        "keep them on a tape typed by event; enter a value only at the price that was paid",
        size,
    )


RULE = Rule(
    code="XB437",
    message="prices of different kinds are told as one value",
    why="a secondary offer, talks, an estimate for a listing and a priced round answer different questions; quoting one for another moves the value by a factor",
    mend="type every price by its event and never merge them",
    bad="""
id,entity,metric,value,unit,period,modality,known
a,Acme,valuation.secondary,100B,USD,2026-05,actual,2026-05-20
b,Acme,valuation.talks,>90B,USD,2026-05,talks,2026-05-13
c,Acme,valuation.ipo_estimate,40B..50B,USD,2026-10,forecast,2026-05-13
""",
    good="""
id,entity,metric,value,unit,period,modality,known
a,Acme,valuation.secondary,92B,USD,2026-05,actual,2026-05-20
b,Acme,valuation.talks,>90B,USD,2026-05,talks,2026-05-13
""",
    family="conflict",
    find=_find,
)
