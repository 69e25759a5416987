"""Whose "we" a text speaks in: the company of whoever is interviewed, writes the memo or answers on the call."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.names import Name

_MAIL = re.compile(r"@(?P<stem>[a-z][a-z0-9-]{2,30})\.[a-z]")
MAIL_HEAD = 500
PUBLIC = frozenset(("gmail", "outlook", "hotmail", "yahoo", "icloud", "proton", "protonmail"))
TITLES_BACK = 7
NAME_LENGTH = 6
SIGNS = 4
MEMBERS = 2
TURNS = frozenset((("q",), ("a",)))
ADDRESSED = ("from", "to", "subject", "re", "date")


def house_of(layout: Layout, names: Sequence[Name]) -> tuple[str, frozenset[str]]:
    """The company that "we" and, in questions, "you" stand for, and the labels of those who ask; empty where nothing tells it.

    A text of questions and answers tells it in its introduction, a memo or a letter by the words of its own people ("here at
    Acme") or by who signs it.
    """
    labels = {tuple(layout.words[s.first : s.stop]) for s in layout.sentences if s.label}
    if labels & TURNS:
        return _introduced(layout, names), frozenset("q")
    if ("operator",) in labels:
        first = next(s.first for s in layout.sentences if s.label)
        told = [n.entity for n in names if n.first < first and n.kind == "company"]
        return (told[0] if told else ""), frozenset(("operator", "analyst"))
    if labels:
        return _guest(layout, names, labels)
    if _addressed(layout):
        return _insiders(layout, names) or _signed(layout, names) or _domain(layout, names), frozenset()
    return "", frozenset()


def _guest(layout: Layout, names: Sequence[Name], labels: set[tuple[str, ...]]) -> tuple[str, frozenset[str]]:
    """The company of the one person of a transcript who leads a company; the others ask."""
    for person in names:
        called = set(layout.words[person.first : person.stop])
        own = {label for label in labels if called & set(label)}
        if person.kind != "person" or len(own) != 1 or person.first > layout.sentences[-1].first // 2:
            continue
        firm = _firm_beside(layout, person, names)
        if firm:
            return firm, frozenset(label[0] for label in labels - own)
    return "", frozenset()


def _firm_beside(layout: Layout, person: Name, names: Sequence[Name]) -> str:
    """In "Nora Quist, chief executive of Acme", "Acme's founder, Nora Quist" and "its founder, Nora Quist": Acme."""
    leaders = lexicon("names")["leaders"]
    after = layout.words[person.stop : person.stop + TITLES_BACK]
    before = layout.words[max(0, person.first - 4) : person.first]
    firms = [n for n in names if n.kind == "company"]
    if not leaders.isdisjoint(after[:4]):
        told = [n for n in firms if 0 < n.first - person.stop <= TITLES_BACK]
        if told:
            return told[0].entity
    if not leaders.isdisjoint(before):
        told = [n for n in firms if n.first < person.first]
        return told[0].entity if told else ""
    return ""


def opponents(layout: Layout, names: Sequence[Name]) -> set[str]:
    """Companies that a text in the first person sets itself against: "against Acme", "Brindle, our larger rival"."""
    grammar = lexicon("grammar")
    found = set()
    for name in names:
        before = layout.words[max(0, name.first - 4) : name.first]
        after = layout.words[name.stop : name.stop + 4]
        rival = "our" in before and not grammar["rival_nouns"].isdisjoint(before)
        rival |= after[:1] == ["our"] and not grammar["rival_nouns"].isdisjoint(after)
        if rival or (before and before[-1] in grammar["opposing"]):
            found.add(name.entity)
    return found


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


def _addressed(layout: Layout) -> bool:
    """Whether the text opens like a memo, a mail or a letter: From, To, Subject; "Dear colleagues"."""
    if any(layout.words[s.first] == "dear" and s.stop - s.first <= NAME_LENGTH for s in layout.sentences[:6]):
        return True
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
        ours = before[-1:] == ["at"] and layout.word(name.stop) == "we" and "." not in layout.gap(name.stop)
        if name.kind == "company" and (ours or _from_within(before)):
            counts[name.entity] += 1
    return counts.most_common(1)[0][0] if counts else ""


def _from_within(before: Sequence[str]) -> bool:
    """Whether the words before a name place writer and reader in it."""
    table = lexicon("grammar")
    return bool(before) and (
        before[-1] in table["within"] or (before[-1] == "at" and before[0] in table["ourselves"])
    )


def _signed(layout: Layout, names: Sequence[Name]) -> str:
    """The company under the name of who signs: "Chief executive, Acme"."""
    leaders = lexicon("names")["leaders"]
    for name in reversed([n for n in names if n.kind == "company"]):
        sentence = layout.sentences[layout.of_word[name.first]]
        lead = layout.words[max(0, name.first - 4) : name.first]
        ends = sentence.stop - name.stop <= 1 and layout.of_word[name.first] >= len(layout.sentences) - SIGNS
        if ends and not leaders.isdisjoint(lead):
            return name.entity
    return ""


def _domain(layout: Layout, names: Sequence[Name]) -> str:
    """The company whose domain sender and receivers of a mail share."""
    stems = [m["stem"] for m in _MAIL.finditer(layout.text, 0, MAIL_HEAD)]
    if len(stems) < MEMBERS or len(set(stems)) > 1 or stems[0] in PUBLIC:
        return ""
    known = (n.entity for n in names if n.entity.casefold().replace(" ", "") == stems[0].replace("-", ""))
    return next(known, stems[0].capitalize())
