"""XB467: when two shares cross, against the gap and its closing speed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import like, term_in_months
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck
from crossbearing.vocabulary.unit import Unit

CROSSINGS = {"adoption.crossover": "adoption.gap"}
MONTH = 30.4375
ROOM = 0.5  # months: a crossing is told in whole months
MONTHS = Unit("months", "score")


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for crossing_metric, gap_metric in CROSSINGS.items():
        for crossing in evidence.about(crossing_metric):
            told = _months_told(crossing)
            gaps = [g for g in evidence.of(crossing.entity, gap_metric) if _usable(g, crossing)]
            gaps.sort(key=lambda g: (g.middle, g.id))
            steps = [(a, b) for a, b in pairwise(gaps) if b.middle - a.middle >= MONTH / 2]
            if told is not None and steps and steps[-1][0].amount.mid > steps[-1][1].amount.mid > 0:
                yield _tested(crossing, told, *steps[-1])


def _months_told(crossing: Stated) -> float | None:
    """Months to the crossing as told: its window, or its date from the day it was known."""
    told = term_in_months(crossing.claim.qualifier("window"))
    if told is None and crossing.dated and crossing.claim.known is not None:
        told = (crossing.middle - crossing.claim.known.toordinal()) / MONTH
    return told if told and told > 0 else None


def _usable(gap: Stated, crossing: Stated) -> bool:
    known = crossing.claim.known
    return (
        gap.claim.modality is Modality.ACTUAL
        and gap.dated
        and gap.partition == crossing.partition
        and like(gap, crossing)
        and (known is None or gap.first <= known.toordinal())
    )


def _tested(crossing: Stated, told: float, before: Stated, now: Stated) -> IdentityCheck:
    speed = (before.amount - now.amount).scaled(MONTH / (now.middle - before.middle))
    return recompute(
        RULE.code,
        "months to the crossing = gap / closing speed a month",
        [(before, "gap before"), (now, "gap now")],
        crossing,
        now.amount / speed,
        Bar(told, told - ROOM, told + ROOM),
        unit=MONTHS,
        note=f"the gap closes by {speed.mid:.3g} points a month",
        role="months to the crossing",
    )


RULE = Rule(
    code="XB467",
    message="a crossing does not follow from the gap and its closing speed",
    why="gap over speed is the time to the crossing; where the article's own figures give another, the speed or the step is garbled",
    mend="state the gaps with their dates and let the crossing follow",
    bad="""
id,entity,metric,value,unit,period,modality,qualifiers,known
a,Acme,adoption.gap,11pp,pp,2026-02,actual,counterparty=Rival,2026-04-14
b,Acme,adoption.gap,4.6pp,pp,2026-03,actual,counterparty=Rival,2026-04-14
c,Acme,adoption.crossover,2026,year,2026-09,forecast,counterparty=Rival; window=five months,2026-04-14
""",
    good="""
id,entity,metric,value,unit,period,modality,qualifiers,known
a,Acme,adoption.gap,11pp,pp,2026-02,actual,counterparty=Rival,2026-04-14
b,Acme,adoption.gap,4.6pp,pp,2026-03,actual,counterparty=Rival,2026-04-14
c,Acme,adoption.crossover,2026,year,2026-05,forecast,counterparty=Rival; window=one month,2026-04-14
""",
    family="identity",
    find=_find,
)
