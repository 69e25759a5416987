"""Gap between two shares, its closing speed, and when the lead changes hands.

A gap over a speed has no mean when the speed may be near zero, so the answer is a first-passage distribution with the
probability that it does not happen within the horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crossbearing.problems import Refusal

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crossing:
    """When a gap reaches zero.

    Attributes:
        months: Months after the last observation: 1 to the horizon.
        probability: Probability that the gap first reaches zero in that month. Shape: (month,).
        already: Probability that it has been reached at the last observation.
        never: Probability that it is not reached within the horizon.
        naive: Last gap over mean closing speed, in months; None where the gap does not close. No forecast.
        speed: Mean closing speed, points a month.
        shock: Standard deviation of one month's closing around the mean, points.
    """

    months: tuple[int, ...]
    probability: Floats
    already: float
    never: float
    naive: float | None
    speed: float
    shock: float

    def quantile(self, level: float) -> int | None:
        """First month by which the crossing has happened with that probability; None if not within the horizon."""
        reached = self.already + np.cumsum(self.probability)
        if self.already >= level:
            return 0
        hit = np.nonzero(reached >= level)[0]
        return int(self.months[int(hit[0])]) if len(hit) else None


def crossing(
    months: Sequence[float], gaps: Sequence[float], *, covariance: Floats | None = None, horizon: int = 12,
    shock: float | None = None, draws: int = 40_000, seed: int = 0,
) -> Crossing:  # fmt: skip
    """Distribution of the month in which the gap first reaches zero.

    g(t + d) = g(t) - v d + e, e ~ N(0, d s^2). With vague priors s^2 is scaled inverse chi-squared and v normal around
    the observed mean speed; observation error enters by redrawing the observed path. Passage is looked at month by month.

    Args:
        months: Times of the observed gaps, ascending.
        gaps: Leader's share less the follower's, points; positive while the leader leads.
        covariance: Covariance of the observation errors; None means exact figures. Shape: (gap, gap).
        horizon: Months to look ahead.
        shock: Assumed monthly standard deviation, for series too short to tell it.
        draws: Monte Carlo draws.
        seed: Seed.

    Raises:
        Refusal: Fewer than two gaps, or fewer than four without an assumed shock.
    """
    times, observed = np.asarray(months, float), np.asarray(gaps, float)
    steps = np.diff(times)
    if len(times) < 2 or np.any(steps <= 0) or (len(times) < 4 and shock is None):
        raise Refusal(
            f"{len(times)} observed gaps do not tell how uneven the closing is",
            "the distribution of the month needs at least four dates, or an assumed spread of the monthly change",
            "give --shock POINTS, or more months",
        )
    random = np.random.default_rng(seed)
    noise = np.zeros((len(times), len(times))) if covariance is None else np.asarray(covariance, float)
    path = random.multivariate_normal(observed, noise, size=draws, method="eigh", check_valid="ignore")
    change = -np.diff(path, axis=1)
    speed = change.sum(axis=1) / steps.sum()
    spread = _spread(change, speed, steps, shock, random)
    drift = speed + spread / np.sqrt(steps.sum()) * random.standard_normal(draws)
    ahead = drift[:, None] + spread[:, None] * random.standard_normal((draws, horizon))
    return _first_passage(path[:, -1], ahead, float(np.mean(speed)), float(np.median(spread)), observed[-1])


def _spread(
    change: Floats, speed: Floats, steps: Floats, shock: float | None, random: np.random.Generator
) -> Floats:
    """A draw of the monthly standard deviation for each path."""
    if shock is not None:
        return np.full(len(speed), shock)
    free = len(steps) - 1
    squares = ((change - speed[:, None] * steps) ** 2 / steps).sum(axis=1)
    return np.asarray(np.sqrt(squares / random.chisquare(free, len(speed))))


def _first_passage(last: Floats, closing: Floats, speed: float, shock: float, observed: float) -> Crossing:
    path = last[:, None] - np.cumsum(closing, axis=1)
    already = last <= 0
    below = (path <= 0) & ~already[:, None]
    first = np.where(below.any(axis=1), below.argmax(axis=1), -1)
    horizon = closing.shape[1]
    share = np.bincount(first[first >= 0], minlength=horizon) / len(last)
    never = float(np.mean(~already & (first < 0)))
    naive = observed / speed if speed > 0 else None
    return Crossing(tuple(range(1, horizon + 1)), share, float(already.mean()), never, naive, speed, shock)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a printed change of one of two shares implies if it took `steps` months.

    Attributes:
        steps: Months the statement is taken to cover.
        gap_before: The other's share less the own before, points.
        gap_after: The same after, points.
        own_before: Own share before, points.
        other_before: The other's share before, points.
        other_change: The other's change over the months, points.
        miss: Own implied share less the one stated elsewhere; None where none is.
        months_to_cross: Gap over speed under this reading; None where the gap does not close.
    """

    steps: int
    gap_before: float
    gap_after: float
    own_before: float
    other_before: float
    other_change: float
    miss: float | None
    months_to_cross: float | None


def explain_change(
    gap_before: float, gap_after: float, own: float, monthly_change: float, *, earlier: Sequence[float | None] = (),
) -> list[Reading]:  # fmt: skip
    """Readings of "the gap went from X to Y, this one gaining Z a month" over one month, two, ...

    Args:
        gap_before: The other's share less the own before, points.
        gap_after: The same after, points.
        own: Own share after, points.
        monthly_change: Own gain a month, points.
        earlier: Own share one month before, two before, ... where stated elsewhere; one reading for each.
    """
    readings = []
    for steps, stated in enumerate(earlier, 1):
        before = own - steps * monthly_change
        speed = (gap_before - gap_after) / steps
        closing = gap_after * speed > 0  # towards nought from either side
        readings.append(Reading(
            steps, gap_before, gap_after, before, before + gap_before, own + gap_after - before - gap_before,
            None if stated is None else before - stated, gap_after / speed if closing else None,
        ))  # fmt: skip
    return readings
