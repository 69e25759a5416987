"""The latent path: log of a quantity that grows at a damped (Ornstein-Uhlenbeck) rate and is itself pushed about.

    rate   u_k = phi u_{k-1} + q z_k                    phi = exp(-h/tau),  q = sigma sqrt(tau (1 - phi^2) / 2)
    level  x_k = x_{k-1} + h (m + (u_{k-1} + u_k) / 2) + eta sqrt(h) w_k

u_0, m and x_0 are Gaussian; z and w standard normal. Shocks to the rate last and carry on; shocks to the level do not. A
path without the second kind takes every surge for a lasting rate and extrapolates it.
Source: local linear trend with a damped slope, Harvey (1989), 2.3 and 4.1; Gardner and McKenzie (1985).

A path is written in its innovations: e_k is the part of x_k that x_0 .. x_{k-1} do not foretell, in its own standard
deviations. They are independent standard normals, one a node, and their response matrix is lower triangular, so the
nodes after the last claim can be left out of inference and drawn afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from crossbearing.fix.grid import Grid

Array = npt.NDArray[np.float64]


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
        roughness: eta per unit of sigma: a company whose growth is restless is so in both.
    """

    level: tuple[float, float] = (0.0, 1.5)
    velocity: tuple[float, float] = (0.0, 1.5)
    long_run: tuple[float, float] = (1.0, 1.0)
    volatility: tuple[float, float] = (float(np.log(2.0)), 0.6)
    reversion: tuple[float, float] = (float(np.log(0.75)), 0.5)
    window: tuple[float, float] = (float(np.log(30.0)), 0.4)
    roughness: float = 0.0


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

    @property
    def volatility(self) -> float:
        """How the rate wanders, per square root of a year."""


# How restless companies are: the pool's, as seen through this very path, thinned to a handful of figures like a book's
# claims (docs/decisions/0410).
RESTLESS_SD = 0.8  # spread of volatility over companies, in logs
ROUGHNESS = 2.0  # shocks to the level for each unit of shocks to the rate
OWN_FADING = 1.15  # years in which a company's own excess growth fades, as the growth prior has it
REVERSION_SD = 0.5
LONG_RUN_SD = 0.4
STRANGER_SD = 0.7  # how far a company met through headlines may lie from the pool, in rate of growth


def prior_of(pool: PooledGrowth) -> PathPrior:
    """The prior of a path from a pool: where its companies' growth starts, where it is pulled, and how it wanders.

    The time of reversion is centred between the pool's and that of a company's own damped trend; the claims decide.
    """
    between = 0.5 * (float(np.log(1.0 / pool.reversion)) + float(np.log(OWN_FADING)))
    return PathPrior(
        velocity=(pool.start - pool.long_run, float(np.hypot(pool.start_sd, STRANGER_SD))),
        long_run=(pool.long_run, LONG_RUN_SD),
        volatility=(float(np.log(pool.volatility)), RESTLESS_SD),
        reversion=(between, REVERSION_SD),
        roughness=ROUGHNESS,
    )


