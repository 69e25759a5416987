"""The latent path: log of a quantity whose growth is a damped (Ornstein-Uhlenbeck) trend around a long-run growth.

    velocity  v_k = m + phi^k v0 + sum_{j<=k} phi^(k-j) q z_j     phi = exp(-h/tau),  q = sigma sqrt(tau (1 - phi^2) / 2)
    level     x_k = x0 + sum h (v_{k-1} + v_k) / 2

All of x0, v0, m and z are standard normal after scaling, so given (sigma, tau) the path is linear in them.
Source: damped trend, Gardner and McKenzie (1985); its continuous-time form is the integrated OU process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from crossbearing.fix.grid import Grid

Array = npt.NDArray[np.float64]

LEVEL, VELOCITY, LONG_RUN, SHOCKS = (
    0,
    1,
    2,
    3,
)  # places of x0, v0, m and the first shock among a path's latents


@dataclass(frozen=True)
class PathPrior:
    """What is believed of a path before its claims.

    Attributes:
        level: Centre and sd of x at the first node (log units).
        velocity: Centre and sd of the first velocity less the long-run one (log units a year).
        long_run: Centre and sd of the growth the path returns to (log units a year).
        volatility: Log-centre and log-sd of sigma (log units a year, per square root of a year).
        reversion: Log-centre and log-sd of tau, the years over which excess growth fades.
        window: Log-centre (days) and log-sd of an unstated run-rate window.
    """

    level: tuple[float, float] = (0.0, 1.5)
    velocity: tuple[float, float] = (0.0, 1.5)
    long_run: tuple[float, float] = (1.0, 1.0)
    volatility: tuple[float, float] = (float(np.log(2.0)), 0.6)
    reversion: tuple[float, float] = (float(np.log(0.75)), 0.5)
    window: tuple[float, float] = (float(np.log(30.0)), 0.4)


class PooledGrowth(Protocol):
    """What a pool of companies says of growth: an Ornstein-Uhlenbeck rate of log growth, in years."""

    @property
    def start(self) -> float:
        """Mean rate a year of a company met at random."""

    @property
    def start_sd(self) -> float:
        """Its standard deviation over companies."""

    @property
    def long_run(self) -> float:
        """Rate a year towards which growth is pulled."""

    @property
    def reversion(self) -> float:
        """Speed of the pull, a year."""


OWN_FADING = (
    0.8  # years in which a company's own excess growth fades, from the damped own trends of the same pool
)
LONG_RUN_SD = 0.4
STRANGER_SD = 0.7  # how far a company met through headlines may lie from the pool, in rate of growth
VOLATILITY = (0.0, 0.8)  # sigma about 1, wide: headlines pick companies whose growth changes fast
REVERSION_SD = 0.6


def prior_of(pool: PooledGrowth) -> PathPrior:
    """The prior of a path from a pool: pulled to the pool's long-run growth, at a speed between the pool's and its own.

    The reversion time is centred between the pool's and that of own damped trends and is wide enough for either, so a
    company's own claims decide how much of the pool it follows.
    """
    between = 0.5 * (float(np.log(1.0 / pool.reversion)) + float(np.log(OWN_FADING)))
    return PathPrior(
        velocity=(pool.start - pool.long_run, float(np.hypot(pool.start_sd, STRANGER_SD))),
        long_run=(pool.long_run, LONG_RUN_SD),
        volatility=VOLATILITY,
        reversion=(between, REVERSION_SD),
    )


def latents(grid: Grid) -> int:
    """Number of standard normal latents of one path: level, velocity, long run, and a shock a step."""
    return SHOCKS + grid.size - 1


def basis(prior: PathPrior, grid: Grid, sigma: Array, tau: Array) -> Array:
    """Response of the log level at each node to each latent.

    Shape: (point, node, latent), for sigma and tau of shape (point,).
    """
    h, size = grid.step_years, grid.size
    phi = np.exp(-h / tau)[:, None]
    q = sigma * np.sqrt(tau * (1.0 - phi[:, 0] ** 2) / 2.0)
    lag = np.arange(size)
    fading = phi**lag
    geometric = (1.0 - fading * phi) / (1.0 - phi)  # 1 + phi + ... + phi^lag
    out = np.zeros((len(sigma), size, latents(grid)))
    out[:, :, LEVEL] = prior.level[1]
    out[:, :, VELOCITY] = prior.velocity[1] * h * (geometric - 0.5 - 0.5 * fading)
    out[:, :, LONG_RUN] = prior.long_run[1] * h * lag
    impulse = h * q[:, None] * (geometric - 0.5 * fading)
    distance = lag[1:, None] - lag[None, 1:]
    out[:, 1:, SHOCKS:] = np.where(distance >= 0, impulse[:, np.maximum(distance, 0)], 0.0)
    return out


def centre(prior: PathPrior, grid: Grid, tau: Array) -> Array:
    """The log level at each node when every latent is zero. Shape: (point, node)."""
    h, lag = grid.step_years, np.arange(grid.size)
    phi = np.exp(-h / tau)[:, None]
    fading = phi**lag
    geometric = (1.0 - fading * phi) / (1.0 - phi)
    start = prior.velocity[0] * h * (geometric - 0.5 - 0.5 * fading)
    return np.asarray(prior.level[0] + prior.long_run[0] * h * lag + start)
