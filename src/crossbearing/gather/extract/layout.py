"""Document -> paragraphs, sentences and words. Words of other scripts are stepped over, so stray ones do no harm."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, compress
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

from crossbearing.gather.extract.lexicon import lexicon, trade_words

if TYPE_CHECKING:
    from crossbearing.gather.extract.numbers import Number

_LETTER = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_WORD = rf"[{_LETTER}]++(?:['\u2019](?:[sS]|[a-z]{{1,2}})(?![A-Za-z]))?+|[0-9]++(?:[.,][0-9]++)*+"
_TOKEN = re.compile(_WORD)
_WORDS_AND_GAPS = re.compile(rf"({_WORD})")
_APOSTROPHE = re.compile("['\u2019]")
_DECIMAL_COMMA = re.compile(r"[0-9],[0-9]{1,2}\s?(?:%|Mrd|Mio|Mill|million|billion|bn|€|EUR)")
# Possessive, and only from the first of several marks: a page of dots is read once, not from each of them.
# The first mark comes before the look behind it, so that the search leaps from mark to mark.
_END = re.compile(r"[.!?\u2026](?<![.!?\u2026]{2})[.!?\u2026]*+[\"'\u201d\u2019)\]*_]*+\s+")
_CLOSES = re.compile(r"[.!?:;,\u2026][\"'\u201d\u2019)\]*_]*$")
_BULLET = re.compile(r"(?:[-*+\u2022\u00b7\u2013>|#]|\d{1,2}[.)])\s")
_LINE = re.compile(r"[^\n]*\n?")
_LABEL = re.compile(
    r"\**([A-Z][A-Za-z.'\u2019-]{0,20}(?: [A-Z][A-Za-z.'\u2019-]{0,20}){0,3})(?: \([^()\n]{1,40}\)|, [A-Z][A-Za-z ]{1,30})?\**:\**[ \t]"
)
_ROW = re.compile(
    r"\S(?:[ \u00a0]{2,}|[ \u00a0]*[\t|][ \u00a0]*)[(~<>+\-\u2212$\u20ac\u00a3\u00a5]{0,3}(?:US\$)?[0-9]"
)
ROW_WIDTH = 240
LONGEST = 160
APOSTROPHES = ("'", "\u2019")
HARD = frozenset(";:\u2014()[]|")


class Sentence(NamedTuple):
    """A sentence: a run of words.

    Attributes:
        first, stop: Its words are `first` to `stop`, the latter excluded.
        start, end: Its characters in the document.
        paragraph: Number of its paragraph.
        heading: Whether the paragraph is a heading.
        label: Whether it only names who speaks, as "SAM:" in a transcript.
        asks: Whether it ends with a question mark.
    """

    first: int
    stop: int
    start: int
    end: int
    paragraph: int
    heading: bool
    label: bool = False
    asks: bool = False


@dataclass(slots=True)
class Layout:
    """The words of a document, column by column, and its sentences.

    Attributes:
        text: The document.
        starts, ends: Characters of each word.
        gaps: The text before each word, and that after the last.
        words: Each word in lower case, without a possessive ending.
        owner: Whether a word carries a possessive ending.
        breaks: Clause breaks before each word, counted from the start of the document; a comma is half a break.
        sentences: In order.
        of_word: Index of the sentence of each word.
        figures: Words that begin with a digit.
        cased: Words with a capital letter in them.
        spelled: Numbers in words, or None, by the word from which they were read; several rules ask for the same one.
        led: Whether two words are written with capitals inside a sentence, once it is asked.
        proper: Words of the trade that the text uses as names; filled while names are found.
        decimal_comma: Whether the text writes 1,5 for one and a half, so that 1.500 is fifteen hundred.
    """

    text: str
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    owner: list[bool] = field(default_factory=list)
    breaks: list[float] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    of_word: list[int] = field(default_factory=list)
    decimal_comma: bool = False
    figures: list[int] = field(default_factory=list)
    cased: list[int] = field(default_factory=list)
    spelled: dict[int, Number | None] = field(default_factory=dict)
    led: dict[str, bool] = field(default_factory=dict)
    proper: set[str] = field(default_factory=set)

    def word_at(self, place: int) -> int:
        """Index of the last word that starts at or before a character; -1 where there is none."""
        return bisect_right(self.starts, place) - 1

    def gap(self, index: int) -> str:
        """The text between a word and the one before it."""
        try:
            return self.gaps[index]
        except IndexError:
            return ""

    def word(self, index: int) -> str:
        """A word, or an empty string beyond the ends of the document."""
        if index < 0:
            return ""
        try:
            return self.words[index]
        except IndexError:
            return ""

    def places_of(self, wanted: Collection[str]) -> list[int]:
        """Words that are among some, in order: a pass that takes no step of the interpreter for each word."""
        return list(compress(range(len(self.words)), map(wanted.__contains__, self.words)))

    def capital(self, index: int) -> bool:
        """Whether a word begins with a capital letter."""
        return self.text[self.starts[index]].isupper()


def lay_out(text: str) -> Layout:
    """Words, clauses, sentences, paragraphs and headings of a text, in time linear in its length."""
    layout = Layout(text, decimal_comma=_DECIMAL_COMMA.search(text) is not None)
    _split_words(layout)
    _count_breaks(layout)
    paragraphs = _paragraphs(text)
    labels = _speaker_labels(text, paragraphs)
    for start, end in paragraphs:
        number = layout.sentences[-1].paragraph + 1 if layout.sentences else 0
        _add_sentences(layout, start, end, number, labels)
    return layout


def _speaker_labels(text: str, paragraphs: Sequence[tuple[int, int]]) -> frozenset[str]:
    """Names before a colon with which paragraphs begin, where at least two return: the text is a transcript."""
    counts: Counter[str] = Counter()
    for start, end in paragraphs:
        match = _LABEL.match(text, start, end)
        if match and (len(match[1]) == 1 or trade_words().isdisjoint(match[1].lower().split())):
            counts[match[1]] += 1
    if sum(count > 1 for count in counts.values()) < 2:
        return frozenset()
    return frozenset(label for label, count in counts.items() if count > 1 or label.isupper())


def _split_words(layout: Layout) -> None:
    """Words and the gaps between them in one pass of one expression; places are running sums of their lengths."""
    text = layout.text
    pieces = _WORDS_AND_GAPS.split(
        text
    )  # a gap, a word, a gap and so on: a flat list, which costs less than pairs
    printed = pieces[1::2]
    if not printed:
        return
    edges = list(accumulate(map(len, pieces)))
    layout.gaps = pieces[0::2]
    layout.starts, layout.ends = starts, ends = edges[0:-1:2], edges[1::2]
    layout.words = words = "\n".join(printed).lower().split("\n")
    layout.owner = owner = [False] * len(words)
    layout.figures = list(compress(range(len(words)), map(":".__gt__, words)))
    layout.cased = list(compress(range(len(words)), map(ne, printed, words)))
    for mark in _APOSTROPHE.finditer(text):
        place = mark.start()
        at = bisect_right(starts, place) - 1
        if at < 0 or words[at][-1] != "s":
            continue
        if place == ends[at] - 2:
            words[at] = words[at][:-2]
            owner[at] = True
        elif place == ends[at]:
            owner[at] = True


def _count_breaks(layout: Layout) -> None:
    """Breaks before each word. Most words follow a blank and join nothing, so only the others are looked at."""
    grammar = lexicon("grammar")
    joints, asides = grammar["clause_words"], grammar["asides"]
    predicates, verbs = grammar["predicates"], lexicon("names")["verbs"]
    total, here, found = 0.0, 0, layout.breaks
    outside = -1.0  # breaks before the comma that opened an aside: "Acme, the maker of chips, was"
    gaps, words = layout.gaps, layout.words
    unlike = compress(range(len(words)), map(" ".__ne__, gaps))
    for at in sorted({*unlike, *layout.places_of(joints)}):
        gap, word = gaps[at], words[at]
        found += [total] * (at - here)
        if gap != " " and gap and at:
            if "," in gap:
                if outside >= 0 and (word in predicates or word in verbs):
                    total, outside = outside, -1.0
                else:
                    outside = total if word in asides else outside
                    total += 0.5
            elif "." in gap or "\n" in gap:
                outside = -1.0
            if not HARD.isdisjoint(gap) or " \u2013 " in gap or " - " in gap:
                total += 1.0
        if word in joints:
            total += 0.5
        here = at
    found += [total] * (len(words) - here)


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Blocks between blank lines; inside a block every line is a paragraph unless the block is wrapped to a width."""
    found: list[tuple[int, int]] = []
    block: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        if match[0].strip():
            block.append(match.span())
            continue
        found += _lines_or_one(text, block)
        block = []
    return found + _lines_or_one(text, block)


