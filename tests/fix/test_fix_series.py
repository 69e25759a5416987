"""The user's level: a book in, `xb series` out."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crossbearing.cli import cli
from crossbearing.problems import Refusal, UsageError

HEAD = "id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note"
BOOK = """[book]
title = "t"
currency = "USD"
format = 1
[entities."Acme"]
kind = "company"
[entities."Acme".presentation]
direct = "gross"
[entities."P"]
kind = "product"
parent = "Acme"
[entities."Rival"]
kind = "company"
"""
SOURCES = """id,publisher,title,url,published,kind,origin,grade,note
a,Paper A,,,2026-02-01,article,,B,
b,Paper B,,,2026-04-10,article,,B,
c,Paper C,,,2026-05-10,article,,B,
"""
LEVELS = (
    "r1,Acme,revenue.run_rate,1.0B,USD/yr,2025-06-30,gross,,company,actual,a,,2025-07-05,,,,",
    "r2,Acme,revenue.run_rate,2.0B,USD/yr,2025-12-31,gross,,company,actual,a,,2026-01-05,,,,",
    "r3,Acme,revenue.run_rate,2.9B,USD/yr,2026-03-31,gross,,reported,actual,b,,2026-04-10,,,,",
    "q1,Acme,revenue.recognised,600M,USD,2026-Q1,gross,,reported,actual,c,,2026-05-10,,,,",
)


def write(folder: Path, *rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "book.toml").write_text(BOOK, encoding="utf-8")
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    (folder / "claims.csv").write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return folder


def series(folder: Path, *args: str) -> Any:
    done = CliRunner().invoke(
        cli, ["series", *args, "--book", str(folder), "--format", "json"], catch_exceptions=False
    )
    assert done.exit_code == 0
    return json.loads(done.stdout)


def at(found: Any, k: int = 0) -> tuple[float, float, float]:
    p = found["points"][k]
    return p["p5"], p["p50"], p["p95"]


RATE = ("Acme", "revenue.run_rate", "--at", "2026-03-31")


def test_the_json_is_the_contract(tmp_path: Path) -> None:
    found = series(write(tmp_path, *LEVELS), *RATE, "--at", "2026-06-30")
    assert list(found)[:8] == [
        "entity",
        "metric",
        "basis",
        "rate",
        "unit",
        "as_of",
        "interval_kind",
        "points",
    ]
    assert (found["entity"], found["basis"], found["rate"], found["unit"]) == (
        "Acme",
        "gross",
        "trailing",
        "USD/yr",
    )
    assert [p["at"] for p in found["points"]] == ["2026-03-31", "2026-06-30"]
    assert "kind" not in found["points"][0]
    assert found["points"][1]["kind"] == "forecast"
    assert set(found["claims"][0]) >= {"id", "weight", "outlier_probability", "influence"}
    assert found["diagnostics"]["khat"] < 0.7
    assert found["diagnostics"]["ess"] >= 400
    assert at(found)[0] < 2.9e9 < at(found)[2]


def test_the_estimate_lies_between_a_figure_and_what_the_others_foretell(tmp_path: Path) -> None:
    """A figure told as within 5 % is weighed against growth as the other claims have it, and either alone is less sure."""
    low, middle, high = at(series(write(tmp_path / "1", *LEVELS), *RATE))
    others = at(series(write(tmp_path / "2", *LEVELS[:2], LEVELS[3]), *RATE))
    alone = at(series(write(tmp_path / "3", LEVELS[2]), *RATE))
    assert others[1] < middle < 2.9e9
    for less in (others, alone):
        assert high / low < less[2] / less[0]


def test_the_order_of_claims_does_not_matter(tmp_path: Path) -> None:
    one = series(write(tmp_path / "1", *LEVELS), *RATE)
    two = series(write(tmp_path / "2", *reversed(LEVELS)), *RATE)
    assert one == two


def test_the_currency_unit_does_not_matter(tmp_path: Path) -> None:
    scaled = tuple(
        row.replace("1.0B", "1.0T").replace("2.0B", "2.0T").replace("2.9B", "2.9T").replace("600M", "600B")
        for row in LEVELS
    )
    one = at(series(write(tmp_path / "1", *LEVELS), *RATE))
    two = at(series(write(tmp_path / "2", *scaled), *RATE))
    assert [b / a for a, b in zip(one, two, strict=True)] == pytest.approx([1000.0] * 3, rel=3e-4)


def test_a_second_quotation_of_one_origin_does_not_tighten(tmp_path: Path) -> None:
    copy = "r3b,Acme,revenue.run_rate,2.9B,USD/yr,2026-03-31,gross,,reported,actual,c,b,2026-05-10,,,,"
    one = series(write(tmp_path / "1", *LEVELS), *RATE)
    two = series(write(tmp_path / "2", *LEVELS, copy), *RATE)
    assert at(one) == at(two)
    assert {c["id"]: c.get("note") for c in two["claims"]}["r3b"] == "repeats r3"


@pytest.mark.parametrize("modality", ["forecast", "target", "derived", "hypothetical", "superseded", "talks"])
def test_what_is_no_fact_never_enters_the_past(tmp_path: Path, modality: str) -> None:
    odd = f"x,Acme,revenue.run_rate,9.0B,USD/yr,2026-03-31,gross,,company,{modality},c,,2026-05-10,,,,"
    one = series(write(tmp_path / "1", *LEVELS), *RATE)
    two = series(write(tmp_path / "2", *LEVELS, odd), *RATE)
    assert at(one) == at(two)
    assert next(c for c in two["claims"] if c["id"] == "x")["weight"] is None


def test_deleting_what_was_published_later_is_the_book_as_of_that_day(tmp_path: Path) -> None:
    whole = series(write(tmp_path / "1", *LEVELS), *RATE, "--as-of", "2026-04-15")
    early = series(write(tmp_path / "2", *LEVELS[:3]), *RATE, "--as-of", "2026-04-15")
    assert whole == early


OPERATORS = {
    "run rate": (
        "n,Acme,revenue.run_rate,3.6B,USD/yr,2026-04-30,gross,28d*13,company,actual,c,,2026-05-10,,,,",
    ),
    "floor": ("n,Acme,revenue.run_rate,>3.6B,USD/yr,2026-03-31,gross,,company,actual,c,,2026-05-10,,,,",),
    "ceiling": ("n,Acme,revenue.run_rate,<2.6B,USD/yr,2026-03-31,gross,,company,actual,c,,2026-05-10,,,,",),
    "recognised": ("n,Acme,revenue.recognised,400M,USD,2025-Q4,gross,,filed,actual,c,,2026-05-10,,,,",),
    "growth": (
        "n,Acme,revenue.growth_multiple,1.8x,x,2026-01..2026-03,gross,,company,actual,c,,2026-05-10,,,,",
    ),
    "change of the run rate": (
        "n,Acme,revenue.run_rate_change,700M,USD/yr,2026-Q1,gross,,filed,actual,c,,2026-05-10,,,,",
    ),
    "on a year before": (
        'n,Acme,revenue.growth,300%,ratio,2026-Q1,gross,,filed,actual,c,,2026-05-10,"step=""on a year before""",,,',
    ),
    "product": (
        "n,P,product.run_rate,2.8B,USD/yr,2026-03-31,gross,,filed,actual,c,,2026-05-10,,,,",
        "m,Acme,revenue.mix,85%,ratio,2026-03-31,gross,,filed,actual,c,,2026-05-10,product=P,,,",
    ),
    "users": (
        "n,Acme,revenue.arpu,50,USD/user/month,2026-Q1,gross,,filed,actual,c,,2026-05-10,,,,",
        "m,Acme,users.mau,9M,count,2026-03-31,n/a,,filed,actual,c,,2026-05-10,,,,",
    ),
    "cost": (
        "n,Acme,cost.revenue,400M,USD,2026-Q1,n/a,,filed,actual,c,,2026-05-10,,,,",
        "m,Acme,margin.gross,50%,ratio,2026-Q1,unspecified,,filed,actual,c,,2026-05-10,,,,",
    ),
}


