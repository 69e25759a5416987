"""A forecast as five quantiles say it, and its proper scores in closed form.

Between the stated quantiles, and beyond the outermost, the forecast is read as pieces of normal distributions that pass
through every one of them: exactly normal where the quantiles are a normal's. Scores are on the scale where figures of the kind
are compared: logarithms for money, counts and power, as they are for shares, margins and dates.

Source: Gneiting and Raftery, Strictly Proper Scoring Rules, JASA 102 (2007); Gneiting, Balabdaoui and Raftery, Probabilistic
forecasts, calibration and sharpness, JRSS B 69 (2007).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

NAMES = ("p5", "p25", "p50", "p75", "p95")
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
NORMAL = NormalDist()
Z = tuple(NORMAL.inv_cdf(level) for level in LEVELS)
LOGS = frozenset(["money", "money_rate", "count", "count_rate", "power", "price", "multiple"])
NARROWEST = 1e-9  # a forecast without width still has a density
ROOT_PI, ROOT_2 = math.sqrt(math.pi), math.sqrt(2.0)


def scale_of(unit_kind: str) -> str:
    """`log` for figures whose errors are factors, `plain` for shares, margins, points and years."""
    return "log" if unit_kind in LOGS else "plain"


def on_scale(value: float, scale: str) -> float:
    """A figure on the scale of its scores; NaN where a figure that is not positive has no logarithm."""
    if scale != "log":
        return value
    return math.log(value) if value > 0 else math.nan


@dataclass(frozen=True, slots=True)
class Predictive:
    """A predictive distribution through five quantiles on the scale of its scores.

    Attributes:
        knots: Quantiles at 5, 25, 50, 75 and 95 %, rising.
    """

    knots: tuple[float, ...]

    @staticmethod
    def of(point: Mapping[str, float | None], scale: str) -> Predictive | None:
        """The forecast of stated quantiles (p5 .. p95), or None where one is missing, out of order or off the scale."""
        values = [point.get(name) for name in NAMES]
        if any(v is None for v in values):
            return None
        knots = [on_scale(float(v), scale) for v in values if v is not None]
        if not all(math.isfinite(k) for k in knots) or knots != sorted(knots):
            return None
        for i in range(1, 5):
            knots[i] = max(knots[i], knots[i - 1] + NARROWEST * (Z[i] - Z[i - 1]))
        return Predictive(tuple(knots))

    def _piece(self, x: float) -> int:
        """Which of the four pieces a figure lies on; the outer two go on for ever."""
        return min(sum(x > k for k in self.knots[1:4]), 3)

    def _slope(self, piece: int) -> float:
        return (self.knots[piece + 1] - self.knots[piece]) / (Z[piece + 1] - Z[piece])

    def normal_score(self, x: float) -> float:
        """The standard normal score of a figure: 0 at the median, 1.645 at the 95 % quantile."""
        piece = self._piece(x)
        return Z[piece] + (x - self.knots[piece]) / self._slope(piece)

    def below(self, x: float) -> float:
        """Probability of a smaller figure: at the truth, the probability integral transform (PIT)."""
        return NORMAL.cdf(self.normal_score(x))

    def quantile(self, level: float) -> float:
        """The figure below which the truth lies with that probability."""
        z = NORMAL.inv_cdf(level)
        piece = min(sum(z > k for k in Z[1:4]), 3)
        return self.knots[piece] + self._slope(piece) * (z - Z[piece])

    def log_score(self, truth: float) -> float:
        """Minus the log density at the truth: the smaller the better. Unit: natural logarithm, of the scale's own unit."""
        z, slope = self.normal_score(truth), self._slope(self._piece(truth))
        return 0.5 * z * z + 0.5 * math.log(2 * math.pi) + math.log(slope)

    def crps(self, truth: float) -> float:
        """Continuous ranked probability score: the integral of the squared distance of the distribution from the truth.

        In the unit of the scale; for logarithms, 0.1 is about a tenth. The absolute error for a forecast without width.
        """
        total = 0.0
        for piece in range(4):
            low = -math.inf if piece == 0 else Z[piece]
            high = math.inf if piece == 3 else Z[piece + 1]
            slope = self._slope(piece)
            at = min(max(Z[piece] + (truth - self.knots[piece]) / slope, low), high)
            total += slope * (_squared_below(at) - _squared_below(low))
            total += slope * (_squared_below(-at) - _squared_below(-high))
        return total

    def interval_score(self, truth: float, level: float = 0.9) -> float:
        """Width of the central interval, and what the truth lies outside it times 2 over the probability left out."""
        low, high = self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)
        return high - low + 2 / (1 - level) * (max(low - truth, 0.0) + max(truth - high, 0.0))

    def covers(self, truth: float, level: float = 0.9) -> bool:
        """Whether the truth lies in the central interval, ends included."""
        return self.quantile((1 - level) / 2) <= truth <= self.quantile((1 + level) / 2)


def _squared_below(z: float) -> float:
    """Integral of the squared standard normal distribution function up to z; from the other side by symmetry."""
    if z == -math.inf:
        return 0.0
    if z > 37.0:
        return z - 1 / ROOT_PI
    cdf, density = NORMAL.cdf(z), math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return z * cdf * cdf + 2 * cdf * density - NORMAL.cdf(ROOT_2 * z) / ROOT_PI


def brier(probability: float, happened: bool) -> float:
    """Squared distance of a probability from what happened: 0 is best, 0.25 is a coin.

    Source: Brier, Monthly Weather Review 78 (1950).
    """
    return (probability - float(happened)) ** 2


def between(before: Predictive, after: Predictive, share: float) -> Predictive:
    """The forecast part of the way from one frozen date to the next, quantile by quantile on the scale of the scores."""
    return Predictive(tuple(a + share * (b - a) for a, b in zip(before.knots, after.knots, strict=True)))


def uneven(pits: Sequence[float]) -> float:
    """Greatest distance of the distribution of PITs from uniform (Kolmogorov's statistic); 0 for none."""
    ordered = sorted(pits)
    n = len(ordered)
    return max((max(p - i / n, (i + 1) / n - p) for i, p in enumerate(ordered)), default=0.0)
