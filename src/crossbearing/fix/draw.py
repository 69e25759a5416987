"""Draws of the latents under given hyper-parameters: dates first, then the latents given them.

The dates are a Gaussian held inside a box (each claim's days), drawn one after the other. Given a draw's dates, its claims
see only some directions of the latents. Across these a draw comes from the prior; along them it is moved to the mode given
its own part across, by linearising its claims anew, and scattered with the curvature found there: where a path is rough, the
log of a mean over a month is not linear in it. The density of every draw is known exactly, so the importance weights correct
what is left. All of it happens in the space of the nodes: with G = B B' the covariance of the path, a claim's functional d has
variance d'Gd, and a direction of the innovations that it sees moves the path along Gd.
Source: Geweke (1991) and Keane (1994) for the box; implicit sampling, Chorin, Morzfeld and Tu (2010), for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled, Setting, paths_of, states, window_weights
from crossbearing.fix.normal import draw_between
from crossbearing.fix.predict import at_known_dates, read_off
from crossbearing.fix.sites import Sites, given, spread_by

Array = npt.NDArray[np.float64]

BENT = 3  # times that the claims of a draw are linearised anew
TIGHT = 2.0  # precision, the prior's being one, from which the claims decide a direction
UNSEEN = 1e-6
STILL = 0.01  # root mean square step along the axes, in standard deviations of the prior, after which no further is made
FREEDOM = 5.0


@dataclass(frozen=True)
class Draws:
    """Draws around the sites, with their log density. Shapes (point, draw, ...).

    Attributes:
        latent: The latents.
        away: What they make of the state: each path at the nodes less its centre, then the scalars' latents.
        day: Day that each observation is about; the middle where it is not drawn.
        level: What each observation should read there.
        log_ratio: Log density of the latents' prior over that of the draw, dates included, without Gaussian constants.
    """

    latent: Array
    away: Array
    day: Array
    level: Array
    log_ratio: Array


def draw_latents(c: Compiled, setting: Setting, sites: Sites, draws: int, rng: np.random.Generator) -> Draws:
    """Draws around each point, dates included, with their exact density against the prior's.

    Args:
        c: The model.
        setting: Hyper-parameters of the points.
        sites: The claims as Gaussian statements.
        draws: Draws a point.
        rng: Source of random numbers.
    """
    if c.has_many:
        return _together(c, setting, sites, draws, rng)
    shift, mean, log_dates = _boxed(sites, draws, rng)
    step = c.dates.spread / np.where(sites.held, sites.band, 1.0)
    day = c.dates.middle + shift * step[:, None]
    claims = Claims(c, setting, day, sites.held)
    seen = _seen(claims, sites, mean)
    free = rng.standard_normal(mean.shape)
    from_prior = claims.state(free)
    score = seen.scores(from_prior)
    e, log_e = _scores(c, seen, rng)
    loose = (seen.mean + e / np.sqrt(seen.told)) * ~seen.tight
    held = from_prior + _times(seen.move, loose - score)
    along, root = _bent(claims, sites, seen, held)
    scatter = np.linalg.solve(root.swapaxes(-1, -2), e[..., None])[..., 0] * seen.tight
    chosen = along + scatter
    away = held + _times(seen.move, chosen)
    volume = 0.5 * (np.log(seen.told) * ~seen.tight).sum(-1)
    volume += np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(-1)
    log_ratio = -0.5 * ((chosen + loose) ** 2).sum(-1) - (log_dates + volume + log_e)
    latent = free + claims.latents(seen.scaled, _times(seen.turn, chosen + loose - score))
    return Draws(latent, away, day, claims.level(away), log_ratio)


def _together(c: Compiled, setting: Setting, sites: Sites, draws: int, rng: np.random.Generator) -> Draws:
    """Draws from the Gaussian of all claims together, their dates and readings integrated out.

    Claims enter by their information about the latents, J' V^-1 J and J' V^-1 (target - prior): sums over claims whose size
    is the path's, however many they are.
    """
    prior = sites.level - _times(sites.jac, sites.latent)
    mean, root = given(sites.jac, prior, sites.variance, sites.target)
    e = rng.standard_normal((len(mean), draws, c.size))
    scatter = np.linalg.solve(root.swapaxes(-1, -2), e.swapaxes(-1, -2)).swapaxes(-1, -2)
    latent = mean[:, None] + scatter
    log_density = np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(-1)[:, None] - 0.5 * (e**2).sum(-1)
    day = np.broadcast_to(c.dates.middle, (len(mean), draws, c.count))
    x = paths_of(c, setting, latent)
    size = c.per_path
    away = latent.copy()
    for p in range(len(c.terms)):
        block = slice(p * size, (p + 1) * size)
        away[..., block] = latent[..., block] @ setting.basis[p].transpose(0, 2, 1)
    scalars = (
        c.scalars(latent).reshape(len(mean) * draws, -1)
        if c.scalar_names
        else np.zeros((len(mean) * draws, 0))
    )
    level = at_known_dates(c, setting.window, x, scalars)
    log_ratio = -0.5 * (latent**2).sum(-1) - log_density
    return Draws(latent, away, day, level.reshape(day.shape), log_ratio)


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
        scaled: Slopes of the claims in the state over the root of their variance. Shape (point, draw, observation, state).
        turn: What of each claim makes up an axis. Shape (point, draw, observation, axis).
        move: Change of the state along each axis; nought where not used. Shape (point, draw, state, axis).
        told: Precision along each axis, the prior's one included. Shape (point, draw, axis).
        mean: Mean along each axis. Same shape.
        used: Whether an axis is one. Same shape.
        tight: Whether the claims decide it. Same shape.
    """

    scaled: Array
    turn: Array
    move: Array
    told: Array
    mean: Array
    used: npt.NDArray[np.bool_]
    tight: npt.NDArray[np.bool_]

    def scores(self, away: Array) -> Array:
        """Part of a state along each axis."""
        return _back(self.turn, _times(self.scaled, away))


