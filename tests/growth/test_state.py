"""The filter against an independent answer: conditioning of one joint normal distribution, built by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from crossbearing.growth.parameters import Cells, Floats, cells_of, load_parameters
from crossbearing.growth.prior import LEVELS, GrowthPrior, LogGrowth
from crossbearing.growth.state import advance, before_data, believe, growth_over

NOISE, WANDER, START, START_SD, KEEP, LONG_RUN = 0.2, 0.03, 0.1, 0.05, 0.9, 0.02


def one_case() -> Cells:
    one = np.ones(1)
    return Cells(
        NOISE**2 * one,
        WANDER**2 * one,
        START * one,
        START_SD**2 * one,
        KEEP * one,
        LONG_RUN * one,
        0 * one,
        one > 2,
    )


def joint(months: int) -> tuple[Floats, Floats]:
    """Mean and covariance of the rates of so many months."""
    mean = np.array([LONG_RUN + (START - LONG_RUN) * KEEP**i for i in range(months)])
    shocks = np.zeros((months, months))
    shocks[:, 0] = START_SD * KEEP ** np.arange(months)
    for j in range(1, months):
        shocks[j:, j] = WANDER * KEEP ** np.arange(months - j)
    return mean, shocks @ shocks.T


@pytest.mark.parametrize("gaps", [[1, 1, 1, 1], [3, 3, 3], [1, 2, 1, 4], []])
def test_filter_and_forecast_equal_exact_conditioning(gaps: list[int]) -> None:
    total, ahead = sum(gaps), 5
    mean, covariance = joint(total + ahead)
    sums = np.zeros((len(gaps), total + ahead))
    observed = np.zeros((1, total), dtype=bool)
    growth = np.full((1, total), np.nan)
    at = 0
    for row, gap in enumerate(gaps):
        sums[row, at : at + gap] = 1
        at += gap
        observed[0, at - 1] = True
        growth[0, at - 1] = gap * 0.08 + 0.02 * (-1) ** row  # mild, so that no month counts as wild
    seen = growth[0, observed[0]] if gaps else np.zeros(0)
    noise = np.diag([NOISE**2 * gap for gap in gaps]) if gaps else np.zeros((0, 0))
    gain = covariance @ sums.T @ np.linalg.inv(sums @ covariance @ sums.T + noise)
    mean = mean + gain @ (seen - sums @ mean)
    covariance = covariance - gain @ sums @ covariance
    target = np.r_[np.zeros(total), np.ones(ahead)]

    cells = one_case()
    same_start = replace(load_parameters(), typical=START, typical_sd=START_SD)
    belief = believe(same_start, cells, growth, observed, np.array([float(total)]))
    assert belief.rate[0, 0] == pytest.approx(mean[total])
    assert belief.variance[0, 0] == pytest.approx(covariance[total, total])
    in_one_go = growth_over(belief, cells, ahead)
    for _ in range(ahead):
        advance(belief, cells)
    assert in_one_go[0][0, 0] == pytest.approx(target @ mean)
    assert in_one_go[1][0, 0] == pytest.approx(target @ covariance @ target)
    assert belief.grown[0, 0] == pytest.approx(target @ mean)
    assert belief.grown_variance[0, 0] == pytest.approx(target @ covariance @ target)


def test_one_wild_month_moves_the_rate_less_than_in_a_normal_filter() -> None:
    growth = np.array([[0.1, 0.1, 4.0]])
    belief = believe(load_parameters(), one_case(), growth, growth > 0, np.array([3.0]))
    calm = believe(load_parameters(), one_case(), np.array([[0.1, 0.1, 0.3]]), growth > 0, np.array([3.0]))
    assert belief.rate[0, 0] - calm.rate[0, 0] < 0.1


def test_rows_do_not_touch_each_other() -> None:
    p = load_parameters()
    cells = cells_of(p)
    rng = np.random.default_rng(5)
    growth = rng.normal(0.05, 0.05, (4, 9))
    observed = np.ones((4, 9), dtype=bool)
    length = np.array([3.0, 9.0, 0.0, 5.0])
    together = believe(p, cells, growth, observed, length)
    for row, months in enumerate(length.astype(int)):
        part = growth[row : row + 1, 9 - months :]
        alone = believe(p, cells, part, np.ones_like(part, dtype=bool), length[row : row + 1])
        np.testing.assert_allclose(alone.rate[0], together.rate[row])
        np.testing.assert_allclose(alone.weights()[0], together.weights()[row])


def test_without_data_the_belief_is_the_prior() -> None:
    cells = cells_of(load_parameters())
    belief = before_data(cells, 3)
    np.testing.assert_allclose(belief.weights().sum(axis=1), 1)
    np.testing.assert_allclose(belief.weights()[0, cells.own].sum(), load_parameters().own_weight)


def test_the_two_explanations_bracket_their_mixture() -> None:
    prior = GrowthPrior.load()
    growth = np.full((1, 5), np.log(5) / 5)
    mixed, belief = prior.from_history(growth, growth > 0, np.array([5.0]), [4])
    own, pooled = (prior.alone(belief, [4], own=o).centre[0, 0] for o in (True, False))
    weight = mixed.own_weight[0]
    assert mixed.centre[0, 0] == pytest.approx(weight * own + (1 - weight) * pooled)


def test_a_rate_outside_the_pool_raises_the_own_weight() -> None:
    prior = GrowthPrior.load()
    weights = [prior.from_rate(rate, 0.3, [12]).own_weight[0] for rate in (1.0, 3.0, 6.0)]
    assert weights == sorted(weights)
    assert weights[2] > 0.5


def test_more_doubt_about_the_rate_widens_the_forecast() -> None:
    prior = GrowthPrior.load()
    widths = [
        np.diff(prior.from_rate(1.0, sd, [12]).quantiles([0.1, 0.9])[0, 0])[0] for sd in (0.1, 0.5, 1.0)
    ]
    assert widths == sorted(widths)


def test_the_process_in_years_keeps_the_monthly_variance_of_the_rate() -> None:
    p, process = load_parameters(), GrowthPrior.load().process()
    assert process.volatility**2 / (2 * process.reversion) == pytest.approx(
        144 * p.wander**2 / (1 - p.persistence**2)
    )
    assert np.exp(-process.reversion / 12) == pytest.approx(p.persistence)


def test_without_skew_and_tail_the_quantiles_are_normal() -> None:
    one = LogGrowth(np.array([[1.0]]), np.array([[2.0]]), 0.0, 0.0, 0.0, np.array([0.5]))
    np.testing.assert_allclose(one.quantiles()[0, 0], stats.norm(1, 2).ppf(LEVELS), rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-3, 3), min_size=0, max_size=30),
    st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_any_history_gives_finite_sorted_quantiles(growth: list[float], seen: list[bool]) -> None:
    history = np.array([growth])
    observed = np.array([seen[: len(growth)]], dtype=bool).reshape(1, len(growth))
    ahead, _ = GrowthPrior.load().from_history(history, observed, np.array([float(len(growth))]), [1, 12, 60])
    quantiles = ahead.quantiles()
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=-1) > 0).all()
    assert 0 <= ahead.own_weight[0] <= 1
