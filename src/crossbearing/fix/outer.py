"""Outer step of the nested Laplace approximation: hyper-parameters, for one pattern of sound and contaminated claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled
from crossbearing.fix.laplace import Mode, Start, find_mode
from crossbearing.fix.noise import CONTAMINATED, SOUND

Array = npt.NDArray[np.float64]

STEP = 0.45
ROUNDS = 7
LEAST_CURVATURE = 0.35
LONGEST_MOVE = 1.6


@dataclass(frozen=True)
class OuterMode:
    """Mode of the whitened hyper-parameters under one pattern, with the Gaussian around it.

    Attributes:
        u: The mode.
        root: Square root of the covariance: u + root e has it for standard normal e.
        log_mass: Laplace approximation of the log evidence of the pattern.
        forced: The pattern, one entry an observation.
        latent, z: Latents at the mode.
        drift, drift_z: Change of the latents' mode per unit of each hyper-parameter.
        outlier: Probability of contamination of each claim at the mode.
    """

    u: Array
    root: Array
    log_mass: float
    forced: npt.NDArray[np.int_]
    latent: Array
    z: Array
    drift: Array
    drift_z: Array
    outlier: Array

    def start(self, u: Array) -> Start:
        """A first guess of the latents at other hyper-parameters."""
        away = np.clip(u - self.u, -1.5, 1.5)
        latent = self.latent + away @ self.drift
        return Start(latent, np.clip(self.z + away @ self.drift_z, -4.0, 4.0), _reading(self.outlier[None]))


def _design(d: int) -> Array:
    """Centre, two points an axis, one point a pair of axes."""
    eye = np.eye(d)
    pairs = [eye[i] + eye[j] for i in range(d) for j in range(i)]
    return np.vstack([np.zeros((1, d)), eye, -eye, *[p[None] for p in pairs]])


def _quadratic(values: Array, d: int, step: float) -> tuple[Array, Array]:
    """Gradient and Hessian of a function from its values on the design."""
    f0, plus, minus, pairs = values[0], values[1 : d + 1], values[d + 1 : 2 * d + 1], values[2 * d + 1 :]
    gradient = (plus - minus) / (2 * step)
    hessian = np.diag((plus - 2 * f0 + minus) / step**2)
    k = 0
    for i in range(d):
        for j in range(i):
            mixed = (pairs[k] - plus[i] - plus[j] + f0) / step**2
            hessian[i, j] = hessian[j, i] = mixed
            k += 1
    return gradient, hessian


def find_outer_mode(
    c: Compiled,
    forced: npt.NDArray[np.int_],
    u: Array | None = None,
    start: Start | None = None,
    rounds: int = ROUNDS,
) -> OuterMode:
    """Mode and curvature of the hyper-parameters by quadratic differences of the Laplace evidence.

    Args:
        c: The model.
        forced: Pattern of sound and contaminated claims.
        u: Where to start.
        start: Latents to start from; without them the error is tempered.
        rounds: Newton steps at most.
    """
    d = len(c.theta_names)
    u = np.zeros(d) if u is None else u
    design = _design(d)
    pattern = forced[None]
    for _ in range(rounds):
        points = u + STEP * design
        mode = find_mode(
            c, c.setting(points), pattern, None if start is None else _repeat(start, len(points))
        )
        value = mode.log_evidence - 0.5 * (points**2).sum(axis=1)
        gradient, hessian = _quadratic(value, d, STEP)
        curvature, axes = np.linalg.eigh(-hessian)
        curvature = np.maximum(curvature, LEAST_CURVATURE)
        move = axes @ ((axes.T @ gradient) / curvature)
        best = int(np.argmax(value))
        start = Start(
            mode.latent[best : best + 1], mode.z[best : best + 1], _reading(mode.outlier[best : best + 1])
        )
        length = float(np.linalg.norm(move))
        if length < 0.15:
            break
        target = u + move * min(1.0, LONGEST_MOVE / length)
        u = target if value[best] < value[0] + 0.5 or length < 1.0 else points[best]
    return _outer_at(u, curvature, axes, float(value[0]), mode, forced, d)


def _outer_at(
    u: Array, curvature: Array, axes: Array, value: float, mode: Mode, forced: npt.NDArray[np.int_], d: int
) -> OuterMode:
    root = axes / np.sqrt(curvature)
    log_mass = value + 0.5 * d * np.log(2 * np.pi) - 0.5 * float(np.log(curvature).sum())
    plus, minus = slice(1, d + 1), slice(d + 1, 2 * d + 1)
    drift = (mode.latent[plus] - mode.latent[minus]) / (2 * STEP)
    drift_z = (mode.z[plus] - mode.z[minus]) / (2 * STEP)
    return OuterMode(u, root, log_mass, forced, mode.latent[0], mode.z[0], drift, drift_z, mode.outlier[0])


def _reading(outlier: Array) -> npt.NDArray[np.int_]:
    return np.where(outlier > 0.5, CONTAMINATED, SOUND)


def _repeat(start: Start, count: int) -> Start:
    return Start(
        np.repeat(start.latent[:1], count, axis=0),
        np.repeat(start.z[:1], count, axis=0),
        np.repeat(start.reading[:1], count, axis=0),
    )
