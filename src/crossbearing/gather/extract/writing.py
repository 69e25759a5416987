"""Roles -> proposed claims: entity, unit, sign, period, stance and the next best readings, written out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from crossbearing.gather.extract import stance
from crossbearing.gather.extract.cues import DERIVED
from crossbearing.gather.extract.document import Document
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.proposal import Candidate, Proposal
from crossbearing.gather.extract.quantities import Mention
from crossbearing.gather.extract.readings import FLOORS, Reading
from crossbearing.gather.extract.scene import leads_round
from crossbearing.gather.extract.subjects import MARKET, by_role, owners
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.metric import Metric, Registry
from crossbearing.vocabulary.period import parse_period

if TYPE_CHECKING:
    from crossbearing.gather.extract.reader import Passage

OF_PRODUCTS = ("users.", "installs", "product.", "customers.s", "adoption.", "share.", "price.", "token_")
UNITS = {"year": "year", "power": "W", "points": "pp", "multiple": "x", "count": "count"}
PLENTY = 3
LEAST_ODDS = 0.5
LEAST = 5000.0
ABOVE = 30
OF_COMPANIES = (
    "valuation.",
    "funding.",
    "revenue.r",
    "cash.",
    "profit.",
    "cost.",
    "secondary.",
    "market.",
    "compute.c",
)


def entity_of(layout: Layout, passage: Passage, reading: Reading) -> list[tuple[str, float]]:
    """Entities for a quantity with their weights, best first; kept until its metric or what it borrows changes."""
    key = (reading.best[0], reading.borrowed, reading.owner)
    if reading.ranked is None or reading.ranked[0] != key:
        reading.ranked = key, _rank(layout, passage, reading)
    return reading.ranked[1]


def _rank(layout: Layout, passage: Passage, reading: Reading) -> list[tuple[str, float]]:
    """Entities for a quantity with their weights, best first."""
    if reading.owner or reading.best[0].startswith("market."):
        return [(reading.owner or MARKET, 1.0)]
    beside = passage.beside
    if reading.owners is None:
        reading.owners = owners(
            layout, reading.mention, passage.sentence, passage.cast, passage.scene, beside
        )
    weights = dict(reading.owners)
    metric = reading.best[0]
    _not_of_bystanders(weights, passage)
    _of_makers(weights, metric, passage)
    if reading.borrowed:
        alone = not any(a.named and a.first < reading.mention.first for a in passage.cast)
        weights[reading.borrowed] = weights.get(reading.borrowed, 0.0) + (0.6 if alone else 0.3)
    for entity, weight in by_role(
        layout, reading.mention, metric, passage.sentence, passage.cast, beside
    ).items():
        weights[entity] = weights.get(entity, 0.0) + weight
    _not_of_venues(layout, weights, metric, passage)
    _not_of_leads(layout, weights, metric, passage)
    _not_of_customers(layout, weights, metric, passage, reading)
    _not_of_suppliers(layout, weights, metric, passage)
    if metric.startswith("adoption.business") and not _told_of(passage, reading):
        weights[MARKET] = weights.get(MARKET, 0.0) + 0.7
    if metric in ("customers.account_spend", "revenue.arpu") and len(weights) > 1 and MARKET in weights:
        weights[MARKET] *= 0.3
    other = _second_of_pair(layout, passage, reading, weights)
    if other:
        weights[other] = max(weights.values()) + 0.5
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return ranked or [("", 0.0)]


def _of_makers(weights: dict[str, float], metric: str, passage: Passage) -> None:
    """Less for a product where the metric is one of companies, unless the product is the subject and sales are meant."""
    for entity in list(weights):
        if passage.scene.kinds.get(entity) == "product" and not metric.startswith(OF_PRODUCTS):
            sells = metric.startswith("revenue.r") and any(
                a.entity == entity and a.named and a.weight >= 0.95 for a in passage.cast
            )
            weights[entity] *= 0.9 if sells else 0.5


def _not_of_bystanders(weights: dict[str, float], passage: Passage) -> None:
    """Less, by its odds and at most by half, for a name that more likely than not owns no figure; a verb may still win."""
    for entity in weights.keys() - {passage.scene.main}:
        odds = math.exp(min(0.0, passage.scene.owning.get(entity, 0.0)))
        weights[entity] *= max(odds, LEAST_ODDS)


def _not_of_suppliers(layout: Layout, weights: dict[str, float], metric: str, passage: Passage) -> None:
    """Less for whom capacity is bought from: "140 MW from Acme" belongs to the buyer."""
    if metric.startswith("compute.commitment"):
        for actor in passage.cast:
            if actor.named and layout.word(actor.first - 1) in ("from", "with"):
                weights[actor.entity] *= 0.4


def _not_of_leads(layout: Layout, weights: dict[str, float], metric: str, passage: Passage) -> None:
    """Less for who led a round: "Acme, which led the last round at $3 billion" is not what was priced."""
    if not metric.startswith(("valuation.", "funding.raised")):
        return
    for actor in passage.cast:
        if actor.named and actor.entity != passage.scene.main and leads_round(layout, actor):
            weights[actor.entity] *= 0.3
            _main_too(weights, passage)


def _not_of_customers(
    layout: Layout, weights: dict[str, float], metric: str, passage: Passage, reading: Reading
) -> None:
    """A customer's part of revenue belongs to the seller: "Acme, its largest customer, accounts for 18%"."""
    if metric != "customers.revenue_concentration":
        return
    for actor in passage.cast:
        if actor.named and not actor.owner and actor.stop <= reading.mention.first:
            between = layout.words[actor.stop : reading.mention.first]
            if not {"accounts", "account", "accounted", "customer", "customers"}.isdisjoint(between[:9]):
                weights[actor.entity] *= 0.4
                _main_too(weights, passage)


