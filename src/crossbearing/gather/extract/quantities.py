"""Words -> quantities: money, power, shares, points, multiples and counts, with range, relation and time base."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.numbers import JOINS, Number, number_words, read_number
from crossbearing.vocabulary.quantity import Relation

DASHES = ("-", "\u2013", "\u2011", "\u2012")
PER_WORDS = {"year": "yr", "annum": "yr", "yr": "yr", "month": "month", "mo": "month", "quarter": "quarter"}
ADVERBS = {"annually": "yr", "yearly": "yr", "monthly": "month", "quarterly": "quarter"}


@dataclass(frozen=True, slots=True)
class Mention:
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


def find_quantities(layout: Layout) -> list[Mention]:
    """Every quantity of a document, in order; dates, durations, versions and identifiers are none."""
    found: list[Mention] = []
    starters, index, count = _starters(), 0, len(layout.words)
    while index < count:
        word = layout.words[index]
        if "0" <= word[0] <= "9" or word in starters or word.endswith("fold"):
            mention = _read(layout, index)
            if mention is not None:
                found.append(_finished(layout, mention))
                index = max(mention.stop, index + 1)
                continue
            index = _past_number(layout, index)
        else:
            index += 1
    return found


def _past_number(layout: Layout, index: int) -> int:
    """The word after something that begins like a number and is none: a rejected number is stepped over whole."""
    number = read_number(layout, index) if layout.words[index] in number_words() else None
    return number.stop if number else index + 1


def _read(layout: Layout, index: int) -> Mention | None:
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
    return Mention(
        first, stop, layout.starts[first], layout.ends[stop - 1], value, "multiple", form="factor"
    )


# --- "a third of", "two thirds", "one in five" ---------------------------------------------------------------------


def _read_part(layout: Layout, index: int) -> Mention | None:
    words, parts = layout.words, lexicon("numbers")["parts"]
    word = words[index]
    following = words[index + 1] if index + 1 < len(words) else ""
    before = words[index - 1] if index else ""
    if word == "half":
        timed = before in ("first", "second", "back", "latter", "front", "other", "and", "last")
        plain = following in ("of", "the", "its", "their", "that") and not timed
        return _part(layout, index, index + 1, 0.5) if plain else None
    if word in parts:
        owned = before in ("a", "one") and following == "of" and word != "halves"
        return _part(layout, index - 1, index + 1, 1 / parts[word]) if owned else None
    if not (word in lexicon("numbers")["units_words"] or word.isdigit()):
        return None
    return _counted_part(layout, index)


def _counted_part(layout: Layout, index: int) -> Mention | None:
    """ "two thirds", "one in five", "four out of ten"."""
    words, data = layout.words, lexicon("numbers")
    top = read_number(layout, index)
    if top is None or top.stop + 1 >= len(words) or top.scale != 1 or not 0 < top.value < 100:
        return None
    word = words[top.stop]
    if word in data["parts"] and top.value < data["parts"][word] and layout.gap(top.stop) in JOINS:
        timed = word.startswith("quarter") and words[top.stop + 1] not in ("of", "the")
        return None if timed else _part(layout, index, top.stop + 1, top.value / data["parts"][word])
    at = top.stop + 1 if word == "in" else top.stop + 2 if words[top.stop : top.stop + 2] == ["out", "of"] else 0
    bottom = read_number(layout, at) if at and at < len(words) else None
    if bottom is None or bottom.scale != 1 or not top.value < bottom.value <= 100 or _is_time(layout, bottom.stop):
        return None
    if word == "in" and bottom.value not in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 50, 100):
        return None
    return _part(layout, index, bottom.stop, top.value / bottom.value)


def _part(layout: Layout, first: int, stop: int, value: float) -> Mention:
    return Mention(first, stop, layout.starts[first], layout.ends[stop - 1], value, "percent", form="part")


# --- numbers with units, and ranges of them ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its currency before and its unit after."""

    number: Number
    first: int
    stop: int
    start: int
    end: int
    kind: str
    currency: str
    factor: float = 1.0
    sign: float = 1.0

    @property
    def value(self) -> float:
        """In units of the kind; a division keeps 30.6 % at 0.306 exactly."""
        scaled = self.number.value / 100 if self.factor == 0.01 else self.number.value * self.factor
        return self.sign * scaled


