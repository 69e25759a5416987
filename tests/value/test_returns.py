"""Rates of return and break-even prices against closed forms and SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from crossbearing.problems import Refusal
from crossbearing.value.entry import Trade, break_even, pay_off, per_share
from crossbearing.value.holding import Holding
from crossbearing.value.returns import internal_rate, two_point_odds
from crossbearing.value.structure import (
    HOLDING,
    LAYER,
    NO_STRUCTURE,
    Structure,
    back,
    fees_factor,
    rofr_factor,
    through,
    void_factor,
)
from crossbearing.value.term import Term, combine

share = st.floats(0.0, 0.4)
layer = st.tuples(st.floats(0.0, 0.1), st.floats(0.0, 0.04), st.floats(0.0, 5.0), share, st.floats(0.0, 0.1))


def term(value: float, unit: str = "USD", name: str = "t") -> Term:
    return Term(name, name, unit, value)


def structure(layers: list[tuple[float, ...]], shares: tuple[float, ...]) -> Structure:
    rows = tuple(tuple(term(v, "ratio", k) for k, v in zip(LAYER, row, strict=True)) for row in layers)
    return Structure(
        "test", "common", rows, tuple(term(v, "ratio", k) for k, v in zip(HOLDING, shares, strict=True))
    )


@given(st.floats(-0.9, 5.0), st.floats(0.1, 10.0), st.floats(1.0, 1e12))
def test_two_flows_have_the_closed_form(rate: float, years: float, paid: float) -> None:
    found = internal_rate([(0.0, -paid), (years, paid * (1 + rate) ** years)])
    assert float(found) == pytest.approx(rate, rel=1e-9, abs=1e-9)


@given(
    st.lists(st.tuples(st.floats(0.01, 4.0), st.floats(0.0, 100.0)), min_size=1, max_size=6),
    st.lists(st.tuples(st.floats(6.1, 10.0), st.floats(1.0, 500.0)), min_size=1, max_size=6),
)
def test_many_flows_agree_with_scipy(paid: list[tuple[float, float]], got: list[tuple[float, float]]) -> None:
    flows = [(0.0, -1.0), *((t, -a) for t, a in paid), *got]

    def value(log_rate: float) -> float:
        return math.fsum(a * math.exp(-log_rate * t) for t, a in flows)

    assert float(internal_rate(flows)) == pytest.approx(
        math.expm1(brentq(value, -25, 25, xtol=1e-13)), rel=1e-8, abs=1e-8
    )


@pytest.mark.parametrize("flows", [[(0.0, 1.0), (1.0, 2.0)], [(0.0, -1.0), (1.0, 3.0), (2.0, -2.1)]])
def test_flows_without_one_rate_are_refused(flows: list[tuple[float, float]]) -> None:
    with pytest.raises(Refusal):
        internal_rate(flows)


def test_a_total_loss_is_minus_everything() -> None:
    assert float(Holding(0).rate_of_return(0.0, 900.0, 0.0, 2.0)) == -1.0


def test_draws_are_solved_like_numbers() -> None:
    got = np.array([0.5, 1.0, 1.5, 4.0])
    together = internal_rate([(0.0, -1.0), (1.0, -0.1), (2.5, got)])
    alone = [float(internal_rate([(0.0, -1.0), (1.0, -0.1), (2.5, g)])) for g in got]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_odds_need_two_outcomes() -> None:
    with pytest.raises(Refusal, match="not above"):
        two_point_odds(1.0, 1.0, 0.5)


@given(st.lists(layer, min_size=0, max_size=3), st.floats(0.0, 20.0), st.floats(0.1, 5.0))
def test_fees_forward_and_back_are_inverse(
    layers: list[tuple[float, ...]], multiple: float, years: float
) -> None:
    flat = [v for row in layers for v in row]
    assert float(back(through(multiple, years, *flat), years, *flat)) == pytest.approx(
        multiple, rel=1e-9, abs=1e-12
    )


@given(layer, st.floats(0.0, 20.0), st.floats(0.1, 5.0))
def test_one_layer_against_the_contract_in_words(
    row: tuple[float, ...], multiple: float, years: float
) -> None:
    upfront, fee, ahead, carry, hurdle = row
    invested = 100.0 * (1 - upfront - fee * ahead)
    worth = invested * multiple
    due = 100.0 * (1 + hurdle) ** years
    expected = worth - carry * (worth - due) if worth > due else worth
    assert 100.0 * float(through(multiple, years, *row)) == pytest.approx(expected, rel=1e-12, abs=1e-9)


@given(share, share)
def test_right_of_first_refusal_is_a_geometric_sum(p: float, cost: float) -> None:
    attempts = sum(p**k * cost for k in range(1, 400))
    assert rofr_factor(p, cost) == pytest.approx(1 + attempts, rel=1e-9)


@given(share, st.floats(0.0, 1.0))
def test_void_transfers_cost_what_is_not_recovered(q: float, r: float) -> None:
    outlay, shares_held = 1 - q * r, 1 - q
    assert void_factor(q, r) == pytest.approx(outlay / shares_held)


def test_two_layers_compound() -> None:
    one = (0.05, 0.02, 2.0, 0.2, 0.0)
    assert fees_factor(*one, *one) == pytest.approx(fees_factor(*one) ** 2)


@given(
    st.lists(layer, max_size=2),
    st.tuples(share, share, share, share, st.floats(0.0, 1.0), st.floats(0.0, 0.05)),
    st.floats(0.0, 0.2),
    st.floats(0.2, 5.0),
    st.floats(0.0, 0.5),
)
def test_break_even_is_where_the_pay_off_is_the_hurdle(
    layers: list[tuple[float, ...]], terms: tuple[float, ...], dilution: float, years: float, hurdle: float
) -> None:
    trade = Trade(
        term(900e9, name="entry"),
        term(years, "years", "hold"),
        term(dilution, "ratio", "d"),
        term(hurdle, "return", "h"),
        structure(layers, terms),
    )

    def excess(value: float) -> float:
        """Expected proceeds against the bills and the money paid in, all grown at the hurdle."""
        held = Holding.of(trade.structure)
        flat = [t.value for t in (*trade.structure.holding, *trade.structure.flat)]
        proceeds = float(held.expected(value, 900e9, dilution, years, *flat))
        dates = [0.0, *[float(k) for k in range(1, 9) if k < years]]
        owed = sum((1.0 if t == 0 else terms[5]) * (1 + hurdle) ** (years - t) for t in dates)
        return proceeds - float(owed)

    even = break_even(trade, trade.hurdle).value
    assert even is not None
    if terms[3] * terms[4] >= 1.0:
        return
    assert even == pytest.approx(brentq(excess, 1.0, 1e17, xtol=1.0), rel=1e-6)
    assert excess(even) == pytest.approx(0.0, abs=1e-7)
    rate = pay_off(trade, term(even, name="x")).annualised.value
    assert rate == pytest.approx(hurdle, abs=1e-7)


def test_a_direct_holding_without_dilution_breaks_even_at_its_price() -> None:
    trade = Trade(term(900e9), term(1.0, "years"), term(0.0, "ratio"), term(0.2, "return"), NO_STRUCTURE)
    assert break_even(trade).value == pytest.approx(900e9)


@given(st.floats(1e9, 1e13), st.floats(1e6, 1e11))
def test_price_times_fully_diluted_is_equity(value: float, count: float) -> None:
    price = per_share(term(value), term(count, "count", "n"))
    assert (price.value or 0.0) * count == pytest.approx(value, rel=1e-12)


def test_price_times_fully_diluted_is_equity_at_every_draw() -> None:
    rng = np.random.default_rng(1)
    value = Term("v", "v", "USD", 9e11, draws=rng.lognormal(27.5, 0.3, 4000))
    count = Term("n", "n", "count", 2e10, draws=rng.uniform(1.9e10, 2.1e10, 4000))
    price = per_share(value, count)
    assert price.draws is not None
    assert value.draws is not None
    assert count.draws is not None
    np.testing.assert_allclose(price.draws * count.draws, value.draws, rtol=1e-12)


def test_a_multiple_of_draws_is_the_median_of_ratios_not_the_ratio_of_means() -> None:
    rng = np.random.default_rng(2)
    revenue = Term("r", "r", "USD/yr", 45e9, draws=45e9 * rng.lognormal(0.0, 0.5, 4000))
    assert revenue.draws is not None
    ratio = combine("m", "m", "x", "", lambda v, r: v / r, term(900e9), revenue)
    assert ratio.value == pytest.approx(float(np.median(900e9 / revenue.draws)))
    assert ratio.value != pytest.approx(900e9 / float(revenue.draws.mean()), rel=0.05)
