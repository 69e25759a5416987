"""`xb read`: a document in, what it changes out, and into the book what a person accepts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, model_options, page_option, parse_date, shared_options
from crossbearing.cli.output import (
    Barred,
    announce,
    counted,
    patience,
    print_json,
    print_rows,
    talk,
    tell_altogether,
)
from crossbearing.cli.proposals import block, head
from crossbearing.pipeline import Opened, open_book
from crossbearing.problems import UsageError
from crossbearing.vocabulary.reading import Reading, Verdict

if TYPE_CHECKING:
    from crossbearing.book.journal import Change
    from crossbearing.gather.extract.document import Document

REFUSED = (
    "the bundled book is not written to: make your own with `xb new DIR --from frontier`, then --book DIR"
)

NOT_ENTERING = (Verdict.KNOWN, Verdict.UNUSABLE)


@click.command("read")
@click.argument("places", metavar="FILE|DIR|URL...", nargs=-1)
@click.option(
    "--engine", type=click.Choice(["rules", "llm"]), default="rules", show_default=True, help="What reads."
)
@model_options
@click.option("--published", metavar="DATE", help="Day of publication, where the document does not say it.")
@click.option("--publisher", default="", metavar="NAME", help="Who published it.")
@click.option("--title", default="", metavar="TEXT", help="Its title.")
@click.option(
    "--accept",
    "accepted",
    metavar="all|IDS",
    help="Take these in without asking: all that is new, or ids such as p2,p5.",
)
@click.option(
    "--edit",
    "edits",
    multiple=True,
    metavar="ID:COLUMN=VALUE",
    help="Change a cell before it enters; may be repeated.",
)
@click.option(
    "--merge",
    "merges",
    multiple=True,
    metavar="ID=CLAIM",
    help="A proposal repeats a claim of the book and counts once with it.",
)
@click.option(
    "--add-entities", is_flag=True, help="Let in figures of entities that book.toml does not declare yet."
)
@click.option("--private", is_flag=True, help="What enters is private.")
@click.option("--no-moves", is_flag=True, help="Leave out what each figure would move; quicker.")
@click.option("--undo", "undone", is_flag=True, help="Take the last reading back, every byte of it.")
@page_option
@shared_options(argument=False)
def command(shared: Shared, places: tuple[str, ...], *, undone: bool, **given: Any) -> int:
    """Read documents: what is known and from whom, what is new, what contradicts which claim, what would move.

    At a terminal each proposal is asked about; elsewhere they are printed, and --accept takes them in. Nothing enters the book
    without that. Of the document only figures, their places and its row in sources.csv are kept. A document that cannot be read
    is named on stderr, the others are read, and the exit code is 2.
    """
    if undone:
        _undo(shared)
        return 0
    if not places:
        raise UsageError("nothing to read", "", "name a file, a folder or a link; or --undo the last reading")
    from crossbearing.pipeline.reading import engine_named

    reader = engine_named(given.pop("engine"), given.pop("model"), given.pop("endpoint"))
    read: list[tuple[Reading, str]] = []
    chosen = {**given, "engine": Barred(reader) if hasattr(reader, "each") else reader}
    documents, faults = _documents(places, given)
    if len(documents) > 1 and given["accepted"] not in (None, "all"):
        raise UsageError(
            f"--accept {given['accepted']} names proposals, and {len(documents)} documents each have theirs",
            "p1 of one is not p1 of another",
            "read one document, or write --accept all",
        )
    announce(open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).book.visibility)
    chosen["alone"] = len(documents) == 1
    told = [_one(shared, document, chosen, read) for document in documents]
    tell_altogether(reader, len(documents))
    _how_to_accept(shared, given, read)
    if given["output"] is not None:
        from crossbearing.cli.report import write_page
        from crossbearing.publish.pages.answers import read_page

        after = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
        write_page(given["output"], read_page(after.book, read))
    if shared.form == "json":
        print_json({"readings": told})
    return 2 if faults else 0


def _undo(shared: Shared) -> None:
    from crossbearing.pipeline.accepting import undo

    if shared.book is None:
        raise UsageError(REFUSED)
    change = undo(shared.book)
    how = "every byte is as it was" if change.exact else "its rows are out; what was written since is kept"
    talk(f"undone: {change.document} ({counted(len(change.claims), 'claim')}), {how}")


def _documents(places: Sequence[str], given: Mapping[str, Any]) -> tuple[list[Document], int]:
    """The documents named, the earliest first, and how many could not be read; copies among them are pointed out."""
    from crossbearing.gather.documents import copies, places_of, read_document

    day = parse_date(given["published"], "--published")
    listed = places_of(places)
    found, faults = [], []
    for place in listed:
        try:
            with patience(f"opening {place}"):
                found.append(
                    read_document(place, published=day, publisher=given["publisher"], title=given["title"])
                )
        except UsageError as fault:
            faults.append(fault)
    if not found:
        raise faults[0]
    found.sort(key=lambda document: document.published or date.max)  # a copy leads to what came before it
    for refused in faults:
        talk(refused.as_text())
    for copy, (original, share) in copies(found).items():
        talk(f"{found[copy].name} repeats {found[original].name}: {share:.0%} of its word sequences")
    if not _asks(given):
        return found, len(faults)
    with _broken_off("nothing was written"):
        return [_completed(document) for document in found], len(faults)


def _asks(given: Mapping[str, Any]) -> bool:
    """Whether somebody sits at a terminal and is to be asked."""
    return given["accepted"] is None and sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def _broken_off(state: str) -> Iterator[None]:
    """What the book's state is, said where somebody breaks off (Ctrl-C, Ctrl-D)."""
    try:
        yield
    except (click.Abort, KeyboardInterrupt) as fault:
        talk(f"\nbroken off: {state}")
        raise click.Abort from fault


