"""`xb extract`: the reading step alone. Proposed claims of documents, one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import find_book, model_options, parse_date, writable
from crossbearing.cli.output import Barred, as_csv, counted, patience, talk, tell_altogether
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.pipeline.reading import Engine
    from crossbearing.vocabulary.book import Entity
    from crossbearing.vocabulary.metric import Registry

MANY_BYTES = 1_000_000
SELDOM = 200_000  # objects between two collections of garbage in a worker
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
@click.argument("places", metavar="FILE|DIR|URL...", nargs=-1, required=True)
@click.option("--book", "book", metavar="DIR", type=click.Path(path_type=Path), help="Folder of the book.")
@click.option(
    "--with",
    "--engine",
    "engine",
    type=click.Choice(["rules", "llm"]),
    default="rules",
    show_default=True,
    help="What reads.",
)
@model_options
@click.option("--published", metavar="DATE", help="Day of publication, to which 'last month' is relative.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=writable,
    help="Write here instead of stdout.",
)
@click.option(
    "--format", "form", type=click.Choice(["json", "csv", "text"]), default="json", show_default=True
)
def command(
    places: tuple[str, ...],
    book: Path | None,
    engine: str,
    model: str,
    endpoint: str,
    published: str | None,
    out: Path | None,
    form: str,
) -> int:
    """Propose claims from documents: text, Markdown, HTML, PDF, Word (.docx), mail (.eml), folders of them, and links.

    One line with the place, entity, metric, value, unit, period and stance of every quantity that says something about a
    company. Nothing is written to the book: `xb read` compares and accepts. A document that cannot be read is named on stderr,
    the others are read, and the exit code is 2.
    """
    from crossbearing.gather.documents import places_of
    from crossbearing.pipeline.reading import engine_named

    reader: str | Engine = engine if engine == "rules" else engine_named(engine, model, endpoint)
    listed = places_of(places)
    day = parse_date(published, "--published")
    entities, registry = _vocabulary(book)
    if len(listed) == 1 and hasattr(reader, "each"):
        reader = Barred(reader)
    found = list(read_all(listed, entities, registry, day, reader))
    faults = [one for one in found if isinstance(one, UsageError)]
    if len(faults) == len(listed):
        raise faults[0]
    for fault in faults:
        talk(fault.as_text())
    tell_altogether(reader, len(listed))
    rows = [row for one in found if not isinstance(one, UsageError) for row in one]
    text = _print(rows, form)
    if out is None:
        click.echo(text, nl=False)
    else:
        from crossbearing.cli.report import write_aside

        write_aside(out, text)
    read = len(listed) - len(faults)
    left = f", {len(faults)} could not be read" if faults else ""
    talk(f"{counted(len(rows), 'proposal')} from {counted(read, 'document')}{left}")
    return 2 if faults else 0


def _vocabulary(book: Path | None) -> tuple[tuple[Entity, ...], Registry]:
    """Entities and metrics of the book; a book with errors still has names, so it serves."""
    from crossbearing.pipeline import open_book

    opened = open_book(find_book(book))
    return tuple(opened.book.entities.values()), opened.book.registry


def read_all(
    places: Sequence[str],
    entities: Sequence[Entity],
    registry: Registry,
    published: date | None,
    engine: str | Engine = "rules",
) -> Iterator[Rows | UsageError]:
    """Rows of each document, or why it cannot be read, in order. Much text is read on every core."""
    from functools import partial

    job = partial(read_one, entities=entities, registry=registry, published=published, engine=engine)
    if len(places) < 2 or engine != "rules" or _size(places) < MANY_BYTES:
        results = map(job, places)
        yield from results if isinstance(engine, Barred) else _watched(results, len(places))
        return
    import os
    from concurrent.futures import ProcessPoolExecutor

    from crossbearing.gather.extract import make_ready

    make_ready(registry)  # once, before the workers are forked, rather than in each of them
    workers = min(os.cpu_count() or 1, len(places))
    with ProcessPoolExecutor(workers, initializer=_settle_in) as pool:
        shared = pool.map(job, places, chunksize=max(1, min(32, len(places) // (4 * workers))))
        yield from _watched(shared, len(places))


def _settle_in() -> None:
    """What a worker has from the start is never garbage, and a document leaves hardly any cycles: collect seldom."""
    import gc

    gc.freeze()
    gc.set_threshold(SELDOM)


def _size(places: Iterable[str]) -> int:
    """Bytes of the files among the places."""
    from crossbearing.gather.documents.places import is_link

    return sum(Path(place).stat().st_size for place in places if not is_link(place))


def _watched(results: Iterable[Rows | UsageError], count: int) -> Iterator[Rows | UsageError]:
    """The results, with a bar on stderr where somebody watches and there is something to watch."""
    if not sys.stderr.isatty():
        yield from results
        return
    if count < 2:
        with patience("reading"):
            found = list(results)
        yield from found
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(results, "reading", total=count, console=Console(stderr=True), transient=True)


def read_one(
    place: str,
    entities: Sequence[Entity],
    registry: Registry,
    published: date | None,
    engine: str | Engine = "rules",
) -> Rows | UsageError:
    """Proposals of one document, in the shape of the contract, or why it cannot be read."""
    from crossbearing.gather.documents import read_document
    from crossbearing.pipeline.reading import engine_named

    read = engine_named(engine)
    try:
        document = read_document(place, published=published)
        rows = [proposal.as_json() for proposal in read(document, entities, registry)]
    except UsageError as fault:
        return fault
    for line in getattr(read, "told", ()):
        talk(f"{document.name}: {line}")
    return rows


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
