"""`xb export`: a workbook with live formulas, or the same as plain tables."""

from __future__ import annotations

import importlib.util
import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce, announce_hindsight, as_csv, print_json, talk
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.publish.workbook.content import Export
    from crossbearing.value.inputs import Inputs
    from crossbearing.value.valuation import Question
    from crossbearing.vocabulary.book import Book

KINDS = ("xlsx", "csv", "parquet", "json")


@click.command("export")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to write: .xlsx, .json, or one --table as .csv or .parquet; a folder takes every table. model.xlsx by default.",
)
@click.option("--to", "kind", type=click.Choice(KINDS), help="What to write, where the name does not say it.")
@click.option(
    "--table", metavar="NAME", help="One table, such as claims, position, bridge, outlook or value."
)
@click.option("--entity", "entities", multiple=True, metavar="NAME", help="A company; may be repeated.")
@click.option(
    "--scenario", "scenarios", multiple=True, metavar="NAME", help="Of the outlook; may be repeated."
)
@click.option(
    "--entry", metavar="PRICE", help="Price paid: 900B, 120/share or an id; the price in talks by default."
)
@click.option("--hold", metavar="TIME", help="Time from paying to being paid: 17m, 1.5y.")
@click.option("--hurdle", metavar="RATE", default="20%", show_default=True, help="Return a year asked for.")
@click.option("--until", metavar="DATE", help="Day by which it must be true; three years on by default.")
@click.option(
    "--structure",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Terms of the vehicle and the share (TOML): its pay-off beside the direct one.",
)
@shared_options()
def command(
    shared: Shared,
    output: Path | None,
    kind: str | None,
    table: str | None,
    entities: tuple[str, ...],
    **asked: Any,
) -> None:
    """Write what the book says and what follows from it: a workbook with live formulas, or plain tables.

    With --format json, or --format csv and --table, the tables go to standard output instead of a file.
    """
    from crossbearing.cli.report import write_aside
    from crossbearing.pipeline import open_book
    from crossbearing.pipeline.exporting import export_of
    from crossbearing.value.structure import read_structure

    what = _kind(output, kind, table, shared.form)
    _installed(what)
    if output is not None:
        _folder(output if not output.suffix else output.parent)
    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility, judged_later=True)
    book = opened.sound()
    announce(book.visibility)
    announce_hindsight(book, shared.as_of)
    names = [_entity(book, name) for name in entities]
    scenarios = _scenarios(book, asked["scenarios"])
    structure = read_structure(asked["structure"], shared.seed) if asked["structure"] else None
    content = export_of(
        opened,
        as_of=shared.as_of,
        seed=shared.seed,
        asking=partial(_question, book, shared, asked),
        companies=names,
        scenarios=scenarios,
        structure=structure,
    )
    for refused, why in content.refused:
        talk(f"not inside: {refused}: {why}")
    if output is None and shared.form != "text":
        _print(content, table, shared.form)
        return
    for path, made in _files(content, what, output or Path("model.xlsx"), table):
        write_aside(path, made)
        talk(f"wrote {path} ({len(made) / 1e6:.1f} MB)")


def _kind(output: Path | None, kind: str | None, table: str | None, form: str) -> str:
    """What to write: by the flag, else by the name, else by --format.

    Raises:
        UsageError: They disagree, say nothing, or a single file cannot hold every table.
    """
    from crossbearing.publish.workbook.tables import TABLES

    if table is not None and table not in TABLES:
        raise UsageError(f"no table {table}", "", f"the tables are {', '.join(TABLES)}")
    suffix = output.suffix.lstrip(".").casefold() if output else ("xlsx" if form == "text" else "")
    named = suffix if suffix in KINDS else ""
    flagged = kind or (form if form != "text" else "")
    if named and flagged and named != flagged:
        raise UsageError(
            f"{output} is not a {flagged} file", "the name and the flag disagree", "drop one of the two"
        )
    found = named or flagged
    if not found:
        raise UsageError(
            f"cannot tell what to write into {output}",
            "its suffix is none of " + ", ".join(f".{k}" for k in KINDS),
            "name model.xlsx, or add --to csv",
        )
    whole = output is not None and not output.suffix
    if found in ("csv", "parquet") and table is None and not whole:
        raise UsageError(
            f"one {found} file holds one table",
            f"there are {', '.join(TABLES)}",
            f"add --table NAME, or name a folder: -o tables --to {found}",
        )
    if found == "xlsx" and table is not None:
        raise UsageError("a workbook holds every table", "", "drop --table, or write .csv or .parquet")
    return found


