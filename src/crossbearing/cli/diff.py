"""`xb diff`: two books, two dates or two versions: claims added, changed and withdrawn, and how far results moved."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, page_option, parse_date, shared_options
from crossbearing.cli.output import announce, counted, print_json, print_rows, talk
from crossbearing.pipeline import Opened, open_book
from crossbearing.problems import UsageError, printable

if TYPE_CHECKING:
    from crossbearing.pipeline.differing import Difference
    from crossbearing.pipeline.moving import Key
    from crossbearing.vocabulary.claim import Claim

_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_PAIR = re.compile(r"(.+?)\.\.(.+)")
SHOWN = 40


class _Pairs(click.Command):
    """Takes `--as-of A..B` for the two arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words: list[str] = []
        for word in args:
            if words and words[-1] == "--as-of" and ".." in word:
                words[-1] = word
            elif word.startswith("--as-of=") and ".." in word:
                words.append(word.removeprefix("--as-of="))
            else:
                words.append(word)
        return super().parse_args(ctx, words)


@click.command("diff", cls=_Pairs)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B", required=False)
@click.option(
    "--results",
    "most",
    type=click.IntRange(0),
    default=12,
    show_default=True,
    help="How many touched results to compute.",
)
@page_option
@shared_options(argument=False)
def command(shared: Shared, before: str, after: str | None, most: int, output: Path | None) -> None:
    """Compare A with B: folders of books, dates (what was known then), or git revisions of the book's folder.

    A..B is the same as A B; without B, A is compared with the book as it is. Results are given for one date on both sides, and
    for the main companies also each at its own newest day; each interval names its kind.
    """
    first, second = _two(before, after)
    with ExitStack() as stack:
        one, two = (_opened(side, shared, stack) for side in (first, second))
        for named, side in ((first, one), (second, two)):
            if side.errors:
                talk(f"in {named or 'the book as it is'}:")
            side.sound()
        announce(max((one.book.visibility, two.book.visibility), key=lambda v: v.rank))
        from crossbearing.pipeline.differing import difference

        found = difference(one.book, two.book, seed=shared.seed, most=most, watch=_watch())
        if output is not None:
            from crossbearing.cli.report import write_page
            from crossbearing.publish.pages.answers import diff_page

            write_page(output, diff_page(one.book, two.book, found, first or "now", second or "now"))
    _show(found, first or "now", second or "now", shared.form)


def _two(before: str, after: str | None) -> tuple[str, str]:
    """The two sides as named; an empty one is the book as it is."""
    pair = _PAIR.fullmatch(before)
    if after is None and pair and not Path(before).is_dir():
        return pair[1], pair[2]
    return before, after or ""


def _opened(side: str, shared: Shared, stack: ExitStack) -> Opened:
    """One side: a date, a folder, or a git revision."""
    if not side:
        return open_book(shared.book, shared.overlay, shared.as_of, shared.visibility, judged_later=True)
    if _DATE.fullmatch(side):
        return open_book(
            shared.book, shared.overlay, parse_date(side, "the date"), shared.visibility, judged_later=True
        )
    folder = Path(side)
    if not folder.is_dir():
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="crossbearing-")))
        _check_out(shared.book, side, folder)
    elif not (folder / "book.toml").is_file():
        raise UsageError(
            f"{side} is no book", "a book is a folder with book.toml", "name a book, a date or a git revision"
        )
    return open_book(folder, shared.overlay, shared.as_of, shared.visibility, judged_later=True)


