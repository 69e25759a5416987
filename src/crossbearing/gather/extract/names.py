"""Words -> names of companies, products and people: those of the book, and capitalised names the book does not know."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import compress
from typing import NamedTuple

from crossbearing.gather.extract.capitals import find_proper, may_name
from crossbearing.gather.extract.evidence import (
    ASIDES,
    OPENING,
    Candidate,
    apposed,
    cites,
    signs,
    titles_section,
    weigh,
)
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon, trade_words
from crossbearing.gather.extract.places import datelines
from crossbearing.gather.extract.salience import weigh_names
from crossbearing.gather.extract.shapes import (
    ENDINGS,
    ends_in_s,
    lengthen,
    loose,
    merge_short_forms,
    mixed_names,
)
from crossbearing.vocabulary.book import Entity

LONGEST = 6
_NATIONS = ("ish", "ese", "ian", "ean", "ch", "can")
BEING = frozenset(("is", "was", "has", "had", "does", "did", "will", "would", "can", "says", "said"))
NAME_JOINS = frozenset((" ", "-", "&", " & ", ".", "\u00a0"))


class Name(NamedTuple):
    """A name in the text.

    Attributes:
        first, stop: Its words; `stop` is excluded.
        entity: Canonical name.
        kind: company, product, market, group, outlet (a paper, a wire, a site) or person.
        owner: Whether it carries a possessive ending.
        salience: How much the text is about what it names.
        owning: Log-odds that it owns a figure of the text.
    """

    first: int
    stop: int
    entity: str
    kind: str
    owner: bool
    salience: float = -math.inf
    owning: float = 0.0


Trie = dict[str, list[tuple[tuple[str, ...], str, str]]]


@lru_cache(maxsize=8)
def _book_names(entities: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Trie:
    """Spellings of the book's entities by their first word, longest first."""
    found: Trie = {}
    for name, kind, aliases in entities:
        for spelling in (name, *aliases):
            words = tuple(w.lower() for w in _plain_words(spelling))
            if words and (len(words) > 1 or words[0] not in lexicon("names")["common"]):
                found.setdefault(words[0], []).append((words, name, kind))
    for spellings in found.values():
        spellings.sort(key=lambda row: -len(row[0]))
    return found


def _plain_words(text: str) -> list[str]:
    from crossbearing.gather.extract.layout import _TOKEN

    return [m[0].removesuffix("'s").removesuffix("\u2019s") for m in _TOKEN.finditer(text)]


def find_names(layout: Layout, entities: Iterable[Entity]) -> list[Name]:
    """Names of a document, in order. The book's own win; others need evidence that they name a company."""
    trie = _book_names(tuple((e.name, e.kind, tuple(e.aliases)) for e in entities))
    known = _known_names(layout, trie)
    taken = {index for name in known for index in range(name.first, name.stop)}
    return sorted(_new_names(layout, taken, known), key=lambda name: name.first)


def _known_names(layout: Layout, trie: Trie) -> list[Name]:
    words, found, stop = layout.words, [], 0
    if trie.keys().isdisjoint(words):
        return []
    for index, word in enumerate(words):
        if index < stop or word not in trie:
            continue
        for spelling, entity, kind in trie[word]:
            end = index + len(spelling)
            if tuple(words[index:end]) == spelling and _cased(layout, index, entity):
                signed = layout.of_word[index] < OPENING and signs(layout, index, end)
                owner = layout.owner[end - 1] and not (entity.endswith(ENDINGS) and loose(layout, end))
                found.append(Name(index, end, entity, "outlet" if signed else kind, owner))
                stop = end
                break
    return found


def _cased(layout: Layout, index: int, entity: str) -> bool:
    """A name written with capitals is matched only where the text has one too."""
    text = layout.text[layout.starts[index] : layout.ends[index]]
    return entity == entity.lower() or text != text.lower()


