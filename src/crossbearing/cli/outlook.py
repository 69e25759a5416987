"""`xb outlook`: simulate where each company can go."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, parse_date, shared_options
from crossbearing.cli.output import announce, announce_hindsight, as_csv, bar, print_json, talk
from crossbearing.pipeline import main_companies, open_book, outlook_of
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.outlook.answers import Outlook
    from crossbearing.outlook.equation import Equation
    from crossbearing.outlook.prepare import Setting
    from crossbearing.vocabulary.assumption import Judgment
    from crossbearing.vocabulary.book import Book

MONTHS, MOST_MONTHS = 24, 180


@click.command("outlook")
@click.option("--entity", "entities", multiple=True, metavar="NAME", help="A company; may be repeated.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="Compared with the base; a+b composes; all for every one. Repeatable.",
)
@click.option(
    "--paths", type=click.IntRange(100, 10_000_000), default=2000, show_default=True, help="Futures drawn."
)
@click.option("--until", metavar="DATE", help="Last month; two years on by default.")
@click.option(
    "--assume",
    multiple=True,
    metavar="NAME=VALUE",
    help='An input in front of the book\'s, such as opening_cash="20B to 60B".',
)
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    metavar="FILE.py",
    help="Your own equations. The file is run: trust it first.",
)
@click.option(
    "--stress",
    type=click.Choice(["delay", "listing"]),
    multiple=True,
    help="delay: what a delay of progress does, over opening cash and supplier credit; listing: the bubble test.",
)
@click.option(
    "--sensitivity",
    type=click.Choice(["tornado", "sobol"]),
    multiple=True,
    help="Run again for every input: one at a time, or Sobol indices (extra sensitivity).",
)
@click.option(
    "--withhold", metavar="CLAIM", help="Predict a claim from the book without it: range and its place."
)
@click.option(
    "--sweep", is_flag=True, help="Every scenario of the book (or those named) as one table, on all cores."
)
@click.option("--cluster", metavar="ADDRESS", default="", help="A running Dask scheduler for --sweep.")
@click.option(
    "--sobol-inputs", is_flag=True, help="Draw inputs from a scrambled Sobol sequence (extra sensitivity)."
)
@click.option(
    "--details", is_flag=True, help="Quarters, claims, suppliers and contracts after the first screen."
)
@click.option(
    "--freeze", is_flag=True, help="Keep the base outlook under forecasts/ of the book, to be scored later."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE.html",
    help="Write it as one offline page instead.",
)
@click.option("--from-claims", is_flag=True, help="Start from the range of claims, without the position.")
@shared_options()
def command(shared: Shared, **asked: Any) -> int:
    """Simulate sales, margin, cash need and capacity of each company, and the loop between them."""
    from crossbearing.outlook.prepare import Setting

    if asked["freeze"]:
        from crossbearing.score.vintage import own

        own(shared.book)  # told now and not after the work
    book = open_book(
        shared.book, shared.overlay, shared.as_of, shared.visibility, judged_later=not asked["freeze"]
    ).sound()
    announce(book.visibility)
    announce_hindsight(book, shared.as_of)
    first = _origin(book, shared.as_of)
    setting = Setting(
        book=book,
        origin=first,
        months=_months(first, asked["until"]),
        paths=asked["paths"],
        seed=shared.seed,
        options=dict(_assumed(text) for text in asked["assume"]),
        own=_own(book, asked["model"]),
        threads=os.cpu_count() or 1,
        sobol=asked["sobol_inputs"],
    )
    if asked["withhold"]:
        _withheld(setting, asked["withhold"], shared.form, reconciled=not asked["from_claims"])
        return 0
    entities = [_entity(book, name) for name in asked["entities"]] or list(main_companies(book))
    if not entities:
        raise UsageError("the book has no company with claims of revenue", "", "name one with --entity")
    if asked["stress"]:
        _stress(setting, entities, asked["stress"], shared.form, reconciled=not asked["from_claims"])
        return 0
    if asked["output"]:
        _page(setting, entities, asked["output"], reconciled=not asked["from_claims"])
        return 0
    names = _scenarios(book, asked["scenarios"])
    if asked["sweep"]:
        _sweep(
            setting,
            entities,
            tuple(dict.fromkeys(("base", *(names or _scenarios(book, ("all",)))))),
            asked["cluster"],
            shared.form,
            reconciled=not asked["from_claims"],
        )
        return 0
    with bar("simulating") as step:
        found = outlook_of(
            book,
            setting,
            entities,
            names,
            reconciled=not asked["from_claims"],
            sensitivity=asked["sensitivity"],
            progress=step,
        )
    if asked["freeze"]:
        from crossbearing.pipeline.scoring import freeze_outlook

        for path in freeze_outlook(shared.book, book, found, shared.as_of):
            talk(f"kept as {path}")
    _show(found, setting, shared.form, more=asked["details"] or bool(asked["sensitivity"]))
    return 0


def _scenarios(book: Book, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Names of scenarios; `all` stands for every one of the book."""
    every = tuple(s.name for s in book.scenarios)
    return tuple(dict.fromkeys(n for name in asked for n in (every if name == "all" else (name,))))


def _page(setting: Setting, entities: list[str], output: Path, *, reconciled: bool) -> None:
    """Write the page whole or not at all."""
    from crossbearing.cli.report import write_aside
    from crossbearing.pipeline.outlooks import section_of
    from crossbearing.publish.outlook.page import outlook_page

    page = outlook_page(setting.book, section_of(setting, entities, reconciled=reconciled))
    write_aside(output, page)
    talk(f"outlook: {output} ({len(page.encode()) / 1e6:.1f} MB)")


