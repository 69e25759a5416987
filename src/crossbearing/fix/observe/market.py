"""Share of market: several companies measured by one panel, which shares its error."""

from __future__ import annotations

from crossbearing.fix.align import Aligned
from crossbearing.fix.model import Offset, Term
from crossbearing.fix.observe import Evidence, Reading, observes
from crossbearing.vocabulary.claim import Claim

MARKET_SD = 2.0  # log units: the size of the market is the panel's own and says nothing of levels
PANEL_ERROR = 0.08


def market_key(claim: Claim) -> str:
    """The market of one panel in one period: claims with one key share one unknown size."""
    panel = claim.qualifier("method") or claim.origin or claim.source
    place = " ".join(claim.qualifier(k) for k in ("segment", "region") if claim.qualifier(k))
    return f"market of {panel} {place} {claim.period}".replace("  ", " ")


@observes("revenue.market_share")
def market_share(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log share = log revenue - log market. The market's size is unknown, so the ratio of two companies enters tight
    and their levels do not; a claim of the market's own size makes it a level.
    """
    claim = statement.claim
    key = market_key(claim)
    panel = [c for c in evidence.claims if c.metric == claim.metric and market_key(c) == key]
    others = {c.entity for c in panel if c.entity in evidence.paths} - {claim.entity}
    if claim.entity not in evidence.paths or not others:
        return "one company's share of a market of unknown size"
    if statement.span is None:
        term = Term(claim.entity)
    else:
        first, after = statement.span
        term = Term(claim.entity, ((after - first, 1.0),), after)
    centre = evidence.anchors[min(evidence.paths)] + 1.0
    return Reading(
        (term,),
        (Offset(key, -1.0),),
        {key: (centre, MARKET_SD)},
        error=PANEL_ERROR,
        operator="share of a panel's market",
    )