def _lines_or_one(text: str, block: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A wrapped block is one paragraph: lines of similar length, and most not closed by punctuation."""
    if len(block) < 2 or sum(is_row(text, start, end) for start, end in block) > 1:
        return block
    widest = max(end - start for start, end in block)
    full = sum(end - start > 0.6 * widest for start, end in block[:-1])
    if widest > 110 or full < 0.6 * (len(block) - 1):
        return block
    pieces = [block[0]]
    for start, end in block[1:]:
        line, before = text[start:end].strip(), text[slice(*pieces[-1])].rstrip()
        if _runs_on(before, line, widest):
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return pieces


def is_row(text: str, start: int, end: int) -> bool:
    """Whether a line may be a row of a table: a word, a wide gap or a bar, and a figure."""
    if end - start > ROW_WIDTH:
        return False
    line = text[start:end]
    gaps = "  " in line or "|" in line or "\t" in line or "\u00a0" in line
    return gaps and _ROW.search(text, start, end) is not None


def _runs_on(before: str, line: str, widest: int) -> bool:
    """Whether a line continues the one before: that one is full and the new one is no list item."""
    last = before.rpartition("\n")[2]
    return not _BULLET.match(line) and len(last) > 0.6 * widest


def _is_heading(text: str, start: int, end: int) -> bool:
    line = text[start:end].strip()
    if line.startswith("#"):
        return True
    if is_row(text, start, end):
        return False
    if _BULLET.match(line) or len(line) > 110 or line.count(" ") > 13:
        return False
    if not _CLOSES.search(line):
        return True
    words = [w for w in line.split() if w[:1].isalpha() and len(w) > 3]
    return line.endswith("?") and len(words) > 1 and all(w[0].isupper() for w in words)


def _add_sentences(layout: Layout, start: int, end: int, paragraph: int, labels: frozenset[str]) -> None:
    first = bisect_right(layout.starts, start - 1)
    stop = bisect_right(layout.starts, end - 1)
    if first >= stop:
        return
    label = _LABEL.match(layout.text, start, end) if labels else None
    spoken = label is not None and label[1] in labels
    if label is not None and spoken:
        said = bisect_right(layout.starts, label.end() - 1)
        _append(layout, first, said, paragraph, heading=False, label=True)
        first, start = said, label.end()
    heading = not spoken and _is_heading(layout.text, start, end)
    here = first
    for match in _END.finditer(layout.text, start, end):
        after = bisect_right(layout.starts, match.end() - 1)
        if here < after < stop and _really_ends(layout, match.start(), after):
            _append(layout, here, after, paragraph, heading=heading)
            here = after
    _append(layout, here, stop, paragraph, heading=heading)


def _append(
    layout: Layout, first: int, stop: int, paragraph: int, *, heading: bool, label: bool = False
) -> None:
    """Adds a sentence; an endless one is cut, so that work within a sentence stays bounded."""
    for here in range(first, stop, LONGEST):
        last = min(here + LONGEST, stop)
        layout.of_word.extend([len(layout.sentences)] * (last - here))
        start, end = layout.starts[here], layout.ends[last - 1]
        after = layout.text[end : end + 2]
        asks = "?" in after and after.strip("\"'\u201d\u2019)*_")[:1] == "?"
        layout.sentences.append(Sentence(here, last, start, end, paragraph, heading, label, asks))


def _really_ends(layout: Layout, stop: int, after: int) -> bool:
    """Whether punctuation ends a sentence: not after an abbreviation or an initial, and before something that can begin one."""
    text, last = layout.text, after - 1
    if text[stop] != ".":
        return True
    opener = text[layout.starts[after]]
    word = layout.words[last]
    if opener.islower() and text[layout.starts[after] : layout.ends[after]].islower():
        return layout.owner[after] and word not in lexicon("grammar")["abbreviations"]
    if layout.ends[last] != stop:
        return True
    if word in lexicon("grammar")["abbreviations"]:
        return word in lexicon("grammar")["closing_abbreviations"] and _begins_anew(layout, after)
    if len(word) == 1 and word.isalpha() and last:
        dotted = layout.gap(last) == "."
        unit = layout.words[last - 1][-1].isdigit() and not layout.gap(last)
        named = layout.words[last - 1] in ("series", "round", "class", "part", "plan")
        return unit or named or (dotted and _begins_anew(layout, after))
    return True


def _begins_anew(layout: Layout, after: int) -> bool:
    return layout.words[after] in lexicon("grammar")["openers"] and layout.capital(after)
