"""The pooled growth prior: the distribution of log growth to come, from a history or from a rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from crossbearing.growth.parameters import Cells, Floats, Parameters, cells_of, load_parameters
from crossbearing.growth.state import Belief, averaged_away, before_data, believe, growth_over

LEVELS = (
    0.025,
    0.05,
    0.1,
    0.15,
    0.2,
    0.25,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.75,
    0.8,
    0.85,
    0.9,
    0.95,
    0.975,
)
CALIBRATED_MONTHS = 12  # the pool holds too few longer spans to say how wide a forecast beyond a year must be
MONTHS = 12.0


@dataclass(frozen=True, slots=True)
class LogGrowth:
    """Distribution of the log growth to come: a g-and-h distribution a series and horizon.

    Shape: (series, horizon). Unit: natural logarithm of the factor. Kind of interval: predictive.
    Source: Tukey, Exploratory Data Analysis (1977); Hoaglin, in Exploring Data Tables, Trends, and Shapes (1985), 11.

    Attributes:
        centre: Centre before the shift.
        width: Scale.
        shift: Shift in units of the width.
        skew: g.
        tail: h.
        own_weight: Weight of the company's own damped trend against the pooled rates. Shape (series,).
    """

    centre: Floats
    width: Floats
    shift: float
    skew: float
    tail: float
    own_weight: Floats

    def from_normal(self, z: Floats) -> Floats:
        """Log growth at a standard normal score, for draws under common random numbers.

        Args:
            z: Scores, broadcast against (series, horizon, ...): one trailing axis is added to centre and width.
        """
        shape = (np.expm1(self.skew * z) / self.skew if self.skew else z) * np.exp(self.tail * z**2 / 2)
        drawn: Floats = self.centre[..., None] + self.width[..., None] * (self.shift + shape)
        return drawn

    def quantiles(self, levels: Sequence[float] = LEVELS) -> Floats:
        """Quantiles of the log growth, sorted as the levels are. Shape (series, horizon, level)."""
        normal = NormalDist()
        return self.from_normal(np.array([normal.inv_cdf(level) for level in levels]))


@dataclass(frozen=True, slots=True)
class VelocityProcess:
    """The rate of log growth as an Ornstein-Uhlenbeck process, for a model in continuous time. Unit: years.

    Attributes:
        start: Mean of the rate a year of a company met at random.
        start_sd: Its standard deviation.
        long_run: Rate a year towards which it is pulled.
        reversion: Speed of the pull, per year.
        volatility: Of the rate, per square root of a year.
        noise: Median volatility of log revenue around its rate, per square root of a year.
        noise_spread: Standard deviation over companies of the logarithm of that.
    """

    start: float
    start_sd: float
    long_run: float
    reversion: float
    volatility: float
    noise: float
    noise_spread: float


@dataclass(frozen=True)
class GrowthPrior:
    """What 26 fast-growing companies say of growth to come, and how far to trust it for a company unlike them.

    Two explanations of a company are weighed by how well they foresaw its own months: the *pooled* one (its rate is
    drawn from the pool and pulled to the pool's long-run rate) and the company's *own damped trend* (any rate, fading
    towards nothing). `own_weight` is the weight of the second; both can be asked for alone.

    Three ways in, all pure, all returning `LogGrowth` or plain numbers:

    - `from_history(growth, observed, length, months)`: from monthly log growths (gaps allowed), for `xb forecast`.
    - `from_rate(rate, sd, months)`: from a current growth rate a year and its standard deviation, such as the position
      holds; everything known of the level and the rate is taken to be in these two numbers.
    - `process()`: the pull, the wander and the noise as an Ornstein-Uhlenbeck process in years, to be used as the
      prior of a latent path.

    Example:
        >>> prior = GrowthPrior.load()
        >>> year = prior.from_rate(rate=1.2, sd=0.3, months=[12])
        >>> low, middle, high = year.quantiles([0.1, 0.5, 0.9])[0, 0]
        >>> bool(low < middle < high)
        True

    Attributes:
        parameters: The parameters of the pool.
    """

    parameters: Parameters

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> GrowthPrior:
        """The prior shipped with the package."""
        return GrowthPrior(load_parameters())

    def from_history(
        self,
        growth: Floats,
        observed: NDArray[np.bool_],
        length: Floats,
        months: Sequence[int],
        span: int = 1,
    ) -> tuple[LogGrowth, Belief]:
        """Distribution of the log growth over the next months, from histories.

        Args:
            growth: Log growth since the figure before, on a monthly grid, right-aligned. Shape (series, months).
            observed: Whether a month has a figure. Same shape.
            length: Months from the first figure to the last. Shape (series,).
            months: Horizons in months.
            span: Months a figure covers: 3 for quarterly revenue.

        Returns:
            The distribution, and the belief it comes from.
        """
        cells = cells_of(self.parameters)
        belief = believe(self.parameters, cells, growth, observed, length, span)
        return self.ahead(belief, cells, months, span), belief

    def from_rate(self, rate: float, sd: float, months: Sequence[int]) -> LogGrowth:
        """Distribution of the log growth over the next months, given today's rate of growth.

        Args:
            rate: Mean of today's rate of log growth, a year (log 2 = doubling in a year).
            sd: Its standard deviation, a year.
            months: Horizons in months.

        The own trend weighs more the further the rate lies outside the pool's.
        """
        cells = cells_of(self.parameters)
        belief = before_data(cells, 1)
        typical = np.where(cells.own, cells.start, self.parameters.typical)
        spread = np.where(cells.own, cells.start_variance, self.parameters.typical_sd**2) + (sd / MONTHS) ** 2
        surprise = (rate / MONTHS - typical) ** 2 / spread
        belief.log_weight += -0.5 * np.log(spread) - 0.5 * surprise
        belief.rate[:] = rate / MONTHS
        belief.variance[:] = (sd / MONTHS) ** 2
        return self.ahead(belief, cells, months)

    def alone(self, belief: Belief, months: Sequence[int], span: int = 1, *, own: bool) -> LogGrowth:
        """The same distribution from one of the two explanations: the own trend, or the pooled rates."""
        cells = cells_of(self.parameters)
        chosen = np.where(cells.own == own, belief.log_weight, -np.inf)
        return self.ahead(replace(belief, log_weight=chosen), cells, months, span)

    def ahead(self, belief: Belief, cells: Cells, months: Sequence[int], span: int = 1) -> LogGrowth:
        """Distribution of the log growth over the next months, from a belief about the rate."""
        p = self.parameters
        weight = belief.weights()
        centres, widths = [], []
        for horizon in months:
            mean, within = growth_over(belief, cells, horizon)
            within = within + cells.noise * (horizon - averaged_away(span)) + (p.drift * horizon) ** 2
            centre = (weight * mean).sum(axis=1)
            total = (weight * (within + (mean - centre[:, None]) ** 2)).sum(axis=1)
            centres.append(centre)
            widths.append(p.scale * min(horizon, CALIBRATED_MONTHS) ** p.scale_growth * np.sqrt(total))
        own_weight: Floats = weight[:, cells.own].sum(axis=1)
        return LogGrowth(np.stack(centres, 1), np.stack(widths, 1), p.shift, p.skew, p.tail, own_weight)

    def process(self) -> VelocityProcess:
        """The pooled rate as an Ornstein-Uhlenbeck process in years, matched to the monthly parameters."""
        p = self.parameters
        reversion = -np.log(p.persistence) * MONTHS
        stationary = p.wander**2 / (1 - p.persistence**2)
        return VelocityProcess(
            start=p.typical * MONTHS,
            start_sd=p.typical_sd * MONTHS,
            long_run=p.long_run * MONTHS,
            reversion=float(reversion),
            volatility=float(np.sqrt(2 * reversion * stationary) * MONTHS),
            noise=p.noise * float(np.sqrt(MONTHS)),
            noise_spread=p.noise_spread,
        )
