"""A product's run rate as a part of the whole, and the share that part has of revenue."""

from __future__ import annotations

from crossbearing.fix.align import Aligned
from crossbearing.fix.model import Offset, Term
from crossbearing.fix.observe import Evidence, Reading, observes
from crossbearing.fix.observe.revenue import windows_of

PART_PRIOR = (-1.5, 1.5)  # logit of a part's share of revenue
SHARE_DRIFT = 0.08


def part_name(entity: str, part: str, day: float) -> str:
    """The scalar that holds the share of one part of one entity in one month: shares of products move."""
    return f"share of {part} in {entity} {int(day // 31)}"


@observes("product.run_rate")
def product(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log of the whole plus log of the part's share, which lies between nothing and all of it."""
    claim = statement.claim
    entity = evidence.book.entities.get(claim.entity)
    whole = entity.parent if entity and entity.parent else claim.entity
    part = claim.qualifier("product") or (claim.entity if entity and entity.parent else "")
    if claim.entity in evidence.paths and whole not in evidence.paths:
        return Reading((Term(claim.entity, windows_of(claim)),), operator="run rate of the product")
    if whole not in evidence.paths or not part:
        return "the whole it is a part of has no revenue path"
    tied = {c.qualifier("product") for c in evidence.about(whole, "revenue.mix")}
    if part not in tied:
        return "a part of unknown share: far below the whole, it says nothing of it"
    name = part_name(whole, part, statement.middle)
    return Reading(
        (Term(whole, windows_of(claim)),),
        (Offset(name, form="share"),),
        {name: PART_PRIOR},
        error=SHARE_DRIFT,
        operator="part of the whole",
    )


@observes("revenue.mix")
def mix(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log of the part's share of the entity's own revenue: it ties a part whose own level is claimed to the whole."""
    claim = statement.claim
    part = claim.qualifier("product")
    if claim.entity not in evidence.paths or not part:
        return "a share of revenue whose part has no level of its own"
    name = part_name(claim.entity, part, statement.middle)
    return Reading(
        (), (Offset(name, form="share"),), {name: PART_PRIOR}, error=SHARE_DRIFT, operator="share of the part"
    )
