"""Quantiles of streamed draws: histograms on an asinh scale, which merge by addition, so memory does not grow with paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crossbearing.outlook.equation import Array

BINS = 2048
MARGIN = 0.75  # how far the range reaches beyond a pilot's, as a share of its width on the asinh scale


@dataclass(slots=True)
class Histogram:
    """Counts of one quantity by month.

    Attributes:
        scale: Of the asinh by month; below it the scale is linear, above it logarithmic. Shape: (months,).
        low, high: Range on the asinh scale. Shape: (months,).
        counts: Shape: (months, bins).
        total, square: Sums of values and squares around the pilot's mean. Shape: (months,).
        least, most: Extremes. Shape: (months,).
        centre: The pilot's mean. Shape: (months,).
    """

    scale: Array
    low: Array
    high: Array
    counts: Array
    total: Array
    square: Array
    least: Array
    most: Array
    centre: Array

    @classmethod
    def from_pilot(cls, values: Array) -> Histogram:
        """An empty histogram whose range comes from pilot values. Shape: (months, draws)."""
        scale = np.maximum(np.median(np.abs(values), axis=1), 1e-12)
        seen = np.arcsinh(values / scale[:, None])
        low, high = seen.min(axis=1), seen.max(axis=1)
        reach = MARGIN * np.maximum(high - low, 1e-9)
        months = len(values)
        return cls(
            scale,
            low - reach,
            high + reach,
            np.zeros((months, BINS)),
            np.zeros(months),
            np.zeros(months),
            np.full(months, np.inf),
            np.full(months, -np.inf),
            values.mean(axis=1),
        )

    def add(self, month: int, values: Array) -> None:
        """Counts the values of one month; those beyond the range fall into the last bin."""
        at = (
            (np.arcsinh(values / self.scale[month]) - self.low[month])
            / (self.high[month] - self.low[month])
            * BINS
        )
        seen = np.bincount(np.clip(at, 0, BINS - 1).astype(np.int64), minlength=BINS)
        self.counts[month] += seen.astype(self.counts.dtype)
        apart = values - self.centre[month]
        self.total[month] += apart.sum()
        self.square[month] += (apart * apart).sum()
        self.least[month] = min(self.least[month], float(values.min()))
        self.most[month] = max(self.most[month], float(values.max()))

    def empty(self) -> Histogram:
        """The same bins with nothing counted, for another worker."""
        zero = np.zeros_like(self.total)
        return Histogram(
            self.scale,
            self.low,
            self.high,
            np.zeros(self.counts.shape, np.uint32),  # a block counts few: half the memory of floats
            zero.copy(),
            zero.copy(),
            np.full_like(zero, np.inf),
            np.full_like(zero, -np.inf),
            self.centre,
        )

    def merge(self, other: Histogram) -> None:
        """Adds the counts of another histogram of the same bins."""
        self.counts += other.counts
        self.total += other.total
        self.square += other.square
        self.least = np.minimum(self.least, other.least)
        self.most = np.maximum(self.most, other.most)

    def quantile(self, level: float) -> Array:
        """The level's quantile by month, linear within a bin, inside the extremes. Shape: (months,)."""
        below = np.cumsum(self.counts, axis=1)
        wanted = level * below[:, -1]
        found = np.empty(len(self.counts))
        for month, goal in enumerate(wanted):
            bin_at = min(int(np.searchsorted(below[month], goal)), BINS - 1)
            before = below[month, bin_at - 1] if bin_at else 0.0
            inside = (goal - before) / max(self.counts[month, bin_at], 1.0)
            width = (self.high[month] - self.low[month]) / BINS
            found[month] = np.sinh(self.low[month] + (bin_at + inside) * width) * self.scale[month]
        return np.clip(found, self.least, self.most)

    def mean(self) -> Array:
        """Means by month. Shape: (months,)."""
        return np.asarray(self.centre + self.total / self.counts.sum(axis=1))

    def error(self) -> Array:
        """Monte Carlo standard errors of the means. Shape: (months,)."""
        n = self.counts.sum(axis=1)
        variance = np.maximum(self.square / n - (self.total / n) ** 2, 0.0)
        return np.asarray(np.sqrt(variance / n))
