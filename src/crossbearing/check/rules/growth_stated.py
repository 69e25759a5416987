"""XB451: growth told as a rate, a multiple or a change, against the two levels."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import days_apart, same_part
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, months
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck

# What tells of growth, what grows, and how: a share of the start, a multiple of it, or a difference.
GROWTH = {
    "revenue.growth": (("revenue.recognised", "revenue.run_rate"), "rate"),
    "revenue.growth_multiple": (("revenue.recognised", "revenue.run_rate"), "multiple"),
    "revenue.run_rate_change": (("revenue.run_rate",), "change"),
    "customers.hundred_thousand_dollar_growth": (("customers.hundred_thousand_dollar",), "multiple"),
}
NAMES = {
    "rate": "growth = later / earlier - 1",
    "multiple": "growth multiple = later / earlier",
    "change": "change = later - earlier",
}
AROUND = 21  # days from either end of the period in which a level counts as that end's
NOT = (Modality.SUPERSEDED, Modality.HYPOTHETICAL, Modality.DERIVED)


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for metric, (levels, how) in GROWTH.items():
        for growth in evidence.about(metric):
            if growth.claim.modality in (Modality.SUPERSEDED, Modality.HYPOTHETICAL) or not growth.dated:
                continue
            for level in levels:
                stated = [
                    s
                    for s in evidence.around(growth, 400, level)
                    if s.claim.modality not in NOT and s.dated and s.bar.mid > 0 and same_part(s, growth)
                ]
                found = _ends(growth, stated, how)
                if found is not None:
                    yield _tested(growth, *found, how)
                    break


def _ends(growth: Stated, levels: list[Stated], how: str) -> tuple[Stated, Stated] | None:
    """The later and the earlier level: a pair that gives the growth where there is one, of its own source first."""
    step = growth.claim.qualifier("step").casefold()
    pairs = [(b, a) for b in levels for a in levels if _spans(growth, a, b, step)]
    source = growth.claim.source
    actual = _told(growth, how)
    return min(
        pairs,
        key=lambda p: (
            not _expected(growth, p[0], p[1], how).meets(actual),
            sum(s.claim.source != source for s in p),
            days_apart(p[0], growth) + abs(p[1].middle - growth.first) * (not p[1].span),
            p[0].id,
            p[1].id,
        ),
        default=None,
    )


def _spans(growth: Stated, earlier: Stated, later: Stated, step: str) -> bool:
    """Whether growth is told from the earlier to the later level."""
    if earlier.span != later.span or earlier.middle >= later.middle or not growth.span:
        return False
    if later.span:
        back = growth.last - growth.first + 1 if "quarter" in step or "month" in step else 365
        same = abs(later.first - growth.first) <= 3 and abs(later.last - growth.last) <= 3
        return same and abs(later.first - earlier.first - back) <= 5 and _length(earlier) == _length(later)
    return abs(later.middle - growth.last) <= AROUND and abs(earlier.middle - growth.first) <= AROUND


def _length(one: Stated) -> float:
    return round(months(one.first, one.last), 1)


def _expected(growth: Stated, later: Stated, earlier: Stated, how: str) -> Bar:
    """What the two levels give; a multiple told as so much a year is taken a year."""
    if how == "change":
        return later.bar - earlier.bar
    ratio = later.bar / earlier.bar
    years = (later.middle - earlier.middle) / 365.25
    if (
        not later.span
        and years > 1.2
        and "year" in growth.claim.qualifier("step") + growth.claim.unit.per.replace("yr", "year")
    ):
        ratio = Bar(ratio.mid ** (1 / years), max(ratio.low, 0.0) ** (1 / years), ratio.high ** (1 / years))
    return ratio if how == "multiple" else ratio - Bar(1.0, 1.0, 1.0)


def _told(growth: Stated, how: str) -> Bar:
    return growth.bar if how == "change" and growth.claim.unit.kind == "money_rate" else growth.amount


def _tested(growth: Stated, later: Stated, earlier: Stated, how: str) -> IdentityCheck:
    return recompute(
        RULE.code,
        NAMES[how],
        [(later, "later"), (earlier, "earlier")],
        growth,
        _expected(growth, later, earlier, how),
        _told(growth, how),
        role="growth",
    )


RULE = Rule(
    code="XB451",
    message="stated growth does not follow from the two levels",
    why="growth is arithmetic on two claims; where it misses, a level, a date or the word is wrong: 200 % growth is three times, not twice",
    mend="state the two levels and their dates and let the growth follow",
    bad="""
id,entity,metric,value,unit,period,modality
a,Acme,revenue.recognised,40M,USD,2024,actual
b,Acme,revenue.recognised,100M,USD,2025,actual
c,Acme,revenue.growth,250%,ratio,2025,derived
""",
    good="""
id,entity,metric,value,unit,period,modality
a,Acme,revenue.recognised,40M,USD,2024,actual
b,Acme,revenue.recognised,100M,USD,2025,actual
c,Acme,revenue.growth,150%,ratio,2025,derived
""",
    family="identity",
    find=_find,
)