@pytest.mark.parametrize("name", list(OPERATORS))
def test_every_operator_changes_a_reported_result(tmp_path: Path, name: str) -> None:
    before = at(series(write(tmp_path / "1", *LEVELS), *RATE))
    found = series(write(tmp_path / "2", *LEVELS, *OPERATORS[name]), *RATE)
    assert next(c for c in found["claims"] if c["id"] == "n")["weight"] is not None
    assert any(abs(a / b - 1) > 1e-3 for a, b in zip(at(found), before, strict=True))


def test_a_panel_ties_companies_but_not_levels(tmp_path: Path) -> None:
    rival = "z,Rival,revenue.recognised,1.5B,USD,2026-Q1,gross,,filed,actual,b,,2026-04-10,,,,"
    share = "s{n},{who},revenue.market_share,{share}%,ratio,2026-Q1,unspecified,,estimate,actual,c,,2026-05-10,method=p,,,"
    high = [share.format(n=1, who="Acme", share="40.0"), share.format(n=2, who="Rival", share="60.0")]
    before = at(series(write(tmp_path / "1", *LEVELS, rival), *RATE))
    found = series(write(tmp_path / "2", *LEVELS, rival, *high), *RATE)
    assert at(found)[1] > before[1] * 1.002
    assert next(c for c in found["claims"] if c["id"] == "s1")["weight"] > 0.5
    scaled = [share.format(n=1, who="Acme", share="20.0"), share.format(n=2, who="Rival", share="30.0")]
    halved = series(write(tmp_path / "3", *LEVELS, rival, *scaled), *RATE)
    assert at(halved)[1] == pytest.approx(at(found)[1], rel=4e-3)  # only the ratio counts


