"""The standard normal law in NumPy: log distribution function and log probability of an interval, exact far into the tails."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

HALF_LOG_2PI = 0.9189385332046727
_NARROW = 1e-5
# Chebyshev coefficients of log(erfc(z) exp(z^2) / t), t = 2 / (2 + z). Press et al., Numerical Recipes (2007), 6.2.2.
_COEFFICIENTS = (
    -1.3026537197817094,
    6.4196979235649026e-1,
    1.9476473204185836e-2,
    -9.561514786808631e-3,
    -9.46595344482036e-4,
    3.66839497852761e-4,
    4.2523324806907e-5,
    -2.0278578112534e-5,
    -1.624290004647e-6,
    1.303655835580e-6,
    1.5626441722e-8,
    -8.5238095915e-8,
    6.529054439e-9,
    5.059343495e-9,
    -9.91364156e-10,
    -2.27365122e-10,
    9.6467911e-11,
    2.394038e-12,
    -6.886027e-12,
    8.94487e-13,
    3.13092e-13,
    -1.12708e-13,
    3.81e-16,
    7.106e-15,
    -1.523e-15,
    -9.4e-17,
    1.21e-16,
    -2.8e-17,
)


def log_density(z: Array) -> Array:
    """Log density of the standard normal law."""
    return np.asarray(-0.5 * z * z - HALF_LOG_2PI)


def log_erfc(z: Array) -> Array:
    """Log of the complementary error function for z >= 0, to about 1e-15 relative.

    Source: Press et al., Numerical Recipes, 3rd edition, section 6.2.2 (Chebyshev fit, Clenshaw recurrence).
    """
    z = np.minimum(z, 1e8)
    t = 2.0 / (2.0 + z)
    ty = 4.0 * t - 2.0
    d = np.zeros_like(t)
    dd = np.zeros_like(t)
    for c in _COEFFICIENTS[:0:-1]:
        d, dd = ty * d - dd + c, d
    return np.asarray(np.log(t) - z * z + 0.5 * (_COEFFICIENTS[0] + ty * d) - dd)


def log_ndtr(x: Array) -> Array:
    """Log of the standard normal distribution function."""
    tail = log_erfc(np.abs(x) * 0.7071067811865476) - 0.6931471805599453
    return np.where(x < 0.0, tail, np.log1p(-np.exp(np.minimum(tail, 0.0))))


def ndtr(x: Array) -> Array:
    """The standard normal distribution function."""
    return np.asarray(np.exp(log_ndtr(x)))


def log_interval(a: Array, b: Array) -> Array:
    """Log probability that a standard normal variable lies between a and b, a < b; ends may be infinite.

    Narrow intervals use the density at the middle, so that rounding never becomes cancellation.
    """
    flip = a > 0.0
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)
    top, bottom = log_ndtr(high), log_ndtr(low)
    wide = top + np.log1p(-np.exp(np.minimum(bottom - top, -1e-300)))
    width = b - a
    a, b = np.clip(a, -1e8, 1e8), np.clip(b, -1e8, 1e8)
    narrow = log_density(0.5 * (a + b)) + np.log(np.maximum(width, 1e-300))
    return np.where(width < _NARROW, narrow, wide)
