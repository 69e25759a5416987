"""The study's ten claims under the study's likelihood: the figures an independent sampler gave."""

import numpy as np
import numpy.typing as npt
import pytest
from tests.fix.fix_study import GRID, study

from crossbearing.fix.grid import cumulated, integral_to, ordinal
from crossbearing.fix.infer import Posterior, infer
from crossbearing.fix.pareto import weighted_quantile

PLAN = ((1024, 12),)
SEED = 7


def reported(posterior: Posterior, day: float) -> npt.NDArray[np.float64]:
    """5, 50 and 95 % of the run rate over the latent trailing window."""
    rate = np.exp(posterior.paths[0])
    total = cumulated(rate, GRID)
    end = integral_to(rate, total, GRID, np.array([[day]]))
    begin = integral_to(rate, total, GRID, day - posterior.window)
    mean = (end - begin)[:, 0] / posterior.window[:, 0]
    return weighted_quantile(mean, posterior.weights, np.array([0.05, 0.5, 0.95]))


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    return infer(study(), SEED, PLAN)


def doubt(posterior: Posterior, name: str) -> float:
    names = [o.name for o in posterior.compiled.model.observations]
    return float(posterior.outlier[names.index(name)])


def test_the_run_rates_are_those_of_the_study(posterior: Posterior) -> None:
    from datetime import date

    march = reported(posterior, ordinal(date(2026, 3, 31)))
    may = reported(posterior, ordinal(date(2026, 5, 15)))
    np.testing.assert_allclose(march, [25.7, 27.4, 29.2], rtol=0.012)
    np.testing.assert_allclose(may, [39.4, 42.7, 46.7], rtol=0.015)


def test_the_fit_passes_the_gate(posterior: Posterior) -> None:
    assert posterior.is_trusted
    assert posterior.log_evidence == pytest.approx(-3.9 + np.log(1.0), abs=1.5)


def test_the_39_is_doubted_and_nothing_else(posterior: Posterior) -> None:
    assert 0.5 < doubt(posterior, "A6") < 0.97
    assert all(
        doubt(posterior, o.name) < 0.1 for o in posterior.compiled.model.observations if o.name != "A6"
    )


def test_doubt_rises_as_the_claim_moves_away() -> None:
    found = [doubt(infer(study(moved), SEED, ((384, 8),)), "A6") for moved in (25.0, 30.0, 39.0, 50.0)]
    assert found == sorted(found)
    assert found[0] < 0.1
    assert found[1] < 0.25  # less than before it was compared with anything