def _main_too(weights: dict[str, float], passage: Passage) -> None:
    """The company the text is about stands in for one that is out of the question."""
    if passage.scene.main:
        weights[passage.scene.main] = max(weights.get(passage.scene.main, 0.0), 0.5)


def _not_of_venues(layout: Layout, weights: dict[str, float], metric: str, passage: Passage) -> None:
    """Less for who reports a price, and for the venue on which shares trade."""
    if not metric.startswith(("valuation.", "funding.", "secondary.")):
        return
    for actor in passage.cast:
        if layout.word(actor.first - 1) == "on" and metric.startswith(("valuation.s", "secondary.")):
            weights[actor.entity] *= 0.3
            _main_too(weights, passage)
        if layout.word(actor.stop) in ("reports", "reported", "values", "valued"):
            weights[actor.entity] *= 0.4


def _told_of(passage: Passage, reading: Reading) -> bool:
    """Whether the sentence or the paragraph names somebody before the quantity."""
    here = any(a.first < reading.mention.first for a in passage.cast)
    return here or passage.scene.focused == passage.sentence.paragraph or reading.sentence.heading


def _second_of_pair(layout: Layout, passage: Passage, reading: Reading, weights: dict[str, float]) -> str:
    """Such as "(63% vs. 54%)": the second figure is the rival's."""
    mention = reading.mention
    joint = layout.words[max(0, mention.opens - 2) : mention.first]
    if not ("vs" in joint or "versus" in joint) or any(a.stop == mention.opens for a in passage.cast):
        return ""
    left = [
        r.mention
        for r in passage.readings
        if r.mention.stop <= mention.first and r.mention.kind == mention.kind
    ]
    if not left or mention.first - left[-1].stop > 2 or not weights:
        return ""
    first = max(weights, key=lambda name: weights[name])
    rest = [a.entity for a in passage.cast if a.entity != first and a.kind == "company"]
    return rest[-1] if rest else ""


def propose(
    layout: Layout, document: Document, passage: Passage, reading: Reading, registry: Registry
) -> Proposal | None:
    """The claim a reading amounts to, or None where the evidence is too thin to say what is measured."""
    metric_id, weight = reading.best
    mention = reading.mention
    if weight < FLOORS[mention.kind] or metric_id not in registry:
        return None
    small = mention.kind == "money" and not reading.tabular and abs(mention.value) < LEAST
    if small and metric_id.startswith(OF_COMPANIES):
        return None  # a share price, a ticket, an espresso
    ranked = entity_of(layout, passage, reading)
    entity = ranked[0][0] or MARKET
    metric_id = _of_product(metric_id, entity, passage, registry)
    metric = registry[metric_id]
    speaker = _speaker(mention, passage)
    sign = _sign(layout, reading, metric)
    derived = metric_id == DERIVED or metric_id in ("valuation.multiple", "revenue.growth_multiple")
    mode = stance.modality(layout, mention, passage.marks, derived=derived)
    low, high = (mention.low, mention.high) if sign > 0 else (_negated(mention.high), _negated(mention.low))
    return Proposal(
        doc=document.name,
        start=mention.start,
        end=mention.end,
        sentence_start=min(passage.sentence.start, mention.start),  # a currency sign may open the sentence
        sentence_end=max(passage.sentence.end, mention.end),
        value_text=document.text[mention.start : mention.end],
        entity=entity,
        metric=metric_id,
        value=abs(mention.value) if metric_id == "cash.burn" else sign * mention.value,
        low=low,
        high=high,
        relation=mention.relation,
        unit=unit_of(mention, metric),
        period=_period(reading, metric, document, mode),
        basis=stance.basis(layout, mention, passage.marks, metric.bases),
        status=stance.status(layout, mention, passage.marks, speaker, entity),
        modality=mode,
        attributed_to=speaker,
        qualifiers=_qualifiers(reading),
        candidates=_candidates(reading, ranked, metric_id),
    )


def _negated(value: float | None) -> float | None:
    return None if value is None else -value


def _of_product(metric: str, entity: str, passage: Passage, registry: Registry) -> str:
    """The run rate of a product has a metric of its own; "Acme Review" is a product where the text is about Acme."""
    if metric != "revenue.run_rate" or "product.run_rate" not in registry:
        return metric
    main = passage.scene.main
    made = bool(main) and entity.startswith(f"{main} ") and entity[len(main) :].strip().isalpha()
    return "product.run_rate" if made or passage.scene.kinds.get(entity) == "product" else metric