def _new_names(layout: Layout, taken: set[int], known: Sequence[Name]) -> list[Name]:
    find_proper(layout)
    mixed = mixed_names(layout, taken)
    taken = taken.union(at for c in mixed.values() for a, b in c.places for at in range(a, b))
    candidates = _candidates(layout, taken)
    lengthen(layout, candidates)
    candidates.update(_small_brands(layout, taken) | mixed)
    merge_short_forms(layout, candidates)
    text = layout.text
    for town in datelines(layout) & candidates.keys():
        candidates[town].place += 4
    asked = {word for words in candidates for word in words}
    places = ((layout.words[at], layout.starts[at]) for at in layout.places_of(asked))
    lower = {word for word, start in places if _in_running_text(text, start, len(word))}
    for candidate in candidates.values():
        weigh(layout, candidate)
    _weigh_surnames(candidates)
    _weigh_together(layout, candidates)
    people = {c.words[-1] for c in candidates.values() if c.person > c.company}
    people.update(w for s in layout.sentences if s.label for w in layout.words[s.first : s.stop])
    kinds = {words: _kind(candidate, lower, people) for words, candidate in candidates.items()}
    weights = weigh_names(layout, candidates, kinds, lower, known)
    found = [name._replace(**weights[name.entity,]._asdict()) for name in known]
    for words, candidate in candidates.items():
        kind = kinds[words]
        if kind:
            whole = ends_in_s(layout, candidate)
            article = words[-1] == "company" and all(_after_the(layout, a) for a, _ in candidate.places)
            entity = ("The " if article else "") + _printed(candidate) + ("'s" if whole else "")
            found += [
                Name(a, b, entity, kind, layout.owner[b - 1] and not whole, *weights[words])
                for a, b in candidate.places
            ]
    return found + _in_headings(layout, found, taken)


def _after_the(layout: Layout, first: int) -> bool:
    """Whether "The" with a capital stands before a name."""
    return layout.word(first - 1) == "the" and layout.capital(first - 1)


def _weigh_together(layout: Layout, candidates: dict[tuple[str, ...], Candidate]) -> None:
    """A name joined by "and" to a company is one too, where nothing speaks against it: "Acme and Brindle have"."""
    ends = {stop: c for c in candidates.values() for _, stop in c.places}
    for right in candidates.values():
        for first, _ in right.places:
            left = ends.get(first - 1) if layout.word(first - 1) in ("and", "or") else None
            if left is None or layout.gap(first - 1) != " " or layout.gap(first) != " ":
                continue
            for one, other in ((left, right), (right, left)):
                alone = not (other.company or other.person or other.place or other.outlet or other.product)
                if alone and one.company >= 1 and not one.person:
                    other.company += 1


def _weigh_surnames(candidates: dict[tuple[str, ...], Candidate]) -> None:
    """A name whose last word alone is used again is a person's; a company is called by its first."""
    table = lexicon("names")
    for words, candidate in candidates.items():
        last = candidates.get(words[-1:])
        if len(words) != 2 or last is None or words[:1] in candidates or words[-1] in table["press"]:
            continue
        if words[-1] not in table["suffixes"] and last.company <= len(last.places) and not candidate.mixed:
            candidate.person += candidate.company + 1


def _in_headings(layout: Layout, found: Sequence[Name], taken: set[int]) -> list[Name]:
    """Names of the text again in its headings, where capitals by themselves say nothing."""
    known = {tuple(layout.words[n.first : n.stop]): n for n in found if n.kind in ("company", "product")}
    first_words = {words[0] for words in known}
    used = taken.union(at for name in found for at in range(name.first, name.stop))
    again: list[Name] = []
    for sentence in layout.sentences:
        if not sentence.heading:
            continue
        for at in range(sentence.first, sentence.stop):
            if layout.words[at] not in first_words or at in used or not layout.capital(at):
                continue
            fitting = [w for w in known if tuple(layout.words[at : at + len(w)]) == w]
            if fitting:
                words = max(fitting, key=len)
                stop = at + len(words)
                again.append(known[words]._replace(first=at, stop=stop, owner=layout.owner[stop - 1]))
    return again


def _in_running_text(text: str, start: int, length: int) -> bool:
    """Whether a word is written small, and not within an address of the web or of mail."""
    return text[start : start + length].islower() and text[start - 1 : start] not in ("@", ".", "/")


def _candidates(layout: Layout, taken: set[int]) -> dict[tuple[str, ...], Candidate]:
    """Runs of capitalised words outside headings, without leading common words."""
    found: dict[tuple[str, ...], Candidate] = {}
    count, reached = len(layout.words), 0
    cased: dict[int, bool] = {}
    for index in _capitals(layout):
        if index < reached or index in taken:
            continue
        named = may_name(layout, index) or _may_lead(layout, index)
        if not named or layout.sentences[layout.of_word[index]].label:
            continue
        stop = index + 1
        while stop < min(count, index + LONGEST) and stop not in taken and _goes_on(layout, index, stop):
            stop += 1
        if cites(layout, index, stop) or _labels_line(layout, index, stop):
            pass
        elif _plain_case(layout, index, cased) or titles_section(layout, index, stop):
            words = tuple(layout.words[index:stop])
            text = layout.text[layout.starts[index] : layout.ends[stop - 1]]
            text = text[:-2] if layout.owner[stop - 1] and text[-2:-1] in "'\u2019" else text
            text = _lowered(text) if text.isupper() and len(text) > 5 else text
            found.setdefault(words, Candidate(words, text)).places.append((index, stop))
        reached = stop
    return found


