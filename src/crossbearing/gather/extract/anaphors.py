"""What "it", "we", "the company" and "its rival" stand for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from crossbearing.gather.extract.layout import APOSTROPHES, Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.scene import Actor, Scene

FIRST_PERSON = 0.6
IN_HOUSE = 0.75
LEADING = 0.95
FUNDING = 0.8
PLAIN = ("company", "firm", "startup", "group", "business")
BEFORE_RIVALS = ("its", "the", "their", "main", "primary", "chief", "larger", "smaller")


@cache
def _pointing() -> frozenset[str]:
    """Words that may stand for a company."""
    grammar = lexicon("grammar")
    persons = ("we", "our", "us", "you", "your", "it", "its", "they", "their")
    return frozenset(persons).union(_contracted(), grammar["rival_nouns"], grammar["company_nouns"])


@cache
def _contracted() -> dict[str, str]:
    """Pronouns by the words that they make with a verb: "we'd", "they're"."""
    return {
        person + mark + verb: person
        for person in ("we", "you", "it", "they")
        for mark in APOSTROPHES
        for verb in ("d", "ve", "re", "ll")
    }


def anaphors(
    layout: Layout, sentence: Sentence, named: Sequence[Actor], scene: Scene, speaking: dict[int, str]
) -> list[Actor]:
    """Pronouns and descriptions: "its", "the company", "the startup", "its rival"."""
    found: list[Actor] = []
    rivals, nouns = lexicon("grammar")["rival_nouns"], lexicon("grammar")["company_nouns"]
    pointing, words = _pointing(), layout.words
    if pointing.isdisjoint(words[sentence.first : sentence.stop]):
        return found
    for index in [at for at in range(sentence.first, sentence.stop) if words[at] in pointing]:
        word = _contracted().get(words[index], words[index])
        actor = None
        if word in ("we", "our", "us") and scene.main:
            actor = _first_person(layout, sentence, index, scene)
        elif word in ("you", "your"):
            actor = _asked(sentence, index, scene, owns=word == "your")
        elif word in ("it", "its", "they", "their"):
            actor = _pronoun(layout, named, index, scene, speaking, word)
        elif word in rivals and index > sentence.first and layout.words[index - 1] in BEFORE_RIVALS:
            entity = _rival_of(layout, named, index, scene)
            apposed = any(0 <= index - a.stop <= 3 and layout.gap(a.stop) == ", " for a in named)
            if entity and not apposed and not any(a.first == index + 1 for a in named):
                actor = Actor(index - 1, index + 1, entity, "company", layout.owner[index], 0.95, named=False)
        elif word in nouns and index > sentence.first and _definite(layout, index, sentence):
            actor = _described(layout, sentence, named, index, scene)
        if actor is not None:
            found.append(actor)
    return found


def _first_person(layout: Layout, sentence: Sentence, index: int, scene: Scene) -> Actor:
    """The "we" of a text is its company; within a quotation the one just named in the paragraph."""
    told = _quoted(layout, sentence, index) and scene.focused == sentence.paragraph
    if (
        scene.fund
        and not told
        and not lexicon("deals")["placing"].isdisjoint(layout.words[index : index + 3])
    ):
        return Actor(index, index + 1, scene.fund, "company", owner=False, weight=FUNDING, named=False)
    who, what = (scene.focus, scene.focus_kind) if told else (scene.main, scene.main_kind)
    owns = layout.words[index] == "our"
    weight = IN_HOUSE if scene.house else FIRST_PERSON
    weight = 0.3 if owns and leads_to_another(layout, index) else weight
    return Actor(index, index + 1, who, what, owns, weight, named=False)


def _asked(sentence: Sentence, index: int, scene: Scene, *, owns: bool) -> Actor | None:
    """The "you" of an interviewer is the company of whoever answers."""
    if not scene.house or scene.asked != sentence.paragraph:
        return None
    return Actor(index, index + 1, scene.house, "company", owns, FIRST_PERSON, named=False)


def _pronoun(
    layout: Layout, named: Sequence[Actor], index: int, scene: Scene, speaking: dict[int, str], word: str
) -> Actor | None:
    entity, kind = (
        _relative(layout, named, index)
        or _speaker_of(layout, named, index, speaking)
        or _antecedent(layout, named, index, scene)
    )
    if scene.house and entity == scene.house and word in ("they", "their") and scene.rival:
        entity = scene.rival
    if (
        word in ("they", "their")
        and scene.focused != scene.paragraph
        and scene.opened
        and entity == scene.focus
        and not scene.house
    ):
        entity, kind = scene.main, scene.main_kind
    weight = 0.95 if word in ("its", "it") else 0.6
    if word in ("its", "their") and leads_to_another(layout, index):
        weight = 0.3
    if word == "its" and any(a.first == index + 1 and a.kind == "company" for a in named):
        weight = 0.3
    if not entity or (word == "it" and _empty_it(layout, index)):
        return None
    return Actor(index, index + 1, entity, kind, word in ("its", "their"), weight, named=False)


def _described(
    layout: Layout, sentence: Sentence, named: Sequence[Actor], index: int, scene: Scene
) -> Actor | None:
    """Such as "the company", "the chipmaker": in a new paragraph the plain one is the company of the text."""
    entity, kind = _antecedent(layout, [a for a in named if a.kind != "product"], index, scene)
    plain = layout.words[index] in PLAIN and layout.words[index - 1] == "the"
    anew = plain and scene.focused != sentence.paragraph and not any(a.stop <= index for a in named)
    whole = layout.words[index - 1] == "whole" and not any(a.stop <= index for a in named)
    whole |= layout.words[index - 2] in ("valued", "valuing", "values") and layout.words[index] in PLAIN
    entity = scene.main if kind == "product" or ((anew or whole) and scene.opened) else entity
    if not entity:
        return None
    return Actor(index - 1, index + 1, entity, "company", layout.owner[index], 0.95, named=False)


def _quoted(layout: Layout, sentence: Sentence, index: int) -> bool:
    """Whether quotation marks open before a word in its sentence."""
    start = max(0, layout.starts[sentence.first] - 1)
    lead = layout.text[start : layout.starts[index]]
    return lead.count('"') % 2 == 1 or lead.count("\u201c") > lead.count("\u201d")


def leads_to_another(layout: Layout, index: int) -> bool:
    """Such as "its rival Acme", "its biggest backer": the figure is the other's."""
    kin = lexicon("grammar")["kin"]
    return any(word in kin for word in layout.words[index + 1 : index + 4])