def test_a_panel_that_cannot_be_weighed_is_set_aside_and_the_position_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = "z,Rival,revenue.recognised,1.5B,USD,2026-Q1,gross,,filed,actual,b,,2026-04-10,,,,"
    share = "s{n},{who},revenue.market_share,{share}%,ratio,2026-Q1,unspecified,,estimate,actual,c,,2026-05-10,method=p,,,"
    panel = [share.format(n=1, who="Acme", share="40.0"), share.format(n=2, who="Rival", share="60.0")]
    before = at(series(write(tmp_path / "1", *LEVELS, rival), *RATE))
    monkeypatch.setattr("crossbearing.fix.panel.smooth", lambda log_weight: (log_weight * 0 + 1e-3, 0.95))
    found = series(write(tmp_path / "2", *LEVELS, rival, *panel), *RATE)
    assert at(found) == before
    weight = next(c for c in found["claims"] if c["id"] == "s1")
    assert weight["weight"] is None
    assert "k-hat 0.95" in weight["note"]
    assert weight["note"] in found["notes"]


def test_a_single_claim_gives_a_wide_interval_that_says_so(tmp_path: Path) -> None:
    found = series(write(tmp_path, LEVELS[2]), "Acme", "revenue.run_rate", "--at", "2026-05-31")
    low, _, high = at(found)
    assert high / low > 1.25
    assert any("one claim only" in note for note in found["notes"])


def test_more_than_twelve_months_away_is_not_identified(tmp_path: Path) -> None:
    found = series(write(tmp_path, *LEVELS), *RATE, "--at", "2027-12-31")
    assert found["points"][1]["kind"] == "not identified"
    assert found["points"][1]["p50"] is None


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("Acme", "revenue.recognised", "--at", "2026-03-31"), "2026-Q1"),
        (("Acme", "revenue.run_rate", "--at", "2026-01..2026-03"), "2026-03-31"),
        (("Acme", "revenue.recognised", "--rate", "trailing"), "leave --rate out"),
        (("Acme", "revenue.run_rat", "--at", "2026-03-31"), "revenue.run_rate"),
        (("Nobody", "revenue.run_rate"), "Acme"),
    ],
)
def test_wrong_use_names_the_right_form(tmp_path: Path, args: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageError) as wrong:
        series(write(tmp_path, *LEVELS), *args)
    assert says in f"{wrong.value.mend} {wrong.value.why}"


def test_an_entity_without_a_level_gets_a_reason(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="Rival has no position"):
        series(write(tmp_path, *LEVELS), "Rival", "revenue.run_rate")


def test_influence_by_refit_agrees_with_first_order(tmp_path: Path) -> None:
    folder = write(tmp_path, *LEVELS)
    first = {c["id"]: c["influence"] for c in series(folder, *RATE)["claims"]}
    again = {c["id"]: c["influence"] for c in series(folder, *RATE, "--influence")["claims"]}
    told = {name: 0.0 if pull is None else pull for name, pull in first.items()}
    assert again == pytest.approx(told, abs=0.12)
    assert sum(pull is not None for pull in first.values()) >= 2


def test_other_quantities_have_a_position_too(tmp_path: Path) -> None:
    rows = (
        "c1,Acme,customers.count,100000,count,2025-06-30,n/a,,company,actual,a,,2025-07-05,,,,",
        "c2,Acme,customers.count,200000,count,2026-03-31,n/a,,company,actual,b,,2026-04-10,,,,",
        "s1,Acme,adoption.business_share,20%,ratio,2026-02-28,n/a,,measured,actual,b,,2026-04-10,,,,",
        "m1,Acme,margin.gross,-20%,ratio,FY2025,unspecified,,leaked,actual,b,,2026-04-10,,,,",
        "v1,Acme,valuation.round,50B,USD,2026-02,n/a,,company,actual,b,,2026-04-10,,,,",
    )
    folder = write(tmp_path, *rows)
    low, middle, high = at(series(folder, "Acme", "customers.count", "--at", "2026-03-31"))
    assert 1.5e5 < low < middle < high < 2.6e5
    low, middle, high = at(series(folder, "Acme", "adoption.business_share", "--at", "2026-02-28"))
    assert 0.15 < low < middle < high < 0.26
    assert at(series(folder, "Acme", "margin.gross", "--at", "2025-12-31"))[1] < 0.2
    ranged = series(folder, "Acme", "valuation.round", "--at", "2026-04-01")
    assert ranged["interval_kind"] == "claim_range"
    assert at(ranged) == (50e9, 50e9, 50e9)


