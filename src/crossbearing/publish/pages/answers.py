"""Comparisons, differences and readings as offline pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crossbearing.publish.pages.page import offline_page
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.quantity import parse_quantity
from crossbearing.vocabulary.reading import Proposed, Reading, Verdict
from crossbearing.vocabulary.unit import parse_unit
from crossbearing.vocabulary.words import say_quantity

if TYPE_CHECKING:
    from crossbearing.pipeline.differing import Difference
    from crossbearing.value.compare import Comparison
    from crossbearing.value.references import GrowthRow

BASES = {"unspecified": "gross or net not stated"}


def compare_page(
    book: Book, table: Comparison, leads: Sequence[Mapping[str, Any]] = (), growth: Sequence[GrowthRow] = ()
) -> str:
    """Companies side by side, and who leads.

    Args:
        book: Where the claims stand.
        table: What `pipeline.compare_companies` gave.
        leads: What `pipeline.answers.leads_of` gave.
        growth: Growth beside reference companies.
    """
    from crossbearing.publish.answers.words import lead_lines, lead_rows
    from crossbearing.publish.valuation.comparison import growth_words
    from crossbearing.publish.valuation.tables import words

    told, used = [], set()
    for found in leads:
        more = {} if found.get("why") else {"rows": lead_rows(found), "lines": lead_lines(found)}
        told.append({"why": "", **found, **more})
        used |= set(found["claims"])
    rows = []
    for line in table.lines:
        cells = [
            {
                "entity": s.entity,
                "text": words(s.term) if s.term.value is not None else "–",
                "tail": ", ".join(t for t in (s.when, s.definition) if t) if s.term.value is not None else "",
                "claims": s.term.lineage.claims if s.term.value is not None else (),
            }
            for s in line.sides
        ]
        used |= {i for cell in cells for i in cell["claims"]}
        ratio = words(line.ratio) if line.ratio else ""
        rows.append({"label": line.label, "cells": cells, "ratio": ratio, "why_not": line.why_not})
    return offline_page(
        "compare.html.j2",
        "comparison",
        " and ".join(table.entities),
        [book],
        used,
        at=table.at,
        names=table.entities,
        leads=told,
        rows=rows,
        growth=growth_words(growth) if growth else [],
    )


def diff_page(before: Book, after: Book, found: Difference, first: str, second: str) -> str:
    """Two states of a book: what moved, and the claims that came, changed and went.

    Args:
        before: The first state.
        after: The second.
        found: What `pipeline.differing.difference` gave.
        first: What the first is called.
        second: What the second is called.
    """
    touched = [*found.added, *found.withdrawn, *(x.after for x in found.changed)]
    results = [
        {
            "label": m.shift.label,
            "clock": m.clock,
            "before": m.shift.before.words(m.shift.unit),
            "after": m.shift.after.words(m.shift.unit),
            "change": (m.shift.by or "–") if m.shift.moved else "not moved",
            "moved": m.shift.moved,
        }
        for m in found.results
    ]
    return offline_page(
        "diff.html.j2",
        "what changed",
        f"{first} against {second}",
        [before, after],
        [c.id for c in touched],
        first=first,
        second=second,
        results=results,
        added=[_said(c) for c in found.added],
        withdrawn=[_said(c) for c in found.withdrawn],
        changed=[{"id": x.after.id, "cells": x.cells} for x in found.changed],
        renamed=found.renamed,
        judgments=found.judgments,
        left_out=len(found.left_out),
    )


def _said(claim: Claim) -> dict[str, str]:
    about = f", {claim.period}" if claim.period else ""
    words = f"{claim.entity} {claim.metric} {say_quantity(claim.quantity, claim.unit)}{about}, {claim.basis}"
    return {"id": claim.id, "words": f"{words} ({claim.modality}, {claim.status})"}


def read_page(book: Book, readings: Sequence[tuple[Reading, str]]) -> str:
    """Documents read against a book: each proposal with its sentence and how it stands to what is known.

    Args:
        book: The book, with what was accepted.
        readings: Each reading and the note on what was taken in, empty where nothing was.
    """
    used = {i for r, _ in readings for p in r.proposals for i in (*p.known_as, *_against(p))}
    told = [_reading(book, r, note, n) for n, (r, note) in enumerate(readings, start=1)]
    first = readings[0][0]
    title = first.source["title"] or first.document if len(readings) == 1 else f"{len(readings)} documents"
    return offline_page("read.html.j2", "what a document says", title, [book], used, readings=told)


def _reading(book: Book, reading: Reading, note: str, number: int) -> dict[str, Any]:
    counts = Counter(str(p.verdict) for p in reading.proposals)
    source = reading.source
    facts = (source["publisher"] or "unknown publisher", source["published"] or "undated", source["title"])
    return {
        "key": f"d{number}",
        "document": reading.document,
        "told": ", ".join(f"{counts[v]} {v}" for v in Verdict if counts[v]) or "No figure was found in it",
        "source": ", ".join(f for f in facts if f),
        "copy_of": reading.copy_of,
        "notes": reading.notes,
        "note": note,
        "proposals": [
            {
                "id": p.id,
                "verdict": str(p.verdict),
                "claim": _row(book, p.cells),
                "sentence": p.sentence,
                "place": f"line {p.line}" + (f", page {p.page}" if p.page else ""),
                "details": list(_details(p)),
            }
            for p in reading.proposals
        ],
    }


def _row(book: Book, cells: Mapping[str, str]) -> str:
    """A proposed row in a reader's words; as it is written where its figure cannot be read."""
    metric = book.registry.get(cells["metric"])
    label = metric.label[:1].lower() + metric.label[1:] if metric else cells["metric"]
    try:
        unit = parse_unit(cells["unit"])
        figure = say_quantity(parse_quantity(cells["value"], unit), unit)
    except CellError:
        figure = f"{cells['value']} {cells['unit']}".strip()
    rest = (cells["period"], BASES.get(cells["basis"], cells["basis"]), cells["status"], cells["modality"])
    tail = ", ".join(t.replace("_", " ") for t in rest if t not in ("", "n/a", "actual"))
    return f"{cells['entity']}: {label} {figure}, {tail}"


def _details(proposed: Proposed) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Named lines below a proposal: words, and the claims they point to."""
    if proposed.attributed_to:
        yield "said by", proposed.attributed_to, ()
    if proposed.known_as:
        yield "known", f"first told by {proposed.origin}:", proposed.known_as
    for found in proposed.contradictions:
        yield "against", f"({found.kind}) {found.what}", found.claims
        yield "because", found.why, ()
        yield "resolve", found.resolution, ()
    for shift in proposed.shifts:
        yield "moves", shift.words(), ()
    if proposed.still and not proposed.known_as:
        yield "moves", f"nothing: {proposed.still}", ()
    if proposed.doubt:
        yield "doubt", proposed.doubt, ()
    if proposed.stranger:
        yield "stranger", f"{proposed.cells['entity']} is not in the book yet", ()
    if proposed.fault:
        yield "fault", proposed.fault, ()
    if proposed.rival is not None:
        entity, metric, share = proposed.rival
        yield "or", f"{entity} {metric} (share of the evidence {share:.0%})", ()


def _against(proposed: Proposed) -> Iterator[str]:
    for found in proposed.contradictions:
        yield from found.claims
