"""A claim made comparable: its figure as a bar a year or as stated, its dates as day numbers, its meaning as a key."""

from __future__ import annotations

from functools import lru_cache

from crossbearing.check.bar import Bar, bar_of
from crossbearing.vocabulary.claim import PART_KEYS, Claim, Modality
from crossbearing.vocabulary.metric import Metric
from crossbearing.vocabulary.period import Duration

Pairs = tuple[tuple[str, str], ...]

# Keys that name another quantity only where both claims state them.
WILD = frozenset(["round", "threshold", "share_class", "step"])
# Keys that say how the same quantity is defined, and on which panel or scope it is measured.
DEFINITION = frozenset(["measure", "margin_definition", "valuation_basis", "price_type"])
TERMS = frozenset(["window", "adjusted_for"])  # free words that only hint at another definition
COVERAGE = frozenset(("method", "scope"))
CLASSES = {
    Modality.ACTUAL: "actual",
    Modality.FORECAST: "forecast",
    Modality.TARGET: "target",
    Modality.TALKS: "talks",
}


LONGEST_POINT = 92  # days up to which the time of a single event is merely vague


class Stated:
    """A claim with what the comparisons need, computed once.

    Attributes:
        claim: The claim.
        bar: Its figure; flows over a duration and rates are a year, others as stated.
        first, last: Day numbers between which the statement's time lies (a duration's first and last day).
        dated: Whether the statement says when.
        middle: Day number half-way through its time.
        span: Whether it is about a duration.
        rated: Whether the bar is a rate a year.
        partition, wild, definition, coverage, terms: Its qualifiers by what they mean.
    """

    __slots__ = (
        "bar",
        "claim",
        "coverage",
        "dated",
        "definition",
        "entity",
        "first",
        "id",
        "last",
        "metric",
        "middle",
        "partition",
        "rated",
        "span",
        "terms",
        "wild",
    )

    def __init__(
        self, claim: Claim, metric: Metric | None, metric_id: str, bars: dict[tuple[int, float], Bar]
    ) -> None:
        self.claim = claim
        self.id = claim.id
        self.entity = claim.entity
        self.metric = metric_id
        additive = metric is not None and (metric.over_parts == "sum" or metric.kind == "event")
        self.partition, self.wild, self.definition, self.coverage, self.terms = _sorted_keys(
            claim.qualifiers, additive, "_dollar" in metric_id
        )
        self._date(claim, point=metric is not None and metric.kind == "flow" and metric.period == "either")
        self._scale(claim, metric, bars)

    def _date(self, claim: Claim, *, point: bool) -> None:
        """Day numbers. What happens at a point, such as a round, is not spread over the month it is told for."""
        period = claim.period
        self.span = isinstance(period, Duration) and not (point and period.days <= LONGEST_POINT)
        if period is None:
            self.first = self.last = 0
        elif isinstance(period, Duration):
            self.first, self.last = period.start.toordinal(), period.end.toordinal()
        else:
            self.first, self.last = period.first.toordinal(), period.last.toordinal()
            if claim.known is not None and claim.modality is Modality.ACTUAL:
                known = claim.known.toordinal()
                self.last = max(min(self.last, known), self.first)
        self.dated = self.last > 0
        self.middle = (self.first + self.last) / 2

    def _scale(self, claim: Claim, metric: Metric | None, bars: dict[tuple[int, float], Bar]) -> None:
        factor, self.rated = 1.0, False
        if claim.unit.kind in ("money_rate", "count_rate") or (claim.unit.kind == "price" and claim.unit.per):
            factor, self.rated = claim.unit.per_year, True
        elif (
            self.span
            and metric is not None
            and metric.kind == "flow"
            and claim.unit.kind in ("money", "count")
        ):
            factor, self.rated = 12.0 / months(self.first, self.last), True
        key = (id(claim.quantity), factor)  # one text is one object, so that a bar is computed once
        bar = bars.get(key)
        if bar is None:
            bar = bars[key] = bar_of(claim.quantity, factor)
        self.bar = bar

    @property
    def amount(self) -> Bar:
        """The figure as stated, not a year."""
        return bar_of(self.claim.quantity)

    def per_year(self) -> Bar | None:
        """The figure as a rate a year, or None where it is none."""
        return self.bar if self.rated else None


@lru_cache(maxsize=65536)
def _sorted_keys(qualifiers: Pairs, additive: bool, by_spend: bool) -> tuple[Pairs, ...]:
    """Qualifiers by meaning.

    The scope of an event, or of a quantity that adds up, names which one or which part. A threshold names a part too,
    unless the metric itself counts above a spend.
    """
    part = PART_KEYS | ({"scope"} if additive else set()) | (set() if by_spend else {"threshold"})
    pairs = [(k, " ".join(v.casefold().replace("-", " ").replace("_", " ").split())) for k, v in qualifiers]
    return tuple(
        tuple(p for p in pairs if p[0] in keys and (keys is part or p[0] not in part))
        for keys in (part, WILD, DEFINITION, COVERAGE, TERMS)
    )


@lru_cache(maxsize=4096)
def months(first: int, last: int) -> float:
    """Months between two day numbers, both included; whole where a calendar span of whole months is meant."""
    exact = (last - first + 1) / 30.4375
    whole = round(exact)
    return float(whole) if whole and abs(exact - whole) < 0.1 else exact


def differ(a: Pairs, b: Pairs) -> bool:
    """Whether both state one key with different values."""
    if not a or not b:
        return False
    values = dict(a)
    return any(values.get(key, value) != value for key, value in b)
