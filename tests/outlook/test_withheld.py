"""A claim held back and predicted: it leaves no trace in the prediction, and its place in the range is told as it comes out."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tests.outlook.books import write

from crossbearing.cli import cli
from crossbearing.outlook.claimed import judged
from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.prepare import Setting, prepare
from crossbearing.outlook.sensitivity import sobol
from crossbearing.outlook.withheld import held_back, in_view
from crossbearing.pipeline import main_companies, open_book
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.period import Duration


@pytest.fixture(scope="module")
def book() -> Book:
    return open_book(None).sound()


@pytest.fixture(scope="module")
def profit(book: Book) -> Claim:
    """The newest forecast of a quarter's operating profit of a company the outlook starts with."""
    found = [
        c
        for c in book.claims
        if c.metric == "profit.operating"
        and c.modality is Modality.FORECAST
        and c.entity in main_companies(book)
        and isinstance(c.period, Duration)
        and c.period.days < 100
    ]
    return max(found, key=lambda c: c.known or date.min)


def test_a_withheld_profit_leaves_no_trace_in_what_predicts_it(book: Book, profit: Claim) -> None:
    withheld = held_back(book, profit.id)
    rest = withheld.book
    setting = Setting(rest, withheld.origin, withheld.months, 100, 1)
    ready = prepare(setting, profit.entity, claimed_start(rest, profit.entity))
    read = [one for name, one in ready.inputs.table.items() if name in ready.run.given]
    assert not {c for one in read if one.source == "claim" for c in one.lineage.claims} & set(
        withheld.left_out
    )
    seen = in_view(ready, withheld.left_out)
    assert seen == tuple(
        a for one in read if profit.id in one.lineage.claims for a in one.lineage.assumptions
    )
    whole = prepare(
        Setting(book, withheld.origin, 3, 100, 1), profit.entity, claimed_start(book, profit.entity)
    )
    assert profit.id in {c for one in whole.inputs.table.values() for c in one.lineage.claims}


def test_the_command_prints_the_range_and_the_place_of_the_withheld_claim(profit: Claim) -> None:
    words = ["outlook", "--withhold", profit.id, "--from-claims", "--paths", "1000"]
    told = CliRunner().invoke(cli, words)
    assert told.exit_code == 0, told.output
    assert f"Held back: {profit.id}" in told.stdout
    assert "Not blind: the authors had it in view" in told.stdout
    assert "in 90 of 100 futures (predictive)" in told.stdout
    found = json.loads(CliRunner().invoke(cli, [*words, "--format", "json"]).stdout)
    assert found["in_view"]
    assert found["p5"] < found["p50"] < found["p95"]
    assert f"lies at percentile {100 * found['percentile']:.0f} of it" in told.stdout
    assert ("inside" if found["p5"] <= profit.quantity.value <= found["p95"] else "outside") in told.stdout


def test_a_range_is_asked_for_its_near_end_and_a_cost_for_its_far_one(book: Book) -> None:
    claim = next(
        c
        for c in book.claims
        if c.quantity.low is not None and c.quantity.high is not None and c.metric == "revenue.run_rate"
    )
    low, high = claim.quantity.low, claim.quantity.high
    assert low is not None
    assert high is not None
    drawn = np.linspace(low - (high - low), high + (high - low), 301)
    found = judged(claim, drawn, "run rate")
    assert found.asked == low
    assert found.reached == pytest.approx(2 / 3, abs=0.01)


@pytest.mark.slow
def test_an_input_that_nothing_reads_has_no_share_of_the_variance(tmp_path: Path) -> None:
    try:
        import scipy  # noqa: F401
    except ImportError:
        pytest.skip("SciPy is not installed: it comes with the extra sensitivity")
    small = open_book(write(tmp_path / "book")).sound()
    setting = Setting(small, date(2026, 6, 1), 12, 200, 7)
    found = sobol(prepare(setting, "Acme", claimed_start(small, "Acme")), size=16)
    idle = [i for i in found if i.input == "token_intensity_growth"]
    assert idle
    assert all(i.total == i.first == i.total_low == i.total_high == 0 for i in idle)
    assert max(i.total for i in found if i.answer == "gross_run_rate") > 0.1
