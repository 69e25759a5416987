"""Proposals one by one at a terminal: accept, edit, reject, merge, undo. Nothing is written before a last yes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import click

from crossbearing.cli.output import patience
from crossbearing.cli.proposals import block, claim_line, head
from crossbearing.pipeline import Opened
from crossbearing.pipeline.accepting import EDITABLE, enterable
from crossbearing.pipeline.ahead import Ahead
from crossbearing.pipeline.reading import edited
from crossbearing.problems import UsageError, printable
from crossbearing.vocabulary.reading import Proposed, Reading, Verdict

HELP = """  a            accept
  r, Enter     reject: leave it out
  e COL=VALUE  edit a cell of its row, such as: e period=2026-03
  m ID         merge: it repeats claim or proposal ID, and counts once with it
  u            undo the last decision, and the edits of that proposal
  all          accept it and whatever is new after it, and finish
  q            leave the rest out and finish
  ?            this list"""

LEAVING = ("r", "n", "", "reject", "no", "q", "quit")


@dataclass
class Decisions:
    """What was decided so far.

    Attributes:
        reading: The reading, with edited proposals in place of the first ones.
        seed: Seed of the random numbers of the positions.
        moves: Whether to compute what an edited figure would move.
        first: The proposals as the document gave them, with what they would move, by id.
        accepted: Ids of proposals to take in.
        edits: Cells changed, by proposal.
        merges: Claims of the book that proposals repeat, by proposal.
        strangers: Whether entities the book does not know may enter.
    """

    reading: Reading
    seed: int
    moves: bool
    first: dict[str, Proposed] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    merges: dict[str, str] = field(default_factory=dict)
    strangers: bool = False

    def put(self, proposed: Proposed) -> None:
        """A proposal in place of the one of its name."""
        listed = tuple(proposed if p.id == proposed.id else p for p in self.reading.proposals)
        self.reading = replace(self.reading, proposals=listed)

    def forget(self, name: str) -> None:
        """Take back what was decided on a proposal, its edits too."""
        self.accepted = [n for n in self.accepted if n != name]
        self.merges.pop(name, None)
        self.edits.pop(name, None)
        if name in self.first:
            self.put(self.first[name])


def decide(opened: Opened, reading: Reading, seed: int, *, moves: bool = True) -> Decisions:
    """Ask about each proposal in turn; what the later ones would move is computed meanwhile.

    Raises:
        Abort: The user broke off; nothing is decided.
    """
    made = Decisions(reading, seed, moves)
    click.echo(head(reading))
    ahead = Ahead(opened, reading, seed) if moves else None
    try:
        _ask_all(opened, made, ahead)
    finally:
        if ahead is not None:
            ahead.stop()
    return made


def _ask_all(opened: Opened, made: Decisions, ahead: Ahead | None) -> None:
    at, total = 0, len(made.reading.proposals)
    while at < total:
        name = made.reading.proposals[at].id
        if name not in made.first:
            current = _awaited(ahead, name) if ahead else made.reading.proposals[at]
            made.first[name] = current
            made.put(current)
        click.echo(block(made.reading, made.reading.proposals[at]))
        step = _ask(opened, made, name, f"{at + 1} of {total}")
        if step == 0:
            break
        at = max(at + step, 0)
        if step < 0:
            made.forget(made.reading.proposals[at].id)


def _awaited(ahead: Ahead, name: str) -> Proposed:
    if ahead.ready(name):
        return ahead.proposal(name)
    with patience(f"what {name} would move"):
        return ahead.proposal(name)


def summary(made: Decisions) -> str:
    """What was decided, a line a claim, before the last yes."""
    lines = [
        f"  {p.id:<4} {claim_line(p)}{_how(made, p)}" for p in made.reading.proposals if p.id in made.accepted
    ]
    left = len(made.reading.proposals) - len(made.accepted)
    return "\n".join((*lines, f"  {left} left out" if left else "")).rstrip("\n")


def _how(made: Decisions, proposed: Proposed) -> str:
    changed = ", ".join(made.edits.get(proposed.id, ()))
    merged = made.merges.get(proposed.id, "")
    parts = [f"edited: {changed}" if changed else "", f"merged with {merged}" if merged else ""]
    told = "; ".join(part for part in parts if part)
    return printable(f"  ({told})") if told else ""


def _ask(opened: Opened, made: Decisions, name: str, place: str) -> int:
    """One decision: how many proposals to go on; 0 finishes."""
    while True:
        answer = click.prompt(
            f"{place}: accept, reject, edit, merge, undo, quit (a/r/e/m/u/q/?)",
            default="r",
            show_default=False,
        )
        word, _, rest = answer.strip().partition(" ")
        current = made.reading.proposal(name)
        assert current is not None
        try:
            step = _act(opened, made, current, word.lower(), rest.strip())
        except UsageError as wrong:
            click.echo(wrong.as_text())
            continue
        if step is not None:
            return step


def _act(opened: Opened, made: Decisions, current: Proposed, word: str, rest: str) -> int | None:
    """Carry out an answer; None where the same proposal is asked about again."""
    if word in ("a", "y", "accept", "yes"):
        return _accept(made, current)
    if word in LEAVING:
        made.forget(current.id)
        return 0 if word.startswith("q") else 1
    if word in ("u", "undo"):
        return -1
    if word == "all":
        return _accept_rest(made, current)
    if word in ("m", "merge"):
        return _merge(opened, made, current, rest)
    if word in ("e", "edit"):
        _edit(opened, made, current, rest)
    else:
        click.echo(HELP)
    return None


def _accept(made: Decisions, current: Proposed) -> int | None:
    if current.verdict is Verdict.UNUSABLE:
        click.echo(f"  it cannot enter as it is: {printable(current.fault)}")
        return None
    if current.stranger and not made.strangers:
        name = printable(current.cells["entity"])
        if not click.confirm(f"  add {name} to book.toml?", default=False):
            return None
        made.strangers = True
    made.accepted.append(current.id)
    return 1


def _accept_rest(made: Decisions, current: Proposed) -> int | None:
    """This one and all after it that `--accept all` would take."""
    if _accept(made, current) is None:
        return None
    names = [p.id for p in made.reading.proposals]
    later = set(names[names.index(current.id) + 1 :])
    made.accepted += [n for n in enterable(made.reading, strangers=made.strangers) if n in later]
    return 0


def _merge(opened: Opened, made: Decisions, current: Proposed, rest: str) -> int | None:
    """It repeats a proposal, and is left out; or a claim of the book, and enters as a copy of it."""
    if made.reading.proposal(rest) is not None and rest != current.id:
        made.forget(current.id)
        click.echo(f"  left out: {rest} says it")
        return 1
    if opened.book.claim(rest) is None:
        raise UsageError(f"there is no claim or proposal {rest!r}", "", "write m and an id, such as: m p2")
    made.merges[current.id] = rest
    return _accept(made, current)


def _edit(opened: Opened, made: Decisions, current: Proposed, rest: str) -> None:
    """Change a cell; a change after which the claim could not be read is refused."""
    column, equals, value = rest.partition("=")
    column = column.strip()
    if not equals or column not in EDITABLE:
        raise UsageError(
            f"{column or 'nothing'} cannot be edited",
            "",
            f"write e COLUMN=VALUE; columns are {', '.join(EDITABLE)}",
        )
    cells = {**made.edits.get(current.id, {}), column: value.strip()}
    with patience("what it would move"):
        new = edited(opened, made.reading, current.id, cells, seed=made.seed, moves=made.moves)
    if new.verdict is Verdict.UNUSABLE and current.verdict is not Verdict.UNUSABLE:
        click.echo(f"  not changed: {printable(new.fault)}")
        return
    made.edits[current.id] = cells
    made.put(new)
    click.echo(block(made.reading, new))
