"""A CSV file as rows in the order of its specification, with every departure from it explained."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crossbearing.book.faults import Fault, damage, suggest, warning
from crossbearing.book.layout import Column, TableSpec
from crossbearing.book.tokens import Record, record_at, records
from crossbearing.problems import Problem, Severity
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Position, Visibility

_BREAK = re.compile(r"\r\n|\n|\r")
TEXT_KINDS = ("text", "list", "claims", "party")


class Row:
    """Cells in the order of the specification; reading one collects its fault instead of stopping."""

    __slots__ = ("cells", "faults", "line")

    def __init__(self, line: int, cells: Sequence[str]) -> None:
        self.line = line
        self.cells = cells
        self.faults: list[tuple[int, CellError]] = []

    def read(self, index: int, parse: Callable[[str], Any]) -> Any:
        """The parsed cell; None where it has a fault."""
        try:
            return parse(self.cells[index].strip())
        except CellError as fault:
            self.faults.append((index, fault))
            return None

    def blame(self, index: int, fault: CellError) -> None:
        """Record a fault of a cell."""
        self.faults.append((index, fault))

    @property
    def sound(self) -> bool:
        """Whether no error was found; warnings do not count."""
        return all(isinstance(f, Fault) and f.severity is Severity.WARNING for _, f in self.faults)


@dataclass(slots=True)
class Table:
    """One CSV file: its text, its rows and its problems so far.

    Attributes:
        places: For each column of the specification, its place in the file, or None where it is absent.
        width: Cells the header has.
    """

    spec: TableSpec
    file: str
    text: str
    delimiter: str = ","
    places: tuple[int | None, ...] = ()
    width: int = 0
    rows: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    crooked: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)

    def record(self, line: int) -> Record:
        """The exact places of the cells of the record that starts on a line."""
        return record_at(self.text, self._line_starts()[line - 1], self.delimiter)

    def _line_starts(self) -> list[int]:
        if not self._starts:
            self._starts = [0, *(m.end() for m in _BREAK.finditer(self.text))]
        return self._starts

    def at(self, line: int, index: int | None, fault: CellError, code: str) -> Problem:
        """A problem with a place: the cell of a row, or the whole row where no column is named."""
        record = self.record(line)
        place = self.places[index] if index is not None and self.places else index
        token = record.tokens[place] if place is not None and place < len(record.tokens) else None
        start, end = (record.start, record.end) if token is None else (token.start, token.end)
        if token is not None:
            start += token.quoted + len(token.value) - len(token.value.lstrip())
            start = min(start + fault.offset, max(token.end - token.quoted, token.start))
        return self.problem(start, end, fault, code)

    def problem(self, start: int, end: int, fault: CellError, code: str) -> Problem:
        """A problem at an offset of the text."""
        starts = self._line_starts()
        line = bisect_right(starts, start)
        first = starts[line - 1]
        stop = _BREAK.search(self.text, start)
        last = stop.start() if stop else len(self.text)
        severity = fault.severity if isinstance(fault, Fault) else Severity.ERROR
        return Problem(
            fault.code if isinstance(fault, Fault) else code,
            Position(self.file, line, start - first + 1),
            fault.what,
            fault.why,
            fault.mend,
            severity,
            self.text[first:last],
            max(1, min(end, last) - start),
            _quoted(self.text[first:last]),
        )

    def report(self, row: Row) -> None:
        """Turn the faults of a row into problems, each with what a spreadsheet did to the cell where that is clear.

        Cells of a column that is missing are not blamed one by one.
        """
        for index, fault in row.faults:
            if self.places[index] is None:
                continue
            column = self.spec.columns[index]
            self.problems.append(
                self.at(row.line, index, _explained(column, row.cells[index], fault), column.code)
            )


def _quoted(line: str) -> Visibility:
    """Of a problem that quotes a line: the highest word of visibility in it, for the column may be what is wrong."""
    return next((v for v in reversed(Visibility) if v in line.casefold()), Visibility.PUBLIC)


def _explained(column: Column, cell: str, fault: CellError) -> CellError:
    if column.kind in TEXT_KINDS:
        return fault
    marks = damage(cell.strip())
    if marks is None:
        return fault
    what, why, mend, offset = marks
    return Fault("XB109", what, why, mend, offset)


def read_table(spec: TableSpec, text: str, file: str) -> Table:
    """The rows of a CSV text in the order of the specification; what is wrong with its form is in `problems`."""
    table = Table(spec, file, text)
    if not text.strip():
        table.problems.append(
            Problem(
                "XB105",
                Position(file, 1, 1),
                "the file is empty",
                "a table starts with the names of its columns",
                f"write the header: {','.join(spec.names)}",
            )
        )
        return table
    table.delimiter = _delimiter(text, spec)
    if table.delimiter != ",":
        table.problems.append(table.problem(0, 1, _not_commas(table.delimiter), "XB104"))
    found = list(_read(table))
    if not found:
        return table
    line, header = found[0]
    _read_header(table, line, header)
    straight = table.places == tuple(range(len(spec.columns))) and table.width == len(spec.columns)
    for line, cells in found[1:]:
        if not any(cells):
            continue
        if len(cells) == table.width:
            table.rows.append((line, cells if straight else _ordered(table, cells)))
        else:
            table.crooked.append((line, cells))
    return table


def _delimiter(text: str, spec: TableSpec) -> str:
    stop = _BREAK.search(text)
    header = text[: stop.start()] if stop else text
    known = set(spec.names)
    scores = {
        d: len(known.intersection(name.strip().strip('"').casefold() for name in header.split(d)))
        for d in ",;\t|"
    }
    best = max(scores, key=lambda d: scores[d])
    return best if scores[best] > max(scores[","], 1) else ","


def _not_commas(delimiter: str) -> Fault:
    name = {";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]
    return Fault(
        "XB104",
        f"the cells are separated by {name}",
        "spreadsheets set to some countries write CSV so; a book is separated by commas",
        "save it as 'CSV UTF-8 (comma separated)', or replace the separators",
    )


def _read(table: Table) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with the line they start on: by the csv module, or by our own tokenizer where that module gives up."""
    reader = csv.reader(io.StringIO(table.text, newline=""), strict=True, delimiter=table.delimiter)
    rows: list[tuple[int, Sequence[str]]] = []
    previous = 0
    try:
        for cells in reader:
            if cells:
                rows.append((previous + 1, cells))
            previous = reader.line_num
    except csv.Error:
        return iter(_read_exactly(table))
    return iter(rows)