def _completed(document: Document) -> Document:
    """The document with its day and publisher asked for where it does not say them."""
    if document.published is None:
        answer = click.prompt(
            f"{document.name}: published on (2026-05-29, empty if unknown)", default="", show_default=False
        )
        document = replace(document, published=parse_date(answer or None, "the date"))
    if not document.publisher:
        answer = click.prompt(
            f"{document.name}: publisher (empty if unknown)", default="", show_default=False
        )
        document = replace(document, publisher=answer.strip())
    return document


def _one(
    shared: Shared, document: Document, given: Mapping[str, Any], read: list[tuple[Reading, str]]
) -> dict[str, Any]:
    """One document read, decided on, and taken in; added to what was read, with the note on what changed."""
    from crossbearing.pipeline.reading import propose

    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility)
    engine = (
        given["engine"] if isinstance(given["engine"], Barred) else _patient(given["engine"], document.name)
    )
    text = shared.form == "text"
    asked = _asks(given) and text and shared.book is not None
    with _broken_off(f"nothing of {document.name} was written"):
        reading = propose(opened, document, engine, seed=shared.seed, moves=False)
        if asked:
            change, reading = _dialogue(shared, opened, reading, given)
        else:
            reading = _shown(opened, reading, shared, moves=not given["no_moves"])
            change = _accepted(shared, reading, given)
    told: dict[str, Any] = reading.as_json()
    if change is not None:
        _say_taken(shared, change)
    note = "" if change is None else _note(shared, opened, reading, change)
    read.append((reading, note))
    if change is None:
        return {**told, "change": None, "note": ""}
    if text:
        click.echo(f"\n{note}")
    return {
        **told,
        "change": {"id": change.id, "claims": list(change.claims), "source": change.source},
        "note": note,
    }


def _shown(opened: Opened, reading: Reading, shared: Shared, *, moves: bool) -> Reading:
    """The reading with what its proposals would move; as text each is printed as soon as that is known."""
    from crossbearing.pipeline.reading import shifted

    text = shared.form == "text"
    if text:
        click.echo(head(reading))
    proposals = shifted(opened, reading, seed=shared.seed) if moves else iter(reading.proposals)
    made, total = [], len(reading.proposals)
    for number in range(1, total + 1):
        with patience(f"{reading.document}: what figure {number} of {total} would move"):
            made.append(next(proposals))
        if text:
            click.echo(block(reading, made[-1]))
    if shared.form == "csv":
        print_rows([{"proposal": p.id, "verdict": str(p.verdict), **p.cells} for p in made], "csv")
    return replace(reading, proposals=tuple(made))


