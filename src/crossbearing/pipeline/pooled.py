"""What growth pooled over other companies says of a quantity known by a few dated figures: the yardstick of width."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from crossbearing.score.predictive import LEVELS, Predictive

DAYS_A_MONTH = 30.4375


def pooled_growth(known: Sequence[tuple[date, float]], when: date) -> Predictive:
    """The pooled growth prior's forecast from figures taken as exact: no claim is doubted, no other quantity heard.

    Args:
        known: (day, logarithm) of at least one figure, in order of time; the last of a month counts.
        when: A later day.

    Returns:
        A predictive distribution of the logarithm.
    """
    import numpy as np

    from crossbearing.growth.prior import GrowthPrior

    last = known[-1][0]
    by_month = {_months(day, last): value for day, value in known}
    length = max(by_month)
    growth, observed = np.zeros((1, max(1, length))), np.zeros((1, max(1, length)), bool)
    back = sorted(by_month, reverse=True)
    for before, after in pairwise(back):
        growth[0, length - 1 - after] = by_month[after] - by_month[before]
        observed[0, length - 1 - after] = True
    months = max(1, _months(last, when))
    ahead, _ = GrowthPrior.load().from_history(growth, observed, np.array([float(length)]), [months])
    return Predictive(tuple(float(q) for q in by_month[0] + ahead.quantiles(LEVELS)[0, 0]))


def _months(first: date, last: date) -> int:
    return round((last - first).days / DAYS_A_MONTH)