def _withheld(setting: Setting, claim: str, form: str, *, reconciled: bool) -> None:
    """Print where a claim lies in the range predicted without it."""
    from dataclasses import asdict

    from crossbearing.pipeline.outlooks import withheld_claim
    from crossbearing.publish.outlook.details import withheld_words

    found, left_out, seen = withheld_claim(setting, claim, reconciled=reconciled)
    row = {**asdict(found), "left_out": list(left_out), "in_view": list(seen), "interval_kind": "predictive"}
    if form == "json":
        print_json(row)
    elif form == "csv":
        click.echo(
            as_csv([{**row, "left_out": "; ".join(left_out), "in_view": "; ".join(seen)}], list(row)),
            nl=False,
        )
    else:
        click.echo("\n".join(withheld_words(found, left_out, seen)))


def _sweep(
    setting: Setting,
    entities: list[str],
    names: tuple[str, ...],
    cluster: str,
    form: str,
    *,
    reconciled: bool,
) -> None:
    """Print every scenario and company as one table."""
    from dataclasses import asdict

    from crossbearing.outlook.sweep import sweep
    from crossbearing.pipeline import start_of
    from crossbearing.publish.outlook.scenarios import sweep_lines

    starts = {e: start_of(setting.book, e, setting.seed, reconciled=reconciled) for e in entities}
    with bar("sweeping") as step:
        rows = sweep(
            setting, starts, names, setting.threads, cluster, lambda n: step(n / len(names) / len(starts))
        )
    listed = [asdict(row) for row in rows]
    if form == "json":
        print_json(
            {"seed": setting.seed, "paths": setting.paths, "interval_kind": "predictive", "rows": listed}
        )
    elif form == "csv":
        click.echo(as_csv(listed, list(listed[0]) if listed else []), nl=False)
    else:
        click.echo("\n".join(sweep_lines(rows)))


def _stress(
    setting: Setting, entities: list[str], kinds: tuple[str, ...], form: str, *, reconciled: bool
) -> None:
    """Print the stress tables asked for; they replace the outlook."""
    from crossbearing.outlook.stress import delay_table, listing_table
    from crossbearing.pipeline import start_of
    from crossbearing.publish.outlook.stress import delay_lines, listing_lines, stress_document, stress_rows

    starts = {e: start_of(setting.book, e, setting.seed, reconciled=reconciled) for e in entities}
    tables = [delay_table(setting, e, s) for e, s in starts.items()] if "delay" in kinds else []
    listings = listing_table(setting, starts) if "listing" in kinds else ()
    if form == "json":
        print_json(stress_document(tables, listings, setting.book.currency))
    elif form == "csv":
        listed = stress_rows(tables, listings)
        click.echo(as_csv(listed, list(dict.fromkeys(key for row in listed for key in row))), nl=False)
    else:
        currency = setting.book.currency
        lines = [line for table in tables for line in (*delay_lines(table, currency), "")]
        click.echo("\n".join([*lines, *listing_lines(listings, currency)]))


def _show(found: Outlook, setting: Setting, form: str, *, more: bool) -> None:
    from crossbearing.publish.outlook.document import document, rows
    from crossbearing.publish.outlook.screen import screen

    if form == "json":
        print_json(document(found))
    elif form == "csv":
        listed = list(rows(found))
        click.echo(as_csv(listed, list(listed[0]) if listed else []), nl=False)
    else:
        click.echo("\n".join(screen(found, more=more)))
        names = ", ".join(s.name for s in setting.book.scenarios)
        if names and not any(c.scenarios for c in found.companies):
            talk(f"scenarios of this book (--scenario NAME): {names}")


def _origin(book: Book, as_of: date | None) -> date:
    """First day of the month after the last day known.

    Raises:
        UsageError: The book has no date.
    """
    from crossbearing.outlook.facts import book_day

    day = as_of or book_day(book)
    if day is None:
        raise UsageError(
            "the book has no date to start from", "", "add ends = ... to book.toml, or use --as-of"
        )
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _months(first: date, until: str | None) -> int:
    """Number of months to simulate.

    Raises:
        UsageError: The end lies before the start or too far ahead.
    """
    last = parse_date(until, "--until")
    if last is None:
        return MONTHS
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= months <= MOST_MONTHS:
        why = f"the outlook starts on {first} and runs at most {MOST_MONTHS} months"
        raise UsageError(f"--until {until} gives {months} months", why, "write a later date, such as 2028-05")
    return months


def _assumed(text: str) -> tuple[str, Judgment]:
    from crossbearing.vocabulary.assumption import family_of, parse_judgment
    from crossbearing.vocabulary.cell import CellError

    name, found, value = text.partition("=")
    if not found:
        raise UsageError(f"cannot read --assume {text}", "", "write --assume opening_cash=40B")
    try:
        return name.strip(), parse_judgment(value.strip(), family_of(name))
    except CellError as fault:
        raise UsageError(f"--assume {name}: {fault.what}", fault.why, fault.mend) from fault


def _own(book: Book, model: Path | None) -> dict[str, Equation]:
    from crossbearing.outlook.own import own_equations

    if model is not None:
        return own_equations(model)
    if book.root and (Path(book.root) / "model.py").is_file():
        talk("the book has a model.py; it is not run unless you say --model FILE")
    return {}


def _entity(book: Book, name: str) -> str:
    found = book.canonical_entity(name)
    if found is None:
        raise UsageError(f"unknown entity {name}", "", f"the book has {', '.join(book.entities)}")
    return found
