"""Numbers that leave their unit to the words around: "9 billion" after dollars, "last year it was forty", "NRR 152"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

from crossbearing.gather.extract.amounts import counts_few
from crossbearing.gather.extract.cues import Hit, hits_between
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.numbers import number_words
from crossbearing.gather.extract.quantities import Mention
from crossbearing.gather.extract.tables import OF_ALL, Unit, units_told

REACH = 5  # sentences over which a unit is carried
RANGE = log(40)  # a carried figure is of the size of the one before it
PER_TOKEN = {"million": 1e-6, "m": 1e-6, "mtok": 1e-6, "thousand": 1e-3, "k": 1e-3, "billion": 1e-9}
COUNTING = ("users", "customers", "installs", "compute.chips", "headcount", "staff", "product.users")
RATIOS = ("retention.", "margin.", "adoption.business")
SURE = 6.0
OF_MONEY = ("revenue.r", "profit.", "cost.", "cash.", "valuation.r", "funding.")
MONEYED = 1.5
SUM = 1.5
PLAIN = 1e5  # a number from here on is written out
LEGEND = 4000  # characters in which a text says the unit of all its amounts


def complete(layout: Layout, mentions: Sequence[Mention], hits: Sequence[Hit]) -> list[Mention]:
    """Mentions with the units that the text leaves out; small bare counts that count nothing worth telling are dropped."""
    found: list[Mention] = []
    nouns = layout.places_of(OF_ALL)
    legend = any(
        "in" in layout.words[at + 1 : at + 4] for at in nouns
    )  # "All figures are stated in millions"
    told = units_told(layout.text, LEGEND) if legend else []
    shared = told[-1][1] if told else Unit()
    used = Counter(m.currency for m in mentions if m.kind == "money")
    currency = used.most_common(1)[0][0] if used else ""
    for mention in mentions:
        whole = mention
        if mention.kind == "money":
            whole = _priced(layout, mention, found)
        elif mention.kind == "count":
            whole = _completed(layout, mention, hits, found, currency)
            if shared.kind and whole.kind == "count" and _in_shared_unit(layout, whole, hits):
                value = whole.value * shared.factor
                whole = whole._replace(kind="money", value=value, currency=shared.currency, scaled=True)
        if not _trifle(layout, whole):
            found.append(whole)
    return found


def _in_shared_unit(layout: Layout, mention: Mention, hits: Sequence[Hit]) -> bool:
    """Whether a bare number is a sum in the unit that the text gives for all its amounts: "Net revenue was 901.7"."""
    if mention.form != "digits" or mention.value >= PLAIN or not stands_alone(layout, mention):
        return False
    printed = layout.text[mention.start : mention.end]
    first = layout.sentences[layout.of_word[mention.first]].first
    near = hits_between(hits, first, mention.first)
    told = any(m.startswith(OF_MONEY) and w >= SUM for h in near for m, w, _ in h.cue.gives)
    return told and "." in printed


def _completed(
    layout: Layout, mention: Mention, hits: Sequence[Hit], before: Sequence[Mention], currency: str
) -> Mention:
    if currency and not _goes_on_counting(layout, mention, before) and _bare_sum(layout, mention, hits):
        return mention._replace(kind="money", currency=currency)
    if "multiple" in layout.words[max(0, mention.opens - 2) : mention.opens] and stands_alone(
        layout, mention
    ):
        return mention._replace(kind="multiple")
    if _names_ratio(layout, mention, hits):
        return mention._replace(kind="percent", value=mention.value / 100)
    return _carried(layout, mention, hits, before) if before else mention


def _trifle(layout: Layout, mention: Mention) -> bool:
    """Small bare counts ("three things") are no claims."""
    small = mention.kind == "count" and mention.value < 10 and not mention.scaled
    known = layout.word(mention.opens - 1) in ("the", "by", "its", "his", "our", "their")
    if mention.kind == "count" and not mention.scaled and _is_base(layout, mention):
        return True
    return small and (known or not counts_few(layout, mention.stop))


def _is_base(layout: Layout, mention: Mention) -> bool:
    """Such as the second number of "nine of its 14 founders", "17 of the 20 largest": the whole, not what is counted."""
    for at in range(mention.first - 1, mention.first - 4, -1):
        if layout.word(at) == "of":
            before = layout.word(at - 1)
            if layout.word(at + 1) in ("which", "whom"):
                return False
            return before.isdigit() or before in number_words()
    return False


def _bare_sum(layout: Layout, mention: Mention, hits: Sequence[Hit]) -> bool:
    """Whether millions stand alone: no noun after them, and no word of users or customers in the sentence before."""
    if not mention.scaled or mention.value < 1e6 or mention.form == "figures":
        return False
    if not stands_alone(layout, mention) and not _money_follows(layout, mention, hits):
        return False
    if _asked_how_many(layout, mention):
        return False
    first = layout.sentences[layout.of_word[mention.first]].first
    near = hits_between(hits, first, mention.first)
    return not any(m.startswith(COUNTING) for h in near for m, w, _ in h.cue.gives if w >= 3)


def _asked_for_count(layout: Layout, mention: Mention, hits: Sequence[Hit]) -> bool:
    """Whether the question right before asks for people or things: "Headcount? Two hundred and ten"."""
    here = layout.of_word[mention.first]
    for number in range(here - 1, max(-1, here - 3), -1):
        sentence = layout.sentences[number]
        if sentence.asks:
            near = hits_between(hits, sentence.first, sentence.stop)
            return any(m.startswith(COUNTING) for h in near for m, w, _ in h.cue.gives if w >= 3)
    return False


def _asked_how_many(layout: Layout, mention: Mention) -> bool:
    """Whether the question before asks for a number of things: "How many people use it? 38 million a month"."""
    for number in range(layout.of_word[mention.first] - 1, max(-1, layout.of_word[mention.first] - 3), -1):
        sentence = layout.sentences[number]
        if sentence.asks:
            words = layout.words[sentence.first : sentence.stop]
            return "many" in words[:4]
    return False


def _money_follows(layout: Layout, mention: Mention, hits: Sequence[Hit]) -> bool:
    """Such as "1.1 billion recognised": the next word speaks of money."""
    near = hits_between(hits, mention.stop, mention.stop + 1)
    joined = layout.gap(mention.stop) == " "
    return joined and any(m.startswith(OF_MONEY) and w >= MONEYED for h in near for m, w, _ in h.cue.gives)


def stands_alone(layout: Layout, mention: Mention) -> bool:
    """Whether no noun follows that a number could count."""
    stop, grammar = mention.stop, lexicon("grammar")
    after = layout.word(stop)
    if layout.gap(stop).strip() or not after:
        return True
    if after in ("and", "or", "to") and layout.word(stop + 1)[:1].isdigit() and layout.gap(stop + 1) == " ":
        stop += 2  # "41 million and 9 million users": both count users
        while layout.word(stop) in lexicon("numbers")["scales"] and layout.gap(stop) == " ":
            stop += 1
        after = layout.word(stop)
        if layout.gap(stop).strip() or not after:
            return True
    return (
        after in grammar["prepositions"]
        or after in grammar["auxiliaries"]
        or after in ("a", "and", "or", "per", "last", "this", "next", "post", "pre", "before", "today", "now")
    )


def _names_ratio(layout: Layout, mention: Mention, hits: Sequence[Hit]) -> bool:
    """Such as "NRR 152, GRR 93" and "gross retention of 94": the name of a ratio right before a bare number."""
    if not 2 <= mention.value <= 400 or mention.scaled or not stands_alone(layout, mention):
        return False
    near = hits_between(hits, max(0, mention.opens - 4), mention.first)
    if not near:
        return False
    hit = near[-1]
    between = layout.words[hit.stop : mention.opens]
    if any(w not in ("of", "at", "is", "was", "to", "hit", "reached", "ran") for w in between):
        return False
    return any(m.startswith(RATIOS) and w >= SURE for m, w, _ in hit.cue.gives)


def _counts(layout: Layout, mention: Mention, hits: Sequence[Hit]) -> bool:
    """Whether the sentence speaks of people or things to count before the number: "the customer count rose to 640"."""
    first = layout.sentences[layout.of_word[mention.first]].first
    near = hits_between(hits, first, mention.first)
    return any(m.startswith(COUNTING) for h in near for m, w, _ in h.cue.gives if w >= 3)


def _carried(layout: Layout, mention: Mention, hits: Sequence[Hit], before: Sequence[Mention]) -> Mention:
    """A bare number with the unit and the scale of the figure before it: "a run rate of $85 million. Last June it was 19"."""
    if (
        mention.form not in ("digits", "words")
        or mention.value >= 1000
        or not stands_alone(layout, mention)
        or not _stated(layout, mention)
    ):
        return mention
    here = layout.of_word[mention.first]
    if _counts(layout, mention, hits) or _asked_for_count(layout, mention, hits):
        return mention
    counted = [m for m in before[-3:] if m.kind == "count" and here - layout.of_word[m.first] <= 1]
    if any(_alike(last, mention) for last in counted):
        return mention
    for last in reversed(before[-6:]):
        if last.kind == "count" or here - layout.of_word[last.first] > REACH or not last.value:
            continue
        for scale in _scales(last):
            value = mention.value * scale
            if value and abs(log(abs(value / last.value))) <= RANGE:
                return mention._replace(kind=last.kind, value=value, currency=last.currency, scaled=True)
    return mention


def _goes_on_counting(layout: Layout, mention: Mention, before: Sequence[Mention]) -> bool:
    """Such as "passed one billion weekly users. The company's figure is 640 million": millions that count what the last ones did."""
    last = before[-1] if before else None
    if last is None or last.kind != "count" or not last.scaled or not stands_alone(layout, mention):
        return False
    near = layout.of_word[mention.first] - layout.of_word[last.first] <= 1
    return near and last.value >= 1e6 and abs(log(mention.value / last.value)) <= RANGE


def _alike(last: Mention, mention: Mention) -> bool:
    """Whether two bare numbers are of one size: "310. It was 240 a year ago" goes on counting people."""
    return 20 <= last.value < 1e5 and last.value / 5 <= mention.value <= 5 * last.value


def _scales(mention: Mention) -> tuple[float, ...]:
    """Factors that a bare number may have after a figure: its scale, then a thousand times more or less."""
    if mention.kind not in ("money", "power"):
        return (0.01,) if mention.kind == "percent" else (1.0,)
    own = next((s for s in (1e12, 1e9, 1e6) if abs(mention.value) >= s), 0.0)
    return (own, own * 1e3, own / 1e3) if own > 1e6 or mention.kind == "money" else (own,)


def _stated(layout: Layout, mention: Mention) -> bool:
    """Whether a word before a number says that a level follows: was, to, at, hit, from."""
    at = mention.opens - 1
    if at < 0:
        return False
    before, here = layout.word(at), layout.of_word[mention.first]
    if layout.of_word[at] != here:
        return layout.sentences[layout.of_word[at]].label
    return before in lexicon("grammar")["linking"] or (
        layout.owner[at] and before in ("it", "that", "rate", "what")
    )


def _priced(layout: Layout, mention: Mention, before: Sequence[Mention]) -> Mention:
    """A price for so many tokens as the price of one; "now it is $6" after such a price is one too."""
    coin = layout.word(mention.stop - 1) in lexicon("numbers")["small_coins"]
    shared = coin and before and before[-1].kind == "percent"
    if shared and layout.word(before[-1].stop - 1) == layout.word(mention.stop - 1):
        return mention._replace(kind="percent", currency="")
    words = layout.words[mention.stop : mention.stop + 5]
    if words[:1] in (["per"], ["a"], ["for"], ["each"]) and any(w in ("token", "tokens") for w in words):
        factor = next((PER_TOKEN[w] for w in words if w in PER_TOKEN), 1.0)
        return mention._replace(value=mention.value * factor, per="token")
    last = before[-1] if before else None
    if last is None or last.per != "token" or mention.scaled or mention.value >= 1000:
        return mention
    apart = layout.of_word[mention.first] - layout.of_word[last.first]
    if apart > 1 or mention.per:
        return mention
    factor = next((f for f in (1e-6, 1e-3) if abs(log(mention.value * f / last.value)) <= RANGE), 0.0)
    return mention._replace(value=mention.value * factor, per="token") if factor else mention
