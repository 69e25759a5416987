"""What each claim does to a result: to first order from the draws at hand, or with the claim moved.

A moved claim weighs the draws at hand anew; where these do not bear it, the model is fitted again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import FAMILY, Compiled, date_nodes
from crossbearing.fix.infer import LEAST_ESS, Posterior
from crossbearing.fix.model import Model, Observation, When
from crossbearing.fix.noise import FREE, Noise, likelihood
from crossbearing.fix.pareto import ess_mean, khat_limit, smooth, weighted_quantile
from crossbearing.fix.predict import predict

Array = npt.NDArray[np.float64]

NUDGE = 0.02
TOLD_APART = 3.0  # Monte Carlo standard errors: three, because dozens of claims are asked at once


def first_order(posterior: Posterior, draws: Array) -> Array:
    """Change of the mean log result per log change of each observation, by the score-covariance identity.

    dE[f]/dy = Cov(f, d log likelihood / dy), and moving the printed figure up is moving the prediction down.
    Source: Giordano, Broderick and Jordan (2018), Covariances, robustness, and variational Bayes.

    A figure printed to many digits has a score so wide that chance alone gives it an influence: what lies within
    `TOLD_APART` Monte Carlo standard errors of nothing is not told.

    Args:
        posterior: Weighted draws.
        draws: The result on its log scale, one value a draw.

    Returns:
        One value an observation; NaN where it is not told from nothing at these draws.
    """
    w = posterior.weights
    each = -(draws - w @ draws)[:, None] * (posterior.score - w @ posterior.score)
    found = w @ each
    error = np.sqrt(np.square(w) @ np.square(each - found))
    return np.where(np.abs(found) >= TOLD_APART * error, found, np.nan)


def moved(model: Model, name: str, by: float) -> Model:
    """The model with one printed figure moved by so much on the scale of the path."""
    return replace(
        model,
        observations=tuple(
            replace(o, low=o.low + by, high=o.high + by) if o.name == name else o for o in model.observations
        ),
    )


def by_refit(model: Model, name: str, median: Callable[[Model], float]) -> float:
    """Change of the log median per log change of a claim, by central difference over two fits under common random numbers.

    Args:
        model: The model.
        name: Which observation to move.
        median: Fits a model and gives the log of the result's median.
    """
    return (median(moved(model, name, NUDGE)) - median(moved(model, name, -NUDGE))) / (2 * NUDGE)


def by_weighing(posterior: Posterior, observation: Observation, draws: Array) -> float | None:
    """The same by weighing the draws at hand anew; None where the weights cannot be trusted.

    Args:
        posterior: Weighted draws.
        observation: The one moved.
        draws: The result on its log scale, one value a draw.
    """
    g, share = _at_dates(posterior, observation)
    now = _log_likelihood(posterior, observation, g, share, 0.0)
    found = []
    for by in (NUDGE, -NUDGE):
        change = _log_likelihood(posterior, observation, g, share, by) - now
        weights, khat = smooth(np.log(np.maximum(posterior.weights, 1e-300)) + change)
        if not khat < khat_limit(len(weights)) or ess_mean(weights) < LEAST_ESS:
            return None
        found.append(float(weighted_quantile(draws, weights, np.array([0.5]))[0]))
    return (found[0] - found[1]) / (2 * NUDGE)


def _at_dates(posterior: Posterior, observation: Observation) -> tuple[Array, Array]:
    """What a claim should read in each draw at each date it may be about, and the log share of each. (draw, date), (date,)."""
    day, share = date_nodes(observation.when)
    model, grid = posterior.compiled.model, posterior.compiled.grid
    repeats = tuple(replace(observation, when=When("exact", float(d))) for d in day)
    c = Compiled(replace(model, observations=repeats), grid)
    rows = len(posterior.weights)
    days = np.broadcast_to(day, (rows, len(day)))
    return predict(c, list(posterior.paths), posterior.window, posterior.scalars, days)[0], np.log(share)


def _log_likelihood(posterior: Posterior, o: Observation, g: Array, share: Array, by: float) -> Array:
    """Log likelihood of a figure moved by so much, its date integrated out. Shape (draw,)."""
    noise = Noise(
        *(np.full(g.shape[1], v) for v in (FAMILY[o.family], o.low + by, o.high + by, o.sd, o.outlier))
    )
    kappa = posterior.hyper("noise")[:, None]
    known = "excess" in posterior.compiled.theta_names
    unknown = float(np.exp(posterior.compiled.model.excess[0]))
    excess = posterior.hyper("excess")[:, None] if known else np.full_like(kappa, unknown)
    value = likelihood(noise, g, kappa, excess, np.full((1, g.shape[1]), FREE)).value + share
    top = value.max(axis=1, keepdims=True)
    return np.asarray(top[:, 0] + np.log(np.exp(value - top).sum(axis=1)))