def _labels_line(layout: Layout, index: int, stop: int) -> bool:
    """Whether a line begins with a common word, these words and a colon: "Customer Concentration: 77%"."""
    number = layout.of_word[index]
    first = layout.sentences[number].first
    if not 0 < index - first < LONGEST or ":" not in layout.gap(stop):
        return False
    common, trade = lexicon("names")["common"], trade_words()
    return all(
        layout.capital(at) and (layout.words[at] in common or layout.words[at] in trade)
        for at in range(first, index)
    )


def _may_lead(layout: Layout, index: int) -> bool:
    """Whether a common word begins a name inside a sentence: "told Northern Wire", "of First Harvest"."""
    names, word = lexicon("names"), layout.words[index]
    if word not in names["leading"] and layout.word(index + 1) not in names["suffixes"]:
        return False
    firm = (
        layout.word(index + 1) in names["suffixes"]
        and not layout.text[layout.starts[index] : layout.ends[index]].isupper()
    )
    if word.endswith(_NATIONS) and layout.word(index + 1) == "ai":
        return False
    return (
        (word in names["leading"] or (firm and word not in _small_words()))
        and (
            layout.sentences[layout.of_word[index]].first != index
            or _led_elsewhere(layout, index)
            or (firm and _acts_or_aside(layout, index + 2))
        )
        and layout.capital(index)
        and index + 1 < len(layout.words)
        and layout.gap(index + 1) == " "
        and _goes_on(layout, index, index + 1)
    )


def _acts_or_aside(layout: Layout, stop: int) -> bool:
    """Whether a verb or an aside follows: "Plover Data raised", "Plover Data, valued at"."""
    after = layout.word(stop)
    verb = layout.gap(stop) == " " and (after in lexicon("grammar")["predicates"] or after.endswith("ed"))
    return verb or (layout.gap(stop) == ", " and after in ASIDES)


@cache
def _small_words() -> frozenset[str]:
    """Words of grammar, which have a capital only where a sentence begins."""
    grammar = lexicon("grammar")
    groups = ("openers", "prepositions", "clause_words", "auxiliaries", "pronouns", "negations", "months")
    return frozenset().union(*(grammar[group] for group in groups), lexicon("names")["always"])


def _led_elsewhere(layout: Layout, index: int) -> bool:
    """Whether the same two words stand with capitals inside a sentence, too: "Third Harvest" and "that Third Harvest"."""
    pair = f" {layout.text[layout.starts[index] : layout.ends[min(index + 1, len(layout.words) - 1)]]}"
    if pair not in layout.led:
        layout.led[pair] = any(
            layout.text[m.start() - 1].isalpha() or layout.text[m.start() - 1] == ","
            for m in re.finditer(re.escape(pair), layout.text)
            if m.start()
        )
    return layout.led[pair]


def _small_brands(layout: Layout, taken: set[int]) -> dict[tuple[str, ...], Candidate]:
    """Names that are written small even where a sentence begins: "pennyloop's sales rose."."""
    names, opened, named = lexicon("names"), set[str](), set[str]()
    text, starts, words = layout.text, layout.starts, layout.words
    for at in [s.first for s in layout.sentences if text[starts[s.first] : layout.ends[s.first]].islower()]:
        word = words[at]
        told = layout.gap(at + 1) == ", " and apposed(layout, at + 1) == "company"
        if told:
            named.add(word)
        acts = layout.owner[at] or layout.word(at + 1) in names["verbs"] or layout.word(at + 1) in BEING
        plain = len(word) < 4 or not word.isalpha() or word in trade_words()
        if word not in names["common"] and (told or (acts and not plain)):
            opened.add(word)
    for at in [at for at in compress(range(len(words)), layout.owner) if text[starts[at]].islower()]:
        word = words[at]
        if len(word) > 3 and word.isalpha() and layout.word(at + 1) in names["owned"]:
            plain = word in names["owners"] or word in names["common"] or word in trade_words()
            if not plain and not word.endswith("s"):
                opened.add(word)
    found: dict[tuple[str, ...], Candidate] = {}
    if opened:
        for at in layout.places_of(opened):
            word = words[at]
            if at not in taken and layout.text[layout.starts[at]].islower():
                found.setdefault((word,), Candidate((word,), word, company=2)).places.append((at, at + 1))
    return {
        words: candidate
        for words, candidate in found.items()
        if len(candidate.places) > 1 or words[0] in named
    }