def _read_range(layout: Layout, index: int) -> Mention | None:
    low = _read_amount(layout, index)
    if low is None:
        return None
    joint, at = _joint(layout, low)
    high = _read_amount(layout, at) if joint else None
    if high is not None and joint == "plus":
        return _plus_minus(layout, low, high)
    if high is not None and _fits(low, high):
        low = _completed(low, high)
        span = joint != "to" or not _moves(layout, low)
        if span and low.value < high.value and (joint != "and" or _word(layout, low.first - 1) == "between"):
            return _between(low, high)
    elif high is not None and joint == "to" and low.kind == "count" and high.kind != "count":
        return None
    return _single(layout, low)


def _word(layout: Layout, index: int) -> str:
    return layout.words[index] if 0 <= index < len(layout.words) else ""


def _joint(layout: Layout, low: _Amount) -> tuple[str, int]:
    """What joins two ends of a range, and the word where the second begins."""
    at = low.stop
    if at >= len(layout.words):
        return "", at
    gap = layout.text[low.end : layout.starts[at]]
    bare = "".join(gap.split()).rstrip("$€£¥₹")
    if bare in DASHES and (gap[0] in DASHES or gap.strip(" $€£¥₹") in DASHES[1:]):
        return "dash", at
    if bare in ("±", "+/-", "+-"):
        return "plus", at
    if gap.strip():
        return "", at
    word = layout.words[at]
    if word in ("to", "through", "and"):
        while _word(layout, at + 1) in ("about", "roughly", "around", "over", "nearly", "almost"):
            at += 1
        at = at + 2 if _word(layout, at + 1) in ("us", "usd", "eur", "chf", "gbp") else at + 1
        return ("and" if word == "and" else "to"), at
    if layout.words[at : at + 3] == ["plus", "or", "minus"]:
        return "plus", at + 3
    return "", at


def _fits(low: _Amount, high: _Amount) -> bool:
    """Whether two amounts can be ends of one range: the same kind, or the first takes its unit from the second."""
    if low.kind == high.kind:
        return low.currency == high.currency or not high.currency or not low.currency
    return low.kind == "count" or (low.kind == "money" and high.kind == "count" and high.number.scale > 1)


def _completed(low: _Amount, high: _Amount) -> _Amount:
    """The first amount with the scale and unit it shares with the second: "$400-500 billion", "1 to 3 GW"."""
    number = low.number
    if number.scale == 1 and high.number.scale > 1 and number.value < 1000:
        number = replace(number, value=number.value * high.number.scale, scale=high.number.scale)
    kind = high.kind if low.kind == "count" else low.kind
    factor = high.factor if low.kind == "count" else low.factor
    return replace(low, number=number, kind=kind, currency=low.currency or high.currency, factor=factor)


def _moves(layout: Layout, low: _Amount) -> bool:
    """Whether "from A to B" tells of a change rather than a range."""
    at = low.first - 1
    while at >= 0 and layout.words[at] in lexicon("numbers")["before"]:
        at -= 1
    if _word(layout, at) != "from":
        return False
    grammar = lexicon("grammar")
    return not any(layout.words[k] in grammar["spans"] for k in range(max(0, at - 4), at))


def _between(low: _Amount, high: _Amount) -> Mention:
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


def _plus_minus(layout: Layout, middle: _Amount, spread: _Amount) -> Mention | None:
    if not _fits(middle, spread):
        return _single(layout, middle)
    middle = _completed(middle, spread)
    return replace(
        _between(middle, spread),
        value=middle.value,
        low=middle.value - abs(spread.value),
        high=middle.value + abs(spread.value),
    )


def _single(layout: Layout, amount: _Amount) -> Mention | None:
    if amount.kind == "count" and not _is_count(layout, amount):
        return None
    if amount.kind == "money" and not amount.currency:
        return None
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


def _read_amount(layout: Layout, index: int) -> _Amount | None:
    if index >= len(layout.words):
        return None
    word = layout.words[index]
    if not ("0" <= word[0] <= "9" or word in number_words()):
        return None
    currency, first, start = _currency_before(layout, index)
    number = read_number(layout, index, money=bool(currency))
    if number is None:
        return None
    if number.spelled and index and layout.words[index - 1] == "a" and word in lexicon("numbers")["spelled"]["words"].split():
        first, start = index - 1, layout.starts[index - 1]
    sign, start = _sign(layout, start)
    kind, factor, stop, end, after = _unit_after(layout, number)
    if currency and kind == "count":
        kind = "money"
    return _Amount(number, first, stop, start, end, kind, currency or after, factor, sign)


