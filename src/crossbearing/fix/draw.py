"""Draws of the latents under given hyper-parameters: dates first, then the latents given them.

The dates are a Gaussian held inside a box (each claim's days), drawn one after the other. Given a draw's dates, its claims
see only some directions of the latents. Across these a draw comes from the prior; along them it is moved to the mode given
its own part across, by linearising its claims anew, and scattered with the curvature found there: where a path is rough, the
log of a mean over a month is not linear in it. The density of every draw is known exactly, so the importance weights correct
what is left.
Source: Geweke (1991) and Keane (1994) for the box; implicit sampling, Chorin, Morzfeld and Tu (2010), for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled, Setting, paths_of, window_weights
from crossbearing.fix.normal import draw_between
from crossbearing.fix.sites import Sites, spread_by

Array = npt.NDArray[np.float64]

BENT = 3  # times that the claims of a draw are linearised anew
TIGHT = 2.0  # precision, the prior's being one, from which the claims decide a direction
UNSEEN = 1e-6
FREEDOM = 5.0


@dataclass(frozen=True)
class Draws:
    """Draws around the sites, with their log density. Shapes (point, draw, ...).

    Attributes:
        latent: The latents.
        day: Day that each observation is about; the middle where it is not drawn.
        log_density: Log density of latents and drawn dates over that of the dates' law, without Gaussian constants.
    """

    latent: Array
    day: Array
    log_density: Array


def draw_latents(c: Compiled, setting: Setting, sites: Sites, draws: int, rng: np.random.Generator) -> Draws:
    """Draws around each point, dates included, with their exact log density up to the constants of standard normals.

    Args:
        c: The model.
        setting: Hyper-parameters of the points.
        sites: The claims as Gaussian statements.
        draws: Draws a point.
        rng: Source of random numbers.
    """
    shift, mean, log_dates = _boxed(sites, draws, rng)
    step = c.dates.spread / np.where(sites.held, sites.band, 1.0)
    day = c.dates.middle + shift * step[:, None]
    claims = _Claims(c, setting, day)
    seen = _seen(claims, sites, mean)
    free = rng.standard_normal(mean.shape)
    across = free - _times(seen.axes, _back(seen.axes, free))
    e, log_e = _scores(c, seen, rng)
    held = across + _times(seen.axes, (seen.mean + e / np.sqrt(seen.told)) * ~seen.tight)
    along, root = _bent(claims, sites, seen, held)
    scatter = np.linalg.solve(root.swapaxes(-1, -2), e[..., None])[..., 0] * seen.tight
    latent = held + _times(seen.axes, along + scatter)
    volume = 0.5 * (np.log(seen.told) * ~seen.tight).sum(-1)
    volume += np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(-1)
    return Draws(latent, day, log_dates + volume + log_e - 0.5 * (across**2).sum(-1))


def _scores(c: Compiled, seen: _Seen, rng: np.random.Generator) -> tuple[Array, Array]:
    """Scores along the axes and their log density without the Gaussian constant: normal, or long-tailed with shares.

    A share of nearly one is met by any large latent: the likelihood has a plateau that no Gaussian covers.
    """
    e = rng.standard_normal(seen.mean.shape) * seen.used
    if not any(share for *_, share in c.offsets):
        return e, -0.5 * (e**2).sum(-1)
    t = e * np.sqrt(FREEDOM / rng.chisquare(FREEDOM, e.shape))
    constant = lgamma(0.5 * (FREEDOM + 1)) - lgamma(0.5 * FREEDOM) - 0.5 * log(0.5 * FREEDOM)
    each = constant - 0.5 * (FREEDOM + 1) * np.log1p(t**2 / FREEDOM)
    return t, (each * seen.used).sum(-1)


@dataclass(frozen=True)
class _Seen:
    """What the claims of each draw see of the latents: principal axes, where its dates alone would put it.

    Attributes:
        axes: Orthonormal; nought where not used. Shape (point, draw, latent, axis).
        told: Precision along each axis, the prior's one included. Shape (point, draw, axis).
        mean: Mean along each axis. Same shape.
        used: Whether an axis is one. Same shape.
        tight: Whether the claims decide it. Same shape.
    """

    axes: Array
    told: Array
    mean: Array
    used: npt.NDArray[np.bool_]
    tight: npt.NDArray[np.bool_]


def _seen(claims: _Claims, sites: Sites, mean: Array) -> _Seen:
    level, jac = claims.linear(mean)
    root = np.sqrt(sites.variance)[:, None]
    scaled = jac / root[..., None]
    left = (sites.target[:, None] - level) / root + _times(scaled, mean)
    if scaled.shape[-2] < scaled.shape[-1]:
        power, turn = np.linalg.eigh(scaled @ scaled.swapaxes(-1, -2))
        used = power > UNSEEN
        length = np.where(used, 1.0 / np.sqrt(np.maximum(power, UNSEEN)), 0.0)
        axes = (scaled.swapaxes(-1, -2) @ turn) * length[..., None, :]
    else:
        power, axes = np.linalg.eigh(scaled.swapaxes(-1, -2) @ scaled)
        power, used = np.maximum(power, 0.0), np.ones(power.shape, dtype=bool)
    told = np.where(used, 1.0 + power, 1.0)
    centre = _back(axes, _back(scaled, left)) / told
    return _Seen(axes, told, centre, used, told > TIGHT)


def _bent(claims: _Claims, sites: Sites, seen: _Seen, held: Array) -> tuple[Array, Array]:
    """Mode along the tight axes given all else of each draw, and the Cholesky root of the curvature there."""
    target, variance = sites.target[:, None], sites.variance[:, None]
    i = np.arange(seen.axes.shape[-1])
    along = seen.mean * seen.tight
    for _ in range(BENT):
        level, jac = claims.linear(held + _times(seen.axes, along))
        steep = (jac @ seen.axes) * seen.tight[..., None, :]
        weighed = (steep / variance[..., None]).swapaxes(-1, -2)
        curvature: Array = np.asarray(weighed @ steep, dtype=np.float64)
        curvature[..., i, i] += 1.0
        wanted = _times(weighed, target - level + _times(steep, along))
        along = np.asarray(np.linalg.solve(curvature, wanted[..., None])[..., 0])
    return along, np.asarray(np.linalg.cholesky(curvature), dtype=np.float64)


def _times(matrix: Array, values: Array) -> Array:
    """Matrix times vector, draw by draw."""
    return np.asarray((matrix @ values[..., None])[..., 0])


def _back(jac: Array, values: Array) -> Array:
    return np.asarray((values[..., None, :] @ jac)[..., 0, :])


def _boxed(sites: Sites, draws: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Shifts of level by the drawn dates, the latents' mean given them, and the log density of the dates."""
    covariance = spread_by(sites.jac @ sites.jac.transpose(0, 2, 1), sites.variance)
    away = sites.target - sites.level + _times(sites.jac, sites.latent)
    order = np.argsort(sites.held, kind="stable")
    fixed = int((~sites.held).sum())
    root = np.linalg.cholesky(covariance[:, order][:, :, order])
    points, count = away.shape
    shift, e = np.zeros((points, draws, count)), np.zeros((points, draws, count))
    log_density = np.zeros((points, draws))
    if fixed:
        e[:, :, :fixed] = np.linalg.solve(root[:, :fixed, :fixed], away[:, order[:fixed], None])[
            :, None, :, 0
        ]
    for k in range(fixed, count):
        i = order[k]
        sd, half = root[:, None, k, k], 0.5 * np.abs(sites.band[:, None, i])
        middle = away[:, None, i] - (e[:, :, :k] @ root[:, k, :k, None])[..., 0]
        drawn, log_drawn = draw_between(
            (middle - half) / sd, (middle + half) / sd, rng.random((points, draws))
        )
        e[:, :, k] = drawn
        shift[:, :, i] = middle - sd * drawn
        log_density += log_drawn - np.log(sd / (2.0 * half))
    dual = np.linalg.solve(covariance, (away[:, None] - shift).transpose(0, 2, 1))
    return shift, dual.transpose(0, 2, 1) @ sites.jac, log_density