def _seen(claims: Claims, sites: Sites, mean: Array) -> _Seen:
    away = claims.state(mean)
    level, slopes = claims.linear(away)
    root = np.sqrt(sites.variance)[:, None]
    scaled = slopes
    scaled /= root[..., None]
    left = (sites.target[:, None] - level) / root + _times(scaled, away)
    spread = claims.spread(scaled)
    power, turn = np.linalg.eigh(spread @ scaled.swapaxes(-1, -2))
    used = power > UNSEEN
    length = np.sqrt(np.maximum(power, UNSEEN))
    told = np.where(used, 1.0 + power, 1.0)
    centre = np.where(used, length, 0.0) * _back(turn, left) / told
    turn *= np.where(used, 1.0 / length, 0.0)[..., None, :]
    move = spread.swapaxes(-1, -2) @ turn
    return _Seen(scaled, turn, move, told, centre, used, told > TIGHT)


def _bent(claims: Claims, sites: Sites, seen: _Seen, held: Array) -> tuple[Array, Array]:
    """Mode along the tight axes given all else of each draw, and the Cholesky root of the curvature there."""
    target, root = sites.target[:, None], np.sqrt(sites.variance)[:, None]
    i = np.arange(seen.move.shape[-1])
    along = seen.mean * seen.tight
    for _ in range(BENT):
        level, slopes = claims.linear(held + _times(seen.move, along))
        slopes /= root[..., None]
        steep = (slopes @ seen.move) * seen.tight[..., None, :]
        back = steep.swapaxes(-1, -2)
        curvature: Array = np.asarray(back @ steep, dtype=np.float64)
        curvature[..., i, i] += 1.0
        wanted = _times(back, (target - level) / root + _times(steep, along))
        before, along = along, np.asarray(np.linalg.solve(curvature, wanted[..., None])[..., 0])
        if np.sqrt(np.mean(np.square(along - before))) < STILL:
            break
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