def _read_exactly(table: Table) -> list[tuple[int, Sequence[str]]]:
    rows: list[tuple[int, Sequence[str]]] = []
    line = 1
    for record in records(table.text, table.delimiter):
        for token in record.tokens:
            fault = _cell_form(token.fault, token.end - token.start)
            if fault is not None:
                table.problems.append(table.problem(token.start, token.end, fault, "XB107"))
        values = [t.value for t in record.tokens]
        if values != [""]:
            rows.append((line, values))
        line += len(_BREAK.findall(table.text, record.start, record.end))
    return rows


def _cell_form(fault: str, length: int) -> Fault | None:
    limit = csv.field_size_limit()
    if fault:
        return Fault(
            "XB107",
            fault,
            "everything up to the next quotation mark would be one cell",
            'close the quotation; inside one, write "" for a quotation mark',
        )
    if length > limit:
        return Fault(
            "XB103", f"the cell is longer than {limit} characters", "no cell of a book is", "shorten it"
        )
    return None


def _read_header(table: Table, line: int, header: Sequence[str]) -> None:
    spec = table.spec
    names = [name.strip().casefold() for name in header]
    table.width = len(header)
    table.places = tuple(names.index(n) if n in names else None for n in spec.names)
    record = table.record(line)

    def blame(place: int, fault: Fault) -> None:
        token = record.tokens[place]
        table.problems.append(table.problem(token.start, token.end, fault, fault.code))

    for place, name in enumerate(names):
        if name in names[:place] and name:
            blame(place, _column_twice(name))
        elif name not in spec.names:
            blame(place, _column_unknown(name, spec, names))
    for column, at in zip(spec.columns, table.places, strict=True):
        if at is None:
            table.problems.append(
                table.problem(record.start, record.end, _column_missing(column, spec), "XB105")
            )
    found = [p for p in table.places if p is not None]
    if found != sorted(found):
        moved = next(i for i, (a, b) in enumerate(zip(found, sorted(found), strict=True)) if a != b)
        blame(sorted(found)[moved], _column_moved(names[sorted(found)[moved]], spec))


