"""What the measuring commands print for programs follows its schema; ways of buying and gaps by hand."""

import json
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from crossbearing.cli import cli
from crossbearing.gather.measure.samples import write_sample
from crossbearing.gather.measure.vendors import ROUTES
from crossbearing.vocabulary.interval import IntervalKind


def printed(*words: object) -> dict[str, object]:
    done = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def schema(name: str) -> dict[str, object]:
    found = printed("schema", name)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


@pytest.mark.parametrize("sections", [[], ["--section", "none"]])
def test_adoption_follows_its_schema(tmp_path: Path, sections: list[str]) -> None:
    table = tmp_path / "spend.parquet"
    write_sample("adoption", table, 8000, 5, 1, lambda _: None)
    found = printed("measure", "adoption", table, "--format", "json", *sections)
    jsonschema.validate(found, schema("measure-adoption"))
    assert found["interval_kind"] == IntervalKind.CONFIDENCE
    assert ("money" in found) is not bool(sections)


@pytest.mark.parametrize("months", [2, 15])
def test_revenue_follows_its_schema(tmp_path: Path, months: int) -> None:
    table = tmp_path / "ledger.parquet"
    write_sample("revenue", table, 6000, months, 1, lambda _: None)
    found = printed("measure", "revenue", table, "--format", "json")
    jsonschema.validate(found, schema("measure-revenue"))
    spread: dict[str, float] = found["concentration"]  # type: ignore[assignment]
    channels: list[dict[str, float]] = found["channels"]  # type: ignore[assignment]
    assert spread["total"] == pytest.approx(sum(row["gross"] for row in channels))


def test_the_published_gap_follows_its_schema() -> None:
    found = printed("measure", "gap", "OpenAI", "Anthropic", "--as-of", "2026-04-14", "--format", "json")
    jsonschema.validate(found, schema("measure-gap"))


def test_ways_of_buying_by_hand(tmp_path: Path) -> None:
    """a buys in two ways, b through a shop and has it refunded, c directly."""
    table = tmp_path / "t.csv"
    table.write_text(
        "company,merchant,item,date,amount\n"
        "a,ANTHROPIC,,2026-01-03,10\na,AWS MARKETPLACE,Anthropic Claude,2026-01-04,20\n"
        "b,AWS MARKETPLACE,Anthropic Claude,2026-01-04,5\nb,AWS MARKETPLACE,Anthropic Claude,2026-01-09,-5\n"
        "c,ANTHROPIC,,2026-01-05,7\n"
    )
    found = printed("measure", "adoption", table, "--format", "json", "--route", "direct")
    rows: list[dict[str, object]] = found["routes"]  # type: ignore[assignment]
    assert {(r["route"], r["payers"], r["money"]) for r in rows} == {
        ("direct", 2, 17.0),
        ("marketplace", 1, 20.0),
    }
    assert {str(r["route"]) for r in rows} <= set(ROUTES)
    text = CliRunner().invoke(cli, ["measure", "adoption", str(table)], catch_exceptions=False).stdout
    assert "marketplace" in text


def test_a_gap_nobody_tells_apart_is_not_sure(tmp_path: Path) -> None:
    """Forty companies that all pay both: the gap is nought, and Agresti and Min's half-companies give its error."""
    table = tmp_path / "t.csv"
    lines = [
        f"c{i},{m},2026-0{k}-03,9\n" for i in range(40) for m in ("ANTHROPIC", "OPENAI") for k in (1, 2, 3, 4)
    ]
    table.write_text("company,merchant,date,amount\n" + "".join(lines))
    found = printed("measure", "adoption", table, "--format", "json")
    gap: dict[str, list[dict[str, float]]] = found["gap"]  # type: ignore[assignment]
    assert gap["months"][-1]["high"] == pytest.approx(1.6448536 * 100 / 42)
    crossing: dict[str, float] = found["crossing"]  # type: ignore[assignment]
    assert 0.4 < crossing["already"] < 0.6


def test_a_ledger_with_usage_and_prices(tmp_path: Path) -> None:
    ledger = tmp_path / "l.csv"
    days = [date(2026, 1, 1) + timedelta(d) for d in range(90)]
    ledger.write_text(
        "customer,date,amount,usage,price\n"
        + "".join(f"a,{d},{11 if d.day == 5 else 10},5,2\n" for d in days)
    )
    done = CliRunner().invoke(
        cli, ["measure", "revenue", str(ledger), "--at", "2026-06-30"], catch_exceptions=False
    )
    assert "in 3 rows usage x price is not the amount" in done.stderr
    assert "the ledger ends on 2026-03-31, 91 days before the measurement" in done.stderr


def test_the_screen_shows_every_section_of_the_last_month(tmp_path: Path) -> None:
    """Each section that JSON prints stands on the screen too, with its figures of the last month; none asks for none."""
    table = tmp_path / "spend.parquet"
    write_sample("adoption", table, 20_000, 6, 1, lambda _: None)
    found: dict[str, list[dict[str, object]]] = printed("measure", "adoption", table, "--format", "json")  # type: ignore[assignment]
    screen = CliRunner().invoke(cli, ["measure", "adoption", str(table)], catch_exceptions=False).stdout
    blocks = {part.split("\n", 1)[0].split(",")[0]: part for part in screen.split("\n\n")}
    last = max(str(row["month"]) for row in found["money"])
    paid = max(
        (row for row in found["money"] if row["month"] == last), key=lambda row: float(str(row["dollars"]))
    )
    assert f"{float(str(paid['dollars'])):,.0f}" in blocks["Money"].split("\n")[2]
    both = max(
        (row for row in found["overlap"] if row["month"] == last), key=lambda row: int(str(row["both"]))
    )
    assert f"{both['both']:,}" in blocks["Paying both of two vendors"].split("\n")[2]
    kept = next(row for row in found["moves"] if row["month"] == last and row["vendor"] == "OpenAI")
    line = next(line for line in blocks["Since the month before"].split("\n") if line.startswith("OpenAI"))
    assert line.split()[1:] == [f"{kept[name]:,}" for name in ("kept", "gained", "entered", "lost", "left")]
    share = next(
        row
        for row in found["index"]
        if row["month"] == last and row["size"] == "size-1" and row["vendor"] == "OpenAI"
    )
    assert f"{float(str(share['share'])):.1%}" in blocks["Share of businesses by size"]
    for title in (
        "Share of businesses by industry",
        "First-time buyers",
        "Stopped paying one and started paying another",
    ):
        assert title in blocks
    short = ["measure", "adoption", str(table), "--section", "none", "--by", "none"]
    assert "Money" not in CliRunner().invoke(cli, short, catch_exceptions=False).stdout
