"""Quantiles of streamed draws: histograms on an asinh scale, which merge by addition, so memory does not grow with paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from crossbearing.outlook.equation import Array

BINS = 2048
MARGIN = 0.75  # how far the range reaches beyond a pilot's, as a share of its width on the asinh scale
NARROWEST = 1e-6  # range on that scale of a quantity that does not vary
Counts = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Scale:
    """Bins of several quantities by month.

    Attributes:
        unit: Of the asinh; below it the scale is linear, above it logarithmic. Shape: (rows, months).
        low, high: Range on the asinh scale. Shape: (rows, months).
        centre: The pilot's mean. Shape: (rows, months).
    """

    unit: Array
    low: Array
    high: Array
    centre: Array

    @classmethod
    def from_pilot(cls, values: Array) -> Scale:
        """Bins whose range comes from pilot values. Shape: (rows, months, draws)."""
        middle = np.median(np.abs(values), axis=2)
        ends = values.min(axis=2), values.max(axis=2)
        unit, least, most = (np.asarray(v, np.float64) for v in (np.maximum(middle, 1e-12), *ends))
        low, high = np.arcsinh(least / unit), np.arcsinh(most / unit)
        reach = MARGIN * np.maximum(high - low, NARROWEST)
        return cls(unit, low - reach, high + reach, values.mean(axis=2, dtype=np.float64))

    def counts(self) -> Counts:
        """Nothing counted yet. Shape: (rows, months, bins)."""
        return np.zeros((*self.unit.shape, BINS), np.uint32)


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over a block of draws, by row and month.

    Attributes:
        count: Draws.
        total, square: Sums of values and squares around the pilot's mean. Shape: (rows, months).
        least, most: Extremes. Shape: (rows, months).
    """

    count: int
    total: Array
    square: Array
    least: Array
    most: Array

    @classmethod
    def of_none(cls, count: int, shape: tuple[int, ...]) -> Moments:
        """Sums that are still to be written, of so many draws."""
        return cls(count, np.zeros(shape), np.zeros(shape), np.full(shape, np.inf), np.full(shape, -np.inf))

    def added(self, other: Moments) -> Moments:
        """Sums over both."""
        return Moments(
            self.count + other.count,
            self.total + other.total,
            self.square + other.square,
            np.minimum(self.least, other.least),
            np.maximum(self.most, other.most),
        )


class Tally:
    """Counts and sums the values of blocks, month by month.

    Args:
        scale: The bins.
        counts: To add to.
        count: Draws in a block.
        dtype: Of the values.
    """

    def __init__(self, scale: Scale, counts: Counts, count: int, dtype: type[np.floating[Any]]) -> None:
        """Makes the arrays to work in."""
        rows = len(scale.unit)
        self.scale, self.counts = scale, counts
        self.moments = Moments.of_none(count, scale.unit.shape)
        self.work: Array = np.empty((rows, count), dtype)
        self.bins = np.empty((rows, count), np.intp)
        width = BINS / (scale.high - scale.low)
        first = BINS * np.arange(rows)[:, None]
        self.inverse: Array = np.asarray(1 / scale.unit, dtype)
        self.width: Array = np.asarray(width, dtype)
        self.centre: Array = np.asarray(scale.centre, dtype)
        self.shift: Array = np.asarray(scale.low * width - first, dtype)
        self.least: Array = np.asarray(first, dtype)
        self.most: Array = np.asarray(first + BINS - 1, dtype)

    def add(self, month: int, values: Array) -> None:
        """Counts the values of one month; those beyond the range fall into the last bin. Shape: (rows, draws)."""
        column, work, sums = (slice(None), month, None), self.work, self.moments
        np.multiply(values, self.inverse[column], out=work)
        np.arcsinh(work, out=work)
        np.multiply(work, self.width[column], out=work)
        np.subtract(work, self.shift[column], out=work)
        np.clip(work, self.least, self.most, out=work)
        np.copyto(self.bins, work, casting="unsafe")
        seen = np.bincount(self.bins.ravel(), minlength=len(work) * BINS)
        self.counts[:, month] += seen.reshape(len(work), BINS).astype(np.uint32)
        np.subtract(values, self.centre[column], out=work)
        sums.total[:, month] = np.add.reduce(work, axis=1)
        sums.square[:, month] = np.einsum("ij,ij->i", work, work)
        np.minimum.reduce(values, axis=1, out=sums.least[:, month])
        np.maximum.reduce(values, axis=1, out=sums.most[:, month])


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of one quantity by month.

    Attributes:
        scale: Bins of all quantities.
        row: Its place among them.
        counts: Shape: (months, bins).
        moments: Sums of all quantities.
    """

    scale: Scale
    row: int
    counts: Array
    moments: Moments

    def quantile(self, level: float) -> Array:
        """The level's quantile by month, linear within a bin, inside the extremes. Shape: (months,)."""
        below = np.cumsum(self.counts, axis=1)
        wanted = level * below[:, -1]
        found = np.empty(len(self.counts))
        unit, low, high = (v[self.row] for v in (self.scale.unit, self.scale.low, self.scale.high))
        for month, goal in enumerate(wanted):
            bin_at = min(int(np.searchsorted(below[month], goal)), BINS - 1)
            before = below[month, bin_at - 1] if bin_at else 0.0
            inside = (goal - before) / max(self.counts[month, bin_at], 1.0)
            width = (high[month] - low[month]) / BINS
            found[month] = np.sinh(low[month] + (bin_at + inside) * width) * unit[month]
        return np.clip(found, self.moments.least[self.row], self.moments.most[self.row])

    def mean(self) -> Array:
        """Means by month. Shape: (months,)."""
        return np.asarray(self.scale.centre[self.row] + self.moments.total[self.row] / self.moments.count)

    def error(self) -> Array:
        """Monte Carlo standard errors of the means. Shape: (months,)."""
        n, total, square = self.moments.count, self.moments.total[self.row], self.moments.square[self.row]
        return np.asarray(np.sqrt(np.maximum(square / n - (total / n) ** 2, 0.0) / n))
