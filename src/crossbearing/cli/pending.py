"""`xb pending`: what assistants propose, decided on by a person."""

from __future__ import annotations

from pathlib import Path

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce, print_json, print_rows, talk
from crossbearing.cli.proposals import block
from crossbearing.problems import UsageError


@click.command("pending")
@click.option(
    "--accept", "accepted", metavar="all|KEYS", help="Take these into the book, such as 3f2a...,77b0...."
)
@click.option("--drop", "dropped", metavar="all|KEYS", help="Take these out of the queue.")
@click.option(
    "--edit", "edits", multiple=True, metavar="KEY:COLUMN=VALUE", help="Change a cell before it enters."
)
@click.option(
    "--add-entities", is_flag=True, help="Let in figures of entities that book.toml does not declare yet."
)
@shared_options()
def command(
    shared: Shared, accepted: str | None, dropped: str | None, edits: tuple[str, ...], *, add_entities: bool
) -> None:
    """Claims that an assistant proposed (`xb mcp`): list them, accept or drop them. Nothing enters without this.

    Each was verified in its document when it was proposed; how it stands to the book is found anew. What is accepted can be
    undone with `xb read --undo`.
    """
    from crossbearing.pipeline import open_book
    from crossbearing.pipeline.pending import drop, take_in, waiting

    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
    announce(opened.sound().visibility)
    queue = waiting(opened, shared.book) if shared.book else ()
    if accepted is None and dropped is None:
        if shared.form == "json":
            print_json(
                [
                    {"key": w.key, "by": w.by, "document": w.reading.document, "source": dict(w.reading.source), **w.proposal.as_json()}
                    for w in queue
                ]
            )  # fmt: skip
        elif shared.form == "csv":
            print_rows(
                [{"key": w.key, "verdict": str(w.proposal.verdict), **w.proposal.cells} for w in queue], "csv"
            )
        else:
            for w in queue:
                click.echo(f"\n{w.key}, proposed by {w.by or 'nobody named'}{block(w.reading, w.proposal)}")
            click.echo(f"{len(queue)} proposals wait; --accept KEYS takes in, --drop KEYS throws away")
        return
    root = _own(shared)
    known = [w.key for w in queue]
    for key in (
        made := take_in(opened, root, _named(accepted, known), _edits(edits), add_entities=add_entities)
    ):
        talk(f"claim {', '.join(key.claims)} into {root}")
    if made:
        talk(f"`xb read --undo --book {root}` takes the last one back")
    drop(root, gone := _named(dropped, known))
    if gone:
        talk(f"{len(gone)} thrown away")


def _own(shared: Shared) -> Path:
    """The folder that is written to.

    Raises:
        UsageError: It is the bundled book, or two are open.
    """
    if shared.book is None:
        raise UsageError(
            "the bundled book is not written to", "", "make your own with `xb new DIR --from frontier`"
        )
    if shared.overlay is not None or shared.as_of is not None:
        raise UsageError("claims enter one whole book", "", "leave out --with and --as-of")
    return shared.book


def _named(text: str | None, known: list[str]) -> list[str]:
    if text is None:
        return []
    return known if text == "all" else [key.strip() for key in text.split(",") if key.strip()]


def _edits(texts: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """`3f2a...:period=2026-03` by key and column.

    Raises:
        UsageError: Not of that form.
    """
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        place, equals, value = text.partition("=")
        key, colon, column = place.partition(":")
        if not equals or not colon:
            raise UsageError(f"cannot read --edit {text}", "", "write --edit 3f2a01b2c3d4:period=2026-03")
        found.setdefault(key.strip(), {})[column.strip()] = value
    return found
