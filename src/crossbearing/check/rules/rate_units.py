"""XB454: one rate a month and a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import days_apart, like
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Pairs, Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck
from crossbearing.vocabulary.unit import PERIODS_A_YEAR

NOT = (Modality.SUPERSEDED, Modality.HYPOTHETICAL)


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    rates: dict[tuple[str, str, Pairs, str], list[Stated]] = defaultdict(list)
    for s in evidence.stated:
        if (
            s.claim.unit.per
            and s.claim.unit.kind in ("money_rate", "price", "count_rate")
            and s.claim.modality not in NOT
        ):
            rates[s.entity, s.metric, s.partition, s.claim.source].append(s)
    for statements in rates.values():
        years = [s for s in statements if s.claim.unit.per == "yr"]
        parts = [s for s in statements if s.claim.unit.per != "yr"]
        for part in parts:
            year = next((y for y in years if days_apart(part, y) == 0 and like(part, y)), None)
            if year is not None:
                factor = PERIODS_A_YEAR[part.claim.unit.per]
                yield recompute(
                    RULE.code,
                    f"a year = {factor:g} times a {part.claim.unit.per}",
                    [(part, f"a {part.claim.unit.per}")],
                    year,
                    part.amount.scaled(factor),
                    role="a year",
                )


RULE = Rule(
    code="XB454",
    message="a yearly rate is not twelve times the monthly one",
    why="the two are the same figure in other words, so one is misprinted, rounded twice or of another length of year",
    mend="keep the figure the first report prints and derive the other",
    bad="""
id,entity,metric,value,unit,period,modality
a,Acme,revenue.arpu,16.2,USD/user/month,2026-Q1,actual
b,Acme,revenue.arpu,211,USD/user/yr,2026-Q1,derived
""",
    good="""
id,entity,metric,value,unit,period,modality
a,Acme,revenue.arpu,16.2,USD/user/month,2026-Q1,actual
b,Acme,revenue.arpu,194,USD/user/yr,2026-Q1,derived
""",
    family="identity",
    find=_find,
)
