"""Evidence that capitalised words name a company, a product, an outlet, a place or a person: from the words around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crossbearing.gather.extract.capitals import may_name
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.places import place_by_words

_VERBS = frozenset(("does", "did", "can", "is", "was", "has", "had", "will", "would", "plans", "now", "also"))


_IN_BRACKETS = re.compile(r" \([^()\n]*\d[^()\n]*\)")
_CITED = re.compile(r", (?:19|20)\d\d[a-z]?\)")
_SINGULAR = frozenset(("does", "is", "was", "has"))
MANY = 3
ASIDES = frozenset(
    ("which", "whose", "now", "once", "valued", "worth", "backed", "founded", "led", "based", "owned", "at")
)
_NOUNS = (
    "s",
    "ly",
    "ing",
    "ion",
    "ment",
    "ness",
    "ance",
    "ence",
    "ity",
    "ism",
    "um",
    "ship",
    "hood",
    "ed",
    "er",
    "est",
    "ther",
)
PLURALS = frozenset(
    ("companies", "startups", "firms", "labs", "models", "tools", "chips", "products", "research", "training")
)
JOINING = ("and", "but", "while", "or", "versus", "vs", "against")
OPENING = 4
HEADLINES = 8
_OF = frozenset(("of", "at", "for", "by", "than", "into"))
_TO_PLACES = frozenset(("by", "in", "near", "outside", "to", "from", "at", "throughout"))


@dataclass(slots=True)
class Candidate:
    """A capitalised run of words that may name something.

    Attributes:
        words, text: The words in lower case, and as they are printed.
        places: First word and stop of each mention.
        company, person, product, outlet, place, measure: Weight of the evidence that they name one.
        inside: Whether a mention stands within a sentence.
        bare: Whether a mention stands without "the".
        mixed: Whether letters are mixed with digits or signs.
    """

    words: tuple[str, ...]
    text: str
    places: list[tuple[int, int]] = field(default_factory=list)
    company: int = 0
    person: int = 0
    product: int = 0
    outlet: int = 0
    place: int = 0
    measure: int = 0
    inside: bool = False
    bare: bool = False
    mixed: bool = False


def headline_words(layout: Layout) -> Sequence[str]:
    """Words of the first heading, which likely has the company that the text is about."""
    first = layout.sentences[0]
    if not first.heading:
        return ()
    words = layout.words[first.first : first.stop]
    words = words[: words.index("by")] if "by" in words else words
    return [word for at, word in enumerate(words) if not at or words[at - 1] != "the"]


def weigh_suffix(candidate: Candidate, words: Sequence[str]) -> None:
    """Evidence from the first and the last word of a name."""
    names = lexicon("names")
    if words[-1] in names["suffixes"]:
        candidate.company += 2
    if words[0] in names["first_names"] and len(words) > 1 and words[-1] not in names["suffixes"]:
        candidate.person += 2


def weigh(layout: Layout, candidate: Candidate) -> None:
    """Evidence from the words around each place of a name."""
    weigh_suffix(candidate, candidate.words)
    candidate.outlet += 2 * (len(candidate.words) > 1 and candidate.words[-1] in lexicon("names")["press"])
    candidate.company -= 2 * (candidate.words[-1] == "ai" and _tells_kind(layout, candidate))
    for first, stop in candidate.places[:40]:
        candidate.bare |= layout.word(first - 1) != "the"
        candidate.inside |= layout.sentences[layout.of_word[first]].first != first
        _weigh_company(layout, candidate, first, stop)
        _weigh_person(layout, candidate, first, stop)
    if not (candidate.person or candidate.place or candidate.outlet):
        candidate.company += candidate.words[0] in headline_words(layout)


def _tells_kind(layout: Layout, candidate: Candidate) -> bool:
    """Whether "AI" belongs to the noun after it: "Major AI companies", "Nordic AI startup"."""
    nouns = lexicon("grammar")["company_nouns"] | lexicon("names")["product_kinds"] | PLURALS
    return all(layout.word(stop) in nouns and layout.gap(stop) == " " for _, stop in candidate.places)


def _weigh_company(layout: Layout, candidate: Candidate, first: int, stop: int) -> None:
    names = lexicon("names")
    before, after = layout.word(first - 1), layout.word(stop)
    acts = after in names["verbs"] or (
        after in _VERBS and (after in _SINGULAR or not candidate.words[-1].endswith("s"))
    )
    if layout.owner[stop - 1] and (
        after in names["owned"] or after in names["leaders"] or after[:1].isdigit()
    ):
        candidate.company += 2
    elif (after in names["leaders"] and layout.gap(stop) == " " and not layout.capital(stop)) or (
        acts and layout.gap(stop) == " "
    ):
        candidate.company += 1
    if before in _OF and (
        layout.word(first - 2) in names["owned"] or layout.word(first - 2) in ("that", "those")
    ):
        candidate.company += 1
    candidate.company += _in_slot(layout, first)
    bought = after in lexicon("deals")["purchases"] or after in names["units"]
    if _described(layout, first, stop) or (bought and layout.gap(stop) == " "):
        candidate.company += 2
    if before in names["leads"] and layout.word(first - 2) not in ("which", "that"):
        candidate.company += layout.capital(first - 2)
    if before in names["kinds"] and layout.gap(first) in (" ", ", ", ": "):
        candidate.company += 2
    if titles_section(layout, first, stop):
        candidate.company += 2
    candidate.company += heads_text(layout, first, stop)
    if before == "manager" and layout.word(first - 2) in names["managed"]:
        candidate.company += 2
    sentence = layout.sentences[layout.of_word[first]]
    if sentence.first == first:
        candidate.company += _set_off(layout, stop) + 2 * _bold(layout, first, stop)
        candidate.company += 2 * _runs_in(layout, candidate, first, stop)
    candidate.company += 2 * _listed(layout, first, stop) + 4 * _under_title(layout, first, stop)
    candidate.company += 2 * (before == "at" and after == "we" and layout.gap(stop) in (" ", ", "))
    candidate.company += sentence.asks and sentence.stop - sentence.first <= 3
    candidate.company += _labels_row(layout, first, stop)
    candidate.company += _has_figure(layout, first, stop) or _opens_and_acts(layout, first, stop)
    candidate.measure += _is_figure(layout, stop)
    candidate.place += place_by_words(layout, first)
    _weigh_outlet(layout, candidate, first, stop)
    _weigh_product(layout, candidate, first, stop)


def _set_off(layout: Layout, stop: int) -> bool:
    """Whether an aside and a verb follow a name that begins its sentence: "Acme, still private, keeps"."""
    if layout.gap(stop) != ", ":
        return False
    for at in range(stop + 1, min(stop + 7, len(layout.words))):
        if layout.gap(at) == ", ":
            return layout.words[at] in lexicon("names")["verbs"] or layout.words[at] in _VERBS
        if layout.gap(at) != " ":
            return False
    return False


def _bold(layout: Layout, first: int, stop: int) -> bool:
    """Whether a name that begins its sentence is in bold letters: "**Acme** (pumps) raised", "**Acme** itself is"."""
    text = layout.text
    if text[max(0, layout.starts[first] - 2) : layout.starts[first]] != "**":
        return False
    if not layout.gap(stop).startswith("** "):
        return False
    return layout.gap(stop)[3:4] == "(" or not layout.capital(min(stop, len(layout.words) - 1))


def _runs_in(layout: Layout, candidate: Candidate, first: int, stop: int) -> bool:
    """Whether a name and a full stop open a paragraph about it: "Acme. The maker of pumps ended June", "Acme Data. It"."""
    sentence = layout.sentences[layout.of_word[first]]
    opens = not first or "\n" in layout.gap(first)
    if sentence.heading or not opens:
        return False
    if sentence.stop != stop:
        aside = _IN_BRACKETS.match(layout.text, layout.ends[stop - 1])
        return aside is not None and aside.end() >= sentence.end
    told = not lexicon("grammar")["company_nouns"].isdisjoint(layout.words[stop + 1 : stop + 4])
    return len(candidate.places) > 1 or stop - first > 1 or told


def _under_title(layout: Layout, first: int, stop: int) -> bool:
    """Whether a title and a comma stand before a name that ends its line: "Chief executive, Acme"."""
    if layout.gap(first) != ", " or not ("\n" in layout.gap(stop) or stop == len(layout.words)):
        return False
    before = layout.word(first - 1)
    return before in lexicon("names")["leaders"] or before in ("executive", "officer")


def _listed(layout: Layout, first: int, stop: int) -> bool:
    """Whether a paragraph opens with a number in order and a name: "Third: little Acme, eleven people", "Second deck: Brindle."."""
    start = layout.sentences[layout.of_word[first]].first
    if not 1 <= first - start <= 4 or (start and "\n" not in layout.gap(start)):
        return False
    ordered = layout.words[start] in lexicon("names")["ordering"]
    colon = any(":" in layout.gap(at) for at in range(start + 1, first + 1))
    return ordered and colon and layout.gap(stop)[:1] in (",", ".", ";")


def _in_slot(layout: Layout, first: int) -> bool:
    """Whether a name stands where a company does: "expects Acme to", "pay Acme", "$50 million from Acme"."""
    before, names = layout.word(first - 1), lexicon("names")
    if _bought(layout, first):
        return True
    if before in names["judging"] or before in names["serving"] or before in lexicon("deals")["buying"]:
        return True
    figure = layout.word(first - 2)
    scaled = figure in lexicon("numbers")["scales"] or figure[:1].isdigit()
    if before == "in" and figure in names["into"] and not scaled:
        return True
    return before in ("from", "for", "into", "at", "to") and scaled and layout.gap(first) == " "


def _bought(layout: Layout, first: int) -> bool:
    """Whether a name is what is bought: "the acquisition of the design startup Acme"."""
    for at in range(first - 1, max(0, first - 6), -1):
        if layout.words[at] == "of":
            return layout.words[at - 1] in lexicon("deals")["purchases"]
        if layout.gap(at + 1) != " " or layout.capital(at):
            return False
    return False


def _described(layout: Layout, first: int, stop: int) -> bool:
    """Whether a name between commas follows what it is: "the startup behind the app, Acme, is"."""
    if layout.gap(first) != ", " or not layout.gap(stop).startswith(","):
        return False
    sentence = layout.sentences[layout.of_word[first]]
    nouns = lexicon("grammar")["company_nouns"]
    for at in range(first - 1, max(sentence.first, first - 9) - 1, -1):
        if layout.words[at] in nouns:
            return True
        if "," in layout.gap(at):
            return False
    return False


def heads_text(layout: Layout, first: int, stop: int) -> bool:
    """Whether a name stands in the headline or the subject line, and not as a place: "Where Acme stands", "Acme to cut jobs"."""
    number = layout.of_word[first]
    sentence = layout.sentences[number]
    subject = layout.words[sentence.first] in ("subject", "re") and ":" in layout.gap(sentence.first + 1)
    if number >= HEADLINES or not (subject or (sentence.heading and number == 0)):
        return False
    before, after = layout.word(first - 1), layout.word(stop)
    if subject and before in ("subject", "re"):
        return True
    if before == "the" and first == sentence.first + 1 and not subject:
        return False  # the masthead of a newsletter or a column
    if first > sentence.first:
        return before not in _TO_PLACES and not layout.owner[first - 1]
    acts = after in lexicon("names")["verbs"] or after in _VERBS or after in ("to", "and")
    return stop < sentence.stop and (layout.owner[stop - 1] or acts or after.endswith(("s", "ed")))


def _opens_and_acts(layout: Layout, first: int, stop: int) -> bool:
    """Whether a sentence begins with a name and a verb in the past, or with a name and an aside: "Acme shut", "Acme, worth"."""
    sentence, grammar = layout.sentences[layout.of_word[first]], lexicon("grammar")
    if sentence.first != first or sentence.heading or sentence.stop - stop < MANY:
        return False
    if layout.words[stop - 1].endswith(_NOUNS) or layout.words[stop - 1] in lexicon("names")["grounds"]:
        return False
    after = layout.word(stop)
    if layout.gap(stop) == " ":
        return after in grammar["predicates"] or (after.endswith("ed") and not layout.capital(stop))
    return layout.gap(stop) == ", " and after in ASIDES


def _has_figure(layout: Layout, first: int, stop: int) -> bool:
    """Whether a name in a row of like ones has its figure right after it: "and Acme at 17 times", "and Acme 23%"."""
    if layout.word(first - 1) not in JOINING or layout.gap(stop)[:1] != " ":
        return False
    at = stop + (layout.word(stop) in ("at", "with", "on", "only", "had", "has"))
    return layout.word(at)[:1].isdigit() and (at > stop or layout.gap(at) != " " or _percent(layout, at))


def _percent(layout: Layout, at: int) -> bool:
    return layout.gap(at + 1).startswith("%") or layout.word(at + 1) in ("percent", "per")


def _is_figure(layout: Layout, stop: int) -> bool:
    """Whether a name is said to be a sum of money, as the label of a measure is: "Order Value was $3 billion"."""
    being = layout.word(stop) in ("was", "were", "is", "came", "rose", "fell", "grew", "of")
    at = stop + 1 + (layout.word(stop + 1) in ("to", "about", "around", "roughly", "nearly"))
    return being and layout.gap(stop) == " " and layout.gap(at)[-1:] in ("$", "\u20ac", "\u00a3")


def _labels_row(layout: Layout, first: int, stop: int) -> bool:
    """Whether a name alone is the label of a row of a table that bars divide: "| Acme | 260 | 18% |"."""
    return layout.gap(first).lstrip("- :|").endswith("\n| ") and layout.gap(stop).startswith(" |")


def _weigh_outlet(layout: Layout, candidate: Candidate, first: int, stop: int) -> None:
    """Evidence that a name is a paper or a wire: "seen by X", "(X) -"."""
    names = lexicon("names")
    lead = first - 1 - (layout.word(first - 1) == "the")
    if layout.word(lead) in ("by", "to") and layout.word(lead - 1) in names["shown"]:
        candidate.outlet += 2
    if layout.word(first - 2) == "prediction":
        candidate.outlet += 4
    if layout.word(stop) in ("estimates", "forecasts") or layout.word(first - 1) == "source":
        candidate.outlet += 2
    papers = layout.word(first - 1) == "the" and layout.word(stop) in names["reporting"]
    candidate.outlet += 2 * (papers and len(candidate.words) == 1)
    if layout.of_word[first] < OPENING and signs(layout, first, stop):
        candidate.outlet += 3
    if layout.gap(first).endswith("(") and layout.gap(stop).startswith((") -", ") \u2013", ") \u2014")):
        candidate.outlet += 2


def cites(layout: Layout, first: int, stop: int) -> bool:
    """Whether a name is the source of a statement, in brackets with a year: "(Acme, 2026)"."""
    return layout.gap(first).endswith("(") and _CITED.match(layout.text, layout.ends[stop - 1]) is not None


def signs(layout: Layout, first: int, stop: int) -> bool:
    """Whether a name begins a line that ends with a date, as on the head of a note: the name is the author's."""
    if (first and "\n" not in layout.gap(first)) or not layout.gap(stop).strip().startswith(
        (",", "|", "-", "\u2013")
    ):
        return False
    end = next((at for at in range(stop, stop + 8) if "\n" in layout.gap(at + 1)), stop)
    rest = layout.words[max(stop, end - 2) : end + 1]
    months = sum(word in lexicon("grammar")["months"] for word in rest)
    return months == 1 and sum(word.isdigit() for word in rest) >= 1


