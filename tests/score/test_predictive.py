"""Scores against closed forms and a maintained implementation."""

import math

import numpy as np
import pytest
import scoringrules as sr
from hypothesis import given
from hypothesis import strategies as st

from crossbearing.score.predictive import NAMES, Predictive, Z, between, brier, on_scale, scale_of, uneven

figures = st.floats(-20, 20)
spreads = st.floats(0.01, 5)


def normal(mean: float, sd: float) -> Predictive:
    return Predictive(tuple(mean + sd * z for z in Z))


@given(figures, spreads, st.floats(-30, 30))
def test_a_normal_forecast_scores_as_a_normal_does(mean: float, sd: float, away: float) -> None:
    said, truth = normal(mean, sd), mean + sd * away
    assert said.crps(truth) == pytest.approx(float(sr.crps_normal(truth, mean, sd)), rel=1e-9, abs=1e-12)
    assert said.log_score(truth) == pytest.approx(float(sr.logs_normal(truth, mean, sd)), rel=1e-9, abs=1e-9)
    low, high = mean - sd * 1.6448536269514722, mean + sd * 1.6448536269514722
    theirs = float(sr.interval_score(truth, low, high, 0.1))
    assert said.interval_score(truth) == pytest.approx(theirs, rel=1e-9, abs=1e-9)
    assert said.below(truth) == pytest.approx(0.5 * math.erfc((mean - truth) / sd / math.sqrt(2)), abs=1e-12)


@pytest.mark.parametrize("knots", [(1.0, 1.5, 2.0, 4.0, 5.0), (-3.0, -2.9, 0.0, 0.1, 9.0)])
@pytest.mark.parametrize("truth", [-5.0, 1.2, 2.0, 3.0, 11.0])
def test_any_five_quantiles_score_as_their_draws_do(knots: tuple[float, ...], truth: float) -> None:
    said = Predictive(knots)
    draws = np.array([said.quantile((i + 0.5) / 40_000) for i in range(40_000)])
    assert said.crps(truth) == pytest.approx(float(sr.crps_ensemble(truth, draws)), rel=1e-4)
    step = 1e-5
    density = (said.below(truth + step) - said.below(truth - step)) / (2 * step)
    if density > 1e-12 and truth not in knots:
        assert said.log_score(truth) == pytest.approx(-math.log(density), rel=1e-4)


@given(
    st.lists(st.integers(-5000, 5000), min_size=5, max_size=5, unique=True).map(sorted),
    st.floats(0.001, 0.999),
)
def test_the_distribution_passes_through_its_quantiles_and_rises(knots: list[int], level: float) -> None:
    said = Predictive(tuple(k / 100 for k in knots))
    assert [said.below(k / 100) for k in knots] == pytest.approx([0.05, 0.25, 0.5, 0.75, 0.95], abs=1e-9)
    assert said.below(said.quantile(level)) == pytest.approx(level, abs=1e-6)
    assert said.quantile(level) <= said.quantile(min(level + 0.0005, 0.9995))


@given(figures, spreads, figures, spreads)
def test_the_score_is_proper(mean: float, sd: float, other: float, other_sd: float) -> None:
    """The expected score under a forecast is best for that forecast itself."""
    said, theirs = normal(mean, sd), normal(other, other_sd)
    truths = [said.quantile((i + 0.5) / 200) for i in range(200)]
    for score in ("crps", "interval_score", "log_score"):
        ours = sum(getattr(said, score)(t) for t in truths) / 200
        other_score = sum(getattr(theirs, score)(t) for t in truths) / 200
        assert ours <= other_score + 0.02 * sd + 0.02


def test_a_forecast_without_width_scores_its_error() -> None:
    point = Predictive.of(dict.fromkeys(NAMES, 10.0), "log")
    assert point is not None
    assert point.crps(math.log(12.0)) == pytest.approx(math.log(1.2), rel=1e-6)


@pytest.mark.parametrize(
    "quantiles",
    [{"p5": None}, {"p5": -1.0}, {"p5": 5.0}, {"p95": math.inf}, {"p50": math.nan}],
)
def test_what_is_no_forecast_is_none(quantiles: dict[str, float | None]) -> None:
    said = {"p5": 1.0, "p25": 2.0, "p50": 3.0, "p75": 4.0, "p95": 5.0}
    assert Predictive.of(said, "log") is not None
    assert Predictive.of({**said, **quantiles}, "log") is None


@given(st.floats(0, 1), st.booleans())
def test_brier_is_the_maintained_one(probability: float, happened: bool) -> None:
    assert brier(probability, happened) == pytest.approx(float(sr.brier_score(float(happened), probability)))


def test_the_scale_follows_the_kind_of_figure() -> None:
    assert [scale_of(k) for k in ("money", "money_rate", "power", "share", "points", "year")] == [
        "log"
    ] * 3 + ["plain"] * 3
    assert on_scale(math.e, "log") == pytest.approx(1.0)
    assert math.isnan(on_scale(-1.0, "log"))
    assert on_scale(-1.0, "plain") == -1.0


def test_between_two_dates_quantiles_move_on_a_straight_line() -> None:
    half = between(normal(0, 1), normal(2, 3), 0.5)
    assert half.knots == pytest.approx(normal(1, 2).knots)


@pytest.mark.parametrize(
    ("pits", "gap"), [([], 0.0), ([0.5], 0.5), ([0.125, 0.375, 0.625, 0.875], 0.125), ([1.0] * 9, 1.0)]
)
def test_unevenness_is_kolmogorovs(pits: list[float], gap: float) -> None:
    from scipy.stats import kstest

    assert uneven(pits) == pytest.approx(gap)
    if pits:
        assert uneven(pits) == pytest.approx(kstest(pits, "uniform").statistic)
