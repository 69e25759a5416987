"""The numbers an analyst computed by hand from the public articles, to the digits given there."""

import math
from datetime import date

import pytest

from crossbearing.value.entry import Trade, odds, pay_off
from crossbearing.value.implied import Now, must_be_true, repeated_growth
from crossbearing.value.market import (
    consumer_per_user,
    market_size,
    rival_revenue,
    users_revenue,
    users_that_fit,
)
from crossbearing.value.multiples import growth_split, multiple
from crossbearing.value.sales import Reading
from crossbearing.value.secondary import premium
from crossbearing.value.tape import PriceType, TapeRow
from crossbearing.value.term import Term, combine
from crossbearing.vocabulary.lineage import Lineage
from crossbearing.vocabulary.period import Instant

DAY = date(2026, 5, 29)


def term(value: float, unit: str = "USD", name: str = "t", decimals: int = 1) -> Term:
    return Term(name, name, unit, value, Lineage((f"claim-{name}",)), decimals=decimals)


def price(value: float, kind: PriceType = PriceType.ROUND, day: date = DAY) -> TapeRow:
    figure = term(value, name=f"v{value:g}")
    return TapeRow(f"v{value:g}", "Acme", kind, figure, figure, when=Instant(day, day), known=day)


def reading(value: float, basis: str = "gross", day: date = DAY) -> Reading:
    return Reading(
        term(value, "USD/yr", f"r{value:g}"), "run rate", basis, day, day, day, label=f"run rate {value:g}"
    )


GRID = [
    (380e9, 9e9, "42.2x"),
    (380e9, 22e9, "17.3x"),
    (380e9, 30e9, "12.7x"),
    (380e9, 45e9, "8.4x"),
    (380e9, 33e9, "11.5x"),
    (400e9, 30e9, "13.3x"),
    (500e9, 30e9, "16.7x"),
    (400e9, 45e9, "8.9x"),
    (500e9, 45e9, "11.1x"),
    (400e9, 33e9, "12.1x"),
    (500e9, 33e9, "15.2x"),
    (900e9, 9e9, "100.0x"),
    (900e9, 22e9, "40.9x"),
    (900e9, 30e9, "30.0x"),
    (900e9, 45e9, "20.0x"),
    (900e9, 33e9, "27.3x"),
    (1000e9, 9e9, "111.1x"),
    (1000e9, 22e9, "45.5x"),
    (1000e9, 30e9, "33.3x"),
    (1000e9, 45e9, "22.2x"),
    (1000e9, 33e9, "30.3x"),
    (852e9, 25e9, "34.1x"),
    (852e9, 24e9, "35.5x"),
    (600e9, 45e9, "13.3x"),
    (800e9, 45e9, "17.8x"),
    (900e9, 38.2e9, "23.6x"),
    (900e9, 46.2e9, "19.5x"),
]


@pytest.mark.parametrize(("value", "revenue", "shown"), GRID)
def test_grid(value: float, revenue: float, shown: str) -> None:
    assert multiple(price(value), reading(revenue)).multiple.text == shown


def test_two_decimals_where_they_are_compared() -> None:
    cell = combine("m", "m", "x", "", lambda v, r: v / r, term(380e9), term(30e9), decimals=2)
    assert cell.text == "12.67x"
    assert pytest.approx(3.33, abs=0.005) == 42.2 / 12.67


def test_the_net_figure_carried_forward_is_33() -> None:
    net = combine("n", "n", "USD/yr", "", lambda r, n, g: r * n / g, term(45e9), term(22e9), term(30e9))
    assert net.text == "$33bn/yr"


def test_growth_is_all_multiple_on_one_revenue_and_split_on_consistent_dates() -> None:
    same = growth_split(price(380e9), reading(30e9), price(900e9), reading(30e9))
    assert (same.value.text, same.revenue.text, same.multiple.text) == ("+0.862", "+0.000", "+0.862")
    dated = growth_split(price(380e9), reading(9e9), price(900e9), reading(45e9))
    assert (dated.revenue.text, dated.multiple.text) == ("+1.609", "−0.747")
    assert dated.value.value == pytest.approx((dated.revenue.value or 0) + (dated.multiple.value or 0))


PREMIUMS = [
    (1000e9, 380e9, "+163%"),
    (1000e9, 900e9, "+11%"),
    (1050e9, 900e9, "+17%"),
    (1000e9, 450e9, "+122%"),
]


@pytest.mark.parametrize(("market", "reference", "shown"), PREMIUMS)
def test_secondary_premium(market: float, reference: float, shown: str) -> None:
    assert premium(price(market, PriceType.BID), price(reference)).premium.text == shown


def trade(entry: float, hurdle: float = 0.2, years: float = 11 / 12) -> Trade:
    return Trade(
        term(entry, name="entry"),
        term(years, "years", "hold"),
        term(0.0, "ratio", "dilution"),
        term(hurdle, "return", "hurdle"),
    )


PAY_OFFS = [
    (900e9, ["−55.6%", "−50.0%", "−44.4%", "+11.1%"]),
    (1000e9, ["−60.0%", "−55.0%", "−50.0%", "0.0%"]),
    (1050e9, ["−61.9%", "−57.1%", "−52.4%", "−4.8%"]),
]


