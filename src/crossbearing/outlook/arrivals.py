"""Random counts by inversion, so that one draw uses one addressed uniform number."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.draws import inverse_normal
from crossbearing.outlook.equation import Array

EXACT_BELOW = 20.0


def poisson(mean: Array, uniform: Array) -> Array:
    """Poisson counts of the given means.

    Below a mean of 20 the distribution function is inverted exactly; above, its Cornish-Fisher expansion is rounded, whose
    quantiles differ by at most one count.

    Args:
        mean: Expected counts, not negative.
        uniform: Numbers in (0, 1), of the same shape.

    Source: Johnson, Kemp and Kotz, "Univariate Discrete Distributions", 4.8.
    """
    z = inverse_normal(np.asarray(uniform))
    root = np.sqrt(mean)
    counts = np.floor(np.maximum(mean + root * z + (z * z - 1) / 6 + 0.5, 0.0))
    small = mean < EXACT_BELOW
    if small.any():
        counts[small] = _inverted(np.broadcast_to(mean, z.shape)[small], uniform[small])
    return counts


def _inverted(mean: Array, uniform: Array) -> Array:
    """The smallest count whose distribution function reaches the uniform number."""
    term = np.exp(-mean)
    total = term.copy()
    counts = np.zeros_like(mean)
    for count in range(1, 120):
        above = uniform > total
        if not above.any():
            break
        counts[above] = count
        term = term * mean / count
        total += term
    return counts
