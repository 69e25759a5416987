"""Rates of return, and the odds a price needs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from crossbearing.problems import Refusal

LIMIT = 50.0  # of the logarithm of one plus the rate
BISECTIONS = 70


def internal_rate(flows: Sequence[tuple[float, Any]]) -> Any:
    """Internal rate of return a year: the rate at which dated flows have no present value, by bisection.

    Args:
        flows: Pairs of (years from the first day, amount or array of draws); money paid is negative.

    Returns:
        The rate, one for each draw.

    Raises:
        Refusal: No flow of one sign, or the flows change sign more than once and have no single rate.
    """
    dated = sorted(((t, np.asarray(amount, float)) for t, amount in flows), key=lambda flow: flow[0])
    _one_rate([amount for _, amount in dated])
    shape = np.broadcast_shapes(*(amount.shape for _, amount in dated))
    limit = min(LIMIT, 600.0 / max(dated[-1][0], 1e-9))  # no present value beyond the range of floats
    low, high = np.full(shape, -limit), np.full(shape, limit)
    first = next(np.sign(amount.flat[0]) for _, amount in dated if amount.any())
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        value = sum(amount * np.exp(-middle * t) for t, amount in dated)
        below = np.asarray(value) * first < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.expm1(0.5 * (low + high))


def _one_rate(amounts: Sequence[Any]) -> None:
    """Refuse flows whose sign does not change exactly once in every draw: Descartes' rule allows them other rates."""
    stacked = np.stack(np.broadcast_arrays(*amounts)).reshape(len(amounts), -1)
    for column in np.unique(np.sign(stacked), axis=1).T:
        signs = [s for s in column if s]
        changes = sum(a != b for a, b in pairwise(signs))
        if changes != 1:
            raise Refusal(
                "these flows have no single internal rate of return",
                f"their sign changes {changes} times"
                if changes
                else "a return needs money paid and money received",
                "look at the money multiple instead",
            )


def two_point_odds(bull: Any, bear: Any, needed: Any) -> Any:
    """Probability of the better of two outcomes at which their mean is what is needed; above one it cannot be reached.

    Raises:
        Refusal: The outcomes coincide or are the wrong way round.
    """
    if np.any(np.asarray(bull) <= np.asarray(bear)):
        raise Refusal(
            "the better outcome is not above the worse one",
            "odds between two outcomes need two outcomes",
            "state a bull case above the bear case",
        )
    return (needed - bear) / (bull - bear)


def bull_needed(chance: Any, bear: Any, needed: Any) -> Any:
    """Outcome of the better case at which a given chance of it gives the mean that is needed."""
    return (needed - (1 - chance) * bear) / chance
