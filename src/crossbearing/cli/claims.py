"""`xb claims`: what was said, one line a claim."""

from __future__ import annotations

from typing import Any

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import print_json, print_rows, talk
from crossbearing.pipeline import Opened, check_book, open_book
from crossbearing.pipeline.asking import claims_of
from crossbearing.publish.answers.records import claim_row
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Modality, Status

TEXT = ("id", "entity", "metric", "value", "unit", "period", "basis", "status", "modality", "source", "known")


@click.command("claims")
@click.option("--entity", metavar="NAME", help="Only claims about this entity; an alias will do.")
@click.option("--metric", metavar="METRIC", help="Only this metric, or a family such as 'revenue'.")
@click.option(
    "--status", type=click.Choice([str(s) for s in Status]), help="Only what stands on this evidence."
)
@click.option(
    "--modality", type=click.Choice([str(m) for m in Modality]), help="Only statements of this kind."
)
@click.option("--source", metavar="ID", help="Only claims of this source.")
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only this claim; may be repeated.")
@click.option("--conflicts", is_flag=True, help="Only claims that contradict others, grouped by conflict.")
@click.option("--sentences", is_flag=True, help="Show the sentence behind each, from your attached copies.")
@shared_options()
def command(shared: Shared, *, conflicts: bool, sentences: bool, **wanted: Any) -> None:
    """List the claims of a book, in the order of the book; with --conflicts, those that contradict each other."""
    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
    book = opened.book
    if conflicts:
        list_conflicts(opened, {claim.id for claim in claims_of(book, **wanted)}, shared.form)
        return
    rows = [claim_row(claim) for claim in claims_of(book, **wanted)]
    if sentences:
        rows = [{**row, "sentence": _sentence(book, row["id"])} for row in rows]
    if opened.errors:
        talk(f"{len(opened.errors)} problems: rows with errors are left out; run xb check")
    talk(f"{len(rows)} of {len(book.claims)} claims, highest visibility {book.visibility}")
    if shared.form == "json":
        print_json(rows)
    else:
        flat = [{**row, "qualifiers": claim_qualifiers(row), "via": "; ".join(row["via"])} for row in rows]
        columns = (*TEXT, "sentence") if sentences else TEXT
        print_rows(flat, shared.form, columns if shared.form == "text" else None, numeric=("value",))


def _sentence(book: Book, name: str) -> str | None:
    """The sentence in the user's own copy, or None where none is attached."""
    from crossbearing.book.attached import sentence_of

    claim = book.claim(name)
    found = sentence_of(book.root, claim) if claim else None
    return found[0] if found else None


def list_conflicts(opened: Opened, wanted: set[str], form: str) -> None:
    """Each conflict that a wanted claim is in, with all its claims."""
    checked = check_book(opened)
    by_id = {claim.id: claim for claim in opened.book.claims}
    found = [c for c in checked.conflicts if wanted.intersection(c.claims)]
    talk(f"{len(found)} of {len(checked.conflicts)} conflicts; xb check says why and what resolves them")
    rows = [{"conflict": c.id, "kind": str(c.kind), **claim_row(by_id[i])} for c in found for i in c.claims]
    if form == "json":
        print_json(rows)
    else:
        flat = [{**row, "qualifiers": claim_qualifiers(row), "via": "; ".join(row["via"])} for row in rows]
        print_rows(flat, form, ("conflict", *TEXT) if form == "text" else None, numeric=("value",))


def claim_qualifiers(row: dict[str, Any]) -> str:
    """Qualifiers as the book writes them."""
    from crossbearing.vocabulary.qualifiers import print_qualifiers

    return print_qualifiers(row["qualifiers"].items())
