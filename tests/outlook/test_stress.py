"""Stress tables against a recount, and what they refuse."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.outlook.books import write

from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.prepare import Setting, prepare
from crossbearing.outlook.stress import CREDITS, deepest, delay_table, listing_table
from crossbearing.outlook.summary import draws_of
from crossbearing.pipeline import open_book
from crossbearing.problems import Refusal
from crossbearing.vocabulary.assumption import Scenario

LISTING = """
[scenarios.cheap]
label = "Acme lists at half"
author = "tester"
date = "2026-05-29"
reason = "test"
[[scenarios.cheap.shocks]]
kind = "listing"
entity = "Acme"
at = "2026-09"
value = "40B"
reference = "80B"
contagion = 0.5
"""


def setting_of(folder: Path) -> Setting:
    return Setting(open_book(folder).sound(), date(2026, 6, 1), 24, 500, 3)


def test_the_deepest_point_of_a_flow() -> None:
    flow = np.array([[-5.0, 1.0], [-3.0, -4.0], [10.0, 1.0]])
    assert deepest(flow).tolist() == [8.0, 3.0]


def test_more_cash_or_credit_never_makes_a_delay_fatal_sooner(tmp_path: Path) -> None:
    setting = setting_of(write(tmp_path / "b"))
    table = delay_table(setting, "Acme", claimed_start(setting.book, "Acme"))
    by_place = {(r.cash, r.credit): r for r in table.rows}
    cash = sorted({r.cash for r in table.rows})
    for credit in CREDITS:
        failing = [by_place[c, credit].failing for c in cash]
        assert failing == sorted(failing, reverse=True)
    for c in cash:
        failing = [by_place[c, credit].failing for credit in CREDITS]
        assert failing == sorted(failing, reverse=True)


def test_the_claim_set_lies_between_the_needs(tmp_path: Path) -> None:
    setting = setting_of(write(tmp_path / "b"))
    start = claimed_start(setting.book, "Acme")
    table = delay_table(setting, "Acme", start)
    shocks = ({"kind": "progress_delay", "at": "start", "months": 12},)
    late = draws_of(prepare(setting, "Acme", start, Scenario("late", shocks=shocks)), setting, ("cash_need",))
    assert table.needs[12] == pytest.approx(float(np.median(late["cash_need"][-1])), rel=1e-9)
    if table.true_for is not None:
        assert table.true_for == (table.needs[0], table.needs[12])


def test_without_costs_the_table_says_what_it_needs(tmp_path: Path) -> None:
    setting = setting_of(write(tmp_path / "b", without=("training_share_of_compute",)))
    with pytest.raises(Refusal, match="needs training_share_of_compute"):
        delay_table(setting, "Acme", claimed_start(setting.book, "Acme"))


def test_a_listing_moves_the_multiple_by_value_over_reference(tmp_path: Path) -> None:
    folder = write(tmp_path / "b", more="odds.cheap = 25%")
    text = folder / "assumptions.toml"
    text.write_text(text.read_text() + LISTING)
    setting = setting_of(folder)
    start = claimed_start(setting.book, "Acme")
    plain = draws_of(prepare(setting, "Acme", start), setting, ("valuation",))["valuation"][11]
    base, row = listing_table(setting, {"Acme": start, "Brill": None})
    assert (base.scenario, base.odds) == ("", None)
    assert base.valuation == pytest.approx(float(np.median(plain)), rel=1e-12)
    assert row.odds == pytest.approx(0.25)
    assert row.valuation == pytest.approx(float(np.median(plain)) / 2, rel=1e-9)


def test_a_book_without_a_listing_says_so(tmp_path: Path) -> None:
    setting = setting_of(write(tmp_path / "b"))
    with pytest.raises(Refusal, match="needs a scenario with a shock of kind listing"):
        listing_table(setting, {})
