"""How much of revenue comes from few customers: shares, the Herfindahl index with bounds, the Pareto tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST_TAIL = 30


@dataclass(frozen=True, slots=True)
class Concentration:
    """Concentration of revenue.

    Attributes:
        customers: Paying customers.
        total: Their revenue, cents.
        top: Number of largest customers -> their part of revenue.
        herfindahl: Least and greatest sum of squared shares; equal where every customer is known.
        tail: Pareto tail, or None where fewer than 30 customers stand above any threshold.
    """

    customers: int
    total: int
    top: dict[int, float]
    herfindahl: tuple[float, float]
    tail: Tail | None

    def as_json(self) -> dict[str, Any]:
        """The same with money instead of cents."""
        tail = None if self.tail is None else {**asdict(self.tail), "threshold": self.tail.threshold / 100}
        return {**asdict(self), "total": self.total / 100, "tail": tail}


@dataclass(frozen=True, slots=True)
class Tail:
    """P(revenue > x) = (x / threshold)^-alpha above the threshold.

    Attributes:
        alpha: Exponent, by maximum likelihood.
        error: Its standard error.
        threshold: Where the tail begins, cents.
        customers: Customers in the tail.
        distance: Kolmogorov-Smirnov distance of the fit.
    """

    alpha: float
    error: float
    threshold: float
    customers: int
    distance: float


def concentrate(largest: Sequence[int], customers: int, total: int) -> Concentration:
    """Concentration from the largest customers, descending, and the number and revenue of all.

    The rest lies between equal parts and as many as possible of the size of the smallest listed.
    """
    held = np.asarray(largest, float)
    part = held / total
    rest, others = total - int(held.sum()), customers - len(held)
    low = rest**2 / others / total**2 if others > 0 and rest > 0 else 0.0
    high = rest * held[-1] / total**2 if others > 0 and rest > 0 else 0.0
    square = float((part**2).sum())
    top = {n: float(part[:n].sum()) for n in (1, 5, 10, 50, 100) if n <= len(part)}
    return Concentration(customers, total, top, (square + low, square + high), pareto_tail(held))


def pareto_tail(largest: Floats) -> Tail | None:
    """The tail with the threshold at which it fits best.

    alpha = k / sum log(x_i / threshold), error alpha / sqrt k; the threshold minimises the Kolmogorov-Smirnov distance.

    Args:
        largest: Revenue of the largest customers, descending.

    Source: Hill (1975); Clauset, Shalizi and Newman (2009).
    """
    x = np.asarray(largest, float)
    x = x[x > 0]
    best: Tail | None = None
    logs = np.cumsum(np.log(x))
    for k in range(LEAST_TAIL, len(x) + 1, max(1, len(x) // 200)):
        threshold = x[k - 1]
        excess = logs[k - 1] - k * np.log(threshold)
        if excess <= 0:
            continue
        alpha = k / excess
        fitted = (x[:k] / threshold) ** -alpha  # survival at each, descending x
        ranks = np.arange(k)
        distance = float(np.max(np.maximum(np.abs(fitted - ranks / k), np.abs(fitted - (ranks + 1) / k))))
        if best is None or distance < best.distance:
            best = Tail(float(alpha), float(alpha / np.sqrt(k)), float(threshold), k, distance)
    return best
