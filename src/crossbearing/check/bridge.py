"""Whether a third claim is what lies between two figures, so that the two agree."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import slack
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality

NOT = (Modality.SUPERSEDED, Modality.HYPOTHETICAL)
FEES = "cost.partner_fees"
ROOM = 0.1  # fees of a whole period beside figures of one day


def same_speaker(a: Stated, b: Stated) -> bool:
    """Whether one source sets both figures side by side on one first report, so that it tells them apart itself."""
    return a.claim.source == b.claim.source and a.claim.origin == b.claim.origin


def difference_is_stated(a: Stated, b: Stated, evidence: Evidence) -> bool:
    """Whether another claim of the entity states the difference of two figures of one time.

    The difference must be stated for the same days, in the same unit, by a claim about something else. Fees kept by
    partners may be of any period that holds the time.
    """
    gap = a.bar - b.bar if a.bar.mid > b.bar.mid else b.bar - a.bar
    if gap.is_open:
        return False
    for s in evidence.about_entity(a.entity):
        if s.rated != a.rated or s.claim.unit.currency != a.claim.unit.currency or s.claim.modality in NOT:
            continue
        if s.metric == FEES and s.first <= a.last and a.first <= s.last and s.bar.meets(slack(gap, ROOM)):
            return True
        same_days = s.dated and abs(s.first - a.first) <= 3 and abs(s.last - a.last) <= 3
        if (
            same_days
            and s.metric != a.metric
            and s.bar.meets(gap)
            and abs(s.bar.mid - gap.mid) <= 0.03 * gap.mid
        ):
            return True
    return False
