"""Accepted proposals into a book, and out of it again: written whole or not at all, each change remembered for undoing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crossbearing.book import journal
from crossbearing.book.journal import Change
from crossbearing.book.layout import BOOK_FILE, CLAIMS, SOURCES
from crossbearing.book.saving import Edit, edit
from crossbearing.gather.cells import unused
from crossbearing.problems import UsageError
from crossbearing.vocabulary.reading import Proposed, Reading, Verdict

if TYPE_CHECKING:
    from crossbearing.vocabulary.book import Book

EDITABLE = tuple(n for n in CLAIMS.names if n not in ("id", "source", "locator"))
Edits = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided on one proposal.

    Attributes:
        proposal: The proposal.
        cells: Its row with the edits.
    """

    proposal: Proposed
    cells: dict[str, str]


def accept(
    book_dir: Path,
    reading: Reading,
    ids: Sequence[str] | str,
    edits: Edits | None = None,
    *,
    merges: Mapping[str, str] | None = None,
    add_entities: bool = False,
    note: str = "",
) -> Change:
    """Take proposals into the book of a folder: all of them or none, under the lock of the book.

    Nothing of the document enters but figures, locators and its row in sources.csv. A proposal that is known already enters only
    when it is named, as a copy that leads to the first report and counts once with it.

    Args:
        book_dir: Folder of the book.
        reading: What `propose` gave.
        ids: Ids of proposals, or `all` for every new and contradicting one that can enter as it is.
        edits: Cells to change before, by proposal and column of claims.csv.
        merges: Proposals that repeat a claim of the book, by id of that claim: they lead to its first report.
        add_entities: Whether entities the book does not know are added to book.toml.
        note: What the change is remembered by.

    Returns:
        What was written, for `undo` and the change note.

    Raises:
        UsageError: The bundled book, an unknown proposal or column, nothing to accept, an unknown entity, or somebody else wrote.
        BookError: The book would have errors it had not before. Nothing is written.
    """
    book = _book_of(book_dir)
    wanted = enterable(reading, strangers=add_entities) if ids == "all" else ids
    chosen = _chosen(reading, wanted, edits or {}, merges or {}, book)
    strangers = _strangers(chosen, book)
    if strangers and not add_entities:
        raise UsageError(
            f"{', '.join(strangers)} {'is' if len(strangers) == 1 else 'are'} not in the book",
            "a figure belongs to an entity that book.toml declares",
            "edit the entity of the proposal, or allow it with --add-entities",
        )
    change = edit(book_dir)
    source = _add_source(change, reading)
    claims = _add_claims(change, chosen, source)
    for name in strangers:
        change.append(BOOK_FILE, _entity_table(name))
    return journal.save(change, reading.document, source, claims, strangers, note)


def undo(book_dir: Path, change_id: str = "") -> Change:
    """Take a change back: every byte as it was, or its rows removed where the files were changed since.

    Args:
        book_dir: Folder of the book.
        change_id: Which; the last one by default.

    Raises:
        UsageError: Nothing to undo, or a row of it was changed since, or other rows rest on it.
    """
    return journal.undo(book_dir, change_id)


def _book_of(book_dir: Path) -> Book:
    from crossbearing.book.load import load
    from crossbearing.book.saving import is_bundled

    if is_bundled(book_dir):
        edit(book_dir)
    return load(book_dir).book


def enterable(reading: Reading, *, strangers: bool = False) -> tuple[str, ...]:
    """Ids that `all` means: new or contradicting, without a fault, of entities the book knows or, with `strangers`, of any."""
    wanted = (Verdict.NEW, Verdict.CONTRADICTS)
    return tuple(
        p.id
        for p in reading.proposals
        if p.verdict in wanted and not p.fault and (strangers or not p.stranger)
    )


def _chosen(
    reading: Reading, ids: Sequence[str] | str, edits: Edits, merges: Mapping[str, str], book: Book
) -> list[Choice]:
    """The proposals with their edited rows, in the order of the document."""
    wanted = tuple([ids] if isinstance(ids, str) else ids)
    for name in (*wanted, *edits, *merges):
        if reading.proposal(name) is None:
            raise UsageError(
                f"no proposal {name}", "", f"the document gave {', '.join(p.id for p in reading.proposals)}"
            )
    if not wanted and enterable(reading, strangers=True):
        raise UsageError(
            "nothing to accept",
            "every new figure is of an entity that book.toml does not declare",
            "allow them in with --add-entities, or declare the entity first",
        )
    if not wanted:
        raise UsageError(
            "nothing to accept",
            "every figure of the document is known already, or none can enter as it is",
            "name the ids of proposals to take them in as further copies",
        )
    return [
        Choice(p, _row(p, edits.get(p.id, {}), merges.get(p.id), book))
        for p in reading.proposals
        if p.id in set(wanted)
    ]


def _row(proposed: Proposed, edited: Mapping[str, str], twin: str | None, book: Book) -> dict[str, str]:
    unknown = [column for column in edited if column not in EDITABLE]
    if unknown:
        raise UsageError(f"{unknown[0]!r} cannot be edited", "", f"columns are {', '.join(EDITABLE)}")
    row = dict(proposed.cells)
    if twin is not None:
        told = book.claim(twin)
        if told is None:
            raise UsageError(f"the book has no claim {twin}", "", "name a claim of the book to merge with")
        row["via"] = told.origin or told.source
    elif proposed.verdict is Verdict.KNOWN and not edited:
        row["via"] = proposed.origin
    if row["via"] == row["source"]:
        row["via"] = ""
    return {**row, **edited}


def _strangers(chosen: Iterable[Choice], book: Book) -> tuple[str, ...]:
    names = dict.fromkeys(c.cells["entity"] for c in chosen)
    return tuple(n for n in names if book.canonical_entity(n) is None)


def _add_source(change: Edit, reading: Reading) -> str:
    """The id of the document's row, which is added where the book does not have it yet."""
    table = change.table(SOURCES.file)
    row = dict(reading.source)
    if row["id"] in table.ids:
        held = table.cells(row["id"])
        if not reading.source_is_new or all(held.get(k, "") == v for k, v in row.items()):
            return row["id"]
        row["id"] = unused(row["id"], table.ids)
    table.add(row)
    return row["id"]


def _add_claims(change: Edit, chosen: Iterable[Choice], source: str) -> dict[str, dict[str, str]]:
    """The rows as added, by id."""
    table = change.table(CLAIMS.file)
    added: dict[str, dict[str, str]] = {}
    for choice in chosen:
        row = {**choice.cells, "source": source}
        name = row["id"]
        if name in table.ids:
            held = table.cells(name)
            if held.get("locator") == row["locator"] and held.get("metric") == row["metric"]:
                raise UsageError(
                    f"{choice.proposal.id} is in the book already, as {name}",
                    "a figure enters once",
                    "leave it out",
                )
            row["id"] = unused(name, table.ids)
        table.add(row)
        added[row["id"]] = row
    return added


def _entity_table(name: str) -> str:
    """A table of book.toml for an entity, its name written as a TOML basic string."""
    import json

    return f"[entities.{json.dumps(name, ensure_ascii=False)}]"