def _weigh_product(layout: Layout, candidate: Candidate, first: int, stop: int) -> None:
    """Evidence from an apposition or the noun before, which may tell of a company too."""
    names = lexicon("names")
    before, after = layout.word(first - 1), layout.word(stop)
    if layout.gap(stop).startswith(","):
        candidate.company += after in ("which", "whose") and not layout.owner[stop - 1]
        told = apposed(layout, stop)
        candidate.company += 2 * (told == "company")
        candidate.product += 3 * (told == "product")
    if before in names["product_kinds"] and layout.gap(first) in (" ", ", "):
        candidate.product += 2
    elif (
        after in names["product_kinds"]
        and layout.word(first - 1) in ("the", "its", "their", "our")
        and layout.gap(stop) == " "
    ):
        candidate.product += 3
    elif first > 1 and layout.owner[first - 1]:
        candidate.product += 1


def apposed(layout: Layout, stop: int) -> str:
    """Company or product, where the words after the comma say so: ", the Oslo-based maker of", ", its coding assistant"."""
    if layout.word(stop) not in ("the", "a", "an", "its", "our"):
        return ""
    names, grammar = lexicon("names"), lexicon("grammar")
    for at in range(stop + 1, min(stop + 8, len(layout.words))):
        if "," in layout.gap(at) or layout.words[at] in grammar["prepositions"]:
            return ""
        if layout.words[at] in names["product_kinds"]:
            makes = layout.word(at + 1) in grammar["company_nouns"] and layout.gap(at + 1) == " "
            return "company" if makes else "product"
        if layout.words[at] in grammar["company_nouns"] or layout.words[at] in grammar["party_nouns"]:
            return "company"
    return ""


