"""Two companies side by side: what compares, what does not and why, and growth beside reference companies."""

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tests.value.value_books import write_book

from crossbearing.cli import cli
from crossbearing.pipeline import open_book
from crossbearing.pipeline.valuing import valuations
from crossbearing.problems import CrossbearingError, UsageError
from crossbearing.value.compare import compare
from crossbearing.value.sales import Estimate, estimated
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.lineage import Lineage

CLAIMS = """
a1,Acme,revenue.run_rate,10B,USD/yr,2025-04-10,gross,company,actual,news,2025-04-10,
a2,Acme,revenue.run_rate,30B,USD/yr,2026-04-07,gross,company,actual,news,2026-04-07,
a3,Acme,revenue.run_rate,22B,USD/yr,2026-04,net,estimate,actual,news,2026-04-14,by=Brill
b1,Brill,revenue.run_rate,24B,USD/yr,2026-04,net,leaked,actual,news,2026-04-14,
b2,Brill,revenue.run_rate,25B,USD/yr,2026-02-28,net,company,actual,news,2026-04-08,
ap,Acme,compute.power_online,1.4GW,W,2026-04,n/a,reported,actual,news,2026-04-14,
bp,Brill,compute.power_online,1.9GW,W,2026-04,n/a,reported,actual,news,2026-04-14,
am,Acme,margin.gross,40%,ratio,FY2025,unspecified,leaked,actual,news,2026-05-13,margin_definition=paying_users
bm,Brill,margin.gross,33%,ratio,FY2025,unspecified,leaked,actual,news,2026-05-13,margin_definition=adjusted
aw,Acme,users.wau,20M,count,2024-01,n/a,company,actual,news,2026-05-13,
bw,Brill,users.wau,900M,count,2026-02,n/a,company,actual,news,2026-05-13,
ac,Acme,customers.million_dollar,>500,count,2026-05,n/a,company,actual,news,2026-05-29,threshold=1M USD/yr
ad,Acme,customers.million_dollar,>1000,count,2026-05,n/a,company,actual,news,2026-05-29,threshold=1M USD/yr
ah,Acme,headcount,4000,count,2026-03-31,n/a,estimate,actual,news,2026-05-13,method=survey
ai,Acme,headcount,4.2K,count,2026-03-31,n/a,estimate,actual,news,2026-05-13,method=survey
ag,Acme,valuation.round,380B,USD,2026-04-01,n/a,company,actual,news,2026-04-02,valuation_basis=post
bg,Brill,valuation.round,852B,USD,2026-04-01,n/a,company,actual,news,2026-04-02,valuation_basis=post
fc,Brill,headcount,9000,count,2026-03-31,n/a,estimate,forecast,news,2026-05-13,
"""


def run(*words: str) -> Result:
    done = CliRunner().invoke(cli, list(words), standalone_mode=False)
    if isinstance(done.exception, CrossbearingError):
        raise done.exception
    assert done.exception is None, done.output
    return done


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(write_book(tmp_path / "book", claims=CLAIMS))


@pytest.fixture
def rows(folder: str) -> dict[str, dict[str, Any]]:
    found = json.loads(
        run("compare", "Acme", "Brill", "--book", folder, "--revenue", "claims", "--format", "json").stdout
    )
    return {row["label"]: row for row in found["rows"]}


def texts(row: dict[str, Any]) -> list[str]:
    return [cell["text"] for cell in row["cells"]]


def test_sales_on_one_basis_compare_and_on_two_do_not(rows: dict[str, dict[str, Any]]) -> None:
    net = rows["run rate, net"]
    assert net["comparable"]
    assert net["ratio"]["text"] == "0.92x"
    assert not rows["run rate, gross"]["comparable"]
    assert "gross run rate of Brill" in rows["run rate, gross"]["why_not"]
    stated = rows["run rate, as each states it"]
    assert stated["ratio"] is None
    assert "definitions differ" in stated["why_not"]


def test_sales_a_unit_of_power_take_the_run_rate_of_the_same_date(rows: dict[str, dict[str, Any]]) -> None:
    assert texts(rows["sales a unit of power, gross"])[0] == "$21.4/W/yr"
    assert texts(rows["sales a unit of power, net"]) == ["$15.7/W/yr", "$12.6/W/yr"]


def test_margins_of_two_definitions_do_not_compare(rows: dict[str, dict[str, Any]]) -> None:
    row = rows["gross margin"]
    assert texts(row) == ["40.0%", "33.0%"]
    assert "paying_users" in row["why_not"]
    assert row["ratio"] is None


