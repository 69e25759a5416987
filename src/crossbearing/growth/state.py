"""What a revenue history says of the growth rate: one Kalman filter a case, all cases side by side.

Monthly log growth is d = v + noise; the rate v is pulled towards a long-run rate and wanders. Months without a figure
are run through without an observation, so quarterly files and gaps need nothing of their own.

Source: Harvey, Forecasting, Structural Time Series Models and the Kalman Filter (1989), 4.1 (damped trend); Masreliez
(1975) for the weight that keeps one wild month from moving the rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crossbearing.growth.parameters import Cells, Floats, Parameters

FEW_GROWTHS = (
    4  # with fewer, nothing tells a young company's file from a cut of an old one's: the typical rate serves
)
TAIL_DEGREES = 4.0  # Student-t degrees of freedom of one month's growth


@dataclass(slots=True)
class Belief:
    """The rate of the coming month and the growth accumulated since the last figure, per series and case.

    Shape: (series, case). Unit: natural logarithm a month.

    Attributes:
        rate: Mean of the rate of the coming month.
        variance: Its variance.
        grown: Mean of the sum of rates since the last figure.
        grown_variance: Its variance.
        covariance: Between that sum and the rate of the coming month.
        log_weight: Logarithm of the weight of the case, unnormalised.
    """

    rate: Floats
    variance: Floats
    grown: Floats
    grown_variance: Floats
    covariance: Floats
    log_weight: Floats

    def weights(self) -> Floats:
        """Weight of each case; a series' weights sum to one."""
        raw = np.exp(self.log_weight - self.log_weight.max(axis=1, keepdims=True))
        normalised: Floats = raw / raw.sum(axis=1, keepdims=True)
        return normalised

    def part(self, rows: slice) -> Belief:
        """Views of some rows."""
        return Belief(
            *(
                getattr(self, name)[rows]
                for name in ("rate", "variance", "grown", "grown_variance", "covariance", "log_weight")
            )
        )


def before_data(cells: Cells, rows: int) -> Belief:
    """The belief about so many series of which only the last level is known."""
    shape = (rows, len(cells.noise))
    zeros = np.zeros(shape)
    return Belief(
        np.broadcast_to(cells.start, shape).copy(),
        np.broadcast_to(cells.start_variance, shape).copy(),
        zeros.copy(),
        zeros.copy(),
        zeros.copy(),
        np.broadcast_to(cells.log_weight, shape).copy(),
    )


def advance(belief: Belief, cells: Cells) -> None:
    """Move on by one month without a figure, in place."""
    b, keep = belief, cells.persistence
    b.grown += b.rate
    b.grown_variance += 2 * b.covariance + b.variance
    b.covariance += b.variance
    b.covariance *= keep
    b.variance *= keep**2
    b.variance += cells.wander
    b.rate *= keep
    b.rate += (1 - keep) * cells.long_run


def growth_over(belief: Belief, cells: Cells, months: int) -> tuple[Floats, Floats]:
    """Mean and variance of the sum of rates over the months ahead, noise not counted. Shape (series, case)."""
    keep, months_ahead = cells.persistence, np.arange(1, months)[:, None]
    reach = (1 - keep**months) / (1 - keep)
    shocks = (((1 - keep**months_ahead) / (1 - keep)) ** 2).sum(axis=0)
    mean = cells.long_run * (months - reach) + belief.rate * reach
    return mean, belief.variance * reach**2 + cells.wander * shocks


def averaged_away(span: int) -> float:
    """Months of noise that the growth between two averages over so many months lacks, against single months.

    Source: Working, Note on the Correlation of First Differences of Averages in a Random Chain, Econometrica 28 (1960).
    """
    return (span**2 - 1) / (3 * span)


def observe(belief: Belief, cells: Cells, growth: Floats, months: Floats, rows: NDArray[np.bool_]) -> None:
    """Take in the log growth since the last figure, in place.

    Args:
        belief: Moved on to the month of the new figure.
        cells: The cases.
        growth: Log growth since the last figure. Shape (series,).
        months: How many months of noise are in it. Shape (series,).
        rows: Which series have a figure this month. Shape (series,).
    """
    b, dof = belief, TAIL_DEGREES
    noise = cells.noise * months[:, None]
    spread = b.grown_variance + noise
    surprise = growth[:, None] - b.grown
    squared = surprise**2 / spread
    seen = rows[:, None]
    b.log_weight -= np.where(seen, 0.5 * np.log(spread) + 0.5 * (dof + 1) * np.log1p(squared / dof), 0.0)
    doubt = np.maximum((dof + squared) / (dof + 1), 1.0)  # a wild month counts as a noisier one
    gain = np.where(seen, b.covariance / (b.grown_variance + noise * doubt), 0.0)
    b.rate += gain * surprise
    b.variance -= gain * b.covariance
    for accumulated in (b.grown, b.grown_variance, b.covariance):
        accumulated[rows] = 0.0


def step(
    p: Parameters,
    cells: Cells,
    belief: Belief,
    growth: Floats,
    since: Floats,
    seen: NDArray[np.bool_],
    span: int = 1,
) -> None:
    """Move on by a month and take in its figures, in place.

    Args:
        p: The parameters.
        cells: Their cases.
        belief: About so many series.
        growth: Log growth since the last figure. Shape (series,).
        since: Months since the last figure, counted on in place. Shape (series,).
        seen: Which series have a figure this month. Shape (series,).
        span: Months a figure covers.
    """
    advance(belief, cells)
    since += 1
    # evidence on the case fades: companies change, and the far past says little of today's noise
    fade = np.where(seen, p.memory - 1, 0.0)[:, None]
    belief.log_weight += fade * (belief.log_weight - cells.log_weight)
    observe(belief, cells, growth, since - averaged_away(span), seen)
    since[seen] = 0


def believe(
    p: Parameters,
    cells: Cells,
    growth: Floats,
    observed: NDArray[np.bool_],
    length: Floats,
    span: int = 1,
) -> Belief:
    """The belief after each series' whole history.

    Args:
        p: The parameters.
        cells: Their cases.
        growth: Log growth since the last figure, on a monthly grid, right-aligned: the last column is the month of the
            last figure. Shape (series, months). Ignored where not observed.
        observed: Whether that month has a figure. Same shape.
        length: Months from the first figure to the last. Shape (series,); 0 keeps the belief before data.
        span: Months a figure covers: 3 for quarterly revenue.
    """
    order = np.argsort(-length, kind="stable")
    growth, observed, length = np.nan_to_num(growth[order]), observed[order], length[order]
    belief = before_data(cells, len(order))
    observed = observed & (np.arange(growth.shape[1]) >= growth.shape[1] - length[:, None])
    few = observed.sum(axis=1) < FEW_GROWTHS
    belief.rate[few] = np.where(cells.own, belief.rate[few], p.typical)
    belief.variance[few] = np.where(cells.own, belief.variance[few], p.typical_sd**2)
    since = np.zeros(len(order))
    months = growth.shape[1]
    for column in range(months):
        active = int(np.searchsorted(-length, -(months - column), side="right"))
        if active:
            part = belief.part(slice(0, active))
            step(p, cells, part, growth[:active, column], since[:active], observed[:active, column], span)
    undo = np.argsort(order, kind="stable")
    return Belief(
        belief.rate[undo],
        belief.variance[undo],
        belief.grown[undo],
        belief.grown_variance[undo],
        belief.covariance[undo],
        belief.log_weight[undo],
    )
