"""Design-based inference against SciPy, closed forms and identities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from crossbearing.gather.measure.sampling import (
    covered,
    jackknife,
    post_stratify,
    rake,
    raked_shares,
    simple_shares,
    wilson,
)
from crossbearing.problems import Refusal


@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_score_interval_is_scipys(n: int, part: float, level: float) -> None:
    k = round(part * n)
    reference = stats.binomtest(k, n).proportion_ci(level, "wilson")
    low, high = wilson(np.array(k / n), np.array(float(n)), level)
    assert float(low) == pytest.approx(reference.low, abs=1e-12)
    assert float(high) == pytest.approx(reference.high, abs=1e-12)


def test_post_stratification_by_hand() -> None:
    """Two strata, 3/4 and 1/4 of the population: 0.75 x 20/100 + 0.25 x 30/50 = 0.30; variance 0.001650."""
    found = post_stratify(np.array([20, 30]), np.array([100, 50]), np.array([3.0, 1.0]))
    assert float(found.share) == pytest.approx(0.30)
    assert float(found.variance) == pytest.approx(0.75**2 * 0.2 * 0.8 / 100 + 0.25**2 * 0.6 * 0.4 / 50)


@given(st.lists(st.tuples(st.integers(10, 400), st.floats(0, 1)), min_size=1, max_size=6))
def test_a_panel_like_its_population_needs_no_weights(strata: list[tuple[int, float]]) -> None:
    n = np.array([size for size, _ in strata])
    k = np.array([round(part * size) for size, part in strata])
    weighted, plain = post_stratify(k, n, n.astype(float)), simple_shares(k.sum(), n.sum())
    assert float(weighted.share) == pytest.approx(float(plain.share))
    assert float(weighted.variance) <= float(plain.variance) + 1e-12  # strata explain some of the spread


def test_a_stratum_without_companies_is_left_out_and_told() -> None:
    firms, population = np.array([10, 0]), np.array([60.0, 40.0])
    assert float(post_stratify(np.array([5, 0]), firms, population).share) == pytest.approx(0.5)
    assert float(covered(firms, population)) == pytest.approx(0.6)


def test_raking_meets_its_margins_and_a_classical_answer() -> None:
    """2 x 2 table 10, 20 / 30, 40 to row totals 40, 60 and column totals 50, 50; cross ratio kept."""
    firms = np.array([10, 20, 30, 40])
    rows, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    mass = rake(firms, [(rows, np.array([40.0, 60.0])), (columns, np.array([50.0, 50.0]))]) * firms
    assert np.bincount(rows, mass) == pytest.approx([0.4, 0.6])
    assert np.bincount(columns, mass) == pytest.approx([0.5, 0.5])
    assert mass[0] * mass[3] / (mass[1] * mass[2]) == pytest.approx(10 * 40 / (20 * 30))


def test_raking_to_the_joint_table_is_post_stratification() -> None:
    firms, payers, population = np.array([100, 50, 30]), np.array([20, 30, 3]), np.array([5.0, 3.0, 2.0])
    one = raked_shares(payers, firms, [(np.arange(3), population)])
    other = post_stratify(payers, firms, population)
    assert float(one.share) == pytest.approx(float(other.share))
    assert float(one.variance) == pytest.approx(float(other.variance))


def test_a_category_nobody_is_in_cannot_be_raked_to() -> None:
    with pytest.raises(Refusal, match="no company on the panel"):
        rake(np.array([5, 0]), [(np.array([0, 1]), np.array([1.0, 1.0]))])


def test_the_jackknife_of_a_share_is_its_binomial_variance() -> None:
    random = np.random.default_rng(3)
    groups = np.stack([random.binomial(200, 0.3, 4000) // 1, np.full(4000, 200)], axis=1)[:256].astype(float)
    value, covariance = jackknife(lambda total: np.array([total[0] / total[1]]), groups)
    share = groups[:, 0].sum() / groups[:, 1].sum()
    assert value[0] == pytest.approx(share)
    spread = stats.chi2(255)  # the estimate is chi-squared on 255 degrees of freedom
    ratio = covariance[0, 0] / (share * (1 - share) / groups[:, 1].sum())
    assert spread.ppf(0.001) / 255 < ratio < spread.ppf(0.999) / 255


def test_too_few_groups_are_refused() -> None:
    with pytest.raises(Refusal, match="random groups"):
        jackknife(lambda total: total, np.ones((4, 2)))
