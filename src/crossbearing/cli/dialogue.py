"""Proposals one by one at a terminal: accept, edit, reject, merge, undo. Nothing is written before a last yes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import click

from crossbearing.cli.proposals import block, head
from crossbearing.pipeline import Opened
from crossbearing.pipeline.accepting import EDITABLE
from crossbearing.pipeline.reading import edited
from crossbearing.problems import UsageError
from crossbearing.vocabulary.reading import Proposed, Reading, Verdict

HELP = """  a            accept
  r, Enter     reject: leave it out
  e COL=VALUE  edit a cell of its row, such as: e period=2026-03
  m ID         merge: it repeats claim or proposal ID, and counts once with it
  u            undo the last decision
  q            leave the rest out and finish
  ?            this list"""


@dataclass
class Decisions:
    """What was decided so far.

    Attributes:
        reading: The reading, with edited proposals in place of the first ones.
        accepted: Ids of proposals to take in.
        edits: Cells changed, by proposal.
        merges: Claims of the book that proposals repeat, by proposal.
        strangers: Whether entities the book does not know may enter.
        seed: Seed of the random numbers of the positions.
        moves: Whether to compute what an edited figure would move.
    """

    reading: Reading
    seed: int
    moves: bool
    accepted: list[str] = field(default_factory=list)
    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    merges: dict[str, str] = field(default_factory=dict)
    strangers: bool = False

    def forget(self, name: str) -> None:
        """Take back what was decided on a proposal."""
        self.accepted = [n for n in self.accepted if n != name]
        self.merges.pop(name, None)


def decide(opened: Opened, reading: Reading, seed: int, *, moves: bool = True) -> Decisions:
    """Ask about each proposal in turn.

    Raises:
        Abort: The user broke off; nothing is decided.
    """
    made = Decisions(reading, seed, moves)
    click.echo(head(reading))
    at = 0
    while at < len(reading.proposals):
        name = reading.proposals[at].id
        current = made.reading.proposal(name)
        assert current is not None
        click.echo(block(made.reading, current))
        step = _ask(opened, made, current)
        if step == 0:
            break
        at = max(at + step, 0)
        if step < 0:
            made.forget(reading.proposals[at].id)
    return made


def _ask(opened: Opened, made: Decisions, current: Proposed) -> int:
    """One decision: how many proposals to go on; 0 finishes."""
    while True:
        answer = click.prompt(
            "accept, reject, edit, merge, undo, quit (a/r/e/m/u/q/?)", default="r", show_default=False
        )
        word, _, rest = answer.strip().partition(" ")
        try:
            step = _act(opened, made, current, word.lower(), rest.strip())
        except UsageError as wrong:
            click.echo(wrong.as_text())
            continue
        if step is not None:
            return step
        changed = made.reading.proposal(current.id)
        assert changed is not None
        current = changed


def _act(opened: Opened, made: Decisions, current: Proposed, word: str, rest: str) -> int | None:
    """Carry out an answer; None where the same proposal is asked about again."""
    if word in ("a", "y", "accept", "yes"):
        return _accept(made, current)
    if word in ("r", "n", "", "reject", "no"):
        return 1
    if word in ("u", "undo"):
        return -1
    if word in ("q", "quit"):
        return 0
    if word in ("m", "merge"):
        return _merge(opened, made, current, rest)
    if word in ("e", "edit"):
        _edit(opened, made, current, rest)
    else:
        click.echo(HELP)
    return None


def _accept(made: Decisions, current: Proposed) -> int | None:
    if current.verdict is Verdict.UNUSABLE:
        click.echo(f"  it cannot enter as it is: {current.fault}")
        return None
    if current.stranger and not made.strangers:
        if not click.confirm(f"  add {current.cells['entity']} to book.toml?", default=False):
            return None
        made.strangers = True
    made.accepted.append(current.id)
    return 1


def _merge(opened: Opened, made: Decisions, current: Proposed, rest: str) -> int | None:
    """It repeats a proposal, and is left out; or a claim of the book, and enters as a copy of it."""
    if made.reading.proposal(rest) is not None and rest != current.id:
        return 1
    if opened.book.claim(rest) is None:
        raise UsageError(f"there is no claim or proposal {rest!r}", "", "write m and an id, such as: m p2")
    made.merges[current.id] = rest
    return _accept(made, current)


def _edit(opened: Opened, made: Decisions, current: Proposed, rest: str) -> None:
    column, equals, value = rest.partition("=")
    column = column.strip()
    if not equals or column not in EDITABLE:
        raise UsageError(
            f"{column or 'nothing'} cannot be edited",
            "",
            f"write e COLUMN=VALUE; columns are {', '.join(EDITABLE)}",
        )
    cells = {**made.edits.get(current.id, {}), column: value.strip()}
    new = edited(opened, made.reading, current.id, cells, seed=made.seed, moves=made.moves)
    made.edits[current.id] = cells
    listed = tuple(new if p.id == current.id else p for p in made.reading.proposals)
    made.reading = replace(made.reading, proposals=listed)
    click.echo(block(made.reading, new))
