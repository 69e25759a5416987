"""What the engine fits: paths, scalars and observations. An observation says which functional of which path was printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from crossbearing.fix.grid import Grid
from crossbearing.fix.path import PathPrior

LATENT = float("nan")  # a window to be learnt


@dataclass(frozen=True)
class When:
    """When an instant claim is about: normal(a, b), uniform between a and b, or exactly a. Ordinal days."""

    law: Literal["exact", "normal", "uniform"]
    a: float
    b: float = 0.0


@dataclass(frozen=True)
class Term:
    """One functional of one path, entering with a sign.

    Attributes:
        path: Which path.
        windows: (days, weight) of trailing windows; the functional is the log of the weighted sum of mean rates.
            LATENT days are the path's own unknown window. Empty: the value of the path at the day itself.
        end: Last day of the windows; None: the date of the observation.
        shift: Days added to the date of the observation.
        sign: +1 or -1.
    """

    path: str
    windows: tuple[tuple[float, float], ...] = ((LATENT, 1.0),)
    end: float | None = None
    shift: float = 0.0
    sign: float = 1.0


@dataclass(frozen=True)
class Offset:
    """A scalar that enters an observation: `linear` adds coefficient x value, `share` adds coefficient x log of its logistic."""

    scalar: str
    coefficient: float = 1.0
    form: Literal["linear", "share"] = "linear"


@dataclass(frozen=True)
class Observation:
    """One aligned claim: log of what was printed is the sum of terms and offsets, plus error.

    Attributes:
        name: The claim's id; one that stands for copies carries all ids in `claims`.
        terms: Functionals of paths.
        low, high: Ends of the printed interval in the scale of the path; equal for a bound or a point.
        family: rounded, floor, ceiling or point.
        sd: Source error in the scale of the path, before the common multiplier.
        outlier: Prior probability of contamination.
        when: Date of the terms that have no end of their own.
        offsets: Scalars that enter.
        claims: Ids of the claims it stands for.
        operator: Which operator made it, in words.
    """

    name: str
    terms: tuple[Term, ...]
    low: float
    high: float
    family: Literal["rounded", "floor", "ceiling", "point"]
    sd: float
    outlier: float
    when: When = field(default=When("exact", 0.0))
    offsets: tuple[Offset, ...] = ()
    claims: tuple[str, ...] = ()
    operator: str = ""


@dataclass(frozen=True)
class Model:
    """Paths and scalars with their priors, observations, a grid.

    Attributes:
        paths: Prior of each path by name.
        observations: What was printed.
        grid: Time.
        scalars: Mean and sd of each scalar by name.
        noise: Log-centre and log-sd of the common multiplier of source error.
        excess: Log-centre and log-sd of the mean excess over a stated floor.
    """

    paths: Mapping[str, PathPrior]
    observations: tuple[Observation, ...]
    grid: Grid
    scalars: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    noise: tuple[float, float] = (0.0, 0.4)
    excess: tuple[float, float] = (-3.2188758248682006, 0.6)  # 4 %
