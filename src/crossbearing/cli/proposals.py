"""A reading as text: one block a proposal, with its place, its sentence and how it stands to the book."""

from __future__ import annotations

import os
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator

import click

from crossbearing.problems import printable
from crossbearing.vocabulary.reading import Proposed, Reading, Verdict

WIDTH = 110
MOST = 4  # contradictions shown of one proposal
COLOURS = {
    Verdict.KNOWN: "bright_black",
    Verdict.NEW: "green",
    Verdict.CONTRADICTS: "yellow",
    Verdict.UNUSABLE: "red",
}
CELLS = ("period", "basis", "status", "modality", "qualifiers")


def head(reading: Reading) -> str:
    """The document, what it amounts to and what a reader must know."""
    source = reading.source
    counts = Counter(str(p.verdict) for p in reading.proposals)
    told = ", ".join(f"{counts[v]} {v}" for v in Verdict if counts[v]) or "no figure"
    lines = [
        f"{reading.document}: {told}",
        f"  source  {source['id']}{'' if reading.source_is_new else ' (in the book already)'}",
    ]
    facts = [source["publisher"] or "unknown publisher", source["published"] or "undated", source["title"]]
    lines.append(f"          {', '.join(f for f in facts if f)}")
    if reading.copy_of:
        lines.append(f"  copy of {reading.copy_of}: what it says counts once with it")
    lines += [f"  note    {note}" for note in reading.notes]
    return "\n".join(printable_lines(lines))


def block(reading: Reading, proposed: Proposed) -> str:
    """One proposal: the claim, its sentence, and what it is against or would move."""
    verdict = str(proposed.verdict)
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        verdict = click.style(verdict, fg=COLOURS[proposed.verdict], bold=True)
    place = f"{reading.document}:{proposed.line}:{proposed.column}"
    page = f" page {proposed.page}" if proposed.page else ""
    lines = [f"\n{proposed.id}  {verdict}  {claim_line(proposed)}"]
    lines += _wrapped(f"“{proposed.sentence}”  ({place}{page})", "    ")
    lines += [line for name, text in details(proposed) for line in _wrapped(text, f"    {name:<8}  ")]
    return "\n".join((lines[0], *printable_lines(lines[1:])))


def claim_line(proposed: Proposed) -> str:
    """The claim in the words of a book."""
    cells = proposed.cells
    rest = [cells[name] for name in CELLS if cells[name] and cells[name] not in ("n/a", "actual")]
    return printable(
        f"{cells['entity']}  {cells['metric']}  {cells['value']} {cells['unit']}  {', '.join(rest)}"
    )


def details(proposed: Proposed) -> Iterator[tuple[str, str]]:
    """Named lines below a proposal."""
    if proposed.attributed_to:
        yield "said by", proposed.attributed_to
    if proposed.known_as:
        yield "known", f"as {', '.join(proposed.known_as[:6])}, first told by {proposed.origin}"
    for found in proposed.contradictions[:MOST]:
        yield "against", f"[{found.kind}] {found.what}"
        yield "because", found.why
        yield "resolve", found.resolution
    if len(proposed.contradictions) > MOST:
        yield "against", f"{len(proposed.contradictions) - MOST} more; --format json tells all"
    for shift in proposed.shifts:
        yield "moves", shift.words()
    if proposed.still and not proposed.known_as:
        yield "moves", f"nothing: {proposed.still}"
    yield from _cautions(proposed)


def _cautions(proposed: Proposed) -> Iterator[tuple[str, str]]:
    """What a person should look at twice before taking it in."""
    if proposed.doubt:
        yield "doubt", proposed.doubt
    if proposed.stranger:
        yield "stranger", f"{proposed.cells['entity']} is not in book.toml; --add-entities lets it in"
    if proposed.fault:
        yield "fault", proposed.fault
    if proposed.rival is not None:
        (entity, metric, share), best = proposed.rival, proposed.candidates[0][2]
        yield "or", f"{entity} {metric} (share of the evidence {share:.0%} against {best:.0%})"


def _wrapped(text: str, lead: str) -> list[str]:
    return textwrap.wrap(
        printable(text), WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_long_words=False
    )


def printable_lines(lines: list[str]) -> list[str]:
    """Lines that cannot drive a terminal, whatever a document put into them."""
    return [printable(line) for line in lines]
