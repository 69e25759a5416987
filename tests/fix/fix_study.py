"""The prototype study's ten claims, its grid and its likelihood, as a stored model (values in $bn a year)."""

from dataclasses import replace
from datetime import date

import numpy as np

from crossbearing.fix.grid import Grid, ordinal
from crossbearing.fix.model import Model, Observation, Offset, Term, When
from crossbearing.fix.path import PathPrior

GRID = Grid(ordinal(date(2024, 10, 7)), 14.0, 59)
RATES = (  # id, value, date, date sd, source sd, unit, prior outlier probability
    ("A1", 1.0, date(2024, 12, 20), 8, 0.05, 0.2, 0.05),
    ("A2", 9.0, date(2025, 12, 31), 5, 0.04, 1.0, 0.05),
    ("A3", 14.0, date(2026, 2, 12), 7, 0.04, 1.0, 0.05),
    ("A4", 19.0, date(2026, 3, 3), 4, 0.04, 1.0, 0.05),
    ("A5", 30.0, date(2026, 4, 5), 3, 0.03, 1.0, 0.02),
    ("A6", 39.0, date(2026, 3, 15), 9, 0.10, 1.0, 0.25),
    ("A7", 45.0, date(2026, 5, 15), 7, 0.05, 1.0, 0.05),
)
QUARTERS = (  # id, value, first day, day after the last, source sd, unit, prior outlier probability
    ("A8", 4.8, date(2026, 1, 1), date(2026, 4, 1), 0.03, 0.1, 0.03),
    ("A9", 10.9, date(2026, 4, 1), date(2026, 7, 1), 0.08, 0.1, 0.05),
)


def _sd(source: float, unit: float, value: float) -> float:
    return float(np.hypot(source, 0.5 * unit / value / np.sqrt(3.0)))


def rate(
    name: str, value: float, day: date, day_sd: float, source: float, unit: float, outlier: float
) -> Observation:
    y = float(np.log(value))
    when = When("normal", ordinal(day), day_sd)
    return Observation(
        name, (Term("A"),), y, y, "point", _sd(source, unit, value), outlier, when, claims=(name,)
    )


def quarter(
    name: str, value: float, first: date, after: date, source: float, unit: float, outlier: float
) -> Observation:
    days = float((after - first).days)
    y = float(np.log(value / (days / 365.25)))
    term = Term("A", ((days, 1.0),), ordinal(after))
    return Observation(name, (term,), y, y, "point", _sd(source, unit, value), outlier, claims=(name,))


def ratio() -> Observation:
    """The rival's 22 for the 30, as a ratio: log of one less share times fee, here one scalar."""
    y = float(np.log(22.0 / 30.0))
    return Observation("A10", (), y, y, "point", 0.08, 0.10, offsets=(Offset("kept"),), claims=("A10",))


def study(moved: float | None = None) -> Model:
    """The study's model; `moved` replaces the 39 of claim A6."""
    rates = tuple(rate(n, moved if n == "A6" and moved else v, day, *rest) for n, v, day, *rest in RATES)
    observations = (*rates, *(quarter(*row) for row in QUARTERS), ratio())
    return Model({"A": PathPrior()}, observations, GRID, {"kept": (-0.25, 0.2)})


def without(model: Model, *names: str) -> Model:
    return replace(model, observations=tuple(o for o in model.observations if o.name not in names))
