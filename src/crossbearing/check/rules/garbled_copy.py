"""XB423: relays of one first report print different figures."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement
from crossbearing.vocabulary.conflict import ConflictKind


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    a, b = found.pair
    if a.claim.source == b.claim.source:
        return None
    shared = _shared_origin(a, b)
    if not shared:
        return None
    return Cause(
        ConflictKind.COPY,
        f"both go back to {shared}, so at most one relays it faithfully",
        f"read {shared} itself, or the relay nearest to it; count the two once",
    )


def _shared_origin(a: Stated, b: Stated) -> str:
    one, two = a.claim, b.claim
    if one.origin and one.origin == two.origin:
        return one.origin
    if two.source == one.origin or two.source in one.via:
        return two.source
    if one.source == two.origin or one.source in two.via:
        return one.source
    return ""


RULE = Rule(
    code="XB423",
    message="relays of one first report print different figures",
    why="repetition is no confirmation: claims with one origin count once, and where they differ one of them is garbled",
    mend="go back to the first report; mark the garbled relay superseded",
    bad="""
id,entity,metric,value,unit,period,source,via
a,Acme,customers.count,40K,count,2026-03-31,daily,wire
b,Acme,customers.count,14K,count,2026-03-31,blog,wire
""",
    good="""
id,entity,metric,value,unit,period,source,via
a,Acme,customers.count,40K,count,2026-03-31,daily,wire
b,Acme,customers.count,40K,count,2026-03-31,blog,wire
""",
    family="cause",
    explain=_explain,
    order=30,
)
