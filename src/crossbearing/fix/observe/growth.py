"""Growth statements: "tripled in four months", "10x in 2025", "up 15 % on a year before"."""

from __future__ import annotations

import math
import re

from crossbearing.fix.align import Aligned
from crossbearing.fix.model import LATENT, Term
from crossbearing.fix.observe import Evidence, Reading, observes

GROWTH_ERROR = 0.06
YEAR_DAYS = 365.0


@observes("revenue.growth_multiple", "revenue.growth")
def growth(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log of the level at the end of the period over the level at its start; for "on a year before", of two periods a year apart.

    A multiple "a year" over several years is the whole growth: years x log multiple.
    """
    if statement.claim.entity not in evidence.paths:
        return "the entity has no revenue path"
    if statement.span is None:
        return "growth needs a period that says from when to when"
    first, after = statement.span
    entity, step = statement.claim.entity, statement.claim.qualifier("step")
    days = after - first
    if re.search(r"year before|year[- ]on[- ]year|y/y|yoy", step):
        windows = ((days, 1.0),)
        terms = (Term(entity, windows, after), Term(entity, windows, after - YEAR_DAYS, sign=-1.0))
        return Reading(terms, error=GROWTH_ERROR, operator="growth on a year before")
    years = max(1.0, round(days / YEAR_DAYS, 2)) if "year" in step else 1.0
    windows = ((LATENT, 1.0),)
    terms = (Term(entity, windows, after), Term(entity, windows, first, sign=-1.0))
    return Reading(
        terms, stretch=years, error=GROWTH_ERROR * math.sqrt(years), operator="growth over its period"
    )
