"""Who buys, invests and is bought: what the verbs of a deal say of the sum beside them, whatever the words around."""

from __future__ import annotations

from collections.abc import Sequence

from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import Reading
from crossbearing.gather.extract.scene import Actor

REACH = 12
OBJECT = 7
SURE = 6.0
MEANT = 0.9


def name_deals(
    layout: Layout, sentence: Sentence, cast: Sequence[Actor], readings: Sequence[Reading]
) -> None:
    """Settles metric and company of sums that buy a company or are put into one."""
    companies = [a for a in cast if a.kind == "company" and (a.named or a.weight >= MEANT)]
    sums = [r for r in readings if r.mention.kind == "money" and not r.dropped]
    if not companies or not sums:
        return
    into = ""
    for reading in sums:
        if (
            into
            and "round"
            in layout.words[max(sentence.first, reading.mention.opens - 7) : reading.mention.opens]
        ):
            reading.owner = into
            continue
        into = into or _placed_with(layout, companies, reading)
        told = (
            _purchase(layout, sentence, companies, reading)
            or _bought(layout, sentence, companies, reading)
            or _invested(layout, sentence, companies, reading)
        )
        if told:
            metric, entity = told
            reading.add(metric, SURE)
            reading.owner = entity


def _placed_with(layout: Layout, companies: Sequence[Actor], reading: Reading) -> str:
    """Such as "we committed $75 million to Acme": whose round is told next."""
    mention = reading.mention
    front = layout.words[max(0, mention.opens - 3) : mention.opens]
    if lexicon("deals")["placing"].isdisjoint(front) or layout.word(mention.stop) not in ("to", "in", "into"):
        return ""
    return next((a.entity for a in companies if 0 < a.first - mention.stop <= 2), "")


def _bought(
    layout: Layout, sentence: Sentence, companies: Sequence[Actor], reading: Reading
) -> tuple[str, str] | None:
    """Such as "A paid $1bn for B", "A bought B for $1bn", "B was acquired by A for $1bn", "the purchase of B for $1bn"."""
    table, mention, words = lexicon("deals"), reading.mention, layout.words
    front = words[max(sentence.first, mention.opens - 3) : mention.opens]
    if not table["paid"].isdisjoint(front) and layout.word(mention.stop) == "for":
        after = [a for a in companies if 0 <= a.first - mention.stop <= 2]
        return ("valuation.merger", after[0].entity) if after else None
    if layout.word(mention.opens - 1) != "for":
        return None
    verbs = [
        at
        for at in range(max(sentence.first, mention.opens - REACH), mention.opens)
        if words[at] in table["buying"]
    ]
    if not verbs:
        return None
    at = verbs[-1]
    if layout.word(at + 1) == "by" or layout.word(at - 1) in ("was", "been", "being", "were"):
        before = [a for a in companies if a.stop <= at]
        return ("valuation.merger", before[-1].entity) if before else None
    objects = [a for a in companies if 0 < a.first - at <= 4 and a.first < mention.first]
    return ("valuation.merger", objects[0].entity) if objects else None


def _purchase(
    layout: Layout, sentence: Sentence, companies: Sequence[Actor], reading: Reading
) -> tuple[str, str] | None:
    """Such as "its $1bn all-cash acquisition of the startup B", "the $1bn B takeover": B is bought."""
    nouns, stop = lexicon("deals")["purchases"], reading.mention.stop
    for at in range(stop, min(stop + 5, sentence.stop)):
        front = [a for a in companies if at - 1 <= a.stop <= at and a.first >= stop and not a.owner]
        if (
            front
            and layout.words[at] in lexicon("deals")["contracts"]
            and reading.best[0].startswith("compute.")
        ):
            return reading.best[0], front[0].entity
        if layout.words[at] not in nouns:
            continue
        told = layout.word(at + 1) in ("of", "for")
        behind = [a for a in companies if a.named and told and 2 <= a.first - at <= OBJECT]
        found = front or behind
        return ("valuation.merger", found[0].entity) if found else None
    return None


def _invested(
    layout: Layout, sentence: Sentence, companies: Sequence[Actor], reading: Reading
) -> tuple[str, str] | None:
    """Such as "A invested $50m in B" (A's), "investors have put $500m into B" and "B got $50m from A" (B's)."""
    table, mention, words = lexicon("deals"), reading.mention, layout.words
    front = words[max(sentence.first, mention.opens - 4) : mention.opens]
    behind = [a for a in companies if 0 < a.first - mention.stop <= 3]
    before = [a for a in companies if a.stop <= mention.opens and not a.owner]
    if not behind:
        return None
    link = words[mention.stop]
    if link in ("in", "into") and not table["investing"].isdisjoint(front):
        led = [
            a
            for a in before
            if words[a.first - 1] not in ("including", "by", "as") or a.first == sentence.first
        ]
        if led and led[-1].entity != behind[0].entity:
            return "funding.commitment", led[-1].entity
        return "funding.raised", behind[0].entity
    if link == "from" and not table["receiving"].isdisjoint(front):
        return "funding.raised", before[-1].entity if before else ""
    return None
