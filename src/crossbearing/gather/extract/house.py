"""Whose "we" a text speaks in: the company of whoever is interviewed, writes the memo or answers on the call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.names import Name

TITLES_BACK = 7
NAME_LENGTH = 6
TURNS = frozenset((("q",), ("a",)))
ADDRESSED = ("from", "to", "subject", "re", "date")


def house_of(layout: Layout, names: Sequence[Name]) -> str:
    """The company that "we" and, in questions, "you" stand for; empty where the text does not tell.

    A text of questions and answers tells it in its introduction, a memo by the words of its own people: "here at Acme".
    """
    if _interviews(layout):
        return _introduced(layout, names)
    if _addressed(layout):
        return _insiders(layout, names)
    return ""


def fund_of(layout: Layout) -> str:
    """The fund that writes to its partners, from the head of its letter; empty where the text is no such letter."""
    salutes = any(
        layout.words[s.first : s.stop] in (["dear", "partners"], ["dear", "limited", "partners"])
        for s in layout.sentences[:10]
    )
    head = layout.sentences[0]
    if not salutes or not head.heading or head.stop - head.first > NAME_LENGTH:
        return ""
    capital = all(layout.capital(at) for at in range(head.first, head.stop))
    return layout.text[head.start : head.end].strip(" #*") if capital else ""


def _interviews(layout: Layout) -> bool:
    """Whether turns of questions and answers are labelled so."""
    labels = {tuple(layout.words[s.first : s.stop]) for s in layout.sentences if s.label}
    return bool(labels & TURNS)


def _addressed(layout: Layout) -> bool:
    """Whether the text opens like a memo or a mail: From, To, Subject."""
    heads = Counter(layout.words[s.first] for s in layout.sentences[:8] if ":" in layout.gap(s.first + 1))
    return sum(word in heads for word in ADDRESSED) > 1


def _introduced(layout: Layout, names: Sequence[Name]) -> str:
    """The company before the first turn whose person is named: "Acme's Nora Quist", "the founder of Acme"."""
    first = next((s.first for s in layout.sentences if s.label), 0)
    told = [n for n in names if n.first < first and n.kind == "company"]
    for name in told:
        if _of_person(layout, name, names):
            return name.entity
    return ""


def _of_person(layout: Layout, name: Name, names: Sequence[Name]) -> bool:
    """Whether a name is the company of a person who stands beside it."""
    leaders = lexicon("names")["leaders"]
    if name.owner and (
        not leaders.isdisjoint(layout.words[name.stop : name.stop + 3])
        or any(n.first == name.stop and n.kind == "person" for n in names)
    ):
        return True
    window = layout.words[max(0, name.first - TITLES_BACK) : name.first]
    if window[-1:] in (["of"], ["at"]):
        return not leaders.isdisjoint(window)
    return window[-1:] != [] and window[-1] in lexicon("names")["leads"]


def _insiders(layout: Layout, names: Sequence[Name]) -> str:
    """The company that a memo speaks of from within: "here at Acme", "inside Acme", "we at Acme"."""
    counts: Counter[str] = Counter()
    for name in names:
        before = layout.words[max(0, name.first - 2) : name.first]
        if name.kind == "company" and _from_within(before):
            counts[name.entity] += 1
    return counts.most_common(1)[0][0] if counts else ""


def _from_within(before: Sequence[str]) -> bool:
    """Whether the words before a name place writer and reader in it."""
    table = lexicon("grammar")
    return bool(before) and (
        before[-1] in table["within"] or (before[-1] == "at" and before[0] in table["ourselves"])
    )
