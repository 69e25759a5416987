"""XB436: a figure still in talks, told as done."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, differ
from crossbearing.check.words import placed, subject
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

TALKS = {"valuation.round": ("valuation.talks", "valuation.round"), "funding.raised": ("funding.raised",)}
REACH = 60  # days between what is told as done and the talks


def _find(evidence: Evidence) -> Iterator[Conflict]:
    for metric, in_talks in TALKS.items():
        for entity in evidence.entities(metric):
            done = [s for s in evidence.of(entity, metric) if s.claim.modality is Modality.ACTUAL and s.dated]
            talks = [
                s for s in evidence.of(entity, *in_talks) if s.claim.modality is Modality.TALKS and s.dated
            ]
            for fact in done:
                open_ = [t for t in talks if _still_open(fact, t)]
                if open_:
                    yield conflict(
                        RULE.code,
                        ConflictKind.GENUINE,
                        [fact, *open_[:3]],
                        f"{subject(evidence, fact)}: {placed(fact)} is told as done, while {placed(open_[0])} is still in talks",
                        "a figure in negotiation is no fact: nothing is signed while somebody credible still calls it talks",
                        "wait for the closing, or mark the claim as talks",
                        0.0,
                    )


def _still_open(fact: Stated, talks: Stated) -> bool:
    """Whether the talks are about the same figure and were still known as talks when the fact was told."""
    if not fact.amount.meets(talks.amount) or abs(fact.amount.mid / talks.amount.mid - 1.0) > 0.02:
        return False
    told, open_ = fact.claim.known, talks.claim.known
    if told is None or open_ is None or abs((told - open_).days) > REACH:
        return False
    return (open_ >= told and fact.claim.source != talks.claim.source) or (
        fact.claim.source == talks.claim.source and not differ(fact.wild, talks.wild)
    )


RULE = Rule(
    code="XB436",
    message="a figure still in talks is told as done",
    why="headlines price a round that is not signed; multiples and dilution computed from it rest on nothing",
    mend="mark the claim as talks until the round closes",
    bad="""
id,entity,metric,value,unit,period,modality,source,known
a,Acme,valuation.round,90B,USD,2026-05,actual,blog,2026-05-10
b,Acme,valuation.talks,90B,USD,2026-05,talks,wire,2026-05-13
""",
    good="""
id,entity,metric,value,unit,period,modality,source,known
a,Acme,valuation.round,90B,USD,2026-06,actual,release,2026-06-10
b,Acme,valuation.talks,90B,USD,2026-05,talks,wire,2026-05-13
""",
    family="conflict",
    find=_find,
)