def _patient(engine: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The same reader, with a bar where it takes longer than a second and somebody watches."""

    def read(*what: Any) -> Any:
        with patience(f"reading {name}"):
            return engine(*what)

    return read


def _how_to_accept(shared: Shared, given: Mapping[str, Any], read: Sequence[tuple[Reading, str]]) -> None:
    """How to take in what was only shown, in the ids of what was shown."""
    usable = [p for reading, _ in read for p in reading.proposals if p.verdict not in NOT_ENTERING]
    asked = _asks(given) and shared.form == "text" and shared.book is not None
    if given["accepted"] is not None or asked or not any(reading.proposals for reading, _ in read):
        return
    if shared.book is None:
        talk(REFUSED)
    elif not usable:
        talk("nothing was written: nothing in it is new")
    else:
        names = ",".join(p.id for p in usable[:2])
        some = f", --accept {names} {'these' if len(usable) > 1 else 'this'}" if len(read) == 1 else ""
        let_in = " (of strangers too with --add-entities)" if any(p.stranger for p in usable) else ""
        talk(f"nothing was written: --accept all takes in what is new{let_in}{some}")


def _accepted(shared: Shared, reading: Reading, given: Mapping[str, Any]) -> Change | None:
    """What `--accept` takes in; without it nothing, and how to."""
    if given["accepted"] is None:
        return None
    ids = (
        given["accepted"] if given["accepted"] == "all" else [i.strip() for i in given["accepted"].split(",")]
    )
    if ids == "all" and not given["alone"]:
        from crossbearing.pipeline.accepting import enterable

        if not enterable(reading, strangers=given["add_entities"]):
            talk(
                f"{reading.document}: nothing in it is new, or only of entities that book.toml does not declare"
            )
            return None
    edits = _edits(given["edits"])
    merges = dict(_pair(text, "--merge", "p3=acme-07") for text in given["merges"])
    return _write(
        shared, reading, ids, edits, merges, strangers=given["add_entities"], private=given["private"]
    )


def _dialogue(
    shared: Shared, opened: Opened, reading: Reading, given: Mapping[str, Any]
) -> tuple[Change | None, Reading]:
    """Decisions at a terminal, written after a last yes."""
    from crossbearing.cli.dialogue import decide, summary

    made = decide(opened, reading, shared.seed, moves=not given["no_moves"])
    if not made.accepted:
        talk("nothing was written")
        return None, made.reading
    click.echo(f"\n{summary(made)}")
    if not click.confirm(f"write {counted(len(made.accepted), 'claim')} to {shared.book}?", default=False):
        talk("nothing was written")
        return None, made.reading
    strangers = made.strangers or given["add_entities"]
    change = _write(
        shared, made.reading, made.accepted, {}, made.merges, strangers=strangers, private=given["private"]
    )
    return change, made.reading


def _write(
    shared: Shared,
    reading: Reading,
    ids: Sequence[str] | str,
    edits: dict[str, dict[str, str]],
    merges: Mapping[str, str],
    *,
    strangers: bool,
    private: bool,
) -> Change:
    from crossbearing.pipeline.accepting import accept, enterable

    if shared.overlay is not None:
        raise UsageError(
            "two books are open, and claims enter one",
            "--with only lays a book over another for reading",
            "run it again without --with on the book that is to hold them",
        )
    if shared.book is None:
        raise UsageError(REFUSED)
    if private:
        for name in enterable(reading, strangers=strangers) if ids == "all" else ids:
            edits.setdefault(name, {}).setdefault("visibility", "private")
    return accept(shared.book, reading, ids, edits, merges=merges, add_entities=strangers)


def _say_taken(shared: Shared, change: Change) -> None:
    them = "it" if len(change.claims) == 1 else "them"
    how = f"`xb read --undo --book {shared.book}` takes {them} back"
    talk(f"{counted(len(change.claims), 'claim')} into {shared.book}; {how}")


def _note(shared: Shared, before: Opened, reading: Reading, change: Change) -> str:
    from crossbearing.pipeline.changing import change_note

    after = open_book(shared.book, None, shared.as_of, shared.visibility)
    if after.book.visibility != before.book.visibility:
        announce(after.book.visibility)
    state = "the claims are in the book, the note on what they change is not told"
    with _broken_off(state), patience("what changes"):
        return change_note(before, after, reading, change.claims, seed=shared.seed)


def _edits(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """`p3:period=2026-03` by proposal and column.

    Raises:
        UsageError: Not of that form.
    """
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        place, value = _pair(text, "--edit", "p3:period=2026-03")
        name, colon, column = place.partition(":")
        if not colon:
            raise UsageError(f"--edit {text!r} names no column", "", "write --edit p3:period=2026-03")
        found.setdefault(name.strip(), {})[column.strip()] = value
    return found


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals:
        raise UsageError(f"{option} {text!r} has no =", "", f"write {option} {example}")
    return left.strip(), right.strip()
