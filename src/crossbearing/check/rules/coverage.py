"""XB422: two panels, samples or scopes measure different things under one name."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import differ
from crossbearing.check.voices import Disagreement
from crossbearing.vocabulary.conflict import ConflictKind


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    a, b = found.pair
    if not differ(a.coverage, b.coverage):
        return None
    other = dict(b.coverage)
    parts = [
        f"{key} {value} against {other[key]}" for key, value in a.coverage if other.get(key, value) != value
    ]
    return Cause(
        ConflictKind.SCOPE,
        f"the two are measured on different ground: {', '.join(parts)}",
        "keep them as separate series; join only with an estimate of the difference between the panels",
    )


RULE = Rule(
    code="XB422",
    message="figures of one name come from different panels or scopes",
    why="a share among one card issuer's customers is not a share among all firms; a survey of large buyers is not a census",
    mend="state method and scope of each claim and never join the series silently",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,adoption.business_share,31%,ratio,2026-03,method=card panel
b,Acme,adoption.business_share,9%,ratio,2026-03,method=census
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,adoption.business_share,31%,ratio,2026-03,method=card panel
b,Acme,adoption.business_share,31%,ratio,2026-03,method=census
""",
    family="cause",
    explain=_explain,
    order=25,
)
