"""Whether growth rises: the sign of the second difference of the logarithm, and whether the claims identify it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from itertools import pairwise, product

from crossbearing.score.evidence import extent, time_of, truths
from crossbearing.vocabulary.claim import Claim

FEWEST = 3
MONTH = 365.25 / 12  # days


def growth_sign(claims: Iterable[Claim], until: date) -> tuple[bool | None, tuple[str, ...], str]:
    """Whether the last stretch of log growth is steeper than the one before it.

    Every corner of the rounding and of the days the last three figures may be about is tried: the sign is told only where all
    agree.

    Args:
        claims: Comparable claims of fact.
        until: Figures about later days are left out.

    Returns:
        True, False or None where the sign is not identified; the claims used; why.
    """
    told = [t for t in truths(claims) if t.last <= until and t.value > 0][-FEWEST:]
    if len(told) < FEWEST:
        return None, (), f"growth needs {FEWEST} figures, the book has {len(told)}"
    ids = tuple(t.claim.id for t in told)
    corners = []
    for dates in product(*({t.first, t.last} for t in told)):
        for values in product(*(_ends(t.claim) for t in told)):
            steps = [(b - a).days for a, b in pairwise(dates)]
            if min(steps) < 1:
                continue
            rates = [
                MONTH * math.log(b / a) / days for (a, b), days in zip(pairwise(values), steps, strict=True)
            ]
            corners.append(rates[1] - rates[0])
    if not corners:
        return None, ids, "the figures may be about one day"
    low, high = min(corners), max(corners)
    why = f"log growth a month changes by {low:+.2f} to {high:+.2f} over the dates and rounding of the last three figures"
    if low > 0 or high < 0:
        return low > 0, ids, why
    return None, ids, why + ": its sign is not identified"


def _ends(claim: Claim) -> set[float]:
    """Smallest and largest figure the words allow; a bound stands for its figure."""
    times = time_of(claim)
    low, high = extent(claim.quantity)
    if not times or not math.isfinite(low) or not math.isfinite(high) or low <= 0:
        return {claim.quantity.value}
    return {low, high}
