"""XB401: one source prints a net figure above its gross one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import placed
from crossbearing.problems import Problem
from crossbearing.vocabulary.claim import Basis, Modality
from crossbearing.vocabulary.quantity import Relation

EXACT = (Relation.EXACT, Relation.BETWEEN)


def _find(evidence: Evidence) -> Iterator[Problem]:
    statements: dict[tuple[object, ...], list[Stated]] = defaultdict(list)
    for s in evidence.stated:
        claim = s.claim
        if (
            claim.basis in (Basis.GROSS, Basis.NET)
            and claim.quantity.relation in EXACT
            and claim.modality is Modality.ACTUAL
        ):
            terms = (s.partition, s.wild, s.definition, s.coverage, claim.definition)
            key = (s.entity, s.metric, claim.source, s.first, s.last, claim.unit.currency, s.rated, *terms)
            statements[key].append(s)
    for found in statements.values():
        for net in (s for s in found if s.claim.basis is Basis.NET):
            for gross in (s for s in found if s.claim.basis is Basis.GROSS):
                if net.bar.low > gross.bar.high and gross.dated:
                    yield _problem(net, gross)


def _problem(net: Stated, gross: Stated) -> Problem:
    return Problem(
        RULE.code,
        net.claim.position,
        f"net {placed(net)} exceeds gross {placed(gross)} of the same source and time",
        f"net leaves out the partners' part, so it cannot be above gross, at {gross.claim.position}",
        "correct the basis of one of the two, or mark it superseded",
    )


RULE = Rule(
    code="XB401",
    message="net revenue exceeds gross in one statement",
    why="net is gross less what partners keep; both exactly stated by one source for one time, net cannot be the larger",
    mend="correct the basis of one of the two, or mark it superseded",
    bad="""
id,entity,metric,value,unit,period,basis,source
a,Acme,revenue.recognised,5.2B,USD,2025,net,filing
b,Acme,revenue.recognised,4.9B,USD,2025,gross,filing
""",
    good="""
id,entity,metric,value,unit,period,basis,source
a,Acme,revenue.recognised,4.2B,USD,2025,net,filing
b,Acme,revenue.recognised,4.9B,USD,2025,gross,filing
""",
    family="error",
    find=_find,
)
