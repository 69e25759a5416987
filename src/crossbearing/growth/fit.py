"""Estimating the parameters of the growth prior from a panel of companies: minimum CRPS, company as the unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from crossbearing.growth.parameters import Cells, Floats, Parameters, cells_of
from crossbearing.growth.prior import GrowthPrior
from crossbearing.growth.scoring import covered, crps
from crossbearing.growth.state import Belief, before_data, believe, step

HORIZONS = (1, 2, 4, 8, 12)
WHOLE = -1  # stands for a whole history among the lengths
# Share of the objective by months of growth kept. Whole histories count most; the shortened ones keep the start of a
# file from being taken for the birth of the company.
SHARES_BY_LENGTH = {WHOLE: 0.6, 10: 0.13, 6: 0.13, 4: 0.14}
LEAST_MONTHS = 4
HALF_YEAR = 6
TYPICAL_SCORE = np.array([0.06, 0.1, 0.12, 0.22, 0.3])  # so that no horizon drowns the others
PULL = 2e-2  # of every parameter towards its plain starting value, on the search scale
LATTICE = 0.05  # of every parameter on the search scale
LONGEST_MOVE = 0.5
SMALLEST_GAIN = 1e-4
MOST_ROUNDS = 60
WIDTHS = np.arange(0.5, 2.0, 0.02)

# Starting values, and what stays at them. Persistence 0.975 a month is the rule of thumb that three quarters of a year's
# growth come again; the own trend halves in ten months, faster than these companies alone would ask for, because after
# a surge trends over-extrapolate. With 26 companies, every parameter more fitted made companies left out worse.
START = Parameters(
    typical=0.06,
    typical_sd=0.06,
    start=0.08,
    start_sd=0.05,
    start_per_noise=0.2,
    persistence=0.975,
    long_run=0.03,
    wander=0.006,
    noise=0.15,
    noise_spread=0.6,
    memory=0.95,
    drift=0.015,
    scale=0.65,
    scale_growth=0.1,
    shift=0.0,
    skew=0.25,
    tail=0.1,
    own_weight=0.1,
    own_persistence=0.93,
)
FITTED = ("start", "persistence", "long_run", "noise", "scale", "scale_growth", "skew", "own_weight")
SHARES = ("persistence", "memory", "own_weight")
SIGNED = ("shift", "scale_growth")

Panel = Mapping[str, Floats]  # company -> log revenue, month by month


@dataclass(frozen=True, slots=True)
class Rows:
    """Origins with what was known and what came: one row a company, origin and length of history.

    Attributes:
        panel: Monthly log growth of whole histories, NaN after the end. Shape (company, month).
        company: Number of the company. Shape (row,).
        origin: Months of growth known. Shape (row,).
        kept: How many of them are shown, or `WHOLE`. Shape (row,).
        future: Log growth to each horizon, NaN where unknown. Shape (row, horizon).
        weight: Share of the objective; sums to one a horizon. Same shape.
    """

    panel: Floats
    company: NDArray[np.int64]
    origin: NDArray[np.int64]
    kept: NDArray[np.int64]
    future: Floats
    weight: Floats


def rows_of(panel: Panel) -> Rows:
    """All origins of all companies, with whole and with shortened histories, each company weighing the same."""
    logs = [panel[name] for name in sorted(panel)]
    growth = np.full((len(logs), max(len(log) for log in logs) - 1), np.nan)
    found: list[tuple[int, int, int]] = []
    for company, log in enumerate(logs):
        growth[company, : len(log) - 1] = np.diff(log)
        for origin in range(LEAST_MONTHS, len(log) - 1):
            short = [n for n in SHARES_BY_LENGTH if n < origin and (origin + n) % 3 == 0 and n != WHOLE]
            found += [(company, origin, kept) for kept in (WHOLE, *short)]
    company, origin, kept = np.array(sorted(found, key=lambda f: f[2])).T
    future = np.array(
        [
            [logs[c][o + h] - logs[c][o] if o + h < len(logs[c]) else np.nan for h in HORIZONS]
            for c, o in zip(company, origin, strict=True)
        ]
    )
    return Rows(growth, company, origin, kept, future, _weights(kept, company, future))


def beliefs(p: Parameters, rows: Rows) -> Belief:
    """The belief at every row: one pass along the whole histories, and one a shorter length."""
    cells = cells_of(p)
    along = _along(p, cells, rows.panel)
    whole = rows.kept == WHOLE
    at, who = rows.origin[whole] - 1, rows.company[whole]
    parts = [[field[at, who] for field in along]]
    for length in sorted(set(SHARES_BY_LENGTH) - {WHOLE}):
        chosen = rows.kept == length
        columns = rows.origin[chosen][:, None] - length + np.arange(length)
        growth = rows.panel[rows.company[chosen][:, None], columns]
        seen = np.ones(growth.shape, dtype=bool)
        short = believe(p, cells, growth, seen, np.full(len(growth), float(length)))
        parts.append([short.rate, short.variance, short.log_weight])
    rate, variance, log_weight = (np.concatenate(field) for field in zip(*parts, strict=True))
    nothing = np.zeros_like(rate)
    return Belief(rate, variance, nothing, nothing, nothing, log_weight)


def _along(p: Parameters, cells: Cells, panel: Floats) -> tuple[Floats, Floats, Floats]:
    """Rate, variance and log weight after each month of whole histories. Shape (month, company, case)."""
    belief, since = before_data(cells, len(panel)), np.zeros(len(panel))
    seen = np.ones(len(panel), dtype=bool)
    rate, variance, log_weight = (np.empty((panel.shape[1], *belief.rate.shape)) for _ in range(3))
    for month, growth in enumerate(np.nan_to_num(panel.T)):
        step(p, cells, belief, growth, since, seen)
        rate[month], variance[month], log_weight[month] = belief.rate, belief.variance, belief.log_weight
    return rate, variance, log_weight


def _weights(kept: NDArray[np.int64], company: NDArray[np.int64], future: Floats) -> Floats:
    """Each length of history its share, within it every company the same."""
    weight = np.zeros(future.shape)
    for length, share in SHARES_BY_LENGTH.items():
        for h in range(future.shape[1]):
            rows = np.flatnonzero((kept == length) & ~np.isnan(future[:, h]))
            if len(rows):
                _, which, count = np.unique(company[rows], return_inverse=True, return_counts=True)
                weight[rows, h] = share / count[which] / len(count)
    return weight


def mean_score(p: Parameters, rows: Rows) -> Floats:
    """Weighted mean CRPS of log growth at each horizon. Shape (horizon,)."""
    score = crps(_quantiles(p, rows), np.nan_to_num(rows.future))
    total: Floats = (score * rows.weight).sum(axis=0)
    return total


def _quantiles(p: Parameters, rows: Rows) -> Floats:
    return GrowthPrior(p).ahead(beliefs(p, rows), cells_of(p), HORIZONS).quantiles()


def fit(panel: Panel, report: Callable[[str], None] = lambda _: None) -> Parameters:
    """The parameters with the least mean CRPS, on a lattice.

    A quasi-Newton descent finds the valley, then neighbours on the lattice are tried until none is better. A lattice,
    because two machines whose sums differ in the last bit then still write the same bytes.

    Args:
        panel: The companies.
        report: Called with a line of progress.

    Source: Nocedal and Wright, Numerical Optimization (2006), 6.1; Hooke and Jeeves, Journal of the ACM 8 (1961).
    """
    rows = rows_of(panel)
    names = list(FITTED)
    anchor = np.array([_to_search(name, START.as_json()[name]) for name in names])

    def parameters(offset: Floats) -> Parameters:
        values = {n: _from_search(n, x) for n, x in zip(names, anchor + offset, strict=True)}
        return Parameters(**{**START.as_json(), **values})

    def loss(offset: Floats) -> float:
        mean = float((mean_score(parameters(offset), rows) / TYPICAL_SCORE).mean())
        return mean + PULL * float((offset**2).sum())

    best = np.round(_descend(loss, np.zeros(len(names)), report) / LATTICE) * LATTICE
    least = loss(best)
    for _ in range(MOST_ROUNDS):
        better, value = _explore(loss, best, least)
        if value >= least:
            break
        best, least = better, value
        report(f"lattice: loss {least:.5f}")
    return calibrated(replace(parameters(best), **typical_rate(panel)), rows)


def calibrated(p: Parameters, rows: Rows) -> Parameters:
    """The same parameters with the width at which the 80 % interval covers (n + 1) / n of 80 % of n companies.

    Counted over at most six origins a company, evenly spread over its history, the way forecasts are scored, and over
    all horizons.

    Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005), for the finite-sample step.
    """
    belief, cells, future = beliefs(p, rows), cells_of(p), np.nan_to_num(rows.future)
    chosen = _evenly_spread(rows)[:, None] & ~np.isnan(rows.future)
    target = 0.8 * (1 + 1 / len(rows.panel))

    def reach(width: float) -> float:
        quantiles = GrowthPrior(replace(p, scale=p.scale * width)).ahead(belief, cells, HORIZONS).quantiles()
        inside = covered(quantiles, future, 0.8)
        by_company = [
            [_share(inside[k, h], chosen[k, h]) for k in _by_company(rows)] for h in range(len(HORIZONS))
        ]
        return float(np.mean([np.nanmean(one) for one in by_company if not np.isnan(one).all()]))

    for width in WIDTHS:
        if reach(width) >= target:
            break
    return replace(p, scale=float(f"{p.scale * width:.6g}"))


def _share(inside: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> float:
    return float(inside[chosen].mean()) if chosen.any() else np.nan


def _by_company(rows: Rows) -> list[NDArray[np.bool_]]:
    return [rows.company == company for company in range(len(rows.panel))]


def _evenly_spread(rows: Rows) -> NDArray[np.bool_]:
    """At most six origins a company from a year of history on, of whole histories; the last few of a short one."""
    found = np.zeros(len(rows.kept), dtype=bool)
    for company in range(len(rows.panel)):
        own = (rows.company == company) & (rows.kept == WHOLE)
        if own.any():
            last = int(rows.origin[own].max())
            first = min(12, max(LEAST_MONTHS, last - 2))
            found |= own & np.isin(rows.origin, np.linspace(first, last, 6).round())
    return found


def typical_rate(panel: Panel) -> dict[str, float]:
    """Mean and standard deviation of the rate over half a year, over companies and times, each company the same."""
    rates = [
        (log[HALF_YEAR:] - log[:-HALF_YEAR]) / HALF_YEAR for log in panel.values() if len(log) > HALF_YEAR
    ]
    middle = float(np.mean([one.mean() for one in rates]))
    spread = float(np.sqrt(np.mean([((one - middle) ** 2).mean() for one in rates])))
    return {"typical": float(f"{middle:.4g}"), "typical_sd": float(f"{spread:.4g}")}


def _descend(loss: Callable[[Floats], float], start: Floats, report: Callable[[str], None]) -> Floats:
    """The lowest point found by BFGS with central differences and a halving line search."""
    at, value, curvature = start, loss(start), np.eye(len(start)) * 0.3
    slope = _slope(loss, at)
    for round_ in range(MOST_ROUNDS):
        move = -curvature @ slope
        move *= min(1.0, LONGEST_MOVE / float(np.abs(move).max()))
        size = 1.0
        while (trial := loss(at + size * move)) > value + 1e-4 * size * float(slope @ move) and size > 1e-3:
            size /= 2
        if trial >= value - SMALLEST_GAIN:
            break
        moved, new_slope = size * move, _slope(loss, at + size * move)
        turned = new_slope - slope
        at, value, slope = at + moved, trial, new_slope
        report(f"round {round_}: loss {value:.5f}")
        if (along := float(moved @ turned)) > 0:
            away = np.eye(len(at)) - np.outer(moved, turned) / along
            curvature = away @ curvature @ away.T + np.outer(moved, moved) / along
    return at


def _slope(loss: Callable[[Floats], float], at: Floats, width: float = 1e-3) -> Floats:
    """Gradient by central differences."""
    steps = np.eye(len(at)) * width
    return np.array([(loss(at + one) - loss(at - one)) / (2 * width) for one in steps])


def _explore(loss: Callable[[Floats], float], start: Floats, least: float) -> tuple[Floats, float]:
    """One lattice move up or down along each axis, where it helps."""
    best = start
    for axis in range(len(start)):
        for sign in (1, -1):
            trial = best.copy()
            trial[axis] = round(trial[axis] / LATTICE + sign) * LATTICE
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
    return float(f"{raw:.6g}")
