"""How a printed figure scatters around the truth: rounding, bounds, source error and contamination.

For the log of the true quantity g and a source error s (log units), times a common multiplier kappa:
    rounded   P = Phi((hi - g) / (kappa s)) - Phi((lo - g) / (kappa s))       the printed interval, never scaled
    floor     g - b = E + kappa s e,  E exponential with mean mu              "over b" is b and a little more
    point     y ~ N(g, (kappa s)^2)                                           the study's form
and with prior probability pi the claim is contaminated: Gaussian with s^2 + OUTLIER_SD^2 times the printed width.
Sources: interval censoring, Heitjan and Rubin (1991); contaminated normal, Box and Tiao (1968).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crossbearing.fix.normal import log_density, log_interval, log_ndtr

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

OUTLIER_SD = 1.0
ROUNDED, FLOOR, CEILING, POINT = 0, 1, 2, 3
FREE, SOUND, CONTAMINATED = -1, 0, 1


@dataclass(frozen=True)
class Noise:
    """Error laws of n observations, as arrays.

    Attributes:
        family: ROUNDED, FLOOR, CEILING or POINT.
        low, high: Printed interval in the scale of g; equal for bounds and points.
        sd: Source error before the multiplier.
        outlier: Prior probability of contamination.
    """

    family: npt.NDArray[np.int_]
    low: Array
    high: Array
    sd: Array
    outlier: Array


@dataclass(frozen=True)
class Fit:
    """Log likelihood of each observation with its derivatives in g. Shape of each: (point, observation).

    Attributes:
        value: Log likelihood.
        score: First derivative.
        precision: Minus the expected second derivative given whether the claim is sound; positive.
        outlier: Probability of contamination given g.
        rivalry: What not knowing whether the claim is sound takes off the precision.
    """

    value: Array
    score: Array
    precision: Array
    outlier: Array
    rivalry: Array


def likelihood(noise: Noise, g: Array, kappa: Array, excess: Array, forced: npt.NDArray[np.int_]) -> Fit:
    """Likelihood of the printed figures given the true quantities.

    Args:
        noise: Error laws.
        g: True quantities, shape (point, observation).
        kappa: Multiplier of source error, shape (point, 1).
        excess: Mean excess over a stated floor, shape (point, 1).
        forced: Per observation FREE, SOUND or CONTAMINATED, broadcastable to g.
    """
    sound = _family_law(noise, g, kappa * noise.sd, excess)
    wide = np.sqrt((kappa * noise.sd) ** 2 + OUTLIER_SD**2)
    odd = _contaminated(noise, g, wide, excess)
    log_sound = np.log1p(-noise.outlier) + sound[0]
    log_odd = np.log(np.maximum(noise.outlier, 1e-300)) + odd[0]
    log_sound = np.where(forced == CONTAMINATED, -np.inf, log_sound)
    log_odd = np.where(forced == SOUND, -np.inf, log_odd)
    value = np.logaddexp(log_sound, log_odd)
    p = np.exp(log_odd - value)
    rivalry = np.where((p > 0) & (p < 1), p * (1 - p) * (sound[1] - odd[1]) ** 2, 0.0)
    return Fit(value, (1 - p) * sound[1] + p * odd[1], (1 - p) * sound[2] + p * odd[2], p, rivalry)


def put(fit: Fit, some: Fit, columns: Index) -> None:
    """Writes the likelihood of some observations over that of all."""
    for name in ("value", "score", "precision", "outlier", "rivalry"):
        getattr(fit, name)[:, columns] = getattr(some, name)


def over_dates(fit: Fit, log_share: Array, first: Index) -> tuple[Fit, Array]:
    """The likelihood with dates integrated out, from that at each date; and the part of each date in it.

    Args:
        fit: Likelihood of each repeat of an observation. Shape (point, repeat).
        log_share: Log of the share of each repeat's date in its observation's date law.
        first: Place of each observation's first repeat.
    """
    size = np.diff(np.r_[first, fit.value.shape[1]])
    joint = fit.value + log_share
    top = np.maximum.reduceat(joint, first, axis=1)
    part = np.exp(joint - np.repeat(top, size, axis=1))
    total = np.add.reduceat(part, first, axis=1)
    part /= np.repeat(total, size, axis=1)

    def mean(values: Array) -> Array:
        return np.asarray(np.add.reduceat(part * values, first, axis=1))

    found = Fit(
        top + np.log(total), mean(fit.score), mean(fit.precision), mean(fit.outlier), mean(fit.rivalry)
    )
    return found, part


def _family_law(noise: Noise, g: Array, s: Array, excess: Array) -> tuple[Array, Array, Array]:
    """Log likelihood, score and precision under one error size, each observation by its family."""
    value, score, precision = np.empty_like(g), np.empty_like(g), np.empty_like(g)
    s = np.broadcast_to(s, g.shape)
    for family in np.unique(noise.family):
        i = np.flatnonzero(noise.family == family)
        if family == ROUNDED:
            law = rounded(noise.low[..., i], noise.high[..., i], g[:, i], s[:, i])
        elif family == POINT:
            law = point(noise.low[..., i], g[:, i], s[:, i])
        else:
            sign = 1.0 if family == FLOOR else -1.0
            law = beyond(sign * (g[:, i] - noise.low[..., i]), s[:, i], excess)
            law = law[0], sign * law[1], law[2]
        value[:, i], score[:, i], precision[:, i] = law
    return value, score, precision


def _contaminated(noise: Noise, g: Array, s: Array, excess: Array) -> tuple[Array, Array, Array]:
    """The wide law of contaminated claims: Gaussian around the middle of what was printed, times the printed width."""
    away = np.where(noise.family == FLOOR, -1.0, np.where(noise.family == CEILING, 1.0, 0.0))
    middle = 0.5 * (noise.low + noise.high) - away * excess
    width = np.where(noise.family == ROUNDED, noise.high - noise.low, 1.0)
    z = (middle - g) / s
    return log_density(z) - np.log(s) + np.log(width), z / s, np.broadcast_to(1.0 / s**2, g.shape)


def point(y: Array, g: Array, s: Array) -> tuple[Array, Array, Array]:
    """Gaussian error: log density, score and precision."""
    z = (y - g) / s
    return log_density(z) - np.log(s), z / s, 1.0 / s**2


def rounded(low: Array, high: Array, g: Array, s: Array) -> tuple[Array, Array, Array]:
    """Gaussian error seen only through a rounding interval: log probability, score and precision."""
    a, b = (low - g) / s, (high - g) / s
    value = log_interval(a, b)
    at_a, at_b = np.exp(log_density(a) - value), np.exp(log_density(b) - value)
    slope = at_a - at_b
    edge_b = np.where(np.isfinite(b), b, 0.0) * at_b
    edge_a = np.where(np.isfinite(a), a, 0.0) * at_a
    precision = np.clip(edge_b - edge_a + slope * slope, 1e-8, 1.0)
    return value, slope / s, precision / s**2


def beyond(r: Array, s: Array, mean: Array) -> tuple[Array, Array, Array]:
    """Excess over a stated bound: exponential plus Gaussian. Log density of r, score and precision.

    Source: exponentially modified Gaussian, Grushka (1972).
    """
    z = r / s - s / mean
    tail = log_ndtr(z)
    hazard = np.exp(log_density(z) - tail)
    value = -np.log(mean) + 0.5 * (s / mean) ** 2 - r / mean + tail
    precision = np.clip(hazard * (z + hazard), 1e-8, 1.0)
    return value, -1.0 / mean + hazard / s, precision / s**2
