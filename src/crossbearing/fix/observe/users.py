"""Revenue a user times users: a level of revenue through two other claims, with an unknown scope."""

from __future__ import annotations

import math

from crossbearing.fix.align import Aligned
from crossbearing.fix.credence import credence
from crossbearing.fix.dependence import span
from crossbearing.fix.grid import ordinal
from crossbearing.fix.model import Term
from crossbearing.fix.observe import Evidence, Reading, observes
from crossbearing.vocabulary.claim import Claim

SCOPE_SD = 0.5  # whose revenue and whose users: interface revenue counts, its users do not
FARTHEST_DAYS = 200
DRIFT_A_YEAR = 0.7  # log growth of users a year where the two claims are apart in time


@observes("revenue.arpu")
def arpu(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log(revenue a user x users) = log revenue + log scope, the scope free: API revenue in, its users out."""
    claim = statement.claim
    if claim.entity not in evidence.paths:
        return "the entity has no revenue path"
    found = nearest_users(claim, statement.middle, evidence)
    if found is None:
        return "no count of users near its date"
    users, days = found
    if statement.span is None:
        term = Term(claim.entity)
    else:
        first, after = statement.span
        term = Term(claim.entity, ((after - first, 1.0),), after)
    trust = credence(users, evidence.book)
    return Reading(
        (term,),
        shift=math.log(users.quantity.value),
        error=math.hypot(trust.sd, DRIFT_A_YEAR * days / 365.0, SCOPE_SD),
        doubt=trust.outlier,
        rests_on=(users.id,),
        operator="revenue a user x users",
    )


def nearest_users(claim: Claim, day: float, evidence: Evidence) -> tuple[Claim, float] | None:
    """The count of active users nearest in time, of the entity itself, and how many days off it is."""
    found: list[tuple[float, str, Claim]] = []
    for other in evidence.about(claim.entity, "users.mau") + evidence.about(claim.entity, "users.wau"):
        if other.period is None or other.qualifier("product"):
            continue
        first, last = span(other.period)
        away = abs(0.5 * (ordinal(first) + ordinal(last)) - day)
        if away <= FARTHEST_DAYS:
            found.append((away, other.id, other))
    if not found:
        return None
    away, _, best = min(found)
    return best, away
