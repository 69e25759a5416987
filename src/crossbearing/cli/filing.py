"""`xb filing`: the day a prospectus comes out. Facts, what the book had right, who missed by how much, what moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crossbearing.cli.options import Shared, page_option, parse_date, shared_options
from crossbearing.cli.output import announce, bar, counted, print_json, print_rows, talk
from crossbearing.pipeline import open_book
from crossbearing.problems import UsageError
from crossbearing.vocabulary.claim import Basis

if TYPE_CHECKING:
    from crossbearing.pipeline import Opened
    from crossbearing.vocabulary.filed import FilingRead


@click.command("filing")
@click.argument("filing", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--entity", default="", metavar="NAME", help="Whose it is, where the book has it by another name."
)
@click.option(
    "--basis",
    type=click.Choice(["gross", "net", "unspecified"]),
    default="unspecified",
    show_default=True,
    help="Presentation of its revenue, as its accounting note says.",
)
@click.option("--filed", metavar="DATE", help="Day of filing, where the document does not say it.")
@click.option(
    "--accept", "accepted", metavar="all|IDS", help="Take the facts into the book: all, or ids such as p2,p5."
)
@page_option
@shared_options(argument=False)
def command(
    shared: Shared,
    filing: Path,
    entity: str,
    basis: str,
    filed: str | None,
    accepted: str | None,
    output: Path | None,
) -> None:
    """Read a filing (inline XBRL, XBRL, xBRL-JSON or company facts) against what the book knew before it.

    Its tagged numbers become `filed` claims with their concepts, contexts and precision; each is laid beside the position and
    beside everybody who told it before. Nothing enters the book without --accept.
    """
    from crossbearing.pipeline.filing import filing_against

    if accepted is not None and shared.book is None:
        raise UsageError(
            "the bundled book is not written to",
            "",
            "make your own: xb new DIR --from frontier, then --book DIR",
        )
    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
    announce(opened.book.visibility)
    with bar(f"reading {filing.name}") as step:
        read = filing_against(
            opened,
            filing,
            entity=entity,
            basis=Basis(basis),
            filed=parse_date(filed, "--filed"),
            seed=shared.seed,
            step=step,
        )
    _show(read, shared)
    if output is not None:
        _write(output, read, opened)
    if accepted is not None:
        _accept(shared, opened, read, accepted)
    elif read.reading.proposals:
        some = ",".join(p.id for p in read.reading.proposals[:2])
        talk(f"nothing was written: --accept all takes the facts into the book, --accept {some} some of them")


def _show(read: FilingRead, shared: Shared) -> None:
    from crossbearing.publish.filing.tables import headline, sheets, summary

    if shared.form == "json":
        print_json(read.as_json())
        return
    if shared.form == "csv":
        print_rows([{"proposal": p.id, **p.cells} for p in read.reading.proposals], "csv")
        return
    click.echo(headline(read))
    for sentence in summary(read):
        click.echo(f"  {sentence}")
    for sheet in sheets(read):
        click.echo(f"\n{sheet.title}")
        if sheet.note:
            talk(f"  {sheet.note}")
        print_rows(sheet.rows, "text", sheet.columns, numeric=sheet.numeric)
    for note in read.reading.notes:
        talk(f"note: {note}")


def _write(output: Path, read: FilingRead, opened: Opened) -> None:
    from crossbearing.cli.report import write_page
    from crossbearing.publish.filing.page import filing_page

    write_page(output, filing_page(read, opened.book))


def _accept(shared: Shared, opened: Opened, read: FilingRead, accepted: str) -> None:
    """Facts into the book, and the change note."""
    from crossbearing.pipeline.accepting import accept
    from crossbearing.pipeline.changing import change_note

    assert shared.book is not None
    ids = accepted if accepted == "all" else [i.strip() for i in accepted.split(",")]
    change = accept(shared.book, read.reading, ids, note=f"filing {read.reading.document}")
    talk(
        f"{counted(len(change.claims), 'claim')} into {shared.book}; `xb read --undo --book {shared.book}` takes them back"
    )
    after = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
    text = change_note(opened, after, read.reading, list(change.claims), seed=shared.seed)
    click.echo(f"\n{text}", err=shared.form != "text")
