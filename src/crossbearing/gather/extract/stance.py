"""Who says it and how: modality, status, basis and speaker, from the words of the sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.names import Name
from crossbearing.gather.extract.quantities import Mention
from crossbearing.vocabulary.claim import Basis, Modality, Status
from crossbearing.vocabulary.quantity import Relation

Marks = list[tuple[int, str, str]]
JUDGED = 8  # words from the verb to the company that is judged


@lru_cache(maxsize=1)
def _index() -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    """Marks by first word: words, group (modality, status, basis), meaning."""
    data = lexicon("stance")
    rows = [(g, row["means"], row["words"]) for g in ("modality", "status") for row in data[g]]
    rows += [("basis", means, words) for means, words in data["basis"].items()]
    index: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for group, means, phrases in rows:
        for phrase in phrases:
            words = tuple(phrase.lower().split())
            index.setdefault(words[0], []).append((words, group, means))
    return index


def find_marks(layout: Layout, sentences: Iterable[Sentence]) -> Marks:
    """Every mark of some sentences: place, group and meaning."""
    index, words = _index(), layout.words
    found: Marks = []
    for sentence in sentences:
        inside = enumerate(words[sentence.first : sentence.stop], sentence.first)
        for at, word in [(at, word) for at, word in inside if word in index]:
            for phrase, group, means in index[word]:
                if len(phrase) == 1 or tuple(words[at : at + len(phrase)]) == phrase:
                    found.append((at, group, means))
    return found


def modality(layout: Layout, mention: Mention, marks: Marks, *, derived: bool) -> Modality:
    """What kind of statement holds the quantity. A mark counts in its own clause, and before the quantity from afar."""
    best: dict[str, float] = {}
    for at, group, means in marks:
        if group != "modality":
            continue
        crossed = abs(layout.breaks[at] - layout.breaks[mention.first])
        weight = (1.0 if at < mention.first else 0.6) * 0.6**crossed * 0.96 ** abs(at - mention.first)
        if (
            means == "hypothetical"
            and layout.words[at] in ("may", "might", "could", "would")
            and at > mention.stop
        ):
            weight *= 0.3
        if means == "hypothetical" and layout.words[at] == "may" and layout.capital(at):
            weight = 0.0
        best[means] = max(best.get(means, 0.0), weight)
    if best:
        means, weight = max(best.items(), key=lambda item: item[1])
        if weight >= 0.45:
            return Modality(means)
    if derived:
        return Modality.DERIVED
    return (
        Modality.UP_TO
        if mention.relation is Relation.UP_TO and _promised(layout, mention)
        else Modality.ACTUAL
    )


def _promised(layout: Layout, mention: Mention) -> bool:
    """Whether "up to" is a ceiling promised, not "as high as" of things that happened."""
    return "up" in layout.words[max(0, mention.opens) : mention.first]


def status(layout: Layout, mention: Mention, marks: Marks, speaker: str, entity: str) -> Status:
    """Who stands behind the figure."""
    best, found = 0.25, ""
    for at, group, means in marks:
        if group == "status":
            weight: float = 0.7 ** abs(layout.breaks[at] - layout.breaks[mention.first]) * 0.985 ** abs(
                at - mention.first
            )
            if weight > best:
                best, found = weight, means
    if found:
        return Status(found)
    return Status.COMPANY if speaker and speaker == entity else Status.REPORTED


def basis(layout: Layout, mention: Mention, marks: Marks, bases: Sequence[str]) -> Basis:
    """Presentation, where the words beside the quantity say it."""
    if not bases:
        return Basis.NOT_APPLICABLE
    best, found = 0.5, Basis.UNSPECIFIED
    for at, group, means in marks:
        if group == "basis":
            weight = 0.6 ** abs(layout.breaks[at] - layout.breaks[mention.first]) * 0.95 ** abs(
                at - mention.first
            )
            if weight > best and means in bases:
                best, found = weight, Basis(means)
    return found


def speakers(layout: Layout, sentence: Sentence, names: Sequence[Name]) -> dict[int, str]:
    """Names of a sentence that speak, by their first word: "X said", "according to X", "told X"."""
    table = lexicon("names")
    found: dict[int, str] = {}
    for name in names:
        verb = name.stop + (
            layout.words[name.stop : name.stop + 1] in (["has"], ["have"], ["had"], ["also"], ["now"])
        )
        after = layout.words[verb] if verb < sentence.stop else ""
        before = layout.words[max(sentence.first, name.first - 2) : name.first]
        if (
            (after in table["speech"] and not name.owner and _speaks(layout, verb, sentence))
            or (after in table["judging"] and not name.owner and _judges(layout, names, name, verb))
            or not table["sources"].isdisjoint(before)
            or (before[-1:] in (["said"], ["says"]) and layout.gap(name.first - 1) != " ")  # "...", said Acme
            or _in_citation(layout, sentence, name.first)
        ):
            found[name.first] = name.entity
    return found


def _judges(layout: Layout, names: Sequence[Name], name: Name, verb: int) -> bool:
    """Whether another company is the object of the verb: "puts the sales of Acme at", "expects Acme to", "forecasts that Acme"."""
    for other in names:
        if other.kind == "company" and other.entity != name.entity and 0 < other.first - verb <= JUDGED:
            return (
                other.first == verb + 1
                or other.owner
                or layout.word(other.first - 1) in ("of", "at", "for", "that", "in")
            )
    return False


def _in_citation(layout: Layout, sentence: Sentence, index: int) -> bool:
    """Such as "according to data from X and Y": everyone named before the next comma."""
    for at in range(index - 1, max(sentence.first, index - 9) - 1, -1):
        if "," in layout.gap(at + 1):
            return False
        if layout.words[at] == "according":
            return True
    return False


def _speaks(layout: Layout, verb: int, sentence: Sentence) -> bool:
    """A verb of saying with a clause after it: "reported that", "says its"; "reported sales of" has an object instead."""
    following = layout.words[verb + 1] if verb + 1 < sentence.stop else ""
    if following in ("offers", "bids", "prices", "trades", "quotes", "interest", "demand", "orders"):
        return True
    word = layout.words[verb]
    plain = word in (
        "said",
        "says",
        "told",
        "tells",
        "wrote",
        "writes",
        "estimates",
        "estimated",
        "reckons",
        "say",
        "estimate",
        "reckon",
        "think",
        "believe",
        "calculates",
        "thinks",
        "believes",
        "argues",
        "argued",
        "noted",
        "notes",
        "predicts",
        "insists",
        "added",
        "adds",
    )
    return plain or following in ("that", "it", "on", "how", "they") or not following
