"""A fixed position as every answer uses it: the fit behind `xb series`, with draws of its rate on each presentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from crossbearing.fix.assemble import Assembly, assemble
from crossbearing.fix.bridge import kept_by_year
from crossbearing.fix.grid import cumulated, integral_to
from crossbearing.fix.infer import Posterior
from crossbearing.fix.observe import Operator
from crossbearing.fix.panel import tie
from crossbearing.fix.pareto import weighted_quantile
from crossbearing.fix.path import PathPrior
from crossbearing.fix.position import trusted
from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis

Array = npt.NDArray[np.float64]
Triple = tuple[float, float, float]

TRAILING_DAYS = 28.0
LEVEL = "revenue.run_rate"
SMALLEST = 1e-200


@dataclass(frozen=True)
class Fixed:
    """A company's revenue as fitted.

    Attributes:
        entity: Whose.
        assembly: Model and account of what went into it.
        posterior: Weighted draws, panels included.
        kept: Mean and sd of log(net / gross) by calendar year, where the evidence identifies it.
        claims: Ids of the claims behind it.
    """

    entity: str
    assembly: Assembly
    posterior: Posterior
    kept: Mapping[int, tuple[float, float]]
    claims: tuple[str, ...]

    @property
    def basis(self) -> Basis:
        """Presentation its path is on."""
        return self.assembly.basis

    @property
    def span(self) -> tuple[float, float]:
        """First and last day that its claims are about; ordinal days."""
        return self.assembly.first, self.assembly.last

    def mean_rate(self, first: float, after: float) -> Array:
        """Draws of the mean annual rate between two ordinal days, in money a year."""
        return np.maximum(self._means(np.array([[first]]), np.array([[after]]))[:, 0], SMALLEST)

    def trailing(self, days: Array) -> Array:
        """Draws of the mean annual rate of the 28 days ending at each day. Shape (draw, day)."""
        ends = np.atleast_2d(days)
        return np.maximum(self._means(ends - TRAILING_DAYS, ends), SMALLEST)

    def _means(self, begin: Array, end: Array) -> Array:
        return mean_rates(self.posterior, self.entity, begin, end)


def mean_rates(posterior: Posterior, entity: str, begin: Array, end: Array) -> Array:
    """Draws of the mean annual rate of an entity between ordinal days. Shape (draw, stretch)."""
    x = posterior.paths[posterior.compiled.path_names.index(entity)]
    grid, speed = posterior.compiled.grid, np.exp(np.clip(x, -300.0, 300.0))
    total = cumulated(speed, grid)
    amount = integral_to(speed, total, grid, end) - integral_to(speed, total, grid, begin)
    return np.asarray(amount / (end - begin))


def fixed(
    book: Book,
    entity: str,
    years: Iterable[int],
    seed: int,
    *,
    prior: PathPrior | None = None,
    extra: Mapping[str, Operator] | None = None,
) -> Fixed:
    """The fit of an entity's revenue, the one that `reconcile` answers from.

    Args:
        book: The book as known.
        entity: Canonical name.
        years: Calendar years of the dates asked for.
        seed: Seed of the random numbers.
        prior: Prior of growth.
        extra: Further observation operators by metric.

    Raises:
        Refusal: No claim gives its revenue a level, or the fit cannot be trusted.
    """
    latest = book.newest or book.ends
    kept = kept_by_year(book, entity, sorted({*years} | ({latest.year} if latest else set())), seed)

    def fit(name: str, ratios: Mapping[str, tuple[float, float]] | None) -> tuple[Assembly, Posterior]:
        assembly = assemble(book, name, prior, ratios, extra)
        return assembly, trusted(assembly, LEVEL, seed)

    def other(name: str) -> Posterior | None:
        try:
            return fit(name, None)[1]
        except Refusal:
            return None

    assembly, own = fit(entity, {entity: kept[max(kept)]} if kept else {})
    tied = tie(book, entity, own, other, seed)
    ids = {c for o in assembly.model.observations for c in o.claims} | set(tied.outlier) | set(tied.used)
    return Fixed(entity, assembly, tied.posterior, kept, tuple(sorted(ids)))


def triple(values: Array, weights: Array) -> Triple:
    """5, 50 and 95 %."""
    low, middle, high = weighted_quantile(values, weights, np.array([0.05, 0.5, 0.95]))
    return float(low), float(middle), float(high)


def even(count: int) -> Array:
    """Equal weights."""
    return np.full(count, 1.0 / count)


def year_of(day: float) -> int:
    """Calendar year of an ordinal day."""
    return date.fromordinal(int(day)).year
