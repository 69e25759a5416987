"""Revenue beside a price: from the position where the pipeline supplies one, else from claims alone, with its date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from crossbearing.value.term import Draws, Term, combine, drawn, draws_between, scores, stated
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality, Status
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.lineage import Lineage, unite
from crossbearing.vocabulary.period import Duration, Instant
from crossbearing.vocabulary.series import Series, SeriesPoint

RUN_RATE, RECOGNISED = "revenue.run_rate", "revenue.recognised"
NET_TO_GROSS = "net_to_gross"  # asked of the position like a metric, with an empty basis
WIDEST = 10.0
PLAIN = ("product", "segment", "region", "channel", "customer", "counterparty")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the position says of one quantity at one time.

    Attributes:
        quantiles: 5, 25, 50, 75 and 95 %, in the unit.
        unit: Symbol of the base unit.
        kind: credible or predictive.
        lineage: Claims and assumptions behind it.
        draws: Joint draws, where the position hands them over; else they are rebuilt from the quantiles.
    """

    quantiles: tuple[float, float, float, float, float]
    unit: str
    kind: IntervalKind
    lineage: Lineage
    draws: Draws | None = field(default=None, compare=False, repr=False)


# The position as the value sees it: (entity, metric, basis, instant or duration as text) -> estimate, or why there is none.
SalesAt = Callable[[str, str, str, str], Estimate | str]


def no_position(entity: str, metric: str, basis: str, at: str) -> Estimate | str:  # noqa: ARG001 - the shape of SalesAt
    """The supplier that has no position: figures then come from claims alone."""
    return ""


def from_series(series: Series, point: SeriesPoint) -> Estimate | str:
    """One point of a reconciled series as an estimate, or why there is none: not identified, or too wide to divide by."""
    found = (point.p5, point.p25, point.p50, point.p75, point.p95)
    if any(q is None or q <= 0 for q in found):
        return f"{series.entity} {series.metric} {series.basis} {point.at}: {point.why or 'not identified'}"
    p5, p25, p50, p75, p95 = (float(q or 0.0) for q in found)
    if p95 > WIDEST * p5:
        return (
            f"{series.entity} {series.metric} {series.basis} {point.at}: 5 to 95 % spans a factor of {p95 / p5:.0f}, "
            f"and beyond {WIDEST:.0f} a multiple says nothing"
        )
    kind = IntervalKind.PREDICTIVE if point.kind == "forecast" else series.interval_kind
    return Estimate((p5, p25, p50, p75, p95), series.unit, kind, series.lineage)


def from_log_ratio(mean: float, spread: float, entity: str, lineage: Lineage, seed: int) -> Estimate:
    """Net over gross from the mean and the standard deviation of its logarithm; net is never above gross.

    Args:
        mean: Mean of log(net / gross).
        spread: Its standard deviation.
        entity: Whose it is: the same company's ratio is the same in every figure.
        lineage: What it rests on.
        seed: Seed of the random numbers.
    """
    draws = np.exp(np.minimum(mean + spread * np.array(scores(f"{entity} {NET_TO_GROSS}", seed)), 0.0))
    p5, p25, p50, p75, p95 = (float(q) for q in np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95]))
    return Estimate((p5, p25, p50, p75, p95), "ratio", IntervalKind.CREDIBLE, lineage, draws)


def slug(name: str) -> str:
    """A name as part of a figure's id."""
    return name.casefold().replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Reading:
    """A revenue figure and everything that decides whether a price may be divided by it.

    Attributes:
        term: The figure; a rate a year for run rates and gross profit, money for a year recognised.
        measure: run rate, recognised, forward, or gross profit.
        basis: gross, net or not stated.
        first, last: Days it is about; the last day of a trailing year, the first of a forward one.
        known: Day it was public; None for a position, which is cut to the knowledge date already.
        position: Whether it comes from the position rather than from one claim.
        label: Words for a column.
        by: Who restates or estimates the figure, where it is not the company's own.
    """

    term: Term
    measure: str
    basis: str
    first: date
    last: date
    known: date | None = None
    position: bool = False
    label: str = ""
    by: str = ""


def basis_words(basis: str) -> str:
    """`gross`, `net`, or `basis not stated`."""
    return str(basis) if basis in (Basis.GROSS, Basis.NET) else "basis not stated"


def whole_company(claim: Claim) -> bool:
    """Whether a claim is about all of the company, not a product, segment, channel or customer."""
    return not any(claim.qualifier(key) for key in PLAIN)


def run_rates(book: Book, entity: str, at: date) -> tuple[Reading, ...]:
    """Run rates as claimed up to a day, one for each figure and basis, by date, of one date the best supported last.

    Copies and repeats share the best claim.
    """
    found: dict[tuple[str, str, float], Claim] = {}
    for claim in sorted(_actual(book, entity, RUN_RATE), key=lambda c: (list(Status).index(c.status), c.id)):
        if isinstance(claim.period, Instant) and claim.period.first <= at:
            found.setdefault((str(claim.basis), str(claim.unit), claim.quantity.value), claim)
    readings = [_of_run_rate(c) for c in reversed(found.values())]
    return tuple(sorted(readings, key=lambda r: (r.last, r.first)))


