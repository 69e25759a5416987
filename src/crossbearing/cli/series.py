"""`xb series`: one reconciled series of one metric, as text, JSON or CSV."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from crossbearing.cli.options import Shared, mention_operators, operators_option, parse_date, shared_options
from crossbearing.cli.output import announce, bar, print_json, print_rows, talk
from crossbearing.pipeline import open_book, position
from crossbearing.pipeline.asking import entity_of, metric_of, views_beside
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.series import QUANTILES, Series

SHOWN = ("at", "p5", "p50", "p95", "kind")


@click.command("series")
@click.argument("entity", required=False)
@click.argument("metric", required=False)
@click.option("--basis", type=click.Choice(["gross", "net"]), help="Presentation; by default as reported.")
@click.option(
    "--at", multiple=True, metavar="DATE", help="A date, or for a flow a duration; may be repeated."
)
@click.option("--every", type=click.Choice(["month"]), help="Every month from the first claim to the last.")
@click.option(
    "--rate",
    type=click.Choice(["trailing", "instantaneous", "as_stated"]),
    help="What a run rate averages over: the last 28 days (default), the day itself, or the company's own definition.",
)
@click.option(
    "--influence",
    is_flag=True,
    help="What each claim does, with it moved and left out, by fitting again where the draws at hand do not bear it. Kept once made.",
)
@click.option(
    "--growth",
    is_flag=True,
    help="First and second derivative of the log run rate at each date, and between them.",
)
@click.option(
    "--crossed",
    "levels",
    multiple=True,
    metavar="LEVEL",
    help="When the run rate first reached a level: 30B.",
)
@click.option(
    "--exit",
    "exits",
    multiple=True,
    metavar="PERIOD[=REVENUE]",
    help="The run rate at the end of a period that its stated revenue, or your figure, implies.",
)
@click.option(
    "--freeze", is_flag=True, help="Keep what is said today under forecasts/ of the book, to be scored later."
)
@operators_option
@shared_options(argument=False)
def command(shared: Shared, entity: str | None, metric: str | None, **asked: Any) -> int:
    """Reconcile every claim about one quantity into one series with honest doubt.

    Without METRIC, every metric of the entity; without ENTITY, the run rate of every entity with a revenue claim, or why
    it has none.
    """
    book = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).sound()
    announce(book.visibility)
    mention_operators(book.root)
    if entity is None or metric is None:
        return _overview(shared, book, entity, asked)
    if asked["freeze"]:
        from crossbearing.score.vintage import own

        own(shared.book)  # told now and not after the work
    name, quantity = entity_of(book, entity), metric_of(book, metric)
    more = _further(shared, book, name, quantity, asked)
    with bar("influence of each claim") as step:
        series = position(
            book,
            name,
            quantity,
            at=asked["at"],
            monthly=asked["every"] == "month",
            rate=asked["rate"],
            basis=asked["basis"],
            seed=shared.seed,
            as_of=shared.as_of,
            refit=asked["influence"],
            told=lambda _done, of: step(1.0 / of),
        )
    if asked["influence"]:
        from crossbearing.pipeline.deleting import with_deletions

        with bar("fitting without each claim") as step:
            same = {name: asked[name] for name in ("rate", "basis")}
            series = with_deletions(book, series, step, seed=shared.seed, **same)
    beside = views_beside(book, series)
    if asked["freeze"]:
        from crossbearing.pipeline.scoring import freeze_series

        talk(f"kept as {freeze_series(shared.book, book, series, beside)}")
    show(series, shared.form, beside, more)
    if asked["influence"] and shared.form == "text":
        _say_influence(series, book)
    return 0


def _overview(shared: Shared, book: Book, entity: str | None, asked: dict[str, Any]) -> int:
    """Every entity's run rate, or every metric of one entity."""
    from crossbearing.pipeline.overview import metrics_of, positions
    from crossbearing.publish.answers.words import position_rows

    odd = [
        name for name in ("levels", "exits", "growth", "freeze", "influence", "every", "rate") if asked[name]
    ]
    if odd or len(asked["at"]) > 1:
        raise UsageError(
            "an overview takes at most one --at", "other options ask of one series", "name ENTITY and METRIC"
        )
    at = parse_date(asked["at"][0], "--at") if asked["at"] else None
    if entity is None:
        found = positions(book, at, shared.seed, shared.as_of)
    else:
        found = metrics_of(book, entity_of(book, entity), at, shared.seed, shared.as_of)
    if shared.form == "json":
        print_json({"positions": found, "as_of": shared.as_of, "seed": shared.seed})
    elif shared.form == "csv":
        print_rows([{**row, "claims": " ".join(row["claims"])} for row in found], "csv")
    else:
        print_rows(position_rows(found), "text", numeric=("claims",))
        missing = sum(row["p50"] is None for row in found)
        click.echo(
            f"{len(found) - missing} positions, {missing} without one and why; 90 % intervals of the kind named"
        )
    return 0


