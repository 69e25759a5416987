"""Calibration: the fast suite sees a handful of simulated worlds, the slow one the whole study."""

import numpy as np
import pytest
from tests.fix.calibration import QUANTITIES, coverage, study, worst_excursion

BAND_99 = 1.63  # Kolmogorov: sup distance x root n, simultaneous over the whole range
BAND_ALL = 2.0  # the same, over eight quantities (Bonferroni)


def test_a_few_simulated_worlds_are_covered() -> None:
    ranks, refused = study(5, plan=((512, 6),))
    assert refused <= 1
    assert coverage(ranks).mean() > 0.7
    assert (worst_excursion(ranks) < 2.3).all()


@pytest.mark.slow
def test_simulation_based_calibration() -> None:
    ranks, refused = study(2000)
    assert refused <= 40
    assert 0.88 <= coverage(ranks).mean() <= 0.92
    assert (worst_excursion(ranks) < BAND_ALL).all(), dict(
        zip(QUANTITIES, worst_excursion(ranks), strict=True)
    )
    with_misses = np.vstack([ranks, np.zeros((refused, len(QUANTITIES)))])
    assert coverage(with_misses).mean() >= 0.86


def test_worlds_are_the_same_in_any_number_of_processes() -> None:
    short = ((48, 8),)
    one, lost = study(3, plan=short, processes=1)
    two, lost_too = study(3, plan=short, processes=2)
    assert lost == lost_too
    np.testing.assert_array_equal(one, two)
