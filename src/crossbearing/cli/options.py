"""Options every command shares, and the book they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from crossbearing.problems import UsageError
from crossbearing.vocabulary.claim import Visibility

Callback = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Shared:
    """What the shared options say.

    Attributes:
        book: Folder of the book, or None for the bundled one.
        overlay: Folder laid over it, or None.
        as_of: Knowledge date, or None for all that is known.
        form: text, json or csv.
        seed: Seed of the random numbers.
        visibility: Highest visibility to show, or None for all.
    """

    book: Path | None
    overlay: Path | None
    as_of: date | None
    form: str
    seed: int
    visibility: Visibility | None


def shared_options(*, argument: bool = True) -> Callable[[Callback], Callback]:
    """Adds --book, [BOOK], --with, --as-of, --format, --seed and --visibility; the command gets one `shared` argument.

    Args:
        argument: Whether the book may also be given as a positional argument.
    """

    def wrap(function: Callback) -> Callback:
        @wraps(function)
        def run(**given: Any) -> Any:
            shared = _collect(given)
            return function(shared=shared, **given)

        decorated: Callback = run
        for option in reversed(_options(argument=argument)):
            decorated = option(decorated)
        return decorated

    return wrap


def _options(*, argument: bool) -> list[Callable[[Callback], Callback]]:
    folder = click.Path(path_type=Path)
    options: list[Callable[[Callback], Callback]] = [
        click.option("--book", "book_option", metavar="DIR", type=folder, help="Folder of the book."),
        click.option(
            "--with",
            "overlay",
            metavar="DIR",
            type=folder,
            help="A book to lay over it, such as your private one.",
        ),
        click.option("--as-of", "as_of", metavar="DATE", help="Show the world as known then."),
        click.option(
            "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True
        ),
        click.option("--seed", type=click.IntRange(0), default=20260529, show_default=True),
        click.option(
            "--visibility",
            type=click.Choice([str(v) for v in Visibility]),
            help="Highest visibility to show.",
        ),
    ]
    if argument:
        options.append(click.argument("book_argument", metavar="[BOOK]", required=False, type=folder))
    return options


def _collect(given: dict[str, Any]) -> Shared:
    option, argument = given.pop("book_option"), given.pop("book_argument", None)
    if option and argument and option != argument:
        raise UsageError(
            f"two books are named: {option} and {argument}",
            "a command works on one book",
            "drop one, or use --with to overlay",
        )
    visibility = given.pop("visibility")
    return Shared(
        book=find_book(option or argument),
        overlay=given.pop("overlay"),
        as_of=parse_date(given.pop("as_of"), "--as-of"),
        form=given.pop("form"),
        seed=given.pop("seed"),
        visibility=Visibility(visibility) if visibility else None,
    )


def find_book(named: Path | None) -> Path | None:
    """The folder of the book: as named, else the nearest parent with a book.toml, else None for the bundled book."""
    if named is not None:
        return named
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "book.toml").is_file():
            click.echo(f"book: {folder}", err=True)
            return folder
    click.echo("book: the bundled book (frontier)", err=True)
    return None


def parse_date(text: str | None, option: str) -> date | None:
    """A date option; a month or a year means its last day, so that --as-of 2026-04 knows all of April."""
    from crossbearing.pipeline.asking import day_of

    if text is not None and not text.strip():
        raise UsageError(f"{option} is empty", "", "write 2026-04-14")
    return day_of(text, option)


def revenue_option(function: Callback) -> Callback:
    """Adds --revenue: what a price is divided by."""
    return click.option(
        "--revenue",
        type=click.Choice(["position", "claims"]),
        default="position",
        show_default=True,
        help="Our estimate where there is one, or claims alone.",
    )(function)


def operators_option(function: Callback) -> Callback:
    """Adds --operators FILE.py: the book's own observation operators, run because the user names the file."""

    def load(_context: click.Context, _parameter: click.Parameter, files: tuple[Path, ...]) -> None:
        if files:
            from crossbearing.fix.plugins import own_operators

            for file in files:
                names = own_operators(file)
                click.echo(f"operators from {file}: {', '.join(names)}", err=True)

    return click.option(
        "--operators",
        multiple=True,
        metavar="FILE.py",
        type=click.Path(path_type=Path),
        callback=load,
        expose_value=False,
        help="Your own observation operators. The file is run: trust it first.",
    )(function)


def mention_operators(root: str) -> None:
    """Says that a book brings operators of its own, which are not run unasked."""
    if root and (Path(root) / "operators.py").is_file():
        click.echo("the book has an operators.py; it is not run unless you say --operators FILE", err=True)


def model_options(function: Callback) -> Callback:
    """Adds --model and --endpoint: which language model reads and where it answers."""
    function = click.option(
        "--endpoint",
        default="",
        metavar="URL",
        help="Server of the model, such as http://localhost:11434/v1 (CROSSBEARING_LLM_URL).",
    )(function)
    return click.option(
        "--model",
        default="",
        metavar="FAMILY:NAME",
        help="Model that reads with the engine llm: openai:NAME or anthropic:NAME (CROSSBEARING_LLM_MODEL).",
    )(function)


def writable(_context: Any, _option: Any, place: Path | None) -> Path | None:
    """A place that a file can be written to, looked at before the work is done and not after it.

    Raises:
        UsageError: Its folder is not there, or it is a folder itself.
    """
    if place is None:
        return None
    if place.is_dir():
        raise UsageError(f"cannot write {place}", "it is a folder", "name a file in it")
    if not place.parent.is_dir():
        raise UsageError(
            f"cannot write {place}", f"there is no folder {place.parent}", "make it, or name another place"
        )
    return place


def page_option(function: Any) -> Any:
    """`-o FILE.html`: the answer as one offline page as well."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE.html",
        callback=writable,
        help="Write the same as one offline page as well.",
    )(function)
