"""Whose people speak: somebody with a title in a company speaks of that company wherever he is named again."""

from __future__ import annotations

from collections.abc import Sequence

from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.names import Name
from crossbearing.gather.extract.scene import Actor, Scene

BESIDE = 4


def voice_of(
    layout: Layout, sentence: Sentence, names: Sequence[Name], cast: Sequence[Actor], scene: Scene
) -> str:
    """The company of the person who is in a sentence by name or as "he" or "she"; empty where that is not known."""
    people = [name for name in names if name.kind == "person"]
    for name in people:
        key = layout.words[name.stop - 1]
        if key not in scene.people and _titled(layout, sentence, name):
            scene.people[key] = _firm_of(layout, name, cast, scene)
        scene.person = key
    if people or not {"he", "she"}.isdisjoint(layout.words[sentence.first : sentence.stop]):
        return scene.people.get(scene.person, "")
    return ""


def _titled(layout: Layout, sentence: Sentence, name: Name) -> bool:
    """Whether a title of a company's own people stands beside a person's name."""
    table = lexicon("names")
    beside = layout.words[max(sentence.first, name.first - BESIDE) : min(sentence.stop, name.stop + BESIDE)]
    outside = any(word in table["outsiders"] for word in beside)
    return not outside and any(word in table["leaders"] for word in beside)


def _firm_of(layout: Layout, name: Name, cast: Sequence[Actor], scene: Scene) -> str:
    """In "Acme's chief executive X", "X, finance chief of Acme" or "Acme, says its director X": Acme."""
    near = [a for a in cast if a.kind in ("company", "group")]
    after = [
        a for a in near if 0 <= a.first - name.stop <= 7 and layout.word(a.first - 1) in ("of", "at", "for")
    ]
    before = [a for a in near if 0 <= name.first - a.stop <= 5]
    strong = [a for a in near if a.weight >= 0.7 and a.first < name.first]
    for group in (after, before[-1:], strong):
        if group:
            return group[0].entity
    return scene.main if scene.opened or not scene.focus else scene.focus