def _speaker_of(
    layout: Layout, named: Sequence[Actor], index: int, speaking: dict[int, str]
) -> tuple[str, str] | None:
    """In "Acme said its sales rose" the pronoun is the speaker's; an estimator speaks of others."""
    for actor in reversed([a for a in named if a.stop <= index and a.first in speaking]):
        verbs = layout.words[actor.stop : actor.stop + 2]
        if any(verb in lexicon("names")["own_speech"] for verb in verbs):
            return actor.entity, actor.kind
    return None


def _relative(layout: Layout, named: Sequence[Actor], index: int) -> tuple[str, str] | None:
    """In "it competes with Acme, which said its sales rose" the pronoun is Acme's: the clause hangs on the name before it."""
    for at in range(index - 1, max(0, index - 14), -1):
        if ";" in layout.gap(at + 1) or layout.of_word[at] != layout.of_word[index]:
            return None
        if layout.words[at] in ("which", "who", "whose"):
            heads = [a for a in named if a.named and 0 <= at - a.stop <= 1]
            return (heads[-1].entity, heads[-1].kind) if heads else None
    return None


def _definite(layout: Layout, index: int, sentence: Sentence) -> bool:
    """Such as "the company", "the young startup", "the Berlin-based insurer" - but not "the company that" of a general remark."""
    words = layout.words
    if words[index + 1 : index + 2] in (["that"], ["which"], ["whose"]) and "," not in layout.gap(index + 1):
        return False
    for back in range(1, 5):
        at = index - back
        if at < sentence.first:
            return False
        if words[at] == "the":
            return True
        if words[at] in lexicon("grammar")["generic"]:
            return False
        if words[at] in lexicon("grammar")["prepositions"] or "," in layout.gap(at + 1):
            return False
    return False


def _empty_it(layout: Layout, index: int) -> bool:
    """The "it" of "it is clear that" stands for nobody."""
    following = layout.words[index + 1 : index + 4]
    return "that" in following and following[:1] in (["is"], ["was"])


def _in_aside(layout: Layout, actor: Actor, index: int) -> bool:
    """Whether an actor stands in an aside that has ended: "Acme, the firm that Brindle's founders left, is"."""
    here = layout.breaks[actor.first]
    return any(level < here for level in layout.breaks[actor.first : index])


def _antecedent(layout: Layout, named: Sequence[Actor], index: int, scene: Scene) -> tuple[str, str]:
    """The last subject named earlier in the sentence, else the focus of the paragraph."""
    earlier = [a for a in named if a.stop <= index and a.weight >= 0.7 and a.kind != "market"]
    earlier = [a for a in earlier if not _in_aside(layout, a, index)] or earlier
    if earlier:
        companies = [a for a in earlier if a.kind != "product"]
        companies = [a for a in companies if a.weight >= LEADING] or companies
        actor = (companies or earlier)[-1]
        return actor.entity, actor.kind
    weak = [a for a in named if a.stop <= index and a.kind == "company"]
    if weak and not scene.focus:
        return weak[-1].entity, weak[-1].kind
    if scene.focused < scene.paragraph - (scene.focus_kind != "product") and scene.opened:
        return scene.main, scene.main_kind
    return scene.focus or scene.main, scene.focus_kind


def _rival_of(layout: Layout, named: Sequence[Actor], index: int, scene: Scene) -> str:
    self_, _ = _antecedent(layout, named, index, scene)
    later = [a.entity for a in named if a.first > index and a.entity != self_ and a.kind == "company"]
    if later and named and min(abs(a.first - index) for a in named if a.entity == later[0]) <= 3:
        return ""
    if scene.rival and scene.rival != self_:
        return scene.rival
    return scene.main if scene.main != self_ else ""