@dataclass(frozen=True)
class Law:
    """A path under given hyper-parameters: what each node's innovation does from there on.

    Attributes:
        level: Change of the level at once. Shape (point, node); the first node's is the level itself.
        rate: Change of the damped rate. Same shape.
        long_run: Change of the long-run rate. Same shape.
        phi: Share of the damped rate left after a step. Shape (point,).
        centre: Level with every innovation zero. Shape (point, node).
        step: Years a step.
    """

    level: Array
    rate: Array
    long_run: Array
    phi: Array
    centre: Array
    step: float

    def response(self, size: int) -> Array:
        """Response of the first levels to their innovations: lower triangular. Shape: (point, size, size)."""
        lag: Array = np.arange(size, dtype=np.float64)
        reach = (1.0 - self.phi[:, None] ** lag) / (1.0 - self.phi)[:, None]
        reach *= self._carry()[:, None]
        years: Array = np.asarray(self.step * lag, dtype=np.float64)
        out = self.rate[:, None, :size] * _by_lag(reach)
        out += self.long_run[:, None, :size] * _by_lag(years[None])
        out += self.level[:, None, :size] * _by_lag(np.ones((1, size)))
        return out

    def onwards(self, seen: Array, later: Array, level: Array | None = None) -> Array:
        """Levels at all nodes, from the innovations of the first nodes and of the later ones. Shape (point, draw, node).

        Args:
            seen: Innovations of the first nodes, shape (point, draw, first node).
            later: Those of the later nodes.
            level: What the first make of the path, less its centre, where that is at hand.
        """
        count = seen.shape[-1]
        out = np.empty((*seen.shape[:2], self.level.shape[1]))
        fading = self.phi[:, None] ** np.arange(count - 1, -1, -1)
        rate = (seen @ (self.rate[:, :count] * fading)[..., None])[..., 0]
        long_run = (seen @ self.long_run[:, :count, None])[..., 0]
        if level is None:
            level = seen @ self.response(count).transpose(0, 2, 1)
        out[..., :count] = level
        at, carry, phi = level[..., -1], self._carry()[:, None], self.phi[:, None]
        for k in range(count, out.shape[-1]):
            e = later[..., k - count]
            at = at + carry * rate + self.step * long_run + self.level[:, k, None] * e
            rate = phi * rate + self.rate[:, k, None] * e
            long_run = long_run + self.long_run[:, k, None] * e
            out[..., k] = at
        out += self.centre[:, None]
        return out

    def _carry(self) -> Array:
        """Part of a unit of the damped rate that the level's next step takes up, in years."""
        return np.asarray(0.5 * self.step * (1.0 + self.phi))


def _by_lag(values: Array) -> Array:
    """values[:, row - column], zero above the diagonal, as a view. Shape (point, size) gives (point, size, size)."""
    size = values.shape[1]
    padded = np.zeros((len(values), 2 * size - 1))
    padded[:, size - 1 :] = values
    return sliding_window_view(padded, size, axis=1)[:, :, ::-1]


def law(prior: PathPrior, grid: Grid, sigma: Array, tau: Array, eta: Array) -> Law:
    """The path under a batch of hyper-parameters: Kalman filter of (rate, long-run rate) from exact levels.

    Args:
        prior: Prior of the path.
        grid: Time.
        sigma: Volatility, shape (point,).
        tau: Reversion.
        eta: Roughness.
    """
    h = grid.step_years
    phi = np.exp(-h / tau)
    q = sigma * np.sqrt(tau * (1.0 - phi**2) / 2.0)
    level, rate, long_run = (np.zeros((len(phi), grid.size)) for _ in range(3))
    level[:, 0] = prior.level[1]
    carry = 0.5 * h * (1.0 + phi)
    uu, um = np.full_like(phi, prior.velocity[1] ** 2), np.zeros_like(phi)
    mm = np.full_like(phi, prior.long_run[1] ** 2)
    jump = (0.5 * h * q) ** 2 + eta**2 * h
    for k in range(1, grid.size):
        with_u, with_m = carry * uu + h * um, carry * um + h * mm
        sd = np.sqrt(np.maximum(carry * with_u + h * with_m + jump, 1e-24))
        gain_u, gain_m = (phi * with_u + 0.5 * h * q**2) / sd, with_m / sd
        level[:, k], rate[:, k], long_run[:, k] = sd, gain_u, gain_m
        uu = np.maximum(phi**2 * uu + q**2 - gain_u**2, 0.0)
        um = phi * um - gain_u * gain_m
        mm = np.maximum(mm - gain_m**2, 0.0)
    return Law(level, rate, long_run, phi, _centre(prior, grid, phi[:, None]), h)


def _centre(prior: PathPrior, grid: Grid, phi: Array) -> Array:
    """The log level at each node when every innovation is zero. Shape: (point, node)."""
    h, lag = grid.step_years, np.arange(grid.size)
    fading = phi**lag
    geometric = (1.0 - fading * phi) / (1.0 - phi)
    start = prior.velocity[0] * h * (geometric - 0.5 - 0.5 * fading)
    return np.asarray(prior.level[0] + prior.long_run[0] * h * lag + start)