def _currency_before(layout: Layout, index: int) -> tuple[str, int, int]:
    """Currency written before a number, the first word and the first character of both."""
    codes = lexicon("numbers")["currencies"]
    start = layout.starts[index]
    if not index and not start:
        return "", index, start
    gap = layout.text[max(0, start - 3) : start] if not index else layout.gap(index)[-3:]
    symbol = gap.rstrip(" \u00a0")[-1:]
    if symbol in codes:
        place = start - (len(gap) - gap.rfind(symbol))
        if index and layout.ends[index - 1] == place:
            prefix = layout.text[layout.starts[index - 1] : place]
            longer = "US$" if prefix == "S" else prefix + symbol
            if longer in codes:
                return codes[longer], index - 1, layout.starts[index - 1]
        return codes[symbol], index, place
    if index and gap.strip(" \u00a0.") == "":
        before = layout.text[layout.starts[index - 1] : layout.ends[index - 1]]
        if before in codes and "\n" not in gap:
            return codes[before], index - 1, layout.starts[index - 1]
    return "", index, start


def _sign(layout: Layout, start: int) -> tuple[float, int]:
    text = layout.text
    before = text[start - 1 : start]
    if before in ("-", "\u2212", "+") and not text[max(0, start - 2) : start - 1].strip("( ["):
        return (1.0 if before == "+" else -1.0), start - 1
    for word in ("minus ", "negative "):
        if text[max(0, start - len(word)) : start].lower() == word:
            return -1.0, start - len(word)
    return 1.0, start


def _unit_after(layout: Layout, number: Number) -> tuple[str, float, int, int, str]:
    """Kind, factor, last word and last character of the unit after a number, and the currency in it."""
    data: Any = lexicon("numbers")
    text, end, at = layout.text, number.end, number.stop
    lead = text[end : end + 2]
    if lead[:1] == "%" or lead in (" %", "\u00a0%"):
        return "percent", 0.01, at, end + lead.index("%") + 1, ""
    if lead[:1] == "\u00d7":
        return "multiple", 1.0, at, end + 1, ""
    if lead[:1] == "\u20ac" or lead in (" \u20ac", "\u00a0\u20ac"):
        return "money", 1.0, at, end + lead.index("\u20ac") + 1, "EUR"
    if at >= len(layout.words):
        return "count", 1.0, at, end, ""
    gap = layout.gap(at)
    if gap not in JOINS and gap != "":
        return "count", 1.0, at, end, ""
    return _unit_word(layout, number, gap, data)


def _unit_word(layout: Layout, number: Number, gap: str, data: Any) -> tuple[str, float, int, int, str]:
    at, word = number.stop, layout.words[number.stop]
    following = _word(layout, at + 1)
    pair = f"{word} {following}" if layout.gap(at + 1) in JOINS else word if following else word
    ends = layout.ends
    for words, kind, factor in (
        (("percentage points", "percentage point"), "points", 1.0),
        (("basis points", "basis point"), "points", 0.01),
        (("per cent",), "percent", 0.01),
    ):
        if pair in words:
            return kind, factor, at + 2, ends[at + 1], ""
    simple = {"percent": ("percent", 0.01), "pct": ("percent", 0.01), "pp": ("points", 1.0), "ppt": ("points", 1.0)}
    simple |= {"ppts": ("points", 1.0), "pts": ("points", 1.0), "points": ("points", 1.0), "bps": ("points", 0.01)}
    simple |= {"bp": ("points", 0.01), "times": ("multiple", 1.0), "fold": ("multiple", 1.0)}
    if word in simple:
        return *simple[word], at + 1, ends[at], ""
    if word == "x" and (gap == "" or not layout.capital(at)):
        return "multiple", 1.0, at + 1, ends[at], ""
    if word in data["power"] and (word != "w" or layout.capital(at)):
        return "power", data["power"][word], at + 1, ends[at], ""
    if word in ("us", "u") and following in data["currency_words"]:
        return "money", 1.0, at + 2, ends[at + 1], data["currency_words"][following]
    if word in data["currency_words"] and (word != "won" or number.scale > 1):
        return "money", 1.0, at + 1, ends[at], data["currency_words"][word]
    return "count", 1.0, at, number.end, ""


