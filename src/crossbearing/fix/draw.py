"""Draws of the latents around their mode, bent along the surface on which the claims are met.

The claims see only the row space of the Jacobian. Across it the Gaussian approximation is the prior itself and is kept.
Within it a mean of a rate over a long period is curved, so a tight claim would throw most straight draws away: each draw
is moved to the mode given its own part across, by chord steps of the linearised problem. The density of a moved draw is
known exactly, so the importance weights correct what is left.
Source: a block version of implicit sampling, Chorin, Morzfeld and Tu (2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled, Setting, at_rates, paths_of, predict, window_weights
from crossbearing.fix.laplace import Mode, effective_variance, project

Array = npt.NDArray[np.float64]

CHORD_STEPS = 4
LONGEST_CHORD = 3.0
TIGHT = 0.5  # variance below which a direction is decided by the claims


@dataclass(frozen=True)
class Draws:
    """Latent draws around the modes with their log density. Shapes (point, draw, ...)."""

    latent: Array
    z: Array
    log_density: Array


@dataclass(frozen=True)
class _Seen:
    """The directions the claims see at each mode: principal axes of the Gaussian approximation in the row space.

    Attributes:
        axes: Orthonormal. Shape (point, latent, direction).
        jac: Jacobian along them. Shape (point, observation, direction).
        variance: Of the Gaussian approximation along each. Shape (point, 1, direction).
        tight: 1 where the claims, not the prior, decide; else 0. Same shape.
        noise: Variance of each observation with its date integrated out. Shape (point, observation).
    """

    axes: Array
    jac: Array
    variance: Array
    tight: Array
    noise: Array


def _seen(c: Compiled, mode: Mode) -> _Seen:
    noise = effective_variance(mode.precision, mode.slope)
    if c.count < c.size:
        axes = np.linalg.qr(mode.jac.transpose(0, 2, 1))[0]
        jac = mode.jac @ axes
    else:
        axes, jac = None, mode.jac
    values, turn = np.linalg.eigh((jac / noise[..., None]).transpose(0, 2, 1) @ jac)
    variance = 1.0 / (1.0 + np.maximum(values, 0.0))[:, None]
    return _Seen(turn if axes is None else axes @ turn, jac @ turn, variance, (variance < TIGHT) * 1.0, noise)


def draw_latents(
    c: Compiled, setting: Setting, mode: Mode, draws: int, rng: np.random.Generator, *, exact: bool = False
) -> Draws:
    """Draws around each mode, dates included, with their exact log density up to the constants of standard normals.

    Args:
        c: The model.
        setting: Hyper-parameters of the modes.
        mode: The modes.
        draws: Draws a mode.
        rng: Source of random numbers.
        exact: Whether each draw is bent with its own Jacobian.
    """
    seen = _seen(c, mode)
    points = len(mode.latent)
    free = rng.standard_normal((points, draws, c.size))
    across = free - (free @ seen.axes) @ seen.axes.transpose(0, 2, 1)
    e = rng.standard_normal((points, draws, seen.axes.shape[2]))
    loose = np.sqrt(seen.variance) * e * (1.0 - seen.tight)
    held = mode.latent[:, None] + across + loose @ seen.axes.transpose(0, 2, 1)
    centre = _bent(c, setting, mode, seen, held, exact)
    bent = held + centre @ seen.axes.transpose(0, 2, 1)
    moved, log_volume = _scatter(c, setting, mode, seen, bent, e)
    latent = bent + moved @ seen.axes.transpose(0, 2, 1)
    shift = _moved(c, setting, mode, latent)
    dates, quadratic = _draw_dates(c, mode, shift, rng)
    quadratic += (across**2).sum(axis=2) + (e**2).sum(axis=2)
    return Draws(latent, mode.z[:, None] + dates, log_volume - 0.5 * quadratic)


def _scatter(
    c: Compiled, setting: Setting, mode: Mode, seen: _Seen, bent: Array, e: Array
) -> tuple[Array, Array]:
    """Scatter along the tight directions around each bent draw, by the curvature there, and the log volume factor."""
    information = _curvature(_tight_jacobian(c, setting, mode, seen, bent), seen)
    inverse = np.linalg.inv(np.linalg.cholesky(information))
    moved = np.asarray((e[..., None, :] @ inverse)[..., 0, :]) * seen.tight
    dates = np.log1p(mode.precision * mode.slope**2).sum(axis=1)[:, None]
    loose = -(np.log(seen.variance) * (1.0 - seen.tight)).sum(axis=2)
    local = -2.0 * np.log(np.diagonal(inverse, axis1=2, axis2=3)).sum(axis=2)
    return moved, 0.5 * (dates + loose + local)


def _tight_jacobian(c: Compiled, setting: Setting, mode: Mode, seen: _Seen, latent: Array) -> Array:
    """Jacobian along the tight directions at each draw. Shape (point, draw, observation, direction)."""
    points, draws = latent.shape[:2]
    jac = _local(c, setting, mode, seen, latent).reshape(points, draws, c.count, -1)
    return np.asarray(jac * seen.tight[:, None])


def _curvature(jac: Array, seen: _Seen) -> Array:
    """Curvature of the linearised problem along the tight directions; one along the others."""
    information = (jac / seen.noise[:, None, :, None]).transpose(0, 1, 3, 2) @ jac
    i = np.arange(information.shape[-1])
    information[..., i, i] += 1.0
    return np.asarray(information)


def _local(c: Compiled, setting: Setting, mode: Mode, seen: _Seen, bent: Array) -> Array:
    """Jacobian along the seen directions at each draw. Shape (point, draw x observation, direction)."""
    points, draws = bent.shape[:2]
    x, day = paths_of(c, setting, bent), c.dates.day(mode.z)
    out = np.zeros((points, draws * c.count, seen.axes.shape[2]))
    for p, terms in enumerate(c.terms):
        if not len(terms):
            continue
        weights = window_weights(terms, c.grid, setting.window[:, p], terms.ends(day))
        nodes = at_rates(terms, weights[:, None], x[p].reshape(points, draws, 1, -1))
        nodes = nodes.reshape(points * draws, len(terms), -1) * terms.sign[:, None]
        whole = np.zeros((points * draws, c.count, c.grid.size))
        terms.add_to(whole, nodes)
        reach = setting.basis[p] @ seen.axes[:, p * c.per_path : (p + 1) * c.per_path]
        out += whole.reshape(points, draws * c.count, -1) @ reach
    if c.offsets:
        scalars = c.scalars(bent).reshape(points * draws, -1)
        steep = c.scalar_slopes(scalars).reshape(points, draws * c.count, -1)
        out += steep @ seen.axes[:, c.per_path * len(c.path_names) :]
    return out


def _moved(c: Compiled, setting: Setting, mode: Mode, latent: Array) -> Array:
    """Change of each prediction from the mode, dates held. Shape (point, draw, observation)."""
    points, draws = latent.shape[:2]
    g, _ = predict(
        c,
        paths_of(c, setting, latent),
        np.repeat(setting.window, draws, axis=0),
        c.scalars(latent).reshape(points * draws, -1),
        np.repeat(mode.z, draws, axis=0),
    )
    return np.asarray(g.reshape(points, draws, -1) - mode.g[:, None])


def _bent(c: Compiled, setting: Setting, mode: Mode, seen: _Seen, held: Array, exact: bool) -> Array:
    """Mode along the tight directions given everything else. Shape (point, draw, direction).

    Chord steps keep the Jacobian of the mode; exact ones form it anew at each draw, for claims tight on a curved surface.
    """
    base = project(seen.axes.transpose(0, 2, 1), mode.latent)[:, None]
    wanted = (seen.noise * mode.score)[:, None]
    along = np.zeros((*held.shape[:2], seen.axes.shape[2]))
    for _ in range(CHORD_STEPS * (2 if exact else 1)):
        latent = held + along @ seen.axes.transpose(0, 2, 1)
        left = (wanted - _moved(c, setting, mode, latent)) / seen.noise[:, None]
        limit = LONGEST_CHORD / seen.noise[:, None]
        left = np.clip(left, -limit, limit)
        if exact:
            jac = _tight_jacobian(c, setting, mode, seen, latent)
            gradient = (along + base) * seen.tight - (left[..., None, :] @ jac)[..., 0, :]
            along = along - np.linalg.solve(_curvature(jac, seen), gradient[..., None])[..., 0]
        else:
            along = along - seen.variance * seen.tight * (along + base - left @ seen.jac)
        along = np.where(np.isfinite(along), along, 0.0)
    return along


def _draw_dates(c: Compiled, mode: Mode, moved: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Date scores, relative to the mode, given the movement of each prediction; and their squared standard scores."""
    curvature = 1.0 + mode.precision * mode.slope**2
    mean = -(mode.precision * mode.slope / curvature)[:, None] * moved
    e = np.where(c.has_dates, rng.standard_normal(moved.shape), 0.0)
    return np.asarray(np.where(c.has_dates, mean, 0.0) + e / np.sqrt(curvature)[:, None]), (e**2).sum(axis=2)
