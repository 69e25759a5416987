"""Reading revenue series from a table with the columns series, period and value."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from crossbearing.problems import BookError, Problem, UsageError
from crossbearing.vocabulary.claim import Position
from crossbearing.vocabulary.period import add_months

COLUMNS = ("series", "period", "value")
STEP = {"month": 1, "quarter": 3}
MOST_PROBLEMS = 1000
SMALLEST, LARGEST = 1e-250, 1e250  # of revenue: forecasts stay finite numbers
_PERIOD = re.compile(r"([0-9]{4})-(?:(0[1-9]|1[0-2])|Q([1-4]))")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class TableError(BookError):
    """The table has rows that cannot be read as revenue; carries a problem a row. Exit 1."""

    def __init__(self, problems: list[Problem], file: str) -> None:
        super().__init__(problems)
        count = len(self.problems)
        many = (
            f"{MOST_PROBLEMS} or more rows"
            if count >= MOST_PROBLEMS
            else f"{count} row{'s' if count != 1 else ''}"
        )
        self.what = f"{file} has {many} that cannot be read as revenue"
        self.mend = "mend the rows named above; a period may simply be left out"


@dataclass(slots=True)
class RevenueSeries:
    """One series of revenue a period, oldest first.

    Attributes:
        name: As in the table.
        frequency: month or quarter.
        months: First month of each period, counted year * 12 + month - 1, ascending.
        values: Revenue of each period, positive, in the table's unit.
        lines: Line of the table each figure stands on.
    """

    name: str
    frequency: str
    months: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def step(self) -> int:
        """Months a period lasts."""
        return STEP[self.frequency]

    def label(self, ahead: int) -> str:
        """The period so many periods after the last one, written as in the table."""
        return period_label(self.months[-1] + ahead * self.step, self.frequency)

    def in_order(self) -> None:
        """Sort by period, in place."""
        if any(a > b for a, b in zip(self.months, self.months[1:], strict=False)):
            order = sorted(range(len(self.months)), key=self.months.__getitem__)
            self.months = [self.months[i] for i in order]
            self.values = [self.values[i] for i in order]
            self.lines = [self.lines[i] for i in order]


def period_label(month: int, frequency: str) -> str:
    """`2026-03` or `2026-Q1`, from the first month of the period."""
    year, rest = divmod(month, 12)
    return f"{year:04d}-{rest + 1:02d}" if frequency == "month" else f"{year:04d}-Q{rest // 3 + 1}"


@lru_cache(maxsize=65536)
def parse_revenue_period(text: str) -> tuple[int, str] | None:
    """First month (year * 12 + month - 1) and frequency of a period, or None if it is neither a month nor a quarter."""
    match = _PERIOD.fullmatch(text)
    if not match or match[1] == "0000":
        return None
    year = int(match[1]) * 12
    return (year + int(match[2]) - 1, "month") if match[2] else (year + 3 * int(match[3]) - 3, "quarter")


def read_table(path: Path, as_of: date | None = None) -> list[RevenueSeries]:
    """The series of a CSV file, in the order of their first rows.

    Args:
        path: A UTF-8 file with the columns series, period and value, in any order; others are left alone.
        as_of: If given, periods that had not ended on that day are left out.

    Raises:
        UsageError: The file is not there, is no UTF-8 text, or lacks a column.
        TableError: Rows that cannot be read: all of them, with line and column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            reading = _Reading(path.name, _places(path.name, next(reader, [])))
            for cells in reader:
                reading.take(cells, reader.line_num)
    except OSError as fault:
        raise UsageError(f"cannot read {path}: {fault.strerror}", "", "name a CSV file") from fault
    except (UnicodeDecodeError, csv.Error) as fault:
        raise UsageError(
            f"{path.name} is no CSV text in UTF-8", str(fault), "save the sheet as CSV UTF-8"
        ) from fault
    return reading.finish(as_of)


def _places(file: str, header: list[str]) -> dict[str, int]:
    """Index of each column we need."""
    names = [cell.strip().lower() for cell in header]
    missing = [name for name in COLUMNS if name not in names]
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if missing or twice:
        fault = f"no column {', '.join(missing)}" if missing else f"two columns called {', '.join(twice)}"
        raise UsageError(
            f"{file}:1: {fault}", f"the first line reads {','.join(header)[:80]!r}", "series,period,value"
        )
    return {name: names.index(name) for name in COLUMNS}


