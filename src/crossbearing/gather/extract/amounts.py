"""Numbers -> amounts: a currency before, a unit after; and whether a bare number counts anything."""

from __future__ import annotations

from typing import Any, NamedTuple

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon, trade_words
from crossbearing.gather.extract.numbers import JOINS, Number, number_words, read_number


class Amount(NamedTuple):
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


def read_amount(layout: Layout, index: int) -> Amount | None:
    """The amount that begins at a word, with its currency, sign and unit; None where no number begins there."""
    if index >= len(layout.words):
        return None
    word = layout.words[index]
    if not ("0" <= word[0] <= "9" or word in number_words()):
        return None
    currency, first, start = _currency_before(layout, index)
    number = read_number(layout, index, money=bool(currency))
    if number is None:
        return None
    if layout.text[number.end : number.end + 1] == ")":
        deficit = _in_brackets(layout, number, currency, start)
        if deficit is not None:
            return deficit
    if (
        number.spelled
        and index
        and layout.words[index - 1] == "a"
        and (word == "quarter" or word in lexicon("numbers")["spelled"]["words"].split())
    ):
        first, start = index - 1, layout.starts[index - 1]
    sign, start = _sign(layout, start)
    kind, factor, stop, end, after = _unit_after(layout, number)
    if currency and kind == "count":
        kind = "money"
    return Amount(number, first, stop, start, end, kind, currency or after, factor, sign)


def _in_brackets(layout: Layout, number: Number, currency: str, start: int) -> Amount | None:
    """A deficit as accounts print it: "$(23) million", "($12.3) million", "($40 million)"."""
    text, opened = layout.text, "("
    if text[start - 1 : start] == opened and not currency:
        code = lexicon("numbers")["currencies"].get(text[start - 2 : start - 1], "")
        currency, start = code, start - 2
    elif text[start - 1 : start] == opened:
        start -= 1
    else:
        return None
    scales = lexicon("numbers")["scales"]
    word, gap = layout.word(number.stop), layout.gap(number.stop)
    scaled = number.scale == 1 and gap == ") " and word in scales and len(word) > 1
    if scaled:
        factor = scales[word]
        number = number._replace(
            value=number.value * factor, scale=factor, stop=number.stop + 1, end=layout.ends[number.stop]
        )
    if not currency or not (scaled or text[start] == "$"):
        return None
    return Amount(number, number.first, number.stop, start, number.end, "money", currency, 1.0, -1.0)


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
    if before == " " and text[max(0, start - 9) : start].lower().endswith(("minus ", "negative ")):
        return -1.0, start
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
    at, word, ends = number.stop, layout.words[number.stop], layout.ends
    following = layout.word(at + 1)
    for size, key in ((2, f"{word} {following}"), (1, word)):
        if key in data["units"]:
            kind, factor = data["units"][key]
            return kind, factor, at + size, ends[at + size - 1], ""
    found = "count", 1.0, at, number.end, ""
    if word in data["small_coins"] and number.scale == 1:
        shared = following in ("of", "in", "on", "out", "for", "from") and not {
            "dollar",
            "euro",
            "pound",
        }.isdisjoint(layout.words[at + 1 : at + 5])
        kind, currency = ("percent", "") if shared else ("money", data["small_coins"][word])
        return kind, 0.01, at + 1, ends[at], currency
    if word == "x" and (gap == "" or not layout.capital(at)) and layout.word(at + 1)[:1].isdigit():
        return found
    if word == "x" and (gap == "" or not layout.capital(at)):
        found = "multiple", 1.0, at + 1, ends[at], ""
    elif word in data["power"] and (word != "w" or layout.capital(at)):
        found = "power", data["power"][word], at + 1, ends[at], ""
    elif word == "us" and following in data["currency_words"]:
        found = "money", 1.0, at + 2, ends[at + 1], data["currency_words"][following]
    elif word in data["currency_words"] and (word != "won" or number.scale > 1):
        found = "money", 1.0, at + 1, ends[at], data["currency_words"][word]
    return found


def is_time(layout: Layout, index: int) -> bool:
    """Whether a word is a unit of time, so that the number before it is a duration."""
    return layout.word(index) in lexicon("grammar")["time_units"]


def counts_few(layout: Layout, index: int) -> bool:
    """Whether a noun follows of which few are worth telling: researchers who left, founders who stayed."""
    return not lexicon("grammar")["few"].isdisjoint(layout.words[index : index + 3])


def is_count(layout: Layout, amount: Amount) -> bool:
    """Whether a bare number counts things, rather than naming a year, a day, a version, a page or a time."""
    number = amount.number
    small = number.scale == 1 and (
        number.value == 1 or (number.spelled and number.value < 10 and number.value.is_integer())
    )
    small = small and (number.value < 2 or not counts_few(layout, number.stop))
    beyond = layout.text[number.end : number.end + 2].strip()[:1]
    return not (
        small
        or (beyond.isalpha() and beyond > "\u0370")
        or _in_code(layout, amount)
        or _in_date(layout, amount)
        or _is_label(layout, amount)
        or is_time(layout, number.stop)
    )


