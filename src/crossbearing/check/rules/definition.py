"""XB421: one word, two definitions."""

from __future__ import annotations

from crossbearing.check.bridge import difference_is_stated, same_speaker
from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import RECONCILED, Cause, Rule
from crossbearing.check.statement import Stated, differ, months
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure
from crossbearing.vocabulary.conflict import ConflictKind

YEAR_OVER_MONTH = 12.0
PARTS = {1.0: ("month", 12.0), 3.0: ("quarter", 4.0)}
CLOSE = 0.03
RAISED = "funding.raised"


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:
    a, b = found.pair
    if same_speaker(a, b) and (a.claim.definition, a.definition) != (b.claim.definition, b.definition):
        return RECONCILED
    if a.claim.definition and b.claim.definition and a.claim.definition != b.claim.definition:
        return _cause(
            f"{figure(a)} is formed as {a.claim.definition}, {figure(b)} as {b.claim.definition}",
            "convert both to one definition on a stated growth (`xb series --rate`)",
        )
    if differ(a.definition, b.definition):
        if _post_is_pre_plus_money(a, b, evidence) or difference_is_stated(a, b, evidence):
            return RECONCILED
        return _cause(
            f"{_terms(a, b)} is another quantity than {_terms(b, a)}",
            "compare like with like, or record what lies between",
        )
    return _a_year_for_a_part(found)


def _a_year_for_a_part(found: Disagreement) -> Cause | None:
    """Figures as far apart as a part of a year and the year."""
    small, large = sorted(abs(s.bar.mid) for s in found.pair)
    span = found.series.span
    part = _of_a_year(found) if span else ("month", YEAR_OVER_MONTH) if found.odd.rated else None
    if part is None or not small or abs(large / small / part[1] - 1.0) > CLOSE:
        return None
    name, times = part
    return _cause(
        f"the two are a factor of {times:g} apart: a {name}'s figure made a year's and told as the {name}'s"
        if span
        else "the two are a factor of twelve apart, as a month's figure read as a year's would be",
        f"look up whether the figure is a {name}'s or a year's",
    )


def _of_a_year(found: Disagreement) -> tuple[str, float] | None:
    """Name of the span both are about and how many of them make a year, for a month and a quarter of a flow."""
    if not found.series.span or found.series.metric is None or found.series.metric.over_time != "sum":
        return None
    return PARTS.get(months(found.odd.first, found.odd.last))


def _cause(why: str, resolution: str) -> Cause:
    return Cause(ConflictKind.DEFINITION, why, resolution)


def _terms(one: Stated, other: Stated) -> str:
    values = dict(other.definition)
    return ", ".join(f"{k} {v}" for k, v in one.definition if values.get(k, v) != v)


def _post_is_pre_plus_money(a: Stated, b: Stated, evidence: Evidence) -> bool:
    """Whether the money raised is the difference between a value before and after it."""
    terms = {dict(s.definition).get("valuation_basis", ""): s for s in (a, b)}
    pre, post = terms.get("pre"), terms.get("post")
    if pre is None or post is None:
        return False
    near = (m for m in evidence.of(a.entity, RAISED) if abs(m.middle - post.middle) <= 120)
    return any((pre.amount + m.amount).meets(post.amount) for m in near)


RULE = Rule(
    code="XB421",
    message="figures of one name are formed by different definitions",
    why="a trailing 28 days times 13, a month times 12 and a quarter times 4 differ by tens of percent while a company grows; margins, valuations and measures have several definitions too",
    mend="state the definition of each claim; convert on a stated growth before comparing",
    bad="""
id,entity,metric,value,unit,period,definition,source
a,Acme,revenue.run_rate,12B,USD/yr,2026-03-31,month*12,release
b,Acme,revenue.run_rate,9B,USD/yr,2026-03-31,quarter*4,wire
""",
    good="""
id,entity,metric,value,unit,period,definition
a,Acme,revenue.run_rate,12B,USD/yr,2026-03-31,month*12
b,Acme,revenue.run_rate,12B,USD/yr,2026-03-31,quarter*4
""",
    family="cause",
    explain=_explain,
    order=20,
)