class _Claims:
    """The claims at the dates of each draw: windows are formed once, the path may move."""

    def __init__(self, c: Compiled, setting: Setting, day: Array) -> None:
        self.c, self.setting = c, setting
        self.points, self.draws = day.shape[:2]
        rows = day.reshape(self.points * self.draws, -1)
        self.weights = [
            window_weights(terms, c.seen, np.repeat(setting.window[:, p], self.draws), terms.ends(rows))
            for p, terms in enumerate(c.terms)
        ]

    def linear(self, latent: Array) -> tuple[Array, Array]:
        """What each claim should read and its Jacobian. Shapes (point, draw, observation [, latent])."""
        c, rows = self.c, self.points * self.draws
        level, jac = np.zeros((rows, c.count)), np.zeros((self.points, self.draws * c.count, c.size))
        x = paths_of(c, self.setting, latent)
        for p, terms in enumerate(c.terms):
            if not len(terms):
                continue
            value, at_nodes = _read(terms.is_value, self.weights[p], x[p])
            terms.add_to(level, terms.sign * value)
            at_nodes *= terms.sign[:, None]
            whole = terms.owned(at_nodes, c.count)
            block = slice(p * c.per_path, (p + 1) * c.per_path)
            jac[:, :, block] = whole.reshape(self.points, -1, c.seen.size) @ self.setting.basis[p]
        if c.offsets:
            scalars = c.scalars(latent).reshape(rows, -1)
            c.add_offsets(level, scalars)
            jac[:, :, c.per_path * len(c.path_names) :] = c.scalar_slopes(scalars).reshape(
                self.points, self.draws * c.count, -1
            )
        shape = (self.points, self.draws, c.count)
        return level.reshape(shape), jac.reshape(*shape, c.size)


def _read(is_value: npt.NDArray[np.bool_], weights: Array, x: Array) -> tuple[Array, Array]:
    """Log mean rates (or values) and their derivative in the path. Shapes (row, term [, node])."""
    held = weights * np.exp(np.clip(x, -60.0, 60.0))[:, None]
    mean = np.maximum(held.sum(axis=-1), 1e-280)
    held /= mean[..., None]
    value = np.log(mean)
    if is_value.any():
        held[:, is_value] = weights[:, is_value]
        value[:, is_value] = (weights[:, is_value] @ x[..., None])[..., 0]
    return value, held