def _candidates(reading: Reading, ranked: list[tuple[str, float]], chosen: str) -> tuple[Candidate, ...]:
    """The best readings with their share of the evidence; the chosen one first."""
    metrics = sorted(reading.weights.items(), key=lambda item: (-item[1], item[0]))[:PLENTY]
    metrics[0] = (chosen, metrics[0][1])
    whole = sum(w for _, w in metrics) * sum(w for _, w in ranked[:PLENTY]) or 1.0
    pairs = sorted((-(a * b / whole), e or MARKET, m) for m, a in metrics for e, b in ranked[:PLENTY])
    return tuple([Candidate(e, m, round(-s, 4)) for s, e, m in pairs[: 2 * PLENTY]])


def _sign(layout: Layout, reading: Reading, metric: Metric) -> int:
    """-1 for a loss, a deficit or a fall that is written without a sign."""
    mention = reading.mention
    if metric.positive or mention.value <= 0 or reading.tabular:
        return 1
    table = lexicon("metrics")["negative"]
    if metric.id.startswith(("profit.", "margin.operating")) and metric.unit_kind != "points":
        return (
            -1
            if _nearest(
                layout, reading, table["words"], ("profit", "profits", "income", "profitable", "positive")
            )
            else 1
        )
    changes = metric.unit_kind == "points" or (metric.id == DERIVED and mention.kind == "points")
    if metric.id == "revenue.growth" or (changes and metric.id != "adoption.gap"):
        return (
            -1
            if _nearest(
                layout,
                reading,
                table["falls"],
                ("rose", "grew", "rise", "up", "growth", "gained", "climbed", "increase"),
            )
            else 1
        )
    return 1


def _nearest(layout: Layout, reading: Reading, words: frozenset[str], against: tuple[str, ...]) -> bool:
    """Whether a word of one group stands nearer to the quantity than any of the other."""
    mention, sentence = reading.mention, reading.sentence
    best: tuple[float, bool] = (1e9, False)
    first, stop = sentence.first, sentence.stop
    if reading.best[0].startswith("profit.") and {*words, *against}.isdisjoint(layout.words[first:stop]):
        first = max(
            0, first - ABOVE
        )  # "Net loss: ... A year ago it was $31 million", a list under "Net losses"
    for at in range(first, stop):
        word = layout.words[at]
        if word == "income" and layout.word(at + 1) in ("tax", "taxes"):
            continue
        if layout.gap(at).endswith("(") and layout.gap(at + 1).startswith(")"):
            continue  # "net income (loss)"
        if word in words or word in against:
            crossed = abs(layout.breaks[at] - layout.breaks[mention.first])
            if at > mention.first and crossed:
                continue  # "reached $61 million, against a loss of $8 million"
            cost = abs(at - mention.first) + 8 * crossed
            best = min(best, (cost, word in words))
    return best[1]


def unit_of(mention: Mention, metric: Metric) -> str:
    """Base unit of a claim of this metric from this quantity."""
    if mention.kind == "money":
        return _money_unit(mention, metric)
    if mention.kind == "percent":
        return "ratio"
    return UNITS[mention.kind]


def _money_unit(mention: Mention, metric: Metric) -> str:
    currency = mention.currency or "USD"
    if metric.unit_kind == "money_rate":
        return f"{currency}/{mention.per or 'yr'}"
    if metric.unit_kind == "price":
        if metric.id == "price.per_token":
            return f"{currency}/token"
        return f"{currency}/user/{mention.per}" if mention.per in ("month", "yr") else currency
    if metric.kind == "flow" and mention.per:
        return f"{currency}/{mention.per}"
    return currency


def _period(reading: Reading, metric: Metric, document: Document, mode: Modality) -> str:
    """The time beside the quantity; a present level without one is of the month of publication."""
    if reading.when is not None:
        try:
            parse_period(reading.when.period, metric.prefers)
        except CellError:
            return ""
        return reading.when.period
    current = metric.prefers == "instant" and mode in (Modality.ACTUAL, Modality.DERIVED, Modality.TALKS)
    return f"{document.published:%Y-%m}" if document.published and current else ""


def _speaker(mention: Mention, passage: Passage) -> str:
    """Who says it: the speaker nearest to the quantity, one in front of it first."""
    if not passage.speaking:
        return ""
    placed = sorted(
        passage.speaking.items(), key=lambda item: (item[0] > mention.first, abs(item[0] - mention.first))
    )
    return placed[0][1]


def _qualifiers(reading: Reading) -> tuple[tuple[str, str], ...]:
    if reading.threshold is None:
        return ()
    return (("threshold", f">{reading.threshold:g}"),)


def without_span(proposal: Proposal) -> Proposal:
    """A proposal as it would stand elsewhere: for comparing two copies of a text."""
    return replace(proposal, doc="", start=0, end=0, sentence_start=0, sentence_end=0)
