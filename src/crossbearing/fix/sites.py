"""Gaussian stand-ins for the likelihood of each claim, matched to its moments (expectation propagation).

A curvature at the mode knows nothing of a plateau: a claim that may be about any day of a quarter allows a band of levels
with soft edges, one that may be contaminated has wide shoulders. Here each claim's likelihood is seen under what all the
others leave open (its cavity), and replaced by the Gaussian with the same effect on mean and variance. Draws from the
result are weighted exactly, as ever.
Source: Minka (2001); Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled, Setting, paths_of
from crossbearing.fix.laplace import Mode, Pattern, effective_variance, project
from crossbearing.fix.noise import CEILING, CONTAMINATED, FLOOR, OUTLIER_SD, ROUNDED, Noise, likelihood
from crossbearing.fix.predict import jacobian, predict
from crossbearing.fix.readings import Readings

Array = npt.NDArray[np.float64]

SWEEPS = 3
DAMPING = 0.8
SMALLEST, LARGEST = 1e-8, 1e4  # variance of a site
NARROWEST = 1e-3  # band of levels, where the path is flat over the dates


@dataclass(frozen=True)
class Sites:
    """The claims as linear Gaussian statements: target = level + jac (latent - latent here) + band + error.

    Attributes:
        latent: Where it is linearised. Shape (point, latent).
        level: What each claim should read there, at the middle of its dates. Shape (point, observation).
        jac: Jacobian there. Shape (point, observation, latent).
        target: What each claim says. Shape (point, observation).
        variance: Of its error. Shape (point, observation).
        band: Change of the level over the days a held claim may be about, signed; 0 for others. Same shape.
        held: Claims whose date is drawn; the others' is in their error. Shape (observation,).
    """

    latent: Array
    level: Array
    jac: Array
    target: Array
    variance: Array
    band: Array
    held: npt.NDArray[np.bool_]


def held_dates(c: Compiled, proposal: Readings) -> npt.NDArray[np.bool_]:
    """Claims whose date is worth drawing: uniform over some days, and probably sound or read one way in each draw.

    Where claims are many the path is known better than any of them, and no date needs drawing.
    """
    if c.has_many:
        return np.zeros(c.count, dtype=bool)
    held = c.dates.uniform & (proposal.main.outlier < 0.5)
    held[proposal.suspects] = c.dates.uniform[proposal.suspects]
    return np.asarray(held)


def matched(c: Compiled, setting: Setting, mode: Mode, forced: Pattern, held: npt.NDArray[np.bool_]) -> Sites:
    """The claims as Gaussian statements, matched by moments, linearised where these put the latents."""
    variance = effective_variance(mode.precision, mode.slope)
    target = mode.g + mode.score / mode.precision - mode.slope * mode.z
    latent, middle = mode.latent, np.broadcast_to(c.dates.middle, mode.z.shape)
    x, scalars = paths_of(c, setting, latent[:, None]), c.scalars(latent)
    jac = jacobian(c, setting, x, scalars, middle)
    level, slope = predict(c, x, setting.window, scalars, middle, setting.still)
    band = slope * np.where(c.dates.uniform, c.dates.spread, np.sqrt(12.0) * c.dates.spread)
    noise_of = _Banded(c, setting, np.abs(band), forced)
    prior = level - project(jac, latent)
    gram = None if c.has_many else jac @ jac.transpose(0, 2, 1)
    for _ in range(SWEEPS):
        cavity = (
            _left_out_many(jac, prior, variance, target)
            if gram is None
            else _left_out(gram, prior, variance, target)
        )
        variance, target = _updated(*cavity, variance, target, noise_of)
    return _held(
        c, setting, forced, Sites(latent, level, jac, target, variance, slope * c.dates.spread, held)
    )


def _held(c: Compiled, setting: Setting, forced: Pattern, s: Sites) -> Sites:
    """Where a date is drawn, the claim given its date: rounding and error, no band."""
    n, sign = c.noise, np.where(c.noise.family == FLOOR, 1.0, np.where(c.noise.family == CEILING, -1.0, 0.0))
    width = np.where(n.family == ROUNDED, n.high - n.low, 0.0)
    aim = 0.5 * (n.low + n.high) + sign * setting.excess
    error = (setting.kappa * n.sd) ** 2 + width**2 / 12.0 + (sign * setting.excess) ** 2
    error = error + np.where(forced == CONTAMINATED, OUTLIER_SD**2, 0.0)
    flat = np.abs(s.band) < NARROWEST
    band = np.where(flat, np.where(s.band < 0, -NARROWEST, NARROWEST), s.band)
    return Sites(
        s.latent,
        s.level,
        s.jac,
        np.where(s.held, aim, s.target),
        np.where(s.held, error, s.variance),
        np.where(s.held, band, 0.0),
        s.held,
    )


class _Banded:
    """The likelihood of the claims under a Gaussian belief about what each should read."""

    def __init__(self, c: Compiled, setting: Setting, band: Array, forced: Pattern) -> None:
        noise = c.noise
        width = np.where(noise.family == ROUNDED, noise.high - noise.low, 0.0)
        wider = c.dates.uniform & (noise.family == ROUNDED) & (band > width)
        middle = 0.5 * (noise.low + noise.high)
        self.low = np.where(wider, middle - 0.5 * band, noise.low)
        self.high = np.where(wider, middle + 0.5 * band, noise.high)
        self.further = np.where(wider, width, band) ** 2 / 12.0
        self.c, self.setting, self.forced = c, setting, forced

    def __call__(self, mean: Array, variance: Array) -> tuple[Array, Array]:
        """First derivative of the log likelihood in the belief's mean, and minus the second."""
        n, kappa = self.c.noise, self.setting.kappa
        sd = np.sqrt((kappa * n.sd) ** 2 + self.further + variance)
        noise = Noise(n.family, self.low, self.high, sd, n.outlier)
        fit = likelihood(noise, mean, np.ones_like(kappa), self.setting.excess, self.forced)
        return fit.score, np.maximum(fit.precision - fit.rivalry, 0.05 * fit.precision)


