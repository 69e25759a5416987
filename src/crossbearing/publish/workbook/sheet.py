"""A sheet before it is a file: cells with their role, formats, notes and charts, placed row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from crossbearing.publish.workbook.live import Live, cell

# Banker's colours: blue is typed in, black is calculated here, green comes from another sheet, purple is our estimate.
Role = Literal["input", "formula", "link", "estimate", "text", "head", "title", "section", "note"]
Value = str | float | int | bool | date | None
MOST_TEXT = 32_000
BLUE, PALE, GREY = "#1F5A96", "#8FB3D9", "#B7BCC5"
NAME_LETTERS = 31


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        value: What it holds; for a formula, what it gives now.
        role: Decides the colour.
        form: Number format; empty for text.
        formula: With its equals sign, or empty.
        note: Shown on hovering: the source of an input.
        target: Address a text leads to: a web page, or `internal:'Sheet'!A1`.
    """

    value: Value
    role: Role = "text"
    form: str = ""
    formula: str = ""
    note: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line or group of columns of a chart: references to its names and figures."""

    name: str
    categories: str
    values: str
    colour: str
    kind: Literal["solid", "band", "hidden"] = "solid"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart beside a table.

    Attributes:
        kind: line, stacked columns or stacked bars.
        title: What it shows, with its basis and interval.
        lines: Its data.
        at: Cell of its upper left corner.
        form: Number format of the value axis.
    """

    kind: Literal["line", "column", "bar"]
    title: str
    lines: tuple[Line, ...]
    at: str
    form: str = ""


