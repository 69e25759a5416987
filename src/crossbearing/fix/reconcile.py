"""One series of one metric, from a book: the entry of this stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from crossbearing.fix.ask import At, every_month, parse_at, parse_rate
from crossbearing.fix.assemble import PRODUCT_LEVELS, Assembly, assemble, reference_basis
from crossbearing.fix.bridge import kept_by_year
from crossbearing.fix.infer import Posterior
from crossbearing.fix.observe import Operator
from crossbearing.fix.path import PathPrior
from crossbearing.fix.position import Joint, joint, make_series, trusted
from crossbearing.fix.ranges import claim_range, is_range_only
from crossbearing.fix.stocks import assemble_stock
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.metric import Metric
from crossbearing.vocabulary.series import Series

Kept = Mapping[str, tuple[float, float]]


def reconcile(
    book: Book,
    entity: str,
    metric_id: str,
    *,
    at: Sequence[str] = (),
    monthly: bool = False,
    rate: str | None = None,
    basis: str | None = None,
    seed: int = 20260529,
    as_of: date | None = None,
    prior: PathPrior | None = None,
    extra: Mapping[str, Operator] | None = None,
    refit: bool = False,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Series:
    """The reconciled series of one metric of one entity.

    Args:
        book: The book as known.
        entity: Canonical name.
        metric_id: Canonical metric id.
        at: Dates or durations asked for, as written; by default the last day the book knows.
        monthly: Every month end from the first claim to the last.
        rate: trailing, instantaneous or as_stated; for run rates only.
        basis: gross or net; by default as the entity reports.
        seed: Seed of the random numbers.
        as_of: Knowledge date, echoed.
        prior: Prior of growth.
        extra: Further observation operators by metric.
        refit: Influence of each claim with it moved, by weighing the draws anew or fitting again, not to first order.
        told: Called with how many claims' influence is done, and of how many.

    Raises:
        UsageError: A date, rate or basis that does not fit the metric; the message names the right form.
        Refusal: No usable claim, a fit that cannot be trusted, or nothing identified.
    """
    metric = book.registry[metric_id]
    averaged = parse_rate(rate, metric)
    wanted = parse_basis(basis, metric)
    fiscal = book.entities[entity].fiscal_year_end if entity in book.entities else "12-31"
    asked = [parse_at(text, metric, fiscal) for text in at]
    if is_range_only(metric):
        return claim_range(book, entity, metric, asked or _latest(book, metric, fiscal), as_of)
    kept = _kept(book, entity, metric, wanted, asked or _latest(book, metric, fiscal), seed)
    now = {entity: kept[max(kept)]} if kept else {}
    assembly = assembly_of(book, entity, metric, prior, now, extra)
    if monthly:
        asked += _months(assembly, metric, fiscal)
    return make_series(
        book,
        assembly,
        metric,
        asked or _latest(book, metric, fiscal),
        rate=averaged,
        basis=wanted or assembly.basis,
        seed=seed,
        as_of=as_of,
        kept=kept,
        refit=refit,
        told=told,
        other=lambda name: _other(book, name, metric, prior, extra, seed),
    )


def joint_draws(
    book: Book,
    entity: str,
    metric_id: str,
    at: Sequence[str],
    *,
    rate: str | None = None,
    basis: str | None = None,
    seed: int = 20260529,
    prior: PathPrior | None = None,
) -> Joint:
    """Draws of one metric at several dates together, so that what is computed from two of them keeps their dependence.

    Raises:
        UsageError: A date, rate or basis that does not fit the metric.
        Refusal: A fit that cannot be trusted, or a date that is not identified.
    """
    metric = book.registry[metric_id]
    fiscal = book.entities[entity].fiscal_year_end if entity in book.entities else "12-31"
    asked = [parse_at(text, metric, fiscal) for text in at]
    wanted = parse_basis(basis, metric)
    kept = _kept(book, entity, metric, wanted, asked, seed)
    assembly = assembly_of(book, entity, metric, prior, {entity: kept[max(kept)]} if kept else {})
    return joint(
        book,
        assembly,
        metric,
        asked,
        rate=parse_rate(rate, metric),
        basis=wanted or assembly.basis,
        seed=seed,
        kept=kept,
        other=lambda name: _other(book, name, metric, prior, None, seed),
    )


def assembly_of(
    book: Book,
    entity: str,
    metric: Metric,
    prior: PathPrior | None = None,
    kept: Kept | None = None,
    extra: Mapping[str, Operator] | None = None,
) -> Assembly:
    """The model that answers for a metric: the joint revenue model, or one of the quantity alone."""
    if metric.id in PRODUCT_LEVELS:
        return assemble(book, entity, prior, kept, extra)
    return assemble_stock(book, entity, metric)


def _other(
    book: Book,
    entity: str,
    metric: Metric,
    prior: PathPrior | None,
    extra: Mapping[str, Operator] | None,
    seed: int,
) -> Posterior | None:
    """The own fit of another company, or None where it cannot be trusted."""
    try:
        return trusted(assemble(book, entity, prior, None, extra), metric.id, seed)
    except Refusal:
        return None


def _kept(
    book: Book, entity: str, metric: Metric, wanted: Basis | None, asked: Sequence[At], seed: int
) -> dict[int, tuple[float, float]]:
    """log(net / gross) of the years asked for, where a figure on the other basis is asked for or claimed."""
    own = reference_basis(book, entity)
    if metric.id not in PRODUCT_LEVELS or own is Basis.UNSPECIFIED:
        return {}
    other = any(
        c.entity == entity and c.metric in PRODUCT_LEVELS and c.basis not in (own, Basis.UNSPECIFIED)
        for c in book.claims
    )
    if wanted in (None, own) and not other:
        return {}
    years = {date.fromordinal(int(a.middle)).year for a in asked}
    latest = book.newest or book.ends
    return kept_by_year(book, entity, sorted(years | ({latest.year} if latest else set())), seed)


def parse_basis(text: str | None, metric: Metric) -> Basis | None:
    """The presentation asked for.

    Raises:
        UsageError: The metric has no presentation.
    """
    if text is None:
        return None
    if not metric.bases:
        raise UsageError(f"{metric.id} has no gross or net presentation", "", "leave --basis out")
    return Basis(text)


def _latest(book: Book, metric: Metric, fiscal: str) -> list[At]:
    day = book.newest or book.ends or date(2026, 1, 1)
    if metric.kind == "flow":
        quarter = (day.month - 1) // 3 + 1
        return [parse_at(f"{day.year}-Q{quarter}", metric, fiscal)]
    return [parse_at(day.isoformat(), metric, fiscal)]


def _months(assembly: Assembly, metric: Metric, fiscal: str) -> list[At]:
    first, last = (date.fromordinal(int(d)) for d in (assembly.first, assembly.last))
    ends = every_month(first, last)
    if metric.kind == "flow":
        return [parse_at(end[:7], metric, fiscal) for end in ends]
    return [parse_at(end, metric, fiscal) for end in ends]
