"""Answers drawn from fixed positions: who leads on which presentation, and whether growth speeds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crossbearing.fix.fixed import SMALLEST, TRAILING_DAYS, Fixed, Triple, even, mean_rates, triple
from crossbearing.fix.grid import YEAR
from crossbearing.fix.infer import Posterior
from crossbearing.vocabulary.claim import Basis

Array = npt.NDArray[np.float64]

PAIRS = 8000
SURE = 0.9
MONTH = YEAR / 12.0


def trailing(posterior: Posterior, entity: str, day: float) -> Array:
    """Draws of the mean annual rate of the 28 days ending at an ordinal day. Shape (draw,)."""
    end = np.array([[day]])
    return np.maximum(mean_rates(posterior, entity, end - TRAILING_DAYS, end)[:, 0], SMALLEST)


@dataclass(frozen=True)
class Lead:
    """Whether one company is ahead of another on one pair of presentations.

    Attributes:
        basis: as reported, net or gross.
        bases: Presentation of each company's figure here.
        probability: That the first is ahead; None where not identified.
        rates: 5, 50 and 95 % of each company's rate on that presentation.
        ratio: 5, 50 and 95 % of first over second.
        leader: Who is ahead at the median.
        haircut: 5, 50 and 95 % of the part of the leader's figure that may be taken off before the lead flips.
        why: Why not identified.
    """

    basis: str
    bases: tuple[str, str]
    probability: float | None
    rates: tuple[Triple, Triple] | None = None
    ratio: Triple | None = None
    leader: str = ""
    haircut: Triple | None = None
    why: str = ""


@dataclass(frozen=True)
class Standing:
    """A company for comparison: its rate, its presentation, and log(net / gross) where identified."""

    entity: str
    draws: Array
    weights: Array
    basis: Basis
    kept: tuple[float, float] | None


def standing_of(fix: Fixed, day: float, year: int) -> Standing:
    """A fixed position at a day, for comparison."""
    draws = fix.trailing(np.array([day]))[:, 0]
    return Standing(fix.entity, draws, fix.posterior.weights, fix.basis, fix.kept.get(year))


def who_leads(first: Standing, second: Standing, seed: int) -> tuple[Lead, Lead, Lead]:
    """The lead on as-reported bases, on both net and on both gross; each company by its own channels or not at all."""
    rng = np.random.default_rng([seed, 11])
    both = (first, second)
    logs = [np.log(s.draws[resampled(s.weights, PAIRS, rng)]) for s in both]
    scores = [rng.standard_normal(PAIRS) for _ in both]
    found = [_lead("as reported", both, [str(s.basis) for s in both], logs)]
    for basis in (Basis.NET, Basis.GROSS):
        moved = [moved_to(basis, s.basis, s.kept, e) for s, e in zip(both, scores, strict=True)]
        lost = [s.entity for s, m in zip(both, moved, strict=True) if m is None]
        if lost:
            why = f"net over gross of {' and '.join(lost)} is not identified"
            found.append(Lead(str(basis), (str(basis), str(basis)), None, why=why))
        else:
            shifted = [a + m for a, m in zip(logs, moved, strict=True) if m is not None]
            found.append(_lead(str(basis), both, [str(basis)] * 2, shifted))
    return found[0], found[1], found[2]


def resampled(weights: Array, count: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Places of equally weighted draws, in random order (systematic resampling)."""
    ends = np.cumsum(weights)
    at = (np.arange(count) + rng.random()) / count * ends[-1]
    return rng.permutation(np.minimum(np.searchsorted(ends, at), len(ends) - 1))


def moved_to(basis: Basis, own: Basis, kept: tuple[float, float] | None, score: Array) -> Array | None:
    """What takes draws of a log rate from its own presentation to another; None where nothing identifies it.

    Args:
        basis: Presentation asked for.
        own: Presentation of the draws.
        kept: Mean and sd of log(net / gross).
        score: Standard normal scores, one a draw.
    """
    if own is basis:
        return np.zeros(len(score))
    if kept is None or own is Basis.UNSPECIFIED:
        return None
    ratio = np.minimum(kept[0] + kept[1] * score, 0.0)
    return ratio if basis is Basis.NET else -ratio


def _lead(name: str, both: Sequence[Standing], bases: Sequence[str], logs: Sequence[Array]) -> Lead:
    w = even(PAIRS)
    gap = logs[0] - logs[1]
    ratio = triple(np.exp(gap), w)
    ahead = ratio[1] >= 1.0
    return Lead(
        name,
        (bases[0], bases[1]),
        float(np.mean(gap > 0)),
        (triple(np.exp(logs[0]), w), triple(np.exp(logs[1]), w)),
        ratio,
        both[0 if ahead else 1].entity,
        triple(-np.expm1(-gap if ahead else gap), w),
    )


@dataclass(frozen=True)
class Growth:
    """First and second derivative of growth at a day.

    Attributes:
        log_a_month: 5, 50 and 95 % of log growth a month, trailing rate over trailing rate four weeks before.
        doubling_days: The same of the days in which it doubles; None where a fall is not excluded.
        added_a_month: The same of what is added to the annual rate in a month.
        change: The same of the change of log growth from the four weeks before, per month.
        rising: Probability that growth is speeding up.
        verdict: growing faster, growing slower, or sign not identified.
    """

    log_a_month: Triple
    doubling_days: Triple | None
    added_a_month: Triple
    change: Triple
    rising: float
    verdict: str


def growth_at(fix: Fixed, day: float) -> Growth:
    """How fast the trailing rate grows, and whether that speeds up. Needs draws, not medians: dates are uncertain.

    Args:
        fix: The position.
        day: Ordinal day.
    """
    return growth_between(fix, [day - 2 * TRAILING_DAYS, day - TRAILING_DAYS, day])


def growth_between(fix: Fixed, days: Sequence[float]) -> Growth:
    """Growth over the last of two stretches between three days, and its change from the first stretch.

    Args:
        fix: The position.
        days: Three ordinal days, ascending.
    """
    rates = fix.trailing(np.array(days))
    x, months = np.log(rates), np.diff(np.array(days)) / MONTH
    last, pace = ((x[:, k + 1] - x[:, k]) / months[k] for k in (0, 1))
    change = (pace - last) / (0.5 * (months[0] + months[1]))
    w = fix.posterior.weights
    rising = float(w @ (change > 0))
    slow, middle, fast = triple(pace, w)
    doubling = None if slow <= 0 else tuple(np.log(2.0) * MONTH / g for g in (fast, middle, slow))
    return Growth(
        (slow, middle, fast),
        (float(doubling[0]), float(doubling[1]), float(doubling[2])) if doubling else None,
        triple((rates[:, 2] - rates[:, 1]) / months[1], w),
        triple(change, w),
        rising,
        verdict(rising),
    )


def verdict(rising: float) -> str:
    """What a 90 % interval of the change says: a sign, or that it has none."""
    if rising > 0.5 * (1 + SURE):
        return "growing faster"
    return "growing slower" if rising < 0.5 * (1 - SURE) else "sign not identified"