# --- what is no count ----------------------------------------------------------------------------------------------


def _is_time(layout: Layout, index: int) -> bool:
    return _word(layout, index) in lexicon("grammar")["time_units"]


def _is_count(layout: Layout, amount: _Amount) -> bool:
    """Whether a bare number counts things, rather than naming a year, a day, a version, a page or a time."""
    number, grammar = amount.number, lexicon("grammar")
    at, text = amount.first, layout.text
    before, after = _word(layout, at - 1), _word(layout, number.stop)
    around = text[max(0, number.start - 1) : number.start], text[number.end : number.end + 2]
    if around[0] in ("/", ":", "#", "_", "@", ".") or (around[1][:1] in ("/", ":", "_", "@", "-") and around[1][1:2].isdigit()):
        return False
    if around[0] == "-" and at and text[layout.ends[at - 1] : number.start] == "-":
        return False
    if at and layout.ends[at - 1] == number.start and before not in grammar["hedges"]:
        return False
    if number.value == 1 and number.scale == 1:
        return False
    if _is_time(layout, number.stop) and layout.gap(number.stop) in JOINS:
        return False
    if after in ("figure", "figures", "digit", "digits") or after in grammar["ordinal_endings"]:
        return False
    dated = before in grammar["months"] and layout.gap(at) in (" ", ". ")
    if dated or (after in grammar["months"] and layout.gap(number.stop) == " " and layout.capital(number.stop)):
        return False
    if before in grammar["labels"] and number.plain:
        return False
    named = at > 0 and layout.capital(at - 1) and layout.gap(at) == " " and not number.spelled and number.scale == 1
    countable = after in grammar["countable"] or _word(layout, number.stop + 1) in grammar["countable"]
    if number.plain and 1900 <= number.value <= 2100 and not countable:
        return False
    opening = at > 0 and layout.of_word[at - 1] == layout.of_word[at] and layout.sentences[layout.of_word[at]].first == at - 1
    return not named or (countable and not number.plain) or opening or before in grammar["hedges"]


# --- relation and time base ----------------------------------------------------------------------------------------


def _finished(layout: Layout, mention: Mention) -> Mention:
    relation, opens = _relation(layout, mention)
    if mention.relation is Relation.BETWEEN:
        relation = Relation.BETWEEN
    return replace(mention, relation=relation, opens=opens, per=_per(layout, mention.stop))


def _relation(layout: Layout, mention: Mention) -> tuple[Relation, int]:
    """Relation and first word of the phrase, from up to four words before it and two after it."""
    table = lexicon("numbers")
    found, at = "", mention.first
    for _ in range(3):
        pair = f"{_word(layout, at - 2)} {_word(layout, at - 1)}"
        width = 2 if pair in table["before"] else 1 if _word(layout, at - 1) in table["before"] else 0
        if width == 0 and _word(layout, at - 1) == "than" and _word(layout, at - 3) in ("no", "not"):
            width = 2
        if not width or layout.of_word[at - width] != layout.of_word[mention.first]:
            break
        key = pair if width == 2 else _word(layout, at - 1)
        found = found or _flipped(table["before"].get(key, ""), _word(layout, at - width - 1))
        at -= width
    tail = " ".join(layout.words[mention.stop : mention.stop + 2])
    after = table["after"].get(tail, "")
    if not after and (layout.text[mention.end : mention.end + 1] == "+" or tail.startswith("plus ")):
        after = "at_least" if tail.split(" ")[0] != "plus" or layout.gap(mention.stop) == "-" else ""
    return Relation(found or after or "exact"), at


def _flipped(relation: str, before: str) -> str:
    """ "no more than" is a ceiling, "no less than" a floor."""
    if before in ("no", "not"):
        return {"over": "at_most", "under": "at_least"}.get(relation, relation)
    return relation


def _per(layout: Layout, index: int) -> str:
    """Time base written after a quantity: a year, per month, /quarter, annually."""
    word, following = _word(layout, index), _word(layout, index + 1)
    if word in ADVERBS:
        return ADVERBS[word]
    if word in ("a", "per", "each", "every") and following in PER_WORDS:
        return PER_WORDS[following]
    return PER_WORDS.get(word, "") if index < len(layout.words) and layout.gap(index) == "/" else ""
