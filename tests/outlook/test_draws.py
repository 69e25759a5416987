"""Addressed random numbers: independent of block size and order, and normal."""

import numpy as np
import pytest
from scipy import stats

from crossbearing.outlook.draws import TILE, inverse_normal, normal, uniform


def test_a_number_depends_on_its_address_alone() -> None:
    whole = uniform(7, "Acme", "demand", 3, 0, 4 * TILE)
    parts = np.concatenate([uniform(7, "Acme", "demand", 3, k * TILE, TILE) for k in range(4)])
    assert np.array_equal(whole, parts)
    assert np.array_equal(whole[:100], uniform(7, "Acme", "demand", 3, 0, 100))


@pytest.mark.parametrize(
    "other",
    [(8, "Acme", "demand", 3), (7, "Bolt", "demand", 3), (7, "Acme", "price", 3), (7, "Acme", "demand", 4)],
)
def test_every_part_of_the_address_counts(other: tuple[int, str, str, int]) -> None:
    one, two = uniform(7, "Acme", "demand", 3, 0, TILE), uniform(*other, 0, TILE)
    assert abs(np.corrcoef(one, two)[0, 1]) < 5 / np.sqrt(TILE)


def test_uniforms_and_normals_are_what_they_say() -> None:
    assert stats.kstest(uniform(1, "a", "b", 0, 0, 64 * TILE), "uniform").pvalue > 1e-4
    assert stats.kstest(normal(1, "a", "b", 0, 0, 64 * TILE), "norm").pvalue > 1e-4


def test_the_inverse_normal_agrees_with_scipy() -> None:
    p = np.concatenate(
        [np.logspace(-300, -1, 500), np.linspace(0.01, 0.99, 500), 1 - np.logspace(-15, -2, 100)]
    )
    assert np.allclose(inverse_normal(p), stats.norm.ppf(p), rtol=1e-13, atol=1e-14)
