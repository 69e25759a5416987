"""`xb compare`: companies on one date, basis and definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crossbearing.cli.options import (
    Shared,
    mention_operators,
    operators_option,
    page_option,
    revenue_option,
    shared_options,
)
from crossbearing.cli.output import announce, print_json, print_rows
from crossbearing.cli.report import write_page
from crossbearing.pipeline.asking import entity_of
from crossbearing.pipeline.questions import day_asked
from crossbearing.problems import UsageError

FILE = click.Path(path_type=Path)


@click.command("compare")
@click.argument("entities", nargs=-1, required=True, metavar="A B...")
@click.option("--at", "at", metavar="DATE", help="The date; the book's last day by default.")
@click.option(
    "--references",
    metavar="FILE",
    type=FILE,
    help="CSV of reference companies: company, period, revenue, unit.",
)
@click.option(
    "--basis",
    type=click.Choice(["gross", "net", "basis not stated"]),
    default="gross",
    show_default=True,
    help="Basis of the growth laid beside them.",
)
@revenue_option
@page_option
@operators_option
@shared_options(argument=False)
def command(
    shared: Shared,
    entities: tuple[str, ...],
    at: str | None,
    references: Path | None,
    basis: str,
    revenue: str,
    output: Path | None,
) -> None:
    """Who leads, with what probability and on which presentation; then one table of everything both have.

    The lead is told three times, labelled: as each reports its sales, both net, both gross. A company is put on the other
    presentation by its own channels only; where nothing identifies those, the lead is not identified.

    Every cell has its range, date and claims; a row that mixes definitions or dates says why it does not compare.
    """
    from crossbearing.pipeline import compare_companies, open_book
    from crossbearing.pipeline.answers import leads_of
    from crossbearing.publish.valuation.comparison import document, growth_words, rows
    from crossbearing.value.references import growth_rows, of_book, read_references

    if len(set(entities)) < 2:
        raise UsageError("a comparison needs two companies", "", "write xb compare A B")
    book = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).sound()
    announce(book.visibility)
    mention_operators(book.root)
    names = tuple(entity_of(book, name) for name in entities)
    day = day_asked(book, shared.as_of, at)
    table = compare_companies(book, names, day, shared.seed, position_too=revenue == "position")
    points = [p for name in names for p in of_book(book, name, day, basis)]
    beside = growth_rows([*points, *read_references(references)]) if references else ()
    leads = leads_of(book, names, day, shared.seed) if revenue == "position" else []
    if output is not None:
        from crossbearing.publish.pages.answers import compare_page

        write_page(output, compare_page(book, table, leads, beside))
    if shared.form == "json":
        print_json({**document(table, beside), "leads": leads})
        return
    if shared.form == "csv":
        print_rows(rows(table), "csv")
        return
    _say_leads(leads)
    click.echo(f"\n{' and '.join(names)} on {day}")
    print_rows(rows(table), "text")
    if beside:
        click.echo(
            f"\nGrowth beside reference companies, by size at the start ({basis} run rates for {', '.join(names)})"
        )
        print_rows(growth_words(beside), "text")


def _say_leads(leads: list[dict[str, Any]]) -> None:
    """Who leads, in plain words, for every pair."""
    from crossbearing.publish.answers.words import lead_lines, lead_rows

    for found in leads:
        click.echo(f"Who leads, {found['first']} or {found['second']}, on {found['at']}")
        if found.get("why"):
            click.echo(f"  not identified: {found['why']}")
            continue
        print_rows(lead_rows(found), "text")
        click.echo(
            f"run rates of the 28 days before; our estimate with its 90 % {found['interval_kind']} interval;"
            f" {len(found['claims'])} claims, listed by --format json"
        )
        for line in lead_lines(found):
            click.echo(line)