def spread_by(gram: Array, variance: Array) -> Array:
    """Covariance of what the claims say: that of the levels plus the errors'."""
    i = np.arange(gram.shape[-1])
    out = gram.copy()
    out[..., i, i] += variance
    return out


def _left_out(gram: Array, prior: Array, variance: Array, target: Array) -> tuple[Array, Array]:
    """What all other claims say of each: mean and variance. Source: Rasmussen and Williams (2006), 5.12."""
    i = np.arange(gram.shape[1])
    inverse: Array = np.asarray(np.linalg.inv(spread_by(gram, variance)), dtype=np.float64)
    own = np.maximum(inverse[:, i, i], 1e-12)
    dual = project(inverse, target - prior)
    return target - dual / own, np.maximum(1.0 / own - variance, 1e-10)


def _left_out_many(jac: Array, prior: Array, variance: Array, target: Array) -> tuple[Array, Array]:
    """The same through the latents, where claims are many: the claims enter by their information about the path alone."""
    mean, root = given(jac, prior, variance, target)
    spread = np.square(jac @ np.linalg.inv(root).transpose(0, 2, 1)).sum(axis=2)
    share = np.clip(
        spread / variance, 1e-12, 1.0 - 1e-9
    )  # of what is known of a level, what its own claim gives
    told = prior + project(jac, mean)
    return (told - share * target) / (1.0 - share), spread / (1.0 - share)


def given(jac: Array, prior: Array, variance: Array, target: Array) -> tuple[Array, Array]:
    """Mean of the latents given linear claims, and the Cholesky root of their precision. Shapes (point, latent [, latent])."""
    weighed = (jac / variance[..., None]).transpose(0, 2, 1)
    precision = np.asarray(weighed @ jac, dtype=np.float64)
    i = np.arange(precision.shape[-1])
    precision[:, i, i] += 1.0
    mean = np.linalg.solve(precision, project(weighed, target - prior)[..., None])[..., 0]
    return np.asarray(mean), np.asarray(np.linalg.cholesky(precision))


def _updated(
    centre: Array, spread: Array, variance: Array, target: Array, noise_of: _Banded
) -> tuple[Array, Array]:
    """One parallel update of all sites, each seen under what the others leave open."""
    score, curve = noise_of(centre, spread)
    share = np.clip(curve * spread, 1e-8, 1.0 - 1e-6)
    new = np.clip(spread * (1.0 - share) / share, SMALLEST, LARGEST)
    aim = centre + score * (new + spread)
    old, fresh = (1.0 - DAMPING) / variance, DAMPING / new
    mixed = (old * target + fresh * aim) / (old + fresh)
    good = np.isfinite(mixed)
    return np.where(good, 1.0 / (old + fresh), variance), np.where(good, mixed, target)
