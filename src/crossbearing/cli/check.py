"""`xb check`: what is wrong with a book."""

from __future__ import annotations

from collections.abc import Iterable

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import print_json, print_rows, talk
from crossbearing.pipeline import open_book
from crossbearing.problems import Problem, Severity

ALIKE = 20


@click.command("check")
@shared_options()
def command(shared: Shared) -> int:
    """Every problem of a book with its place, why it is one and how to mend it. Exit 1 where one is an error."""
    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
    if shared.form == "json":
        print_json({"problems": [p.as_json() for p in opened.problems], "conflicts": []})
    elif shared.form == "csv":
        print_rows((p.as_json() for p in opened.problems), "csv", tuple(_COLUMNS))
    else:
        show(opened.problems)
        book = opened.book
        click.echo(
            f"{len(book.claims)} claims, {len(book.sources)} sources, {len(book.entities)} entities: {count(opened.problems)}"
        )
    return 1 if opened.errors else 0


_COLUMNS = ("code", "severity", "file", "line", "column", "what", "why", "mend")


def show(problems: Iterable[Problem]) -> None:
    """Problems as text; more than a few of one code and wording are counted, JSON has them all."""
    seen: dict[tuple[str, str], int] = {}
    for problem in problems:
        kind = (problem.code, problem.mend)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= ALIKE:
            click.echo(problem.as_text())
    for (code, _), number in seen.items():
        if number > ALIKE:
            talk(f"{code}: {number - ALIKE} more of the same; --format json lists them all")


def count(problems: Iterable[Problem]) -> str:
    """How many errors and warnings, in words."""
    listed = list(problems)
    errors = sum(p.severity is Severity.ERROR for p in listed)
    warnings = len(listed) - errors
    if not listed:
        return "no problems"
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
