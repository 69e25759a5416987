"""Addressed random numbers: independent of block size and order, and normal."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from crossbearing.outlook.draws import TILE, inverse_normal, normal, uniform
from crossbearing.outlook.equation import Array


def test_a_number_depends_on_its_address_alone() -> None:
    whole = uniform(7, "Acme", "demand", 0, 4 * TILE, 12)
    parts = [uniform(7, "Acme", "demand", k * TILE, TILE, 12) for k in range(4)]
    assert np.array_equal(whole, np.concatenate(parts, axis=1))
    assert np.array_equal(whole[:, :100], uniform(7, "Acme", "demand", 0, 100, 12))


@pytest.mark.parametrize("source", [uniform, normal])
def test_more_months_change_no_earlier_one(source: Callable[..., Array]) -> None:
    short, long = source(7, "Acme", "demand", 0, TILE, 1), source(7, "Acme", "demand", 0, TILE, 24)
    assert np.array_equal(short[0], long[0])


@pytest.mark.parametrize("other", [(8, "Acme", "demand"), (7, "Bolt", "demand"), (7, "Acme", "price")])
def test_every_part_of_the_address_counts(other: tuple[int, str, str]) -> None:
    one, two = uniform(7, "Acme", "demand", 0, TILE), uniform(*other, 0, TILE)
    assert abs(np.corrcoef(one[0], two[0])[0, 1]) < 5 / np.sqrt(TILE)


def test_months_and_tiles_do_not_repeat_one_another() -> None:
    drawn = uniform(7, "Acme", "demand", 0, 3 * TILE, 5)
    assert np.unique(drawn).size == drawn.size


def test_uniforms_and_normals_are_what_they_say() -> None:
    assert stats.kstest(uniform(1, "a", "b", 0, 64 * TILE)[0], "uniform").pvalue > 1e-4
    assert stats.kstest(normal(1, "a", "b", 0, 64 * TILE)[0], "norm").pvalue > 1e-4


def test_the_inverse_normal_agrees_with_scipy() -> None:
    p = np.concatenate(
        [np.logspace(-300, -1, 500), np.linspace(0.01, 0.99, 500), 1 - np.logspace(-15, -2, 100)]
    )
    assert np.allclose(inverse_normal(p), stats.norm.ppf(p), rtol=1e-13, atol=1e-14)