def test_dates_far_apart_do_not_compare(rows: dict[str, dict[str, Any]]) -> None:
    assert "days apart" in rows["weekly users"]["why_not"]


def test_two_floors_leave_the_higher_one(rows: dict[str, dict[str, Any]]) -> None:
    row = next(r for label, r in rows.items() if label.startswith("customers above"))
    assert texts(row)[0] == ">1,000"
    assert "customers.million_dollar for Brill" in row["why_not"]


def test_claims_of_one_time_are_a_range_with_both_ids_and_forecasts_are_not_the_present(
    rows: dict[str, dict[str, Any]],
) -> None:
    row = next(r for label, r in rows.items() if label.startswith("headcount"))
    mine, theirs = row["cells"]
    assert (mine["low"], mine["high"]) == (3999.5, 4250.0)
    assert mine["claims"] == ["ah", "ai"]
    assert mine["interval_kind"] == "claim_range"
    assert theirs["value"] is None


def test_growth_is_over_about_a_year(rows: dict[str, dict[str, Any]]) -> None:
    cell = rows["growth of the run rate a year, gross"]["cells"][0]
    assert cell["value"] == pytest.approx(3 ** (365.25 / 362) - 1)
    assert cell["claims"] == ["a1", "a2"]


def test_multiples_are_of_the_rounds_own_date(rows: dict[str, dict[str, Any]]) -> None:
    assert texts(rows["last priced round over run rate, net"]) == ["17.3x", "35.5x"]


def test_growth_beside_reference_companies(folder: str, tmp_path: Path) -> None:
    path = tmp_path / "peers.csv"
    path.write_text("company,period,revenue,unit\nOldsoft,2001,10B,USD\nOldsoft,2002,15B,USD\n")
    words = ("compare", "Acme", "Brill", "--book", folder, "--revenue", "claims", "--references", str(path))
    found = json.loads(run(*words, "--format", "json").stdout)["growth"]
    assert [(r["company"], r["growth"]["text"]) for r in found] == [("Acme", "+203%"), ("Oldsoft", "+50%")]
    assert found[1]["growth"]["assumptions"] == ["peers.csv line 2", "peers.csv line 3"]
    assert "Oldsoft" in run(*words).stdout


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("company,period,revenue\n", "peers.csv:1:1"),
        ("company,period,revenue,unit\nX,2001,ten,USD\n", "peers.csv:2:2"),
        ("company,period,revenue,unit\nX,20x1,10B,USD\n", "peers.csv:2:1"),
        ("company,period,revenue,unit\nX,2001,-1B,USD\n", "peers.csv:2:1"),
    ],
)
def test_bad_references_name_their_place(folder: str, tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "peers.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=where):
        run("compare", "Acme", "Brill", "--book", folder, "--revenue", "claims", "--references", str(path))


def test_one_company_is_no_comparison(folder: str) -> None:
    with pytest.raises(UsageError, match="two companies"):
        run("compare", "Acme", "Acme", "--book", folder)


def test_the_position_replaces_single_claims_on_both_bases(folder: str) -> None:
    book = open_book(Path(folder)).sound()
    rng = np.random.default_rng(3)
    samples = {k: np.exp(rng.normal(m, 0.1, 4000)) * 1e9 for k, m in (("Acme", 3.4), ("Brill", 3.2))}

    def position(entity: str, metric: str, basis: str, at: str) -> Estimate | str:
        if metric != "revenue.run_rate" or len(at) != 10:
            return "not asked"
        draws = samples[entity] * (0.8 if basis == "net" else 1.0)
        p5, p25, p50, p75, p95 = (float(q) for q in np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95]))
        kind = IntervalKind.CREDIBLE
        return Estimate((p5, p25, p50, p75, p95), "USD/yr", kind, Lineage(("a2", "b1")), draws)

    table = compare(book, ("Acme", "Brill"), date(2026, 5, 29), position)
    line = next(x for x in table.lines if x.label == "run rate, gross")
    assert not line.why_not
    assert line.ratio is not None
    ratios = samples["Acme"] / samples["Brill"]
    assert line.ratio.value == pytest.approx(float(np.median(ratios)))
    assert line.ratio.interval is not None
    assert line.ratio.interval.kind is IntervalKind.CREDIBLE
    assert line.ratio.interval.low == pytest.approx(float(np.quantile(ratios, 0.05)))


