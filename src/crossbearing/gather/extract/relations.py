"""How words bound a quantity ("more than", "at most") and over what time it runs ("a year", "monthly")."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.vocabulary.quantity import Relation

if TYPE_CHECKING:
    from crossbearing.gather.extract.quantities import Mention

PER_WORDS = {"year": "yr", "annum": "yr", "yr": "yr", "month": "month", "mo": "month", "quarter": "quarter"}
ADVERBS = {"annually": "yr", "yearly": "yr", "monthly": "month", "quarterly": "quarter"}


@cache
def _bounding() -> frozenset[str]:
    """Words right before a quantity that may end a phrase that bounds it."""
    return frozenset(phrase.split(" ")[-1] for phrase in lexicon("numbers")["before"]) | {"than"}


def relation_of(layout: Layout, mention: Mention) -> tuple[Relation, int]:
    """Relation and first word of the phrase, from up to four words before it and two after it."""
    table = lexicon("numbers")
    found, at = "", mention.first
    bounding = _bounding()
    for _ in range(3):
        if layout.word(at - 1) not in bounding:
            break
        pair = f"{layout.word(at - 2)} {layout.word(at - 1)}"
        width = 2 if pair in table["before"] else 1 if layout.word(at - 1) in table["before"] else 0
        if width == 0 and layout.word(at - 1) == "than" and layout.word(at - 3) in ("no", "not"):
            width = 2
        if not width or layout.of_word[at - width] != layout.of_word[mention.first]:
            break
        key = pair if width == 2 else layout.word(at - 1)
        found = found or _flipped(table["before"].get(key, ""), layout.word(at - width - 1))
        at -= width
    tail = " ".join(layout.words[mention.stop : mention.stop + 2])
    after = table["after"].get(tail, "")
    if not after and (layout.text[mention.end : mention.end + 1] == "+" or tail.startswith("plus ")):
        after = "at_least" if tail.split(" ")[0] != "plus" or layout.gap(mention.stop) == "-" else ""
    bound = found or after
    return (Relation(bound) if bound else Relation.EXACT), at


def _flipped(relation: str, before: str) -> str:
    """Such as "no more than" is a ceiling, "no less than" a floor."""
    if before in ("no", "not"):
        return {"over": "at_most", "under": "at_least"}.get(relation, relation)
    return relation


def time_base(layout: Layout, index: int) -> str:
    """Time base written after a quantity: a year, per month, /quarter, annually."""
    word, following = layout.word(index), layout.word(index + 1)
    if word in ADVERBS:
        return ADVERBS[word]
    if word in ("a", "per", "each", "every") and following in PER_WORDS:
        return PER_WORDS[following]
    return PER_WORDS.get(word, "") if index < len(layout.words) and layout.gap(index) == "/" else ""
