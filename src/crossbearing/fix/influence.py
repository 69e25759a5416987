"""What each claim does to a result: to first order from the draws at hand, or by fitting again with the claim moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from crossbearing.fix.infer import Posterior
from crossbearing.fix.model import Model

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
