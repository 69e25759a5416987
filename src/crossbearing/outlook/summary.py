"""From draws to answers: fans, odds, differences on common draws, first-order drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from crossbearing.outlook.answers import LEVELS, Chance, Difference, Driver, Fan, FanPoint
from crossbearing.outlook.engine import simulate, stream
from crossbearing.outlook.equation import Array
from crossbearing.outlook.labels import ANSWERS_DRIVEN, COMPARED, LABELS, QUARTER_LABELS, RECORDED
from crossbearing.outlook.pivots import behind, drawn_input, moving
from crossbearing.outlook.points import sobol_blocks
from crossbearing.outlook.prepare import Ready, Setting, recording
from crossbearing.outlook.quarters import SUMMED, by_quarter, full_quarters

Index = npt.NDArray[np.intp]
EXACT_PATHS = 65_536  # up to here every draw is kept and quantiles are exact
FEW = 4096  # draws up to which sorting is quicker than selecting
BINS = 16  # of the first-order drivers
SHOWN_SHARE = 0.01
A_YEAR = 12
TO_THE_END = ("cash_need", "dilution_to_cover_need")


def month_ends(origin: date, months: int) -> tuple[date, ...]:
    """Last days of the months of an outlook; the first month is the one of the origin."""
    found = []
    for month in range(1, months + 1):
        year, index = divmod(origin.month - 1 + month, 12)
        found.append(date(origin.year + year, index + 1, 1) - timedelta(days=1))
    return tuple(found)


def draws_of(ready: Ready, setting: Setting, names: tuple[str, ...] = RECORDED) -> dict[str, Array]:
    """Recorded values of at most the exact number of draws. Shape: (months, draws) each."""
    run = recording(ready, names)
    if run.paths > EXACT_PATHS:
        run = replace(run, paths=EXACT_PATHS)
    if setting.sobol:
        run = replace(run, blocks=sobol_blocks(ready, run.paths))
    return simulate(ready.model.wiring, run, setting.threads)


def exact_fans(ready: Ready, setting: Setting, values: Mapping[str, Array]) -> dict[str, Fan]:
    """Fans of kept draws."""
    return {name: _fan(ready, setting, name, *_moments(drawn), exact=True) for name, drawn in values.items()}


def streamed_fans(ready: Ready, setting: Setting) -> dict[str, Fan]:
    """Fans of more draws than are kept, by merged histograms."""
    run = recording(ready, RECORDED)
    if setting.sobol:
        run = replace(run, blocks=sobol_blocks(ready, run.paths))
    found = stream(ready.model.wiring, run, setting.threads)
    return {
        name: _fan(
            ready, setting, name, np.array([h.quantile(q) for q in LEVELS]), h.mean(), h.error(), exact=False
        )
        for name, h in found.items()
    }


def quarter_fans(ready: Ready, values: Mapping[str, Array], ends: tuple[date, ...]) -> dict[str, Fan]:
    """Fans by calendar quarter: flows added over its months, levels at its end."""
    spans = full_quarters(ends)
    found = {}
    for name, drawn in by_quarter(values, ends).items():
        if drawn:
            points = _points([ends[over - 1] for _, over, _ in spans], *_moments(np.array(drawn)))
            unit = ready.model.wiring.equations[name].unit
            label = QUARTER_LABELS.get(name) or LABELS.get(name, name)
            found[name] = Fan(name, label, unit.removesuffix("/month") if name in SUMMED else unit, points)
    return found


def _moments(values: Array) -> tuple[Array, Array, Array]:
    error = values.std(axis=1) / np.sqrt(values.shape[1])
    return quantiles_of(values), values.mean(axis=1), error


def quantiles_of(values: Array) -> Array:
    """The five levels by month, by linear interpolation of order statistics. Shape: (levels, months)."""
    count = values.shape[1]
    places = np.array(LEVELS) * (count - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, count - 1)
    if count <= FEW:
        parted = np.sort(values, axis=1)
    else:
        parted = np.partition(values, np.unique(np.concatenate([below, above])), axis=1)
    share = places - below
    return np.asarray((parted[:, below] * (1 - share) + parted[:, above] * share).T)


def _fan(
    ready: Ready, setting: Setting, name: str, levels: Array, mean: Array, error: Array, *, exact: bool
) -> Fan:
    points = _points(month_ends(setting.origin, setting.months), levels, mean, error)
    unit = ready.model.wiring.equations[name].unit
    return Fan(name, LABELS.get(name, name), unit, points, exact=exact)


def _points(days: Sequence[date], levels: Array, mean: Array, error: Array) -> tuple[FanPoint, ...]:
    rows = np.vstack([levels, mean, error]).T.tolist()
    return tuple(FanPoint(day, *row) for day, row in zip(days, rows, strict=True))


def chance(label: str, happened: Array) -> Chance:
    """A share of draws with its binomial Monte Carlo error."""
    share = float(np.mean(happened))
    return Chance(label, share, float(np.sqrt(share * (1 - share) / happened.size)))


def break_even(values: Mapping[str, Array], ends: tuple[date, ...]) -> list[Chance]:
    """Odds of break-even by measure and period: the same word means different things, so each is named."""
    found = []
    if "operating_profit" in values:
        profit = values["operating_profit"]
        months = len(profit)
        if months >= 3:
            found.append(chance(f"operating profit in the quarter to {ends[2]}", profit[:3].sum(axis=0) > 0))
        if months >= 12:
            found.append(chance(f"operating profit over the year to {ends[11]}", profit[:12].sum(axis=0) > 0))
        found.append(chance(f"operating profit in {ends[-1]:%B %Y}", profit[-1] > 0))
    if "cumulative_cash_flow" in values:
        label = f"cash flow from the start to {ends[-1]} above zero"
        found.append(chance(label, values["cumulative_cash_flow"][-1] > 0))
    if "insolvent" in values:
        label = f"solvent to {ends[-1]} under the assumed opening cash (calibrated)"
        found.append(chance(label, values["insolvent"][-1] < 0.5))
    return found


def differences(
    ready: Ready, setting: Setting, base: Mapping[str, Array], other: Mapping[str, Array]
) -> tuple[Difference, ...]:
    """A scenario less the base on common draws, with the Monte Carlo error of the difference.

    Compared after twelve months; what only grows, such as the cash need, at the end.
    """
    ends = month_ends(setting.origin, setting.months)
    found = []
    for name in COMPARED:
        if name not in base or name not in other:
            continue
        month = setting.months - 1 if name in TO_THE_END else min(A_YEAR, setting.months) - 1
        apart = other[name][month] - base[name][month]
        low, high = np.quantile(apart, (0.05, 0.95))
        found.append(
            Difference(
                name,
                LABELS[name],
                ready.model.wiring.equations[name].unit,
                ends[month],
                float(np.quantile(base[name][month], 0.5)),
                float(np.quantile(other[name][month], 0.5)),
                float(apart.mean()),
                float(apart.std() / np.sqrt(apart.size)),
                float(low),
                float(high),
            )
        )
    return tuple(found)


def drivers(ready: Ready, values: Mapping[str, Array], most: int = 8) -> tuple[Driver, ...]:
    """Inputs by the share of an answer's variance they carry alone.

    Source: first-order variance-based sensitivity from given data, Plischke, Borgonovo and Smith (2013), with the share
    that chance alone would give taken off.
    """
    found = []
    size = next(iter(values.values())).shape[1] if values else 0
    inputs = (
        {n: np.argsort(drawn_input(ready, n, size), kind="stable") for n in moving(ready)} if values else {}
    )
    for answer in ANSWERS_DRIVEN:
        if answer not in values:
            continue
        result = values[answer][-1]
        ranked = [d for n, order in inputs.items() if (d := _driver(ready, answer, n, order, result))]
        found += sorted(ranked, key=lambda d: -d.share)[:most]
    return tuple(found)


def _driver(ready: Ready, answer: str, name: str, order: Index, result: Array) -> Driver | None:
    ranked = result[order]
    share = explained(ranked)
    if share < SHOWN_SHARE:
        return None
    half = order.size // 2
    up = ranked[half:].mean() >= ranked[:half].mean()
    return Driver(answer, name, share, 1 if up else -1, behind(ready, name))


def first_order(drawn: Array, result: Array) -> float:
    """Share of the variance of a result that goes with one input alone, from draws in classes of equal size.

    Args:
        drawn: Draws of the input.
        result: The answer on the same draws.
    """
    return explained(result[np.argsort(drawn, kind="stable")])


def explained(ranked: Array) -> float:
    """The same from results in the order of the input."""
    size = ranked.size
    total = float(ranked.var())
    if total == 0 or size < 4 * BINS:
        return 0.0
    edges = np.arange(BINS) * size // BINS
    counts = np.diff(edges, append=size)
    apart = ranked - ranked.mean()
    means = np.add.reduceat(apart, edges) / counts
    within = float(np.mean(np.add.reduceat(apart**2, edges) / counts - means**2))
    between = float(np.mean(means**2))
    return max(0.0, (between - within * (BINS - 1) / size) / total)
