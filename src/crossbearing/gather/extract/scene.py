"""Who is on stage: the actors of a sentence and what the document has said of them so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from crossbearing.gather.extract.house import fund_of, house_of, opponents
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.names import Name

OPPOSED = 2.0
KINDS_OF_ACTOR = ("company", "product", "group")


class Actor(NamedTuple):
    """A name, a pronoun or a description in a sentence, with whom it stands for.

    Attributes:
        first, stop: Its words; `stop` is excluded.
        entity: Whom it stands for.
        kind: company, product, group or market.
        owner: Whether it owns what follows ("its", "Acme's").
        weight: 1 for a subject, less for the object of a preposition, a speaker or a pronoun.
        named: Whether it is a name rather than a pronoun or a description.
    """

    first: int
    stop: int
    entity: str
    kind: str
    owner: bool
    weight: float
    named: bool = True


@dataclass(slots=True)
class Scene:
    """Who a document is about, sentence by sentence.

    Attributes:
        main: The entity most often named.
        focus: Subject carried from sentence to sentence.
        rival: The other company last named.
        paragraph: Paragraph of the last sentence seen.
        focused: Paragraph in which the focus was named.
        section: The one entity that the heading above names.
        kinds: Kind of each entity.
        opened: Whether the main entity has been named.
        people: Company of each person, by last name.
        person: Last name of the person last named.
        voice: Company of the person who is in the sentence.
        house: Company of whoever speaks as "we" and is asked as "you", where the text tells it.
        asking: Labels of those who ask in an interview.
        owning: Log-odds that each entity owns a figure (`salience.py`).
        fund: Who writes a letter to the partners of a fund.
        told: Paragraph in which the main entity was last named.
        asked: Paragraph of the last question of an interview.
    """

    main: str = ""
    main_kind: str = "company"
    focus: str = ""
    focus_kind: str = "company"
    rival: str = ""
    paragraph: int = -1
    focused: int = -1
    section: str = ""
    kinds: dict[str, str] = field(default_factory=dict)
    opened: bool = False
    people: dict[str, str] = field(default_factory=dict)
    person: str = ""
    voice: str = ""
    house: str = ""
    asked: int = -1
    told: int = -1
    fund: str = ""
    asking: frozenset[str] = frozenset()
    owning: dict[str, float] = field(default_factory=dict)

    def as_now(self) -> Scene:
        """The state as it is, while this one moves on."""
        return Scene(*_STATE(self))

    def turn(self, paragraph: int, label: str) -> None:
        """Somebody else speaks: an interview comes back to the company of whoever answers."""
        if self.house:
            self.focus, self.focus_kind = self.main, self.main_kind
            self.asked = paragraph if label in self.asking else self.asked


_STATE = attrgetter(*Scene.__slots__)


def open_scene(
    layout: Layout,
    names: Sequence[Name],
) -> Scene:
    """The state before the first sentence: the main company is the one the text is about (`salience.py`).

    A text that says "we" is about the company of who speaks, where it tells which, and not about its opponents.

    Args:
        layout: The document.
        names: Its names, in order.
    """
    kinds = {n.entity: n.kind for n in names}
    house, asking = house_of(layout, names)
    weights = {n.entity: n.salience for n in names if n.kind in KINDS_OF_ACTOR}
    if not {"we", "our", "us"}.isdisjoint(layout.words):
        weights.update(
            (entity, weights[entity] - OPPOSED) for entity in opponents(layout, names) & weights.keys()
        )
    main = house or max(weights, key=lambda entity: (weights[entity], entity), default="")
    kind = kinds.get(main, "company")
    scene = Scene(main, kind, main, kind, kinds=kinds, house=house, asking=asking, fund=fund_of(layout))
    scene.owning = {n.entity: n.owning for n in names}
    return scene


def leads_round(layout: Layout, actor: Actor) -> bool:
    """Such as "Acme, which led", "Acme and Brindle co-led": who puts money into somebody else."""
    for at in range(actor.stop, min(actor.stop + 6, len(layout.words))):
        if layout.words[at] in lexicon("deals")["leading"]:
            return True
        if layout.words[at] not in ("and", "which", "who", "also", "has") and not layout.capital(at):
            return False
    return False
