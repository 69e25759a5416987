"""`xb report`: everything, as one self-contained offline page."""

from __future__ import annotations

from pathlib import Path

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce_hindsight, talk
from crossbearing.pipeline import check_book, open_book, report_content
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
@click.option(
    "--freeze",
    is_flag=True,
    help="Keep what is foretold today under forecasts/ of the book, to be scored later.",
)
@click.option(
    "--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Two pages as PDF as well (extra pdf)."
)
@click.option(
    "--charts",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for each chart as PNG and SVG, ready for a slide.",
)
def command(shared: Shared, output: Path, freeze: bool, pdf: Path | None, charts: Path | None) -> None:
    """Write the report: what is claimed, what conflicts, what is recomputed, what nobody says; every figure leads back."""
    if shared.form != "text":
        raise UsageError(
            f"the report is a page, not {shared.form}",
            "",
            "use `xb check --format json` or `xb claims --format csv` for data",
        )
    from crossbearing.publish.report.page import report_page

    placed(output)  # told now and not after the work
    if freeze:
        from crossbearing.score.vintage import own

        own(shared.book)
    if pdf is not None:
        from crossbearing.publish.report.brief import typesetter

        typesetter()  # told now and not after the work
    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility, judged_later=True)
    if freeze:
        from crossbearing.pipeline.scoring import freeze_report

        for path in freeze_report(shared.book, opened.sound(), shared.as_of, shared.seed):
            talk(f"kept as {path}")
    announce_hindsight(opened.sound(), shared.as_of)
    content = report_content(check_book(opened), as_of=shared.as_of, seed=shared.seed)
    page = report_page(content)
    write_aside(output, page)
    talk(
        f"report: {output} ({len(page.encode()) / 1e6:.1f} MB), highest visibility inside: {opened.book.visibility}"
    )
    if pdf is not None:
        from crossbearing.publish.report.brief import write_brief

        write_brief(content, pdf)
        talk(f"brief: {pdf}")
    if charts is not None:
        from crossbearing.publish.report.drawings import write_slides

        talk(f"charts: {len(write_slides(content, charts))} files in {charts}")


def placed(path: Path) -> None:
    """Refuse a file whose folder is not there.

    Raises:
        UsageError: There is no such folder.
    """
    folder = path.resolve().parent
    if not folder.is_dir():
        raise UsageError(
            f"cannot write {path}", f"there is no folder {folder}", "choose another place with -o"
        )


def write_page(path: Path, page: str) -> None:
    """Write a page whole or not at all, and say where."""
    write_aside(path, page)
    talk(f"page: {path} ({len(page.encode()) / 1e6:.2f} MB)")


def write_aside(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: aside, synced, then renamed over the old one; a link keeps its place.

    What is no file, such as /dev/stdout or a named pipe, is written to and never replaced.

    Raises:
        UsageError: The folder cannot be written.
    """
    import os
    import tempfile

    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                device.write(content.encode() if isinstance(content, str) else content)
            return
        path = Path(os.path.realpath(path))
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
            out.write(content.encode() if isinstance(content, str) else content)
            out.flush()
            os.fsync(out.fileno())
        Path(out.name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(out.name).replace(path)
    except OSError as fault:
        raise UsageError(f"cannot write {path}", str(fault), "choose another place with -o") from fault