def _actual(book: Book, entity: str, metric: str) -> Iterable[Claim]:
    return (
        c
        for c in book.claims
        if c.entity == entity and c.metric == metric and c.modality is Modality.ACTUAL and whole_company(c)
    )


def _of_run_rate(claim: Claim) -> Reading:
    period = claim.period
    assert isinstance(period, Instant)
    basis = basis_words(claim.basis)
    by = f", by {claim.qualifier('by')}" if claim.qualifier("by") else ""
    label = f"run rate, {basis}, {period}{by}"
    cut = period.cut(claim.known)
    term = stated(claim, f"run_rate.{claim.id}", f"{claim.entity} {label}", per_year=True)
    restated = claim.qualifier("by")
    return Reading(term, "run rate", basis, cut.first, cut.last, claim.known, label=label, by=restated)


def newest_run_rate(book: Book, entity: str, at: date, basis: str = "") -> Reading | None:
    """The run rate claimed for the latest date up to a day, on a basis where one is named; others of that date are its range.

    The range spans every figure claimed for dates that overlap the newest one's: a claim range, no probability. Where no
    basis is named, somebody else's restatement counts only if there is nothing else.
    """
    known = run_rates(book, entity, at)
    own = [r for r in known if not r.by] or known
    found = [r for r in known if r.basis == basis] if basis else own
    if not found:
        return None
    best = found[-1]
    rivals = [r for r in found if r.last >= best.first and r.term.unit == best.term.unit]
    low = min(r.term.low or r.term.value or 0.0 for r in rivals)
    high = max(r.term.high or r.term.value or 0.0 for r in rivals)
    if len(rivals) == 1:
        return best
    lineage = unite(r.term.lineage for r in rivals)
    return replace(best, term=replace(best.term, low=low, high=high, rounding=False, lineage=lineage))


def position_run_rate(sales: SalesAt, entity: str, basis: str, at: date, seed: int) -> Reading | None:
    """The position's run rate at a day on one basis, with draws; None where the position has none."""
    estimate = sales(entity, RUN_RATE, basis, at.isoformat())
    if isinstance(estimate, str):
        return None
    label = f"position, {basis}, {at.isoformat()}"
    term = estimated(
        estimate,
        f"{slug(entity)}.run_rate.position.{basis}@{at.isoformat()}",
        f"{entity} run rate, {label}",
        seed,
    )
    return Reading(
        replace(term, at=at),
        "run rate",
        basis,
        at,
        at,
        position=True,
        label=f"run rate, {label}",
    )


def estimated(estimate: Estimate, name: str, label: str, seed: int) -> Term:
    """An estimate as a term with draws; those of one name are always the same. Its ends are the estimate's own."""
    draws = estimate.draws if estimate.draws is not None else draws_between(estimate.quantiles, name, seed)
    term = drawn(
        Term(name, label, estimate.unit, estimate.quantiles[2], estimate.lineage), draws, estimate.kind
    )
    return replace(term, value=estimate.quantiles[2], low=estimate.quantiles[0], high=estimate.quantiles[4])


def carried_net(book: Book, entity: str, at: date) -> Reading | None:
    """The newest run rate that is not net, times the newest net figure over the gross figure it restates.

    The ratio is carried from an earlier date and may rest on an interested party: the label says both.
    """
    net = newest_run_rate(book, entity, at, "net")
    stated_rates = [r for r in run_rates(book, entity, at) if r.basis != "net"]
    beside = gross_beside(net, stated_rates) if net else None
    if net is None or beside is None:
        return None
    top = stated_rates[-1]
    if apart(beside.first, beside.last, net.first, net.last) > 31 or top.last <= net.last:
        return None
    term = combine(
        f"{top.term.name}.carried_net",
        f"{top.term.label} at the net-to-gross ratio of {net.last.isoformat()}",
        top.term.unit,
        f"{top.label} x ({net.label} / {beside.label})",
        lambda r, n, g: r * n / g,
        top.term,
        net.term,
        beside.term,
    )
    label = f"run rate, net ratio of {net.last:%Y-%m} carried to {top.last:%Y-%m}"
    return Reading(term, "run rate", "net", top.first, top.last, _latest(net.known, top.known), label=label)


def gross_beside(net: Reading, rates: Sequence[Reading]) -> Reading | None:
    """The run rate a net figure restates: the nearest in time that is not below it; of two, the later, then the better dated.

    A net figure above its gross would be another moment's, never a ratio: ASC 606-10-55-37B and 55-38.
    """

    def far(rate: Reading) -> tuple[int, int, int]:
        gap = apart(rate.first, rate.last, net.first, net.last)
        return gap, -rate.last.toordinal(), (rate.last - rate.first).days

    fitting = [r for r in rates if (r.term.value or 0.0) >= (net.term.value or 0.0)]
    return min(fitting, key=far, default=None)


