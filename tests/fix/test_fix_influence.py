"""Influence of a claim three ways: first order, the draws weighed anew, and two fits under common random numbers."""

import numpy as np
import pytest
from tests.fix.calibration import simulate

from crossbearing.fix.answers import trailing
from crossbearing.fix.infer import Posterior, infer
from crossbearing.fix.influence import by_refit, by_weighing, first_order
from crossbearing.fix.model import Model
from crossbearing.fix.pareto import weighted_quantile

PLAN = ((96, 8), (384, 8))


def level(posterior: Posterior) -> np.ndarray:
    return np.asarray(np.log(trailing(posterior, "A", posterior.compiled.grid.end - 460.0)))


def median(model: Model) -> float:
    found = infer(
        model, 3, ((96, 8), (1200, 8))
    )  # a fit tells a small move far less well than the draws of one
    return float(weighted_quantile(level(found), found.weights, np.array([0.5]))[0])


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    return infer(simulate(np.random.default_rng([1, 1])).model, 3, PLAN)


def test_draws_weighed_anew_agree_with_fits(posterior: Posterior) -> None:
    model = posterior.compiled.model
    draws = level(posterior)
    pulls = [by_weighing(posterior, o, draws) for o in model.observations]
    assert None not in pulls
    k = int(np.argmax(np.abs(np.array(pulls, dtype=float))))
    assert abs(pulls[k] or 0.0) > 0.2
    assert pulls[k] == pytest.approx(by_refit(model, model.observations[k].name, median), abs=0.12)


def test_draws_weighed_anew_agree_with_first_order_where_that_tells(posterior: Posterior) -> None:
    draws = level(posterior)
    for o, told in zip(posterior.compiled.model.observations, first_order(posterior, draws), strict=True):
        if np.isfinite(told):
            assert by_weighing(posterior, o, draws) == pytest.approx(told, abs=0.2)


def test_what_the_draws_do_not_bear_is_not_told() -> None:
    model = simulate(np.random.default_rng([1, 1])).model
    few = infer(model, 3, ((24, 4),))
    assert by_weighing(few, model.observations[-1], level(few)) is None