class _Reading:
    """The rows taken so far, and what was wrong with them."""

    def __init__(self, file: str, places: dict[str, int]) -> None:
        self.file = file
        self.places = places
        self.widest = max(places.values())
        self.series: dict[str, RevenueSeries] = {}
        self.problems: list[Problem] = []

    def take(self, cells: list[str], line: int) -> None:
        """One row; an empty line is passed over."""
        if not cells or not any(cells):
            return
        try:
            self._keep(cells, line)
        except _Fault as fault:
            at = min(self.places[fault.column], len(cells) - 1)
            # exact unless a cell before is quoted, where it points a few characters early
            column = 1 + sum(len(cell) + 1 for cell in cells[:at])
            self._add(Position(self.file, line, column), fault)

    def _keep(self, cells: list[str], line: int) -> None:
        if len(cells) <= self.widest:
            what = (
                f"{len(cells)} cell{'s' if len(cells) != 1 else ''} where series, period and value are needed"
            )
            raise _Fault("series", "XB181", what, "", "complete the row")
        name = cells[self.places["series"]].strip()
        if not name:
            raise _Fault("series", "XB181", "the series has no name", "", "repeat the name on every row")
        month, frequency = _period(cells[self.places["period"]].strip())
        value = _value(cells[self.places["value"]].strip())
        series = self.series.get(name)
        if series is None:
            series = self.series[name] = RevenueSeries(name, frequency)
        if series.frequency != frequency:
            what = f"a {frequency} in a series by the {series.frequency}"
            why = f"{name[:40]} is given by the {series.frequency} from line {series.lines[0]} on"
            raise _Fault(
                "period", "XB185", what, why, "keep one frequency a series; give the other a name of its own"
            )
        series.months.append(month)
        series.values.append(value)
        series.lines.append(line)

    def finish(self, as_of: date | None) -> list[RevenueSeries]:
        """The series sorted by period, or every problem at once."""
        for series in self.series.values():
            series.in_order()
            self._duplicates(series)
        if self.problems:
            self.problems.sort(key=lambda p: p.position.line)
            raise TableError(self.problems, self.file)
        found = [s for s in (_known(s, as_of) for s in self.series.values()) if s.months]
        if not found:
            raise UsageError(
                f"{self.file} has no figures to start from",
                "",
                "give at least one row a series, before --as-of",
            )
        return found

    def _duplicates(self, series: RevenueSeries) -> None:
        for i in range(1, len(series.months)):
            if series.months[i] == series.months[i - 1]:
                first, second = sorted(series.lines[i - 1 : i + 1])
                label = period_label(series.months[i], series.frequency)
                why = f"line {first} gives it too, and only one can be the revenue of the period"
                fault = _Fault(
                    "period",
                    "XB186",
                    f"{series.name[:40]} has {label} twice",
                    why,
                    "keep one of the two rows",
                )
                self._add(Position(self.file, second, 1), fault)

    def _add(self, position: Position, fault: _Fault) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(fault.code, position, fault.what, fault.why, fault.mend))


class _Fault(Exception):  # noqa: N818 - never leaves this module
    """What is wrong with a row, and with which of its columns."""

    def __init__(self, column: str, code: str, what: str, why: str, mend: str) -> None:
        super().__init__(what)
        self.column, self.code, self.what, self.why, self.mend = column, code, what, why, mend


def _period(text: str) -> tuple[int, str]:
    """First month and frequency of a cell."""
    period = parse_revenue_period(text)
    if period is None:
        why = "a period of revenue is a month or a quarter"
        raise _Fault(
            "period", "XB182", f"cannot read the period {text[:40]!r}", why, "write 2026-03 or 2026-Q1"
        )
    return period


def _value(text: str) -> float:
    """Revenue in a cell, positive and finite."""
    if not _NUMBER.fullmatch(text):
        why = "revenue is a plain number with a point for decimals"
        mend = "write 1250000 or 1.25e6; leave out a period without a figure"
        raise _Fault("value", "XB183", f"cannot read the value {text[:40]!r}", why, mend)
    value = float(text)
    if not SMALLEST < value < LARGEST:
        what = (
            "zero revenue" if value == 0 else "negative revenue" if value < 0 else f"revenue of {text[:40]}"
        )
        why = "growth is a ratio of revenues, so each must be a positive number"
        mend = "start the series at its first revenue, or leave the period out"
        raise _Fault("value", "XB184", what, why, mend)
    return value


def _known(series: RevenueSeries, as_of: date | None) -> RevenueSeries:
    """The series without the periods that had not ended on a day."""
    if as_of is None:
        return series
    count = sum(
        add_months(date(m // 12, m % 12 + 1, 1), series.step) <= _next_day(as_of) for m in series.months
    )
    return RevenueSeries(
        series.name, series.frequency, series.months[:count], series.values[:count], series.lines[:count]
    )


def _next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def log_growth(series: RevenueSeries) -> list[tuple[int, float]]:
    """Months since the figure before, and log growth since then, oldest first."""
    logs = [math.log(value) for value in series.values]
    return [
        (later - earlier, after - before)
        for earlier, later, before, after in zip(
            series.months, series.months[1:], logs, logs[1:], strict=False
        )
    ]