def _capitals(layout: Layout) -> list[int]:
    """Words with a capital in them."""
    text, found = layout.text, []
    for at in layout.cased:
        start = layout.starts[at]
        opening = text[start : min(start + 2, layout.ends[at])]
        if opening[0].isupper() or (opening[0].isalpha() and opening[1:].isupper()):
            found.append(at)
    return found


def _goes_on(layout: Layout, index: int, stop: int) -> bool:
    """Whether a capitalised word continues a name: a place or a legal form may, a common word may not."""
    if layout.text[layout.starts[stop] : layout.ends[stop]].islower():
        return False
    if (
        layout.owner[stop - 1]
        or layout.of_word[stop] != layout.of_word[index]
        or not (layout.gap(stop) in NAME_JOINS or _legal_after(layout, stop))
    ):
        return False
    names = lexicon("names")
    word = layout.words[stop]
    extends = word in names["suffixes"] or word in names["places"] or word in names["press"]
    return may_name(layout, stop) or (extends and layout.capital(stop))


def _legal_after(layout: Layout, stop: int) -> bool:
    """Whether a comma and a legal form follow a name: "Acme, Inc."."""
    return (
        layout.gap(stop) == ", " and layout.words[stop] in lexicon("names")["legal"] and layout.capital(stop)
    )


def _plain_case(layout: Layout, index: int, seen: dict[int, bool]) -> bool:
    """Whether capitals mean names here: not in a heading in title case or in capitals throughout."""
    number = layout.of_word[index]
    if number not in seen:
        sentence = layout.sentences[number]
        if not sentence.heading:
            seen[number] = True
            return True
        places = range(sentence.first, sentence.stop)
        small = [at for at in places if not layout.capital(at) and layout.words[at][0].isalpha()]
        long = [at for at in small if len(layout.words[at]) > 3]
        tall = [at for at in places[1:] if layout.capital(at) and len(layout.words[at]) > 3]
        named = [at for at in tall if layout.words[at] not in lexicon("names")["common"]]
        runs = sum(at - 1 not in named for at in named)
        seen[number] = len(long) >= 2 or len(long) * 3 >= len(places) or 0 < runs <= len(long)
    return seen[number]


def _lowered(text: str) -> str:
    """A name in capitals as it would be written elsewhere; short words are taken for initials."""
    return " ".join(word if len(word) <= 2 else word.capitalize() for word in text.split(" "))


def _kind(candidate: Candidate, lower: set[str], people: set[str]) -> str:
    """company, product or person; empty where nothing says that the words name one."""
    single = len(candidate.words) == 1
    if _is_person(candidate, people):
        return "person"
    if _common_end(candidate) or max(candidate.place, 2 * candidate.measure) > candidate.company:
        return ""
    if candidate.outlet > candidate.company or (
        candidate.outlet > 1 and candidate.outlet + 2 > candidate.company
    ):
        return "outlet"
    sure = candidate.company >= 2 or (candidate.company and not single and not candidate.mixed)
    if candidate.mixed and not sure:
        return ""
    if not sure and single and (candidate.words[0] in lower or candidate.words[0] in trade_words()):
        return ""
    told = (
        candidate.company
        or candidate.product >= 2
        or (len(candidate.places) >= 2 and candidate.inside and candidate.bare)
    )
    return ("product" if candidate.product > candidate.company else "company") if sure or told else ""


def _common_end(candidate: Candidate) -> bool:
    """Whether a name is only the last word of one ("Group", "Wire"), or ends like a street or a bay."""
    names, last = lexicon("names"), candidate.words[-1]
    if len(candidate.words) == 1:
        return last in names["suffixes"] or last in names["press"]
    return last in names["grounds"] and candidate.company < 2


def _is_person(candidate: Candidate, people: set[str]) -> bool:
    """Whether the words name a person: by title, first name or verb, or because a speaker is called so."""
    single = len(candidate.words) == 1
    if not single and people.issuperset(candidate.words):
        return True
    return candidate.person > candidate.company or (
        single and candidate.words[0] in people and candidate.company < 3
    )


def _printed(candidate: Candidate) -> str:
    """The name without legal forms."""
    words = candidate.text.split()
    while len(words) > 1 and words[-1].lower().strip(".,") in lexicon("names")["legal"]:
        words.pop()
    return " ".join(words).strip(".,")
