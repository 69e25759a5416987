"""A sum that counted customers must exceed is a qualifier of the count: "900 customers pay more than $1 million"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.quantities import Mention
from crossbearing.gather.extract.readings import Reading

CUSTOMERS = (
    "customers.count",
    "customers.million_dollar",
    "customers.hundred_thousand_dollar",
    "customers.hundred_million_dollar",
)
DOLLAR = "USD"
FIGURES = {"six": 1e5, "seven": 1e6, "nine": 1e8, "6": 1e5, "7": 1e6, "9": 1e8}
LEVELS = {1e6: CUSTOMERS[1], 1e5: CUSTOMERS[2], 1e8: CUSTOMERS[3]}


def mark_thresholds(layout: Layout, readings: Sequence[Reading]) -> None:
    """Such as "900 customers pay more than $1 million": the money is a qualifier of the count, not a claim."""
    for reading in readings:
        if reading.mention.kind == "money":
            _mark_level(layout, reading, readings)
    for reading in readings:
        if reading.mention.kind == "count" and reading.best[0].startswith("customers."):
            _level_before_colon(layout, reading, readings)
            level = _figure_level(layout, reading.mention) or _level_in_label(layout, reading)
            if level:
                _set_level(reading, level)


def _mark_level(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """A sum that counted customers must exceed becomes their threshold; where none are counted it is what one spends."""
    mention = reading.mention
    level = mention.value if mention.low is None else mention.low
    if _of_one(layout, mention, reading.sentence):
        return
    bare = [r for r in readings if r.mention.kind == "count" and _counts_payers(layout, r.mention, mention)]
    if bare and bare[-1].mention.first < mention.first:
        _set_level(bare[-1], level, mention.currency)
        reading.dropped = True
        return
    front = layout.words[max(0, mention.opens - 2) : mention.opens]
    typical = not lexicon("builds")["typical"].isdisjoint(front)
    if not _bounds_customers(layout, mention, reading.sentence) or typical:
        return
    counts = [r for r in readings if r.mention.kind == "count" and r.best[0].startswith("customers.")]
    before = [r for r in counts if r.mention.first < mention.first]
    for counted in before[-1:] or counts:
        _set_level(counted, level, mention.currency)
        reading.dropped = True
    if not counts and "customers.account_spend" in reading.weights:
        reading.add("customers.account_spend", 2.5)


def _level_before_colon(layout: Layout, counted: Reading, readings: Sequence[Reading]) -> None:
    """Such as "Above $1 million: 88": the level stands before the colon."""
    for other in readings:
        mention = other.mention
        floor = mention.relation.is_floor or layout.gap(mention.opens).rstrip(" $\u00a3\u20ac").endswith(">")
        bound = mention.kind == "money" and floor and mention.stop <= counted.mention.first
        gap = layout.text[mention.end : counted.mention.start] if bound else ""
        if ":" in gap and len(gap) < 60 and not other.dropped:
            _set_level(counted, mention.value, mention.currency)
            other.dropped = True


def _set_level(reading: Reading, level: float, currency: str = DOLLAR) -> None:
    """A level in dollars chooses the metric; one in pounds or euros is a qualifier of a number of customers."""
    metric = LEVELS.get(level, CUSTOMERS[0]) if currency == DOLLAR else CUSTOMERS[0]
    for name in CUSTOMERS:
        reading.weights.pop(name, None)
    reading.weights[metric] = max(6.0, reading.best[1] + 2)
    reading.threshold = level


def _counts_payers(layout: Layout, counted: Mention, money: Mention) -> bool:
    """Such as "61 spend at least $1 mln" and "38 of them > $1M": a bare count whose verb is to spend."""
    if not 0 <= money.opens - counted.stop <= 8:
        return False
    between = layout.words[counted.stop : money.opens]
    gap = layout.text[counted.end : money.start]
    if not between:
        return gap.strip() in (">", ">=", "\u2265") or (money.relation.is_floor and money.opens < money.first)
    spends = lexicon("grammar")["spends"]
    begins = between[0] in spends or between[0] in ("of", "each", "now", "run")
    beyond = between[-1:] in (["is"], ["are"]) and money.relation.is_floor
    return begins and (">" in gap or beyond or any(word in spends for word in between))


def _of_one(layout: Layout, mention: Mention, sentence: Sentence) -> bool:
    """Such as "and one bank spends $27m": what a single customer pays bounds no count."""
    verb = mention.opens - 1
    if verb - 2 < sentence.first or layout.words[verb] not in lexicon("grammar")["spends"]:
        return False
    return layout.words[verb].endswith("s") and any(
        word in ("one", "a", "an", "another", "largest", "biggest")
        for word in layout.words[verb - 4 : verb - 1]
    )


def _bounds_customers(layout: Layout, mention: Mention, sentence: Sentence) -> bool:
    """Customers who spend, pay or are worth so much: noun, then verb, then money, in one clause; or "$1m-plus customers"."""
    grammar, words = lexicon("grammar"), layout.words
    after = words[mention.stop : mention.stop + 3]
    if after[:1] == ["plus"] or layout.text[mention.end : mention.end + 1] == "+":
        return any(word in grammar["buyers"] for word in after)
    verb = (
        mention.relation.is_floor
        and mention.opens < mention.first
        and words[mention.opens] in grammar["spends"]
    )
    for at in range(mention.opens - 1, max(sentence.first, mention.first - 16) - 1, -1):
        if abs(layout.breaks[at] - layout.breaks[mention.first]) > 0.5:
            return False
        if words[at] in grammar["spends"]:
            verb = True
        elif words[at] in grammar["buyers"]:
            return verb
    return False


def _level_in_label(layout: Layout, reading: Reading) -> float | None:
    """Threshold of "Six-figure accounts are at 5,200" and "Customers paying us seven figures: 870"."""
    first = max(reading.sentence.first, reading.mention.first - 8)
    for word, following in pairwise(layout.words[first : reading.mention.first]):
        if following in ("figure", "figures") and word in FIGURES:
            return FIGURES[word]
    return None


def _figure_level(layout: Layout, mention: Mention) -> float | None:
    """Threshold of "seven-figure customers" after a count."""
    words = layout.words[mention.stop : mention.stop + 3]
    for word, following in pairwise(words):
        if following in ("figure", "figures") and word in FIGURES:
            return FIGURES[word]
    return None
