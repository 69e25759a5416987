"""Rows of commitments, relations, cap table and watch list to their nouns, through one reader for all four."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crossbearing.book import cells
from crossbearing.book.claims import formula
from crossbearing.book.faults import Fault, warning
from crossbearing.book.layout import CAPTABLE, COMMITMENTS, RELATIONS, WATCH, Column, TableSpec
from crossbearing.book.names import Names
from crossbearing.book.table import Row, Table
from crossbearing.vocabulary.book import Commitment, Relation, Round, WatchItem
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Position
from crossbearing.vocabulary.predicate import parse_predicate
from crossbearing.vocabulary.qualifiers import parse_list

_FIELD = {
    ("relations.csv", "from"): "giver",
    ("relations.csv", "to"): "taker",
    ("captable.csv", "round"): "name",
}
_DEFAULT = {
    "direction": "unclear",
    "firmness": "unknown",
    "exclusive": "unknown",
    "valuation_basis": "unspecified",
    "state": "pending",
    "status": "closed",
    "kind": "compute",
}
NOUNS: dict[str, type] = {
    COMMITMENTS.file: Commitment,
    RELATIONS.file: Relation,
    CAPTABLE.file: Round,
    WATCH.file: WatchItem,
}


def builder(table: Table, names: Names) -> Callable[[Row], Any]:
    """A builder of the nouns of one of the four ledgers."""
    spec, noun = table.spec, NOUNS[table.spec.file]
    readers = [
        (i, _FIELD.get((spec.file, c.name), c.name), _reader(spec, c, names))
        for i, c in enumerate(spec.columns)
    ]

    def build(row: Row) -> Any:
        values = {field: row.read(i, read) for i, field, read in readers}
        formula(row, table)
        if spec is WATCH and values["predicate"]:
            _expectation(row, spec.names.index("predicate"), names)
        if not row.sound:
            return None
        return noun(**values, visibility=names.default, position=Position(table.file, row.line, 1))

    return build


def _expectation(row: Row, index: int, names: Names) -> None:
    """Warn of an expectation the watch list cannot decide; nothing else rests on it, so results go on."""
    if names.entities is None:
        return
    try:
        parse_predicate(row.cells[index].strip(), names.spelling, names.registry)
    except CellError as fault:
        found = warning("XB123", fault.what, fault.why, fault.mend)
        found.offset = fault.offset
        row.blame(index, found)


def _reader(spec: TableSpec, column: Column, names: Names) -> Callable[[str], Any]:
    if column.kind == "entity":
        return names.entity if column.required else names.optional_entity
    if column.kind == "source":
        return names.source if column.required else names.optional_source
    special: dict[str, Callable[[str], Any]] = {
        "party": names.party,
        "claims": names.claim_ids,
        "list": parse_list,
    }
    if column.kind in special:
        return special[column.kind]
    default = None if column.required else _DEFAULT.get(column.name, "")
    read = cells.grammar(column.kind, column.words, f"{column.name} of {spec.file}", default)
    assert read is not None, column
    if column.required and column.kind == "text":
        return _present(column.name)
    return read


def _present(name: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if not cell:
            raise Fault("XB115", f"the {name} is missing", "the row says nothing without it", "write it")
        return cell

    return read
