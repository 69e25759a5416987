"""XB404: more weekly users than monthly ones."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import same_part
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import placed
from crossbearing.problems import Problem
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import Conflict, ConflictKind


def _find(evidence: Evidence) -> Iterator[Problem | Conflict]:
    for week in evidence.about("users.wau"):
        for month in evidence.around(week, 0, "users.mau"):
            actual = week.claim.modality is month.claim.modality is Modality.ACTUAL
            if actual and week.dated and same_part(week, month) and week.bar.low > month.bar.high:
                yield (
                    _problem(week, month)
                    if week.claim.source == month.claim.source
                    else _conflict(week, month)
                )


def _problem(week: Stated, month: Stated) -> Problem:
    return Problem(
        RULE.code,
        week.claim.position,
        f"weekly users {placed(week)} exceed monthly users {placed(month)} of the same source and time",
        f"everyone active in a week is active in its month, at {month.claim.position}",
        RULE.mend,
    )


def _conflict(week: Stated, month: Stated) -> Conflict:
    """Two sources may count different users; one of them cannot be right of the same ones."""
    return conflict(
        RULE.code,
        ConflictKind.DEFINITION,
        [week, month],
        f"{week.entity}: weekly users {placed(week)} exceed monthly users {placed(month)}",
        RULE.why,
        RULE.mend,
    )


RULE = Rule(
    code="XB404",
    message="weekly users exceed monthly users",
    why="everyone active in a week is active in its month",
    mend="check which count is which, their dates and products",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,users.wau,900M,count,2026-02,release
b,Acme,users.mau,700M,count,2026-02,release
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,users.wau,700M,count,2026-02,release
b,Acme,users.mau,900M,count,2026-02,release
""",
    family="error",
    find=_find,
)
