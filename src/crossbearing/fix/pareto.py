"""Pareto-smoothed importance weights and what they are worth.

Source: Vehtari, Simpson, Gelman, Yao and Gabry, Pareto smoothed importance sampling (2024); generalised Pareto fit by
Zhang and Stephens (2009).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def smooth(log_weights: Array) -> tuple[Array, float]:
    """Normalised weights with a smoothed tail, and the tail's shape k-hat (infinite if there is no usable tail).

    Weights that are not finite count as zero.
    """
    lw = np.where(np.isfinite(log_weights), log_weights, -np.inf)
    top = lw.max()
    if not np.isfinite(top):
        return np.full(lw.shape, 1.0 / lw.size), np.inf
    lw = lw - top
    size = lw.size
    tail = int(np.ceil(min(0.2 * size, 3.0 * np.sqrt(size))))
    order = np.argsort(lw, kind="stable")
    cut = np.exp(lw[order[-tail - 1]])
    excess = np.exp(lw[order[-tail:]]) - cut
    khat = -np.inf
    if tail > 4 and excess[-1] > 1e-12:
        khat, scale = pareto_fit(np.maximum(excess, 1e-300))
        lw = lw.copy()
        lw[order[-tail:]] = np.log(np.minimum(cut + _quantiles(tail, khat, scale), 1.0))
    weights = np.exp(lw)
    return weights / weights.sum(), float(khat)


def pareto_fit(x: Array) -> tuple[float, float]:
    """Shape and scale of a generalised Pareto law for sorted positive excesses, with a weak prior towards 0.5."""
    n = x.size
    m = 30 + int(np.sqrt(n))
    quarter = x[int(n / 4 + 0.5) - 1]
    theta = 1.0 / x[-1] + (1.0 - np.sqrt(m / (np.arange(1, m + 1) - 0.5))) / (3.0 * quarter)
    k = np.mean(np.log1p(-theta[:, None] * x), axis=1)
    profile = n * (np.log(-theta / k) - k - 1.0)
    weights = 1.0 / np.sum(np.exp(np.minimum(profile - profile[:, None], 700.0)), axis=1)
    best = float(np.sum(theta * weights / weights.sum()))
    shape = float(np.mean(np.log1p(-best * x)))
    return (shape * n + 5.0) / (n + 10.0), -shape / best


def _quantiles(n: int, k: float, scale: float) -> Array:
    p = (np.arange(n) + 0.5) / n
    if abs(k) < 1e-8:
        return np.asarray(-scale * np.log1p(-p))
    return np.asarray(scale * np.expm1(-k * np.log1p(-p)) / k)


def khat_limit(size: int) -> float:
    """The largest k-hat at which weights of this many draws can be trusted: min(0.7, 1 - 1 / log10 size)."""
    return min(0.7, 1.0 - 1.0 / float(np.log10(max(size, 11))))


def ess_mean(weights: Array) -> float:
    """Effective number of draws of a weighted mean (Kish): one over the sum of squared weights."""
    return float(1.0 / np.sum(weights**2))


def ess_quantile(values: Array, weights: Array, level: float, groups: int) -> float:
    """Effective number of independent draws behind a quantile, from the variance of its weighted indicator."""
    q = weighted_quantile(values, weights, np.array([level]))[0]
    error = weights * ((values <= q) - level)
    variance = np.sum(error.reshape(groups, -1).sum(axis=1) ** 2)
    return float(level * (1.0 - level) / max(variance, 1e-300))


def weighted_quantile(values: Array, weights: Array, levels: Array) -> Array:
    """Quantiles of weighted draws, linear between mid-weights."""
    order = np.argsort(values, kind="stable")
    w = weights[order]
    position = np.cumsum(w) - 0.5 * w
    return np.asarray(np.interp(levels * w.sum(), position, values[order]))
