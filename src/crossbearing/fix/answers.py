"""Answers drawn from positions: who leads, does growth speed up, what a forecast quarter implies, gross or net."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from crossbearing.fix.assemble import Assembly
from crossbearing.fix.cache import fitted
from crossbearing.fix.grid import YEAR, cumulated, integral_to
from crossbearing.fix.infer import Posterior
from crossbearing.fix.model import Model, Offset
from crossbearing.fix.pareto import ess_mean, smooth, weighted_quantile
from crossbearing.problems import Refusal
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.period import DAYS_A_YEAR

Array = npt.NDArray[np.float64]
Triple = tuple[float, float, float]

TRAILING_DAYS = 28.0
PAIRS = 8000
SURE = 0.9
NOT_DECISIVE = 10.0
LEAST_ESS = 400.0
MONTH = YEAR / 12.0
WINDOWS = ((1.0, 0.0), (30.0, 0.0), (30.0, 0.4), (30.0, 0.8))  # days, log sd


def trailing(posterior: Posterior, entity: str, day: float) -> Array:
    """Draws of the mean annual rate of the 28 days ending at a day."""
    x = posterior.paths[posterior.compiled.path_names.index(entity)]
    grid, speed = posterior.compiled.grid, np.exp(np.clip(x, -300.0, 300.0))
    total = cumulated(speed, grid)
    end, begin = np.array([[day]]), np.array([[day - TRAILING_DAYS]])
    mean = (integral_to(speed, total, grid, end) - integral_to(speed, total, grid, begin)) / TRAILING_DAYS
    return np.maximum(mean[:, 0], 1e-200)


def triple(values: Array, weights: Array) -> Triple:
    """5, 50 and 95 %."""
    low, middle, high = weighted_quantile(values, weights, np.array([0.05, 0.5, 0.95]))
    return float(low), float(middle), float(high)


@dataclass(frozen=True)
class Lead:
    """Whether one company is ahead of another on one pair of presentations.

    Attributes:
        basis: as reported, net or gross.
        probability: That the first is ahead; None where not identified.
        ratio: 5, 50 and 95 % of first over second.
        haircut: Part of the first's figure that may be taken off before the lead flips, at the median; negative if behind.
        why: Why not identified.
    """

    basis: str
    probability: float | None
    ratio: Triple | None = None
    haircut: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Standing:
    """A company for comparison: its rate, its presentation, and log(net / gross) where identified."""

    entity: str
    draws: Array
    weights: Array
    basis: Basis
    kept: tuple[float, float] | None


def who_leads(first: Standing, second: Standing, seed: int) -> tuple[Lead, Lead, Lead]:
    """The lead on as-reported bases, on both net and on both gross; each company by its own channels or not at all."""
    rng = np.random.default_rng([seed, 11])
    a, b = (np.log(_resampled(s, rng)) for s in (first, second))
    ratios = [rng.standard_normal(PAIRS) for _ in range(2)]
    found = [_lead("as reported", a - b)]
    for basis in (Basis.NET, Basis.GROSS):
        moved = [_moved(s, e, basis) for s, e in zip((first, second), ratios, strict=True)]
        lost = [s.entity for s, m in zip((first, second), moved, strict=True) if m is None]
        if lost:
            why = f"net over gross of {' and '.join(lost)} is not identified"
            found.append(Lead(str(basis), None, why=why))
        else:
            assert moved[0] is not None
            assert moved[1] is not None
            found.append(_lead(str(basis), a + moved[0] - b - moved[1]))
    return found[0], found[1], found[2]


def _resampled(standing: Standing, rng: np.random.Generator) -> Array:
    """Equally weighted draws in random order (systematic resampling)."""
    ends = np.cumsum(standing.weights)
    at = (np.arange(PAIRS) + rng.random()) / PAIRS * ends[-1]
    return rng.permutation(standing.draws[np.minimum(np.searchsorted(ends, at), len(ends) - 1)])


def _moved(standing: Standing, e: Array, basis: Basis) -> Array | None:
    if standing.basis is basis:
        return np.zeros(PAIRS)
    if standing.kept is None or standing.basis is Basis.UNSPECIFIED:
        return None
    ratio = np.minimum(standing.kept[0] + standing.kept[1] * e, 0.0)
    return ratio if basis is Basis.NET else -ratio


def _lead(basis: str, log_ratio: Array) -> Lead:
    even = np.full(PAIRS, 1.0 / PAIRS)
    ratio = triple(np.exp(log_ratio), even)
    return Lead(basis, float(np.mean(log_ratio > 0)), ratio, 1.0 - 1.0 / ratio[1])


@dataclass(frozen=True)
class Growth:
    """First and second derivative of growth at a day.

    Attributes:
        log_a_month: 5, 50 and 95 % of log growth a month, trailing rate over trailing rate four weeks before.
        change: The same of its change from the four weeks before, per month.
        rising: Probability that growth is speeding up.
        verdict: growing faster, growing slower, or sign not identified.
    """

    log_a_month: Triple
    change: Triple
    rising: float
    verdict: str


def growth_at(posterior: Posterior, entity: str, day: float) -> Growth:
    """How fast the trailing rate grows, and whether that speeds up. Needs draws, not medians: dates are uncertain."""
    now, before, earlier = (np.log(trailing(posterior, entity, day - k * TRAILING_DAYS)) for k in range(3))
    scale = MONTH / TRAILING_DAYS
    pace, last = (now - before) * scale, (before - earlier) * scale
    change = (pace - last) * scale
    w = posterior.weights
    rising = float(w @ (change > 0))
    verdict = "sign not identified"
    if rising > SURE:
        verdict = "growing faster"
    elif rising < 1 - SURE:
        verdict = "growing slower"
    return Growth(triple(pace, w), triple(change, w), rising, verdict)


def implied_exit(
    posterior: Posterior,
    entity: str,
    first: float,
    after: float,
    amount: float,
    *,
    at_least: bool,
    error: float,
) -> Triple:
    """The trailing run rate at the end of a period if its stated revenue comes true.

    Args:
        posterior: The position.
        entity: Whose.
        first: First day of the period.
        after: The day after its last.
        amount: Revenue stated for it.
        at_least: Whether the statement is a floor.
        error: Its error in log units.

    Raises:
        Refusal: The statement lies where the position has no draws.
    """
    x = posterior.paths[posterior.compiled.path_names.index(entity)]
    grid, speed = posterior.compiled.grid, np.exp(np.clip(x, -300.0, 300.0))
    total = cumulated(speed, grid)
    span = integral_to(speed, total, grid, np.array([[after]])) - integral_to(
        speed, total, grid, np.array([[first]])
    )
    away = (np.log(np.maximum(span[:, 0] / DAYS_A_YEAR, 1e-200)) - np.log(amount)) / error
    away = np.minimum(away, 0.0) if at_least else away
    weights, khat = smooth(np.log(np.maximum(posterior.weights, 1e-300)) - 0.5 * away**2)
    if ess_mean(weights) < LEAST_ESS / 4 or khat >= 1.0:
        raise Refusal(
            f"{entity}: the stated {amount:.3g} is outside what the claims allow",
            f"effective sample size {ess_mean(weights):.0f}",
        )
    return triple(trailing(posterior, entity, after), weights)


@dataclass(frozen=True)
class EvidenceRatio:
    """Evidence for recognised revenue being gross against net, under one belief about the run-rate window."""

    window_days: float
    window_sd: float
    ratio: float

    @property
    def verdict(self) -> str:
        """Gross, net, or not decisive where the ratio is within a factor of ten of one."""
        if self.ratio >= NOT_DECISIVE:
            return "gross"
        return "net" if self.ratio <= 1 / NOT_DECISIVE else "not decisive"


def gross_or_net(
    assembly: Assembly,
    kept: tuple[float, float],
    recognised: Sequence[str],
    seed: int,
    windows: Sequence[tuple[float, float]] = WINDOWS,
) -> tuple[EvidenceRatio, ...]:
    """Evidence ratio of recognised revenue on the gross against the net basis, over a grid of run-rate windows.

    The window decides: under an instantaneous rate the same claims speak far louder than under a month's mean, so no
    single ratio is ever printed.

    Args:
        assembly: The model, its path gross.
        kept: Mean and sd of log(net / gross).
        recognised: Ids of the recognised-revenue claims in question.
        seed: Seed of the random numbers.
        windows: (days, log sd) of the belief about an unstated window.
    """
    out = []
    for days, sd in windows:
        model = _windowed(assembly.model, days, max(sd, 1e-3))
        as_gross = fitted(model, seed)
        as_net = fitted(_as_net(model, kept, recognised), seed)
        if not (as_gross.is_trusted and as_net.is_trusted):
            continue
        out.append(EvidenceRatio(days, sd, float(np.exp(as_gross.log_evidence - as_net.log_evidence))))
    return tuple(out)


def _windowed(model: Model, days: float, sd: float) -> Model:
    paths = {name: replace(prior, window=(float(np.log(days)), sd)) for name, prior in model.paths.items()}
    return replace(model, paths=paths)


def _as_net(model: Model, kept: tuple[float, float], names: Sequence[str]) -> Model:
    name = "net to gross of recognised revenue"
    observations = tuple(
        replace(o, offsets=(*o.offsets, Offset(name))) if o.name in names else o for o in model.observations
    )
    return replace(model, observations=observations, scalars={**model.scalars, name: kept})
