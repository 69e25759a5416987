"""Whose figure it is: grammatical subject, possessive, nearest mention, and what "it" and "the company" stand for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from crossbearing.gather.extract.anaphors import PLAIN, anaphors, leads_to_another
from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.names import Name
from crossbearing.gather.extract.people import voice_of
from crossbearing.gather.extract.quantities import Mention, begun_between
from crossbearing.gather.extract.scene import KINDS_OF_ACTOR, Actor, Scene, leads_round

MARKET = "market"
PASSING = 0.5
PREDICATE_ENDS = ("is", "was", "has", "had", "said", "says", "and")
VALUES = ("value", "cap", "capitalisation", "capitalization", "price", "worth")
VOICE = 0.62
NAMED = 0.7
EARLY = 2
BRIEF = 2  # words of a question that only names what comes next


def actors(
    layout: Layout, sentence: Sentence, names: Sequence[Name], speaking: dict[int, str], scene: Scene
) -> list[Actor]:
    """The actors of a sentence in order; the scene moves on to its subject."""
    found: list[Actor] = []
    scene.paragraph = sentence.paragraph
    for name in names:
        if name.kind in KINDS_OF_ACTOR or name.kind == "market":
            weight = _weight(layout, sentence, name, speaking)
            weight = _in_company(layout, name, weight, found)
            found.append(Actor(name.first, name.stop, name.entity, name.kind, name.owner, weight))
    found += anaphors(layout, sentence, found, scene, speaking)
    found.sort(key=lambda actor: actor.first)
    scene.voice = voice_of(layout, sentence, names, found, scene)
    main = [actor.weight for actor in found if actor.named and actor.entity == scene.main]
    if main and max(main) >= NAMED:
        scene.told = sentence.paragraph
    scene.opened |= bool(main)
    _leave_section(found, scene, sentence)
    if found:
        _move_on(layout, found, scene, sentence)
    return found


def _outside(layout: Layout, name: Name) -> bool:
    """Such as "partner at Acme": a person of the firm speaks of somebody else."""
    if layout.word(name.first - 1) not in ("at", "of", "with", "from", "for"):
        return False
    window = layout.words[max(0, name.first - 6) : name.first - 1]
    return any(word in lexicon("names")["outsiders"] for word in window)


def _modifies(layout: Layout, name: Name) -> bool:
    """Such as "the Acme deal", "a Brindle price": a name between an article and a noun tells which, not who."""
    words, grammar = layout.words, lexicon("grammar")
    if name.owner or name.kind == "group" or layout.gap(name.stop) != " " or name.stop >= len(words):
        return False
    before, after = layout.word(name.first - 1), words[name.stop]
    article = before in ("the", "a", "an", "this", "that") or layout.owner[name.first - 1]
    verbal = (
        after in grammar["prepositions"]
        or after in grammar["auxiliaries"]
        or after in grammar["clause_words"]
        or after in grammar["predicates"]
        or after in lexicon("names")["verbs"]
        or (after.endswith(("ed", "ly", "s")) and not layout.owner[name.first - 1])
        or after in ("and", "or", "itself", "now", "also", "still")
        or layout.capital(name.stop)
        or not after[0].isalpha()
    )
    return article and layout.gap(name.first) == " " and not verbal


def _joined_agent(layout: Layout, sentence: Sentence, name: Name) -> bool:
    """Such as the second of "owned by its founder and the investor Acme": one by whom something is done."""
    if layout.gap(name.first) != " ":
        return False
    for at in range(name.first - 2, max(sentence.first, name.first - 11), -1):
        if layout.words[at] == "by" and layout.words[at - 1] in lexicon("grammar")["agency"]:
            return layout.breaks[at] == layout.breaks[name.first]
    return False


def _quotes_price(layout: Layout, name: Name) -> bool:
    """Such as "Acme had it at $3 billion", "Brindle puts them at": a venue or a paper, not what is priced."""
    words = layout.words[name.stop : name.stop + 3]
    return words[:1] in (["had"], ["has"], ["puts"], ["put"], ["marks"]) and words[1:] in (
        ["it", "at"],
        ["them", "at"],
        ["that", "at"],
    )


def _weight(layout: Layout, sentence: Sentence, name: Name, speaking: dict[int, str]) -> float:
    """How much a name is a subject by the words around it."""
    if name.first in speaking or _outside(layout, name):
        return 0.22
    if _quotes_price(layout, name):
        return 0.2
    if name.owner and layout.word(name.stop) in lexicon("grammar")["yardsticks"]:
        return 0.3
    if _modifies(layout, name) or _joined_agent(layout, sentence, name):
        return 0.45
    return _by_place(layout, sentence, name)


def _by_place(layout: Layout, sentence: Sentence, name: Name) -> float:
    """Less after a preposition, more for an owner."""
    before = layout.words[name.first - 1] if name.first > sentence.first else ""
    article = before in ("the", "a", "an", "its", "their")
    if article and name.first - 1 > sentence.first:
        before = layout.words[name.first - 2]
    if before in lexicon("grammar")["prepositions"]:
        opening = name.first - sentence.first <= 2
        kind = {
            "of": 0.75,
            "at": 0.9,
            "for": 0.75,
            "by": 0.5,
            "in": 0.45,
            "to": 0.45,
            "from": 0.45,
            "on": 0.5,
        }
        return max(kind.get(before, 0.35), 0.6 if opening and before in ("at", "for", "in") else 0.0)
    if name.owner and leads_to_another(layout, name.stop - 1):
        return 0.3
    if name.owner:
        verbs = lexicon("grammar")["auxiliaries"]
        predicate = before in verbs or (before.endswith("ly") and layout.words[name.first - 2] in verbs)
        return 0.5 if predicate else 1.15
    if before in lexicon("grammar")["taking"]:
        return 0.6
    return 0.8 if article else 1.0


def _in_company(layout: Layout, name: Name, weight: float, earlier: Sequence[Actor]) -> float:
    """The second of "X and Y" weighs like the first; a name after the subject of its clause is an object."""
    if not earlier:
        return weight
    last = earlier[-1]
    between = layout.words[last.stop : name.first]
    if not between and name.owner and layout.gap(name.first).startswith(","):
        return 0.5  # an apposition: "Quill, Acme's app, ..."
    if between in (["and"], ["or"], []) and not last.owner and layout.gap(name.first) in (" ", ", "):
        return min(weight, last.weight)
    if between and _begins_clause(layout, name):
        return weight
    if weight == 1.0 and any(
        a.weight >= 0.7 and not a.owner and layout.breaks[a.first] == layout.breaks[name.first]
        for a in earlier
    ):
        return 0.45
    return weight


def _begins_clause(layout: Layout, name: Name) -> bool:
    """Such as "Acme gained 1.6 points and Brindle lost 0.3": a second subject with its own verb."""
    if (
        layout.word(name.first - 1) not in ("and", "but", "while")
        or name.owner
        or layout.gap(name.stop) != " "
    ):
        return False
    verb = layout.word(name.stop)
    return (
        verb.endswith("ed") or verb in lexicon("names")["verbs"] or verb in lexicon("grammar")["auxiliaries"]
    )


def _leave_section(found: Sequence[Actor], scene: Scene, sentence: Sentence) -> None:
    """A heading or a question that names nobody takes the focus back to the main company."""
    if sentence.heading:
        named = {a.entity for a in found if a.named}
        scene.section = next(iter(named)) if len(named) == 1 and sentence.stop - sentence.first <= 5 else ""
    brief = sentence.asks and sentence.stop - sentence.first <= BRIEF
    anew = not brief or scene.focused != sentence.paragraph
    if (sentence.asks or sentence.heading) and anew and scene.opened and not any(a.named for a in found):
        scene.focus, scene.focus_kind = scene.main, scene.main_kind


def _move_on(layout: Layout, found: Sequence[Actor], scene: Scene, sentence: Sentence) -> None:
    """The focus becomes the first strong company of the sentence; a new paragraph keeps the main company in reserve."""
    strong = [
        a
        for a in found
        if a.named
        and ((_leads(a, sentence) and _acts(layout, a, sentence)) or _speaks_first(layout, a, sentence))
        and a.kind in ("company", "product", "group")
        and not _silent(layout, a)
        and (a.entity == scene.main or not leads_round(layout, a))
    ]
    companies = [a for a in strong if a.kind != "product"] or [a for a in strong if a.weight >= 0.95]
    for actor in found:
        if (
            actor.named
            and actor.kind == "company"
            and actor.entity != (companies[0].entity if companies else scene.focus)
        ):
            scene.rival = actor.entity
    if companies and _courts_main(layout, companies[0], found, scene):
        scene.rival = companies[0].entity
        scene.focus, scene.focus_kind, scene.focused = scene.main, scene.main_kind, sentence.paragraph
    elif companies:
        if companies[0].entity != scene.focus and scene.focus_kind == "company":
            scene.rival = scene.focus if scene.rival in ("", companies[0].entity) else scene.rival
        scene.focus, scene.focus_kind = companies[0].entity, companies[0].kind
        scene.focused = sentence.paragraph
    elif found and scene.focused != sentence.paragraph and _names_main(layout, found[0], sentence, scene):
        scene.focus, scene.focus_kind, scene.focused = scene.main, scene.main_kind, sentence.paragraph
    others = [a for a in found if a.named and a.kind == "company" and a.entity != scene.house]
    if scene.house and others:
        scene.rival = others[-1].entity
    scene.paragraph = sentence.paragraph


def _acts(layout: Layout, actor: Actor, sentence: Sentence) -> bool:
    """Whether a name stands where a subject does: near the start, owning what follows, or before a verb or an aside."""
    if actor.owner or actor.weight < 0.78 or actor.first - sentence.first <= EARLY:
        return True
    after, grammar = layout.word(actor.stop), lexicon("grammar")
    return (
        (
            layout.gap(actor.stop).startswith(",")
            and not layout.capital(min(actor.stop, len(layout.words) - 1))
        )
        or after in grammar["predicates"]
        or after in grammar["auxiliaries"]
        or after in lexicon("names")["verbs"]
        or after.endswith(("ed", "s"))
        or after == "to"
    )


def _courts_main(layout: Layout, lead: Actor, found: Sequence[Actor], scene: Scene) -> bool:
    """Such as "Acme offered $6 billion for Brindle": a text about Brindle goes on about Brindle."""
    if lead.entity == scene.main:
        return False
    later = [a for a in found if a.named and a.entity == scene.main and a.first >= lead.stop]
    return bool(later) and not lexicon("deals")["courting"].isdisjoint(
        layout.words[lead.stop : later[0].first]
    )


def _names_main(layout: Layout, actor: Actor, sentence: Sentence, scene: Scene) -> bool:
    """Whether a sentence begins with "the company" or "the firm"."""
    reach = 2 if actor.entity == scene.main else 0
    opens = actor.first - sentence.first <= reach and layout.words[sentence.first] == "the"
    return not actor.named and opens and layout.words[actor.stop - 1] in PLAIN


def _speaks_first(layout: Layout, actor: Actor, sentence: Sentence) -> bool:
    """Such as "Acme tells investors that": the text goes on about the one that speaks of itself."""
    return actor.first == sentence.first and layout.word(actor.stop) in lexicon("names")["own_speech"]


def _silent(layout: Layout, actor: Actor) -> bool:
    """Such as "Acme declined to comment": the text does not go on about it."""
    window = layout.words[actor.stop : actor.stop + 10]
    return not {"comment", "comments"}.isdisjoint(window) and not {"declined", "not", "could"}.isdisjoint(
        window
    )


def _leads(actor: Actor, sentence: Sentence) -> bool:
    """Whether an actor may be the subject carried on: a subject, or "of Acme" at the start of the sentence."""
    return actor.weight >= 0.78 or (actor.weight >= 0.7 and actor.first - sentence.first <= 7)


def owners(
    layout: Layout,
    mention: Mention,
    sentence: Sentence,
    cast: Sequence[Actor],
    scene: Scene,
    others: Sequence[Mention],
) -> dict[str, float]:
    """Weight of each entity for a quantity; the empty string is nobody."""
    total: dict[str, float] = {}
    for actor in cast:
        score = _claim_of(layout, mention, actor, others)
        total[actor.entity] = max(total.get(actor.entity, 0.0), score)
    if not any(actor.first < mention.first and actor.weight > PASSING for actor in cast):
        subject = _after_opening(layout, mention, sentence, cast)
        if subject:
            total[subject.entity] = max(total.get(subject.entity, 0.0), subject.weight)
        stale = sentence.heading or scene.focused != sentence.paragraph
        main = scene.main if scene.opened or not scene.focus else ""
        fallback = (scene.section or main or scene.focus) if stale else scene.focus
        if not stale and scene.told == sentence.paragraph and not any(a.first < mention.first for a in cast):
            fallback = scene.main
        if stale and scene.focus:
            total[scene.focus] = max(total.get(scene.focus, 0.0), 0.5)
        if scene.voice:
            total[scene.voice] = max(total.get(scene.voice, 0.0), VOICE)
        if fallback:
            total[fallback] = max(total.get(fallback, 0.0), 0.55)
    if scene.main:
        total[scene.main] = max(total.get(scene.main, 0.0), 0.12)
    if _generic(layout, mention, sentence, cast, others):
        total[MARKET] = 0.9
    return total


def _after_opening(
    layout: Layout, mention: Mention, sentence: Sentence, cast: Sequence[Actor]
) -> Actor | None:
    """The subject after an opening phrase with a figure: "With $246 million in sales, Acme is", "At 23 times sales it is"."""
    if layout.words[sentence.first] not in ("with", "at", "on", "from", "to", "having"):
        return None
    if mention.first - sentence.first > 6:
        return None
    later = [a for a in cast if a.first >= mention.stop and a.first - mention.stop <= 9]
    return later[0] if later and later[0].weight >= 0.7 and not later[0].owner else None


def _claim_of(layout: Layout, mention: Mention, actor: Actor, others: Sequence[Mention]) -> float:
    after = actor.first >= mention.stop
    distance = actor.first - mention.stop if after else mention.first - actor.stop
    crossed = abs(layout.breaks[actor.first] - layout.breaks[mention.first])
    low, high = (mention.stop, actor.first) if after else (actor.stop, mention.first)
    between = len(begun_between(others, low, high))
    if not after and _in_relative_clause(layout, mention, actor):
        return float(1.3 * 0.985**distance * 0.9**between)
    score = actor.weight * 0.985**distance * (0.55 if after else 1.0) * 0.8**crossed * 0.97**between
    if actor.owner and not after and not crossed:
        score *= 1.25
    if after and distance <= 2 and layout.words[mention.stop : actor.first] in (["for"], ["of"], ["at"]):
        score *= 1.5
    return float(score)


def _in_relative_clause(layout: Layout, mention: Mention, actor: Actor) -> bool:
    """Such as "unlike Acme, the carmaker, which lost $80 million, ...": the clause after "which" is the name's before it."""
    if not actor.named or mention.first - actor.stop > 18:
        return False
    for at in range(actor.stop, min(actor.stop + 7, mention.first)):
        if layout.words[at] in ("which", "who", "whose"):
            return layout.breaks[mention.first] == layout.breaks[at]
        if layout.capital(at) or layout.words[at] in PREDICATE_ENDS:
            return False
    return False


