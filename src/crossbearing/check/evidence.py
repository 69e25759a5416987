"""The book as the rules see it: statements by entity, metric, source and series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from crossbearing.check.statement import CLASSES, Pairs, Stated
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.metric import Metric

# A product's run rate may be filed under the product or, with a product qualifier, under its owner.
PRODUCT_RATE = "product.run_rate"
COMPANY_RATE = "revenue.run_rate"


class Series:
    """Statements of one quantity: one entity, metric, part, class of modality and unit, over time."""

    __slots__ = ("entity", "kind", "klass", "metric", "partition", "rated", "span", "statements")

    def __init__(self, entity: str, metric: Metric | None, first: Stated, klass: str) -> None:
        self.entity = entity
        self.metric = metric
        self.kind = metric.kind if metric else "ratio"
        self.klass = klass
        self.partition = first.partition
        self.rated = first.rated
        self.span = first.span
        self.statements: list[Stated] = []


class Evidence:
    """Everything the rules look things up in, built once.

    Attributes:
        book: The book.
        stated: Every claim made comparable, in the order of the book.
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
        products = {e.name for e in book.entities.values() if e.kind == "product"}
        for claim in book.claims:
            metric_id = claim.metric
            if metric_id == COMPANY_RATE and claim.entity in products:
                metric_id = PRODUCT_RATE
            one = Stated(claim, registry.get(metric_id), metric_id)
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
            yield series

    def metric(self, one: Stated) -> Metric | None:
        """The metric of a statement, or None where the registry lacks it."""
        return self.book.registry.get(one.metric)

    def label(self, metric_id: str) -> str:
        """The metric in words."""
        metric = self.book.registry.get(metric_id)
        return metric.label if metric else metric_id

    def of(self, entity: str, *metrics: str) -> list[Stated]:
        """Statements of an entity about any of the metrics."""
        return [s for m in metrics for s in self._metric.get((entity, m), ())]

    def about(self, *metrics: str) -> Iterator[Stated]:
        """Statements about any of the metrics, of every entity."""
        wanted = set(metrics)
        for (_, metric), statements in self._metric.items():
            if metric in wanted:
                yield from statements

    def about_entity(self, entity: str) -> list[Stated]:
        """Statements about an entity."""
        return self._entity.get(entity, [])

    def from_source(self, source: str) -> list[Stated]:
        """Statements of one source."""
        return self._source.get(source, [])

    def entities(self, *metrics: str) -> list[str]:
        """Entities with a statement about any of the metrics."""
        wanted = set(metrics)
        return list(dict.fromkeys(e for e, m in self._metric if m in wanted))

    def children(self, entity: str) -> list[str]:
        """Products and parts whose parent is the entity."""
        return [e.name for e in self.book.entities.values() if e.parent == entity]


def actual(statements: Iterable[Stated]) -> list[Stated]:
    """Statements about what was."""
    return [s for s in statements if s.claim.modality is Modality.ACTUAL]
