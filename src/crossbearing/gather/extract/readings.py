"""What each quantity measures: cue weights, then what the text said before of the same figure or beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from crossbearing.gather.extract.cues import DERIVED, NOTHING, Hit, cue_index, weigh
from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.quantities import Mention
from crossbearing.gather.extract.times import When

FLOORS = {
    "money": 1.2,
    "percent": 1.0,
    "points": 0.8,
    "power": 0.6,
    "multiple": 1.0,
    "count": 1.6,
    "year": 2.0,
}
FAINT = 1.5
OWN = 2.5
TOLD = 6.0
TAKEN = frozenset(
    (
        "raised",
        "raise",
        "raises",
        "raising",
        "took",
        "takes",
        "taking",
        "secured",
        "landed",
        "bagged",
        "closed",
        "brought",
    )
)
SOUGHT = frozenset(
    (
        "want",
        "wants",
        "seek",
        "seeks",
        "seeking",
        "asking",
        "offers",
        "offered",
        "raising",
        "sought",
        "hoping",
        "looking",
    )
)
DONE = frozenset(("closed", "completed", "announced", "finished", "since", "already"))
STAGES = ("pre", "post", "pre-money", "post-money")
PERSONS = (["them"], ["us"], ["those"], ["whom"])
REVENUES = ("income", "revenue", "revenues", "sales", "turnover")
SUBJECT_REACH = 14
LABEL = 7
MULTIPLE = 3
LEAST_PROMISED = 5e5  # nobody announces a smaller contract for computing
FAMILIES = ("valuation.", "customers.", "revenue.r")
MEASURES = ("profit.operating", "profit.net", "profit.pretax", "profit.ebitda")
GENERIC = ("valuation.round", "customers.count", "revenue.recognised")


@dataclass(slots=True)
class Reading:
    """A quantity on its way to a claim.

    Attributes:
        mention: The quantity.
        sentence: Where it stands.
        weights: Evidence for each metric.
        threshold: Amount that a counted customer must exceed; None where there is none.
        dropped: Whether it is a qualifier of another quantity.
        when: The time it is about.
        borrowed: Entity known from an earlier mention of the same figure.
        owner: Entity that a table names for it.
        tabular: Whether it is a figure of a table, whose sign is printed.
        owners: Weight of each entity by grammar, once it is known.
        ranked: Entities with their weights, best first, and the metric, the loan and the owner they were ranked for.
        front, behind: Words of its sentence before and after it, once they are asked for.
        follows: The reading that "it was" before this figure stands for.
    """

    mention: Mention
    sentence: Sentence
    weights: dict[str, float]
    threshold: float | None = None
    dropped: bool = False
    when: When | None = None
    borrowed: str = ""
    owner: str = ""
    tabular: bool = False
    follows: Reading | None = None
    front: list[str] | None = None
    behind: list[str] | None = None
    owners: dict[str, float] | None = None
    ranked: tuple[tuple[str, str, str], list[tuple[str, float]]] | None = None

    @property
    def best(self) -> tuple[str, float]:
        """The metric with the most evidence and its weight."""
        if not self.weights:
            return "", 0.0
        best = max(self.weights, key=self.weights.__getitem__)
        return best, self.weights[best]

    def add(self, metric: str, weight: float) -> None:
        """More evidence for a metric."""
        self.weights[metric] = self.weights.get(metric, 0.0) + weight


def first_weights(
    layout: Layout,
    mention: Mention,
    sentence: Sentence,
    hits: Sequence[Hit],
    beside: Sequence[Mention],
    allowed: frozenset[str],
    topic: Sequence[Hit] = (),
) -> Reading:
    """Evidence from the sentence alone."""
    if mention.kind == "count":
        hits = [hit for hit in hits if _counted(layout, mention, hit)]
        hits = [h for h in hits if h.first >= mention.stop or all(m != NOTHING for m, _, _ in h.cue.gives)]
    weights = weigh(layout, mention, hits, beside, allowed, topic)
    reading = Reading(mention, sentence, weights)
    if mention.kind == "percent":
        _weigh_share(layout, reading, hits)
    elif mention.kind == "money":
        _weigh_money(layout, reading, hits)
    if mention.per == "token":
        reading.add("price.per_token", 9.0)
    if mention.form == "factor":
        weights.pop("valuation.multiple", None)
    if mention.kind == "multiple":
        reading.add(DERIVED, 6.0 if mention.form == "factor" else 1.6)
    elif mention.form == "part":
        whom = layout.words[mention.stop : mention.stop + 2]
        persons = whom[:1] == ["of"] and whom[1:] in PERSONS
        reading.add(DERIVED, 0.6 if persons or not weights else 1.0)  # "half of the night" is no claim
    return reading


def _weigh_share(layout: Layout, reading: Reading, hits: Sequence[Hit]) -> None:
    """A percentage after "to" or "at" is a level rather than growth; growth of something else is a derived figure."""
    mention, weights = reading.mention, reading.weights
    if layout.words[max(0, mention.opens - 1)] in ("to", "at", "from"):
        weights["revenue.growth"] = 0.3 * weights.get("revenue.growth", 0.0)
    if _of_own_revenue(layout, mention):
        reading.add("revenue.mix", 4.0)
        weights["share.equity"] = 0.3 * weights.get("share.equity", 0.0)
    if "revenue.growth" in weights and any(h.cue.gives for h in hits) and not _of_revenue(hits):
        other = _of_another(hits)
        weights["revenue.growth"] *= 0.3 if other else 0.6
        reading.add(DERIVED, 1.6 if other else 0.8)


def _of_own_revenue(layout: Layout, mention: Mention) -> bool:
    """Such as "a fifth of the firm's income": a share whose whole is somebody's revenue."""
    lead = layout.words[max(0, mention.opens - 5) : mention.opens]
    if "of" in lead and layout.gap(mention.opens).startswith(",") and lead[-1] in REVENUES:
        return True
    words = layout.words[mention.stop : mention.stop + 5]
    if words[:1] != ["of"] or words[1:2] not in (["the"], ["its"], ["their"], ["our"], ["all"], ["total"]):
        return False
    return any(word in REVENUES for word in words[2:])


