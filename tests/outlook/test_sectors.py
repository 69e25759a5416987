"""Sectors: identities at every step and draw, and closed forms for each alone."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.outlook.books import write

from crossbearing.outlook.arrivals import EXACT_BELOW, poisson
from crossbearing.outlook.draws import TILE, normal
from crossbearing.outlook.engine import simulate
from crossbearing.outlook.equation import Array
from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.model import standard_equations
from crossbearing.outlook.prepare import Ready, Setting, prepare
from crossbearing.outlook.runs import Block, Run
from crossbearing.outlook.sectors.loop import loop_gain, loop_root
from crossbearing.outlook.sectors.start import subscription_adds_share
from crossbearing.outlook.wiring import wire
from crossbearing.pipeline import open_book
from crossbearing.vocabulary.assumption import Scenario, parse_judgment

MONTHS, PATHS = 30, 400
CASH = {"opening_cash": parse_judgment("1B to 20B")}


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    folder = write(tmp_path_factory.mktemp("sectors") / "book")
    return Setting(open_book(folder).sound(), date(2026, 6, 1), MONTHS, PATHS, 7, CASH)


def ready(setting: Setting, *shocks: dict[str, object]) -> Ready:
    start = claimed_start(setting.book, "Acme")
    return prepare(setting, "Acme", start, Scenario("test", shocks=shocks))


def everything(found: Ready) -> dict[str, Array]:
    names = tuple(found.model.wiring.equations)
    return simulate(found.model.wiring, replace(found.run, record=names))


@pytest.fixture(scope="module")
def values(setting: Setting) -> dict[str, Array]:
    shocks: tuple[dict[str, object], ...] = (
        {"kind": "price_war", "at": "2026-10", "cut": "20%", "months": 6},
        {"kind": "customer_loss", "at": "2026-12", "share": "10%"},
        {"kind": "supplier_exit", "at": "2027-03", "supplier": "Brill", "notice_days": 90},
        {"kind": "switch_off", "at": "2027-06", "days": 45},
    )
    return everything(ready(setting, *shocks))


def close(one: Any, two: Any) -> bool:
    return bool(np.allclose(one, two, rtol=1e-11, atol=1e-3))


def test_nothing_is_left_out_when_every_input_is_given(setting: Setting) -> None:
    assert ready(setting).model.lacking == {}


def test_gross_less_fees_is_net(values: dict[str, Array]) -> None:
    assert close(values["gross_revenue"] - values["partner_fees"], values["net_revenue"])
    assert (values["partner_fees"] >= 0).all()


def test_money_balances(values: dict[str, Array]) -> None:
    costs = sum(
        values[n] for n in ("partner_fees", "inference_cost", "service_cost", "training_cost", "other_cost")
    )
    assert close(values["gross_revenue"] - costs, values["operating_profit"])
    change = np.diff(values["cash"], axis=0)
    assert close(change, values["cash_flow"][1:] + values["raised"][1:])
    assert close(np.cumsum(values["cash_flow"], axis=0), values["cumulative_cash_flow"])


def test_the_cash_need_is_the_deepest_point_so_far(values: dict[str, Array]) -> None:
    deepest = np.maximum.accumulate(np.maximum(-values["cumulative_cash_flow"], 0), axis=0)
    assert close(deepest, values["cash_need"])


def test_power_balances(values: dict[str, Array]) -> None:
    parts = values["power_contracted"][1:] + values["power_existing"][:-1] + values["power_bought"][:-1]
    assert close(parts, values["power_online"][1:])
    assert (np.diff(values["power_existing"], axis=0) <= 0).all()


def test_overlapping_contracts_are_never_added(values: dict[str, Array]) -> None:
    group, a, b = (values[f"power_{n}"] for n in ("group_1", "chips_a", "chips_b"))
    assert np.array_equal(group, np.maximum(a, b))
    assert close(values["power_contracted"], group + values["power_cloud"])
    assert (a > 0).any()
    assert (b > 0).any()


def test_usage_changes_by_its_flows(values: dict[str, Array]) -> None:
    # An auxiliary belongs to the month, a stock to its end: young sales of a month stand before its flows.
    mature_before = np.vstack([np.full(PATHS, np.nan), values["mature_sales"][:-1]])
    before = values["young_sales"][1:-1] + mature_before[1:-1]
    after = values["young_sales"][2:] + values["mature_sales"][1:-1]
    loss = schedule_of_loss()[1:-1, None]
    flows = (
        values["expansion"][1:-1]
        - values["lapsed"][1:-1]
        - values["lost_by_shock"][1:-1]
        + values["go_lives"][1:-1] * (1 - loss)
    )
    assert np.allclose(after - before, flows, rtol=1e-9, atol=1.0)


def schedule_of_loss() -> Array:
    found = np.zeros(MONTHS)
    found[6] = 0.1
    return found


def test_no_more_is_served_than_asked_for_or_than_capacity(values: dict[str, Array]) -> None:
    assert (values["served_sales"] <= values["demand_sales"] * (1 + 1e-12)).all()
    assert (values["served_sales"] <= values["capacity_sales"] * (1 + 1e-12)).all()


def test_a_switch_off_of_45_days_takes_a_month_and_a_half(values: dict[str, Array]) -> None:
    month = 12
    assert (values["gross_revenue"][month] == 0).all()
    limit = np.minimum(values["demand_sales"], values["capacity_sales"])[month + 1]
    assert np.allclose(values["served_sales"][month + 1] / limit, 1 - (45 / (365.25 / 12) - 1), rtol=1e-12)


def test_a_supplier_that_left_gives_no_power_and_takes_no_money(values: dict[str, Array]) -> None:
    gone = 9 + round(90 / (365.25 / 12))
    assert (values["power_chips_a"][gone:] == 0).all()
    assert (values["paid_chips_a"][gone:] == 0).all()


def test_insolvency_is_a_state_that_stays_and_rounds_dilute(values: dict[str, Array]) -> None:
    assert (np.diff(values["insolvent"], axis=0) >= 0).all()
    assert np.array_equal(values["insolvent"] > 0.5, np.minimum.accumulate(values["cash"], axis=0) < 0)
    rounds = values["round_now"].sum(axis=0)
    assert (rounds > 0).any()
    assert ((values["ownership"][-1] < 1) == (rounds > 0)).all()
    assert (values["raised"][values["round_now"] == 0] == 0).all()


def sector(name: str, inputs: dict[str, float], months: int = 24, step: float = 1.0) -> dict[str, Array]:
    wiring = wire(standard_equations((name,)))
    gives = {n: (lambda b, v=v: np.full(b.count, v)) for n, v in inputs.items()}
    run = Run("Acme", 1, 3, months, gives, record=tuple(wiring.equations), step_months=step)
    return simulate(wiring, run)


DEMAND = {
    "go_lives_at_start": 10.0,
    "catch_up_share": 0.4,
    "sales_at_start": 100.0,
    "interest_elasticity": 0.0,
    "progress": 1.0,
    "service_level": 1.0,
    "procurement_lag": 6.0,
    "sale_lag": 12.0,
    "integration_lag": 5.0,
    "spend_adopted_at_start": 36.0,
    "spend_in_sale_at_start": 72.0,
    "spend_signed_at_start": 50.0,
    "go_lives": 0.0,
    "subscription_sales_at_start": 20.0,
    "subscription_adds_share": 0.05,
    "subscription_churn_share": 0.04,
    "young_sales": 50.0,
    "mature_sales": 30.0,
    "price_response": 1.0,
    "rival_take": 0.0,
    "substitution_take": 0.0,
    "budget_stop": 0.0,
    "go_live_limit": 1e9,
}


def test_subscriptions_have_their_closed_form() -> None:
    found = sector("demand", DEMAND)["subscription_sales"][:, 0]
    n = np.arange(1, 25)
    settled = 20.0 * 0.05 / 0.04
    assert np.allclose(found, settled + (20 - settled) * (1 - 0.04) ** n, rtol=1e-12)


def test_subscriptions_start_at_the_growth_of_late() -> None:
    growth, churn = np.array([0.07, -0.2, 0.0]), np.array([0.04, 0.04, 0.04])
    adds = subscription_adds_share(growth, churn, np.ones(3))
    assert np.allclose(1 + adds[[0, 2]] - churn[[0, 2]], np.exp(growth[[0, 2]]))
    assert adds[1] == 0.0


def test_a_funnel_in_balance_stays_and_signs_what_is_not_catch_up() -> None:
    found = sector("demand", DEMAND)
    assert np.allclose(found["signings"], 6.0)
    assert np.allclose(found["spend_in_sale"], 72.0)
    assert np.allclose(found["expected_go_lives"][0], 10.0)


def test_halving_the_step_halves_the_error_of_the_smooth_part() -> None:
    exact = 20 * 0.05 / 0.04 + (20 - 20 * 0.05 / 0.04) * np.exp(-0.04 * 12)
    inputs = DEMAND
    errors = [
        abs(sector("demand", inputs, round(12 / step), step)["subscription_sales"][-1, 0] - exact)
        for step in (1.0, 0.5, 0.25)
    ]
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(2, rel=0.05)


@settings(deadline=None, max_examples=60)
@given(gain=st.floats(0.01, 5), wear=st.floats(0.01, 0.6), lag=st.floats(2, 48))
def test_the_root_is_the_eigenvalue_of_the_loop(gain: float, wear: float, lag: float) -> None:
    pace, decay = 12 / lag, -np.log(1 - wear)
    matrix = np.array([[-pace, gain], [pace, -decay]])
    expected = np.linalg.eigvals(matrix).real.max()
    assert loop_root(np.array(gain), np.array(wear), np.array(lag)) == pytest.approx(
        expected, rel=1e-9, abs=1e-9
    )


def test_the_loop_grows_only_above_depreciation() -> None:
    decay = -np.log(1 - 0.2)
    low, level, high = (
        float(loop_root(np.array(decay * f), np.array(0.2), np.array(18.0))) for f in (0.9, 1.0, 1.1)
    )
    assert low < 0 < high
    assert level == pytest.approx(0, abs=1e-12)


def test_the_gain_of_the_worked_example() -> None:
    # 3.3 % sold, one dollar of commitments a dollar, 20 times sales, 21.4 dollars a watt, 46.7 to build one.
    found = loop_gain(*(np.array(v) for v in (1.0, 0.033, 1.0, 20.0, 21.4 / 12, 1.0, 46.7)))
    assert float(found) == pytest.approx(0.033 * 21.4 * 20 / 46.7, rel=1e-12)
    assert float(found) == pytest.approx(0.30, abs=0.005)


@pytest.mark.parametrize("mean", [0.0, 0.4, 7.0, 19.0, 45.0, 900.0])
def test_arrivals_have_the_mean_and_variance_of_poisson(mean: float) -> None:
    n = 64 * TILE
    drawn = poisson(np.full(n, mean), normal(3, "a", "p", 0, n)[0])
    assert drawn.mean() == pytest.approx(mean, abs=5 * np.sqrt(max(mean, 1e-9) / n))
    assert drawn.var() == pytest.approx(mean, rel=0.03, abs=1e-12)


@pytest.mark.parametrize("mean", [2.5, 30.0, 200.0])
def test_arrivals_agree_with_scipy(mean: float) -> None:
    from scipy import stats

    u = np.linspace(0.001, 0.999, 999)
    expected = stats.poisson.ppf(u, mean)
    assert np.abs(poisson(np.full(u.size, mean), stats.norm.ppf(u)) - expected).max() <= (
        0 if mean < EXACT_BELOW else 1
    )


def test_inputs_keep_their_draws_under_a_scenario(setting: Setting) -> None:
    plain, shocked = ready(setting), ready(setting, {"kind": "price_war", "at": "2026-10", "cut": "20%"})
    for name in ("sale_lag", "partner_fee_share", "slip_cloud"):
        one, two = (r.run.given[name](Block(0, PATHS)) for r in (plain, shocked))
        assert np.array_equal(one, two)


def test_a_rare_score_gives_no_wild_count_in_single_precision() -> None:
    mean: Array = np.full(3, 0.4, np.float32)
    score: Array = np.array([5.4, 5.8, 6.5], np.float32)
    assert (poisson(mean, score) <= 12).all()