@pytest.mark.parametrize(("entry", "shown"), PAY_OFFS)
def test_undiluted_pay_off(entry: float, shown: list[str]) -> None:
    outcomes = [term(v, name=f"x{v:g}") for v in (400e9, 450e9, 500e9, 1000e9)]
    assert [pay_off(trade(entry), o).undiluted.text for o in outcomes] == shown


ODDS = [
    (900e9, ["83.3%", "81.8%", "80.0%"]),
    (1000e9, ["100.0%", "100.0%", "100.0%"]),
    (1050e9, ["108.3%", "109.1%", "110.0%"]),
]


@pytest.mark.parametrize(("entry", "shown"), ODDS)
def test_two_point_odds(entry: float, shown: list[str]) -> None:
    bull = term(1000e9, name="bull")
    found = [odds(trade(entry), bull, term(v, name=f"b{v:g}")) for v in (400e9, 450e9, 500e9)]
    assert [o.zero_undiluted.text for o in found] == shown
    assert all((o.hurdle_undiluted.value or 0) > 1 for o in found)
    assert all("two-point" in o.note and "two-point" in o.zero.label for o in found)


def test_even_odds_need_a_bull_case_of_1350() -> None:
    found = odds(trade(900e9), term(1000e9, name="bull"), term(450e9, name="bear"))
    assert found.bull_at_even.value == pytest.approx(1350e9)


def test_eleven_months_annualise_the_losses() -> None:
    outcomes = [term(v, name=f"x{v:g}") for v in (400e9, 450e9, 500e9)]
    assert [pay_off(trade(900e9), o).annualised.text for o in outcomes] == ["−59%", "−53%", "−47%"]


MUST = [
    (8, "$197bn/yr", "+80%"),
    (10, "$157bn/yr", "+65%"),
    (15, "$105bn/yr", "+40%"),
    (20, "$78.6bn/yr", "+25%"),
]


@pytest.mark.parametrize(("exit_multiple", "run_rate", "growth"), MUST)
def test_what_must_be_true(exit_multiple: float, run_rate: str, growth: str) -> None:
    now = Now(
        price=term(900e9, name="v"),
        hurdle=term(0.25, "return", "h"),
        years=term(2.5, "years", "t"),
        dilution=term(0.0, "ratio", "d"),
        run_rate=term(45e9, "USD/yr", "r"),
        earnings_multiple=term(25.0, "x", "k"),
        sales_per_power=term(30 / 1.4, "USD/W/yr", "s"),
        market=term(1e12, "USD/yr", "m"),
    )
    (row,) = must_be_true(now, [term(exit_multiple, "x", "m")])
    assert row.run_rate.text == run_rate
    assert row.growth.text == growth
    assert row.margin.value == pytest.approx(exit_multiple / 25)


def test_tenfold_a_year_is_shown_for_what_it_is() -> None:
    once, twice = repeated_growth(term(30e9, "USD/yr"), term(10.0, "x"), 2)
    assert (once.text, twice.text) == ("$300bn/yr", "$3tn/yr")


def test_capacity_needed_to_hold_sales_per_power() -> None:
    def per_gw(sales: float, power: float) -> str:
        return combine("p", "p", "USD/W/yr", "", lambda r, w: r / w, term(sales), term(power, "W")).text

    shown = [per_gw(s, p) for s, p in ((30e9, 1.4e9), (22e9, 1.4e9), (25e9, 1.9e9), (24e9, 1.9e9))]
    assert shown == ["$21.4/W/yr", "$15.7/W/yr", "$13.2/W/yr", "$12.6/W/yr"]
    assert pytest.approx(161, abs=0.5) == 30 / 1.4 * 7.5


def test_triangle_of_users_revenue_and_share() -> None:
    per_user = term(16.2, "USD/user/month", "arpu")
    from_users = users_revenue(term(134e6, "count", "mau"), per_user, 3)
    assert from_users.text == "$6.51bn"
    assert (from_users.value or 0) / 4.8e9 - 1 == pytest.approx(0.36, abs=0.005)
    assert users_that_fit(term(4.8e9), per_user, 3).text == "98.8m"
    small, large = (
        market_size(term(4.8e9), term(0.314, "ratio")),
        market_size(from_users, term(0.314, "ratio")),
    )
    assert (small.text, large.text) == ("$15.3bn", "$20.7bn")
    share = term(0.29, "ratio")
    assert (rival_revenue(small, share).text, rival_revenue(large, share).text) == ("$4.43bn", "$6.01bn")
    alone = consumer_per_user(term(4.8e9), term(0.15, "ratio"), term(134e6, "count", "mau"), 3)
    assert alone.text == "$1.79/user/month"


def test_tape_ratios() -> None:
    def over(a: float, b: float) -> float:
        return a / b

    cell = combine("x", "x", "x", "", over, term(900e9), term(61.5e9))
    assert cell.text == "14.6x"
    shown = [
        combine("d", "d", "ratio", "", f, term(v), term(m)).text
        for v, m, f in (
            (900e9, 30e9, lambda v, m: m / v),
            (900e9, 30e9, lambda v, m: m / (v + m)),
            (852e9, 122e9, lambda v, m: m / v),
            (380e9, 30e9, lambda v, m: m / v),
        )
    ]
    assert shown == ["3.3%", "3.2%", "14.3%", "7.9%"]
    assert math.log(900 / 380) == pytest.approx(0.862, abs=0.0005)
