"""`xb score`: what was said on each date against what came out later."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce, print_json, print_rows, talk
from crossbearing.pipeline import open_book

if TYPE_CHECKING:
    from crossbearing.score.card import ScoreCard
    from crossbearing.score.walk_forward import Origin
    from crossbearing.vocabulary.book import Book


@click.command("score")
@click.option(
    "--walk-forward/--no-walk-forward",
    "walk",
    default=None,
    help="Say again what would have been said at each month's end; by default where nothing was frozen on its own day.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the score card as a page to this file as well.",
)
@click.option("--each", is_flag=True, help="Every forecast beside what came out, in text too.")
@shared_options()
def command(shared: Shared, walk: bool | None, each: bool, output: Path | None) -> int:
    """Score frozen forecasts, the walk forward, the watch list and everybody who foretold a figure."""
    from crossbearing.pipeline.scoring import score_book

    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
    book = opened.sound()
    announce(book.visibility)
    with _Progress() as progress:
        card = score_book(
            opened, shared.as_of, shared.seed, walk=walk, visibility=shared.visibility, each=progress.step
        )
    _show(card, book, shared.form, each=each)
    if output is not None:
        _write(output, card, book)
    for problem in card.problems:
        talk(problem.as_text())
    return 1 if card.problems else 0


def _show(card: ScoreCard, book: Book, form: str, *, each: bool) -> None:
    from crossbearing.publish.score.document import document, rows
    from crossbearing.publish.score.tables import EACH, sheets

    if form == "json":
        print_json(document(card))
        return
    if form == "csv":
        print_rows(rows(card), "csv")
        return
    found = sheets(card, {c.id: c.unit.symbol for c in book.claims})
    for sheet in found:
        if sheet.title == EACH and not each:
            talk(f"{len(sheet.rows)} forecasts are scored; --each shows every one")
            continue
        click.echo(f"\n{sheet.title}")
        if sheet.note:
            talk(sheet.note)
        print_rows(sheet.rows, "text", sheet.columns, numeric=sheet.numeric)
    if not card.frozen:
        talk(
            "nothing is frozen yet: keep forecasts with `xb report --freeze`, `xb series ... --freeze` or `xb outlook --freeze`"
        )


def _write(path: Path, card: ScoreCard, book: Book) -> None:
    from crossbearing.cli.report import write_aside
    from crossbearing.publish.score.page import card_page

    write_aside(path, card_page(card, book))
    talk(f"score card: {path}, highest visibility inside: {book.visibility}")


class _Progress:
    """A line on stderr while the walk runs, where somebody watches."""

    def __init__(self) -> None:
        self.on = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def step(self, origin: Origin) -> None:
        """Say which day and quantity was just done."""
        if self.on:
            words = f"{origin.day} {origin.subject.entity} {origin.subject.metric}"
            click.echo(f"\r\x1b[K{words[:70]}", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self.on:
            click.echo("\r\x1b[K", nl=False, err=True)
