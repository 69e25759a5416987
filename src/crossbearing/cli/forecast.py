"""`xb forecast`: extrapolate revenue series from a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crossbearing.cli.options import parse_date
from crossbearing.cli.output import as_csv, talk
from crossbearing.problems import UsageError, printable

if TYPE_CHECKING:
    from crossbearing.growth.forecast import Forecast
    from crossbearing.growth.table import RevenueSeries

CHARTS_SHOWN = 6
PICTURES_DRAWN = 12
FURTHEST = 60
WORTH_A_BAR = 20_000


@click.command("forecast")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option(
    "--horizons", default="1,2,4,8,12", show_default=True, help="Periods ahead, of the file's own frequency."
)
@click.option("--as-of", "as_of", metavar="DATE", help="Use only periods that had ended by then.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True
)
@click.option(
    "-o", "--output", metavar="CHART.svg", type=click.Path(path_type=Path), help="Also draw the fans."
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=20260529,
    help="Taken as everywhere; nothing is drawn at random here.",
)
def command(
    *,
    file: Path,
    horizons: str,
    as_of: str | None,
    form: str,
    output: Path | None,
    seed: int,  # noqa: ARG001
) -> None:
    """Extrapolate the revenue series of FILE.csv with honest width.

    The columns are series, period (2026-03 or 2026-Q1) and value. Every forecast weighs what fast-growing companies
    did next against the series' own damped trend, and prints the weight. Intervals are predictive.
    """
    asked = parse_horizons(horizons)
    if output is not None and output.suffix.lower() != ".svg":
        raise UsageError(f"cannot draw {output.name}", "the chart is an SVG picture", "name it chart.svg")
    from crossbearing.growth.forecast import forecast
    from crossbearing.growth.table import read_table

    series = read_table(file, parse_date(as_of, "--as-of"))
    found = _with_progress(forecast(series, asked), len(series) * len(asked))
    if output is not None:
        found = iter(_draw(series, list(found), output))
    if form == "json":
        _print_json(found)
    elif form == "csv":
        _print_csv(found)
    else:
        _print_text(series, list(found))


def _with_progress(found: Iterator[Forecast], count: int) -> Iterator[Forecast]:
    """The same forecasts, with a bar on stderr where they take more than a second and somebody is looking."""
    if count < WORTH_A_BAR or not sys.stderr.isatty():
        yield from found
        return
    with click.progressbar(found, length=count, label="forecasting", file=sys.stderr) as bar:
        yield from bar


def parse_horizons(text: str) -> list[int]:
    """The horizons asked for, in the order given, each once.

    Raises:
        UsageError: One is no whole number between 1 and 60.
    """
    found: list[int] = []
    for part in text.split(","):
        cell = part.strip()
        if not (cell.isascii() and cell.isdigit() and len(cell) <= 3 and 1 <= int(cell) <= FURTHEST):
            why = f"a horizon is a whole number of periods from 1 to {FURTHEST}; further ahead, past growth says nothing"
            raise UsageError(f"--horizons: cannot use {cell[:20]!r}", why, "write --horizons 1,2,4,8,12")
        if int(cell) not in found:
            found.append(int(cell))
    return found


def _print_json(found: Iterator[Forecast]) -> None:
    """A JSON list, one record a line, written as it is computed."""
    separator = "[\n"
    for one in found:
        click.echo(separator + json.dumps(one.as_json(), ensure_ascii=False, allow_nan=False), nl=False)
        separator = ",\n"
    click.echo("\n]")


def _print_csv(found: Iterator[Forecast]) -> None:
    from crossbearing.growth.prior import LEVELS

    names = [str(level) for level in LEVELS]
    columns = ["series", "horizon", "period", *names, "own_weight", "own_median", "pooled_median", "note"]
    rows = ({**(record := one.as_json()), **record["quantiles"]} for one in found)
    click.echo(as_csv(rows, columns), nl=False)


def _print_text(series: Sequence[RevenueSeries], found: Sequence[Forecast]) -> None:
    """A fan and a table a series; beyond a few series, tables alone."""
    from crossbearing.growth.chart import terminal_fan

    each = len(found) // len(series)
    for index, one in enumerate(series):
        fan = found[index * each : (index + 1) * each]
        weight = fan[0].own_weight
        points = len(one.values)
        click.echo(
            f"{printable(one.name)}  ({points} figure{'s' if points != 1 else ''}, last {one.label(0)}: {_short(one.values[-1])})"
        )
        if index < CHARTS_SHOWN:
            click.echo(terminal_fan(one, fan))
        click.echo(_table(fan))
        click.echo(
            f"  weight: {1 - weight:.0%} pooled rates, {weight:.0%} own damped trend; each alone: last two columns"
        )
        for note in dict.fromkeys(f.note for f in fan if f.note):
            click.echo(f"  note: {note}")
        click.echo()
    click.echo(
        "Intervals are predictive. No extrapolation foresees a break: docs/explanation/growth.md says what this can know."
    )


def _table(fan: Sequence[Forecast]) -> str:
    heads = ("ahead", "period", "5%", "10%", "25%", "median", "75%", "90%", "95%", "pooled", "own")
    rows = [heads] + [
        (
            str(f.horizon),
            f.period,
            *(_short(f.at(q)) for q in (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)),
            _short(f.pooled_median),
            _short(f.own_median),
        )
        for f in fan
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    return "\n".join(
        "  " + "  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in rows
    )


def _short(value: float) -> str:
    """Four significant digits, without an exponent where it can be read."""
    return f"{value:,.0f}" if 1e4 <= value < 1e15 else f"{value:.4g}"


def _draw(series: Sequence[RevenueSeries], found: list[Forecast], output: Path) -> list[Forecast]:
    from crossbearing.growth.chart import svg_fan

    drawn = series[:PICTURES_DRAWN]
    try:
        output.write_text(svg_fan(drawn, found[: len(found) // len(series) * len(drawn)]), encoding="utf-8")
    except OSError as fault:
        raise UsageError(
            f"cannot write {output}: {fault.strerror}", "", "name a file in a folder that exists"
        ) from fault
    left = len(series) - len(drawn)
    talk(f"chart: {output}" + (f" (the first {len(drawn)} series; {left} left off)" if left else ""))
    return found