def _further(shared: Shared, book: Book, entity: str, metric: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Growth, crossings and exit rates, where they are asked for.

    Raises:
        UsageError: They are asked of another metric than the run rate.
    """
    if not (asked["growth"] or asked["levels"] or asked["exits"]):
        return {}
    from crossbearing.pipeline.answers import crossed, exit_of, growth_of

    if metric != "revenue.run_rate":
        raise UsageError(
            f"--growth, --crossed and --exit are asked of revenue.run_rate, not of {metric}",
            "growth and the rate at the end of a period are those of the run rate",
            f"write xb series {entity!r} revenue.run_rate",
        )
    today = shared.as_of or book.ends or book.newest or date.max
    found: dict[str, Any] = {}
    if asked["growth"]:
        days = [d for text in asked["at"] if (d := parse_date(text, "--at"))] or [today]
        found["growth"] = growth_of(book, entity, days, shared.seed)
    if asked["levels"]:
        found["crossed"] = [
            crossed(book, entity, _level(text, book), asked["basis"], today, shared.seed)
            for text in asked["levels"]
        ]
    if asked["exits"]:
        found["exit"] = [exit_of(book, entity, text, shared.seed) for text in asked["exits"]]
    return found


def _level(text: str, book: Book) -> float:
    """A level as written, in money a year."""
    from crossbearing.vocabulary.cell import CellError
    from crossbearing.vocabulary.quantity import parse_quantity
    from crossbearing.vocabulary.unit import parse_unit
    from crossbearing.vocabulary.words import as_typed

    try:
        found = parse_quantity(as_typed(text, book.currency), parse_unit(f"{book.currency}/yr"))
    except CellError as fault:
        raise UsageError(f"--crossed {text}: {fault.what}", fault.why, "write --crossed 30B") from fault
    if found.value <= 0:
        raise UsageError(f"--crossed {text} is no level", "a run rate is positive", "write --crossed 30B")
    return found.value


def show(series: Series, form: str, views: list[dict[str, Any]], more: dict[str, Any]) -> None:
    """Print a series in the form asked for, with what else was asked of it."""
    if form == "json":
        print_json({**series.as_json(), **({"views": views} if views else {}), **more})
        return
    rows = [{"at": p.at, **{n: getattr(p, n) for n in QUANTILES}, "kind": p.kind} for p in series.points]
    if form == "csv":
        extra = {
            "unit": series.unit,
            "basis": series.basis,
            "rate": series.rate,
            "interval": series.interval_kind,
        }
        print_rows([{**row, **extra} for row in rows], "csv")
        return
    _text(series, rows)
    _say_further(more, series.unit)
    for view in views:
        told = [spoken(view[k], series.unit) for k in ("p5", "p50", "p95")]
        talk(
            f"beside it, {view['author'] or 'your view'}: {told[1]}, 90 % {told[0]} to {told[2]}: {view['reason']}"
        )


def _say_influence(series: Series, book: Book) -> None:
    """What each claim does to the last point, as a table."""
    from crossbearing.publish.answers.words import influence_rows
    from crossbearing.vocabulary.words import say_quantity

    said = {c.id: say_quantity(c.quantity, c.unit) for c in book.claims}
    click.echo("\nWhat each claim does to the median of the last point")
    rows = influence_rows(series, said)
    print_rows(rows, "text", numeric=("doubt", "1 % more moves it", "without it", "that is"))


def _say_further(more: dict[str, Any], unit: str) -> None:
    """Growth, crossings and exit rates in words."""
    from crossbearing.publish.answers.words import crossing_line, exit_lines, growth_rows

    if "growth" in more:
        click.echo("\nGrowth of the trailing run rate, 90 % credible intervals")
        print_rows(growth_rows(more["growth"], unit), "text")
    for found in more.get("crossed", ()):
        click.echo(f"\n{crossing_line(found)}")
    for found in more.get("exit", ()):
        click.echo("\n" + "\n".join(exit_lines(found)))


def _text(series: Series, rows: list[dict[str, Any]]) -> None:
    rate = "" if str(series.rate) == "none" else f", {series.rate}"
    talk(
        f"{series.entity}, {series.metric}, {series.basis}{rate}, {series.unit}: 90 % {series.interval_kind} interval"
    )
    for row in rows:
        row.update({n: None if row[n] is None else spoken(row[n], series.unit) for n in QUANTILES})
    print_rows([{n: row[n] for n in SHOWN} for row in rows], "text", numeric=QUANTILES)
    for p in series.points:
        if p.why:
            talk(f"{p.at}: {p.why}")
    for c in series.claims:
        if c.outlier_probability is not None and c.outlier_probability >= 0.2 and "repeats" not in c.note:
            talk(f"we doubt {c.id}, {min(9, round(10 * c.outlier_probability))} in 10")
    talk(f"rests on {' '.join(series.lineage.claims)}; `xb trace ID` shows one")
    for note in series.notes:
        talk(note)


def spoken(value: float, unit: str) -> str:
    """A figure as people write it: 42.7B, 31.4 %, 1.4 GW."""
    if unit == "ratio":
        return f"{100 * value:.1f} %"
    size = float(f"{abs(value):.3g}")  # rounded before its step is chosen: 999.6M is 1B
    for step, suffix in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        if size >= step:
            tail = {"T": "TW", "B": "GW", "M": "MW", "K": "kW"}[suffix] if unit == "W" else suffix
            return f"{value / step:.3g} {tail}" if unit == "W" else f"{value / step:.3g}{tail}"
    return f"{value:.3g}"
