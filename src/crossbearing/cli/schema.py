"""`xb schema`: what tables and outputs look like, for editors and other programs."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from crossbearing.cli.output import print_json, talk
from crossbearing.problems import UsageError

PACKAGE = "datapackage"


@click.command("schema")
@click.argument("name", required=False)
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the data package description of the book in DIR beside its files.",
)
def command(name: str | None, folder: Path | None) -> None:
    """Print a schema: 'datapackage' (Frictionless), a table such as 'claims.csv', or the JSON of a command such as 'claims'.

    Without a name, the list of schemas.
    """
    if folder is not None:
        talk(f"wrote {write_package(folder)}")
    elif name is None:
        for known in names():
            click.echo(known)
    else:
        print_json(schema(name))


def names() -> tuple[str, ...]:
    """Every schema there is."""
    from crossbearing.book.layout import TABLES

    outputs = sorted(f.name.removesuffix(".json") for f in _outputs().iterdir() if f.name.endswith(".json"))
    return (PACKAGE, *(t.file for t in TABLES), *outputs)


def schema(name: str) -> dict[str, Any]:
    """A schema by name.

    Raises:
        UsageError: There is none of that name.
    """
    from crossbearing.book.layout import TABLES
    from crossbearing.book.schema import data_package, table_schema

    if name == PACKAGE:
        return data_package()
    for table in TABLES:
        if name == table.file:
            return table_schema(table)
    if name not in names():
        raise UsageError(f"there is no schema {name}", "", f"schemas are {', '.join(names())}")
    found: dict[str, Any] = json.loads((_outputs() / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _outputs() -> Any:
    return files("crossbearing.cli") / "schemas"


def write_package(folder: Path) -> Path:
    """Write datapackage.json into the folder of a book.

    Raises:
        UsageError: No book, or the bundled one.
    """
    from crossbearing.book.load import load
    from crossbearing.book.saving import edit, locked, write_aside
    from crossbearing.book.schema import data_package

    changing = edit(folder)
    if "book.toml" not in changing.before:
        raise UsageError(f"{folder} is no book", "it has no book.toml", "make one with `xb new DIR`")
    described = data_package(load(folder).book.title, tuple(changing.before))
    text = f"{json.dumps(described, indent=2, ensure_ascii=False)}\n"
    with locked(folder):
        write_aside(folder, {f"{PACKAGE}.json": text.encode()})
    return folder / f"{PACKAGE}.json"
