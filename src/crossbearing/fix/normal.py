"""The standard normal law in NumPy: log distribution function and log probability of an interval, exact far into the tails."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

HALF_LOG_2PI = 0.9189385332046727
_NARROW = 0.35
_POINTS = (
    (0.3399810435848563, 0.6521451548625461),
    (0.8611363115940526, 0.3478548451374538),
)  # and their mirror images
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

    Narrow intervals are a quadrature around their middle (Gauss-Legendre, four points: to 4e-9), so that rounding never
    becomes cancellation; wide ones the difference of two tails.
    """
    middle, half = 0.5 * (np.clip(a, -1e8, 1e8) + np.clip(b, -1e8, 1e8)), 0.5 * (b - a)
    narrow = (half < _NARROW) & (np.abs(middle) * half < 0.5)
    if not narrow.any():
        return _log_wide(a, b)
    lean = np.where(narrow, half, 0.0)
    mean = sum(w * np.exp(-0.5 * (t * lean) ** 2) * np.cosh(t * lean * middle) for t, w in _POINTS)
    found = log_density(middle) + np.log(np.maximum(2.0 * half, 1e-300)) + np.log(mean)
    if not narrow.all():
        wide = ~narrow
        found[wide] = _log_wide(a[wide], b[wide])
    return np.asarray(found)


def _log_wide(a: Array, b: Array) -> Array:
    flip = a > 0.0
    both = log_ndtr(np.stack([np.where(flip, -a, b), np.where(flip, -b, a)]))
    top, bottom = both[0], both[1]
    return np.asarray(top + np.log1p(-np.exp(np.minimum(bottom - top, -1e-300))))


_CENTRE = (
    (
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.383577518672690e2,
        -3.066479806614716e1,
        2.506628277459239,
    ),
    (
        -5.447609879822406e1,
        1.615858368580409e2,
        -1.556989798598866e2,
        6.680131188771972e1,
        -1.328068155288572e1,
        1.0,
    ),
)
_TAIL = (
    (
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ),
    (7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1.0),
)
_TAIL_STARTS = 0.02425


def ndtri(p: Array) -> Array:
    """Quantile of the standard normal law, to 1e-9 relative, for p between 0 and 1 (best below one half).

    Source: Acklam, An algorithm for computing the inverse normal cumulative distribution function (2003).
    """
    q = p - 0.5
    r = q * q
    middle = q * np.polyval(_CENTRE[0], r) / np.polyval(_CENTRE[1], r)
    small = np.sqrt(-2.0 * np.log(np.clip(np.minimum(p, 1.0 - p), 1e-300, 0.5)))
    tail = np.polyval(_TAIL[0], small) / np.polyval(_TAIL[1], small)
    return np.where(np.abs(q) < 0.5 - _TAIL_STARTS, middle, np.where(q < 0, tail, -tail))


def draw_between(low: Array, high: Array, u: Array) -> tuple[Array, Array]:
    """Draws of a standard normal variable held between two ends, from uniform u; and their log density."""
    flip = low > 0.0
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    bottom, top = ndtr(a), ndtr(b)
    x = np.clip(ndtri(bottom + u * (top - bottom)), a, b)
    return np.where(flip, -x, x), log_density(x) - log_interval(a, b)
