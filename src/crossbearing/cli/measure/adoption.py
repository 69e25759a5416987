"""`xb measure adoption`: an adoption index from transactions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.measure.tables import PATH, mapped, opened, table_options, write
from crossbearing.cli.options import parse_date
from crossbearing.cli.output import print_json, print_rows, talk
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.gather.measure.run_adoption import AdoptionResult

SECTIONS = (
    "none", "money", "routes", "moves", "switching", "overlap", "homing", "first_buyers", "completeness", "copies",
)  # fmt: skip

TEXTS = {"vendor", "other", "industry", "size", "from", "to"}

OWN = (
    click.option("--as-of", "as_of", metavar="DATE", help="Use only what was recorded by then (needs the column `recorded`)."),
    click.option("--rules", "rules_file", type=PATH, metavar="FILE", help="Your vendor rules instead of the ones that ship."),
    click.option("--route", "routes", multiple=True, type=click.Choice(["direct", "marketplace", "reseller", "gateway"]), help="Count only these ways of buying; may be repeated."),
    click.option("--panel", type=click.Choice(["active", "span", "balanced"]), default="active", show_default=True, help="Who is asked: active in the month, between first and last row, or active in every month."),
    click.option("--roster", type=PATH, metavar="FILE", help="The panel's companies (company; optional entry, leaving, industry, size, employees): they count in quiet months too."),
    click.option("--population", type=PATH, metavar="FILE", help="CSV industry,size,businesses to weight to; rows with one of both are margins."),
    click.option("--by", "by", multiple=True, type=click.Choice(["industry", "size", "none"]), help="Break down by; both by default."),
    click.option("--gap", default="", metavar="A:B", help="Two vendors whose gap is followed; the two largest by default."),
    click.option("--shock", type=click.FloatRange(0), help="Assumed monthly spread of the gap's closing, in points, for short series."),
    click.option("--section", "sections", multiple=True, type=click.Choice(SECTIONS), help="What to add to the index; everything by default, none is quickest."),
    click.option("--seed", type=click.IntRange(0), default=20260529, show_default=True, help="Of the draws behind the cross-over."),
    click.option("--break", "breaks", multiple=True, metavar="MONTH=VERSION", help="The method changes in MONTH; series are not joined across it."),
)  # fmt: skip


@click.command("adoption")
@table_options(*OWN)
def adoption(tables: tuple[Path, ...], **given: Any) -> None:
    """Share of businesses that pay each vendor, by month, industry and size, with confidence intervals.

    Columns: company, merchant, date, amount; optional item, currency, industry, size, employees, recorded, id.
    """
    from crossbearing.gather.measure.run_adoption import SECTIONS as ALL
    from crossbearing.gather.measure.run_adoption import Wish, measure_adoption, pair_of
    from crossbearing.gather.measure.transactions import Reading
    from crossbearing.gather.measure.vendors import ROUTES, load_rules

    if given["roster"] and given["panel"] != "active":
        raise UsageError(
            "--roster and --panel exclude each other", "the roster is the panel", "leave one out"
        )
    rules = load_rules(given["rules_file"])
    reading = Reading(
        mapped(given["columns"]),
        given["currency"],
        parse_date(given["as_of"], "--as-of"),
        given["routes"] or ROUTES,
        given["roster"],
        given["negate"],
    )
    wish = Wish(
        panel=given["panel"], population=given["population"], by=given["by"] or ("industry", "size"), gap=pair_of(given["gap"], rules),
        version=given["version"], breaks=_breaks(given["breaks"]), shock=given["shock"], seed=given["seed"],
        sections=tuple(name for name in given["sections"] if name != "none") if given["sections"] else ALL,
    )  # fmt: skip
    with opened(given) as (engine, step):
        result = measure_adoption(engine, tables, rules, reading, wish, step)
    _print_adoption(result, given["form"])
    if given["out"] or given["into"]:
        note = f"{result.prepared.account.total} rows; vendor rules {rules.version} ({rules.digest}); {engine.name}"
        write(
            result.claims(),
            tables,
            given,
            reading.as_of or min(result.last_day, datetime.now(UTC).date()),
            note,
        )


def _breaks(pairs: tuple[str, ...]) -> dict[int, str]:
    from crossbearing.gather.measure.columns import month_number

    breaks = {}
    for pair in pairs:
        month, equals, version = pair.partition("=")
        try:
            day = date.fromisoformat(f"{month.strip()}-01")
        except ValueError as fault:
            raise UsageError(f"--break {pair!r} names no month", "", "write --break 2026-02=v2") from fault
        if not equals or not version.strip():
            raise UsageError(f"--break {pair!r} names no version", "", "write --break 2026-02=v2")
        breaks[month_number(day.year, day.month)] = version.strip()
    return breaks


def _print_adoption(result: AdoptionResult, form: str) -> None:
    from crossbearing.gather.measure.adoption_text import account_lines, gap_rows, headline_rows, tables

    if form == "json":
        print_json(result.as_json())
        return
    for line in account_lines(result):
        talk(line)
    if form == "csv":
        print_rows([asdict(row) for row in result.index], "csv")
        return
    rows = headline_rows(result)
    print_rows(rows, "text", numeric=("share", "payers", "companies"))
    if not rows:
        click.echo("no company paid a listed vendor in any month")
    if result.gap is not None and result.lead is not None:
        from crossbearing.gather.measure.lead import crossing_words, lead_words

        click.echo(f"\n{result.gap.leader} less {result.gap.follower}, points (90 % confidence)")
        print_rows(gap_rows(result), "text", numeric=("gap", "closing"))
        lines = lead_words(result.lead, "sampling error")
        if result.crossing is not None:
            lines += crossing_words(result.crossing, result.lead)
        click.echo("\n".join(lines))
    for title, rows in tables(result):
        click.echo(f"\n{title}")
        print_rows(rows, "text", numeric=[name for name in rows[0] if name not in TEXTS])
