"""`xb filing` as a user calls it: a made-up prospectus against an invented book, checked by hand."""

import json
import re
import shutil
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from crossbearing.cli import cli
from crossbearing.pipeline import open_book, position
from crossbearing.problems import UsageError

TESTS = Path(__file__).parents[1]
BOOK = TESTS / "check" / "planted" / "book"
S1 = TESTS / "gather" / "filings" / "s1" / "halden-s1.htm"
SMALL = TESTS / "gather" / "filings" / "halden-xbrl.json"
PAGE = "page.html"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """The prospectus against the book: JSON and page."""
    page = tmp_path_factory.mktemp("filing") / PAGE
    words = ["filing", str(S1), "--book", str(BOOK), "--basis", "gross", "-o", str(page), "--format", "json"]
    run = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert run.exit_code == 0
    return json.loads(run.stdout), page.read_text(encoding="utf-8")


def compared(told: dict[str, Any], metric: str, period: str) -> dict[str, Any]:
    (found,) = [c for c in told["compared"] if (c["metric"], c["period"]) == (metric, period)]
    return dict(found)


def test_json_follows_its_schema(told: tuple[dict[str, Any], str]) -> None:
    schema = json.loads((files("crossbearing.cli") / "schemas" / "filing.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(told[0])


def test_the_filing_is_judged_by_what_was_known_the_day_before(told: tuple[dict[str, Any], str]) -> None:
    found = told[0]
    assert (found["entity"], found["form"], found["filed"], found["as_known"]) == (
        "Halden Labs",
        "S-1",
        "2026-06-22",
        "2026-06-21",
    )


def test_who_missed_by_how_much(told: tuple[dict[str, Any], str]) -> None:
    """By hand: 2.1 / 2.187431 - 1, 1.45 / 1.489206 - 1, 5.4 / 5.61233 - 1, and 38 % less 874,972 / 2,187,431."""
    wanted = {
        ("revenue.recognised", "2025"): ("The Meridian Ledger", "hal-13", -0.03997),
        ("revenue.recognised", "2026-Q1"): ("Quayside Business", "hal-10", -0.02633),
        ("cash.balance", "2025-12-31"): ("The Meridian Ledger", "hal-16", -0.03783),
        ("margin.gross", "2025"): ("The Meridian Ledger", "hal-30", -0.02),
    }
    for (metric, period), (who, claim, miss) in wanted.items():
        (voice,) = compared(told[0], metric, period)["missed"]
        assert (voice["who"], voice["claim"]) == (who, claim)
        assert voice["miss"] == pytest.approx(miss, abs=2e-5)


def test_the_position_before_stands_beside_on_both_presentations(told: tuple[dict[str, Any], str]) -> None:
    before = open_book(BOOK).book.as_of(date(2026, 6, 21))
    quarter = compared(told[0], "revenue.recognised", "2026-Q1")
    assert quarter["value"] == 1489206000.0
    for held in quarter["held"]:
        own = position(
            before, "Halden Labs", "revenue.recognised", at=["2026-Q1"], basis=held["basis"], seed=20260529
        )
        assert held["value"] == pytest.approx(own.points[0].p50)
        assert held["miss"] == pytest.approx(held["value"] / 1489206000.0 - 1)
        assert held["inside"] == (held["low"] <= 1489206000.0 <= held["high"])
        assert held["interval_kind"] == "credible"
    assert [h["basis"] for h in quarter["held"]] == ["gross", "net"]


def test_facts_confirm_contradict_and_move(told: tuple[dict[str, Any], str]) -> None:
    proposals = {(p["claim"]["metric"], p["claim"]["period"]): p for p in told[0]["reading"]["proposals"]}
    assert (
        proposals["compute.commitment_cost", "2025-12-31"]["known_as"][0] == "hal-17"
    )  # 4.5 and not 45 billion
    year = proposals["revenue.recognised", "2025"]
    assert year["verdict"] == "contradicts"
    assert year["contradictions"][0]["claims"] == ["hal-13"]
    assert {s["id"] for s in told[0]["shifts"]} >= {
        "halden-labs.revenue.run_rate.gross",
        "halden-labs.cash.balance",
    }
    assert told[0]["outside"] == [
        {
            "concept": "us-gaap:Revenues",
            "why": "it is of ScenarioForecastMember on StatementScenarioAxis, which no qualifier of revenue.recognised can say",
        }
    ]


def test_the_page_is_one_offline_file_whose_links_lead_somewhere(told: tuple[dict[str, Any], str]) -> None:
    page = told[1]
    assert not re.search(r"<script|<link|src=|@import|url\(http", page)
    assert "The Meridian Ledger" in page
    assert "the filed figure stands; hal-13 gives way" in page
    anchors = set(re.findall(r'id="(claim-[^"]+)"', page))
    assert set(re.findall(r'href="#(claim-[^"]+)"', page)) <= anchors
    assert anchors


def test_the_summary_names_the_books_own_worst_miss_and_tables_compare_like_with_like(
    told: tuple[dict[str, Any], str],
) -> None:
    """By hand: of the filed figures 2024 is the one the book's own gross position misses most."""
    found, page = told
    off = {
        c["period"]: abs(next(h for h in c["held"] if h["basis"] == "gross")["miss"])
        for c in found["compared"]
        if c["metric"] == "revenue.recognised"
    }
    assert max(off, key=lambda period: off[period]) == "2024"
    assert "The book was furthest off on recognised revenue for 2024: gross $" in page
    assert "Of those who told one, The Meridian Ledger was furthest off" in page
    assert "Moves most: Halden Labs cash.balance" in page
    had = page.partition("What the book had</h2>")[2].partition("</table>")[0]
    assert ("gross $" in had, "net $" in had) == (True, False)


def test_a_page_escapes_what_a_book_says(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder)
    sources = folder / "sources.csv"
    text = sources.read_text(encoding="utf-8").replace("Quayside Business", "<script>alert(1)</script>")
    sources.write_text(text, encoding="utf-8")
    page = tmp_path / PAGE
    words = [
        "filing",
        str(SMALL),
        "--book",
        str(folder),
        "--basis",
        "gross",
        "--filed",
        "2026-06-22",
        "-o",
        str(page),
    ]
    run = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert run.exit_code == 0
    assert "<script>alert" not in page.read_text(encoding="utf-8")
    assert "Who missed by how much" in run.stdout


def test_net_carries_the_gross_figures_of_others_over(tmp_path: Path) -> None:
    words = [
        "filing",
        str(SMALL),
        "--book",
        str(BOOK),
        "--basis",
        "net",
        "--filed",
        "2026-06-22",
        "--format",
        "json",
    ]
    run = CliRunner().invoke(cli, words, catch_exceptions=False)
    found = json.loads(run.stdout)
    (voice,) = compared(found, "revenue.recognised", "2026-Q1")["missed"]
    ratio = found["net_to_gross"]
    assert (voice["claim"], voice["basis"]) == ("hal-10", "gross")
    assert voice["restated"]["middle"] == pytest.approx(1.45e9 * ratio["p50"])
    assert (voice["restated"]["low"], voice["restated"]["high"]) == pytest.approx(
        (1.45e9 * ratio["p5"], 1.45e9 * ratio["p95"])
    )
    assert voice["miss"] == pytest.approx(1.45e9 * ratio["p50"] / 1489206000 - 1)


def test_nothing_enters_without_accept_and_undo_takes_every_byte_back(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    words = ["filing", str(SMALL), "--book", str(folder), "--basis", "gross", "--filed", "2026-06-22"]
    CliRunner().invoke(cli, words, catch_exceptions=False)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
    run = CliRunner().invoke(cli, [*words, "--accept", "all"], catch_exceptions=False)
    assert "Taken into the book: Halden Labs" in run.stdout
    claim = next(
        c
        for c in open_book(folder).book.claims
        if c.source.startswith("halden-labs-10-q") and c.metric == "revenue.recognised" and not c.qualifiers
    )
    assert (str(claim.status), claim.quantity.value, str(claim.period)) == ("filed", 1489206000.0, "2026-Q1")
    assert "us-gaap:Revenues" in claim.locator
    CliRunner().invoke(cli, ["read", "--undo", "--book", str(folder)], catch_exceptions=False)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.name in before} == before


def test_a_stranger_is_asked_for_by_name(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(
        SMALL.read_text(encoding="utf-8").replace("Halden Labs, Inc.", "Nobody Knows Corp."), encoding="utf-8"
    )
    with pytest.raises(UsageError, match=r"'Nobody Knows Corp\.' is not in the book"):
        CliRunner().invoke(cli, ["filing", str(other), "--book", str(BOOK)], catch_exceptions=False)


def test_a_filed_quarter_moves_the_run_rate_and_the_multiples_the_other_way(tmp_path: Path) -> None:
    """Corvane has prices; a quarter of 1.24bn net, above what the book had, raises its run rate and lowers what was paid for it."""
    other = tmp_path / "corvane.json"
    text = SMALL.read_text(encoding="utf-8").replace("Halden Labs, Inc.", "Corvane Corp.")
    other.write_text(text.replace("1489206000", "1240000000"), encoding="utf-8")
    words = [
        "filing",
        str(other),
        "--book",
        str(BOOK),
        "--basis",
        "net",
        "--filed",
        "2026-06-22",
        "--format",
        "json",
    ]
    found = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).stdout)
    (rate,) = [s for s in found["shifts"] if s["id"] == "corvane.revenue.run_rate.net"]
    (paid,) = [
        s for s in found["prices"] if s["id"].startswith("multiple.cor-08.corvane.run_rate.position.net")
    ]
    assert rate["change"] > 0 > paid["change"]
    assert paid["before"]["interval_kind"] == "predictive"
