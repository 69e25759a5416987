"""Words -> quantities: money, power, shares, points, multiples and counts, with range, relation and time base."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from crossbearing.gather.extract.amounts import Amount, is_count, is_time, read_amount
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.numbers import JOINS, number_words, one_alone, read_number
from crossbearing.gather.extract.relations import relation_of, time_base
from crossbearing.vocabulary.quantity import Relation

OFTEN_WORDS = ("twice", "thrice")
OFTEN = 10_000  # "downloaded 400 million times" is a count, no multiple
_PARTING = frozenset(("in", "out", "and"))
DASHES = ("-", "\u2013", "\u2011", "\u2012")


class Mention(NamedTuple):
    """A quantity in the text.

    Attributes:
        first, stop: Its words; `stop` is excluded.
        start, end: Its characters, hedges excluded.
        value: In units of its kind: a fraction for a percentage, points for points; the middle of a range.
        low, high: Ends of a range, otherwise None.
        relation: How the words bound the true value.
        kind: money, power, percent, points, multiple or count.
        currency: ISO code of money.
        per: yr, month or quarter where the text gives a time base.
        form: digits, words, factor (doubled), part (a third of) or figures (low nine figures).
        opens: First word of the phrase, hedges included.
        scaled: Whether a scale or separators were printed.
    """

    first: int
    stop: int
    start: int
    end: int
    value: float
    kind: str
    relation: Relation = Relation.EXACT
    low: float | None = None
    high: float | None = None
    currency: str = ""
    per: str = ""
    form: str = "digits"
    opens: int = -1
    scaled: bool = False


@cache
def _starters() -> frozenset[str]:
    data = lexicon("numbers")
    return number_words() | frozenset(
        (*data["factors"], *data["parts"], *data["figures"], "factor", "tens", "hundreds")
    )


def begun_between(figures: Sequence[Mention], low: int, high: int) -> Sequence[Mention]:
    """Those of some quantities, given in order, that begin in a run of words; a line may hold hundreds."""
    if low >= high:
        return ()
    start = bisect_left(figures, (low,))
    return figures[start : bisect_left(figures, (high,), start)]


def find_quantities(layout: Layout) -> list[Mention]:
    """Every quantity of a document, in order; dates, durations, versions and identifiers are none."""
    found: list[Mention] = []
    starters, reached = _starters(), 0
    begins = starters.intersection(layout.words)
    if "fold" in layout.text.lower():
        begins |= {word for word in set(layout.words) if word[-4:] == "fold"}
    for index in sorted(layout.places_of(begins) + layout.figures):
        if index < reached:
            continue
        mention = _read(layout, index)
        if mention is not None:
            found.append(_finished(layout, mention))
            reached = max(mention.stop, index + 1)
        else:
            reached = _past_number(layout, index)
    return found


def _past_number(layout: Layout, index: int) -> int:
    """The word after something that begins like a number and is none: a rejected number is stepped over whole."""
    number = read_number(layout, index) if layout.words[index] in number_words() else None
    return number.stop if number else index + 1


def _read(layout: Layout, index: int) -> Mention | None:
    word = layout.words[index]
    if word[0] <= "9":
        part = _counted_part(layout, index) if word.isdigit() else None
        return part or _read_range(layout, index)
    if word == "one" and one_alone(layout, index):
        return None
    fraction = word in ("half", "quarter") and _read_range(layout, index)
    if fraction:
        return fraction
    for reader in (_read_figures, _read_factor, _read_part):
        mention = reader(layout, index)
        if mention is not None:
            return mention
    return _read_range(layout, index)


# --- "low nine figures", "high hundreds of millions" ---------------------------------------------------------------


def _read_figures(layout: Layout, index: int) -> Mention | None:
    data = lexicon("numbers")
    span = data["figures"].get(layout.words[index])
    if span is None or index + 2 >= len(layout.words):
        return None
    number = read_number(layout, index + 1)
    if (
        number
        and number.stop < len(layout.words)
        and layout.words[number.stop] in ("figure", "figures", "digit", "digits")
    ):
        if not 1 <= number.value <= 15 or number.value != int(number.value):
            return None
        base, stop = 10.0 ** (number.value - 1), number.stop + 1
        kind = "percent" if layout.words[number.stop].startswith("digit") else "money"
        return None if kind == "percent" else _figures(layout, index, stop, base, span)
    base, stop = _plural_scale(layout, index + 1)
    return _figures(layout, index, stop, base, span, kind="count") if base else None


def _figures(
    layout: Layout, index: int, stop: int, base: float, span: list[float], *, kind: str = "money"
) -> Mention:
    low, high = base * span[0], base * span[1]
    currency = "USD" if kind == "money" else ""
    if stop + 1 < len(layout.words) and layout.words[stop] == "of":
        word = lexicon("numbers")["currency_words"].get(layout.words[stop + 1])
        kind, currency = ("money", word) if word else (kind, currency)
    return Mention(
        index,
        stop,
        layout.starts[index],
        layout.ends[stop - 1],
        (low + high) / 2,
        kind,
        Relation.BETWEEN,
        low,
        high,
        currency,
        form="figures",
        scaled=True,
    )


def _plural_scale(layout: Layout, index: int) -> tuple[float, int]:
    """Factor of "tens of thousands" or "hundreds of millions" and the word after it; 0 where there is none."""
    plural, base, stop = {"tens": 10.0, "dozens": 12.0, "hundreds": 100.0}, 0.0, index
    if layout.words[index] in plural:
        base, stop = plural[layout.words[index]], index + 1
        if stop + 1 < len(layout.words) and layout.words[stop] == "of":
            factor = lexicon("numbers")["scales"].get(layout.words[stop + 1])
            if factor and layout.words[stop + 1].endswith("s"):
                return base * factor, stop + 2
    return base, stop


# --- "doubled", "fourfold", "a factor of three" --------------------------------------------------------------------


def _read_factor(layout: Layout, index: int) -> Mention | None:
    word = layout.words[index]
    value = lexicon("numbers")["factors"].get(word)
    following = layout.words[index + 1] if index + 1 < len(layout.words) else ""
    if value is not None:
        if following in ("digit", "digits", "check", "down", "a", "click", "figure") and word in (
            "double",
            "triple",
            "treble",
        ):
            return None
        halved = word == "halves" and layout.word(index - 1) in ("two", "both", "of", "the")
        if halved or (
            word in OFTEN_WORDS
            and (following not in lexicon("grammar")["comparing"] or layout.gap(index + 1) != " ")
        ):
            return None  # read twice, twice a year
        return _factor(layout, index, index + 1, float(value))
    if word.endswith("fold") and len(word) > 4:
        stem = word[:-4]
        data = lexicon("numbers")
        value = data["units_words"].get(stem) or data["tens"].get(stem) or data["scales"].get(stem)
        return _factor(layout, index, index + 1, float(value)) if value else None
    if word == "factor" and following == "of":
        number = read_number(layout, index + 2)
        if number:
            first = index - 1 if index and layout.words[index - 1] == "a" else index
            return _factor(layout, first, number.stop, number.value)
    return None


def _factor(layout: Layout, first: int, stop: int, value: float) -> Mention:
    return Mention(first, stop, layout.starts[first], layout.ends[stop - 1], value, "multiple", form="factor")


# --- "a third of", "two thirds", "one in five" ---------------------------------------------------------------------


def _read_part(layout: Layout, index: int) -> Mention | None:
    words, parts = layout.words, lexicon("numbers")["parts"]
    word = words[index]
    following = words[index + 1] if index + 1 < len(words) else ""
    before = words[index - 1] if index else ""
    if word == "half":
        timed = before in ("first", "second", "back", "latter", "front", "other", "and", "last")
        plain = following in ("of", "the", "its", "their", "that") and not timed
        plain |= following == "as" and layout.word(index + 2) in ("many", "much", "big", "large")
        plain |= before == "by" and not layout.owner[index]
        return _part(layout, index, index + 1, 0.5) if plain else None
    if word in parts:
        owned = (
            before in ("a", "one")
            and (following == "of" or layout.word(index - 2) == "by")
            and word != "halves"
        )
        return _part(layout, index - 1, index + 1, 1 / parts[word]) if owned else None
    return _counted_part(layout, index) if word in lexicon("numbers")["units_words"] else None


def _counted_part(layout: Layout, index: int) -> Mention | None:
    """Such as "two thirds", "one in five", "four out of ten"."""
    words, data = layout.words, lexicon("numbers")
    following = layout.word(index + 1)
    if words[index][0] <= "9" and following not in _PARTING and following not in data["parts"]:
        return None
    top = read_number(layout, index)
    if top is None or top.stop + 1 >= len(words) or top.scale != 1 or not 0 < top.value < 100:
        return None
    word = words[top.stop]
    if word in data["parts"] and top.value < data["parts"][word] and layout.gap(top.stop) in JOINS:
        last = layout.gap(top.stop + 1).strip() != ""
        ranked = layout.word(index - 1) in ("first", "last", "past", "next", "previous", "in", "per", "this")
        timed = word.startswith("quarter") and (
            ranked or (words[top.stop + 1] not in ("of", "the") and not last)
        )
        return None if timed else _part(layout, index, top.stop + 1, top.value / data["parts"][word])
    at = (
        top.stop + 1 + (words[top.stop + 1] == "every")
        if word == "in"
        else top.stop + 2
        if words[top.stop : top.stop + 2] == ["out", "of"]
        else 0
    )
    bottom = read_number(layout, at) if at and at < len(words) else None
    if (
        bottom is None
        or bottom.scale != 1
        or not top.value < bottom.value <= 100
        or is_time(layout, bottom.stop)
    ):
        return None
    if word == "in" and bottom.value not in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 50, 100):
        return None
    return _part(layout, index, bottom.stop, top.value / bottom.value)


def _part(layout: Layout, first: int, stop: int, value: float) -> Mention:
    return Mention(first, stop, layout.starts[first], layout.ends[stop - 1], value, "percent", form="part")


# --- numbers with units, and ranges of them ------------------------------------------------------------------------


def _read_range(layout: Layout, index: int) -> Mention | None:
    low = read_amount(layout, index)
    if low is None:
        return None
    joint, at = _joint(layout, low)
    high = read_amount(layout, at) if joint else None
    if high is not None and joint == "plus":
        return _plus_minus(layout, low, high)
    if high is not None and _fits(low, high):
        low = _completed(low, high)
        span = joint != "to" or not _moves(layout, low)
        if span and low.value < high.value and (joint != "and" or layout.word(low.first - 1) == "between"):
            return _between(low, high)
    elif high is not None and joint == "to" and low.kind == "count" and high.kind != "count":
        return None
    return _single(layout, low)


def _joint(layout: Layout, low: Amount) -> tuple[str, int]:
    """What joins two ends of a range, and the word where the second begins."""
    at = low.stop
    if at >= len(layout.words):
        return "", at
    gap = layout.text[low.end : layout.starts[at]]
    bare = "".join(gap.split()).rstrip("$€£¥₹")
    if bare == "," and layout.words[at : at + 3] == ["plus", "or", "minus"]:
        return "plus", at + 3
    if bare:
        tight = gap[0] in DASHES or gap.strip(" $€£¥₹") in DASHES[1:]
        tight |= bare in DASHES and (gap[-1] in "$€£¥₹" or _coded(layout, at))
        name = "dash" if bare in DASHES and tight else "plus" if bare in ("±", "+/-", "+-") else ""
        return name, at + _coded(layout, at)
    word = layout.words[at]
    if word in ("to", "through", "and"):
        while layout.word(at + 1) in ("about", "roughly", "around", "over", "nearly", "almost"):
            at += 1
        at = at + 2 if layout.word(at + 1) in ("us", "usd", "eur", "chf", "gbp") else at + 1
        return ("and" if word == "and" else "to"), at
    return ("plus", at + 3) if layout.words[at : at + 3] == ["plus", "or", "minus"] else ("", at)


def _coded(layout: Layout, at: int) -> bool:
    """Whether a word is a currency before the number of a range: "US$51m - US$54m"."""
    return layout.word(at) in ("us", "usd", "eur", "gbp", "chf") and layout.word(at + 1)[:1].isdigit()


def _fits(low: Amount, high: Amount) -> bool:
    """Whether two amounts can be ends of one range: the same kind, or the first takes its unit from the second."""
    if low.kind == high.kind:
        if low.kind == "count" and all(
            n.plain and 1990 <= n.value <= 2060 for n in (low.number, high.number)
        ):
            return False  # between two years
        return low.currency == high.currency or not high.currency or not low.currency
    if low.kind == "count":
        year = low.number.plain and 1900 <= low.number.value <= 2100
        return not year and not (high.kind == "money" and high.start < high.number.start)
    return low.kind == "money" and high.kind == "count" and high.number.scale > 1


def _completed(low: Amount, high: Amount) -> Amount:
    """The first amount with the scale and unit it shares with the second: "$400-500 billion", "1 to 3 GW"."""
    number = low.number
    if number.scale == 1 and high.number.scale > 1 and number.value < 1000:
        number = number._replace(value=number.value * high.number.scale, scale=high.number.scale)
    kind = high.kind if low.kind == "count" else low.kind
    factor = high.factor if low.kind == "count" else low.factor
    return low._replace(number=number, kind=kind, currency=low.currency or high.currency, factor=factor)


def _moves(layout: Layout, low: Amount) -> bool:
    """Whether "from A to B" tells of a change rather than a range."""
    at = low.first - 1
    while at >= 0 and layout.words[at] in lexicon("numbers")["before"]:
        at -= 1
    if layout.word(at) != "from":
        return False
    grammar = lexicon("grammar")
    return not any(layout.words[k] in grammar["spans"] for k in range(max(0, at - 4), at))


def _between(low: Amount, high: Amount) -> Mention:
    ends = (low.value, high.value)
    kind = high.kind if high.kind != "count" else low.kind
    return Mention(
        low.first,
        high.stop,
        low.start,
        high.end,
        (ends[0] + ends[1]) / 2,
        kind,
        Relation.BETWEEN,
        ends[0],
        ends[1],
        low.currency or high.currency,
        form="words" if low.number.spelled else "digits",
        scaled=True,
    )


def _plus_minus(layout: Layout, middle: Amount, spread: Amount) -> Mention | None:
    if not _fits(middle, spread):
        return _single(layout, middle)
    middle = _completed(middle, spread)
    return _between(middle, spread)._replace(
        value=middle.value,
        low=middle.value - abs(spread.value),
        high=middle.value + abs(spread.value),
    )


def _single(layout: Layout, amount: Amount) -> Mention | None:
    if amount.kind == "count" and not is_count(layout, amount):
        return None
    if amount.kind == "multiple" and (
        amount.value == 1 or layout.text[amount.start - 1 : amount.start].isalpha()
    ):
        return None  # a name: 1X, MI455X
    if amount.kind == "money" and not amount.currency:
        return None
    if amount.kind == "money" and _as_adjective(layout, amount):
        return None
    if amount.kind == "multiple" and amount.value >= OFTEN:
        amount = amount._replace(kind="count", stop=amount.number.stop, end=amount.number.end)
    return Mention(
        amount.first,
        amount.stop,
        amount.start,
        amount.end,
        amount.value,
        amount.kind,
        currency=amount.currency,
        form="words" if amount.number.spelled else "digits",
        scaled=amount.number.scale > 1 or not (amount.number.plain or amount.number.spelled),
    )


def _as_adjective(layout: Layout, amount: Amount) -> bool:
    """Such as "the average million-dollar customer": a size, not a sum."""
    spelled = amount.number.spelled and amount.number.value == amount.number.scale
    before, noun = layout.word(amount.first - 1), layout.word(amount.stop)
    if spelled and before == "multi":
        return True
    if noun not in lexicon("grammar")["buyers"]:
        return False
    return spelled and layout.gap(amount.first + 1) == "-" and before not in ("a", "an", "half", "one")


# --- relation and time base ----------------------------------------------------------------------------------------


def _finished(layout: Layout, mention: Mention) -> Mention:
    relation, opens = relation_of(layout, mention)
    if mention.relation is Relation.BETWEEN:
        relation = Relation.BETWEEN
    return mention._replace(relation=relation, opens=opens, per=time_base(layout, mention.stop))
