"""`xb claims`: what was said, one line a claim."""

from __future__ import annotations

from typing import Any

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import print_json, print_rows, talk
from crossbearing.pipeline import Opened, check_book, open_book
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality, Status

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
        list_conflicts(opened, {claim.id for claim in select(book, **wanted)}, shared.form)
        return
    rows = [as_row(claim) for claim in select(book, **wanted)]
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
    rows = [{"conflict": c.id, "kind": str(c.kind), **as_row(by_id[i])} for c in found for i in c.claims]
    if form == "json":
        print_json(rows)
    else:
        flat = [{**row, "qualifiers": claim_qualifiers(row), "via": "; ".join(row["via"])} for row in rows]
        print_rows(flat, form, ("conflict", *TEXT) if form == "text" else None, numeric=("value",))


def select(book: Book, **wanted: Any) -> list[Claim]:
    """Claims that answer every filter.

    Raises:
        UsageError: A filter names something the book does not have.
    """
    entity = _entity(book, wanted["entity"]) if wanted.get("entity") else None
    metrics = _metrics(book, wanted["metric"]) if wanted.get("metric") else None
    source, ids = wanted.get("source"), set(wanted.get("ids") or ())
    if source and source not in book.sources:
        raise UsageError(f"unknown source {source}", "", "sources are listed in sources.csv")
    missing = ids - {c.id for c in book.claims}
    if missing:
        raise UsageError(f"unknown claim {min(missing)}", "", "run xb claims for the list")
    return [
        claim
        for claim in book.claims
        if (entity is None or claim.entity == entity)
        and (metrics is None or claim.metric in metrics)
        and (not wanted.get("status") or claim.status == wanted["status"])
        and (not wanted.get("modality") or claim.modality == wanted["modality"])
        and (not source or claim.source == source)
        and (not ids or claim.id in ids)
    ]


def _entity(book: Book, name: str) -> str:
    found = book.canonical_entity(name)
    if found is None:
        raise UsageError(f"unknown entity {name}", "", f"the book has {', '.join(book.entities)}")
    return found


def _metrics(book: Book, name: str) -> set[str]:
    found = book.registry.canonical(name)
    family = {metric for metric in book.registry if metric.startswith(f"{name}.")}
    if found is None and not family:
        near = sorted({c.metric for c in book.claims})
        raise UsageError(f"unknown metric {name}", "", f"the book has {', '.join(near)}")
    return family | ({found} if found else set())


def as_row(claim: Claim) -> dict[str, Any]:
    """A claim as published: the words of the book beside the figures they mean."""
    quantity = claim.quantity
    return {
        "id": claim.id,
        "entity": claim.entity,
        "metric": claim.metric,
        "value": quantity.text,
        "number": quantity.value,
        "low": quantity.low,
        "high": quantity.high,
        "relation": str(quantity.relation),
        "unit": claim.unit.symbol,
        "period": str(claim.period) if claim.period else "",
        "basis": str(claim.basis),
        "definition": claim.definition,
        "status": str(claim.status),
        "modality": str(claim.modality),
        "source": claim.source,
        "via": list(claim.via),
        "origin": claim.origin,
        "known": claim.known.isoformat() if claim.known else None,
        "qualifiers": dict(claim.qualifiers),
        "locator": claim.locator,
        "visibility": str(claim.visibility),
        "note": claim.note,
        "file": claim.position.file,
        "line": claim.position.line,
    }


def claim_qualifiers(row: dict[str, Any]) -> str:
    """Qualifiers as the book writes them."""
    from crossbearing.vocabulary.qualifiers import print_qualifiers

    return print_qualifiers(row["qualifiers"].items())
