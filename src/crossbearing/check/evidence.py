"""The book as the rules see it: statements by entity, metric, source and series."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from crossbearing.check.bar import Bar
from crossbearing.check.statement import CLASSES, Pairs, Stated
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.metric import Metric

# A product's run rate may be filed under the product or, with a product qualifier, under its owner.
PRODUCT_RATE = "product.run_rate"
COMPANY_RATE = "revenue.run_rate"
MANY = 100  # statements of one entity and metric above which repetitions are looked up once
VAGUE = 100  # days above which a statement's time is kept apart from the sharp ones


class Series:
    """Statements of one quantity: one entity, metric, part, class of modality and unit, over time.

    Attributes:
        statements: All of them, in order of time.
        leads: One for each figure, time and terms, repetitions left out.
        klass: actual, forecast, target or talks.
        kind: Of the metric: stock, flow, rate, ratio or event.
    """

    __slots__ = ("entity", "kind", "klass", "leads", "metric", "partition", "rated", "span", "statements")

    def __init__(self, entity: str, metric: Metric | None, first: Stated, klass: str) -> None:
        self.entity = entity
        self.metric = metric
        self.kind = metric.kind if metric else "ratio"
        self.klass = klass
        self.partition = first.partition
        self.rated = first.rated
        self.span = first.span
        self.statements: list[Stated] = []
        self.leads: list[Stated] = []


class Evidence:
    """Everything the rules look things up in, built once.

    Attributes:
        book: The book.
        stated: Every claim made comparable, the earliest known first.
        by_id: The same by claim id.
        series: Comparable statements together, each list in order of time.
        odd: Ids of claims that stand alone against others of their series, filled by the engine.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        registry = book.registry
        self.stated: list[Stated] = []
        self.by_id: dict[str, Stated] = {}
        self.odd: set[str] = set()
        self._metric: dict[tuple[str, str], list[Stated]] = defaultdict(list)
        self._source: dict[str, list[Stated]] = defaultdict(list)
        self._entity: dict[str, list[Stated]] = defaultdict(list)
        self._distinct: dict[tuple[str, str], list[Stated]] = {}
        self._timeline: dict[tuple[str, str], _Timeline] = {}
        self._days: dict[tuple[object, ...], list[Stated]] | None = None
        bars: dict[tuple[int, float], Bar] = {}
        products = {e.name for e in book.entities.values() if e.kind == "product"}
        for claim in sorted(book.claims, key=_told):
            metric_id = claim.metric
            if metric_id == COMPANY_RATE and claim.entity in products:
                metric_id = PRODUCT_RATE
            one = Stated(claim, registry.get(metric_id), metric_id, bars)
            self.stated.append(one)
            self.by_id[one.id] = one
            self._metric[one.entity, metric_id].append(one)
            self._source[claim.source].append(one)
            self._entity[one.entity].append(one)
        self.series = tuple(self._build_series())

    def _build_series(self) -> Iterator[Series]:
        found: dict[tuple[str, str, Pairs, str, str, bool, bool], Series] = {}
        for one in self.stated:
            klass = CLASSES.get(one.claim.modality)
            if klass is None:
                continue
            unit = one.claim.unit
            key = (
                one.entity,
                one.metric,
                one.partition,
                klass,
                unit.currency or unit.kind,
                one.rated,
                one.span,
            )
            series = found.get(key)
            if series is None:
                series = found[key] = Series(one.entity, self.metric(one), one, klass)
            series.statements.append(one)
        for series in found.values():
            series.statements.sort(key=lambda s: (s.first + s.last, s.id))
            series.leads = once_each(series.statements)
            yield series

    def metric(self, one: Stated) -> Metric | None:
        """The metric of a statement, or None where the registry lacks it."""
        return self.book.registry.get(one.metric)

    def label(self, metric_id: str) -> str:
        """The metric in words."""
        metric = self.book.registry.get(metric_id)
        return metric.label if metric else metric_id

    def of(self, entity: str, *metrics: str) -> list[Stated]:
        """Statements of an entity about any of the metrics; of very many, one for each figure, time and terms."""
        return [s for m in metrics for s in self._heard(entity, m)]

    def about(self, *metrics: str) -> Iterator[Stated]:
        """Statements about any of the metrics, of every entity, as `of` gives them."""
        wanted = set(metrics)
        for entity, metric in self._metric:
            if metric in wanted:
                yield from self._heard(entity, metric)

    def around(self, near: Stated, days: float, *metrics: str, entity: str = "") -> list[Stated]:
        """Statements of an entity (by default the same) within so many days of another's time, in order of time."""
        found = []
        for metric in metrics:
            name = (entity or near.entity, metric)
            if name not in self._timeline:
                self._timeline[name] = _Timeline(self._heard(*name))
            found += self._timeline[name].between(near.first - days, near.last + days)
        return found

    def _heard(self, entity: str, metric: str) -> list[Stated]:
        """Statements about a metric, the earliest known first, with repetitions left out where there are very many."""
        name = (entity, metric)
        if name not in self._distinct:
            listed = self._metric.get(name, [])
            self._distinct[name] = once_each(listed) if len(listed) > MANY else listed
        return self._distinct[name]

    def about_entity(self, entity: str) -> list[Stated]:
        """Statements about an entity."""
        return self._entity.get(entity, [])

    def same_days(self, one: Stated) -> list[Stated]:
        """Statements about the entity of exactly the same days, in the same unit."""
        if self._days is None:
            self._days = defaultdict(list)
            for s in self.stated:
                self._days[_days_of(s)].append(s)
        return self._days.get(_days_of(one), [])

    def from_source(self, source: str) -> list[Stated]:
        """Statements of one source."""
        return self._source.get(source, [])

    def entities(self, *metrics: str) -> list[str]:
        """Entities with a statement about any of the metrics."""
        wanted = set(metrics)
        return list(dict.fromkeys(e for e, m in self._metric if m in wanted))


class _Timeline:
    """Statements by time: sharp ones in order of their middle, vague ones apart."""

    def __init__(self, statements: Iterable[Stated]) -> None:
        dated = [s for s in statements if s.dated]
        self._sharp = sorted((s for s in dated if s.last - s.first <= VAGUE), key=lambda s: (s.first, s.id))
        self._starts = [s.first for s in self._sharp]
        self._vague = [s for s in dated if s.last - s.first > VAGUE]

    def between(self, first: float, last: float) -> list[Stated]:
        """Statements whose time touches the span."""
        sharp = self._sharp[bisect_left(self._starts, first - VAGUE) : bisect_right(self._starts, last)]
        return [s for s in (*sharp, *self._vague) if s.last >= first and s.first <= last]


def _days_of(one: Stated) -> tuple[object, ...]:
    return one.entity, one.first, one.last, one.claim.unit.symbol


def _told(claim: Claim) -> tuple[date, str]:
    """Earliest first, so that what is found does not depend on the order of the book."""
    return claim.known or date.max, claim.id


def once_each(statements: Iterable[Stated]) -> list[Stated]:
    """The first statement of each figure, time and terms."""
    return list({terms(s): s for s in reversed(list(statements))}.values())[::-1]


def terms(one: Stated) -> tuple[object, ...]:
    """What two statements share when one repeats the other."""
    claim = one.claim
    return (
        one.bar,
        one.first,
        one.last,
        claim.basis,
        claim.modality,
        claim.definition,
        one.partition,
        one.definition,
        one.coverage,
        one.wild,
        one.terms,
    )
