"""Drivers of growth and cost beyond the main chain, each against its closed form or its identity."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, stats
from tests.outlook.books import CLAIMS, write
from tests.outlook.test_sectors import MONTHS, PATHS, everything, ready, sector

from crossbearing.outlook.contracts import contract_equations
from crossbearing.outlook.equation import Array
from crossbearing.outlook.facts import facts
from crossbearing.outlook.held import held_to
from crossbearing.outlook.inputs import from_facts
from crossbearing.outlook.ledger import Contract, Ledger
from crossbearing.outlook.margins import stated_margins
from crossbearing.outlook.prepare import Setting
from crossbearing.outlook.runs import Block
from crossbearing.outlook.sectors.consumers import advertising_sales, free_load
from crossbearing.outlook.sectors.costs import (
    compute_at_start,
    other_growth,
    other_share_at_margin,
    other_share_at_start,
    service_share,
)
from crossbearing.outlook.sectors.customers import budget_limit, customer_concentration
from crossbearing.outlook.sectors.prices import substitution_take
from crossbearing.pipeline import open_book
from crossbearing.vocabulary.assumption import parse_judgment


def of(*values: float) -> list[Array]:
    return [np.array([v]) for v in values]


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    folder = write(tmp_path_factory.mktemp("drivers") / "book")
    cash = {"opening_cash": parse_judgment("1B to 20B")}
    return Setting(open_book(folder).sound(), date(2026, 6, 1), MONTHS, PATHS, 7, cash)


@pytest.fixture(scope="module")
def values(setting: Setting) -> dict[str, Array]:
    return everything(ready(setting))


def test_people_grow_by_hiring_alone() -> None:
    given = {
        "headcount_at_start": 100.0,
        "hiring_share": 0.03,
        "progress": 1.0,
        "staff_cost_per_head": 600e3,
        "sales_at_start": 1e9,
        "go_lives_at_start": 10.0,
        "integration_slack": 1.5,
    }
    found = sector("organisation", given)
    n = np.arange(1, 25)
    assert np.allclose(found["headcount"][:, 0], 100 * 1.03**n, rtol=1e-12)
    assert np.allclose(found["go_live_limit"][:, 0], 15 * 1.03 ** (n - 1), rtol=1e-12)
    assert np.allclose(found["staff_share_at_start"], 0.06)


def test_no_more_goes_live_than_people_can_bring_live(values: dict[str, Array]) -> None:
    assert (values["expected_go_lives"] <= values["go_live_limit"] * (1 + 1e-12)).all()
    assert (values["expected_go_lives"] < values["spend_signed"]).any()


def test_the_claimed_margins_are_what_the_cost_side_gives_in_their_period() -> None:
    margin, gross, sales, power, price, training, overrun, fees = 0.05, 0.45, 40.0, 1.5, 12.0, 0.6, 0.1, 0.08
    load, floor = 0.7, 0.8
    compute = compute_at_start(*of(power, price, load, floor))[0]
    assert compute == pytest.approx(floor * power * price)
    inference, train = compute * (1 - training) * (1 + overrun), compute * training
    service = service_share(*of(gross, fees, compute, training, overrun, sales))[0]
    assert 1 - fees - inference / sales - service == pytest.approx(gross, rel=1e-12)
    share = other_share_at_margin(*of(margin, sales, compute, training, overrun, fees, service))[0]
    assert 1 - fees - (inference + train) / sales - service - share == pytest.approx(margin, rel=1e-12)


def test_a_gross_margin_above_what_inference_leaves_adds_no_negative_cost() -> None:
    assert service_share(*of(0.9, 0.1, 10.0, 0.5, 0.0, 40.0))[0] == 0.0


def test_other_cost_does_not_follow_sales_down(values: dict[str, Array]) -> None:
    assert np.allclose(other_growth(*of(50.0, 30.0, 40.0, 0.5)), (50 / 40) ** 0.5)
    assert np.allclose(other_growth(*of(50.0, 60.0, 40.0, 1.0)), 60 / 40)
    assert (np.diff(values["peak_sales"], axis=0) >= 0).all()


def test_a_compute_budget_below_the_cost_of_sales_is_told(tmp_path: Path) -> None:
    torn = CLAIMS + "k1,Acme,cost.compute,2B,USD,2026,n/a,company,forecast,news,2026-05-16,\n"
    book = open_book(write(tmp_path / "b", claims=torn)).sound()
    table = {f.name: f for f in facts(book, "Acme")}
    inputs = from_facts(list(table.values()))
    told = held_to(book, "Acme", inputs, date(2026, 5, 16))
    cost, least = 0.555 * 2e9 * 365 / 90, 1 - 2e9 / (2e9 * 365 / 90)
    assert "[g1]" in told[0]
    assert f"${cost / 1e9:.3g}bn" in told[1]
    assert f"from a margin of {100 * least:.2g}% up" in told[1]
    fits = open_book(write(tmp_path / "c", claims=torn.replace("2B,USD,2026,", "9B,USD,2026,"))).sound()
    assert len(held_to(fits, "Acme", inputs, date(2026, 5, 16))) == 1


@pytest.mark.parametrize(("elasticity", "grown"), [(1.0, 2.0), (0.0, 1.0), (0.5, 2**0.5)])
def test_other_cost_follows_sales_with_its_elasticity(elasticity: float, grown: float) -> None:
    before, after = 40.0, 80.0
    share = other_share_at_start(*of(0.4, before, after, elasticity))[0]
    assert share * after == pytest.approx(0.4 * before * grown, rel=1e-12)


def test_a_stated_profit_over_stated_revenue_is_a_margin(setting: Setting) -> None:
    found = {f.name: f for f in facts(setting.book, "Acme")}
    margin, sales = found["operating_margin_claimed"], found["margin_sales_claimed"]
    assert margin.judgment.low == pytest.approx(-0.1, abs=0.003)
    assert margin.judgment.high == pytest.approx(-0.1, abs=0.003)
    assert margin.claims == ("o1", "q1")
    assert sales.judgment.low == pytest.approx(2e9 * 365 / 90, rel=1e-12)


@pytest.mark.parametrize(
    "line", ["o1,Acme,profit.operating,-2B,USD,2019-Q1,n/a,company,actual,news,2019-05-16,"]
)
def test_an_old_margin_is_not_used(tmp_path: Path, line: str) -> None:
    claims = "\n".join(line if row.startswith("o1") else row for row in CLAIMS.splitlines())
    book = open_book(write(tmp_path / "b", claims=claims)).sound()
    assert stated_margins(book, "Acme", date(2026, 5, 16)) == []


def test_free_users_take_power_and_bring_advertising() -> None:
    assert free_load(*of(200.0, 100.0, 0.9, 0.5, 12.0))[0] == pytest.approx(100 * 0.9 * 0.5)
    assert advertising_sales(*of(90.0, 4.0, 11.0))[0] == pytest.approx(90 * 4 / 2)
    assert advertising_sales(*of(90.0, 4.0, 60.0))[0] == pytest.approx(90 * 4)


def test_advertising_is_part_of_gross_revenue_and_carries_no_fee(values: dict[str, Array]) -> None:
    apart = values["gross_revenue"] - (values["served_sales"] + values["advertising_sales"]) / 12
    assert np.abs(apart).max() < 1e-3
    assert np.allclose(values["partner_fees"], values["served_sales"] / 12 * values["fee_share"], rtol=1e-12)
    assert (values["gross_margin_paying"] >= values["gross_margin"]).all()


def test_substitution_starts_at_nothing_and_ends_at_what_can_be_moved() -> None:
    assert substitution_take(*of(0.3, 0.4, 2.0, 1.0, 0.0))[0] == 0
    assert substitution_take(*of(-0.3, 0.4, 2.0, 1.0, 24.0))[0] == 0
    assert substitution_take(*of(3.0, 0.4, 9.0, 1.0, 120.0))[0] == pytest.approx(0.4)
    gap = 0.3 * 2 + np.log(
        0.8
    )  # two years of a rival's progress, less what a price cut of a fifth takes back
    odds = 1 / (1 + np.exp(-2.0 * gap))
    assert substitution_take(*of(0.3, 0.4, 2.0, 0.8, 24.0))[0] == pytest.approx(
        0.4 * (2 * odds - 1), rel=1e-12
    )


def test_a_budget_spent_in_a_third_of_the_year_is_a_burn_multiple_of_three() -> None:
    limit = float(budget_limit(np.array([3.0]))[0])
    assert np.exp(12 * limit) == pytest.approx(3.0)


def test_spent_budgets_stop_usage_and_nothing_else(setting: Setting) -> None:
    shock = {"kind": "budget_exhaustion", "at": "2026-10", "share": "20%", "months": 3}
    plain, stopped = everything(ready(setting)), everything(ready(setting, shock))
    apart = plain["demand_sales"][4] - stopped["demand_sales"][4]
    moved = plain["usage_sales"][4] * (1 - plain["substitution_take"][4]) * plain["price_response"][4]
    assert np.allclose(apart, 0.2 * moved, rtol=1e-9)


def test_concentration_of_equal_customers_is_one_over_their_number() -> None:
    assert customer_concentration(*of(0.0, 50.0))[0] == pytest.approx(1 / 50)
    sizes = stats.lognorm(np.sqrt(np.log1p(1.0))).rvs((4000, 50), random_state=1)
    drawn = ((sizes / sizes.sum(axis=1, keepdims=True)) ** 2).sum(axis=1).mean()
    assert customer_concentration(*of(1.0, 50.0))[0] == pytest.approx(drawn, rel=0.1)


def test_obligations_are_the_present_value_of_the_floors() -> None:
    contract = Contract(
        "deal", "Work", "cloud", True, "firm", None, 1e9, 48e9, 6.0, 48.0, None, 0.8, 0.5, 3.0, "deal", ()
    )
    owed = contract_equations(Ledger((contract,), ()))["owed_deal"]
    month, slip, term, left, floor, rate, money = 17.0, 2.0, 48.0, 0.25, 0.8, 0.12, 1e9
    found = owed.function(*of(month, slip, term, left, floor, rate, money))[0]
    pace = np.log1p(rate) / 12
    expected, _ = integrate.quad(lambda t: floor * money * np.exp(-pace * t), 0, 6 + slip + term - month - 1)
    assert found == pytest.approx(expected * (1 - left), rel=1e-9)
    assert owed.function(*of(80.0, slip, term, left, floor, rate, money))[0] == 0


def test_obligations_of_an_overlap_group_are_never_added(values: dict[str, Array]) -> None:
    group = np.maximum(values["owed_chips_a"], values["owed_chips_b"])
    assert np.allclose(values["obligations"], group + values["owed_cloud"], rtol=1e-12)


def test_the_latest_stage_of_a_site_decides_its_slip(tmp_path: Path) -> None:
    more = "delivery_slip.grid = 4 to 8 # month\ndelivery_slip.permits = 0.5 to 2 # month"
    book = open_book(write(tmp_path / "b", more=more)).sound()
    found = ready(Setting(book, date(2026, 6, 1), 12, 4000, 7))
    block = Block(0, 4000)
    one, two = (found.run.given[f"slip_{n}"](block) for n in ("chips_a", "cloud"))
    apart = stats.lognorm(s=np.log(8 / 4) / 2 / stats.norm.ppf(0.95), scale=np.sqrt(32))
    assert np.median(one) >= apart.median() * 0.98
    assert (
        0.4 < stats.spearmanr(one, two).statistic < 0.75
    )  # suppliers are tied by the judged correlation of 0.6
    same = found.run.given["slip_chips_b"](block)
    assert np.array_equal(one, same)  # one supplier, one site
