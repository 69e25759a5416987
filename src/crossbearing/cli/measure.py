"""`xb measure`: claims from transactions and sales ledgers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, parse_date, shared_options
from crossbearing.cli.output import print_json, print_rows, talk
from crossbearing.pipeline import open_book
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.gather.measure.claims import Measured, TableSource
    from crossbearing.gather.measure.run_adoption import AdoptionResult
    from crossbearing.gather.measure.run_revenue import RevenueResult

Callback = Callable[..., Any]
TABLES = click.argument(
    "tables", metavar="TABLE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)


@click.group("measure")
def command() -> None:
    """Claims from tables of transactions (adoption) and sales ledgers (revenue)."""


def reading_options(function: Callback) -> Callback:
    """The options by which tables are read and results kept."""
    for option in (
        click.option(
            "--column",
            "columns",
            multiple=True,
            metavar="NAME=YOURS",
            help="Which of your columns is NAME; may be repeated.",
        ),
        click.option(
            "--currency",
            default="",
            metavar="CODE",
            help="Whose money to add where the table mixes currencies.",
        ),
        click.option(
            "--as-of",
            "as_of",
            metavar="DATE",
            help="Use only what was recorded by then (needs the column `recorded`).",
        ),
        click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True),
        click.option(
            "--memory",
            default="",
            metavar="SIZE",
            help="Most memory, such as 1GB; beyond it the engine spills to disk.",
        ),
        click.option("--threads", type=click.IntRange(0), default=0, help="Threads, 0 for all cores."),
        click.option(
            "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Write the measured claims as a small book, to lay over yours with --with.",
        ),
        click.option("--seed", type=click.IntRange(0), default=20260529, show_default=True),
    ):
        function = option(function)
    return function


@command.command("adoption")
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
        _mapped(given["columns"]),
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
    if given["out"]:
        note = f"{result.prepared.account.total} rows; vendor rules {rules.version} ({rules.digest}); {engine.name}"
        _write(result.claims(), tables, given, reading.as_of, note)


@contextmanager
def opened(given: dict[str, Any]) -> Iterator[tuple[Any, Callable[[str], None]]]:
    """The engine and a reporter of steps, shown as a progress line where stderr is a terminal."""
    from crossbearing.gather.measure.engines import open_engine

    engine = open_engine(given["engine"], memory=given["memory"], threads=given["threads"])
    try:
        with steps() as step:
            yield engine, step
    finally:
        engine.close()


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Names the step under way with the time it takes; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("starting", total=None)
        yield lambda text: progress.update(task, description=text)


def _mapped(pairs: tuple[str, ...]) -> dict[str, str]:
    mapped = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name or not column:
            raise UsageError(
                f"--column {pair!r} is no NAME=YOURS", "", "write --column company=customer_number"
            )
        mapped[name.strip()] = column.strip()
    return mapped


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
    if form == "csv":
        print_rows([asdict(row) for row in result.index], "csv")
        return
    for line in result.prepared.account.as_lines():
        talk(line)
    for note in result.notes:
        if note not in result.prepared.account.notes:
            talk(f"  note: {note}")
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


def _write(
    found: list[Measured], tables: tuple[Path, ...], given: dict[str, Any], as_of: date | None, note: str
) -> None:
    from crossbearing.gather.measure.claims import claim_rows, table_source, write_overlay

    source: TableSource = table_source(tables, as_of or datetime.now(UTC).date(), note=note)
    rows = claim_rows(found, source)
    write_overlay(given["out"], rows, source, {row["entity"]: "company" for row in rows})
    talk(f"{len(rows)} claims in {given['out']}: lay them over your book with --with {given['out']}")


@command.command("revenue")
@TABLES
@reading_options
@click.option(
    "--at",
    "at",
    metavar="DATE",
    help="Date of the measurement; the end of the last complete month by default.",
)
@click.option(
    "--policy", type=click.Path(path_type=Path), metavar="FILE", help="TOML: principal or agent by channel."
)
@click.option("--entity", default="", metavar="NAME", help="Whose ledger it is; needed to write claims.")
@click.option(
    "--method",
    "version",
    default="ledger-v1",
    show_default=True,
    help="Version of your method, kept with every claim.",
)
def revenue(tables: tuple[Path, ...], **given: Any) -> None:
    """The metrics of a filing from a sales ledger: run rates, recognised revenue gross and net, cohorts, retention.

    Columns: customer, date, amount; optional product, channel, kind, usage, price, fee, currency, start, end, signed, id.
    """
    from crossbearing.gather.measure.ledger import LedgerReading
    from crossbearing.gather.measure.policy import read_policy
    from crossbearing.gather.measure.revenue_claims import revenue_claims
    from crossbearing.gather.measure.run_revenue import measure_revenue

    if given["out"] and not given["entity"]:
        raise UsageError("--out needs --entity", "a claim is about somebody", "add --entity NAME")
    at = parse_date(given["at"] or given["as_of"], "--at")
    policy = read_policy(given["policy"])
    with opened(given) as (engine, step):
        result = measure_revenue(
            engine, tables, LedgerReading(_mapped(given["columns"]), given["currency"], at), policy, step
        )
    _print_revenue(result, given["form"])
    if given["out"]:
        claims = revenue_claims(
            result, given["entity"], given["currency"].upper() or "USD", method=given["version"]
        )
        _write(claims, tables, given, result.ledger.at, f"{result.ledger.account.total} rows; {engine.name}")


def _print_revenue(result: RevenueResult, form: str) -> None:
    from crossbearing.gather.measure.revenue_text import sections

    if form == "json":
        print_json(result.as_json())
        return
    if form == "csv":
        print_rows(result.as_json()["run_rates"], "csv")
        return
    for line in result.ledger.account.as_lines():
        talk(line)
    for note in result.notes:
        talk(f"  note: {note}")
    for title, rows in sections(result):
        click.echo(f"\n{title}")
        print_rows(rows, "text", numeric=tuple(rows[0])[1:])


@command.command("gap")
@click.argument("first")
@click.argument("second")
@click.option(
    "--method",
    "wanted",
    default="",
    metavar="METHOD",
    help="Which published index; the longest series by default.",
)
@click.option(
    "--shock",
    type=click.FloatRange(0),
    help="Assumed monthly spread of the closing, in points, for short series.",
)
@click.option(
    "--horizon", type=click.IntRange(1, 120), default=12, show_default=True, help="Months to look ahead."
)
@shared_options(argument=False)
def gap(shared: Shared, first: str, second: str, wanted: str, shock: float | None, horizon: int) -> None:
    """The gap of two vendors from the book's published shares, its closing, and when the lead changes hands.

    It also says what each printed monthly change can mean, against the levels of the months before.
    """
    import numpy as np

    from crossbearing.gather.measure.crossover import crossing
    from crossbearing.gather.measure.gap import (
        crossing_words,
        explain_claims,
        explained_words,
        gap_rows,
        published_gaps,
    )
    from crossbearing.gather.measure.run_adoption import crossing_json
    from crossbearing.problems import Refusal

    claims = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).sound().claims
    found = [s for s in published_gaps(claims, first, second) if not wanted or s.method == wanted]
    if not found:
        raise Refusal(
            f"no published shares of {first} and {second} by one method",
            "",
            "see xb claims --metric adoption",
        )
    series = found[0]
    ahead = crossing(
        series.months,
        series.gaps,
        covariance=np.diag(np.square(series.errors)),
        horizon=horizon,
        shock=shock,
        seed=shared.seed,
    )
    try:
        explained = explain_claims(claims, series, second if series.gaps[0] > 0 else first)
    except Refusal:
        explained = []
    rows = gap_rows(series)
    if shared.form == "json":
        print_json(
            {
                "first": first,
                "second": second,
                "method": series.method,
                "gaps": rows,
                "crossing": crossing_json(ahead),
                "explained": [asdict(e) for e in explained],
            }
        )
        return
    if shared.form == "csv":
        print_rows(rows, "csv")
        return
    click.echo(f"{first} less {second}, points, method {series.method}")
    print_rows(rows, "text", numeric=("gap", "closing_a_month"))
    click.echo(crossing_words(ahead, series.months[-1]))
    for one in explained:
        for line in explained_words(one):
            click.echo(line)


@command.command("vendors")
@click.argument("texts", metavar="[TEXT...]", nargs=-1)
@click.option(
    "--rules", "rules_file", type=click.Path(path_type=Path), metavar="FILE", help="Your vendor rules."
)
def vendors(texts: tuple[str, ...], rules_file: Path | None) -> None:
    """Which vendor rule fits each TEXT ("merchant | item"); without one, the rules with their own examples tried."""
    from crossbearing.gather.measure.engines import open_engine
    from crossbearing.gather.measure.vendors import load_rules, match_texts, try_rules

    rules = load_rules(rules_file)
    engine = open_engine("duckdb")
    try:
        if texts:
            found = match_texts(engine, rules, list(texts))
            print_rows(
                [
                    {
                        "text": t,
                        "vendor": r.vendor if r else "",
                        "route": r.route if r else "",
                        "rule": r.name if r else "none",
                    }
                    for t, r in zip(texts, found, strict=True)
                ],
                "text",
            )
            return
        wrong = try_rules(engine, rules)
    finally:
        engine.close()
    print_rows(
        [
            {
                "rule": r.name,
                "vendor": r.vendor,
                "route": r.route,
                "phrases": " + ".join("/".join(g) for g in r.groups),
                "not": "/".join(r.none),
            }
            for r in rules.rules
        ],
        "text",
    )
    if wrong:
        raise UsageError(
            f"{len(wrong)} examples do not behave", "; ".join(wrong[:5]), "mend the rules or the examples"
        )
    talk(f"version {rules.version} ({rules.digest}); all examples behave")


@command.command("sample")
@click.argument("kind", type=click.Choice(["adoption", "revenue"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--rows",
    type=click.IntRange(1_000, 10_000_000_000),
    default=100_000,
    show_default=True,
    help="About how many rows.",
)
@click.option("--months", type=click.IntRange(2, 240), default=12, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
def sample(kind: str, file: Path, rows: int, months: int, seed: int) -> None:
    """Write a synthetic table (.parquet or .csv) with known truth, and the truth beside it as JSON."""
    from crossbearing.gather.measure.samples import write_sample

    if file.suffix not in {".parquet", ".csv"}:
        raise UsageError(f"cannot write {file.name}", "", "end its name in .parquet or .csv")
    with steps() as step:
        written, truth = write_sample(kind, file, rows, months, seed, step)
    talk(f"{written:,} rows in {file}; what a perfect measurement would find in {truth}")
