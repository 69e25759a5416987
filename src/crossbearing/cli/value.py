"""`xb value`: what a company is worth, on which date and basis, and what must be true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, revenue_option, shared_options
from crossbearing.cli.output import announce_hindsight, as_csv, print_json, print_rows, talk
from crossbearing.pipeline.asking import entity_of
from crossbearing.pipeline.questions import question_of
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.value.valuation import Valuation

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
    name = entity_of(book, entity)
    options = tuple(option(*_pair(text)) for text in asked["assume"])
    inputs = Inputs(book, name, shared.seed, options)
    if (asked["structure"] or asked["listing"]) and not asked["entry"]:
        talk("note: --structure and --listing say more with --entry PRICE")
    question = question_of(book, name, shared.as_of, asked, inputs)
    found = value_company(book, name, question, inputs, position_too=asked["revenue"] == "position")
    if charts:
        from crossbearing.publish.valuation.charts import write_charts

        for path in write_charts(found, book, charts):
            talk(f"wrote {path}")
    talk(f"highest visibility {unite(t.lineage for t in found.terms).visibility}")
    _show(found, shared.form)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise UsageError(f"cannot read --assume {text}", "", "write --assume ipo_dilution_share=8%")
    return name.strip(), value.strip()


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
