"""What a capital letter says: whether a word may be part of a name, and which ordinary words a text uses as names."""

from __future__ import annotations

from collections import Counter

from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon, trade_words
from crossbearing.gather.extract.numbers import number_words

_NEVER = frozenset(("series", "gpus", "tpus", "ebitda", "sales", "work"))


def find_proper(layout: Layout) -> None:
    """Marks the words of the trade that the text uses as a name: a capital within sentences, and hardly ever small."""
    tall: Counter[str] = Counter()
    common, trade = lexicon("names")["common"], trade_words()
    for at in layout.cased:
        word = layout.words[at]
        if (word not in common and word not in trade) or not (layout.capital(at) and _within(layout, at)):
            continue
        if word in common and _owns_or_acts(layout, at):
            layout.proper.add(word)
        plain = word in trade and len(word) > 3 and word not in _NEVER
        if plain and layout.gap(at) == " " and not layout.capital(at - 1) and not _shouted(layout, at):
            tall[word] += 1
    for sentence in layout.sentences:
        if not (sentence.heading or sentence.label) and _acts_alone(layout, sentence):
            tall[layout.words[sentence.first]] += 1
    if tall:
        small = Counter(
            layout.words[at]
            for at in layout.places_of(tall)
            if not layout.capital(at) and _within(layout, at)
        )
        layout.proper.update(word for word, count in tall.items() if count > small[word])


def _within(layout: Layout, at: int) -> bool:
    """Whether a word stands in running text, and not first in its sentence."""
    sentence = layout.sentences[layout.of_word[at]]
    return at > sentence.first and not sentence.heading and not sentence.label


def _shouted(layout: Layout, at: int) -> bool:
    return layout.text[layout.starts[at] : layout.ends[at]].isupper()


def _owns_or_acts(layout: Layout, at: int) -> bool:
    """Whether a common word with a capital inside a sentence is used as a name: "that Figure's revenue", "when Runway raised"."""
    names, word = lexicon("names"), layout.words[at]
    text = layout.text[layout.starts[at] : layout.ends[at]]
    if (
        len(word) < 5
        or word in names["owners"]
        or not text[0].isupper()
        or text.isupper()
        or layout.capital(at - 1)
        or layout.gap(at) != " "
    ):
        return False
    if (
        word in lexicon("grammar")["months"]
        or word in names["leading"]
        or word in names["titles"]
        or word in names["always"]
    ):
        return False
    after = layout.word(at + 1)
    return (layout.owner[at] and after in names["owned"]) or after in names["acting"]


def _acts_alone(layout: Layout, sentence: Sentence) -> bool:
    """Whether a sentence begins with a word of the trade that owns or speaks as only a name does: "Anchor's revenue", "Anchor said"."""
    at = sentence.first
    word, after = layout.words[at], layout.word(at + 1)
    if word not in trade_words():
        return False
    grammar, names = lexicon("grammar"), lexicon("names")
    others = (
        grammar["company_nouns"],
        grammar["countable"],
        grammar["buyers"],
        names["kinds"],
        names["titles"],
    )
    plain = word in names["common"] or len(word) < 4 or word in _NEVER
    if plain or not layout.capital(at) or any(word in group for group in others):
        return False
    later = layout.words[at + 2 : at + 4] if after in ("has", "had") else ()
    return layout.owner[at] or after in names["acting"] or any(word in names["acting"] for word in later)


def may_name(layout: Layout, index: int) -> bool:
    """Whether a word may be part of a name: a capital in it, and no common word, month, place or acronym of the trade."""
    start, end = layout.starts[index], layout.ends[index]
    if layout.text[start:end].islower():
        return False
    if layout.text[start].isdigit() or layout.text[end : end + 1].isdigit():
        return False
    names = lexicon("names")
    word = layout.words[index]
    if word in names["common"] and word not in layout.proper and word.isalpha():
        return False
    opening = layout.sentences[layout.of_word[index]].first == index
    plain = (
        word in trade_words() or word in names["kinds"] or word in names["titles"] or word in number_words()
    )
    if opening and plain and word not in layout.proper:
        return False
    if "'" in word or "\u2019" in word:
        word = word.replace("\u2019", "'").partition("'")[0]
    if layout.text[start:end] in lexicon("numbers")["currencies"]:
        return False
    common = word in names["common"] and word not in layout.proper
    return len(word) > 1 and not common and word not in names["places"]
