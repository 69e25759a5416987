"""Inner step of the nested Laplace approximation: the mode of the latents under given hyper-parameters, batched.

Given hyper-parameters the paths are linear in standard normal latents and each observation is nearly linear in them. An
uncertain date is a latent of one observation alone, so it is eliminated in closed form: it adds slope^2 to that
observation's variance. Damped Gauss-Newton; the dual (observation) form where there are fewer observations than latents,
the primal (latent) form where there are more.
Source: Tierney and Kadane (1986); Rue, Martino and Chopin (2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled, Setting, paths_of
from crossbearing.fix.noise import FREE, SOUND, Fit, likelihood
from crossbearing.fix.predict import by_latents, predict, slopes, state_of

Array = npt.NDArray[np.float64]
Pattern = npt.NDArray[np.int_]

TEMPERING = (20.0, 12.0, 8.0, 8.0, 6.0, 4.0, 3.0, 2.2, 1.6, 1.2)  # error multiplier of the first steps
TRUSTING = 4  # of these, so many take every free claim as sound
SHRINK = 1e-6


@dataclass(frozen=True)
class Mode:
    """Mode of the latents for a batch of hyper-parameters, and the Gaussian around it.

    Attributes:
        latent: Shape (point, latent).
        z: Date scores at the mode. Shape (point, observation).
        jac: Jacobian. Shape (point, observation, latent).
        slope: Slope of each observation in its date score. Shape (point, observation).
        precision: Curvature of each observation's likelihood. Shape (point, observation).
        value: Log joint density at the mode, without the constants of the standard normals. Shape (point,).
        log_det: Log determinant of the curvature of the joint density. Shape (point,).
        outlier: Probability of contamination at the mode. Shape (point, observation).
        g: Predictions at the mode. Shape (point, observation).
        score: Slope of each log likelihood in its prediction at the mode. Shape (point, observation).
    """

    latent: Array
    z: Array
    jac: Array
    slope: Array
    precision: Array
    value: Array
    log_det: Array
    outlier: Array
    g: Array
    score: Array

    @property
    def log_evidence(self) -> Array:
        """Laplace approximation of the log density of the claims given the hyper-parameters. Shape (point,)."""
        return self.value - 0.5 * self.log_det


@dataclass(frozen=True)
class _State:
    latent: Array
    z: Array
    g: Array
    slope: Array
    fit: Fit
    value: Array


def _evaluate(
    c: Compiled, setting: Setting, latent: Array, z: Array, forced: Pattern, temper: float
) -> _State:
    x = paths_of(c, setting, latent[:, None])
    g, by_day = predict(c, x, setting.window, c.scalars(latent), c.dates.day(z), setting.still)
    slope = by_day * c.dates.slope(z)
    fit = likelihood(c.noise, g, setting.kappa * temper, setting.excess, forced)
    value = fit.value.sum(axis=1) - 0.5 * (latent**2).sum(axis=1) - 0.5 * (z**2).sum(axis=1)
    return _State(latent, z, g, slope, fit, np.where(np.isfinite(value), value, -np.inf))


@dataclass(frozen=True)
class Start:
    """Where to start: latents, date scores, and how each claim was read there (SOUND or CONTAMINATED)."""

    latent: Array
    z: Array
    reading: npt.NDArray[np.int_]


def find_mode(
    c: Compiled, setting: Setting, forced: Pattern, start: Start | None = None, iterations: int = 12
) -> Mode:
    """The mode of the latents at each hyper-parameter point.

    Args:
        c: The model.
        setting: Hyper-parameters, a batch.
        forced: Which claims are taken as sound or contaminated; shape (point, observation) or (1, observation).
        start: Where to start; its reading of the claims is held at first. Without it the error is tempered (graduated
            non-convexity), so that the start does not decide which claims count as contaminated.
        iterations: Damped Newton steps at most.
    """
    points = len(setting.kappa)
    if start is None:
        latent, z = _tempered(c, setting, forced, np.zeros((points, c.size)), np.zeros((points, c.count)))
    else:
        held = np.where(forced == FREE, start.reading, forced)
        latent, z = _ascend(c, setting, held, start.latent, start.z, iterations // 2)[:2]
    state = _ascend(c, setting, forced, latent, z, iterations)[2]
    return _mode_at(c, setting, state)


def _tempered(c: Compiled, setting: Setting, forced: Pattern, latent: Array, z: Array) -> tuple[Array, Array]:
    for k, temper in enumerate(TEMPERING):
        reading = np.where(forced == FREE, SOUND, forced) if k < TRUSTING else forced
        state = _evaluate(c, setting, latent, z, reading, temper)
        step = newton_step(c, setting, state)
        latent, z = state.latent + step[0], np.clip(state.z + step[1], -4.0, 4.0)
    return latent, z


def _ascend(
    c: Compiled, setting: Setting, forced: Pattern, latent: Array, z: Array, iterations: int
) -> tuple[Array, Array, _State]:
    """Damped Newton steps; a point whose step does not help tries a shorter one."""
    state = _evaluate(c, setting, latent, z, forced, 1.0)
    length = np.ones((len(latent), 1))
    for _ in range(iterations):
        step = newton_step(c, setting, state)
        trial = _evaluate(
            c, setting, state.latent + length * step[0], state.z + length * step[1], forced, 1.0
        )
        better = (trial.value >= state.value)[:, None]
        gain = float(np.max(trial.value - state.value, where=better[:, 0], initial=0.0))
        state = _choose(better, trial, state)
        length = np.where(better, np.minimum(1.0, 2.0 * length), 0.35 * length)
        if gain < SHRINK and better.all():
            break
    return state.latent, state.z, state


def _choose(better: npt.NDArray[np.bool_], trial: _State, state: _State) -> _State:
    def pick(new: Array, old: Array) -> Array:
        return np.where(better, new, old)

    fit = Fit(
        *(
            pick(getattr(trial.fit, f), getattr(state.fit, f))
            for f in ("value", "score", "precision", "outlier", "rivalry")
        )
    )
    value = np.where(better[:, 0], trial.value, state.value)
    return _State(
        latent=pick(trial.latent, state.latent),
        z=pick(trial.z, state.z),
        g=pick(trial.g, state.g),
        slope=pick(trial.slope, state.slope),
        fit=fit,
        value=value,
    )


def effective_variance(precision: Array, slope: Array) -> Array:
    """Variance of an observation once its date is integrated out."""
    return np.asarray(1.0 / np.maximum(precision, 1e-12) + slope**2)


def newton_step(c: Compiled, setting: Setting, state: _State) -> tuple[Array, Array]:
    """Gauss-Newton step of latents and date scores."""
    x, day = paths_of(c, setting, state.latent[:, None]), c.dates.day(state.z)
    steep = slopes(c, setting, x, c.scalars(state.latent), day)
    variance = effective_variance(state.fit.precision, state.slope)
    wanted = state.fit.score / np.maximum(state.fit.precision, 1e-12)  # residual in the scale of g
    # target of the linearised problem: J l + slope z = J l0 + slope z0 + wanted
    if c.count <= c.size:
        jac = by_latents(c, setting, steep)
        target = project(jac, state.latent) + state.slope * state.z + wanted
        dual = np.asarray(np.linalg.solve(_gram(jac, variance), target[..., None])[..., 0], dtype=np.float64)
        latent = _back(jac, dual)
    else:
        weight = np.asarray(1.0 / variance, dtype=np.float64)
        away = state_of(c, setting, state.latent)
        target = project(steep, away) + state.slope * state.z + wanted
        aim = by_latents(c, setting, _back(steep, weight * target)[:, None])[:, 0]
        solved = np.linalg.solve(_information(c, setting, steep, weight), aim[..., None])
        latent = np.asarray(solved[..., 0], dtype=np.float64)
        dual = weight * (target - project(steep, state_of(c, setting, latent)))
    return latent - state.latent, state.slope * dual - state.z


def project(jac: Array, latent: Array) -> Array:
    """A matrix times a vector, point by point."""
    return np.asarray((jac @ latent[..., None])[..., 0])


def _back(jac: Array, values: Array) -> Array:
    return np.asarray((values[:, None] @ jac)[:, 0])


def _gram(jac: Array, variance: Array) -> Array:
    gram = jac @ jac.transpose(0, 2, 1)
    i = np.arange(gram.shape[1])
    gram[:, i, i] += variance
    return np.asarray(gram)


def _information(c: Compiled, setting: Setting, steep: Array, weight: Array) -> Array:
    """Precision of the latents: the claims' information about the state, B' (sum of d w d') B, and the prior's one."""
    told = (steep * weight[..., None]).transpose(0, 2, 1) @ steep
    half = by_latents(c, setting, told).transpose(0, 2, 1)
    h = by_latents(c, setting, half)
    i = np.arange(h.shape[1])
    h[:, i, i] += 1.0
    return h


def _mode_at(c: Compiled, setting: Setting, state: _State) -> Mode:
    x, day = paths_of(c, setting, state.latent[:, None]), c.dates.day(state.z)
    steep = slopes(c, setting, x, c.scalars(state.latent), day)
    jac = by_latents(c, setting, steep)
    precision = np.maximum(state.fit.precision, 1e-12)
    variance = effective_variance(precision, state.slope)
    own = np.log(precision * variance).sum(axis=1)  # curvature of the dates given the latents
    if c.count <= c.size:
        rest = np.linalg.slogdet(_gram(jac, variance))[1] - np.log(variance).sum(axis=1)
    else:
        rest = np.linalg.slogdet(_information(c, setting, steep, 1.0 / variance))[1]
    return Mode(
        latent=state.latent,
        z=state.z,
        jac=jac,
        slope=state.slope,
        precision=precision,
        value=state.value,
        log_det=own + rest,
        outlier=state.fit.outlier,
        g=state.g,
        score=state.fit.score,
    )