def _check_out(book: Path | None, revision: str, folder: Path) -> None:
    """Write the files of a book as they were at a revision into a folder; the book itself is not touched.

    Raises:
        UsageError: It is no date, no folder and no revision of the book's repository.
    """
    from crossbearing.book.layout import FILES

    if book is None:
        raise UsageError(
            f"{revision} is no date and no folder",
            "the bundled book has no versions but the dates at which things became known",
            "write xb diff 2026-03-31..2026-05-29, or name two folders",
        )
    commit = _git(book, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise UsageError(
            f"{revision} is no date, no folder and no git revision of {book}",
            "a version is a commit, tag or branch of the repository the book lies in",
            "see `git log` in the book's folder",
        )
    name = commit.decode().strip()
    listed = (_git(book, "ls-tree", "--name-only", "-z", name, "./") or b"").decode().split("\0")
    if "book.toml" not in listed:
        raise UsageError(f"there was no book in {book} at {revision}", "", "name a later revision")
    for file in FILES:
        data = _git(book, "cat-file", "blob", f"{name}:./{file}") if file in listed else None
        if data is not None:
            (folder / file).write_bytes(data)


def _git(book: Path, *words: str) -> bytes | None:
    """What git answers in the book's folder; None where it refuses."""
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(book), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise UsageError(
            "git cannot be run", str(fault), "install git, or compare dates or folders"
        ) from fault
    return done.stdout if done.returncode == 0 else None


def _watch() -> Any:
    if not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import track

    def bar(rows: Sequence[tuple[str, Key]]) -> Iterable[tuple[str, Key]]:
        return track(rows, "results", console=Console(stderr=True), transient=True)

    return bar


def _show(found: Difference, first: str, second: str, form: str) -> None:
    from crossbearing.pipeline.differing import as_json

    told = as_json(found)
    if form == "json":
        print_json({"before": first, "after": second, **told})
    elif form == "csv":
        print_rows(list(_csv_rows(told)), "csv", ("change", "id", "what", "before", "after"))
    else:
        talk(f"{first} -> {second}")
        for line in _lines(found):
            click.echo(printable(line))


def _csv_rows(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for word in ("added", "withdrawn"):
        side = "after" if word == "added" else "before"
        for row in told[word]:
            what = f"{row['entity']} {row['metric']}"
            yield {"change": word, "id": row["id"], "what": what, side: row["value"]}
    for row in told["changed"]:
        for cell in row["cells"]:
            yield {"change": "changed", "id": row["id"], "what": cell["column"], **cell}
    for row in told["judgments"]:
        yield {"change": row["change"], "id": row["name"], "what": "judgment"}
    for row in told["results"]:
        sides = {name: row[name]["value"] for name in ("before", "after")}
        yield {"change": f"result, {row['clock']}", "id": row["id"], "what": row["label"], **sides}


def _lines(found: Difference) -> Iterator[str]:
    from crossbearing.pipeline.changing import said

    yield (
        f"claims: {len(found.added)} added, {len(found.changed)} changed, {len(found.withdrawn)} withdrawn"
        + (f", {len(found.renamed)} under another id" if found.renamed else "")
    )
    for mark, claims in (("+", found.added), ("-", found.withdrawn)):
        yield from _listed(mark, claims)
    for changed in found.changed[:SHOWN]:
        cells = "; ".join(f"{n} {a or 'empty'} -> {b or 'empty'}" for n, a, b in changed.cells)
        yield f"  ~ {said(changed.after)}: {cells}"
    for name, word in found.judgments:
        yield f"  {word} {name}"
    still = 0
    for moved in found.results:
        if moved.shift.moved:
            yield f"result, {moved.clock}: {moved.shift.words()}"
        else:
            still += 1
    if still:
        yield f"{still} more touched result{'s do' if still > 1 else ' does'} not move by more than the error of the computation"
    if not found.results:
        yield "no result is touched"
    if found.left_out:
        more = f"{counted(len(found.left_out), 'touched result')} {'was' if len(found.left_out) == 1 else 'were'}"
        yield f"{more} not computed; --results {len(found.left_out) + len(found.results)} does"


def _listed(mark: str, claims: tuple[Claim, ...]) -> Iterator[str]:
    from crossbearing.pipeline.changing import said

    for claim in claims[:SHOWN]:
        yield f"  {mark} {said(claim)}"
    if len(claims) > SHOWN:
        yield f"  {mark} and {len(claims) - SHOWN} more; --format json lists all"
