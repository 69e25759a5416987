"""`xb check`: what is wrong with a book, which claims contradict each other and why, and arithmetic recomputed."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce, counted, print_json, print_rows, talk
from crossbearing.pipeline import check_book, open_book
from crossbearing.problems import Problem, Severity, printable
from crossbearing.publish.answers.records import conflict_json, identity_json

if TYPE_CHECKING:
    from crossbearing.vocabulary.book import Book
    from crossbearing.vocabulary.conflict import Conflict, IdentityCheck

ALIKE = 20
SHOWN = 25  # conflicts of one kind, and identities of one verdict, printed before the rest is counted
HEADINGS = {
    "basis": "Basis: gross and net are two series",
    "definition": "Definition: one word, two quantities",
    "date": "Date: the label of time decides",
    "copy": "Copy: relays of one report differ",
    "arithmetic": "Arithmetic: the figures do not give each other",
    "digits": "Digits: a slip of the pen",
    "vintage": "Vintage: an old figure beside a new one",
    "scope": "Scope: another panel, segment or part",
    "genuine": "Genuine: no reason in the book",
}


@click.command("check")
@shared_options()
def command(shared: Shared) -> int:
    """Problems of a book, conflicts between its claims by cause, and its arithmetic recomputed.

    Exit 1 only where a problem is an error: claims that contradict each other are what the program works on.
    """
    gc.disable()  # one book is built and read once; collection passes would cost a fifth of the time
    opened = check_book(open_book(shared.book, shared.overlay, shared.as_of, shared.visibility))
    announce(opened.book.visibility)
    if shared.form == "json":
        print_json(
            {
                "problems": [p.as_json() for p in opened.problems],
                "conflicts": [conflict_json(c) for c in opened.conflicts],
                "identities": [identity_json(i) for i in opened.identities],
            }
        )
    elif shared.form == "csv":
        print_rows(_rows(opened.problems, opened.conflicts), "csv", _COLUMNS)
    else:
        show(opened.problems)
        show_conflicts(opened.conflicts)
        show_identities(opened.identities)
        click.echo(_summary(opened.book, opened.problems, opened.conflicts, opened.identities))
    return 1 if opened.errors else 0


_COLUMNS = ("code", "severity", "file", "line", "column", "what", "why", "mend", "claims", "size")


def _rows(problems: Iterable[Problem], conflicts: Iterable[Conflict]) -> Iterable[dict[str, Any]]:
    """Problems, then conflicts with their kind in the place of a severity."""
    yield from (p.as_json() for p in problems)
    for c in conflicts:
        yield {
            "code": c.rule,
            "severity": f"conflict: {c.kind}",
            "what": c.what,
            "why": c.why,
            "mend": c.resolution,
            "claims": "; ".join(c.claims),
            "size": c.size,
        }


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
    if seen:
        click.echo()


def show_conflicts(conflicts: Iterable[Conflict]) -> None:
    """Conflicts by kind: the figures as the analyst wrote them, why they differ, what resolves it."""
    by_kind: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        by_kind.setdefault(str(conflict.kind), []).append(conflict)
    for kind, listed in by_kind.items():
        click.secho(f"{HEADINGS[kind]} ({len(listed)})", bold=True)
        for conflict in listed[:SHOWN]:
            click.echo(f"  {printable(conflict.what)}")
            click.secho(f"      why:      {printable(conflict.why)}", dim=True)
            click.secho(f"      resolve:  {printable(conflict.resolution)}  ({conflict.rule})", dim=True)
        if len(listed) > SHOWN:
            talk(f"  {len(listed) - SHOWN} more of this kind; --format json lists them all")
        click.echo()


def show_identities(identities: Iterable[IdentityCheck]) -> None:
    """Recomputed arithmetic, failures first."""
    by_verdict: dict[str, list[IdentityCheck]] = {}
    for identity in identities:
        by_verdict.setdefault(str(identity.verdict), []).append(identity)
    if by_verdict:
        click.secho("Arithmetic recomputed", bold=True)
    for verdict, listed in by_verdict.items():
        for identity in listed[:SHOWN]:
            click.echo(f"  {verdict:<11}  {printable(identity.what)}")
            click.secho(f"               {identity.name}; {tolerance(identity)}  ({identity.rule})", dim=True)
        if len(listed) > SHOWN:
            talk(f"  {len(listed) - SHOWN} more: {verdict}; --format json lists them all")
    if by_verdict:
        click.echo()


def tolerance(identity: IdentityCheck) -> str:
    """How far off is allowed, relative to what the inputs give, and whose rounding it is."""
    if identity.tolerance is None or not identity.expected:
        return f"no tolerance: an input is open-ended, {identity.tolerance_from}"
    return f"within {abs(identity.tolerance / identity.expected):.1%}, {identity.tolerance_from}"


def _summary(
    book: Book,
    problems: Iterable[Problem],
    conflicts: Iterable[Conflict],
    identities: Iterable[IdentityCheck],
) -> str:
    found = list(conflicts)
    tested = [str(i.verdict) for i in identities]
    parts = [
        f"{counted(len(book.claims), 'claim')}, {counted(len(book.sources), 'source')}, {counted(len(book.entities), 'entity')}: {count(problems)}",
        f"{len(found)} conflict{'s' * (len(found) != 1)}",
    ]
    if tested:
        parts.append(
            f"{len(tested)} {'identity' if len(tested) == 1 else 'identities'} ({tested.count('fail')} fail, {tested.count('cannot tell')} cannot tell)"
        )
    return ", ".join(parts)


def count(problems: Iterable[Problem]) -> str:
    """How many errors and warnings, in words."""
    listed = list(problems)
    errors = sum(p.severity is Severity.ERROR for p in listed)
    warnings = len(listed) - errors
    if not listed:
        return "no problems"
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
