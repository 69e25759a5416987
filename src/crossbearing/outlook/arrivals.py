"""Random counts by inversion, so that one draw uses one addressed number."""

from __future__ import annotations

import math

import numpy as np

from crossbearing.outlook.equation import Array

EXACT_BELOW = 12.0
LOOKED_EVERY = 4  # counts after which it is asked whether all are found: asking costs more than counting
_TAIL = (0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)


def poisson(mean: Array, score: Array) -> Array:
    """Poisson counts of the given means.

    Below a mean of 12 the distribution function is inverted exactly; above, its Cornish-Fisher expansion is rounded, whose
    quantiles differ by at most one count.

    Args:
        mean: Expected counts, not negative.
        score: Standard normal scores, of the same shape.

    Source: Johnson, Kemp and Kotz, "Univariate Discrete Distributions", 4.8.
    """
    counts = np.sqrt(mean)
    counts *= score
    counts += mean
    skew = score * score
    skew *= 1 / 6
    skew += 0.5 - 1 / 6
    counts += skew
    np.maximum(counts, 0.0, out=counts)
    np.floor(counts, out=counts)
    if np.min(mean) < EXACT_BELOW:
        small = np.flatnonzero(mean < EXACT_BELOW)
        # In double precision: single has no number between 1 and the chance of a count below the largest ones.
        few = np.broadcast_to(mean, score.shape)[small].astype(np.float64)
        counts[small] = _inverted(few, normal_cdf(score[small].astype(np.float64)))
    return counts


def normal_cdf(z: Array) -> Array:
    """The standard normal distribution function.

    Source: Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8.
    """
    t = np.abs(z)
    t *= 0.2316419
    t += 1
    np.divide(1, t, out=t)
    upper = t * _TAIL[-1]
    for coefficient in _TAIL[-2::-1]:
        upper += coefficient
        upper *= t
    density = z * z
    density *= -0.5
    np.exp(density, out=density)
    density *= 1 / math.sqrt(2 * math.pi)
    upper *= density
    return np.asarray(np.where(z >= 0, 1 - upper, upper))


def _inverted(mean: Array, uniform: Array) -> Array:
    """The smallest count whose distribution function reaches the uniform number."""
    term = np.exp(-mean)
    total = term.copy()
    counts = np.zeros_like(mean)
    for count in range(1, 120):
        above = uniform > total
        if count % LOOKED_EVERY == 0 and not above.any():
            break
        counts += above
        term *= mean
        term /= count
        total += term
    return counts
