"""Rows that are not in a book yet, read as its loader would read them: claims, and what is wrong with each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crossbearing.book.claims import claim_builder, read_rows, source_builder
from crossbearing.book.layout import CLAIMS, SOURCES, TableSpec
from crossbearing.book.names import Names
from crossbearing.book.table import read_table
from crossbearing.problems import Problem, Severity
from crossbearing.vocabulary.book import Book, Entity
from crossbearing.vocabulary.claim import Claim, Source

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Additions:
    """Rows as the book would hold them.

    Attributes:
        sources: Sources by id.
        claims: Claims by id; those with errors are missing.
        faults: The first error of each row that has one, by id.
    """

    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    faults: Mapping[str, Problem]


def read_additions(
    book: Book, sources: Iterable[Cells], claims: Iterable[Cells], entities: Iterable[str] = ()
) -> Additions:
    """Rows read by the grammar of a book, with its names.

    Args:
        book: The book they would join.
        sources: Rows of sources.csv.
        claims: Rows of claims.csv.
        entities: Names that are taken as if the book knew them.
    """
    known = {**{name: Entity(name) for name in entities}, **book.entities}
    names = Names(entities=known, registry=book.registry)
    table = read_table(SOURCES, _text(SOURCES, sources), SOURCES.file)
    added = {s.id: s for s in read_rows(table, source_builder(table, names))}
    names.sources = {**book.sources, **added}
    names.claims = {c.id for c in book.claims}
    listed = list(claims)
    rows = read_table(CLAIMS, _text(CLAIMS, listed), CLAIMS.file)
    found = {c.id: c for c in read_rows(rows, claim_builder(rows, names))}
    line_of = {line: cells[0].strip() for line, cells in rows.rows}
    faults: dict[str, Problem] = {}
    for problem in rows.problems:
        name = line_of.get(problem.position.line)
        if problem.severity is Severity.ERROR and name is not None:
            faults.setdefault(name, problem)
    return Additions(added, found, faults)


def _text(spec: TableSpec, rows: Iterable[Cells]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(spec.names)
    writer.writerows([row.get(name, "") for name in spec.names] for row in rows)
    return out.getvalue()
