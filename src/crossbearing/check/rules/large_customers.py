"""XB464: customers above a spend against revenue."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import nearest, usable, whole
from crossbearing.check.rule import Rule
from crossbearing.check.words import a_year
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck, Verdict

FLOORS = {
    "customers.hundred_thousand_dollar": 1e5,
    "customers.million_dollar": 1e6,
    "customers.hundred_million_dollar": 1e8,
}
RATE = "revenue.run_rate"
REACH = 45


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for metric, floor in FLOORS.items():
        for count in usable(evidence.about(metric), (Modality.ACTUAL,)):
            rates = [
                s
                for s in whole(usable(evidence.around(count, REACH, RATE), (Modality.ACTUAL,)))
                if s.bar.mid > 0
            ]
            near = nearest(count, rates, REACH, count=1) if count.dated else []
            if not near or near[0].claim.unit.currency != "USD":
                continue
            least = count.amount.scaled(floor)
            check = recompute(
                RULE.code,
                "customers times the least each spends <= revenue a year",
                [(count, f"customers above {floor:,.0f} USD a year")],
                near[0],
                Bar(least.mid, least.low, float("inf")),
                Bar(near[0].bar.mid, near[0].bar.low, near[0].bar.high),
                unit=a_year(near[0].claim.unit),
                role="run rate",
            )
            if check.verdict is Verdict.FAIL:
                yield check


RULE = Rule(
    code="XB464",
    message="large customers would spend more than the whole revenue",
    why="a count of customers above a threshold is a floor under revenue",
    mend="check the threshold and the date of the count",
    bad="""
id,entity,metric,value,unit,period
a,Acme,customers.million_dollar,900,count,2026-03
b,Acme,revenue.run_rate,600M,USD/yr,2026-03
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,customers.million_dollar,300,count,2026-03
b,Acme,revenue.run_rate,600M,USD/yr,2026-03
""",
    family="identity",
    find=_find,
)
