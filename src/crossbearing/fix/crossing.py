"""When a rate first passed a level, or one company another: the distribution of a first-passage date.

A gap over a closing speed has no mean where the speed is near zero; the first passage of every draw has a law, with what is
left for "not by the horizon".
Source: first-passage times, Redner (2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from crossbearing.fix.answers import moved_to, resampled
from crossbearing.fix.fixed import Fixed, even
from crossbearing.fix.pareto import weighted_quantile
from crossbearing.fix.position import FARTHEST_DAYS
from crossbearing.problems import Refusal
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.words import say

Array = npt.NDArray[np.float64]

STEP_DAYS = 2.0
PAIRS = 4000
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Crossing:
    """The law of the day on which something was first passed.

    Attributes:
        what: In words.
        basis: Presentation it is told on.
        dates: 5, 25, 50, 75 and 95 % of the first day; None where that much probability does not cross by the horizon.
        before: Probability that it lies before the first day looked at.
        by_day: Probability that it is passed by the knowledge date.
        never: Probability that it is not passed by the horizon.
        start, horizon: First and last day looked at.
        claims: Ids of the claims behind it.
        why: Why not identified.
    """

    what: str
    basis: str
    dates: tuple[date | None, ...] = ()
    before: float | None = None
    by_day: float | None = None
    never: float | None = None
    start: date | None = None
    horizon: date | None = None
    claims: tuple[str, ...] = ()
    why: str = ""


def level_crossed(fix: Fixed, level: float, today: float, basis: Basis, seed: int) -> Crossing:
    """When the trailing rate of a company first reached a level.

    Args:
        fix: The position.
        level: In money a year, on the presentation.
        today: Knowledge date, an ordinal day.
        basis: Presentation of the level.
        seed: Seed of the random numbers.
    """
    what = f"{fix.entity} reaches {say(level, f'{fix.assembly.currency}/yr')}"
    days = np.arange(fix.span[0], fix.span[1] + FARTHEST_DAYS, STEP_DAYS)
    logs = np.log(fix.trailing(days))
    moved = _on(fix, basis, days, np.random.default_rng([seed, 31]).standard_normal(len(logs)))
    if moved is None:
        return Crossing(what, str(basis), why=f"net over gross of {fix.entity} is not identified")
    ahead = logs + moved - np.log(level)
    return _passage(what, str(basis), days, ahead, fix.posterior.weights, today, fix.claims)


def overtaken(first: Fixed, second: Fixed, today: float, seed: int) -> tuple[Crossing, Crossing, Crossing]:
    """When the first company's trailing rate first passed the second's: as reported, both net, both gross.

    Args:
        first: Who passes.
        second: Who is passed.
        today: Knowledge date, an ordinal day.
        seed: Seed of the random numbers.

    Raises:
        Refusal: The two are known at no common time.
    """
    both = (first, second)
    start = max(f.span[0] for f in both)
    end = min(f.span[1] for f in both) + FARTHEST_DAYS
    if end - start < 2 * STEP_DAYS:
        raise Refusal(
            f"{first.entity} and {second.entity} are known at no common time",
            "their claims lie more than twelve months apart",
        )
    days = np.arange(start, end, STEP_DAYS)
    rng = np.random.default_rng([seed, 32])
    picks = [resampled(f.posterior.weights, PAIRS, rng) for f in both]
    logs = [np.log(f.trailing(days))[k] for f, k in zip(both, picks, strict=True)]
    scores = [rng.standard_normal(PAIRS) for _ in both]
    claims = tuple(sorted({*first.claims, *second.claims}))
    what = f"{first.entity} passes {second.entity}"
    found = [_passage(what, "as reported", days, logs[0] - logs[1], even(PAIRS), today, claims)]
    for basis in (Basis.NET, Basis.GROSS):
        moved = [_on(f, basis, days, e) for f, e in zip(both, scores, strict=True)]
        lost = [f.entity for f, m in zip(both, moved, strict=True) if m is None]
        if moved[0] is None or moved[1] is None:
            why = f"net over gross of {' and '.join(lost)} is not identified"
            found.append(Crossing(what, str(basis), why=why))
            continue
        gap = logs[0] + moved[0] - logs[1] - moved[1]
        found.append(_passage(what, str(basis), days, gap, even(PAIRS), today, claims))
    return found[0], found[1], found[2]


def _on(fix: Fixed, basis: Basis, days: Array, score: Array) -> Array | None:
    """What takes each draw to a presentation, day by day, by the ratio of the day's year. Shape (draw, day) or (draw, 1)."""
    if basis in (fix.basis, Basis.UNSPECIFIED):
        return np.zeros((len(score), 1))
    if not fix.kept:
        return None
    years = [date.fromordinal(int(d)).year for d in days]
    known = sorted(fix.kept)
    by_year = {y: fix.kept[min(known, key=lambda k: (abs(k - y), k))] for y in set(years)}
    columns = {y: moved_to(basis, fix.basis, kept, score) for y, kept in by_year.items()}
    held = [columns[y] for y in years]
    if any(c is None for c in held):
        return None
    return np.stack([c for c in held if c is not None], axis=1)


def _passage(
    what: str, basis: str, days: Array, ahead: Array, weights: Array, today: float, claims: Sequence[str]
) -> Crossing:
    """The first day on which `ahead` is not negative, over draws. Shape of ahead: (draw, day)."""
    reached = ahead >= 0.0
    crosses = reached.any(axis=1)
    k = np.argmax(reached, axis=1)
    before = min(1.0, float(weights @ reached[:, 0]))
    day = np.where(crosses, days[k], np.inf)
    inside = crosses & (k > 0)
    rows = np.flatnonzero(inside)
    low, high = ahead[rows, k[rows] - 1], ahead[rows, k[rows]]
    day[rows] = days[k[rows]] - STEP_DAYS * high / np.maximum(high - low, 1e-12)
    never = min(1.0, float(weights @ ~crosses))
    return Crossing(
        what,
        basis,
        _dates(day, weights, before, never),
        before,
        min(1.0, float(weights @ (day <= today))),
        never,
        date.fromordinal(int(days[0])),
        date.fromordinal(int(days[-1])),
        tuple(claims),
    )


def _dates(day: Array, weights: Array, before: float, never: float) -> tuple[date | None, ...]:
    """Quantiles of the day; None before the first day looked at and beyond the horizon."""
    far = np.where(np.isfinite(day), day, 1e9)
    found: list[date | None] = []
    for level in LEVELS:
        if level < before or level > 1.0 - never:
            found.append(None)
        else:
            q = float(weighted_quantile(far, weights, np.array([level]))[0])
            found.append(date.fromordinal(round(q)) if q < 1e6 else None)
    return tuple(found)
