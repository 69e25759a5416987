"""Numbers as written: digits with their separators, words, scales. Nothing here knows what is counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon

JOINS = frozenset((" ", "-", "\u00a0", "\u2011", "\u202f", "\u2009", "\n"))
GROUPING = frozenset((" ", "\u00a0", "\u202f", "\u2009", "'", "\u2019"))
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DOT_GROUPS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_ONE_DOT = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
MAX_DIGITS = 24
MAX_WORDS = 20


class Number(NamedTuple):
    """A number in the text.

    Attributes:
        first, stop: Its words; `stop` is excluded.
        start, end: Its characters.
        value: The number, scale included.
        scale: The scale word's factor, 1 where there is none.
        spelled: Whether it is written in words.
        plain: Whether it is a bare integer of digits without separators.
    """

    first: int
    stop: int
    start: int
    end: int
    value: float
    scale: float = 1.0
    spelled: bool = False
    plain: bool = False


@cache
def tables() -> tuple[Mapping[str, int], Mapping[str, int], Mapping[str, float], Mapping[str, int]]:
    """Units, tens, scales and dozens."""
    data = lexicon("numbers")
    return data["units_words"], data["tens"], data["scales"], data["dozens"]


@cache
def number_words() -> frozenset[str]:
    """Words that can begin a number in words."""
    units, tens, _, _ = tables()
    spelled = lexicon("numbers")["spelled"]
    return frozenset((*units, *tens, *spelled["words"].split(), "half", "quarter"))


@cache
def _after_one() -> frozenset[str]:
    """Words that "one" may share a quantity with: a scale, a unit, a part, the rest of a number or of a range."""
    data = lexicon("numbers")
    tables = ("scales", "dozens", "power", "currency_words", "small_coins", "parts", "tens", "units_words")
    units = {unit.split(" ")[0] for unit in data["units"]}
    joints = {"and", "in", "out", "point", "hundred", "x", "us", "to", "through", "plus"}
    return number_words().union(joints, units, *(data[table] for table in tables))


def one_alone(layout: Layout, index: int) -> bool:
    """Whether "one" stands among plain words, as in "no one has" and "one of them", where it counts nothing."""
    if layout.gap(index + 1) != " " or layout.gap(index) != " ":
        return False
    after, coded = layout.word(index + 1), layout.text[layout.starts[index] - 2].isupper()
    return after not in _after_one() and after.isalpha() and not coded


def digits_value(text: str) -> float | None:
    """The number behind digits with separators: 1,234,567 and 1.234.567 and 1,5; None for versions such as 1.2.3."""
    if len(text) > MAX_DIGITS:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    if _COMMA_GROUPS.fullmatch(text) or _INDIAN.fullmatch(text):
        return float(text.replace(",", ""))
    if _DOT_GROUPS.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    return None


def read_number(layout: Layout, index: int, *, money: bool = False) -> Number | None:
    """The number that begins at a word, or None.

    Args:
        layout: The document.
        index: The word.
        money: Whether a currency stands before it, so that "$5 m" is five million.
    """
    if index >= len(layout.words):
        return None
    if layout.words[index][0].isdigit():
        return _read_digits(layout, index, money=money)
    if index not in layout.spelled:
        layout.spelled[index] = _read_words(layout, index)
    return layout.spelled[index]


def _read_digits(layout: Layout, index: int, *, money: bool) -> Number | None:
    words, ends = layout.words, layout.ends
    text, stop = words[index], index + 1
    whole = text.isdigit()
    if whole and len(text) <= 3:
        while (
            stop < len(words)
            and len(words[stop]) == 3
            and words[stop].isdigit()
            and layout.gap(stop) in GROUPING
            and len(text) < MAX_DIGITS
        ):
            text, stop = text + words[stop], stop + 1
    if layout.decimal_comma and _ONE_DOT.fullmatch(text):
        text = text.replace(".", "")
    value = digits_value(text)
    if value is None:
        return None
    if layout.words[stop : stop + 3] == ["and", "a", "half"] and layout.gap(stop) == " ":
        value, stop = value + 0.5, stop + 3
    scale = 1.0
    for _ in range(2):
        factor = _scale_at(layout, stop, money=money)
        if factor is None:
            break
        scale, stop = scale * factor, stop + 1
    return Number(
        index,
        stop,
        layout.starts[index],
        ends[stop - 1],
        value * scale,
        scale,
        plain=whole and stop == index + 1,
    )


def _scale_at(layout: Layout, index: int, *, money: bool) -> float | None:
    """The factor of a scale word; a single letter counts only where it touches the digits or follows money."""
    if index >= len(layout.words):
        return None
    word = layout.words[index]
    factor: float | None = tables()[2].get(word)
    if factor is None:
        return None
    gap = layout.gap(index)
    if gap in ("+ ", "+"):
        gap = " "  # "2+ million"
    if len(word) <= 2 and word not in ("bn", "mn", "tn"):
        return factor if gap == "" or (money and gap in JOINS) else None
    return factor if gap == "" or gap in JOINS else None


@dataclass(slots=True)
class _Spelling:
    """A number in words as it is put together.

    Attributes:
        total: What stands before the last scale word.
        current: What stands after it; None where nothing does.
        last: Kind of the last word.
        scale: The last scale's factor.
    """

    total: float = 0.0
    current: float | None = None
    last: str = ""
    scale: float = 1.0

    def take(self, word: str) -> bool:
        """Add a word; False where it does not belong to the number."""
        units, tens, scales, dozens = tables()
        if word in units and self.last not in ("unit", "half"):
            self.current, self.last = (self.current or 0) + units[word], "unit"
        elif word in tens and self.last not in ("unit", "tens", "half"):
            self.current, self.last = (self.current or 0) + tens[word], "tens"
        elif word in tens and self.last == "unit" and not self.total and 0 < (self.current or 0) < 10:
            self.current, self.last = (self.current or 0) * 100 + tens[word], "tens"  # "one eighty-five"
        elif word == "hundred":
            self.current, self.last = (1 if self.current is None else self.current) * 100, "hundred"
        elif word in dozens:
            self.current, self.last = (1 if self.current is None else self.current) * dozens[word], "dozen"
        elif len(word) > 3 and word in scales and not word.endswith("s"):
            self.scale = scales[word]
            self.total += (1 if self.current is None else self.current) * self.scale
            self.current, self.last = None, "scale"
        else:
            return False
        return True

    def add_part(self, part: float) -> None:
        """Add the half of "one and a half" or of "a billion and a half"."""
        if self.last == "scale":
            self.total, self.last = self.total + part * self.scale, "half"
        elif part:
            self.current, self.last = (self.current or 0) + part, "half"


def _read_words(layout: Layout, index: int) -> Number | None:
    if layout.words[index] in ("half", "quarter"):
        return _read_half(layout, index)
    spelling, stop, end = _Spelling(), index, min(len(layout.words), index + MAX_WORDS)
    while stop < end and (stop == index or layout.gap(stop) in JOINS):
        if spelling.take(layout.words[stop]):
            stop += 1
            continue
        places = _after_point(layout, stop) if spelling.last in ("unit", "tens", "hundred") else 0
        if places:
            digits = "".join(str(tables()[0][w]) for w in layout.words[stop + 1 : stop + 1 + places])
            spelling.current, spelling.last = (spelling.current or 0) + float(f"0.{digits}"), "half"
            stop += 1 + places
            continue
        joined = _after_and(layout, stop, spelling.last) if spelling.last else None
        if layout.words[stop] != "and" or joined is None:
            break
        spelling.add_part(joined[0])
        stop += joined[1]
    if stop == index or _is_year(layout, index, stop):
        return None
    value = spelling.total + (spelling.current or 0)
    return Number(
        index, stop, layout.starts[index], layout.ends[stop - 1], value, spelling.scale, spelled=True
    )


def _after_point(layout: Layout, index: int) -> int:
    """How many words of digits follow "point": two in "nine point two five"; 0 where it is no decimal point."""
    units, count = tables()[0], 0
    if layout.words[index] != "point":
        return 0
    while units.get(layout.word(index + 1 + count), 10) < 10 and layout.gap(index + 1 + count) in JOINS:
        count += 1
    return count


def _is_year(layout: Layout, first: int, stop: int) -> bool:
    """Whether the words are half of a spoken year: "twenty twenty-four", "nineteen ninety"."""
    centuries, tens = ("nineteen", "twenty"), tables()[1]
    if layout.words[stop - 1] in centuries and stop == first + 1 and layout.gap(stop) == " ":
        return layout.word(stop) in tens or layout.word(stop) in ("ten", "eleven", "twelve", "oh")
    return first > 0 and layout.words[first - 1] in centuries and layout.gap(first) == " "


def _after_and(layout: Layout, index: int, last: str) -> tuple[float, int] | None:
    """What follows "and" inside a number: a half, a quarter, or (after hundred or thousand) more of the number."""
    following = layout.words[index + 1 : index + 3]
    if following in (["a", "half"], ["one", "half"]):
        return 0.5, 3
    if following in (["a", "quarter"], ["one", "quarter"]):
        return 0.25, 3
    units, tens, _, _ = tables()
    more = following[:1] and (following[0] in units or following[0] in tens)
    return (0.0, 1) if last == "hundred" and more else None


def _read_half(layout: Layout, index: int) -> Number | None:
    """Such as "half a billion", "half-billion", "a quarter of a million", "half a dozen"."""
    _, _, scales, dozens = tables()
    part, at = (2, index + 1) if layout.words[index] == "half" else (4, index + 2)
    if part == 4 and layout.word(index + 1) != "of":
        return None
    if at < len(layout.words) and layout.words[at] == "a":
        at += 1
    if at >= len(layout.words) or layout.gap(at) not in JOINS:
        return None
    word = layout.words[at]
    factor = dozens.get(word) or (scales.get(word) if len(word) > 3 else None)
    if factor is None and word in lexicon("numbers")["power"] and at > index + 1:
        return Number(index, at, layout.starts[index], layout.ends[at - 1], 1 / part, spelled=True)
    if factor is None:
        return None
    return Number(
        index, at + 1, layout.starts[index], layout.ends[at], factor / part, float(factor), spelled=True
    )
