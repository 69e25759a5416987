"""Long and short forms of names, and names of unusual build: digits and signs ("Zed26", "Acme.ai"), a word beside them, 's."""

from __future__ import annotations

import re
from itertools import compress

from crossbearing.gather.extract.evidence import Candidate, apposed, weigh_suffix
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon

MANY = 2
BONDS = frozenset(("", ".", "&"))
ENDINGS = ("'s", "\u2019s")
_MIXED = re.compile(
    r"(?<![\w.@/&$-])(?:(?P<letters>[A-Z][A-Za-z]{0,11})\d{1,2}(?:\.(?:ai|io|com))?|\d{1,2}[A-Z][A-Za-z]*|\d{2}[a-z]{4,}"
    r"|[A-Z][A-Za-z]*\.(?:com|ai|io|org|net|app|xyz|tv)|[A-Z]{1,2}&[A-Z]{1,2})(?![\w&-])(?!\.\d)"
)
_UNITS = re.compile(r"\d+(?:[MBKTHQDGFSPC]|[kMGT]Wh?|[A-Z]{3})$")


def mixed_names(layout: Layout, taken: set[int]) -> dict[tuple[str, ...], Candidate]:
    """Candidates of letters with digits, dots or an ampersand: "Zed26", "9Q", "Acme.com", "V&Q"."""
    found: dict[tuple[str, ...], Candidate] = {}
    bound = compress(
        range(len(layout.gaps)), map(BONDS.__contains__, layout.gaps)
    )  # the expression is tried only there
    tried = (_MIXED.match(layout.text, layout.starts[at - 1]) for at in bound if 0 < at < len(layout.words))
    for match in filter(None, tried):
        text = match[0]
        numbered = lexicon("names")["numbered"]
        first, last = layout.word_at(match.start()), layout.word_at(match.end() - 1)
        if layout.word(last + 1) in lexicon("names")["suffixes"] and layout.gap(last + 1) == " ":
            last += layout.capital(last + 1)
            text = layout.text[layout.starts[first] : layout.ends[last]]
        elif (match["letters"] or text).lower() in numbered or _UNITS.match(text):
            continue
        if first == last or first in taken or layout.starts[first] != match.start():
            continue
        words = tuple(layout.words[first : last + 1])
        candidate = found.setdefault(words, Candidate(words, text, mixed=True))
        candidate.places.append((first, last + 1))
    return found


def lengthen(layout: Layout, candidates: dict[tuple[str, ...], Candidate]) -> None:
    """Takes into a name the common word with a capital that stands beside it wherever it is written."""
    for words in list(candidates):
        candidate = candidates[words]
        if len(candidate.places) < MANY or candidate.mixed:
            continue
        left, right = _beside(layout, candidate, -1), _beside(layout, candidate, 1)
        if not (left or right):
            continue
        longer = (*left, *words, *right)
        first, stop = candidate.places[-1]
        first, stop = first - len(left), stop + len(right)
        text = layout.text[layout.starts[first] : layout.ends[stop - 1]]
        text = text[:-2] if layout.owner[stop - 1] and text[-2:-1] in "'\u2019" else text
        other = candidates.setdefault(longer, Candidate(longer, text))
        other.places += [(a - len(left), b + len(right)) for a, b in candidates.pop(words).places]


def _beside(layout: Layout, candidate: Candidate, side: int) -> tuple[str, ...]:
    """The one word before or after a name in all its places; empty where it is no part of the name."""
    words: set[str] = set()
    within = False
    for first, stop in candidate.places:
        at = first - 1 if side < 0 else stop
        if not 0 <= at < len(layout.words) or layout.gap(first if side < 0 else stop) != " ":
            return ()
        sentence = layout.sentences[layout.of_word[first]]
        if (
            layout.of_word[at] != layout.of_word[first]
            or not layout.capital(at)
            or layout.owner[min(at, first)]
        ):
            return ()
        words.add(layout.words[at])
        within |= at > sentence.first and not sentence.heading
        if len(words) > 1:
            return ()
    within |= side < 0 and words <= lexicon("names")["places"]
    return tuple(words) if within and _may_belong(next(iter(words)), side) else ()


