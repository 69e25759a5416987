"""Rows of a table added, replaced or removed; every byte that is not touched stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crossbearing.book.layout import TableSpec
from crossbearing.book.reading import BOM
from crossbearing.book.tokens import Record, Token, records
from crossbearing.problems import UsageError


@dataclass(slots=True)
class TableEdit:
    """The bytes of one table and the changes made to it.

    Quotation, line ends, a byte order mark, blank lines and the order of columns are kept. An added row follows the file's own
    line ends and, where every header cell is quoted, its quotation.
    """

    spec: TableSpec
    data: bytes
    _text: str = ""
    _header: dict[str, int] = field(default_factory=dict)
    _rows: dict[str, Record] = field(default_factory=dict)
    _patches: dict[int, tuple[int, str]] = field(default_factory=dict)
    _added: dict[str, str] = field(default_factory=dict)
    _line_end: str = "\n"
    _quote_all: bool = False
    _width: int = 0

    def __post_init__(self) -> None:
        try:
            self._text = self.data.removeprefix(BOM).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise _uneditable(self.spec.file, "it is not UTF-8") from fault
        if not self._text.strip():
            self._text = ",".join(self.spec.names) + self._line_end
        found = [r for r in records(self._text) if any(t.value.strip() for t in r.tokens)]
        if any(t.fault for r in found for t in r.tokens):
            raise _uneditable(self.spec.file, "a quotation mark is left open")
        header = found[0]
        self._header = {t.value.strip().casefold(): i for i, t in reversed(list(enumerate(header.tokens)))}
        if "id" not in self._header:
            raise _uneditable(self.spec.file, "it has no column id")
        self._width = len(header.tokens)
        self._line_end = self._text[header.tokens[-1].end : header.end] or "\n"
        self._quote_all = all(t.quoted for t in header.tokens)
        place = self._header["id"]
        for record in found[1:]:
            if len(record.tokens) > place:
                self._rows.setdefault(record.tokens[place].value.strip(), record)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the rows as they are now, added ones last."""
        gone = {name for name, r in self._rows.items() if self._patches.get(r.start) == (r.end, "")}
        return (*(name for name in self._rows if name not in gone), *self._added)

    def add(self, values: Mapping[str, str]) -> None:
        """Add a row at the end.

        Raises:
            UsageError: No id, an id that is there already, or a column the file does not have.
        """
        name = values.get("id", "").strip()
        if not name:
            raise UsageError("a row without an id cannot be added", "rows are found by id", "give it an id")
        if name in self.ids:
            raise UsageError(
                f"{name} is already in {self.spec.file}",
                "ids are unique",
                "replace the row, or choose another id",
            )
        places = {
            self._place(column): value for column, value in values.items() if self._known(column, value)
        }
        cells = [self._cell(places.get(i, ""), quoted=self._quote_all) for i in range(self._width)]
        self._added[name] = ",".join(cells)

    def replace(self, name: str, values: Mapping[str, str]) -> None:
        """Change cells of a row; cells that already say so keep their bytes.

        Raises:
            UsageError: No such row or column.
        """
        record = self._row(name)
        for column, value in values.items():
            if not self._known(column, value):
                continue
            place = self._place(column)
            if place >= len(record.tokens):
                raise UsageError(
                    f"row {name} has no cell {column}", "it is shorter than the header", "mend the row first"
                )
            token = record.tokens[place]
            if token.value != value:
                self._patches[token.start] = (token.end, self._cell(value, quoted=token.quoted))

    def remove(self, name: str) -> None:
        """Remove a row with its line.

        Raises:
            UsageError: No such row.
        """
        if name in self._added:
            del self._added[name]
            return
        record = self._row(name)
        inside = [start for start in self._patches if record.start <= start < record.end]
        for start in inside:
            del self._patches[start]
        self._patches[record.start] = (record.end, "")

    def result(self) -> bytes:
        """The bytes after the changes."""
        parts: list[str] = []
        at = 0
        for start in sorted(self._patches):
            end, text = self._patches[start]
            parts += [self._text[at:start], text]
            at = end
        parts.append(self._text[at:])
        body = "".join(parts)
        ended = body.endswith(("\n", "\r")) or not body
        if self._added and not ended:
            body += self._line_end
        body += self._line_end.join(self._added.values())
        if self._added and ended:
            body += self._line_end
        return (BOM if self.data.startswith(BOM) else b"") + body.encode("utf-8")

    def cells(self, name: str) -> dict[str, str]:
        """Cells of a row of the file by column, before changes.

        Raises:
            UsageError: No such row.
        """
        tokens: tuple[Token, ...] = self._row(name).tokens
        return {column: tokens[i].value for column, i in self._header.items() if i < len(tokens)}

    def _row(self, name: str) -> Record:
        record = self._rows.get(name)
        if record is None or self._patches.get(record.start) == (record.end, ""):
            raise UsageError(
                f"{self.spec.file} has no row {name}", "", "run xb claims for the list of claims"
            )
        return record

    def _known(self, column: str, value: str) -> bool:
        """Whether a column is in the file; an absent one is passed over where there is nothing to write."""
        if column in self._header:
            return True
        if value and column not in self.spec.names:
            raise UsageError(
                f"{self.spec.file} has no column {column}", "", f"columns are {', '.join(self.spec.names)}"
            )
        if value:
            raise UsageError(
                f"column {column} is missing from {self.spec.file}",
                "its cell would be lost",
                "add the column to the header",
            )
        return False

    def _place(self, column: str) -> int:
        return self._header[column]

    def _cell(self, value: str, *, quoted: bool) -> str:
        blank = value != value.strip()
        if quoted or blank or any(ch in value for ch in ',"\r\n'):
            escaped = value.replace('"', '""')
            return f'"{escaped}"'
        return value


def _uneditable(file: str, why: str) -> UsageError:
    return UsageError(
        f"{file} cannot be edited as it is", why, "run xb check and mend it first; nothing was written"
    )
