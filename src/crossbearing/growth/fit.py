"""Estimating the parameters of the growth prior from a panel of companies: minimum CRPS, company as the unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crossbearing.growth.parameters import Floats, Parameters
from crossbearing.growth.prior import GrowthPrior
from crossbearing.growth.scoring import crps

HORIZONS = (1, 2, 4, 8, 12)
WINDOWS = (4, 6, 10)  # months of growth kept when a history is cut short; 0 keeps it whole
WHOLE_SHARE = (
    0.6  # of the weight; the rest keeps the start of a file from being taken for the birth of the company
)
LEAST_MONTHS = 4
TYPICAL_SCORE = np.array([0.06, 0.1, 0.12, 0.22, 0.3])  # so that no horizon drowns the others
PULL = 1e-3  # of every parameter towards its plain starting value, on the search scale
STEPS = (0.4, 0.2, 0.1, 0.05, 0.025)

# Plain starting values: doubling in a year, six months of memory of noise, a year or two of persistence.
START = Parameters(
    start=0.08,
    start_sd=0.05,
    start_per_noise=0.2,
    persistence=0.95,
    long_run=0.03,
    wander=0.01,
    noise=0.1,
    noise_spread=0.6,
    memory=0.95,
    drift=0.015,
    scale=0.8,
    scale_growth=0.1,
    shift=-0.1,
    skew=0.25,
    tail=0.1,
    own_weight=0.1,
    own_persistence=0.9,
)
SHARES = ("persistence", "memory", "own_weight")
SIGNED = ("shift", "scale_growth")
FIXED = ("own_persistence",)

Panel = Mapping[str, Floats]  # company -> log revenue, month by month


@dataclass(frozen=True, slots=True)
class Rows:
    """Origins with what was known and what came: one row a company, origin and length of history.

    Attributes:
        growth: Monthly log growth, right-aligned. Shape (row, month).
        length: Months of it. Shape (row,).
        future: Log growth to each horizon, NaN where unknown. Shape (row, horizon).
        weight: Share of the objective; sums to one a horizon. Same shape.
        company: Number of the company. Shape (row,).
    """

    growth: Floats
    length: Floats
    future: Floats
    weight: Floats
    company: NDArray[np.int64]


def rows_of(panel: Panel) -> Rows:
    """All origins of all companies, with whole and with shortened histories, each company weighing the same."""
    found: list[tuple[int, int, Floats, Floats]] = []
    for number, name in enumerate(sorted(panel)):
        log = panel[name]
        for origin in range(LEAST_MONTHS, len(log) - 1):
            known = np.diff(log[: origin + 1])
            future = np.array(
                [log[origin + h] - log[origin] if origin + h < len(log) else np.nan for h in HORIZONS]
            )
            found.append((0, number, known, future))
            found += [
                (w, number, known[-w:], future) for w in WINDOWS if w < len(known) and (origin + w) % 2 == 0
            ]
    size = max(len(known) for _, _, known, _ in found)
    growth = np.zeros((len(found), size))
    for row, (_, _, known, _) in zip(growth, found, strict=True):
        row[size - len(known) :] = known
    window = np.array([w for w, *_ in found])
    company = np.array([c for _, c, *_ in found])
    future = np.array([f for *_, f in found])
    return Rows(
        growth,
        np.array([float(len(k)) for _, _, k, _ in found]),
        future,
        _weights(window, company, future),
        company,
    )


def _weights(window: NDArray[np.int64], company: NDArray[np.int64], future: Floats) -> Floats:
    """Equal weight for every company within a kind of history, and `WHOLE_SHARE` for whole histories."""
    weight = np.zeros(future.shape)
    kinds = np.unique(window)
    for kind in kinds:
        share = WHOLE_SHARE if kind == 0 else (1 - WHOLE_SHARE) / (len(kinds) - 1)
        for h in range(future.shape[1]):
            rows = np.flatnonzero((window == kind) & ~np.isnan(future[:, h]))
            if len(rows):
                _, which, count = np.unique(company[rows], return_inverse=True, return_counts=True)
                weight[rows, h] = share / count[which] / len(count)
    return weight


def mean_score(p: Parameters, rows: Rows) -> Floats:
    """Weighted mean CRPS of log growth at each horizon. Shape (horizon,)."""
    observed = np.ones(rows.growth.shape, dtype=bool)
    ahead, _ = GrowthPrior(p).from_history(rows.growth, observed, rows.length, HORIZONS)
    score = crps(ahead.quantiles(), np.nan_to_num(rows.future))
    total: Floats = (score * rows.weight).sum(axis=0)
    return total


def fit(panel: Panel, report: Callable[[str], None] = lambda _: None) -> Parameters:
    """The parameters with the least mean CRPS, found by a pattern search on a fixed lattice.

    A lattice, because two machines whose sums differ in the last bit then still write the same bytes.

    Args:
        panel: The companies.
        report: Called with a line after each step size.

    Source: Hooke and Jeeves, Journal of the ACM 8 (1961).
    """
    rows = rows_of(panel)
    names = [name for name in START.as_json() if name not in FIXED]
    anchor = np.array([_to_search(name, START.as_json()[name]) for name in names])

    def parameters(offset: Floats) -> Parameters:
        values = {n: _from_search(n, x) for n, x in zip(names, anchor + offset, strict=True)}
        return Parameters(**{**START.as_json(), **values})

    def loss(offset: Floats) -> float:
        mean = float((mean_score(parameters(offset), rows) / TYPICAL_SCORE).mean())
        return mean + PULL * float((offset**2).sum())

    best = np.zeros(len(names))
    least = loss(best)
    for step in STEPS:
        best, least = _search(loss, best, least, step)
        report(f"step {step}: loss {least:.5f}")
    return parameters(best)


def _search(
    loss: Callable[[Floats], float], start: Floats, least: float, step: float, rounds: int = 40
) -> tuple[Floats, float]:
    """Hooke and Jeeves' exploratory and pattern moves at one step size, until no neighbour is better."""
    best = start
    for _ in range(rounds):
        before = best
        best, least = _explore(loss, best, least, step)
        if best is before:
            break
        while True:
            further, value = _explore(loss, 2 * best - before, loss(2 * best - before), step)
            if value >= least:
                break
            before, best, least = best, further, value
    return best, least


def _explore(
    loss: Callable[[Floats], float], start: Floats, least: float, step: float
) -> tuple[Floats, float]:
    """One move up or down along each axis, where it helps."""
    best = start
    for axis in range(len(start)):
        for sign in (1, -1):
            trial = best.copy()
            trial[axis] = round((trial[axis] + sign * step) / STEPS[-1]) * STEPS[-1]
            value = loss(trial)
            if value < least:
                best, least = trial, value
                break
    return best, least


def _to_search(name: str, value: float) -> float:
    """Any real number: the logit of a share, the logarithm of a positive number, the number itself."""
    if name in SHARES:
        return float(np.log(value / (1 - value)))
    return value if name in SIGNED else float(np.log(value))


def _from_search(name: str, value: float) -> float:
    """The inverse, to five significant digits."""
    raw = 1 / (1 + np.exp(-value)) if name in SHARES else value if name in SIGNED else np.exp(value)
    return float(f"{raw:.5g}")