def _between(mention: Mention, actor: Actor, others: Sequence[Mention]) -> int:
    """Quantities of the same kind between a quantity and an actor."""
    low, high = (mention.stop, actor.first) if actor.first >= mention.stop else (actor.stop, mention.first)
    return sum(other.kind == mention.kind for other in begun_between(others, low, high))


def _told_before(mention: Mention, actor: Actor, others: Sequence[Mention]) -> bool:
    """In "27% paid Acme and 25% paid Brindle" Acme belongs to the first figure."""
    return actor.stop <= mention.first and any(
        other.kind == mention.kind and other.stop <= actor.first for other in others
    )


def _generic(
    layout: Layout, mention: Mention, sentence: Sentence, cast: Sequence[Actor], others: Sequence[Mention]
) -> bool:
    """Whether the sentence speaks of a market, a typical firm or an industry and names nobody before the quantity."""
    if any(a.first < mention.first and a.named for a in cast):
        return False
    window = layout.words[sentence.first : mention.first]
    words = lexicon("grammar")["generic"]
    if words.isdisjoint(window):
        return False
    if not {"we", "us", "our", "i"}.isdisjoint(layout.words[sentence.first : sentence.stop]):
        return False
    counted = {at for other in others if other.kind == "count" for at in range(other.stop, other.stop + 5)}
    return any(
        word in words
        for at, word in enumerate(window, sentence.first)
        if at not in counted
        and not (word == "market" and layout.word(at + 1) in VALUES)
        and not (word == "average" and (layout.word(at - 1) == "an" or layout.word(at + 1) == "number"))
    )


