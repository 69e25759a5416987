"""The command on books of a few lines: what it prints, what it refuses, and what it will not invent."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from tests.value.value_books import write_book

from crossbearing.cli import cli
from crossbearing.problems import CrossbearingError, Refusal, UsageError

CLAIMS = """
rr1,Acme,revenue.run_rate,9B,USD/yr,2025-12-31,gross,reported,actual,news,2026-01-05,
rr2,Acme,revenue.run_rate,30B,USD/yr,2026-04-07,gross,company,actual,news,2026-04-07,
rr3,Acme,revenue.run_rate,22B,USD/yr,2026-04,net,estimate,actual,news,2026-04-14,by=Brill; interested=yes
rr4,Acme,revenue.run_rate,45B,USD/yr,2026-05,unspecified,reported,actual,news,2026-05-29,
g1,Acme,valuation.round,380B,USD,2026-02-12,n/a,company,actual,news,2026-02-12,round=Series G; valuation_basis=post
g2,Acme,valuation.round,380B,USD,2026-01,n/a,reported,actual,news,2026-05-13,round=Series G
t1,Acme,valuation.talks,>900B,USD,2026-05,n/a,rumour,talks,news,2026-05-13,
m1,Acme,valuation.secondary,1T,USD,2026-05,n/a,reported,actual,news,2026-05-20,price_type=bid
i1,Acme,valuation.ipo_estimate,400B..500B,USD,2026-10,n/a,estimate,forecast,news,2026-05-13,by=bankers
x1,Acme,valuation.multiple,~42x,x,2026-02,unspecified,reported,derived,news,2026-04-08,scope=forward revenue
p1,Acme,compute.power_online,1.4GW,W,2026-04,n/a,reported,actual,news,2026-04-14,
"""
JUDGED = """
Acme.ipo_bull = 1T # USD
Acme.multiple.run_rate = 12 to 30 # x
Acme.multiple.operating_profit = 25 # x
Acme.market_revenue_at_end = 300B to 800B # USD/yr
Acme.secondary.opinion_dispersion = 20% to 40%
Acme.secondary.buyers_per_seller = 3 to 10 # count
Acme.shares_fully_diluted = 20B # count
ipo_dilution_share = 5% to 12%
margin.gross = 40% to 60%
"""
SPV = """
[vehicle]
name = "one layer"
share_class = "common"
[[layer]]
upfront_fee = "5%"
management_fee = "2%"
management_years = 2
carry = "20%"
carry_hurdle = "0%"
[holding]
class_discount = "15%"
rofr_probability = "20%"
rofr_cost = "1%"
void_probability = "2%"
void_recovery = "50%"
yearly_bill = "0%"
"""
LISTING = """
[listing]
date = 2026-10-15
currency = "USD"
price_low = 20
price_high = 25
shares_fully_diluted = "20B"
float_shares = "1B"
primary_shares = "0.8B"
holder_lockup_days = 180
[[class]]
shares = "15B"
[[class]]
shares = "5B"
[[lockup]]
days = 90
shares = "2B"
who = "staff"
[[lockup]]
days = 180
shares = "17B"
who = "investors"
"""
Write = Callable[..., Path]


def run(*words: str) -> Result:
    """The command in this process; a refusal is raised as the program would report it."""
    done = CliRunner().invoke(cli, list(words), standalone_mode=False)
    if isinstance(done.exception, CrossbearingError):
        raise done.exception
    assert done.exception is None, done.output
    return done


@pytest.fixture
def folder_of(tmp_path: Path) -> Write:
    """Writes a book and gives its folder."""
    return lambda **parts: write_book(tmp_path / "book", **parts)


@pytest.fixture
def folder(folder_of: Write) -> str:
    return str(folder_of(claims=CLAIMS, assumptions=JUDGED))


def valued(folder: str, *words: str) -> dict[str, Any]:
    return dict(
        json.loads(
            run("value", "Acme", "--book", folder, "--format", "json", "--revenue", "claims", *words).stdout
        )
    )


def figure(found: dict[str, Any], name: str) -> dict[str, Any]:
    return dict(next(f for f in found["figures"] if f["id"] == f"acme.value.{name}"))


def test_kinds_of_price_are_typed_and_never_merged(folder: str) -> None:
    tape = {row["id"]: row for row in valued(folder)["tape"]}
    assert {k: row["type"] for k, row in tape.items()} == {
        "g1": "priced round",
        "t1": "talks",
        "m1": "bid",
        "i1": "banker's view of a listing",
    }
    assert tape["g1"]["claims"] == ["g1", "g2"]
    assert tape["g1"]["valuation_basis"] == "post"
    assert tape["t1"]["valuation_basis"] == "not stated"
    assert tape["g1"]["stale"]
    assert not tape["t1"]["stale"]
    assert [k for k, row in tape.items() if row["paid"]] == ["g1"]


def test_a_multiple_shows_both_dates_and_says_when_it_is_synthetic(folder: str) -> None:
    cells = {(c["price"], c["revenue"]): c for c in valued(folder)["multiples"]}
    stale = cells["g1", "run rate, gross, 2026-04-07"]
    assert stale["synthetic"]
    assert "2026-02-12" in stale["label"]
    assert "2026-04-07" in stale["label"]
    fresh = cells["t1", "run rate, basis not stated, 2026-05"]
    assert not fresh["synthetic"]
    assert "spot" in fresh["label"]


def test_the_bound_of_talks_stays_a_bound(folder: str) -> None:
    found = valued(folder)
    ratio = figure(found, "multiple.t1.run_rate.rr4")
    assert ratio["text"] == ">20.0x"
    assert ratio["low"] is None
    assert ratio["claims"] == ["rr4", "t1"]


def test_a_run_rate_is_not_forward_revenue(folder: str) -> None:
    (row,) = valued(folder)["claimed_multiples"]
    assert row["fits"]
    assert "spot" in row["verdict"]
    assert "synthetic" in row["verdict"]


def test_every_figure_reaches_a_claim_or_an_assumption(folder: str, tmp_path: Path) -> None:
    (tmp_path / "spv.toml").write_text(SPV)
    (tmp_path / "ipo.toml").write_text(LISTING)
    words = ("--structure", str(tmp_path / "spv.toml"), "--listing", str(tmp_path / "ipo.toml"))
    found = valued(folder, "--entry", "900B", "--hold", "17m", *words)
    assert len(found["figures"]) > 100
    for row in found["figures"]:
        assert row["claims"] or row["assumptions"] or row["needs"], row["id"]
        assert (row["value"] is None) == bool(row["needs"]), row["id"]
    ids = [row["id"] for row in found["figures"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("name", "blocked"),
    [
        ("Acme.ipo_bull", "odds.ipo_bull.price.i1.low"),
        ("ipo_dilution_share", "payoff.price.i1.low.diluted"),
        ("Acme.multiple.operating_profit", "margin"),
        ("Acme.secondary.buyers_per_seller", "secondary.scarcity_premium"),
        ("Acme.shares_fully_diluted", "per_share"),
        ("Acme.market_revenue_at_end", "share"),
    ],
)
def test_removing_an_assumption_leaves_a_need_not_another_number(
    folder_of: Write, name: str, blocked: str
) -> None:
    without = "\n".join(line for line in JUDGED.splitlines() if not line.startswith(name))
    whole = valued(str(folder_of(claims=CLAIMS, assumptions=JUDGED)), "--entry", "900B", "--hold", "11m")
    found = valued(str(folder_of(claims=CLAIMS, assumptions=without)), "--entry", "900B", "--hold", "11m")
    needy = [f for f in found["figures"] if name.removeprefix("Acme.") in f["needs"]]
    assert needy
    assert any(blocked in f["id"] or blocked in f["label"] for f in needy)
    assert all(f["value"] is None and f["text"].startswith("not computable: needs") for f in needy)
    had = {f["id"]: f for f in whole["figures"]}
    kept = [f for f in found["figures"] if f["value"] is not None]
    assert all(f["value"] == had[f["id"]]["value"] for f in kept if f["id"] in had)


def test_the_vehicle_is_a_stack_of_costs(folder: str, tmp_path: Path) -> None:
    path = tmp_path / "spv.toml"
    path.write_text(SPV)
    found = valued(folder, "--entry", "900B", "--hold", "17m", "--structure", str(path))
    fees = 900e9 / (1 - 0.05 - 0.02 * 2)
    rofr = fees * (1 + 0.01 * 0.2 / 0.8)
    effective = rofr * (1 - 0.02 * 0.5) / (1 - 0.02)
    assert figure(found, "stack.fees")["value"] == pytest.approx(fees)
    assert figure(found, "stack.effective")["value"] == pytest.approx(effective)
    assert figure(found, "stack.like_for_like")["value"] == pytest.approx(effective / 0.85)
    share = figure(found, "stack.effective.per_share")
    assert share["value"] == pytest.approx(effective / 20e9)
    assert share["unit"] == "USD/share"
    assert any(a.endswith("layer 1.carry") for a in figure(found, "payoff.ipo_bull.net")["assumptions"])


def test_a_missing_fee_is_needed_not_zero(folder: str, tmp_path: Path) -> None:
    path = tmp_path / "spv.toml"
    path.write_text(SPV.replace('carry = "20%"\n', ""))
    found = valued(folder, "--entry", "900B", "--hold", "17m", "--structure", str(path))
    assert (
        figure(found, "payoff.ipo_bull.net")["text"] == "not computable: needs carry in [layer 1] of spv.toml"
    )
    assert figure(found, "payoff.ipo_bull.undiluted")["text"] == "+11.1%"


def test_listing_day_from_price_range_float_and_lock_ups(folder: str, tmp_path: Path) -> None:
    path = tmp_path / "ipo.toml"
    path.write_text(LISTING)
    found = valued(folder, "--entry", "900B", "--listing", str(path))
    assert figure(found, "listing.value.low")["value"] == pytest.approx(400e9)
    assert figure(found, "listing.value.high")["value"] == pytest.approx(500e9)
    assert figure(found, "payoff.listing.value.low.undiluted")["text"] == "−55.6%"
    days = (180 + 139) / 365.25
    yearly = (400e9 / 900e9 * (1 - 0.04)) ** (1 / days) - 1
    assert figure(found, "payoff.listing.value.low.annualised")["value"] == pytest.approx(yearly, rel=1e-6)
    text = run(
        "value", "Acme", "--book", folder, "--revenue", "claims", "--entry", "900B", "--listing", str(path)
    ).stdout
    assert "staff" in text
    assert "100.0% saleable" in text


def test_an_entry_may_be_a_price_a_share_or_a_price_of_the_tape(folder: str) -> None:
    by_share = valued(folder, "--entry", "45/share", "--hold", "11m")
    assert figure(by_share, "payoff.price.i1.low.undiluted")["text"] == "−55.6%"
    by_claim = valued(folder, "--entry", "t1", "--hold", "11m")
    row = figure(by_claim, "payoff.price.i1.low.undiluted")
    assert "t1" in row["claims"]
    assert row["text"] == "<−55.6%"
    assert figure(by_claim, "odds.ipo_bull.price.i1.middle.zero_undiluted")["text"] == ">81.8%"


def test_what_is_not_known_yet_is_refused(folder: str) -> None:
    with pytest.raises(Refusal, match="not yet known"):
        run(
            "value",
            "Acme",
            "--book",
            folder,
            "--revenue",
            "claims",
            "--at",
            "2026-05-29",
            "--as-of",
            "2026-04-14",
        )


def test_the_world_as_known_then(folder: str) -> None:
    found = valued(folder, "--as-of", "2026-04-14")
    assert [row["id"] for row in found["tape"]] == ["g1"]
    assert not any("rr4" in f["claims"] for f in found["figures"])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("900B EUR", "currencies differ"),
        ("0", "not above zero"),
    ],
)
def test_impossible_entries_are_refused(folder: str, text: str, what: str) -> None:
    with pytest.raises(Refusal, match=what):
        run("value", "Acme", "--book", folder, "--revenue", "claims", "--entry", text)


@pytest.mark.parametrize(
    "words", [("--entry", "lots"), ("--hold", "soon"), ("--assume", "x"), ("--until", "2020-01-01")]
)
def test_wrong_use_names_the_right_form(folder: str, words: tuple[str, str]) -> None:
    with pytest.raises(UsageError) as fault:
        run("value", "Acme", "--book", folder, "--revenue", "claims", *words)
    assert fault.value.mend


def test_an_unpriced_round_is_refused_as_an_entry_and_shown_as_unpriced(folder_of: Write) -> None:
    table = "series-h,Acme,Series H,2026-05-28,,,,65B USD,,unspecified,,,,,closed,g1"
    found = str(
        folder_of(
            claims=CLAIMS.replace("g1,Acme", "gx,Acme"),
            captable=table.replace(",g1", ",rr2"),
            assumptions=JUDGED,
        )
    )
    assert "unpriced" in run("value", "Acme", "--book", found, "--revenue", "claims").stdout
    with pytest.raises(Refusal, match="no price"):
        run("value", "Acme", "--book", found, "--revenue", "claims", "--entry", "series-h")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"5%"', '"105%"', "spv.toml:6:1"),
        ("upfront_fee", "upfrnt_fee", "spv.toml:6:1"),
        ('"5%"', '"96%"', "spv.toml:6:1"),
        ("[vehicle]", "[vehicle", "spv.toml:2"),
        ('carry = "20%"', "carry = [1]", "spv.toml:9:1"),
    ],
)
def test_a_bad_structure_names_its_line(folder: str, tmp_path: Path, old: str, new: str, where: str) -> None:
    path = tmp_path / "spv.toml"
    path.write_text(SPV.replace(old, new))
    with pytest.raises(UsageError, match=where.replace(".", r"\.")):
        run(
            "value",
            "Acme",
            "--book",
            folder,
            "--revenue",
            "claims",
            "--entry",
            "900B",
            "--structure",
            str(path),
        )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('shares = "5B"', 'shares = "4B"', "add up to 19,000,000,000"),
        ("price_low = 20", "price_low = 30", "upside down"),
        ('shares = "17B"', 'shares = "18B"', "exceed"),
        ("date = 2026-10-15", 'date = "soon"', "as a date"),
    ],
)
def test_a_bad_listing_is_refused(folder: str, tmp_path: Path, old: str, new: str, what: str) -> None:
    path = tmp_path / "ipo.toml"
    path.write_text(LISTING.replace(old, new))
    with pytest.raises(UsageError, match=what):
        run(
            "value",
            "Acme",
            "--book",
            folder,
            "--revenue",
            "claims",
            "--entry",
            "900B",
            "--listing",
            str(path),
        )


CAP = """
common,Acme,Common,2020-01-01,common,,60M,,,,,,,,closed,
a,Acme,Series A,2021-01-01,preferred a,1 USD/share,30M,30M USD,,,1,none,none,,closed,
g,Acme,Series G,2026-02-12,preferred g,3000 USD/share,10M,30B USD,380B USD,post,1,none,1.2x,{fully},closed,g1
"""


def test_late_terms_take_from_common_at_a_low_listing(folder_of: Write) -> None:
    found = valued(str(folder_of(claims=CLAIMS, captable=CAP.format(fully="100M"), assumptions=JUDGED)))
    low = {i: figure(found, f"share_out.listing.price.i1.low.{i}")["value"] for i in range(3)}
    assert sum(low.values()) == pytest.approx(400e9)
    assert low[2] == pytest.approx(40e9)
    sale = figure(found, "share_out.sale.price.i1.low.0")
    assert sale["value"] == pytest.approx(240e9)
    assert "captable g" in sale["assumptions"]


def test_a_binding_ratchet_is_made_good_in_new_shares(folder_of: Write) -> None:
    table = CAP.format(fully="100M").replace("1.2x", "2x")
    found = valued(str(folder_of(claims=CLAIMS, captable=table, assumptions=JUDGED)))
    price = (400e9 - 60e9) / 90e6
    new = figure(found, "share_out.listing.price.i1.low.2.new_shares")
    assert new["value"] == pytest.approx(60e9 / price - 10e6)
    assert figure(found, "share_out.listing.price.i1.low.0.per_share")["value"] == pytest.approx(price)


def test_supposed_growth_is_carried_on_to_what_it_would_mean(folder_of: Write) -> None:
    said = (
        CLAIMS
        + "gm,Acme,revenue.growth_multiple,10x,x,2026-01..2028-12,unspecified,reported,hypothetical,news,2026-05-13,step=a year\n"
    )
    text = run("value", "Acme", "--book", str(folder_of(claims=said)), "--revenue", "claims").stdout
    assert "after 1 year at 10.0x a year: $450bn/yr" in " ".join(text.split())
    assert "after 2 years at 10.0x a year: $4.5tn/yr" in " ".join(text.split())


def test_classes_that_do_not_add_up_are_refused(folder_of: Write) -> None:
    found = str(folder_of(claims=CLAIMS, captable=CAP.format(fully="120M"), assumptions=JUDGED))
    with pytest.raises(Refusal, match="add up to 100,000,000"):
        run("value", "Acme", "--book", found, "--revenue", "claims")


def test_revenue_of_the_position_gives_medians_of_per_draw_ratios(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSBEARING_CACHE", str(tmp_path / "fits"))
    done = run("value", "Acme", "--book", folder, "--format", "json")
    found = json.loads(done.stdout)
    series = run(
        "series",
        "Acme",
        "revenue.run_rate",
        "--basis",
        "gross",
        "--at",
        "2026-02-12",
        "--book",
        folder,
        "--format",
        "json",
    )
    p5, p50, p95 = (json.loads(series.stdout)["points"][0][q] for q in ("p5", "p50", "p95"))
    cell = next(
        c for c in found["multiples"] if c["own_day"] and c["price"] == "g1" and "gross" in c["revenue"]
    )
    assert not cell["synthetic"]
    ratio = next(f for f in found["figures"] if f["id"] == cell["multiple"])
    assert ratio["value"] == pytest.approx(380e9 / p50, rel=0.01)
    assert (ratio["low"], ratio["high"]) == pytest.approx((380e9 / p95, 380e9 / p5), rel=0.02)
    assert ratio["interval_kind"] == "credible"
    assert ratio["formula"].startswith("median of per-draw ratios")
    assert {"g1", "rr2"} <= set(ratio["claims"])
    assert "own day" in run("value", "Acme", "--book", folder).stdout


@pytest.mark.parametrize("words", [("value", "Acme"), ("compare", "Acme", "Brill")])
def test_outputs_follow_their_schemas(folder: str, words: tuple[str, ...]) -> None:
    schema = json.loads(run("schema", words[0]).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    extra = ("--entry", "900B", "--hold", "11m") if words[0] == "value" else ()
    done = run(*words, "--book", folder, "--format", "json", "--revenue", "claims", *extra)
    jsonschema.validate(json.loads(done.stdout), schema)


def test_the_ladder_stands_against_the_entry(folder: str) -> None:
    found = valued(folder, "--entry", "900B", "--hold", "11m")
    assert figure(found, "rung.price.g1")["text"] == "−58%"
    assert figure(found, "rung.price.m1")["text"] == "+11%"
    assert figure(valued(folder), "rung.price.m1")["text"] == "+163%"


def test_a_private_claim_makes_its_figures_private(folder_of: Write) -> None:
    path = folder_of(claims=CLAIMS, assumptions=JUDGED)
    table = path / "claims.csv"
    table.write_text(
        table.read_text()
        .replace("rr4,Acme", "rr4,Acme")
        .replace("2026-05-29,,,,,,", "2026-05-29,,,,,private,", 1)
    )
    found = valued(str(path))
    assert found["visibility"] == "private"
    assert figure(found, "multiple.t1.run_rate.rr4")["visibility"] == "private"
    assert not any("rr4" in f["claims"] for f in valued(str(path), "--visibility", "public")["figures"])


def test_csv_is_one_row_a_figure(folder: str) -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(
                run("value", "Acme", "--book", folder, "--revenue", "claims", "--format", "csv").stdout
            )
        )
    )
    assert {"id", "value", "interval_kind", "formula", "claims", "assumptions", "needs"} <= set(rows[0])
    kinds = {r["interval_kind"] for r in rows if r["low"]}
    assert kinds <= {"claim_range", "credible"}
    assert "claim_range" in kinds


def test_charts_are_drawn_with_their_source_line(folder: str, tmp_path: Path) -> None:
    run(
        "value",
        "Acme",
        "--book",
        folder,
        "--entry",
        "900B",
        "--hold",
        "17m",
        "--charts",
        str(tmp_path / "out"),
    )
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == [f"{n}.{e}" for n in ("football-field", "multiples", "pay-off") for e in ("png", "svg")]
    assert (tmp_path / "out" / "pay-off.png").read_bytes().startswith(b"\x89PNG")
    drawing = (tmp_path / "out" / "football-field.svg").read_text()
    assert "Sources: News" in drawing
    assert "known by 2026-05-29" in drawing


def test_the_same_seed_gives_the_same_figures(folder: str) -> None:
    assert valued(folder, "--seed", "5") == valued(folder, "--seed", "5")


def test_a_price_in_another_currency_is_set_aside_and_named_and_the_rest_is_valued(tmp_path: Path) -> None:
    """A blog that prints dollars for the book's euros must not keep the company from being valued."""
    rows = """
rr1,Acme,revenue.run_rate,2B,USD/yr,2026-03-31,gross,company,actual,news,2026-04-07,
g1,Acme,valuation.round,12B,USD,2026-03-20,n/a,company,actual,news,2026-03-21,valuation_basis=post
g2,Acme,valuation.round,12B,EUR,2026-03-20,n/a,reported,actual,news,2026-03-25,valuation_basis=post
"""
    book = write_book(tmp_path / "two monies", rows)
    result = CliRunner().invoke(
        cli, ["value", "Acme", "--book", str(book), "--revenue", "claims", "--format", "json"]
    )
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert [r["id"] for r in document["tape"]] == ["g1"]
    values = {f["id"]: f["value"] for f in document["figures"]}
    assert {values[m["multiple"]] for m in document["multiples"]} == {6.0}
    assert any("g2" in u["label"] and "exchange rate" in u["needs"] for u in document["not_computable"])