def _weigh_person(layout: Layout, candidate: Candidate, first: int, stop: int) -> None:
    names = lexicon("names")
    before, several = layout.word(first - 1), len(candidate.words) > 1
    if (before in names["titles"] and layout.word(first - 2) not in names["managed"]) or (
        layout.gap(stop) == ", " and _titled(layout, stop)
    ):
        candidate.person += 2
    if (
        several
        and layout.word(stop) in names["leads"]
        and may_name(layout, stop + 1)
        and layout.capital(stop + 1)
    ):
        candidate.person += 3
    if layout.gap(stop).startswith(",") and layout.word(stop) == "who":
        candidate.person += 2
    if several and candidate.words[-1] not in names["suffixes"] and _meant_by_pronoun(layout, stop):
        candidate.person += 2
    if several and before == "by" and layout.sentences[layout.of_word[first]].stop - stop <= 4:
        candidate.person += 2
    if several and any(word in names["titles"] for word in layout.words[max(0, first - 3) : first]):
        candidate.person += 1


def _meant_by_pronoun(layout: Layout, stop: int) -> bool:
    """Whether "he" or "she" goes on where a name stood: "Nora Quist is in boots. She says"."""
    sentence = layout.sentences[layout.of_word[stop - 1]]
    after = layout.word(sentence.stop)
    return after in ("he", "she") and stop - sentence.first <= 6


def _titled(layout: Layout, stop: int) -> bool:
    """Whether a title follows within four words, before the next comma: ", its chief executive"."""
    names = lexicon("names")
    for index in range(stop, min(stop + 4, len(layout.words))):
        if index > stop and "," in layout.gap(index):
            return False
        if layout.words[index] in names["titles"]:
            return True
    return False


def titles_section(layout: Layout, index: int, stop: int) -> bool:
    """Whether a heading in capitals begins with these words and a bracket or nothing follows: "QUARREL LABS (software)"."""
    sentence = layout.sentences[layout.of_word[index]]
    if sentence.first != index or not layout.text[layout.starts[index] : layout.ends[stop - 1]].isupper():
        return False
    gap = layout.gap(stop)
    if not index and gap.strip(" .") in ("-", "\u2013", "\u2014", ":"):
        return not {"we", "our"}.isdisjoint(layout.words)
    legal = layout.words[stop - 1] in lexicon("names")["suffixes"] and stop - index > 1
    ends = "\n" in gap or (legal and gap.strip(" .") in ("-", "\u2013", "\u2014", ":", ","))
    return gap.lstrip().startswith("(") or (ends and (legal or not gap.strip()))