def _weigh_money(layout: Layout, reading: Reading, hits: Sequence[Hit]) -> None:
    """What the word before and the time base of a sum say: a price, a rate, a measure of profit."""
    mention, weights = reading.mention, reading.weights
    if layout.word(mention.opens - 1) in ("at", "valuing") and weights.get("funding.raised"):
        sought = any(metric == "valuation.talks" for hit in hits for metric, _ in hit.cue.lifts)
        reading.add("valuation.talks" if sought else "valuation.round", 3.0)
        weights["funding.raised"] *= 0.5
    _name_profit(weights)
    for metric in ("compute.commitment_cost", "compute.commitment_rate"):
        if mention.value < LEAST_PROMISED and weights.get(metric):
            weights[metric] *= 0.3
    if mention.per == "month" and mention.value < 1e5:
        reading.add("revenue.arpu", 2.5)
    if mention.per == "yr" and weights.get("revenue.recognised"):
        reading.add("revenue.run_rate", 1.5)
    if mention.per and weights.get("compute.commitment_cost"):
        reading.add("compute.commitment_rate", weights["compute.commitment_cost"] + 0.5)


def _name_profit(weights: dict[str, float]) -> None:
    """A loss whose measure the words beside it tell is of that measure."""
    loose = weights.get("profit.unspecified", 0.0)
    told = {m: w for m, w in weights.items() if m in MEASURES and w >= FAINT}
    if loose and told:
        weights[max(told, key=lambda m: told[m])] += 0.8 * loose


def _of_revenue(hits: Sequence[Hit]) -> bool:
    return any(
        metric in ("revenue.recognised", "revenue.run_rate") for hit in hits for metric, _, _ in hit.cue.gives
    )


def _of_another(hits: Sequence[Hit]) -> bool:
    """Whether the sentence speaks of something else that can grow: staff, customers, costs, volume."""
    return any(
        metric.startswith(
            ("headcount", "customers.", "users.", "cost.", "volume.", "installs", "cash.", "profit.")
        )
        and weight >= 3
        for hit in hits
        for metric, weight, _ in hit.cue.gives
    )


