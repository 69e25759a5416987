"""XB453: a gap between two vendors against their shares."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import days_apart, like
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck
from crossbearing.vocabulary.unit import parse_unit

GAPS = {"adoption.gap": "adoption.business_share"}
POINTS = parse_unit("pp")


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for gap_metric, share_metric in GAPS.items():
        for gap in evidence.about(gap_metric):
            own = _share(gap, gap.entity, share_metric, evidence)
            rival = evidence.book.canonical_entity(gap.claim.qualifier("counterparty"))
            other = _share(gap, rival, share_metric, evidence) if rival else None
            if own is None or other is None:
                continue
            lead, behind = (
                (own, other) if (own.amount.mid - other.amount.mid) * gap.amount.mid > 0 else (other, own)
            )
            yield recompute(
                RULE.code,
                "gap = share of one - share of the other",
                [(lead, "share"), (behind, "share")],
                gap,
                (lead.amount - behind.amount).scaled(100.0),
                unit=POINTS,
                role="gap",
            )


def _share(gap: Stated, entity: str, metric: str, evidence: Evidence) -> Stated | None:
    """The share at the time of the gap, on its panel; of its own source first."""
    found = [
        s
        for s in evidence.around(gap, 0, metric, entity=entity)
        if s.claim.modality is Modality.ACTUAL
        and days_apart(s, gap) == 0
        and like(s, gap)
        and [p for p in s.partition if p[0] != "counterparty"]
        == [p for p in gap.partition if p[0] != "counterparty"]
    ]
    return min(found, key=lambda s: (s.claim.source != gap.claim.source, s.id), default=None)


RULE = Rule(
    code="XB453",
    message="a stated gap is not the difference of the two shares",
    why="gaps are told in points and read as percent, and the two shares may be of different months",
    mend="state both shares with month and panel",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,adoption.business_share,30.6%,ratio,2026-03,method=panel
b,Rival,adoption.business_share,35.2%,ratio,2026-03,method=panel
c,Acme,adoption.gap,6.4pp,pp,2026-03,method=panel; counterparty=Rival
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,adoption.business_share,30.6%,ratio,2026-03,method=panel
b,Rival,adoption.business_share,35.2%,ratio,2026-03,method=panel
c,Acme,adoption.gap,4.6pp,pp,2026-03,method=panel; counterparty=Rival
""",
    family="identity",
    find=_find,
)
