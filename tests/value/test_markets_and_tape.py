"""The tape's terms, the secondary market and the markets a book's claims imply, each against an independent answer."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.value.value_books import write_book

from crossbearing.cli import cli
from crossbearing.pipeline import open_book
from crossbearing.problems import Refusal
from crossbearing.value.inputs import Inputs
from crossbearing.value.market import market_view
from crossbearing.value.multiples import multiple
from crossbearing.value.sales import last_four_quarters, newest_run_rate, recognised_year
from crossbearing.value.secondary import buyers_needed, panel, scarcity_premium
from crossbearing.value.tape import PriceType, TapeRow, newest, tape
from crossbearing.value.term import Term, draws_between, judged
from crossbearing.vocabulary.assumption import parse_judgment
from crossbearing.vocabulary.book import Book

DAY = date(2026, 5, 29)
TAPE = """
r1,Acme,valuation.round,100B,USD,2026-03-10,n/a,company,actual,news,2026-03-10,round=Series F; valuation_basis=pre
f1,Acme,funding.raised,20B,USD,2026-03-10,n/a,company,actual,news,2026-03-10,round=Series F
r2,Acme,valuation.round,100B,USD,2025-03-10,n/a,company,actual,news,2025-03-10,round=Series E
c1,Acme,valuation.round,90B,USD,2026-01-10,n/a,reported,actual,news,2026-01-10,round=Pledge
h1,Acme,valuation.talks,600B,USD,2027,n/a,reported,hypothetical,news,2026-04-08,
d1,Acme,valuation.round,500B,USD,2026-04,n/a,reported,derived,news,2026-04-08,
s1,Acme,valuation.secondary,130B,USD,2026-05-09,n/a,reported,actual,news,2026-05-10,price_type=trade
s2,Acme,valuation.secondary,120B,USD,2026-05-20,n/a,reported,actual,news,2026-05-20,price_type=bid
s3,Acme,valuation.secondary,150B,USD,2026-05-20,n/a,reported,actual,news,2026-05-20,price_type=ask
v1,Acme,secondary.bid_volume,300M,USD,2026-05-20,n/a,reported,actual,news,2026-05-20,
v2,Acme,secondary.ask_volume,100M,USD,2026-05-20,n/a,reported,actual,news,2026-05-20,
e1,Acme,valuation.tender,80B,EUR,2026-05-01,n/a,reported,actual,news,2026-05-02,
"""
CAP = "pledge,Acme,Pledge,2026-01-10,,,,,90B USD,unspecified,,,,,commitment,c1"


def book_of(folder: Path, claims: str, captable: str = "", assumptions: str = "") -> Book:
    return open_book(write_book(folder, claims, captable, assumptions)).sound()


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, TapeRow]:
    return {r.id: r for r in tape(book_of(tmp_path, TAPE, CAP), "Acme", DAY)}


def test_every_claim_has_its_kind(rows: dict[str, TapeRow]) -> None:
    assert {k: r.type for k, r in rows.items()} == {
        "r1": PriceType.ROUND,
        "r2": PriceType.ROUND,
        "c1": PriceType.COMMITMENT,
        "h1": PriceType.HYPOTHETICAL,
        "d1": PriceType.DERIVED,
        "s1": PriceType.TRADE,
        "s2": PriceType.BID,
        "s3": PriceType.ASK,
        "e1": PriceType.TENDER,
    }


def test_one_figure_of_two_rounds_stays_two_rows(rows: dict[str, TapeRow]) -> None:
    assert rows["r1"].claims == ("r1",)
    assert rows["r2"].claims == ("r2",)
    assert (rows["r1"].stale, rows["r2"].stale) == (False, True)


def test_post_money_is_pre_money_and_the_money(rows: dict[str, TapeRow]) -> None:
    assert rows["r1"].post_money.value == pytest.approx(120e9)
    assert rows["r1"].post_money.lineage.claims == ("f1", "r1")
    assert rows["r2"].post_money.value is None
    assert "pre- or post-money" in rows["r2"].post_money.needs[0]


def test_the_secondary_market_has_depth_where_claims_give_it(tmp_path: Path) -> None:
    book = book_of(tmp_path, "\n".join(x for x in TAPE.splitlines() if not x.startswith("e1")))
    found = panel(book, newest(tape(book, "Acme", DAY), DAY), Inputs(book, "Acme"), DAY)
    assert found.last_trade_days.value == 20
    assert found.spread.text == "+25.0%"
    assert found.imbalance.value == pytest.approx(0.5)
    assert found.imbalance.lineage.claims == ("v1", "v2")
    assert not found.warnings


def test_prices_in_two_currencies_are_refused(tmp_path: Path) -> None:
    book = book_of(tmp_path, TAPE)
    with pytest.raises(Refusal, match="currencies differ"):
        panel(book, newest(tape(book, "Acme", DAY), DAY), Inputs(book, "Acme"), DAY)


@given(st.floats(0.05, 1.0), st.floats(2.1, 200.0))
def test_buyers_needed_turns_the_scarcity_premium_round(sigma: float, buyers: float) -> None:
    seen = scarcity_premium(sigma, buyers)
    assert float(np.asarray(buyers_needed(seen, sigma))) == pytest.approx(buyers, rel=1e-6)


def test_scarcity_premium_is_the_clearing_price_of_a_simulated_auction() -> None:
    rng = np.random.default_rng(4)
    buyers, lots, sigma = 2000, 250, 0.3
    opinions = np.sort(np.exp(sigma * rng.standard_normal((300, buyers))), axis=1)
    clearing = opinions[:, buyers - lots - 1]
    expected = float(np.asarray(scarcity_premium(sigma, buyers / lots)))
    error = clearing.std() / np.sqrt(len(clearing))
    assert abs(clearing.mean() - 1 - expected) < 4 * error + 2.0 / buyers


MARKETS = """
q1,Acme,revenue.recognised,4.8B,USD,2026-Q1,unspecified,reported,actual,news,2026-05-23,
sa,Acme,revenue.market_share,31.4%,ratio,2026-Q1,unspecified,estimate,actual,news,2026-05-29,method=panel
sb,Brill,revenue.market_share,29%,ratio,2026-Q1,unspecified,estimate,actual,news,2026-05-29,method=panel
ua,Acme,users.mau,134M,count,2026-05,n/a,reported,actual,news,2026-05-29,
pa,Acme,revenue.arpu,16.2,USD/user/month,2026-Q1,unspecified,estimate,actual,news,2026-05-29,method=panel
mk,Work,market.revenue,37B,USD,2025,unspecified,estimate,actual,news,2026-05-29,method=other; segment=enterprise
es,Acme,share.enterprise_spend,40%,ratio,2025,n/a,estimate,actual,news,2026-05-29,method=other
fy,Acme,revenue.recognised,4.5B,USD,2025,gross,leaked,actual,news,2026-05-29,
au,Work,market.automation_share,20%,ratio,2026,n/a,reported,hypothetical,news,2026-05-29,segment=software engineering
"""


def test_the_triangle_and_the_markets_of_a_book(tmp_path: Path) -> None:
    judged_too = "wage_bill.software_engineering = 1T # USD/yr\nwage_part_charged_share = 10%\nconsumer_revenue_share = 15%"
    book = book_of(tmp_path, MARKETS, "", judged_too)
    rate = Term("r", "r", "USD/yr", 45e9)
    found = market_view(book, "Acme", DAY, Inputs(book, "Acme"), rate)
    shown = {t.label: t.text for t in (*found.triangle, *found.addressable)}
    assert "$15.3bn" in shown.values()
    assert "$4.43bn" in shown.values()
    assert "$6.51bn" in shown.values()
    assert "98.8m" in shown.values()
    assert "$1.79/user/month" in shown.values()
    assert "$14.8bn" in shown.values()
    assert "3.3x" in shown.values()
    assert "$20bn/yr" in shown.values()
    assert "0.4x" in shown.values()


def test_a_share_of_work_needs_its_wage_bill(tmp_path: Path) -> None:
    book = book_of(tmp_path, MARKETS)
    found = market_view(book, "Acme", DAY, Inputs(book, "Acme"), None)
    (sales,) = [t for t in found.addressable if t.name.startswith("capture")]
    assert "wage_bill.software_engineering" in sales.text


QUARTERS = """
q1,Acme,revenue.recognised,1B,USD,2025-Q2,gross,filed,actual,news,2026-05-01,
q2,Acme,revenue.recognised,2B,USD,2025-Q3,gross,filed,actual,news,2026-05-01,
q3,Acme,revenue.recognised,3B,USD,2025-Q4,gross,filed,actual,news,2026-05-01,
q4,Acme,revenue.recognised,4B,USD,2026-Q1,gross,filed,actual,news,2026-05-01,
n4,Acme,revenue.recognised,3B,USD,2026-Q1,net,filed,actual,news,2026-05-01,
fy,Acme,revenue.recognised,7B,USD,2025,gross,filed,actual,news,2026-05-01,
f6,Acme,revenue.recognised,30B,USD,2026,gross,company,forecast,news,2026-05-01,
"""


def test_four_quarters_of_one_basis_add_up_and_a_missing_one_does_not(tmp_path: Path) -> None:
    whole = last_four_quarters(book_of(tmp_path / "a", QUARTERS), "Acme", DAY)
    assert whole is not None
    assert whole.term.value == pytest.approx(10e9)
    assert whole.term.lineage.claims == ("q1", "q2", "q3", "q4")
    gap = "\n".join(x for x in QUARTERS.splitlines() if not x.startswith("q3"))
    assert last_four_quarters(book_of(tmp_path / "b", gap), "Acme", DAY) is None


def test_a_forecast_year_is_forward_and_a_reported_one_is_not(tmp_path: Path) -> None:
    book = book_of(tmp_path, QUARTERS)
    (ahead,) = recognised_year(book, "Acme", DAY, forward=True)
    (behind,) = recognised_year(book, "Acme", DAY, forward=False)
    assert (ahead.measure, ahead.term.lineage.claims) == ("forward", ("f6",))
    assert (behind.measure, behind.term.lineage.claims) == ("recognised", ("fy",))


def test_revenue_that_was_not_known_is_refused(rows: dict[str, TapeRow], tmp_path: Path) -> None:
    claim = "rr,Acme,revenue.run_rate,10B,USD/yr,2026-05,gross,company,actual,news,2026-05-20,"
    reading = newest_run_rate(book_of(tmp_path / "rr", claim), "Acme", DAY)
    assert reading is not None
    assert multiple(rows["r1"], reading, as_of=DAY).multiple.text == "10.0x"
    with pytest.raises(Refusal, match="became known"):
        multiple(rows["r1"], reading, as_of=date(2026, 4, 1))


def test_conflicting_run_rates_of_one_time_are_a_claim_range(tmp_path: Path) -> None:
    claims = """
    a,Acme,revenue.run_rate,19B,USD/yr,2026-03,gross,reported,actual,news,2026-03-30,
    b,Acme,revenue.run_rate,30B,USD/yr,end 2026-03,gross,reported,actual,news,2026-04-07,
    """
    reading = newest_run_rate(book_of(tmp_path, claims), "Acme", DAY)
    assert reading is not None
    assert (reading.term.low, reading.term.high) == (18.5e9, 30.5e9)
    assert reading.term.lineage.claims == ("a", "b")
    assert reading.term.interval is not None
    assert reading.term.interval.kind == "claim_range"


def test_draws_rebuilt_from_quantiles_have_these_quantiles() -> None:
    wanted = (10.0, 14.0, 18.0, 22.0, 40.0)
    found = np.quantile(draws_between(wanted, "x", 1), [0.05, 0.25, 0.5, 0.75, 0.95])
    assert found == pytest.approx(wanted, rel=1e-3)


@given(st.integers(0, 5))
def test_one_assumption_used_twice_moves_together(seed: int) -> None:
    judgment = parse_judgment("5% to 12%", "logitnormal")
    one = judged("a", "a", "ratio", judgment, "dilution", seed=seed)
    two = judged("b", "b", "ratio", judgment, "dilution", seed=seed)
    assert one.draws is not None
    assert two.draws is not None
    np.testing.assert_array_equal(one.draws, two.draws)
    assert one.value == pytest.approx(judgment.centre, rel=1e-3)


@pytest.mark.parametrize("example", ["spv.toml", "listing.toml"])
def test_the_example_files_work(tmp_path: Path, example: str) -> None:
    folder = write_book(
        tmp_path / "book", TAPE.replace("e1,Acme", "e1,Brill"), "", "Acme.ipo_bull = 900B # USD"
    )
    path = Path(__file__).parents[2] / "docs" / "examples" / example
    words = [
        "--entry",
        "130B",
        "--hold",
        "17m",
        f"--{'structure' if example == 'spv.toml' else 'listing'}",
        str(path),
    ]
    done = CliRunner().invoke(cli, ["value", "Acme", "--book", str(folder), *words], standalone_mode=False)
    assert done.exception is None
    assert "needs upfront_fee" not in done.stdout