@dataclass(slots=True)
class Sheet:
    """A sheet that is filled from the top.

    Attributes:
        name: On the tab.
        cells: By (row, column), counted from zero.
        row: Next free row.
        widths: Of columns, in letters.
        frozen: First (row, column) that scrolls.
        filtered: (first row, last row, last column) of the table with filter arrows, or None.
        charts: Drawn over the sheet.
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    row: int = 0
    widths: dict[int, int] = field(default_factory=dict)
    frozen: tuple[int, int] = (0, 0)
    filtered: tuple[int, int, int] | None = None
    charts: list[Chart] = field(default_factory=list)

    def put(self, column: int, found: Cell, row: int | None = None) -> str:
        """Place a cell in the current row, or another; its address."""
        at = self.row if row is None else row
        self.cells[at, column] = found
        return address(at, column)

    def title(self, text: str, note: str = "") -> None:
        """A heading over the sheet and a line of explanation."""
        self.put(0, Cell(text, "title"))
        self.row += 1
        if note:
            self.put(0, Cell(note, "note"))
            self.row += 1
        self.row += 1

    def section(self, text: str, *notes: str) -> None:
        """A heading of a part, with notes under it."""
        self.row += 1
        self.put(0, Cell(text, "section"))
        self.row += 1
        for note in notes:
            self.put(0, Cell(note, "note"))
            self.row += 1

    def heads(self, *names: str) -> int:
        """A row of column headings; its row."""
        for column, name in enumerate(names):
            self.put(column, Cell(name, "head"))
        self.row += 1
        return self.row - 1

    def line(self, *found: Cell | None) -> int:
        """A row of cells, None for an empty one; its row."""
        for column, one in enumerate(found):
            if one is not None:
                self.put(column, one)
        self.row += 1
        return self.row - 1

    def fit(self, **widths: int) -> None:
        """Widths of columns by letter."""
        self.widths.update({column_number(letter): width for letter, width in widths.items()})

    def ref(self, row: int, column: int, *, fixed: bool = False) -> str:
        """How another sheet refers to a cell of this one."""
        return f"{quoted(self.name)}!{address(row, column, fixed=fixed)}"

    def span(self, first: int, last: int, column: int) -> str:
        """How a chart refers to a part of a column."""
        return (
            f"={quoted(self.name)}!{address(first, column, fixed=True)}:{address(last, column, fixed=True)}"
        )


def fan_lines(
    sheet: Sheet, first: int, last: int, names: int, ends: tuple[int, int, int]
) -> tuple[Line, ...]:
    """The lines of a fan: the median and both ends of its 90 % interval.

    Args:
        sheet: Holds the quantiles.
        first: Row of the first date.
        last: Row of the last.
        names: Column of the dates.
        ends: Columns of the 5th percentile, the median and the 95th.
    """
    dates = sheet.span(first, last, names)
    low, middle, high = (sheet.span(first, last, column) for column in ends)
    return (
        Line("p5", dates, low, PALE, "band"),
        Line("median", dates, middle, BLUE),
        Line("p95", dates, high, PALE, "band"),
    )


def text(value: Any, target: str = "", note: str = "") -> Cell:
    """A cell of words; what is too long for a cell is cut, and says so."""
    words = "" if value is None else str(value)
    if len(words) > MOST_TEXT:
        words = f"{words[:MOST_TEXT]} … (cut)"
    return Cell(words, "text", target=target, note=note)


def figure(value: float | None, unit: str, role: Role = "estimate", note: str = "") -> Cell:
    """A figure in its base unit, shown in the thousands, millions or billions it is of; words where there is none."""
    if value is None or not math.isfinite(value):
        return Cell("", "text", note=note)
    return Cell(value, role, format_of(value, unit), note=note)


def live(found: Live, unit: str, note: str = "", form: str = "") -> Cell:
    """A cell that calculates; one that only points to another sheet is a link."""
    points = re.fullmatch(r"'.*'!\$?[A-Z]+\$?[0-9]+|[A-Za-z]+!\$?[A-Z]+\$?[0-9]+", found.text)
    how = form or format_of(found.value or 0.0, unit)
    return Cell(found.shown, "link" if points else "formula", how, found.formula, note)


def held(sheet: Sheet, column: int, found: Cell, needs: str = "") -> Live:
    """Place a cell and hand back the figure for other formulas of the same sheet."""
    ref = sheet.put(column, found)
    number = found.value if isinstance(found.value, int | float) else None
    return cell(ref, None if number is None else float(number), needs)


_STEPS = ((1e9, ",,,", "bn"), (1e6, ",,", "m"), (1e3, ",", "k"))
_PLAIN = {
    "x": '0.0"x"',
    "ratio": "0.0%",
    "probability": "0.0%",
    "return": "+0.0%;-0.0%;0.0%",
    "pp": '0.0" pp"',
    "log": "0.000",
    "years": "0.00",
    "year": "0.00",
    "days": "0",
}


def format_of(value: float, unit: str) -> str:
    """The number format of a figure: the cell keeps the base unit, the eye sees billions."""
    if unit in _PLAIN:
        return _PLAIN[unit]
    if unit == "W":
        big = abs(value) >= 1e8
        return '0.00,,,"GW"' if big else '0,,"MW"'
    currency, _, per = unit.partition("/")
    money = len(currency) == 3 and currency.isupper()
    sign, tail = ("$", "") if currency == "USD" else ("", f" {currency}" if money else "")
    tail += f"/{per}" if money and per else ""
    for size, commas, letter in _STEPS:
        if abs(value) >= size:
            ending = f"{letter}{tail}".replace('"', "'")
            return f'{sign}#,##0.0{commas}"{ending}"'
    places = "#,##0.00" if money or abs(value) < 10 else "#,##0"
    return f'{sign}{places}"{tail}"' if tail else f"{sign}{places}"


def address(row: int, column: int, *, fixed: bool = False) -> str:
    """A1 notation of a cell counted from zero."""
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return f"${letters}${row + 1}" if fixed else f"{letters}{row + 1}"


def column_number(letters: str) -> int:
    """A column by its letters, counted from zero."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1


def quoted(name: str) -> str:
    """A sheet name as a formula writes it."""
    return f"'{name}'"


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names that a workbook takes: no forbidden characters, at most 31 letters, none twice, whatever the case."""
    taken: set[str] = set()
    found = []
    for name in wanted:
        clean = "".join("-" if ch in "[]:*?/\\" or not ch.isprintable() else ch for ch in name)
        clean = clean.replace(
            "'", "’"
        ).strip()  # a straight one would have to be doubled wherever the sheet is named
        clean = clean[:NAME_LETTERS] or "Sheet"
        shown, number = clean, 2
        while shown.casefold() in taken or shown.casefold() == "history":
            tail = f" {number}"
            shown, number = f"{clean[: NAME_LETTERS - len(tail)]}{tail}", number + 1
        taken.add(shown.casefold())
        found.append(shown)
    return found


def widths_of(rows: Sequence[Sequence[Cell | None]], least: int = 9, most: int = 48) -> dict[int, int]:
    """Widths that show most of the words of each column."""
    found: dict[int, int] = {}
    for row in rows:
        for column, one in enumerate(row):
            if one is not None and isinstance(one.value, str) and one.role in ("text", "head"):
                found[column] = max(found.get(column, least), min(most, len(one.value) + 2))
    return found
