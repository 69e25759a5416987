"""XB404: more weekly users than monthly ones."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import same_part
from crossbearing.check.rule import Rule
from crossbearing.check.words import placed
from crossbearing.problems import Problem
from crossbearing.vocabulary.claim import Modality


def _find(evidence: Evidence) -> Iterator[Problem]:
    for week in evidence.about("users.wau"):
        for month in evidence.around(week, 0, "users.mau"):
            actual = week.claim.modality is month.claim.modality is Modality.ACTUAL
            one = week.claim.source == month.claim.source and week.dated and same_part(week, month)
            if actual and one and week.bar.low > month.bar.high:
                yield Problem(
                    RULE.code,
                    week.claim.position,
                    f"weekly users {placed(week)} exceed monthly users {placed(month)} of the same source and time",
                    f"everyone active in a week is active in its month, at {month.claim.position}",
                    "check which count is which, their dates and products",
                )


RULE = Rule(
    code="XB404",
    message="weekly users exceed monthly users in one statement",
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