def _installed(kind: str) -> None:
    """Whether what writes such files is there, before anything is computed.

    Raises:
        UsageError: An extra is missing; the message names it.
    """
    needed = {"xlsx": ("xlsxwriter", "workbook"), "parquet": ("pyarrow", "tables")}.get(kind)
    if needed and importlib.util.find_spec(needed[0]) is None:
        module, extra = needed
        raise UsageError(
            f"writing .{kind} needs the extra '{extra}' ({module} missing)",
            "",
            f"pip install 'crossbearing[{extra}]', or export .json or .csv",
        )


def _entity(book: Book, name: str) -> str:
    from crossbearing.pipeline.asking import entity_of

    return entity_of(book, name)


def _scenarios(book: Book, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Names of scenarios of the book; `all` stands for every one, `a+b` composes.

    Raises:
        UsageError: The book has no such scenario.
    """
    every = tuple(s.name for s in book.scenarios)
    unknown = [part for name in asked if name != "all" for part in name.split("+") if part not in every]
    if unknown:
        raise UsageError(f"no scenario {unknown[0]}", "", f"the book has {', '.join(every) or 'none'}")
    return tuple(dict.fromkeys(n for name in asked for n in (every if name == "all" else (name,))))


def _question(book: Book, shared: Shared, asked: dict[str, Any], entity: str, inputs: Inputs) -> Question:
    """What is asked of a valuation; without a price, the trade in hand is the price last talked about."""
    from crossbearing.pipeline.questions import day_asked, question_of
    from crossbearing.value.tape import PriceType, newest, tape

    at = day_asked(book, shared.as_of, None)
    talked = [r.id for r in newest(tape(book, entity, at), at) if r.type is PriceType.TALKS]
    entry = asked["entry"] or (talked[0] if talked else None)
    given = {
        "at": None,
        "until": asked["until"],
        "entry": entry,
        "structure": None,
        "listing": None,
        "hold": asked["hold"],
        "hurdle": asked["hurdle"],
        "multiples": (),
        "tolerance": 31,
    }
    return question_of(book, entity, shared.as_of, given, inputs)


def _print(content: Export, table: str | None, form: str) -> None:
    from crossbearing.publish.workbook.tables import document, flat, tables

    if form == "json":
        found = document(content)
        print_json(found if table is None else {**found, "tables": {table: found["tables"][table]}})
        return
    rows = flat(tables(content)[table or ""])
    click.echo(as_csv(rows, list(rows[0]) if rows else []), nl=False)


def _files(content: Export, kind: str, output: Path, table: str | None) -> list[tuple[Path, bytes]]:
    """Files to write, with their bytes.

    Raises:
        UsageError: An extra is missing.
    """
    from crossbearing.publish.workbook.tables import document, flat, parquet, tables
    from crossbearing.publish.workbook.workbook import workbook

    if kind == "xlsx":
        return [(output, workbook(content))]
    if kind == "json":
        found = document(content)
        shown = found if table is None else {**found, "tables": {table: found["tables"][table]}}
        text = json.dumps(shown, indent=1, ensure_ascii=False, allow_nan=False, default=str)
        return [(output, f"{text}\n".encode())]
    told = {
        "crossbearing": content.version,
        "as_of": content.as_of.isoformat(),
        "seed": str(content.seed),
        "visibility": str(content.book.visibility),
    }
    made = []
    for name, rows in tables(content).items():
        if table not in (None, name):
            continue
        path = output if output.suffix else output / f"{name}.{kind}"
        if kind == "csv":
            listed = flat(rows)
            made.append((path, as_csv(listed, list(listed[0]) if listed else []).encode()))
        else:
            made.append((path, parquet(rows, {**told, "table": name})))
    return made


def _folder(wanted: Path) -> None:
    """A folder that is there and can be written, before anything is computed.

    Raises:
        UsageError: It cannot be made or written.
    """
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        writable = os.access(wanted, os.W_OK)
    except OSError as fault:
        raise UsageError(f"cannot write into {wanted}", str(fault), "choose another place with -o") from fault
    if not writable:
        raise UsageError(f"cannot write into {wanted}", "it is read only", "choose another place with -o")