def _column_twice(name: str) -> Fault:
    return Fault(
        "XB105",
        f"column {name} stands twice",
        "which of the two holds is unclear; the first is read",
        "remove or rename one",
    )


def _column_unknown(name: str, spec: TableSpec, names: list[str]) -> Fault:
    if not name:
        return Fault(
            "XB105", "a column has no name", "its cells would be lost", "name it, or remove it with its cells"
        )
    free = tuple(n for n in spec.names if n not in names)
    return Fault(
        "XB105",
        f"{spec.file} has no column {name[:60]!r}",
        "its cells would be lost",
        suggest(name, free, f"columns are {', '.join(spec.names)}; free text goes to note"),
    )


def _column_missing(column: Column, spec: TableSpec) -> Fault:
    place = spec.names.index(column.name)
    after = f" after {spec.names[place - 1]}" if place else " first"
    if column.needed:
        return Fault(
            "XB105", f"column {column.name} is missing", f"it holds {column.description}", f"add it{after}"
        )
    return warning(
        "XB105", f"column {column.name} is missing and read as empty", column.description, f"add it{after}"
    )


def _column_moved(name: str, spec: TableSpec) -> Fault:
    return warning(
        "XB105",
        f"column {name} has moved",
        "columns are read by name, so nothing is lost; check that the cells moved with it",
        f"put the columns in order: {', '.join(spec.names)}",
    )


def _ordered(table: Table, cells: Sequence[str]) -> list[str]:
    return [cells[p] if p is not None else "" for p in table.places]


def straighten(table: Table, check: Callable[[Row], object]) -> list[Row]:
    """Rows with too many or too few cells, aligned where that leaves the fewest faults, each blamed for its count.

    Args:
        table: The table with its `crooked` rows.
        check: Reads every cell of a row, collecting its faults.
    """
    aligned: list[Row] = []
    for line, cells in table.crooked:
        best = min(_alignments(line, cells, table), key=lambda r: (check(r), len(r.faults))[1])
        table.problems.append(table.at(line, None, _wrong_count(len(cells), table), "XB106"))
        aligned.append(best)
    return aligned


def _alignments(line: int, cells: Sequence[str], table: Table) -> Iterator[Row]:
    """The row filled up or shortened at each place; at its end first."""
    difference = len(cells) - table.width
    for at in range(min(len(cells), table.width), -1, -1):
        if difference < 0:
            fitted = [*cells[:at], *[""] * -difference, *cells[at:]]
        elif at + difference < len(cells):
            fitted = [
                *cells[:at],
                table.delimiter.join(cells[at : at + difference + 1]),
                *cells[at + difference + 1 :],
            ]
        else:
            continue
        yield Row(line, _ordered(table, fitted[: table.width]))


def _wrong_count(count: int, table: Table) -> Fault:
    if count > table.width:
        return Fault(
            "XB106",
            f"the row has {count} cells, the header {table.width}",
            "a comma inside a cell needs quotation marks around the cell",
            'put the cell with the comma in quotation marks: "one, two"',
        )
    return Fault(
        "XB106",
        f"the row has {count} cells, the header {table.width}",
        "a comma is missing, or the row was cut; which cell is missing cannot be known",
        "write the missing cells; an empty cell is two commas in a row",
    )
