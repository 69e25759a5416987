"""`xb measure adoption`: an adoption index from transactions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.measure.tables import TABLES, mapped, opened, reading_options, write
from crossbearing.cli.options import parse_date
from crossbearing.cli.output import print_json, print_rows, talk
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.gather.measure.run_adoption import AdoptionResult


@click.command("adoption")
@TABLES
@reading_options
@click.option(
    "--rules",
    "rules_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your vendor rules instead of the ones that ship.",
)
@click.option(
    "--route",
    "routes",
    multiple=True,
    type=click.Choice(["direct", "marketplace", "reseller", "gateway"]),
    help="Count only these ways of buying; may be repeated.",
)
@click.option(
    "--panel",
    type=click.Choice(["active", "span", "balanced"]),
    default="active",
    show_default=True,
    help="Who is asked: active in the month, between first and last row, or active in every month.",
)
@click.option(
    "--population",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSV industry,size,businesses to weight to; rows with one of both are margins.",
)
@click.option(
    "--by",
    "by",
    multiple=True,
    type=click.Choice(["industry", "size", "none"]),
    help="Break down by; both by default.",
)
@click.option(
    "--gap", default="", metavar="A:B", help="Two vendors whose gap is followed; the two largest by default."
)
@click.option(
    "--shock",
    type=click.FloatRange(0),
    help="Assumed monthly spread of the gap's closing, in points, for short series.",
)
@click.option(
    "--method",
    "version",
    default="v1",
    show_default=True,
    help="Version of your method, kept with every claim.",
)
@click.option(
    "--break",
    "breaks",
    multiple=True,
    metavar="MONTH=VERSION",
    help="The method changes in MONTH; series are not joined across it.",
)
def adoption(tables: tuple[Path, ...], **given: Any) -> None:
    """Share of businesses that pay each vendor, by month, industry and size, with confidence intervals.

    Columns: company, merchant, date, amount; optional item, currency, industry, size, employees, recorded, id.
    """
    from crossbearing.gather.measure.run_adoption import Wish, measure_adoption, pair_of
    from crossbearing.gather.measure.transactions import Reading
    from crossbearing.gather.measure.vendors import ROUTES, load_rules

    rules = load_rules(given["rules_file"])
    reading = Reading(
        mapped(given["columns"]),
        given["currency"],
        parse_date(given["as_of"], "--as-of"),
        given["routes"] or ROUTES,
    )
    wish = Wish(
        panel=given["panel"], population=given["population"], by=given["by"] or ("industry", "size"), gap=pair_of(given["gap"], rules),
        version=given["version"], breaks=_breaks(given["breaks"]), shock=given["shock"], seed=given["seed"],
    )  # fmt: skip
    with opened(given) as (engine, step):
        result = measure_adoption(engine, tables, rules, reading, wish, step)
    _print_adoption(result, given["form"])
    if given["out"] or given["into"]:
        note = f"{result.prepared.account.total} rows; vendor rules {rules.version} ({rules.digest}); {engine.name}"
        write(result.claims(), tables, given, reading.as_of, note)


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
    from crossbearing.gather.measure.run_adoption import headline

    if form == "json":
        print_json(result.as_json())
        return
    for line in result.prepared.account.as_lines():
        talk(line)
    for note in result.notes:
        if note not in result.prepared.account.notes:
            talk(f"  note: {note}")
    if form == "csv":
        print_rows([asdict(row) for row in result.index], "csv")
        return
    rows = headline(result)
    print_rows([{
        "vendor": row.vendor, "month": row.month, "share": f"{row.share:.1%}", "90_%_confidence": f"{row.low:.1%} to {row.high:.1%}",
        "payers": f"{row.payers:,}", "companies": f"{row.firms:,}",
    } for row in rows], "text", numeric=("share", "payers", "companies"))  # fmt: skip
    _print_gap(result)


def _print_gap(result: AdoptionResult) -> None:
    if result.gap is None or result.crossing is None:
        return
    from crossbearing.gather.measure.gap import crossing_words

    click.echo(f"\n{result.gap.leader} less {result.gap.follower}, points (90 % confidence)")
    print_rows([{
        "month": row["month"], "gap": f"{row['gap']:+.1f}", "from_to": f"{row['low']:+.1f} to {row['high']:+.1f}",
        "closing": f"{row['closing']:+.1f}" if "closing" in row else "",
    } for row in result.gap.rows()], "text", numeric=("gap", "closing"))  # fmt: skip
    click.echo(crossing_words(result.crossing, result.gap.months[-1]))
