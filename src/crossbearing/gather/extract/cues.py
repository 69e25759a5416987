"""Words -> metrics: every quantity is weighed against the cue words around it, and the metric with the most weight wins."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.quantities import Mention, begun_between
from crossbearing.vocabulary.metric import Registry

KINDS = {
    "money": frozenset(("money", "money_rate", "price")),
    "power": frozenset(("power",)),
    "percent": frozenset(("share", "ratio", "probability")),
    "points": frozenset(("points",)),
    "multiple": frozenset(("multiple",)),
    "count": frozenset(("count",)),
    "year": frozenset(("year",)),
}
DERIVED = "arithmetic"
NOTHING = "none"  # what is no claim: share prices, interest rates, numbers of countries
NEAR = 0.93
FAR = 0.97
BREAK = 0.55
STRONG = 3.0
TOPIC = 0.75
MEASURE = 5  # from here on a cue names a measure by itself
OPENING = 4
SUBJECT = 0.4


@dataclass(frozen=True, slots=True)
class Cue:
    """What a cue word speaks for.

    Attributes:
        gives: Metrics with their weight and the kinds of quantity for which they hold.
        lifts: Metrics that another cue must speak for, with their weight.
        of_kind: What it gives a quantity of a kind, once that is asked.
    """

    gives: tuple[tuple[str, float, frozenset[str]], ...]
    lifts: tuple[tuple[str, float], ...]
    of_kind: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict, compare=False)

    def given(self, kind: str) -> tuple[tuple[str, float], ...]:
        """Metrics with their weight for a quantity of a kind; most cues are never asked."""
        if kind not in self.of_kind:
            self.of_kind[kind] = tuple((m, w) for m, w, kinds in self.gives if kind in kinds)
        return self.of_kind[kind]


class Hit(NamedTuple):
    """A cue at a place in the text."""

    first: int
    stop: int
    cue: Cue


Index = dict[str, list[tuple[tuple[str, ...], Cue]]]


_ALLOWED: list[tuple[Registry, dict[str, frozenset[str]]]] = []  # of the registry asked for last


@lru_cache(maxsize=1)
def cue_index() -> Index:
    """Cues by their first word, longest first; equal words of several rows are put together."""
    gathered: dict[tuple[str, ...], tuple[dict[tuple[str, frozenset[str]], float], dict[str, float]]] = {}
    for row in lexicon("metrics")["cues"]:
        kinds = frozenset(row.get("kinds", KINDS))
        for phrase in row["words"]:
            words = tuple(phrase.lower().replace("-", " ").split())
            gives, lifts = gathered.setdefault(words, ({}, {}))
            for metric, weight in row.get("gives", {}).items():
                gives[metric, kinds] = max(gives.get((metric, kinds), 0.0), weight)
            for metric, weight in row.get("lifts", {}).items():
                lifts[metric] = max(lifts.get(metric, 0.0), weight)
    index: Index = {}
    for words, (gives, lifts) in gathered.items():
        cue = Cue(tuple((m, w, k) for (m, k), w in gives.items()), tuple(lifts.items()))
        index.setdefault(words[0], []).append((words, cue))
    for rows in index.values():
        rows.sort(key=lambda row: -len(row[0]))
    return index


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[Cue | None, dict[str, list[tuple[list[str], Cue]]]]]:
    """For each first word, its cue alone, and longer phrases by their second word: most words that begin a phrase go on otherwise."""
    found: dict[str, tuple[Cue | None, dict[str, list[tuple[list[str], Cue]]]]] = {}
    for first, rows in cue_index().items():
        alone = next((cue for words, cue in rows if len(words) == 1), None)
        longer: dict[str, list[tuple[list[str], Cue]]] = {}
        for words, cue in rows:
            if len(words) > 1:
                longer.setdefault(words[1], []).append((list(words), cue))
        found[first] = alone, longer
    return found


def find_cues(layout: Layout, sentences: Iterable[Sentence]) -> list[Hit]:
    """Every cue of some sentences, in order; at each word the longest wins."""
    phrases, words, found = _phrases(), layout.words, []
    for sentence in sentences:
        taken = first = sentence.first
        stop = sentence.stop
        for at in compress(range(first, stop), map(phrases.__contains__, words[first:stop])):
            if at < taken:
                continue
            cue, longer = phrases[words[at]]
            size, rows = 1, longer.get(layout.word(at + 1), ()) if longer else ()
            for phrase, meant in rows:
                if words[at : at + len(phrase)] == phrase:
                    cue, size = meant, len(phrase)
                    break
            if cue is not None:
                found.append(Hit(at, at + size, cue))
                taken = at + size
    return found


def allowed_metrics(registry: Registry) -> dict[str, frozenset[str]]:
    """For each kind of quantity, the metrics whose unit kind fits it. A derived figure may be of any kind but power."""
    if _ALLOWED and _ALLOWED[0][0] is registry:
        return _ALLOWED[0][1]
    found = {}
    for kind, kinds in KINDS.items():
        fitting = {m.id for m in registry.values() if m.unit_kind in kinds}
        if kind not in ("power", "count", "year") and DERIVED in registry:
            fitting.add(DERIVED)
        elif kind in ("power", "count", "year"):
            fitting.discard(DERIVED)
        fitting.add(NOTHING)
        found[kind] = frozenset(fitting)
    _ALLOWED[:] = [(registry, found)]
    return found


def weigh(
    layout: Layout,
    mention: Mention,
    hits: Sequence[Hit],
    others: Sequence[Mention],
    allowed: frozenset[str],
    topic: Sequence[Hit] = (),
) -> dict[str, float]:
    """Weight of each metric for a quantity, from the cues of its sentence.

    Args:
        layout: The document.
        mention: The quantity.
        hits: Cues of its sentence.
        others: Quantities of its sentence, itself included.
        allowed: Metrics that its unit kind permits.
        topic: Cues of a question or a fragment before, which count where the sentence itself says little.
    """
    given: dict[str, list[float]] = defaultdict(list)
    kind = mention.kind
    for hit in hits:
        if mention.opens <= hit.first and hit.stop <= mention.stop:
            continue
        fitting = [row for row in hit.cue.given(kind) if row[0] in allowed]
        if fitting:
            nearness = _nearness(layout, mention, hit, others)
            for metric, weight in fitting:
                given[metric].append(weight * nearness)
    total = {metric: _summed(weights) for metric, weights in given.items()}
    if max(total.values(), default=0.0) < STRONG:
        _add_topic(total, mention, topic, allowed)
    _lift(layout, mention, hits, total, others)
    _add_subject(layout, mention, hits, total, allowed)
    return total


def _add_subject(
    layout: Layout, mention: Mention, hits: Sequence[Hit], total: dict[str, float], allowed: frozenset[str]
) -> None:
    """The measure a sentence opens with speaks for its figures however far they stand, where no other is named."""
    first = layout.sentences[layout.of_word[mention.first]].first
    named = {
        metric: (hit.first, weight)
        for hit in hits
        for metric, weight in hit.cue.given(mention.kind)
        if weight >= MEASURE and metric in allowed
    }
    if len(named) == 1:
        metric, (at, weight) = named.popitem()
        if at - first <= OPENING and at < mention.first:
            total[metric] = max(total.get(metric, 0.0), SUBJECT * weight)


def _add_topic(
    total: dict[str, float], mention: Mention, topic: Sequence[Hit], allowed: frozenset[str]
) -> None:
    """The cues of the question or the fragment before."""
    for hit in topic:
        for metric, weight, kinds in hit.cue.gives:
            if metric in allowed and mention.kind in kinds and metric not in (DERIVED, NOTHING):
                total[metric] = total.get(metric, 0.0) + weight * TOPIC


def _lift(
    layout: Layout,
    mention: Mention,
    hits: Sequence[Hit],
    total: dict[str, float],
    others: Sequence[Mention],
) -> None:
    """More for the metrics that another cue already speaks for."""
    lifted: dict[str, list[float]] = defaultdict(list)
    for hit in [hit for hit in hits if hit.cue.lifts] if total else ():
        fitting = [row for row in hit.cue.lifts if row[0] in total and not _alone(hit, row[0], hits)]
        if fitting:
            reach = _reach(layout, mention, hit) * _owned_elsewhere(layout, mention, hit, others)
            for metric, weight in fitting:
                lifted[metric].append(weight * reach)
    for metric, weights in lifted.items():
        total[metric] += _summed(weights) * min(1.0, total[metric] / 1.5)


def _alone(hit: Hit, metric: str, hits: Sequence[Hit]) -> bool:
    """Whether a cue would lift what only itself speaks for, in a share: "24% gross" may be of a margin."""
    if not metric.startswith("retention.") or all(m != metric for m, _, _ in hit.cue.gives):
        return False
    return not any(other is not hit and m == metric for other in hits for m, _, _ in other.cue.gives)


def _summed(weights: list[float]) -> float:
    """The strongest weight, and half of each next: three weak words do not make a strong one."""
    if len(weights) == 1:
        return weights[0]
    return sum(w * 0.5**rank for rank, w in enumerate(sorted(weights, reverse=True)[:4]))


def _reach(layout: Layout, mention: Mention, hit: Hit) -> float:
    """How far a lifting word carries: over the whole sentence, a little less by distance."""
    distance = hit.first - mention.stop if hit.first >= mention.stop else mention.first - hit.stop
    crossed = abs(layout.breaks[hit.first] - layout.breaks[mention.first])
    beyond = 0.7 if crossed and hit.first >= mention.stop else 1.0
    return float(FAR ** max(0, distance) * 0.75**crossed * beyond)


def _nearness(layout: Layout, mention: Mention, hit: Hit, others: Sequence[Mention]) -> float:
    """1 beside the quantity, less by distance, clause breaks and quantities between; more right after it."""
    after = hit.first >= mention.first
    distance = max(0, hit.first - mention.stop if after else mention.first - hit.stop)
    crossed = abs(layout.breaks[hit.first] - layout.breaks[mention.first])
    if not distance and not after and layout.gap(mention.opens).startswith(":"):
        crossed = 0.0  # a label
    low, high = (mention.stop, hit.first) if after else (hit.stop, mention.first)
    between = sum(other.kind == mention.kind for other in begun_between(others, low, high))
    score = NEAR**distance * BREAK**crossed * 0.6**between
    if not crossed and not between:
        score *= _joined(layout, mention, hit, distance, after=after)
    return float(score * _owned_elsewhere(layout, mention, hit, others))


def _joined(layout: Layout, mention: Mention, hit: Hit, distance: int, *, after: bool) -> float:
    """More for the noun that the quantity modifies ("$3m run rate", "$3m in sales") and for "sales of $3m"."""
    words = layout.words
    if after:
        between = words[mention.stop : max(mention.stop, hit.first)]
        if distance == 0 or (distance <= 4 and between[0] in ("in", "of", "as", "for", "worth")):
            return 1.7
        loose = not lexicon("grammar")["prepositions"].isdisjoint(between)
        return 1.5 if distance <= 2 and not loose else 0.8 if loose else 1.0
    close = mention.opens - hit.stop
    if close == 1 and words[hit.stop] == "of":
        return 1.8
    return 1.8 if close <= 0 else 1.4 if distance <= 3 else 1.0


def _owned_elsewhere(layout: Layout, mention: Mention, hit: Hit, others: Sequence[Mention]) -> float:
    """A cue that is the head noun of another quantity speaks for that one first; only quantities beside the cue can own it."""
    for at in range(max(0, bisect_left(others, (hit.first,)) - 2), len(others)):
        other = others[at]
        if other.opens > hit.stop + 1:
            break
        if other is mention:
            continue
        gap = hit.first - other.stop
        if (
            0 <= gap <= 1
            and (gap == 0 or layout.words[other.stop] in ("in", "of"))
            and layout.gap(other.stop) in (" ", "-")
        ):
            return 0.3
        apart = other.opens - hit.stop
        if 0 < apart <= 1 and layout.words[hit.stop] == "of":
            return 0.4
        listed = hit.first == mention.stop and "," in layout.gap(mention.stop)
        if apart == 0 and (listed or hit.first > mention.stop):
            return 0.4
    return 1.0


def hits_between(hits: Sequence[Hit], first: int, stop: int) -> Sequence[Hit]:
    """Cues that begin in a run of words."""
    low = bisect_left(hits, (first,))
    return hits[low : bisect_left(hits, (stop,), low)]
