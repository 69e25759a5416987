"""The parameters of the growth prior, and the grid of cases they span."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NOISE_LEVELS = np.geomspace(
    0.006, 0.6, 7
)  # monthly standard deviations: from a subscription ledger to project work
WANDER_FACTORS = np.array([0.4, 1.0, 2.5])  # times the pooled wander of the rate
WANDER_WEIGHTS = np.array([0.25, 0.5, 0.25])
OWN_START_SD = (
    0.3  # a month: wide enough for tripling in a quarter, so the own trend is never told where to be
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the pool says of monthly log growth. Every field is scale-free: no level of revenue enters.

    Attributes:
        typical: Growth rate a month of a company met at random, averaged over half a year.
        typical_sd: Its standard deviation over companies and times. These two serve where there are too few figures.
        start: Growth rate a month before the first figure of a longer file.
        start_sd: Its standard deviation over companies.
        start_per_noise: Further standard deviation of it, per unit of the company's noise.
        persistence: Share of the distance from the long-run rate that is left after a month.
        long_run: Rate a month towards which growth is pulled.
        wander: Standard deviation of the monthly shock to the rate.
        noise: Median over companies of the standard deviation of one month's growth around its rate.
        noise_spread: Standard deviation of its logarithm over companies.
        memory: Weight that evidence on the case keeps after a month.
        drift: Standard deviation a month of what all months ahead share.
        scale: Width of the forecast per unit of the model's own standard deviation, at one month.
        scale_growth: Exponent by which that changes with the horizon in months.
        shift: Centre of the forecast in units of its width.
        skew: The g of Tukey's g-and-h distribution.
        tail: Its h, zero for normal tails.
        own_weight: Weight before any data of the company's own damped trend against the pooled rates.
        own_persistence: Share of its own rate that is left after a month.
    """

    typical: float
    typical_sd: float
    start: float
    start_sd: float
    start_per_noise: float
    persistence: float
    long_run: float
    wander: float
    noise: float
    noise_spread: float
    memory: float
    drift: float
    scale: float
    scale_growth: float
    shift: float
    skew: float
    tail: float
    own_weight: float
    own_persistence: float

    def as_json(self) -> dict[str, float]:
        """Names and values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cases weighed against each other: noise x wander x (pooled or own trend).

    Shape: every array has one entry a case.

    Attributes:
        noise: Variance of one month's growth around the rate.
        wander: Variance of the monthly shock to the rate.
        start: Mean of the rate before any data.
        start_variance: Variance of it.
        persistence: Share of the distance from the long-run rate left after a month.
        long_run: The long-run rate.
        log_weight: Logarithm of the weight before any data.
        own: True for the cases of the own trend.
    """

    noise: Floats
    wander: Floats
    start: Floats
    start_variance: Floats
    persistence: Floats
    long_run: Floats
    log_weight: Floats
    own: NDArray[np.bool_]


@lru_cache(maxsize=4)
def cells_of(p: Parameters) -> Cells:
    """The grid of cases that the parameters span, pooled ones first, then those of the own damped trend."""
    noise = np.repeat(NOISE_LEVELS, len(WANDER_FACTORS))
    wander = np.tile(p.wander * WANDER_FACTORS, len(NOISE_LEVELS))
    log_noise = -0.5 * (np.log(NOISE_LEVELS / p.noise) / p.noise_spread) ** 2
    log_weight = np.repeat(log_noise, len(WANDER_FACTORS)) + np.tile(
        np.log(WANDER_WEIGHTS), len(NOISE_LEVELS)
    )
    log_weight = log_weight - np.log(np.exp(log_weight).sum())
    size = len(noise)
    ones = np.ones(size)
    return Cells(
        noise=np.tile(noise**2, 2),
        wander=np.tile(wander**2, 2),
        start=np.concatenate([p.start * ones, 0 * ones]),
        start_variance=np.concatenate(
            [p.start_sd**2 + (p.start_per_noise * noise) ** 2, OWN_START_SD**2 * ones]
        ),
        persistence=np.concatenate([p.persistence * ones, p.own_persistence * ones]),
        long_run=np.concatenate([p.long_run * ones, 0 * ones]),
        log_weight=np.concatenate([log_weight + np.log1p(-p.own_weight), log_weight + np.log(p.own_weight)]),
        own=np.repeat([False, True], size),
    )


def load_parameters() -> Parameters:
    """The parameters shipped with the package, as `python -m crossbearing.growth.rebuild` wrote them."""
    text = files("crossbearing.growth").joinpath("parameters.json").read_text(encoding="utf-8")
    stored: dict[str, Any] = json.loads(text)
    return Parameters(**stored["parameters"])