def test_two_companies_known_by_quantiles_alone_do_not_move_together(folder: str) -> None:
    spread = math.exp(0.2)
    quantiles = (
        30e9 / spread**1.645,
        30e9 / spread**0.6745,
        30e9,
        30e9 * spread**0.6745,
        30e9 * spread**1.645,
    )

    def position(entity: str, metric: str, basis: str, at: str) -> Estimate | str:
        return Estimate(quantiles, "USD/yr", IntervalKind.CREDIBLE, Lineage(("a2",)))

    book = open_book(Path(folder)).sound()
    table = compare(book, ("Acme", "Brill"), date(2026, 5, 29), position)
    line = next(x for x in table.lines if x.label == "run rate, net")
    assert line.ratio is not None
    assert line.ratio.interval is not None
    expected = math.exp(1.645 * 0.2 * math.sqrt(2))
    assert line.ratio.interval.high == pytest.approx(expected, rel=0.05)
    assert line.ratio.interval.low == pytest.approx(1 / expected, rel=0.05)


def test_every_comparison_figure_reaches_a_claim(rows: dict[str, dict[str, Any]]) -> None:
    cells = [c for row in rows.values() for c in row["cells"]]
    assert all(bool(c["claims"]) != bool(c["needs"]) for c in cells)


def test_a_net_figure_is_never_put_over_a_lower_gross_one() -> None:
    opened = open_book(None)
    less = opened.book.keeping(lambda c: c.id != "s055")
    value = valuations(less, ["Anthropic"], date(2026, 5, 29), None, 1)[0]
    ratio = value.readings.net_to_gross
    assert ratio.value is not None
    assert 0.5 < ratio.value <= 1.0


def test_companies_in_two_currencies_are_shown_side_by_side_without_a_ratio(tmp_path: Path) -> None:
    """A yen company beside a dollar company: both cells, and the reason why no ratio is formed."""
    rows = """
a1,Acme,revenue.run_rate,92B,JPY/yr,2026-03-31,gross,company,actual,news,2026-04-07,
b1,Brill,revenue.run_rate,2B,USD/yr,2026-03-31,gross,company,actual,news,2026-04-07,
a2,Acme,headcount,500,count,2026-03-31,n/a,company,actual,news,2026-04-07,
b2,Brill,headcount,250,count,2026-03-31,n/a,company,actual,news,2026-04-07,
"""
    book = open_book(write_book(tmp_path / "book", rows)).sound()
    lines = {line.label: line for line in compare(book, ("Acme", "Brill"), date(2026, 3, 31)).lines}
    money = lines["run rate, gross"]
    assert money.ratio is None
    assert "currencies differ" in money.why_not
    assert [s.term.value for s in money.sides] == [92e9, 2e9]
    heads = lines["headcount"]
    assert heads.ratio is not None
    assert heads.ratio.value == 2.0


def test_of_one_date_the_best_supported_figure_stands(tmp_path: Path) -> None:
    """A newspaper's figure of the same day is in the range; the company's own is the figure, for rates and for rounds."""
    rows = """
z1,Acme,revenue.run_rate,240M,USD/yr,2026-03-31,gross,company,actual,news,2026-04-07,
z9,Acme,revenue.run_rate,150M,USD/yr,2026-03-31,unspecified,reported,actual,news,2026-04-09,
b1,Brill,revenue.run_rate,2B,USD/yr,2026-03-31,gross,company,actual,news,2026-04-07,
r1,Acme,valuation.round,3.7B,USD,2026-03-15,n/a,company,actual,news,2026-03-15,round=D; valuation_basis=post
r2,Acme,valuation.round,3.5B,USD,2026-03-15,n/a,reported,actual,news,2026-03-20,round=D; valuation_basis=pre
"""
    book = open_book(write_book(tmp_path / "book", rows)).sound()
    lines = {line.label: line for line in compare(book, ("Acme", "Brill"), date(2026, 3, 31)).lines}
    stated = lines["run rate, as each states it"].sides[0].term
    assert stated.value == 240e6
    assert stated.low is not None
    assert stated.low < 160e6
    assert lines["last priced round"].sides[0].term.value == 3.7e9


def test_an_estimate_keeps_its_own_ends() -> None:
    """What `xb series` prints and what prices are divided by is one figure to the last digit."""
    quantiles = (88.576e9, 90.5e9, 91.892e9, 93.2e9, 95.091e9)
    estimate = Estimate(quantiles, "USD/yr", IntervalKind.CREDIBLE, Lineage(("a",)))
    term = estimated(estimate, "acme.run_rate", "Acme run rate", 7)
    assert (term.low, term.value, term.high) == (quantiles[0], quantiles[2], quantiles[4])
