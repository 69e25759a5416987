"""XB450: valuation over revenue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import days_apart, nearest, whole
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck, Verdict

VALUES = (
    "valuation.round",
    "valuation.talks",
    "valuation.tender",
    "valuation.secondary",
    "valuation.ipo_estimate",
    "valuation.merger",
)
REVENUES = ("revenue.run_rate", "revenue.recognised")
REACH = 200  # days within which a multiple may join a price and a revenue
ABOUT = 14  # days by which the date of a source may be late
CLOSE = 60  # days within which the nearest price and revenue must be what it is about
NOT = (Modality.SUPERSEDED, Modality.HYPOTHETICAL)


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for multiple in evidence.about("valuation.multiple"):
        if multiple.claim.modality in NOT or multiple.claim.modality is Modality.FORECAST:
            continue
        values = _around(multiple, evidence, VALUES)
        revenues = [s for s in whole(_around(multiple, evidence, REVENUES)) if s.rated and s.bar.mid > 0]
        if values and revenues:
            yield _tested(multiple, values, revenues)


def _around(multiple: Stated, evidence: Evidence, metrics: tuple[str, ...]) -> list[Stated]:
    found = [s for s in evidence.around(multiple, REACH, *metrics) if s.claim.modality not in NOT]
    return nearest(multiple, found, REACH, source=multiple.claim.source, count=16)


def _told_by_then(one: Stated, multiple: Stated) -> bool:
    """Whether a figure was public when the multiple was told; what a book heard of later is asked only where it knew nothing."""
    told, known = multiple.claim.known, one.claim.known
    return told is None or known is None or (known - told).days <= ABOUT


def _tested(multiple: Stated, values: list[Stated], revenues: list[Stated]) -> IdentityCheck:
    """The pair the multiple is about: of its own source where both are, else the nearest; any pair that gives it passes."""
    pairs = sorted(product(values, revenues), key=lambda p: (_distance(multiple, p), _misfit(multiple, p)))
    source = multiple.claim.source
    own = [p for p in pairs if all(s.claim.source == source for s in p)]
    told = [p for p in (*own, *pairs) if _told_by_then(p[0], multiple)]
    heard = [p for p in told if _told_by_then(p[1], multiple)] or told or pairs
    fitting = [p for p in heard if (p[0].amount / p[1].bar).meets(multiple.amount)]
    value, revenue = fitting[0] if fitting else (own or pairs)[0]
    check = recompute(
        RULE.code,
        "multiple = valuation / revenue a year",
        [(value, "valuation"), (revenue, "revenue")],
        multiple,
        value.amount / revenue.bar,
        role="multiple",
        note=_dates(value, revenue),
    )
    return check if fitting or own or _distance(multiple, pairs[0]) <= 2 * CLOSE else _undecided(check)


def _distance(multiple: Stated, pair: tuple[Stated, Stated]) -> float:
    return sum(days_apart(multiple, s) for s in pair)


def _misfit(multiple: Stated, pair: tuple[Stated, Stated]) -> float:
    """Among pairs of one distance the kindest reading counts."""
    return abs(pair[0].amount.mid / pair[1].bar.mid - multiple.amount.mid)


def _dates(value: Stated, revenue: Stated) -> str:
    days = days_apart(value, revenue)
    return f"price and revenue are {days:.0f} days apart" if days > 31 else ""


def _undecided(check: IdentityCheck) -> IdentityCheck:
    return replace(check, verdict=Verdict.CANNOT_TELL)


RULE = Rule(
    code="XB450",
    message="a stated multiple is not the valuation over the revenue",
    why="a multiple joins a price and a revenue, each with a date and a basis; where it does not follow from them, one of the three is of another date or basis",
    mend="say which price and which revenue the multiple joins",
    bad="""
id,entity,metric,value,unit,period,modality
a,Acme,valuation.round,38B,USD,2026-03-31,actual
b,Acme,revenue.run_rate,2B,USD/yr,2026-03-31,actual
c,Acme,valuation.multiple,26x,x,2026-03-31,derived
""",
    good="""
id,entity,metric,value,unit,period,modality
a,Acme,valuation.round,38B,USD,2026-03-31,actual
b,Acme,revenue.run_rate,2B,USD/yr,2026-03-31,actual
c,Acme,valuation.multiple,19x,x,2026-03-31,derived
""",
    family="identity",
    find=_find,
)
