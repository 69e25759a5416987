"""`xb extract`: the reading step alone. Proposed claims of documents, one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import find_book, parse_date
from crossbearing.cli.output import as_csv, talk
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.vocabulary.book import Entity
    from crossbearing.vocabulary.metric import Registry

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm")
MAX_BYTES = 32_000_000
MANY_BYTES = 1_000_000
FIELDS: tuple[str, ...] = (
    "doc",
    "start",
    "end",
    "value_text",
    "entity",
    "metric",
    "value",
    "low",
    "high",
    "relation",
    "unit",
)
FIELDS += ("period", "basis", "status", "modality", "attributed_to")

Rows = list[dict[str, Any]]


@click.command("extract")
@click.argument("paths", metavar="FILE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--book", "book", metavar="DIR", type=click.Path(path_type=Path), help="Folder of the book.")
@click.option(
    "--with", "engine", type=click.Choice(["rules"]), default="rules", show_default=True, help="What reads."
)
@click.option("--published", metavar="DATE", help="Day of publication, to which 'last month' is relative.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write here instead of stdout.")
@click.option(
    "--format", "form", type=click.Choice(["json", "csv", "text"]), default="json", show_default=True
)
def command(
    paths: tuple[Path, ...],
    book: Path | None,
    engine: str,
    published: str | None,
    out: Path | None,
    form: str,
) -> None:
    """Propose claims from documents: plain text, Markdown and HTML, by rules, without a network.

    One JSON object a line with the place, entity, metric, value, unit, period and stance of every quantity that says
    something about a company. Nothing is written to the book: `xb read` compares and accepts.
    """
    del engine  # the rules are the only reader here
    files = documents_of(paths)
    day = parse_date(published, "--published")
    entities, registry = _vocabulary(book)
    rows = [row for found in read_all(files, entities, registry, day) for row in found]
    text = _print(rows, form)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
    talk(f"{len(rows)} proposals from {len(files)} document{'s' if len(files) != 1 else ''}")


def _vocabulary(book: Path | None) -> tuple[tuple[Entity, ...], Registry]:
    """Entities and metrics of the book; a book with errors still has names, so it serves."""
    from crossbearing.pipeline import open_book

    opened = open_book(find_book(book))
    return tuple(opened.book.entities.values()), opened.book.registry


def documents_of(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the readable ones of folders named.

    Raises:
        UsageError: A path is not there, or nothing is to be read.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        elif path.is_file():
            found.append(path)
        else:
            raise UsageError(f"{path} is not there", "", "name a file or a folder of documents")
    if not found:
        raise UsageError(
            "no document to read", f"a folder is searched for {', '.join(SUFFIXES)}", "name a file"
        )
    return found


def read_all(
    files: Sequence[Path], entities: Sequence[Entity], registry: Registry, published: date | None
) -> Iterator[Rows]:
    """Rows of each document, in order. Much text is read on every core."""
    size = sum(path.stat().st_size for path in files)
    if len(files) < 2 or size < MANY_BYTES:
        yield from (read_one(path, entities, registry, published) for path in files)
        return
    import os
    from concurrent.futures import ProcessPoolExecutor
    from functools import partial

    workers = min(os.cpu_count() or 1, len(files))
    job = partial(read_one, entities=entities, registry=registry, published=published)
    with ProcessPoolExecutor(workers) as pool:
        results = pool.map(job, files, chunksize=max(1, min(32, len(files) // (4 * workers))))
        yield from _watched(results, len(files))


def _watched(results: Iterable[Rows], count: int) -> Iterator[Rows]:
    """The results, with a bar on stderr where somebody watches."""
    if not sys.stderr.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(results, "reading", total=count, console=Console(stderr=True), transient=True)


def read_one(path: Path, entities: Sequence[Entity], registry: Registry, published: date | None) -> Rows:
    """Proposals of one file, in the shape of the contract.

    Raises:
        UsageError: The file cannot be read, is too large or holds no text.
    """
    from crossbearing.gather.extract import Document, extract
    from crossbearing.gather.extract.document import decode, text_of_html

    if path.stat().st_size > MAX_BYTES:
        raise UsageError(
            f"{path} has {path.stat().st_size / 1e6:.0f} MB",
            f"a document may have {MAX_BYTES / 1e6:.0f} MB, so that memory stays bounded",
            "split it, or name the part that matters",
        )
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise UsageError(f"cannot read {path}", fault.strerror or str(fault), "check the path") from fault
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UsageError(f"{path} is no text", "it holds bytes that no text has", "convert it to text first")
    text = decode(raw)
    if path.suffix.lower() in (".html", ".htm"):
        text = text_of_html(text)
    document = Document(text, path.name, published)
    return [proposal.as_json() for proposal in extract(document, entities, registry)]


def _print(rows: Rows, form: str) -> str:
    if form == "csv":
        return as_csv(rows, FIELDS)
    if form == "text":
        return "".join(_line(row) for row in rows)
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)


def _line(row: dict[str, Any]) -> str:
    from crossbearing.problems import printable
    from crossbearing.vocabulary.words import say

    value = say(row["value"], row["unit"])
    place = f"{row['doc']}:{row['start']}"
    parts = (
        place,
        row["entity"],
        row["metric"],
        value,
        row["period"] or "-",
        row["modality"],
        row["value_text"],
    )
    return printable("  ".join(parts)) + "\n"
