"""`xb documents`: a user's own copies of documents, beside the book and never in it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce, print_json, print_rows, talk
from crossbearing.pipeline import open_book
from crossbearing.problems import UsageError


@click.group("documents")
def command() -> None:
    """Your own copies of documents: never needed to run, never committed by default."""


@command.command("attach")
@click.argument("places", metavar="FILE|DIR|URL...", nargs=-1, required=True)
@shared_options(argument=False)
def attach(shared: Shared, places: tuple[str, ...]) -> None:
    """Tie your copies to the claims of a book, so that `xb trace` shows the sentence behind each.

    A sentence is found by its hash, at its place or wherever it moved; a claim whose locator has no hash, by its figure at its
    place, where most figures of that document stand. The text is kept in the book's folder `documents`, which git ignores.
    """
    from crossbearing.gather.documents import places_of, read_document
    from crossbearing.pipeline.attaching import attach_document

    if shared.book is None:
        raise UsageError(
            "the bundled book is not written to",
            "copies are kept in the folder of a book",
            "make your own with `xb new DIR --from frontier`, then --book DIR",
        )
    listed = places_of(places)
    book = open_book(shared.book, None, shared.as_of, shared.visibility).book
    announce(book.visibility)
    rows: list[dict[str, Any]] = []
    for place in listed:
        try:
            document = read_document(place)
        except UsageError as fault:
            if len(listed) == 1:
                raise
            talk(fault.as_text())
            continue
        told, kept = attach_document(shared.book, book, document)
        rows += [
            {
                "document": document.name,
                "kept": kept,
                "claim": a.claim,
                "state": a.state,
                "start": a.start,
                "end": a.end,
            }
            for a in told
        ]
        counts = Counter(a.state for a in told)
        summary = ", ".join(f"{n} {state}" for state, n in counts.items())
        talk(f"{document.name}: {summary or 'no claim of this book rests on it'}")
    if shared.form == "json":
        print_json(rows)
    elif rows:
        print_rows(rows, shared.form, numeric=("start", "end"))
