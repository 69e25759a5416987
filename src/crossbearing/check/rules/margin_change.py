"""XB471: a change of margin in points against the margins before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import like
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck, Verdict
from crossbearing.vocabulary.unit import parse_unit

CHANGES = {"margin.operating_change": "margin.operating"}
POINTS = parse_unit("pp")
REACH = 400  # days before the change in which the margin it starts from lies
ENDS = 3  # days by which the ends of two periods may miss each other
PLAIN = (Modality.ACTUAL, Modality.DERIVED)


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for change_metric, level in CHANGES.items():
        for change in evidence.about(change_metric):
            if change.claim.modality not in PLAIN or not change.span:
                continue
            margins = [
                s
                for s in evidence.around(change, REACH, level)
                if s.claim.modality is Modality.ACTUAL
                and s.span
                and like(s, change)
                and s.partition == change.partition
            ]
            found = _tested(change, margins)
            if found is not None:
                yield found


def _tested(change: Stated, margins: list[Stated]) -> IdentityCheck | None:
    """The change over its period against the margin of the period and of the one before; a pair that fits is preferred."""
    checks = [
        _points(change, now, before)
        for now in margins
        for before in margins
        if abs(now.first - change.first) <= ENDS
        and abs(now.last - change.last) <= ENDS
        and _precedes(before, now)
    ]
    passed = [c for c in checks if c.verdict is not Verdict.FAIL]
    return next(iter(passed or checks), None)


def _precedes(before: Stated, now: Stated) -> bool:
    """Whether one is of the period as long that ends where the other begins, or of the same one a year earlier."""
    as_long = abs((before.last - before.first) - (now.last - now.first)) <= ENDS
    gap = now.first - before.last - 1
    return (
        as_long and before.last < now.first and (gap <= ENDS or abs(now.first - before.first - 365) <= ENDS)
    )


def _points(change: Stated, now: Stated, before: Stated) -> IdentityCheck:
    expected = (now.amount - before.amount).scaled(100.0)
    check = recompute(
        RULE.code,
        "change in points = margin now - margin before",
        [(now, "margin now"), (before, "margin before")],
        change,
        expected,
        unit=POINTS,
        role="change",
    )
    ratio = (now.amount / before.amount).scaled(100.0) if before.amount.mid > 0 else None
    if (
        check.verdict is Verdict.FAIL
        and ratio is not None
        and abs(ratio.mid - 100.0 - change.amount.mid) <= 1.0
    ):
        return replace(
            check, what=f"{check.what}; in percent of the earlier margin it fits, which is no points"
        )
    return check


RULE = Rule(
    code="XB471",
    message="a stated change of margin does not follow from the margins",
    why="percent and percentage points are confused: from 6 % to 9.5 % is 3.5 points and 58 percent",
    mend="write points as pp, a relative change as a growth",
    bad="""
id,entity,metric,value,unit,period,modality
a,Acme,margin.operating,6%,ratio,2024,actual
b,Acme,margin.operating,9.5%,ratio,2025,actual
c,Acme,margin.operating_change,+58pp,pp,2025,derived
""",
    good="""
id,entity,metric,value,unit,period,modality
a,Acme,margin.operating,6%,ratio,2024,actual
b,Acme,margin.operating,9.5%,ratio,2025,actual
c,Acme,margin.operating_change,+3.5pp,pp,2025,derived
""",
    family="identity",
    find=_find,
)
