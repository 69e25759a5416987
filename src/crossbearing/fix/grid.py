"""Time on a grid, and the mean of a rate over any window of it.

The rate is linear between nodes, so its integral is piecewise quadratic and smooth in both ends of the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

YEAR = 365.25
FINEST_DAYS = 14.0
MOST_NODES = 68
LEAD_DAYS = 240
AHEAD_DAYS = 430


@dataclass(frozen=True)
class Grid:
    """Equally spaced nodes.

    Attributes:
        start: First node, as a proleptic ordinal day.
        step: Days between nodes.
        size: Number of nodes.
    """

    start: float
    step: float
    size: int

    @property
    def step_years(self) -> float:
        """Years between nodes."""
        return self.step / YEAR

    @property
    def end(self) -> float:
        """Last node, as an ordinal day."""
        return self.start + self.step * (self.size - 1)

    def cell(self, day: Array) -> tuple[npt.NDArray[np.intp], Array]:
        """Cell that holds each day and the offset into it, in steps; days outside are clipped to it, what is no number to its start."""
        u = np.nan_to_num(np.clip((day - self.start) / self.step, 0.0, self.size - 1 - 1e-9))
        k = u.astype(np.intp)
        return k, u - k

    def hats(self, day: Array) -> Array:
        """Linear interpolation weights. Shape: day.shape + (node,)."""
        u = np.clip((day - self.start) / self.step, 0.0, self.size - 1.0)
        return np.maximum(0.0, 1.0 - np.abs(u[..., None] - np.arange(self.size)))

    def integrated_hats(self, day: Array) -> Array:
        """Days of weight each node has accumulated since the first node. Shape: day.shape + (node,)."""
        u = np.clip((day - self.start) / self.step, 0.0, self.size - 1.0)
        k = np.minimum(u.astype(np.intp), self.size - 2)
        u = u - k
        out: Array = np.asarray(
            (np.arange(self.size) < k[..., None]) * self.step, dtype=np.float64
        )  # whole hats
        out[..., 0] *= 0.5  # half a one at the first node
        rows, at, part = out.reshape(-1, self.size), k.ravel(), u.ravel()
        i = np.arange(len(rows))
        right = 0.5 * part * part
        rows[i, at] = (np.where(at > 0, 0.5, 0.0) + part - right) * self.step
        rows[i, at + 1] = right * self.step
        return rows.reshape(out.shape)


def make_grid(first: float, last: float) -> Grid:
    """A grid from well before the first claim to over a year after the last, fine where the span is short.

    Args:
        first: Earliest day of any claim, as an ordinal.
        last: Latest day of any claim.
    """
    start, end = first - LEAD_DAYS, last + AHEAD_DAYS
    step = max(FINEST_DAYS, (end - start) / (MOST_NODES - 1))
    return Grid(start, step, int(np.ceil((end - start) / step)) + 1)


def ordinal(day: date) -> float:
    """A calendar day as a number of days."""
    return float(day.toordinal())


def cumulated(rate: Array, grid: Grid) -> Array:
    """Integral of the rate (trapezium, in rate x days) from the first node to each node. Shape: (..., node)."""
    total = np.zeros_like(rate)
    np.cumsum(0.5 * grid.step * (rate[..., 1:] + rate[..., :-1]), axis=-1, out=total[..., 1:])
    return total


def integral_to(rate: Array, total: Array, grid: Grid, day: Array) -> Array:
    """Integral of the rate up to each day.

    Args:
        rate: Rate at nodes, shape (draw, node).
        total: Its integral at nodes.
        grid: The grid.
        day: Days, shape (draw, window) or (1, window).
    """
    k, u = grid.cell(day)
    k = np.broadcast_to(k, (rate.shape[0], k.shape[1]))
    left = np.take_along_axis(rate, k, axis=1)
    right = np.take_along_axis(rate, k + 1, axis=1)
    return np.asarray(
        np.take_along_axis(total, k, axis=1) + grid.step * u * (left + 0.5 * u * (right - left))
    )


def rate_at(rate: Array, grid: Grid, day: Array) -> Array:
    """The rate itself at each day, linear between nodes. Shapes as in `integral_to`."""
    k, u = grid.cell(day)
    k = np.broadcast_to(k, (rate.shape[0], k.shape[1]))
    left = np.take_along_axis(rate, k, axis=1)
    return np.asarray(left + u * (np.take_along_axis(rate, k + 1, axis=1) - left))
