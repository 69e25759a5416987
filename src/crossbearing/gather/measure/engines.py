"""The engines that run the portable queries: embedded DuckDB by default, Apache Spark unchanged.

A query is one SELECT over named views. It returns integers and short texts only: counts, and amounts as integer
cents. Ratios, squares and intervals are computed in Python, because the same SQL text gives other decimals on Spark.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from crossbearing.problems import MissingExtra, UsageError

Cell = int | str | None
Row = tuple[Cell, ...]
Columns = Mapping[str, Sequence[Cell]]
SUFFIXES = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".gz": "csv", ".zst": "csv", ".txt": "csv",
    ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow",
}  # fmt: skip
KINDS = {
    "nested": ("struct", "map", "array", "list", "union"),
    "timestamp": ("timestamp",),
    "date": ("date",),
    "text": ("varchar", "string", "char", "enum"),
    "number": ("double", "float", "real", "decimal"),
    "integer": ("integer", "long", "short", "byte", "int", "bigint", "uint"),
}


class Engine(Protocol):
    """What a measurement needs of a query engine."""

    name: str

    def read(self, name: str, paths: Sequence[Path]) -> dict[str, str]:
        """Makes the view `name` of the files, its columns called c1, c2, ...; the files' own names -> kind, in that order.

        A kind is text, integer, number, date, timestamp, nested or other.
        """

    def malformed(self) -> tuple[int, tuple[str, ...]]:
        """Number of lines with another number of cells than the header, and samples of them."""

    def lookup(self, name: str, columns: Columns) -> None:
        """Makes a small table of integers and texts."""

    def view(self, name: str, sql: str) -> None:
        """Names a query without running it."""

    def keep(self, name: str, sql: str) -> None:
        """Runs a query once and keeps its rows under a name, on disk where memory is short."""

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query."""

    def progress(self) -> float | None:
        """Percent of the running query, from another thread; None where the engine does not say."""

    def close(self) -> None:
        """Gives back memory and temporary files."""