def test_a_round_told_before_and_after_the_money_is_one_price(tmp_path: Path) -> None:
    """5.8 before and 0.6 raised is 6.4 after: one row, and no premium of the round over itself."""
    rows = """
rr1,Acme,revenue.run_rate,2B,USD/yr,2026-03-31,gross,company,actual,news,2026-04-07,
g1,Acme,valuation.round,6.4B,USD,2026-03-20,n/a,company,actual,news,2026-03-21,round=F; valuation_basis=post
g2,Acme,valuation.round,5.8B,USD,2026-03-20,n/a,reported,actual,news,2026-03-25,round=F; valuation_basis=pre
f1,Acme,funding.raised,600M,USD,2026-03-20,n/a,company,actual,news,2026-03-21,round=F
"""
    book = write_book(tmp_path / "book", rows)
    asked = ["value", "Acme", "--book", str(book), "--revenue", "claims", "--format", "json"]
    document = json.loads(CliRunner().invoke(cli, asked).stdout)
    assert [(r["id"], r["claims"]) for r in document["tape"]] == [("g1", ["g1", "g2"])]
    rows = rows.replace(",600M,", ",900M,")
    write_book(tmp_path / "book", rows)
    document = json.loads(CliRunner().invoke(cli, asked).stdout)
    assert [r["id"] for r in document["tape"]] == ["g1", "g2"], "5.8 and 0.9 are not 6.4: both stay"
