"""What a change in per cent is a change of: "a 17% rise in sales", "12% above last year", "a gain of 25%"."""

from __future__ import annotations

from collections.abc import Sequence

from crossbearing.gather.extract.around import STRONG, scale, words_after, words_before
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import REVENUES, Reading

MEASURES = frozenset((*REVENUES, "income", "billings", "takings"))
RELATIVE = frozenset(("more", "less", "higher", "lower", "above", "below", "up", "down", "ahead"))
EARLIER = frozenset(
    ("year", "years", "ago", "earlier", "last", "previous", "prior", "before", "same", "quarter")
)
GROWING = frozenset(("growing", "grew", "grow", "grows", "grown"))
GROWTH = "revenue.growth"


def of_change(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """More for growth of revenue where a change of it is told, and less where it is one of something else."""
    mention = reading.mention
    if mention.low is not None or reading.best[0].startswith(("margin.", "retention.", "adoption.")):
        return
    nouns = lexicon("builds")["changes"]
    after, before = words_after(layout, reading, 9), words_before(layout, reading, 12)
    named = next((at for at, word in enumerate(after[:2]) if word in nouns), -1)
    if named >= 0 and after[named + 1 : named + 2] in (["in"], ["of"]):
        measure = _first(after[named + 2 : named + 7])
    elif (
        (named >= 0 and not named)
        or (before[-1:] == ["of"] and before[-2:-1] and before[-2] in nouns)
        or (before[-1:] == ["by"] and mention.form == "part")
        or (not GROWING.isdisjoint(before[-3:]) and {"year", "annually", "yoy"} & set(after[:4]))
        or (before[-1:] == ["or"] and after[:1] in (["more"], ["less"], ["higher"], ["lower"]))
        or (after[:1] and after[0] in RELATIVE and any(w in EARLIER or w[:2] == "20" for w in after[1:]))
    ):
        growing = GROWTH if not GROWING.isdisjoint(before[-3:]) else ""
        measure = _first(before[::-1]) or growing or _carried(reading, readings)
    else:
        return
    if measure == GROWTH:
        reading.add(GROWTH, STRONG)
        scale(reading, "arithmetic", 0.3)
    elif measure:
        reading.add("arithmetic", 1.0)
        scale(reading, GROWTH, 0.3)


def _first(words: Sequence[str]) -> str:
    """The measure that the first word of a measure is one of."""
    others = lexicon("builds")["measured"]
    for word in words:
        if word in MEASURES:
            return GROWTH
        if word in others:
            return "other"
    return ""


def _carried(reading: Reading, readings: Sequence[Reading]) -> str:
    """Whether the sum before in the sentence is one of revenue."""
    earlier = [
        r
        for r in readings
        if r.mention.kind == "money" and r.mention.stop <= reading.mention.first and r.weights
    ]
    if not earlier:
        return ""
    return GROWTH if earlier[-1].best[0].startswith("revenue.r") else "other"
