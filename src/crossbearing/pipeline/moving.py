"""What moves when claims come in: the results that rest on them, before and after, by fitting again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from crossbearing.pipeline import position
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.interval import Interval, IntervalKind
from crossbearing.vocabulary.series import Series
from crossbearing.vocabulary.shift import Shift, Side

RUN_RATE = "revenue.run_rate"
OUTLIER, SURE = 0.5, 0.99
Key = tuple[str, str]


@dataclass
class Results:
    """Results of a book at one day, computed once each, and the same with claims added.

    Attributes:
        book: The book without the claims.
        day: The date both sides are given for.
        seed: Seed of the random numbers.
    """

    book: Book
    day: date
    seed: int
    _before: dict[Key, tuple[Side, Series | None]] = field(default_factory=dict)
    _after: dict[Key, tuple[Side, Series | None]] = field(default_factory=dict)

    def with_claims(self, claims: Sequence[Claim]) -> tuple[tuple[Shift, ...], str]:
        """Results that move when claims come in, most moved first; and why none does, where none does."""
        from crossbearing.fix.align import why_not_past

        told = [c for c in claims if not why_not_past(c) or c.metric.startswith("valuation.")]
        if not told:
            return (), next((why_not_past(c) for c in claims), "no claim")
        keys = [k for c in told for k in results_of(self.book, c)]
        if not keys:
            return (), "it happened at once, so it is no level and no rate that goes on"
        after = replace(self.book, claims=(*self.book.claims, *claims))
        shifts = self.against(after, keys)
        return shifts, "" if shifts else self._why_still(told, keys)

    def _why_still(self, told: Sequence[Claim], keys: Sequence[Key]) -> str:
        """Why claims that came in moved nothing: no position rests on them, or they count for too little."""
        sides = [self._after[key] for key in dict.fromkeys(keys)]
        if any(series is not None for _, series in sides):
            return "no result moves by more than the error of the computation"
        undated = all(c.period is None for c in told)
        return "it says no time, so no position can use it" if undated else sides[0][0].why

    def doubt(self, claims: Sequence[Claim]) -> str:
        """That a position takes the claims that came in last for outliers, where every one that rests on them does."""
        names = {c.id for c in claims}
        keys = {k for c in claims for k in results_of(self.book, c)}
        series = [found for key, (_, found) in self._after.items() if key in keys and found]
        judged = [
            w.outlier_probability
            for s in series
            for w in s.claims
            if w.id in names and w.outlier_probability is not None
        ]
        if not judged or min(judged) < OUTLIER:
            return ""
        share = f"{min(judged):.0%}" if min(judged) < SURE else "over 99%"
        return f"the position takes it for an outlier (probability {share})"

    def against(self, after: Book, keys: Iterable[Key]) -> tuple[Shift, ...]:
        """Those of the results that another state of the book moves: run rates first, then the most moved."""
        found = [s for key in dict.fromkeys(keys) if (s := self._shift(key, after)) is not None]
        return tuple(
            sorted(found, key=lambda s: (RUN_RATE not in s.id, s.change is None, -abs(s.change or 0.0), s.id))
        )

    def _shift(self, key: Key, after: Book) -> Shift | None:
        if key not in self._before:
            self._before[key] = result(self.book, *key, self.day, self.seed)
        (before, first), (now, second) = self._before[key], result(after, *key, self.day, self.seed)
        self._after[key] = now, second
        series = second or first
        if series is None:
            return None
        shift = shift_of(series, before, now)
        return shift if shift.moved else None


def shift_of(series: Series, before: Side, after: Side) -> Shift:
    """A shift named and labelled after a series."""
    from crossbearing.trace.figures import slug

    basis = series.basis if series.basis in ("gross", "net") else ""
    rate = "" if str(series.rate) == "none" else f", {series.rate}"
    when = f"at {after.at}" if before.at == after.at else f"at {before.at} and {after.at}"
    label = f"{series.entity} {series.metric}{' ' + basis if basis else ''}{rate} {when}"
    return Shift(slug(series.entity, series.metric, basis), label, series.unit, before, after)


def results_of(book: Book, claim: Claim) -> tuple[Key, ...]:
    """The results a claim can move: the run rate of its company where it speaks of revenue, else its own metric's.

    What happens at once, such as money raised, moves none: carried on as a rate it would be raised again every month.
    """
    from crossbearing.fix.observe import operators

    metric = book.registry.get(claim.metric)
    if metric is not None and metric.kind == "flow" and metric.period == "either":
        return ()
    if claim.metric in operators():
        known = book.entities.get(claim.entity)
        owner = known.parent if known is not None and known.parent else claim.entity
        own = () if claim.metric.startswith(("revenue.", "product.")) else ((claim.entity, claim.metric),)
        return ((owner, RUN_RATE), *own)
    return ((claim.entity, claim.metric),)


def result(book: Book, entity: str, metric: str, day: date, seed: int) -> tuple[Side, Series | None]:
    """One result of a book at a day, or why there is none."""
    at = _asked(book, metric, day)
    try:
        series = position(book, entity, metric, at=[at], seed=seed)
    except (Refusal, UsageError) as refused:
        return Side(at, why=refused.what), None
    return side_of(series), series


def side_of(series: Series) -> Side:
    """The last point of a series as one side of a shift; the interval of a forecast is predictive."""
    point = series.points[-1]
    if point.p50 is None or point.p5 is None or point.p95 is None:
        return Side(point.at, why=point.why or point.kind)
    level = 1.0 if series.interval_kind is IntervalKind.CLAIM_RANGE else 0.9
    return Side(point.at, point.p50, Interval(point.p5, point.p95, series.interval_kind, level))


def _asked(book: Book, metric: str, day: date) -> str:
    """The date, or for a flow the quarter it lies in."""
    if book.registry[metric].kind == "flow":
        return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
    return day.isoformat()
