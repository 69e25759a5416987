"""XB465: an article's own arithmetic, recomputed from the figures it stands on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import permutations

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck, Verdict

MOST = 14  # statements of one source searched for what a derived figure is about
ELSEWHERE = {  # metrics with a rule of their own
    "valuation.multiple",
    "revenue.growth",
    "revenue.growth_multiple",
    "revenue.run_rate_change",
    "adoption.gap",
    "adoption.monthly_change",
}
RATIOS = ("ratio", "multiple")
Form = tuple[str, Callable[[Bar, Bar], Bar]]
SUMS: tuple[Form, ...] = (("a + b", lambda a, b: a + b), ("a - b", lambda a, b: a - b))
QUOTIENTS: tuple[Form, ...] = (
    ("a / b", lambda a, b: a / b),
    ("a / b - 1", lambda a, b: a / b - Bar(1.0, 1.0, 1.0)),
)


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for told in evidence.stated:
        if (
            told.claim.modality is Modality.DERIVED
            and told.metric not in ELSEWHERE
            and not told.claim.unit.per
        ):
            found = _search(told, evidence)
            if found is not None:
                yield found


def _search(told: Stated, evidence: Evidence) -> IdentityCheck | None:
    """The simplest two statements of the same source that give the figure; nothing where none do.

    A scope that names metrics limits the search to them; with a counterparty it names the two statements, which then fail
    where they do not give the figure.
    """
    ratio = told.claim.unit.kind in RATIOS
    named = _named(told, evidence)
    given = [
        s
        for s in evidence.from_source(told.claim.source)
        if s is not told and s.claim.modality is not Modality.DERIVED and _usable(s, told, ratio=ratio)
        if not named or s.metric in named
    ]
    given.sort(
        key=lambda s: (s.entity != told.entity, s.metric != told.metric, abs(s.middle - told.middle), s.id)
    )
    for a, b in permutations(given[:MOST], 2):
        if ratio and a.claim.unit.kind != b.claim.unit.kind:
            continue
        for name, form in QUOTIENTS if ratio else SUMS:
            if name == "a + b" and a.id > b.id:
                continue
            check = recompute(
                RULE.code, f"stated = {name}", [(a, "a"), (b, "b")], told, form(a.amount, b.amount)
            )
            if check.verdict is Verdict.PASS and _close(check):
                return check
    return _between_rivals(told, given, evidence) if named and ratio else None


def _named(told: Stated, evidence: Evidence) -> set[str]:
    """Metrics that the scope of a derived figure names."""
    words = re.findall(r"[a-z_]+(?:\.[a-z_]+)+", told.claim.qualifier("scope"))
    return {word for word in words if word in evidence.book.registry}


def _between_rivals(told: Stated, given: list[Stated], evidence: Evidence) -> IdentityCheck | None:
    """The entity's figure over its counterparty's, where each has one of the named metric."""
    rival = evidence.book.canonical_entity(told.claim.qualifier("counterparty"))
    own = next((s for s in given if s.entity == told.entity), None)
    other = next((s for s in given if own and s.entity == rival and s.metric == own.metric), None)
    if own is None or other is None or own.claim.unit != other.claim.unit:
        return None
    inputs = [(own, "own"), (other, "counterparty's")]
    return recompute(RULE.code, "stated = own / counterparty's", inputs, told, own.amount / other.amount)


def _usable(one: Stated, told: Stated, *, ratio: bool) -> bool:
    if one.amount.mid <= 0:
        return False
    return one.claim.unit.kind not in (*RATIOS, "year") if ratio else one.claim.unit == told.claim.unit


def _close(check: IdentityCheck) -> bool:
    """Whether the figures meet closely enough not to be chance."""
    return (
        check.expected is not None
        and check.actual is not None
        and abs(check.expected / check.actual - 1.0) <= 0.04
    )


RULE = Rule(
    code="XB465",
    message="an article's own arithmetic, recomputed",
    why="a derived figure is no evidence of its own; it is shown with the two figures it comes from",
    mend="nothing to mend where it passes; the inputs are what to check",
    bad="""
id,entity,metric,value,unit,period,source,modality
a,Acme,funding.commitment,50B,USD,2026-02,blog,actual
b,Acme,funding.raised,8B,USD,2026-04,blog,actual
c,Acme,funding.commitment,58B,USD,2026-04,blog,derived
""",
    good="""
id,entity,metric,value,unit,period,source,modality
a,Acme,funding.commitment,50B,USD,2026-02,blog,actual
b,Acme,funding.raised,8B,USD,2026-04,blog,actual
""",
    family="identity",
    find=_find,
)
