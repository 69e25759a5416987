"""Several companies and several figures in one sentence: which belongs to which, in turn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.quantities import Mention
from crossbearing.gather.extract.readings import Reading
from crossbearing.gather.extract.scene import Actor

LINKS = frozenset(
    (
        "at",
        "with",
        "on",
        "has",
        "had",
        "is",
        "was",
        "to",
        "of",
        "from",
        "s",
        "only",
        "just",
        "about",
        "first",
        "second",
        "third",
        "next",
        "last",
    )
)


def take_turns(
    layout: Layout, sentence: Sentence, cast: Sequence[Actor], readings: Sequence[Reading]
) -> None:
    """Settles owners where grammar pairs names with figures one by one."""
    named = [a for a in cast if a.named and a.kind in ("company", "product")]
    live = [r for r in readings if not r.dropped]
    if len(named) < 2 or len(live) < 2:
        return
    _respectively(layout, sentence, named, live)
    _name_by_name(layout, named, live)
    _in_brackets(layout, named, live)
    _figure_by_figure(layout, named, live)


def _respectively(
    layout: Layout, sentence: Sentence, named: Sequence[Actor], live: Sequence[Reading]
) -> None:
    """Such as "Acme and Brindle have 12 million and 7 million users": as many names in a row as figures in a row."""
    for names in _rows(layout, named):
        after = [r for r in live if r.mention.first >= names[-1].stop]
        for kind in {r.mention.kind for r in after}:
            row = [r for r in after if r.mention.kind == kind][: len(names)]
            told = "respectively" in layout.words[row[0].mention.first : sentence.stop]
            told = told or layout.word(names[-1].stop) in lexicon("grammar")["predicates"]
            joined = all(_joined(layout, a.mention, b.mention) for a, b in pairwise(row))
            if told and joined and len(row) == len(names):
                for actor, reading in zip(names, row, strict=True):
                    reading.owner = reading.owner or actor.entity


def _rows(layout: Layout, named: Sequence[Actor]) -> list[list[Actor]]:
    """Runs of names that only "and" and commas divide."""
    rows: list[list[Actor]] = []
    for actor in named:
        last = rows[-1][-1] if rows else None
        between = layout.words[last.stop : actor.first] if last else ["-"]
        if last and between in ([], ["and"], ["or"]) and not last.owner:
            rows[-1].append(actor)
        else:
            rows.append([actor])
    return [row for row in rows if len(row) > 1 and len({a.entity for a in row}) == len(row)]


def _joined(layout: Layout, left: Mention, right: Mention) -> bool:
    between = layout.words[left.stop : right.opens]
    return len(between) <= 2 and (not between or between[0] in ("and", "or"))


def _name_by_name(layout: Layout, named: Sequence[Actor], live: Sequence[Reading]) -> None:
    """Such as "Acme at $3 billion and Brindle at $5 billion", "Acme's was 58%, Brindle's 41%": each name with its figure."""
    for reading in live:
        mention = reading.mention
        front = [a for a in named if 0 <= mention.opens - a.stop <= 2]
        if not front or reading.owner:
            continue
        actor = front[-1]
        links = layout.words[actor.stop : mention.opens]
        earlier = [r for r in live if r.mention.stop <= actor.first and r.mention.kind == mention.kind]
        led = layout.word(actor.first - 1) in ("by", "from", "to", "than", "in", "paid", "pay")
        led = led and layout.word(actor.first - 2) not in ("followed", "trailed")
        joined = layout.word(actor.first - 1) in ("and", "but", "while", "vs", "versus") or layout.gap(
            actor.first
        )[:1] in (
            ",",
            ";",
        )
        paired = links or actor.owner or joined or layout.gap(mention.first).endswith("(")
        if earlier and set(links) <= LINKS and not led and paired:
            reading.owner = actor.entity


def _in_brackets(layout: Layout, named: Sequence[Actor], live: Sequence[Reading]) -> None:
    """Such as "commitments from Acme (2 gigawatts) and Brindle (5 gigawatts)": two or more names with a figure in brackets."""
    told = [
        (reading, actor)
        for reading in live
        for actor in named
        if actor.stop == reading.mention.opens
        and layout.gap(actor.stop).strip() in ("(", "($", "(\u20ac", "(\u00a3")
    ]
    for reading, actor in told if len(told) > 1 else ():
        if not reading.best[0].startswith("customers."):
            reading.owner = reading.owner or actor.entity


def _figure_by_figure(layout: Layout, named: Sequence[Actor], live: Sequence[Reading]) -> None:
    """Such as "38% goes to Acme, 29% to Brindle and 9% to Quarrel": each figure with the name after it."""
    told: list[tuple[Reading, Actor]] = []
    for reading in live:
        stop = reading.mention.stop
        behind = [a for a in named if 0 < a.first - stop <= 2 and layout.words[stop] in ("to", "for", "at")]
        if behind and not reading.owner:
            told.append((reading, behind[0]))
    kinds = {reading.mention.kind for reading, _ in told}
    for reading, actor in told:
        earlier = any(
            r.mention.kind == reading.mention.kind and r.mention.stop <= reading.mention.first for r in live
        )
        if len(kinds) == 1 and (earlier or len(told) > 1):
            reading.owner = actor.entity