def _counted(layout: Layout, mention: Mention, hit: Hit) -> bool:
    """Whether a cue names what a number counts: close after it in the same clause, or close before it."""
    if hit.first >= mention.stop:
        near = hit.first - mention.stop <= lexicon("metrics")["countables"]["near"]
        same = layout.breaks[hit.first] == layout.breaks[mention.first]
        between = layout.words[mention.stop : hit.first]
        if between[:1] == ["of"]:
            between = between[2:]
        return near and same and not any(w in lexicon("grammar")["prepositions"] for w in between)
    first = layout.sentences[layout.of_word[hit.first]].first
    labels = ":" in layout.gap(mention.opens) and hit.first - first <= 1 and mention.opens - first <= LABEL
    if (hit.stop == mention.opens and ":" in layout.gap(mention.opens)) or labels:
        return True
    if hit.first == first and layout.words[hit.stop : mention.opens] in (
        ["now"],
        ["currently"],
        ["today"],
        [],
    ):
        return True
    subject = hit.first - layout.sentences[layout.of_word[hit.first]].first <= 3
    near = mention.first - hit.stop <= (SUBJECT_REACH if subject else 6)
    return near and abs(layout.breaks[hit.first] - layout.breaks[mention.first]) < 0.5


# --- what stands beside, before and elsewhere ----------------------------------------------------------------------


def link_pairs(layout: Layout, readings: Sequence[Reading]) -> None:
    """Such as "from A to B", "A versus B", "A, B or more": one metric for both."""
    for kind in {reading.mention.kind for reading in readings}:
        alike = [r for r in readings if r.mention.kind == kind and not r.dropped]
        for left, right in pairwise(alike):
            _link(layout, left, right)


def _link(layout: Layout, left: Reading, right: Reading) -> None:
    bond = _bond(layout, left.mention, right.mention)
    if bond and min(left.best[1], right.best[1]) >= TOLD and left.best[0] != right.best[0]:
        bond = 0.2  # each has a noun of its own
    if bond:
        shared = dict(left.weights)
        for metric, weight in right.weights.items():
            left.add(metric, bond * weight)
        for metric, weight in shared.items():
            right.add(metric, bond * weight)
    elif (
        left.best[1] > 0
        and left.best[0] not in (DERIVED, NOTHING)
        and right.mention.form != "factor"
        and right.mention.kind != "count"
    ):
        far = right.mention.first - left.mention.stop
        crossed = abs(layout.breaks[right.mention.first] - layout.breaks[left.mention.first])
        right.add(left.best[0], min(left.best[1], 4.0) * 0.45 * 0.95**far * 0.6**crossed)


def price_rounds(layout: Layout, readings: Sequence[Reading]) -> None:
    """Such as "took in $75 million last month at $900 million": money raised, and the value it was raised at."""
    sums = [r for r in readings if r.mention.kind == "money" and not r.dropped]
    for left, right in pairwise(sums):
        between = layout.words[left.mention.stop : right.mention.opens]
        size = right.mention.value / left.mention.value if left.mention.value else 0.0
        taken = layout.words[max(0, left.mention.opens - 4) : left.mention.opens]
        stage = layout.word(right.mention.stop)
        asked = SOUGHT & set(taken) and DONE.isdisjoint(
            layout.words[left.sentence.first : left.mention.opens]
        )
        if between == ["at"] and size >= 3 and (stage in STAGES or SOUGHT & set(taken)):
            left.add("funding.raised", 8.0)
            for reading in (left, right):
                reading.weights["valuation.secondary"] = 0.2 * reading.weights.get("valuation.secondary", 0.0)
            right.add("valuation.talks" if asked else "valuation.round", 8.0)
        elif "at" in between[:2] and {"valuation", "post", "pre"} & set(between) and len(between) <= 6:
            left.add("funding.raised", 5.0)
            left.weights["valuation.talks"] = 0.3 * left.weights.get("valuation.talks", 0.0)
        elif between == ["at"] and size >= MULTIPLE and taken[-2:] == ["round", "of"]:
            left.add("funding.raised", 5.0)
            right.add("valuation.round", 9.0)
        elif between[-1:] == ["at"] and len(between) <= 4 and 3 <= size <= 60 and TAKEN & set(taken):
            for metric in ("revenue.recognised", "revenue.run_rate"):
                left.weights[metric] = 0.3 * left.weights.get(metric, 0.0)
            left.add("funding.raised", 3.0)
            right.add("valuation.round", 4.0)


