"""Rates of return, and the odds a price needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from crossbearing.problems import Refusal


def annualised(multiple: Any, years: Any) -> Any:
    """Money multiple as a rate a year: multiple ** (1 / years) - 1, on numbers or arrays; -100 % where all is lost."""
    return np.maximum(multiple, 0.0) ** (1.0 / np.asarray(years, float)) - 1.0


def internal_rate(flows: Sequence[tuple[float, float]]) -> float:
    """Internal rate of return a year: the rate at which dated flows have no present value.

    Args:
        flows: Pairs of (years from the first day, amount); money paid is negative.

    Raises:
        Refusal: No flow of one sign, or the flows change sign more than once and have no single rate.
    """
    dated = sorted(flows)
    signs = [amount > 0 for _, amount in dated if amount]
    changes = sum(a != b for a, b in pairwise(signs))
    if changes == 0:
        raise Refusal(
            "flows of one sign have no internal rate of return",
            "a return needs money paid and money received",
            "",
        )
    if changes > 1:
        raise Refusal(
            "these flows have no single internal rate of return",
            f"their sign changes {changes} times (Descartes' rule allows as many rates)",
            "look at the money multiple instead",
        )

    def value(log_rate: float) -> float:
        return math.fsum(amount * math.exp(-log_rate * years) for years, amount in dated)

    return math.expm1(root(value, -30.0, 30.0))


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a continuous function that changes sign between two points is zero, by bisection to the last bit.

    Raises:
        Refusal: The function does not change sign between the points.
    """
    at_low = function(low)
    if at_low == 0:
        return low
    if (at_low > 0) == (function(high) > 0):
        raise Refusal("no solution within the range searched", f"between {low:g} and {high:g}", "")
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if (function(middle) > 0) == (at_low > 0):
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


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
