"""The fields of the forms, made from the tables of the book, so that a form never asks for a column that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crossbearing.book.layout import CLAIMS, SOURCES, Column
from crossbearing.vocabulary.book import Book

MOST = 2_000
LISTED = {"metric": "metrics"}
WIDE = ("qualifiers", "note")
LABELS = {
    "id": "id (made for you where empty)",
    "entity": "company or product",
    "status": "who stands behind it",
    "modality": "what it says",
    "via": "chain to the first report",
    "known": "known on, where earlier than the source",
    "locator": "place in the document",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        name: Column.
        label, help: Words for people.
        required: Whether it may not be empty.
        words: What may be chosen, as (value, words); empty for free text.
        most: Letters allowed.
        list: Id of a list of suggestions, or an empty string.
        wide: Whether it takes a whole line.
    """

    name: str
    label: str
    help: str
    required: bool = False
    words: tuple[tuple[str, str], ...] = ()
    most: int = MOST
    list: str = ""
    wide: bool = False


def claim_fields(book: Book, *, new: bool) -> list[Field]:
    """Fields of a claim; the id of a claim that is there stays."""
    return [_field(c, book, new=new) for c in CLAIMS.columns if new or c.name != "id"]


def source_fields() -> list[Field]:
    """Fields of a source that is not in the book yet, their names marked with `source.`."""
    shown = ("publisher", "title", "url", "published", "kind", "grade")
    found = []
    for column in SOURCES.columns:
        if column.name in shown:
            words = tuple((w, w or "–") for w in ("", *column.words)) if column.words else ()
            found.append(Field(f"source.{column.name}", column.name, column.description, words=words))
    return found


def _field(column: Column, book: Book, *, new: bool) -> Field:
    required = column.required and column.name not in ("id", "source")
    return Field(
        column.name,
        LABELS.get(column.name, column.name),
        column.description + (f", such as {column.example}" if column.example and not column.words else ""),
        required=required,
        words=_words(column, book, new=new),
        list=LISTED.get(column.name, ""),
        wide=column.name in WIDE,
    )


def _words(column: Column, book: Book, *, new: bool) -> tuple[tuple[str, str], ...]:
    if column.name == "entity":
        return tuple((name, name) for name in book.entities)
    if column.name == "source":
        first = (("", "a new one, below"),) if new else ()
        listed = sorted(book.sources.values(), key=lambda s: (s.publisher.casefold(), s.id))
        return (*first, *((s.id, f"{s.publisher or s.id}: {s.title or s.id}"[:90]) for s in listed))
    if not column.words:
        return ()
    first = () if column.required else (("", "–"),)
    return (*first, *((w, w) for w in column.words))


def cells_of(given: Mapping[str, str]) -> dict[str, str]:
    """The cells of a claim in a form, control characters and line ends taken out."""
    return {c.name: clean(given.get(c.name, "")) for c in CLAIMS.columns if c.name in given}


def source_cells_of(given: Mapping[str, str]) -> dict[str, str]:
    """The cells of a new source in a form; empty where none is given."""
    found = {c.name: clean(given.get(f"source.{c.name}", "")) for c in SOURCES.columns}
    return found if any(found.values()) else {}


def clean(text: str) -> str:
    """One line of printable text, at most so long as a field allows."""
    return "".join(ch if ch.isprintable() else " " for ch in text).strip()[:MOST]