def _bond(layout: Layout, left: Mention, right: Mention) -> float:
    """How firmly two quantities are tied: 0.8 for a change or a comparison, 0.7 for a bare list."""
    between = layout.words[left.stop : right.first]
    before = layout.words[max(0, left.opens - 2) : left.first]
    if "to" in between and "from" in before and len(between) < 16:
        return 0.8
    if "from" in between and len(between) < 12 and between.index("from") >= len(between) - 4:
        return 0.8
    if "compared" in between and len(between) <= 16 and layout.word(right.opens - 1) in ("with", "to"):
        return 0.8
    if layout.word(right.opens - 1) in ("vs", "versus", "against", "from", "than") and len(between) <= 16:
        return 0.8
    listed = len(between) == 1 and between[0] in cue_index() and "," in layout.gap(left.stop)
    if listed or between == ["with"]:
        return 0.0
    return 0.7 if len(between) <= 1 and right.first - left.stop <= 1 else 0.0


@dataclass(slots=True)
class Memory:
    """Figures seen with some evidence, by kind and value: metrics with their weight, and entities with theirs."""

    metrics: dict[tuple[str, float], dict[str, float]] = field(default_factory=dict)
    entities: dict[tuple[str, float], dict[str, float]] = field(default_factory=dict)

    @staticmethod
    def _key(mention: Mention) -> tuple[str, float]:
        return mention.kind + mention.currency, float(f"{mention.value:.3g}")

    def learn(self, reading: Reading, entity: str, sureness: float) -> None:
        """Keep what a sentence says of a figure."""
        metric, weight = reading.best
        if weight >= FAINT and metric not in (DERIVED, NOTHING):
            key = self._key(reading.mention)
            for table, name, amount in (
                (self.metrics, metric, weight),
                (self.entities, entity, weight * sureness),
            ):
                row = table.setdefault(key, {})
                row[name] = row.get(name, 0.0) + amount

    def recall(self, reading: Reading) -> tuple[str, str, float] | None:
        """Metric and entity that most evidence for the same figure elsewhere speaks for, and that weight."""
        key = self._key(reading.mention)
        found = dict(self.metrics.get(key, {}))
        own, weight = reading.best
        if own in found and weight >= FAINT:
            found[own] -= weight
        found = {name: left for name, left in found.items() if left > 0}
        if not found:
            return None
        metric = max(found, key=lambda name: (found[name], name))
        family = _family(metric)
        exact = [m for m in found if family and m.startswith(family) and m not in GENERIC]
        if metric in GENERIC and exact:
            closer = max(exact, key=lambda name: (found[name], name))
            metric = closer if found[closer] >= 0.25 * found[metric] else metric
        called = self.entities[key]
        entity = max(called, key=lambda name: (called[name], name))
        return metric, entity, found[metric]


def _family(metric: str) -> str:
    """Metrics that the same figure may be called by more or less exactly."""
    return next((f for f in FAMILIES if metric.startswith(f)), "")


def name_profits(readings: Sequence[Reading]) -> None:
    """A loss told beside a loss of a known measure is of that measure too."""
    for reading in readings:
        if reading.mention.kind == "money" and reading.best[0] == "profit.unspecified":
            _name_profit(reading.weights)


def remember(layout: Layout, reading: Reading, memory: Memory) -> None:
    """More weight for the metric the same figure had elsewhere, most for "the $3 billion" and in headings."""
    if reading.mention.kind == "percent" or not (reading.mention.scaled or reading.mention.value >= 100):
        return
    known = memory.recall(reading)
    if known is None:
        return
    metric, entity, weight = known
    best = reading.best[0]
    if best in GENERIC and _family(best) == _family(metric) and metric != best:
        reading.add(metric, max(0.0, reading.best[1] - reading.weights.get(metric, 0.0)) + 0.5)
    before = layout.words[reading.mention.opens - 1] if reading.mention.opens > 0 else ""
    definite = before in ("the", "that", "this", "those", "these", "whose")
    share = 1.2 if reading.sentence.heading else 0.8 if definite else 0.6
    if reading.best[1] >= OWN and best not in GENERIC:
        share *= 0.5
    reading.add(metric, min(weight, 6.0) * share)
    if reading.best[0] == metric:
        reading.borrowed = entity
