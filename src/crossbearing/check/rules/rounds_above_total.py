"""XB469: rounds that add up to more than all money raised."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Pairs, Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck, Verdict

RAISED = "funding.raised"
ALL = (("cumulative", "yes"),)


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for entity in evidence.entities(RAISED):
        raised = [
            s
            for s in evidence.of(entity, RAISED)
            if s.claim.modality is Modality.ACTUAL and s.dated and not s.span
        ]
        rounds = _rounds(raised)
        for total in (s for s in raised if s.partition == ALL):
            before = [s for s in rounds if s.last <= total.last and s.claim.unit == total.claim.unit]
            if before:
                check = _sum(total, before)
                if check.verdict is not Verdict.CANNOT_TELL:
                    yield check


def _rounds(raised: list[Stated]) -> list[Stated]:
    """One statement a named round, the smallest, so that no doubt about one makes the sum too high."""
    named: dict[Pairs, Stated] = {}
    for s in sorted(raised, key=lambda s: (s.bar.mid, s.id)):
        if s.wild and not s.partition:
            named.setdefault(s.wild, s)
    return list(named.values())


def _sum(total: Stated, rounds: list[Stated]) -> IdentityCheck:
    """Earlier rounds may be missing, so only an excess decides."""
    least = Bar(0.0, 0.0, 0.0)
    for s in rounds:
        least = least + s.amount
    return recompute(
        RULE.code,
        "rounds so far <= all money raised",
        [(s, "round") for s in rounds],
        total,
        Bar(least.mid, least.low, float("inf")),
        role="raised so far",
    )


RULE = Rule(
    code="XB469",
    message="rounds add up to more than all money raised",
    why="a total since the beginning holds every round before it",
    mend="the total may be an older figure, or a round may hold money counted before (conversions, earlier promises)",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,funding.raised,300M,USD,2024-03-01,round=B
b,Acme,funding.raised,900M,USD,2025-06-12,round=C
c,Acme,funding.raised,1.0B,USD,2025-11-20,cumulative=yes
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,funding.raised,300M,USD,2024-03-01,round=B
b,Acme,funding.raised,900M,USD,2025-06-12,round=C
c,Acme,funding.raised,1.3B,USD,2025-11-20,cumulative=yes
""",
    family="identity",
    find=_find,
)