def _in_code(layout: Layout, amount: Amount) -> bool:
    """Part of 24/7, 9:30, #4, S-1, H100 or 2026-04."""
    number, text, at = amount.number, layout.text, amount.first
    before, after = text[max(0, number.start - 1) : number.start], text[number.end : number.end + 2]
    note = before in ("[", "^") and after[:1] == "]"
    note |= "\x1b[" in text[max(0, number.start - 6) : number.start]  # a colour of a terminal
    if note or before in tuple("/:#_@.") or (after[:1] in tuple("/:_@-") and after[1:].isdigit()):
        return True
    if after[:1] == "/" and (not number.start or text[number.start - 1] == "\n"):
        return True  # numbered like "10/ We hold nothing."
    text_of = layout.words[at]
    if text_of[0] == "0" and len(text_of) > 1 and number.plain:
        return True
    if number.plain and at and layout.words[at - 1].isdigit() and layout.gap(at) == " ":
        return True
    if before == "-" and at and layout.ends[at - 1] == number.start - 1:
        return True
    return (
        at > 0
        and layout.ends[at - 1] == number.start
        and layout.words[at - 1] not in lexicon("grammar")["hedges"]
    )


def _in_date(layout: Layout, amount: Amount) -> bool:
    """A day beside its month, an ordinal, or a year."""
    number, grammar, at = amount.number, lexicon("grammar"), amount.first
    before, after = layout.word(at - 1), layout.word(number.stop)
    if before in grammar["months"] and layout.gap(at) in (" ", ". "):
        return True
    if after in grammar["months"] and layout.gap(number.stop) in (" ", "-") and layout.capital(number.stop):
        return True
    if after in grammar["ordinal_endings"]:
        return True
    told = before in ("in", "since", "until", "during", "fiscal") or not _countable(layout, number)
    return number.plain and 1900 <= number.value <= 2100 and told


def _countable(layout: Layout, number: Number) -> bool:
    words = lexicon("grammar")["countable"]
    if "." in layout.gap(number.stop) or "\n\n" in layout.gap(number.stop):
        return False
    return layout.word(number.stop) in words or layout.word(number.stop + 1) in words


def _sizes_model(layout: Layout, number: Number) -> bool:
    """Such as "the Brindle 7B model", "Brindle 2 13B": so many parameters."""
    if number.scale < 1e6 or number.spelled or not layout.text[number.end - 1 : number.end].isupper():
        return False
    before = layout.text[max(0, number.start - 2) : number.start]
    named = (
        number.first > 0
        and (layout.capital(number.first - 1) or before[:1].isdigit())
        and before[1:] in (" ", "-")
    )
    named = named and layout.words[number.first - 1] not in trade_words()
    return (
        named
        and layout.text[number.end - 1] == "B"
        and number.value < 3e12
        and number.stop - number.first == 2
    )


def _ranks(number: Number, before: str, after: str) -> bool:
    """Such as "the ten largest", "the top five", "per million": a rank or a base, not a number of things."""
    rank = before in lexicon("grammar")["rankings"] and number.scale == 1 and number.value <= 100
    base = before in ("per", "every") and number.value == number.scale
    return rank or base or after in ("largest", "biggest", "top", "best", "leading")


def _is_label(layout: Layout, amount: Amount) -> bool:
    """Page 12, Series 7, GPT 5.4, Fortune 500, seven-figure: a name or an adjective, not a number of things."""
    number, grammar, at = amount.number, lexicon("grammar"), amount.first
    before = layout.word(at - 1)
    after = layout.word(number.stop)
    if after in ("figure", "figures", "digit", "digits", "parameter", "parameters") or _sizes_model(
        layout, number
    ):
        return True
    if (before == "of" and layout.word(at - 2) == "rule") or _ranks(number, before, after):
        return True
    if number.spelled and number.value == number.scale and after in ("mark", "threshold", "milestone"):
        return True
    if not at or number.spelled or number.scale > 1 or before in grammar["hedges"]:
        return False
    aged = (
        layout.gap(at) == ", "
        and layout.gap(number.stop)[:1] in (",", ".")
        and number.plain
        and 15 < number.value < 100
    )
    if aged or (before in grammar["labels"] and (number.plain or number.value < 100)):
        return True
    opening = layout.sentences[layout.of_word[at]].first >= at - 1
    counts = before in grammar["countable"] or before == "headcount"
    named = layout.capital(at - 1) and layout.gap(at) == " " and not opening and not counts
    return named and (number.plain or not _countable(layout, number))