@cache
def _rules_of(metric: str) -> tuple[dict[str, Any], ...]:
    """Rules of roles for a metric."""
    return tuple(rule for rule in lexicon("roles")["rules"] if metric.startswith(tuple(rule["metrics"])))


def by_role(
    layout: Layout,
    mention: Mention,
    metric: str,
    sentence: Sentence,
    cast: Sequence[Actor],
    others: Sequence[Mention],
) -> dict[str, float]:
    """Weight of entities that the verb makes the owner: supplied to whom, valued whom, invested in whom."""
    found: dict[str, float] = {}
    for rule in _rules_of(metric) if cast else ():
        for actor in cast:
            if _follows(layout, actor, sentence, rule):
                near = 0.98 ** abs(actor.first - mention.first) * 0.6 ** _between(mention, actor, others)
                if "" in rule["before"] and _told_before(mention, actor, others):
                    near *= 0.4
                found[actor.entity] = max(found.get(actor.entity, 0.0), rule["weight"] * near)
    return found


def _follows(layout: Layout, actor: Actor, sentence: Sentence, rule: dict[str, Any]) -> bool:
    """Whether an actor stands after the preposition of a rule, and that after one of its verbs."""
    at = actor.first - 1
    if at >= sentence.first and layout.words[at] in ("the", "a", "an"):
        at -= 1
    if at < sentence.first:
        return False
    if "" in rule["before"]:
        return layout.words[at] in rule["verbs"]
    window = layout.words[max(sentence.first, at - 12) : at]
    return layout.words[at] in rule["before"] and any(word in rule["verbs"] for word in window)
