"""What the measuring subcommands share: options of tables, the engine, progress, written claims."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.output import talk
from crossbearing.problems import UsageError
from crossbearing.vocabulary.claim import Visibility

if TYPE_CHECKING:
    from crossbearing.gather.measure.claims import Measured, TableSource

Callback = Callable[..., Any]
PATH = click.Path(path_type=Path)
READING = (
    click.argument("tables", metavar="TABLE...", nargs=-1, required=True, type=PATH),
    click.option("--column", "columns", multiple=True, metavar="NAME=YOURS", help="Which of your columns is NAME; may be repeated."),
    click.option("--currency", default="", metavar="CODE", help="Whose money to add where the table mixes currencies."),
    click.option("--negate", is_flag=True, help="Payments are negative in the table, as in bank exports."),
)  # fmt: skip
RUNNING = (
    click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True),
    click.option("--memory", default="", metavar="SIZE", help="Most memory, such as 1GB; beyond it the engine spills to disk."),
    click.option("--threads", type=click.IntRange(0), default=0, help="Threads, 0 for all cores."),
    click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True),
    click.option("--out", type=PATH, metavar="DIR", help="Write the measured claims as a small book, to lay over yours with --with."),
    click.option("--into", type=PATH, metavar="BOOK", help="Add the measured claims to this book."),
    click.option("--visibility", type=click.Choice([str(v) for v in Visibility]), default="private", show_default=True, help="Who may see the claims written."),
    click.option("--method", "version", default="v1", show_default=True, help="Version of your method, kept with every claim."),
)  # fmt: skip


def table_options(*own: Callback) -> Callback:
    """The tables and how to read them, then the command's own options, then how to run and where to write."""

    def wrap(function: Callback) -> Callback:
        for option in reversed((*READING, *own, *RUNNING)):
            function = option(function)
        return function

    return wrap


@contextmanager
def opened(given: dict[str, Any]) -> Iterator[tuple[Any, Callable[[str], None]]]:
    """The engine and a reporter of steps, shown as a progress bar where stderr is a terminal."""
    from crossbearing.gather.measure.engines import open_engine

    engine = open_engine(given["engine"], memory=given["memory"], threads=given["threads"])
    try:
        with steps(engine.progress) as step:
            yield engine, step
    finally:
        engine.close()


@contextmanager
def steps(percent: Callable[[], float | None] | None = None) -> Iterator[Callable[[str], None]]:
    """Names the step under way with its time and, where `percent` tells it, its progress; silent without a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    done = Event()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("starting", total=None)

        def watch() -> None:
            while not done.wait(0.2):
                found = percent() if percent else None
                progress.update(task, total=None if found is None else 100, completed=found or 0)

        watcher = Thread(target=watch, daemon=True)
        if console.is_terminal and percent:
            watcher.start()
        try:
            yield lambda text: progress.update(task, description=text)
        finally:
            done.set()
            if watcher.is_alive():
                watcher.join()


def mapped(pairs: tuple[str, ...]) -> dict[str, str]:
    """Canonical name -> the user's column, of --column options."""
    mapped = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name or not column:
            raise UsageError(
                f"--column {pair!r} is no NAME=YOURS", "", "write --column company=customer_number"
            )
        mapped[name.strip()] = column.strip()
    return mapped


def write(
    found: list[Measured], tables: tuple[Path, ...], given: dict[str, Any], published: date, note: str
) -> None:
    """Writes the measured claims where --out and --into say."""
    from crossbearing.gather.measure.claims import claim_rows, source_row, table_source, write_overlay

    source: TableSource = table_source(tables, published, note=note, visibility=given["visibility"])
    rows = claim_rows(found, source)
    if given["out"]:
        write_overlay(given["out"], rows, source, {row["entity"]: "company" for row in rows})
        talk(f"{len(rows)} claims in {given['out']}: lay them over your book with --with {given['out']}")
    if given["into"]:
        added = put_into(given["into"], rows, source_row(source))
        talk(f"{added} claims added to {given['into']}, {len(rows) - added} were there")


def put_into(root: Path, rows: list[dict[str, str]], source: dict[str, str]) -> int:
    """Adds claims and their source to a book, and entities it does not know; claims added.

    Raises:
        BookError: The book would have errors; nothing is written.
        UsageError: The book cannot be written to.
    """
    from crossbearing.book.load import load
    from crossbearing.book.saving import edit

    change = edit(root)
    book = load(root).book
    new = sorted({row["entity"] for row in rows if book.canonical_entity(row["entity"]) is None})
    for entity in new:
        change.append("book.toml", f'[entities.{json.dumps(entity)}]\nkind = "company"\n')
    for file, wanted in (("sources.csv", [source]), ("claims.csv", rows)):
        table = change.table(file)
        known = set(table.ids)
        fresh = [row for row in wanted if row["id"] not in known]
        for row in fresh:
            table.add(row)
    change.save()
    return len(fresh)
