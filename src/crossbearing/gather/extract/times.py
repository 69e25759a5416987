"""When a quantity is about: calendar words, resolved against the day of publication, in the notation of the book."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.numbers import read_number
from crossbearing.gather.extract.quantities import Mention, begun_between
from crossbearing.vocabulary.period import add_months

Reader = Callable[[Layout, int, "date | None"], "When | None"]
UNITS = {"day": 0, "week": 0, "month": 1, "quarter": 3, "year": 12}


class When(NamedTuple):
    """A time in the text.

    Attributes:
        first, stop: Its words; `stop` is excluded.
        period: In the notation of the book, such as `end 2026-03` or `2025-Q4`.
        instant: Whether the words mean a point in time; a bare month, quarter or year is None, neither.
    """

    first: int
    stop: int
    period: str
    instant: bool | None = None


def find_times(layout: Layout, published: date | None, sentences: Iterable[Sentence]) -> list[When]:
    """Every time of some sentences, in order."""
    found: list[When] = []
    triggers, words = _triggers(), layout.words
    for sentence in sentences:
        reached = sentence.first
        inside = enumerate(words[sentence.first : sentence.stop], sentence.first)
        for index in [
            at for at, word in inside if word in triggers or (word < "3" and word[:2] in ("19", "20"))
        ]:
            if index < reached or not (words[index] in triggers or len(words[index]) == 4):
                continue
            when = _read(layout, index, published)
            if when is not None:
                found.append(_with_part(layout, when))
                reached = when.stop
    return found


@cache
def _triggers() -> frozenset[str]:
    data = lexicon("times")
    fixed = "q h fy fiscal last this next previous prior yesterday today a one two three four five six seven eight nine ten eleven twelve"
    return frozenset(
        (*data["months"], *data["weekdays"], *data["ordinals"], *fixed.split(), *map(str, range(1, 32)))
    )


def _year(layout: Layout, index: int) -> int | None:
    word = layout.word(index)
    if len(word) != 4 or not word.isdigit() or not 1950 <= int(word) <= 2100:
        return None
    if layout.gap(index)[-1:] in "$€£¥" and layout.gap(index):
        return None
    return int(word)


def _read(layout: Layout, index: int, published: date | None) -> When | None:
    word = layout.words[index]
    for reader in _DIGITS if word[0] <= "9" else _readers().get(word, _WORDS):
        when = reader(layout, index, published)
        if when is not None:
            return when
    return None


def _iso(layout: Layout, index: int, published: date | None) -> When | None:  # noqa: ARG001
    """2026-03-31, 2026-Q1, 2026H2."""
    words = layout.words[index : index + 3]
    part = len(words) == 3 and layout.gap(index + 1) in ("-", "") and not layout.gap(index + 2)
    if (
        part
        and _year(layout, index)
        and words[1] in ("q", "h")
        and words[2] in ("1", "2", "3", "4")[: 4 if words[1] == "q" else 2]
    ):
        return When(index, index + 3, f"{words[0]}-{words[1].upper()}{words[2]}")
    if len(words) < 3 or layout.text[layout.starts[index] : layout.ends[index + 2]] != "-".join(words):
        return None
    if [len(w) for w in words] != [4, 2, 2]:
        return None
    return _day(index, index + 3, words[0], words[1], words[2])


def _day(first: int, stop: int, *parts: str | int) -> When | None:
    try:
        return When(first, stop, date(*(int(p) for p in parts)).isoformat(), instant=True)
    except (ValueError, OverflowError):
        return None


def _month(layout: Layout, index: int, published: date | None) -> When | None:
    """March 2026, 7 April 2026, April 7, April 7th 2026, in March."""
    months = lexicon("times")["months"]
    at, day = index, 0
    if layout.word(at).isdigit() and int(layout.words[at]) <= 31:
        day, at = int(layout.words[at]), at + 1
        at += layout.word(at) in ("st", "nd", "rd", "th")
        at += layout.word(at) == "of"
    month = months.get(layout.word(at))
    if month is None or not layout.capital(at):
        return None
    if not day and layout.words[at] == "may" and layout.sentences[layout.of_word[at]].first == at:
        return None
    stop = at + 1
    if (
        not day
        and layout.word(stop).isdigit()
        and int(layout.words[stop]) <= 31
        and layout.gap(stop) in (" ", ". ")
    ):
        day, stop = int(layout.words[stop]), stop + 1
        stop += layout.word(stop) in ("st", "nd", "rd", "th")
    year = _year(layout, stop) if layout.gap(stop) in (" ", ", ", " of ") else None
    if year is not None:
        stop += 1
    elif published is None:
        return None
    else:
        year = published.year - (month > published.month)
    if day:
        return _day(index, stop, year, month, day)
    return When(index, stop, f"{year}-{month:02d}")


def _quarter(layout: Layout, index: int, published: date | None) -> When | None:
    """Q4 2025, Q1, H2 2024, 4Q25 is not read."""
    word, number = layout.word(index), layout.word(index + 1)
    if word not in ("q", "h") or layout.gap(index + 1) != "" or number not in ("1", "2", "3", "4"):
        return None
    if word == "h" and number > "2":
        return None
    return _of_year(layout, index, index + 2, f"{word.upper()}{number}", published)


def _of_year(layout: Layout, first: int, stop: int, part: str, published: date | None) -> When | None:
    """A quarter or half with its year: written after it, or the latest one that has ended by the publication."""
    at = stop + (layout.word(stop) == "of")
    fiscal = layout.word(at) in ("fiscal", "fy")
    year = _year(layout, at + fiscal)
    if year is not None:
        return When(first, at + fiscal + 1, f"{'FY' if fiscal else ''}{year}-{part}")
    shift = {("last", "year"): -1, ("this", "year"): 0}.get((layout.word(at), layout.word(at + 1)))
    if published is None:
        return None
    if shift is not None:
        return When(first, at + 2, f"{published.year + shift}-{part}")
    ends = 3 * int(part[1]) if part[0] == "Q" else 6 * int(part[1])
    return When(first, stop, f"{published.year - (ends > published.month)}-{part}")


def _fiscal(layout: Layout, index: int, published: date | None) -> When | None:  # noqa: ARG001
    """Fiscal 2025, fiscal year 2025, FY2025, FY25."""
    if layout.word(index) not in ("fiscal", "fy"):
        return None
    at = index + 1 + (layout.word(index + 1) == "year")
    year = _year(layout, at)
    if (
        year is None
        and len(layout.word(at)) == 2
        and layout.word(at).isdigit()
        and layout.words[index] == "fy"
    ):
        year = 2000 + int(layout.words[at])
    return When(index, at + 1, f"FY{year}", instant=False) if year else None


def _half_or_quarter_in_words(layout: Layout, index: int, published: date | None) -> When | None:
    """The first quarter of 2026, second half, the last quarter."""
    number = lexicon("times")["ordinals"].get(layout.word(index))
    at = index + 1 + (layout.word(index + 1) == "fiscal")
    unit = layout.word(at)
    if number is None or unit not in ("quarter", "half"):
        return None
    if number == 0:
        if published is None:
            return None
        size = 3 if unit == "quarter" else 6
        ended = add_months(date(published.year, published.month, 1), -((published.month - 1) % size) - 1)
        return When(index, at + 1, f"{ended.year}-{unit[0].upper()}{(ended.month - 1) // size + 1}")
    if unit == "half" and number > 2:
        return None
    part = ("Q" if unit == "quarter" else "H") + str(number)
    return _of_year(layout, index, at + 1, part, published)


def _relative(layout: Layout, index: int, published: date | None) -> When | None:
    """This year, next quarter, last week, yesterday, Tuesday, last December."""
    if published is None:
        return None
    word, unit = layout.word(index), layout.word(index + 1)
    if word in ("yesterday", "today"):
        return When(index, index + 1, str(published - timedelta(days=word == "yesterday")), instant=True)
    weekday = lexicon("times")["weekdays"].get(word)
    if weekday is not None and layout.capital(index):
        back = (published.weekday() - weekday) % 7
        return When(index, index + 1, str(published - timedelta(days=back)), instant=True)
    step = {"last": -1, "previous": -1, "prior": -1, "this": 0, "next": 1}.get(word)
    period = _stepped(published, unit, step) if step is not None else ""
    return When(index, index + 2, period, instant=True if unit == "week" else None) if period else None


def _stepped(published: date, unit: str, step: int) -> str:
    """The year, quarter, month or week so many steps from the publication, or the last month of a name."""
    first = date(published.year, published.month, 1)
    month = lexicon("times")["months"].get(unit)
    if month and step == -1:
        return f"{published.year - (month >= published.month)}-{month:02d}"
    if unit == "quarter":
        there = add_months(first, 3 * step)
        return f"{there.year}-Q{(there.month - 1) // 3 + 1}"
    found = {
        "year": str(published.year + step),
        "month": f"{add_months(first, step):%Y-%m}",
        "week": f"{published + timedelta(weeks=step):%Y-%m}",
    }
    return found.get(unit, "")


def _ago(layout: Layout, index: int, published: date | None) -> When | None:
    """Three months ago, a year earlier, two weeks ago, in five years."""
    if published is None:
        return None
    word = layout.word(index)
    number = read_number(layout, index) if word not in ("a", "one") else None
    amount, at = (int(number.value), number.stop) if number else (1, index + 1)
    if not number and word not in ("a", "one"):
        return None
    unit = layout.word(at).removesuffix("s")
    direction = {"ago": -1, "earlier": -1, "before": -1, "hence": 1}.get(layout.word(at + 1))
    if unit not in UNITS or direction is None or not 0 < amount <= 600:
        return None
    if UNITS[unit] == 0:
        there = published + timedelta(days=direction * amount * (7 if unit == "week" else 1))
        return When(index, at + 2, str(there) if unit == "day" else f"{there:%Y-%m}", instant=True)
    there = add_months(date(published.year, published.month, 1), direction * amount * UNITS[unit])
    return When(index, at + 2, f"{there:%Y-%m}")


def _bare_year(layout: Layout, index: int, published: date | None) -> When | None:  # noqa: ARG001
    year = _year(layout, index)
    following = layout.word(index + 1)
    named = following and layout.capital(index + 1) and layout.gap(index + 1) == " "
    return When(index, index + 1, str(year)) if year and not (named and index == 0) else None


_DIGITS = (_iso, _month, _ago, _bare_year)
_WORDS = (_ago,)


@cache
def _readers() -> dict[str, tuple[Reader, ...]]:
    """What may begin with a word; any other may begin "three months ago" alone."""
    data = lexicon("times")
    steps = ("yesterday", "today", "last", "previous", "prior", "this", "next")
    found: dict[str, tuple[Reader, ...]] = {}
    for words, reader in (
        (data["months"], _month),
        (("q", "h"), _quarter),
        (("fiscal", "fy"), _fiscal),
        (data["ordinals"], _half_or_quarter_in_words),
        ((*steps, *data["weekdays"]), _relative),
    ):
        for word in words:
            found[word] = (*found.get(word, ()), reader)
    return {word: (*readers, _ago) for word, readers in found.items()}


def _with_part(layout: Layout, when: When) -> When:
    """A time with the part of it that the words before name: end of, late, by, as of."""
    if len(when.period) > 7 or ".." in when.period:
        return when
    parts = lexicon("times")["parts"]
    at = when.first - 1
    skipped = 0
    while skipped < 3 and layout.word(at) in ("of", "the", "fiscal", "year", "calendar") and at > 0:
        at, skipped = at - 1, skipped + 1
    part = parts.get(layout.word(at))
    if part is None or layout.of_word[at] != layout.of_word[when.first]:
        return when
    if part == "by" and skipped and layout.word(at + 1) != "the":
        return when
    return When(at, when.stop, f"{part} {when.period}", instant=True)


def nearest_time(
    layout: Layout, mention: Mention, times: Sequence[When], sentence: Sentence, others: Sequence[Mention]
) -> When | None:
    """The time of the same sentence that belongs to a quantity: few words and clause breaks away, after rather than before."""
    best: tuple[float, When] | None = None
    for when in times:
        if when.first < sentence.first or when.first >= sentence.stop:
            continue
        after = when.first >= mention.stop
        distance = when.first - mention.stop if after else mention.first - when.stop
        crossed = abs(layout.breaks[when.first] - layout.breaks[mention.first])
        low, high = (mention.stop, when.first) if after else (when.stop, mention.first)
        between = len(begun_between(others, low, high))
        cost = distance + 6 * crossed + 8 * between + (0 if after else 1.5)
        if best is None or cost < best[0]:
            best = (cost, when)
    return best[1] if best else None
