"""`xb report`: everything, as one self-contained offline page."""

from __future__ import annotations

from pathlib import Path

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import talk
from crossbearing.pipeline import open_book, report
from crossbearing.problems import UsageError


@click.command("report")
@shared_options()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default="report.html",
    show_default=True,
    help="File to write.",
)
def command(shared: Shared, output: Path) -> None:
    """Write the report: what is claimed, what conflicts, what is recomputed, what nobody says; every figure leads back."""
    if shared.form != "text":
        raise UsageError(
            f"the report is a page, not {shared.form}",
            "",
            "use `xb check --format json` or `xb claims --format csv` for data",
        )
    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
    page = report(opened, as_of=shared.as_of, seed=shared.seed)
    write_aside(output, page)
    talk(
        f"report: {output} ({len(page.encode()) / 1e6:.1f} MB), highest visibility inside: {opened.book.visibility}"
    )


def write_aside(path: Path, text: str) -> None:
    """Write a file whole or not at all: aside, synced, then renamed over the old one.

    Raises:
        UsageError: The folder cannot be written.
    """
    import os
    import tempfile

    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(out.name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(out.name).replace(path)
    except OSError as fault:
        raise UsageError(f"cannot write {path}", str(fault), "choose another place with -o") from fault
