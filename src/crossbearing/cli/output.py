"""Printing rows as text, JSON or CSV: data on stdout, talk on stderr."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crossbearing.problems import printable

if TYPE_CHECKING:
    from rich.progress import Progress

    from crossbearing.vocabulary.book import Book

LONG = 1000  # rows from which a table is laid out in plain lines, without folding
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def talk(text: str) -> None:
    """A line for people, on stderr."""
    click.echo(text, err=True)


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 claim, 2 claims, 2 entities."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


def _nothing(share: float) -> None:
    """No bar."""
    del share


@contextmanager
def bar(doing: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on stderr while something runs longer than a second; nothing where stderr is no terminal.

    Yields a function that takes the share of the whole that was done since it was last called.
    """
    if not sys.stderr.isatty():
        yield _nothing
        return
    from rich.console import Console
    from rich.progress import Progress

    progress = Progress(console=Console(stderr=True), transient=True)
    task = progress.add_task(doing, total=1.0)
    with _soon(progress):
        yield lambda share: progress.advance(task, share)


@contextmanager
def _soon(progress: Progress) -> Iterator[None]:
    """The bar shown from a second on; before that there is nothing to watch."""
    from threading import Timer

    timer = Timer(1.0, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        progress.stop()


@contextmanager
def patience(doing: str) -> Iterator[None]:
    """A moving bar on stderr while something of unknown length runs longer than a second; nothing where no terminal is."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.add_task(doing, total=None)
    with _soon(progress):
        yield


class Barred:
    """A reader of documents that asks somebody and takes its time, with a bar while it does.

    Args:
        reader: The reader; it calls its `each` with the share just read, and tells afterwards what it took.
    """

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def __call__(self, *given: Any) -> Any:
        """What the reader gives."""
        with bar("asking the model") as step:
            self._reader.each = step
            return self._reader(*given)

    @property
    def told(self) -> Sequence[str]:
        """What the last document took."""
        found: Sequence[str] = self._reader.told
        return found


def tell_altogether(reader: object, documents: int) -> None:
    """What a language model took for several documents together, on stderr; nothing for one, or where rules read."""
    altogether = getattr(reader, "altogether", None)
    if altogether is not None and documents > 1:
        talk(f"{documents} documents altogether: {altogether.took()}")


def announce(visibility: object) -> None:
    """The highest visibility inside what follows, on stderr: every export says it."""
    talk(f"highest visibility inside: {visibility}")


def announce_hindsight(book: Book, day: date | None) -> None:
    """How many judgments were written after the day asked for and stand nevertheless, on stderr."""
    later = book.hindsight(day)
    if later:
        talk(
            f"hindsight: {len(later)} assumptions and scenarios were written after {day} and stand as they are today; "
            "`xb watch`, `xb score` and --freeze leave them out"
        )


def print_json(value: Any) -> None:
    """A value as indented JSON; keys keep the order of the contract."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, default=str))


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    form: str,
    columns: Sequence[str] | None = None,
    *,
    numeric: Sequence[str] = (),
) -> None:
    """Rows in the form asked for.

    Args:
        rows: Dictionaries with the same keys.
        form: text, json or csv.
        columns: Which keys, in order; the first row's keys by default.
        numeric: Columns to align to the right in text.
    """
    listed = list(rows)
    if form == "json":
        print_json(listed)
        return
    names = list(columns or (listed[0] if listed else ()))
    if form == "csv":
        click.echo(as_csv(listed, names), nl=False)
        return
    _print_table(listed, names, set(numeric))


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as CSV text; cells a spreadsheet would run as formulas are neutralised with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([neutral(row.get(name)) for name in columns] for row in rows)
    return out.getvalue()


def neutral(value: Any) -> Any:
    """A cell safe to open in a spreadsheet: text that would run as a formula gets a leading apostrophe.

    Source: OWASP, CSV Injection.
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _is_number(value):
        return f"'{value}"
    return "" if value is None else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _print_table(rows: Sequence[Mapping[str, Any]], names: Sequence[str], numeric: set[str]) -> None:
    if len(rows) > LONG:
        click.echo("\n".join(_long_table(rows, names, numeric)))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for name in names:
        table.add_column(
            name.replace("_", " "), justify="right" if name in numeric else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(printable("" if row.get(n) is None else str(row[n])) for n in names))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(width=200, highlight=False, markup=False)
    console.print(table)


def _long_table(rows: Sequence[Mapping[str, Any]], names: Sequence[str], numeric: set[str]) -> Iterator[str]:
    """Aligned lines without folding: thousands of rows are for a pager or a pipe, and are laid out at once."""
    from rich.cells import cell_len

    head = [name.replace("_", " ") for name in names]
    cells = [head, *([printable("" if r.get(n) is None else str(r[n])) for n in names] for r in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    right = [n in numeric for n in names]
    for line in cells:
        padded = (
            " " * (width - cell_len(cell)) + cell if left else cell + " " * (width - cell_len(cell))
            for cell, width, left in zip(line, widths, right, strict=True)
        )
        yield "  ".join(padded).rstrip()