def file_kind(paths: Sequence[Path]) -> str:
    """parquet, csv or arrow, from the names of existing files.

    Raises:
        UsageError: No file, a file that is not there, mixed kinds or a kind that is not read.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(
                f"there is no table {path}",
                "",
                "give a CSV, Parquet or Arrow file, or a folder of Parquet files",
            )
    kinds = {"parquet" if path.is_dir() else SUFFIXES.get(path.suffix.lower(), "") for path in paths}
    if len(kinds) != 1 or "" in kinds:
        names = ", ".join(path.name for path in paths)
        raise UsageError(
            f"cannot read {names} as one table",
            "the tables must be of one kind, told by the ending of their names",
            "give .csv (also .gz), .parquet or .arrow files of one kind",
        )
    return kinds.pop()


def open_engine(
    name: str = "duckdb", *, memory: str = "", threads: int = 0, folder: Path | None = None
) -> Engine:
    """The engine of that name.

    Args:
        name: duckdb or spark.
        memory: Most memory to use, such as `1GB`; beyond it the engine spills to disk. Empty takes the engine's default.
        threads: Threads, 0 for all cores.
        folder: Where to spill.

    Raises:
        UsageError: The engine is not installed or has no such name.
    """
    if name == "duckdb":
        need("duckdb", "tables")
        from crossbearing.gather.measure.duck import DuckEngine

        return DuckEngine(memory=memory, threads=threads, folder=folder)
    if name == "spark":
        need("pyspark", "spark")
        from crossbearing.gather.measure.spark import SparkEngine

        return SparkEngine(memory=memory, threads=threads, folder=folder)
    raise UsageError(f"there is no engine {name!r}", "", "take duckdb or spark")


def need(module: str, extra: str) -> None:
    """Raises MissingExtra where a package is not installed."""
    if find_spec(module) is None:
        raise MissingExtra(f"measuring with {module}", extra)


def unreadable(paths: Sequence[Path], why: Exception) -> UsageError:
    """One message for a corrupt or unreadable file, whatever the engine said."""
    names = ", ".join(str(path) for path in paths)
    said = " ".join(str(why).partition("LINE 1:")[0].split())[:300]
    if "utf-8" in said.lower() or "utf8" in said.lower():
        where = next((f"{path}:{line}" for path in paths if (line := _first_other(path))), names)
        return UsageError(f"cannot read {where}", "its letters are not UTF-8", "save the table as UTF-8")
    return UsageError(
        f"cannot read {names}", said, "check that the file is complete and of the kind its name says"
    )


def _first_other(path: Path) -> int:
    """Line of the first letter that is not UTF-8; 0 where there is none."""
    opened = gzip.open if path.suffix == ".gz" else Path.open
    with opened(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def refuse_open_quote(paths: Sequence[Path], bad: Sequence[tuple[str, str]]) -> None:
    """Refuses a CSV of which a malformed row runs over several lines: what it swallows cannot be counted.

    Raises:
        UsageError: There is such a row.
    """
    found = next(((place, text) for place, text in bad if "\n" in text.strip("\r\n")), None)
    if found is not None:
        raise UsageError(
            f"{', '.join(path.name for path in paths)}, {found[0]}: a quote is opened and not closed",
            f"it swallows the lines after it; the row begins {found[1].splitlines()[0][:60]!r}",
            'close the quote, or write a quote inside a cell twice: ""',
        )


def placed(index: int) -> str:
    """Name of a table's column by its place, so that no engine ever quotes a user's name."""
    return f"c{index + 1}"


def quoted(name: str, mark: str = '"') -> str:
    """An SQL name or text in its quotes."""
    return mark + name.replace(mark, mark * 2) + mark


def literal(text: str) -> str:
    """An SQL text literal of plain characters.

    Raises:
        UsageError: The text has a backslash or a control character, which engines read differently.
    """
    if "\\" in text or not text.isprintable():
        raise UsageError(
            f"{text!r} cannot be used in a query", "engines read backslashes differently", "leave it out"
        )
    return quoted(text, "'")


def physical_kind(type_name: str) -> str:
    """The kind of column behind an engine's type name."""
    name = type_name.lower()
    if name.endswith("]"):
        return "nested"
    if name.endswith("int"):
        return "integer"
    return next((kind for kind, starts in KINDS.items() if name.startswith(starts)), "other")


def as_cell(value: Any) -> Cell:
    """A value of an engine as integer or text.

    Raises:
        TypeError: A query returned something else, which would not be equal across engines.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or int(value) != value:
        raise TypeError(f"a portable query returned {value!r}, not an integer")
    return int(value)


def header(paths: Sequence[Path]) -> tuple[list[str], str]:
    """Column names of CSV files and the mark between cells: tab, semicolon or comma, whichever the first line has most.

    Raises:
        UsageError: No header, a name twice, or files with different headers.
    """
    firsts = [_first_line(path) for path in paths]
    mark = max(",;\t", key=firsts[0].count)
    names = next(csv.reader([firsts[0]], delimiter=mark), [])
    if not any(name.strip() for name in names):
        raise UsageError(
            f"{paths[0]} has no header", "columns are found by name", "put the column names in the first line"
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"{paths[0]} has the column {twice!r} twice", "", "rename one")
    other = next((path for path, first in zip(paths, firsts, strict=True) if first != firsts[0]), None)
    if other is not None:
        raise UsageError(
            f"{other} has other columns than {paths[0]}", "", "tables read together need the same first line"
        )
    return names, mark


def _first_line(path: Path) -> str:
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8-sig") as lines:
                return lines.readline().rstrip("\r\n")
        with path.open(encoding="utf-8-sig") as lines:
            return lines.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as why:
        raise unreadable([path], why) from why


def whole(cell: Cell) -> int:
    """A cell that holds an integer.

    Raises:
        TypeError: It does not.
    """
    if not isinstance(cell, int):
        raise TypeError(f"a query returned {cell!r} where a count was expected")
    return cell
