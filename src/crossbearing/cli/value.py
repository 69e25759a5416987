"""`xb value`: what a company is worth, on which date and basis, and what must be true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, parse_date, revenue_option, shared_options
from crossbearing.cli.output import announce_hindsight, as_csv, print_json, print_rows, talk
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Book

if TYPE_CHECKING:
    from crossbearing.value.inputs import Inputs
    from crossbearing.value.term import Term
    from crossbearing.value.valuation import Question, Valuation

_HOLD = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(d|m|y)")
_PER_YEAR = {"d": 365.25, "m": 12.0, "y": 1.0}
FILE = click.Path(path_type=Path)


@click.command("value")
@click.argument("entity")
@click.option("--at", "at", metavar="DATE", help="Day of the prices; the book's last day by default.")
@click.option("--entry", metavar="PRICE", help="Price paid: 900B, 120/share, or the id of a claim or round.")
@click.option("--structure", metavar="FILE", type=FILE, help="Terms of the vehicle and the share (TOML).")
@click.option("--listing", metavar="FILE", type=FILE, help="Terms of the listing (TOML).")
@click.option("--hold", metavar="TIME", help="Time from paying to being paid: 17m, 1.5y, 300d.")
@click.option("--hurdle", metavar="RATE", default="20%", show_default=True, help="Return a year asked for.")
@click.option("--until", metavar="DATE", help="Day by which it must be true; three years on by default.")
@click.option(
    "--multiple", "multiples", metavar="X", multiple=True, help="Price over run rate then; may be repeated."
)
@click.option("--assume", metavar="NAME=VALUE", multiple=True, help="An assumption in front of the book's.")
@click.option(
    "--tolerance",
    metavar="DAYS",
    type=click.IntRange(0),
    default=31,
    show_default=True,
    help="Days a price and revenue may lie apart.",
)
@revenue_option
@click.option("--charts", metavar="DIR", type=FILE, help="Also draw the charts there, as PNG and SVG.")
@shared_options()
def command(shared: Shared, entity: str, charts: Path | None, **asked: Any) -> None:
    """Prices by kind, multiples on consistent dates, the secondary market, the trade in hand, what must be true.

    Claims and assumptions are kept apart; what rests on a missing one is not computable and says what it needs.
    """
    from crossbearing.pipeline import open_book, value_company
    from crossbearing.value.inputs import Inputs, option
    from crossbearing.vocabulary.lineage import unite

    book = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility, judged_later=True).sound()
    announce_hindsight(book, shared.as_of)
    name = known_entity(book, entity)
    options = tuple(option(*_pair(text)) for text in asked["assume"])
    inputs = Inputs(book, name, shared.seed, options)
    question = question_of(book, name, shared, asked, inputs)
    found = value_company(book, name, question, inputs, position_too=asked["revenue"] == "position")
    if charts:
        from crossbearing.publish.valuation.charts import write_charts

        for path in write_charts(found, book, charts):
            talk(f"wrote {path}")
    talk(f"highest visibility {unite(t.lineage for t in found.terms).visibility}")
    _show(found, shared.form)


def known_entity(book: Book, name: str) -> str:
    """The canonical name of an entity.

    Raises:
        UsageError: The book does not have it.
    """
    found = book.canonical_entity(name)
    if found is None:
        raise UsageError(f"unknown entity {name}", "", f"the book has {', '.join(book.entities)}")
    return found


def day_asked(book: Book, shared: Shared, text: str | None) -> date:
    """The day asked for: as given, else the knowledge date, else the book's last day or its newest claim.

    Raises:
        UsageError: No date is given and the book has none.
    """
    given = parse_date(text, "--at")
    if given:
        return given
    ends = [d for d in (shared.as_of, book.ends) if d]
    found = min(ends) if ends else book.newest
    if found is None:
        raise UsageError("the book has no date", "", "give --at DATE")
    return found


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise UsageError(f"cannot read --assume {text}", "", "write --assume ipo_dilution_share=8%")
    return name.strip(), value.strip()


def question_of(book: Book, entity: str, shared: Shared, asked: dict[str, Any], inputs: Inputs) -> Question:
    """What is asked, from the words of the options; as given by `xb value` and by the API.

    Raises:
        UsageError: An option cannot be read.
    """
    from crossbearing.value.ipo import read_listing
    from crossbearing.value.structure import NO_STRUCTURE, read_structure
    from crossbearing.value.term import missing
    from crossbearing.value.valuation import Question
    from crossbearing.vocabulary.period import add_months, years_between

    at = day_asked(book, shared, asked["at"])
    until = parse_date(asked["until"], "--until") or add_months(at, 36)
    if until <= at:
        raise UsageError(f"--until {until} is not after {at}", "", "name a later day")
    hold = asked["hold"]
    if (asked["structure"] or asked["listing"]) and not asked["entry"]:
        talk("note: --structure and --listing say more with --entry PRICE")
    return Question(
        at=at,
        as_of=shared.as_of,
        entry=_entry(book, entity, at, asked["entry"]) if asked["entry"] else None,
        structure=read_structure(asked["structure"], shared.seed) if asked["structure"] else NO_STRUCTURE,
        listing=read_listing(asked["listing"], shared.seed) if asked["listing"] else None,
        hold=_given("hold", hold_years(hold), "years", hold)
        if hold
        else missing("hold", "hold", "years", "--hold"),
        hurdle=_judged(inputs, "hurdle", asked["hurdle"], "return"),
        years=_given("until", years_between(at, until), "years", until.isoformat()),
        multiples=tuple(_judged(inputs, "multiple", m, "x") for m in asked["multiples"]),
        tolerance=asked["tolerance"],
    )


def _given(name: str, value: float, unit: str, text: str) -> Term:
    from crossbearing.value.term import Term
    from crossbearing.vocabulary.lineage import Lineage

    return Term(name, f"{name} {text}", unit, value, Lineage(assumptions=(f"option --{name} {text}",)))


def _judged(inputs: Inputs, name: str, text: str, unit: str) -> Term:
    from crossbearing.value.inputs import option
    from crossbearing.value.term import judged

    key, judgment = option(name, text)
    return judged(
        f"{key}.{text}", f"{key} {text}", unit, judgment, f"option --{key} {text}", seed=inputs.seed
    )


def hold_years(text: str) -> float:
    """Years in a time such as 17m, 1.5y or 300d.

    Raises:
        UsageError: Not such a time, or none at all.
    """
    match = _HOLD.fullmatch(text.strip())
    if not match or float(match[1]) <= 0:
        raise UsageError(f"cannot read --hold {text}", "", "write 17m, 1.5y or 300d")
    return float(match[1]) / _PER_YEAR[match[2]]


def _entry(book: Book, entity: str, at: date, text: str) -> Term:
    """The price paid: a figure in the book's currency, or the price of a claim or round by its id."""
    from crossbearing.value.tape import priced, tape
    from crossbearing.value.term import Term
    from crossbearing.vocabulary.cell import CellError
    from crossbearing.vocabulary.lineage import Lineage
    from crossbearing.vocabulary.quantity import parse_quantity
    from crossbearing.vocabulary.unit import parse_unit

    for row in tape(book, entity, at):
        if text in (row.id, row.round, *row.claims):
            return priced(row).named("entry", f"entry at {row.label}")
    amount, _, per = text.partition("/")
    figure, _, currency = amount.strip().partition(" ")
    unit = parse_unit_or_refuse(f"{currency or book.currency}{'/share' if per else ''}", parse_unit)
    try:
        value = parse_quantity(figure, unit).value
    except CellError as fault:
        raise UsageError(
            f"cannot read --entry {text}: {fault.what}",
            fault.why,
            "write 900B, 120/share or the id of a price",
        ) from fault
    return Term(
        "entry", f"entry at {text}", str(unit), value, Lineage(assumptions=(f"option --entry {text}",))
    )


def parse_unit_or_refuse(text: str, parse: Any) -> Any:
    """A unit, or wrong use of the command."""
    from crossbearing.vocabulary.cell import CellError

    try:
        return parse(text)
    except CellError as fault:
        raise UsageError(
            f"cannot read --entry: {fault.what}", fault.why, "write 900B, 900B EUR or 120/share"
        ) from fault


def _show(found: Valuation, form: str) -> None:
    from crossbearing.publish.valuation.document import document
    from crossbearing.publish.valuation.tables import figure_rows, sections

    if form == "json":
        print_json(document(found))
    elif form == "csv":
        rows = figure_rows(found.terms, found.entity)
        flat = [
            {**r, "claims": "; ".join(r["claims"]), "assumptions": "; ".join(r["assumptions"])} for r in rows
        ]
        click.echo(as_csv(flat, list(flat[0]) if flat else []), nl=False)
    else:
        click.echo(f"{found.entity}, valued on {found.question.at}")
        for section in sections(found):
            if not section.rows and not section.notes:
                continue
            click.echo(f"\n{section.title}")
            if section.rows:
                print_rows(section.rows, "text")
            for note in section.notes:
                click.echo(f"  {note}")
