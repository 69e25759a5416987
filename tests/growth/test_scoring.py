"""The score against another implementation and closed forms."""

import numpy as np
import pytest
import scoringrules

from crossbearing.growth.prior import LEVELS
from crossbearing.growth.scoring import covered, crps


def test_crps_is_the_trapezoid_of_the_quantile_score_of_scoringrules() -> None:
    rng = np.random.default_rng(3)
    quantiles = np.sort(rng.normal(size=(40, len(LEVELS))), axis=1)
    truth = rng.normal(size=40)
    levels = np.array(LEVELS)
    theirs = np.array(
        [
            [scoringrules.quantile_score(y, v, a) for v, a in zip(q, levels, strict=True)]
            for q, y in zip(quantiles, truth, strict=True)
        ]
    )
    np.testing.assert_allclose(crps(quantiles, truth), 2 * np.trapezoid(theirs, levels, axis=1))


def test_crps_of_a_point_forecast_is_its_error_but_for_the_uncounted_tails() -> None:
    score = crps(np.full((2, len(LEVELS)), 1.0), np.array([1.0, 3.0]))
    low, high = LEVELS[0], LEVELS[-1]
    np.testing.assert_allclose(score, [0, 2 * (high**2 - low**2)])


def test_crps_of_a_normal_forecast_is_near_the_closed_form() -> None:
    from scipy import stats

    for truth in (-1.0, 0.0, 0.5, 2.0):
        ours = crps(stats.norm.ppf(np.array(LEVELS)), np.array(truth))
        assert ours == pytest.approx(scoringrules.crps_normal(truth, 0, 1), rel=0.06)


def test_coverage_counts_both_ends() -> None:
    quantiles = np.tile(np.arange(17.0), (4, 1))
    assert covered(quantiles, np.array([1.9, 2.0, 14.0, 14.1]), 0.8).tolist() == [False, True, True, False]
    assert covered(quantiles[:1], np.array([1.0]), 0.9).tolist() == [True]
    assert covered(quantiles[:1], np.array([4.9]), 0.5).tolist() == [False]