def _may_belong(word: str, side: int) -> bool:
    """Whether a word may be a part of a name: no title, day, month or noun for a company's people."""
    names, grammar = lexicon("names"), lexicon("grammar")
    plain = word in names["titles"] or word in grammar["months"] or word in names["always"] or len(word) < 3
    if side > 0:
        return not plain and word not in names["product_kinds"] and word not in names["places"]
    nationality = word.endswith(("ish", "ese", "ian", "ean", "ch"))
    return not plain and word not in names["kinds"] and not nationality and word not in grammar["openers"]


def ends_in_s(layout: Layout, candidate: Candidate) -> bool:
    """Whether the 's is a part of the name: it stands in every place, and most have no noun after it."""
    if not all(layout.owner[stop - 1] for _, stop in candidate.places):
        return False
    alone = sum(loose(layout, stop) for _, stop in candidate.places)
    return alone * 2 >= len(candidate.places) and alone > 1


def loose(layout: Layout, stop: int) -> bool:
    """Whether what follows a possessive is no noun: a verb, a preposition, a comma or the end."""
    after, grammar = layout.word(stop), lexicon("grammar")
    return (
        layout.gap(stop) != " "
        or (after in lexicon("names")["verbs"] and after not in lexicon("names")["owned"])
        or after in grammar["auxiliaries"]
        or after in grammar["prepositions"]
        or after in ("and", "or", "says", "said")
    )


def merge_short_forms(layout: Layout, candidates: dict[tuple[str, ...], Candidate]) -> None:
    """A name that begins a longer one is its short form: "Brindle" after "Brindle Robotics"."""
    legal = lexicon("names")["legal"]
    _without_epithets(layout, candidates)
    several = _several(candidates)
    for words in sorted(candidates, key=len, reverse=True):
        if words not in candidates or len(words) < 2:
            continue
        stem = words
        while len(stem) > 1 and stem[-1] in legal:
            stem = stem[:-1]
        for cut in range(len(words) - 1, 0, -1):
            short = candidates.get(words[:cut])
            if _names_product(layout, candidates[words]) or words in several:
                break
            if short is not None and (cut == 1 or words[:cut] == stem):
                longer = candidates.pop(words)
                short.places += longer.places
                weigh_suffix(short, longer.words)
                short.text = _stripped(short, longer)
                break


def _several(candidates: dict[tuple[str, ...], Candidate]) -> set[tuple[str, ...]]:
    """Long forms of which one short form has more than one: "Acme Code" and "Acme Swift" are products, not Acme's full name."""
    plain = lexicon("names")["suffixes"] | lexicon("names")["places"]
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in candidates:
        if len(words) > 1 and words[:1] in candidates and words[1] not in plain:
            found.setdefault(words[0], []).append(words)
    return {words for group in found.values() if len({w[1] for w in group}) > 1 for words in group}


def _without_epithets(layout: Layout, candidates: dict[tuple[str, ...], Candidate]) -> None:
    """An adjective with the capital of its sentence is no part of a name: "Tiny Acme" is Acme."""
    for words in [w for w in candidates if len(w) > 1 and w[0] in lexicon("names")["epithets"]]:
        opens = all(layout.sentences[layout.of_word[a]].first == a for a, _ in candidates[words].places)
        if not opens:
            continue
        longer = candidates.pop(words)
        text = longer.text.partition(" ")[2]
        shorter = candidates.setdefault(words[1:], Candidate(words[1:], text))
        shorter.places += [(a + 1, b) for a, b in longer.places]


def _names_product(layout: Layout, longer: Candidate) -> bool:
    """Whether words beside a name call it a product: "Acme Quill, its writing tool" is not Acme."""
    kinds = lexicon("names")["product_kinds"]
    return any(
        (layout.gap(stop).startswith(",") and apposed(layout, stop) == "product")
        or layout.word(first - 1) in kinds
        for first, stop in longer.places[:10]
    )


def _stripped(short: Candidate, longer: Candidate) -> str:
    """The form printed: the short one where it stands at least as often as the longer."""
    return short.text if 2 * len(longer.places) <= len(short.places) + 1 else longer.text