def _latest(one: date | None, two: date | None) -> date | None:
    return max((d for d in (one, two) if d), default=None)


def apart(first: date, last: date, other_first: date, other_last: date) -> int:
    """Days between two spans; zero where they touch."""
    return max(0, (first - other_last).days, (other_first - last).days)


def recognised_year(book: Book, entity: str, at: date, *, forward: bool) -> tuple[Reading, ...]:
    """Recognised revenue of about a year: the newest full year reported, or each year forecast that ends after the day."""
    readings = []
    for claim in book.claims:
        if claim.entity != entity or claim.metric != RECOGNISED or not whole_company(claim):
            continue
        period = claim.period
        if not isinstance(period, Duration) or not 350 <= period.days <= 380 or claim.unit.kind != "money":
            continue
        ahead = claim.modality in (Modality.FORECAST, Modality.TARGET) and period.end > at
        past = claim.modality is Modality.ACTUAL and period.end <= at
        if ahead if forward else past:
            readings.append(_of_year(claim, period, forward=forward))
    ordered = sorted(readings, key=lambda r: (r.last, r.term.name))
    if forward:
        labels = [r.label for r in ordered]
        twins = (replace(r, label=f"{r.label}, {r.term.name.partition('.')[2]}") for r in ordered)
        return tuple(t if labels.count(r.label) > 1 else r for r, t in zip(ordered, twins, strict=True))
    return tuple(r for r in ordered if r.last == ordered[-1].last)


def _of_year(claim: Claim, period: Duration, *, forward: bool) -> Reading:
    words = f"forecast for {period}" if forward else f"recognised in {period}"
    basis = basis_words(claim.basis)
    term = stated(claim, f"revenue.{claim.id}", f"{claim.entity} revenue {words}, {basis}")
    day = max(period.start, claim.known or period.start) if forward else period.end
    first, last = (period.start, day) if forward else (period.end, period.end)
    measure = "forward" if forward else "recognised"
    return Reading(term, measure, basis, first, last, claim.known, label=f"{words}, {basis}")


def twelve_months(
    sales: SalesAt, entity: str, basis: str, at: date, seed: int, *, forward: bool
) -> Reading | None:
    """Revenue of the twelve months after (or up to) a day, from the position; None where it does not reach so far."""
    start, end = (
        (at + timedelta(days=1), at + timedelta(days=365)) if forward else (at - timedelta(days=364), at)
    )
    estimate = sales(entity, RECOGNISED, basis, f"{start.isoformat()}..{end.isoformat()}")
    if isinstance(estimate, str):
        return None
    words = "next twelve months" if forward else "last twelve months"
    label = f"{words} from {at.isoformat()}, {basis}" if forward else f"{words} to {at.isoformat()}, {basis}"
    name = f"{slug(entity)}.revenue.{'ntm' if forward else 'ltm'}.{basis}@{at.isoformat()}"
    term = estimated(estimate, name, f"{entity} revenue, {label}", seed)
    return Reading(term, "forward" if forward else "recognised", basis, at, at, position=True, label=label)


def last_four_quarters(book: Book, entity: str, at: date) -> Reading | None:
    """Recognised revenue of the four newest quarters that follow one another, on one basis; None where one is missing."""
    quarters: dict[tuple[date, str], Claim] = {}
    for claim in sorted(
        _actual(book, entity, RECOGNISED), key=lambda c: (list(Status).index(c.status), c.id)
    ):
        period = claim.period
        if isinstance(period, Duration) and 89 <= period.days <= 92 and period.end <= at:
            quarters.setdefault((period.end, str(claim.basis)), claim)
    for end, basis in sorted(quarters, reverse=True):
        chain = [quarters[end, basis]]
        while len(chain) < 4:
            start = chain[-1].period
            assert isinstance(start, Duration)
            before = quarters.get((start.start - timedelta(days=1), basis))
            if before is None or before.unit != chain[0].unit:
                break
            chain.append(before)
        if len(chain) == 4:
            return _of_quarters(chain, end)
    return None


def _of_quarters(chain: list[Claim], end: date) -> Reading:
    basis = basis_words(chain[0].basis)
    label = f"recognised in the four quarters to {end.isoformat()}, {basis}"
    terms = [stated(c, f"revenue.{c.id}", f"revenue {c.period}") for c in reversed(chain)]
    name = f"revenue.four_quarters@{end.isoformat()}.{basis.replace(' ', '_')}"
    total = combine(name, label, str(chain[0].unit), "sum of four quarters", lambda *q: sum(q), *terms)
    known = max((c.known for c in chain if c.known), default=None)
    return Reading(total, "recognised", basis, end, end, known, label=label)
