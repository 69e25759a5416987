"""`xb new`: start a book."""

from __future__ import annotations

from pathlib import Path

import click

from crossbearing.cli.output import talk


@click.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", metavar="TEXT", help="Title of the book.")
@click.option(
    "--from",
    "origin",
    metavar="BOOK",
    help="Copy a book instead of the tutorial: 'frontier' (the bundled one) or a folder.",
)
@click.option(
    "--company",
    "companies",
    multiple=True,
    metavar="NAME",
    help="A company the book is about: it is declared and the example left out; may be repeated.",
)
def command(folder: Path, title: str | None, origin: str | None, companies: tuple[str, ...]) -> None:
    """Start a book in DIR: a small worked example to turn into your own in ten minutes. Overwrites nothing.

    With --company the book begins empty but for its company: `xb read article.html --book DIR` fills it.
    """
    from crossbearing.book.new import make

    written = make(folder, title, origin, companies)
    for name in dict.fromkeys(name.partition("/")[0] for name in written):
        click.echo(str(folder / name))
    if companies:
        talk(f"read a first document into it: xb read article.html --book {folder}")
    first = f"read {folder / 'README.md'}, then run: xb check {folder}"
    talk(first if "README.md" in written else f"run: xb check {folder}")
