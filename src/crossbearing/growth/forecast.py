"""Revenue to come: the growth prior applied to the series of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crossbearing.growth.parameters import Floats
from crossbearing.growth.prior import CALIBRATED_MONTHS, LEVELS, GrowthPrior
from crossbearing.growth.table import RevenueSeries, log_growth

FEWEST_POINTS = 5
HISTORY_MONTHS = 120  # evidence older than this has faded below the last printed digit
BATCH = 2048


@dataclass(frozen=True, slots=True)
class Forecast:
    """Predictive distribution of one series' revenue some periods ahead.

    Attributes:
        series: Name of the series.
        horizon: Periods after the last figure.
        period: The period forecast, as the table writes periods.
        quantiles: Revenue at each of `LEVELS`, in the unit of the table.
        own_weight: Weight of the company's own damped trend; the rest is the pooled rates'.
        own_median: Median revenue from the own trend alone.
        pooled_median: Median revenue from the pooled rates alone.
        note: What to know before using it; empty if nothing.
    """

    series: str
    horizon: int
    period: str
    quantiles: tuple[float, ...]
    own_weight: float
    own_median: float
    pooled_median: float
    note: str

    def at(self, level: float) -> float:
        """Revenue at one of `LEVELS`."""
        return self.quantiles[LEVELS.index(level)]

    def as_json(self) -> dict[str, Any]:
        """The record of the command-line contract, with the two explanations and what to know beside it."""
        return {
            "series": self.series,
            "horizon": self.horizon,
            "period": self.period,
            "quantiles": {str(level): value for level, value in zip(LEVELS, self.quantiles, strict=True)},
            "interval_kind": "predictive",
            "own_weight": self.own_weight,
            "own_median": self.own_median,
            "pooled_median": self.pooled_median,
            "note": self.note,
        }


def forecast(
    series: Sequence[RevenueSeries], horizons: Sequence[int], prior: GrowthPrior | None = None
) -> Iterator[Forecast]:
    """Forecasts of every series at every horizon, in the order of the series, then of the horizons.

    Args:
        series: As read from a table; one figure is enough, fewer than five give a prior-driven answer that says so.
        horizons: Periods after the last figure, at least 1.
        prior: The growth prior; the shipped one by default.

    Yields:
        One forecast a series and horizon. Intervals are predictive.
    """
    used = prior or GrowthPrior.load()
    for start in range(0, len(series), BATCH):
        batch = series[start : start + BATCH]
        by_step: dict[int, list[int]] = {}
        for index, one in enumerate(batch):
            by_step.setdefault(one.step, []).append(index)
        answers: dict[int, list[Forecast]] = {}
        for indices in by_step.values():
            found = _of_one_frequency([batch[i] for i in indices], horizons, used)
            answers.update(zip(indices, found, strict=True))
        for index in range(len(batch)):
            yield from answers[index]


def _of_one_frequency(
    series: Sequence[RevenueSeries], horizons: Sequence[int], prior: GrowthPrior
) -> list[list[Forecast]]:
    """The forecasts of series with the same frequency, one list a series."""
    ascending = sorted(set(horizons))
    months = [h * series[0].step for h in ascending]
    growth, length = histories(series)
    ahead, belief = prior.from_history(growth, ~np.isnan(growth), length, months, series[0].step)
    last = np.log([s.values[-1] for s in series])[:, None]
    quantiles = np.exp(last[..., None] + ahead.quantiles())
    own, pooled = (
        np.exp(last + prior.alone(belief, months, series[0].step, own=is_own).quantiles([0.5])[..., 0])
        for is_own in (True, False)
    )
    place = {h: i for i, h in enumerate(ascending)}
    return [
        [
            Forecast(
                series=one.name,
                horizon=h,
                period=one.label(h),
                quantiles=tuple(_printed(q) for q in quantiles[row, place[h]]),
                own_weight=round(float(ahead.own_weight[row]), 4),
                own_median=_printed(own[row, place[h]]),
                pooled_median=_printed(pooled[row, place[h]]),
                note=_note(one, h),
            )
            for h in horizons
        ]
        for row, one in enumerate(series)
    ]


def histories(series: Sequence[RevenueSeries]) -> tuple[Floats, Floats]:
    """Log growth since the figure before on a monthly grid, right-aligned, NaN where there is no figure; and its length.

    Shape: (series, months) and (series,).
    """
    steps = [log_growth(s) for s in series]
    length = np.array([min(sum(gap for gap, _ in one), HISTORY_MONTHS) for one in steps], dtype=float)
    size = int(length.max(initial=0))
    growth = np.full((len(series), size), np.nan)
    for row, one in zip(growth, steps, strict=True):
        at = size
        for gap, grown in reversed(one):
            if at - gap < 0:
                break
            row[at - 1] = grown
            at -= gap
    return growth, length


def _note(series: RevenueSeries, horizon: int) -> str:
    """What to know before using the forecast."""
    notes = []
    points = len(series.values)
    if points < FEWEST_POINTS:
        notes.append(
            f"only {points} figure{'s' if points != 1 else ''}: driven by the pooled prior, not by this series"
        )
    if horizon * series.step > CALIBRATED_MONTHS:
        notes.append(f"beyond {CALIBRATED_MONTHS} months the width is extrapolated, not calibrated")
    return "; ".join(notes)


def _printed(value: float) -> float:
    """Nine significant digits, so that the last bit of a sum does not show."""
    return float(f"{value:.9g}")