VIEW = """[views."Acme revenue.run_rate gross"]
value = "2.5B to 3.5B"
author = "me"
date = "2026-04-10"
reason = "my own count"
"""


def test_a_frozen_series_is_kept_once_and_never_rewritten(tmp_path: Path) -> None:
    folder = write(tmp_path, *LEVELS)
    found = series(folder, *RATE, "--as-of", "2026-05-20", "--freeze")
    kept = json.loads((folder / "forecasts" / "2026-05-20-acme-revenue.run-rate-gross.json").read_text())
    assert kept["said_on"] == "2026-05-20"
    assert kept["points"] == found["points"]
    with pytest.raises(UsageError, match="there already"):
        series(folder, *RATE, "--as-of", "2026-05-20", "--freeze")


def test_a_view_stands_beside_the_estimate_and_changes_nothing(tmp_path: Path) -> None:
    one = series(write(tmp_path / "1", *LEVELS), *RATE)
    folder = write(tmp_path / "2", *LEVELS)
    (folder / "views.toml").write_text(VIEW, encoding="utf-8")
    two = series(folder, *RATE)
    assert at(one) == at(two)
    assert two["views"][0]["p5"] == pytest.approx(2.5e9)
    assert two["views"][0]["estimate_inside"] is True


def test_signed_money_has_a_width_and_finds_its_claims(tmp_path: Path) -> None:
    one = "b1,Acme,cash.burn,340M,USD,2024-H1,n/a,,leaked,actual,a,,2024-10-01,,,,"
    two = "b2,Acme,cash.burn,8B,USD,FY2025,n/a,,reported,actual,a,,2026-02-05,,,,"
    book = write(tmp_path / "b", one, two)
    low, middle, high = at(series(book, "Acme", "cash.burn", "--at", "FY2025"))
    assert 6e9 < middle < 8.5e9
    assert low < 0.95 * middle < 1.05 * middle < high
    smaller = [row.replace("340M", "340K").replace("8B", "8M") for row in (one, two)]
    scaled = at(series(write(tmp_path / "s", *smaller), "Acme", "cash.burn", "--at", "FY2025"))
    assert scaled[1] * 1e3 == pytest.approx(middle, rel=1e-6)


def test_more_statements_than_a_fit_takes_in_are_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crossbearing.fix.position.MOST_STATEMENTS", len(LEVELS) - 1)
    with pytest.raises(Refusal, match="4 independent statements are more than a fit takes in"):
        series(write(tmp_path / "b", *LEVELS), *RATE)


def test_deleting_a_claim_is_the_fit_without_it(tmp_path: Path) -> None:
    whole = at(series(write(tmp_path / "1", *LEVELS), *RATE))
    without = at(series(write(tmp_path / "2", *LEVELS[:2], LEVELS[3]), *RATE))
    shuffled = at(series(write(tmp_path / "3", LEVELS[3], LEVELS[1], LEVELS[0]), *RATE))
    assert shuffled == without  # to the byte: nothing is left of the claim, nor of the order
    assert abs(without[1] / whole[1] - 1) > 1e-4
    assert without[2] - without[0] > whole[2] - whole[0]


def test_money_raised_and_contracts_have_no_path_between_them(tmp_path: Path) -> None:
    rounds = (
        "n,Acme,funding.raised,400M,USD,2025-03-01,n/a,,filed,actual,c,,2026-05-10,,,,",
        "m,Acme,funding.raised,900M,USD,2026-02-01,n/a,,filed,actual,c,,2026-05-10,,,,",
    )
    with pytest.raises(Refusal, match="single transactions"):
        series(write(tmp_path, *LEVELS, *rounds), "Acme", "funding.raised", "--at", "2026-Q1")


def test_fits_cut_short_on_the_disk_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSBEARING_CACHE", str(tmp_path / "fits"))
    folder = write(tmp_path / "book", *LEVELS)
    before = series(folder, *RATE)
    kept = list((tmp_path / "fits").rglob("*.npz"))
    assert kept
    for path in kept:
        path.write_bytes(b"")
    assert series(folder, *RATE) == before