class Claims:
    """The claims at the dates of each draw: windows are formed once, the path may move."""

    def __init__(self, c: Compiled, setting: Setting, day: Array, held: npt.NDArray[np.bool_]) -> None:
        self.c, self.setting = c, setting
        self.points, self.draws = day.shape[:2]
        self.weights = [self._weights(p, day, held) for p in range(len(c.terms))]
        self.covariance = [b @ b.transpose(0, 2, 1) for b in setting.basis]

    def _weights(self, p: int, day: Array, held: npt.NDArray[np.bool_]) -> Array:
        """Window weights of a path's terms; those of claims whose date is not drawn are alike for all draws of a point."""
        terms, seen, window = self.c.terms[p], self.c.seen, self.setting.window[:, p]
        drawn = held[terms.observation] & np.isnan(terms.end)
        out = np.empty((self.points, self.draws, len(terms), seen.size))
        out[:, :, terms.still] = self.setting.still[p][:, None]
        middle = np.intersect1d(terms.moving, np.flatnonzero(~drawn))
        if len(middle):
            out[:, :, middle] = window_weights(terms, seen, window, terms.ends(day[:, 0]), middle)[:, None]
        some = np.flatnonzero(drawn)
        if len(some):
            ends = terms.ends(day.reshape(self.points * self.draws, -1))
            found = window_weights(terms, seen, window, ends, some)
            out[:, :, some] = found.reshape(self.points, self.draws, len(some), -1)
        return out

    def linear(self, away: Array) -> tuple[Array, Array]:
        """What each claim should read and its slopes in the state. Shapes (point, draw, observation [, state])."""
        c, rows, size = self.c, self.points * self.draws, self.c.per_path
        level, blocks = np.zeros((rows, c.count)), []
        for p, (terms, x) in enumerate(zip(c.terms, states(c, self.setting, away), strict=True)):
            if not len(terms):
                blocks.append(np.zeros((rows, c.count, size)))
                continue
            weights = self.weights[p].reshape(rows, len(terms), size)
            value, at_nodes = _read(terms.is_value, weights, x)
            terms.add_to(level, terms.sign * value)
            if (terms.sign < 0).any():
                at_nodes *= terms.sign[:, None]
            blocks.append(terms.owned(at_nodes, c.count))
        if len(c.scalar_names):
            scalars = self._scalars(away)
            c.add_offsets(level, scalars)
            blocks.append(c.scalar_slopes(scalars))
        slopes = blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=2)
        shape = (self.points, self.draws, c.count)
        return level.reshape(shape), slopes.reshape(*shape, c.size)

    def level(self, away: Array) -> Array:
        """What each claim should read. Shape (point, draw, observation)."""
        c, rows, size = self.c, self.points * self.draws, self.c.per_path
        level = np.zeros((rows, c.count))
        for p, (terms, x) in enumerate(zip(c.terms, states(c, self.setting, away), strict=True)):
            if len(terms):
                rate = np.exp(np.clip(x, -60.0, 60.0))
                weights = self.weights[p].reshape(rows, len(terms), size)
                terms.add_to(level, terms.sign * read_off(terms.is_value, weights, x, rate)[0])
        if len(c.scalar_names):
            c.add_offsets(level, self._scalars(away))
        return level.reshape(self.points, self.draws, c.count)

    def _scalars(self, away: Array) -> Array:
        c = self.c
        values = c.scalar_mean + c.scalar_sd * away[..., c.per_path * len(c.terms) :]
        return np.asarray(values.reshape(self.points * self.draws, -1))

    def state(self, latent: Array) -> Array:
        """What latents make of the state: B latent, path by path. Shape (point, draw, state)."""
        return self._by_path(latent, [b.transpose(0, 2, 1) for b in self.setting.basis])

    def spread(self, slopes: Array) -> Array:
        """Covariance of the state with what has these slopes. Shape (point, draw, observation, state)."""
        flat = slopes.reshape(self.points, -1, self.c.size)
        return self._by_path(flat, self.covariance).reshape(slopes.shape)

    def latents(self, slopes: Array, along: Array) -> Array:
        """The latents that lie along some claims: B' slopes' along. Shape (point, draw, latent)."""
        return self._by_path(_back(slopes, along), self.setting.basis)

    def _by_path(self, values: Array, matrices: Sequence[Array]) -> Array:
        if len(matrices) == 1 and not len(self.c.scalar_names):
            return np.asarray(values @ matrices[0])
        out, size = values.copy(), self.c.per_path
        for p, matrix in enumerate(matrices):
            out[..., p * size : (p + 1) * size] = values[..., p * size : (p + 1) * size] @ matrix
        return out


def _read(is_value: npt.NDArray[np.bool_], weights: Array, x: Array) -> tuple[Array, Array]:
    """Log mean rates (or values) and their derivative in the path. Shapes (row, term [, node])."""
    rate = np.exp(np.clip(x, -60.0, 60.0))
    value, mean = read_off(is_value, weights, x, rate)
    held = weights * rate[:, None]
    held *= (1.0 / mean)[..., None]
    if is_value.any():
        held[:, is_value] = weights[:, is_value]
    return value, held
