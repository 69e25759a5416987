"""XB435: a figure above what another claim calls the most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Pairs, Stated, differ
from crossbearing.check.words import against
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

REACH = 400  # days between the two beyond which a contract may have been extended


def _find(evidence: Evidence) -> Iterator[Conflict]:
    named: dict[tuple[str, str, Pairs, str, bool], list[Stated]] = defaultdict(list)
    for s in evidence.stated:
        if s.claim.modality in (Modality.ACTUAL, Modality.UP_TO):
            unit = s.claim.unit
            named[s.entity, s.metric, _parties(s.partition), unit.currency or unit.kind, s.rated].append(s)
    for statements in named.values():
        ceilings = [s for s in statements if s.claim.modality is Modality.UP_TO]
        for ceiling in ceilings:
            above = [
                s
                for s in statements
                if s.claim.modality is Modality.ACTUAL
                and s.bar.low > ceiling.bar.high
                and abs(s.middle - ceiling.middle) <= REACH
                and not differ(s.wild, ceiling.wild)
                and not differ(s.partition, ceiling.partition)
            ]
            if above:
                yield conflict(
                    RULE.code,
                    ConflictKind.GENUINE,
                    [ceiling, *above[:4]],
                    against(evidence, [ceiling], above[:4]),
                    "a ceiling cannot be below what is agreed",
                    "read the contract or the filing: the ceiling may be of another term or an earlier version",
                )


def _parties(partition: Pairs) -> Pairs:
    return tuple(p for p in partition if p[0] in ("counterparty", "supplier", "product"))


RULE = Rule(
    code="XB435",
    message='a figure is above what another claim calls "up to"',
    why="an upper limit and a larger figure for the same thing cannot both be right",
    mend="find the term and the version of the contract each is about",
    bad="""
id,entity,metric,value,unit,period,modality,qualifiers
a,Acme,compute.commitment_cost,up to 40B,USD,2026-05,up_to,counterparty=Initech
b,Acme,compute.commitment_cost,45B,USD,2026-05,actual,counterparty=Initech
""",
    good="""
id,entity,metric,value,unit,period,modality,qualifiers
a,Acme,compute.commitment_cost,up to 50B,USD,2026-05,up_to,counterparty=Initech
b,Acme,compute.commitment_cost,45B,USD,2026-05,actual,counterparty=Initech
""",
    family="conflict",
    find=_find,
)
