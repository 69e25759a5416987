"""Scores of quantile forecasts: CRPS in log space, and coverage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from crossbearing.growth.parameters import Floats
from crossbearing.growth.prior import LEVELS


def crps(quantiles: Floats, truth: Floats) -> Floats:
    """Continuous ranked probability score from the 17 quantiles: twice the pinball loss, integrated by the trapezoid rule.

    Args:
        quantiles: At `LEVELS`. Shape (..., 17).
        truth: Shape (...).

    Returns:
        The score in the unit of the quantiles, 0 for a point forecast that is right. What lies outside the outermost
        levels is not counted, as in the protocol of the development set.

    Source: Gneiting and Ranjan, Journal of Business and Economic Statistics 29 (2011), equation 9.
    """
    levels = np.array(LEVELS)
    error = truth[..., None] - quantiles
    pinball = np.maximum(levels * error, (levels - 1) * error)
    score: Floats = 2 * np.trapezoid(pinball, levels, axis=-1)
    return score


def covered(quantiles: Floats, truth: Floats, level: float) -> NDArray[np.bool_]:
    """Whether the truth lies in the central interval of that probability, ends included."""
    low, high = (LEVELS.index(round(side, 3)) for side in ((1 - level) / 2, (1 + level) / 2))
    inside: NDArray[np.bool_] = (quantiles[..., low] <= truth) & (truth <= quantiles[..., high])
    return inside
