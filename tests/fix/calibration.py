"""Simulation-based calibration: claims simulated from the shipped prior, fitted, and the truth ranked among the draws.

Source: Talts, Betancourt, Simpson, Vehtari and Gelman (2018); simultaneous bands, Saeilynoja, Buerkner and Vehtari (2022).
Run the whole study with `python -m tests.fix.calibration 2000`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt

from crossbearing.fix.answers import trailing
from crossbearing.fix.compiled import Compiled, paths_of, whole_paths
from crossbearing.fix.grid import make_grid
from crossbearing.fix.infer import Posterior, infer
from crossbearing.fix.model import Model, Observation, Term, When
from crossbearing.fix.noise import OUTLIER_SD
from crossbearing.fix.path import PathPrior
from crossbearing.fix.predict import predict

Array = npt.NDArray[np.float64]

START = float(date(2025, 1, 1).toordinal())
PRINTED = 0.03  # width of the rounding interval in log units
PRIOR = PathPrior(
    level=(0.0, 1.0), velocity=(1.0, 1.0), long_run=(0.4, 0.4), volatility=(0.0, 0.8), reversion=(0.43, 0.6)
)
QUANTITIES = ("noise", "volatility A", "reversion A", "window A", "first", "last", "ahead", "growth")
DAYS = {"first": START + 30.0, "last": START + 400.0, "ahead": START + 490.0}


def template() -> Model:
    """Eight claims over thirteen months: run rates with vague and exact dates, a floor, a rumour, two quarters."""
    rates = [
        ("a", 0.0, "rounded", 0.03, 0.02, When("exact", START)),
        ("b", 0.0, "rounded", 0.05, 0.05, When("uniform", START + 80, START + 110)),
        ("c", 0.0, "rounded", 0.15, 0.25, When("uniform", START + 150, START + 180)),
        ("d", 0.0, "floor", 0.03, 0.02, When("exact", START + 250)),
        ("e", 0.0, "rounded", 0.05, 0.05, When("uniform", START + 330, START + 360)),
        ("f", 0.0, "rounded", 0.03, 0.02, When("exact", START + 400)),
    ]
    observations = [
        Observation(n, (Term("A"),), y, y, family, sd, odd, when, claims=(n,))  # type: ignore[arg-type]
        for n, y, family, sd, odd, when in rates
    ]
    for n, first in (("g", START + 180.0), ("h", START + 271.0)):
        term = Term("A", ((91.0, 1.0),), first + 91.0)
        observations.append(Observation(n, (term,), 0.0, 0.0, "rounded", 0.05, 0.05, claims=(n,)))
    return Model({"A": PRIOR}, tuple(observations), make_grid(START - 120.0, START + 400.0))


@dataclass(frozen=True)
class Truth:
    """A simulated world: its claims and the values they came from."""

    model: Model
    values: dict[str, float]


def simulate(rng: np.random.Generator) -> Truth:
    """One world from the prior."""
    model = template()
    c = Compiled(model)
    u = rng.standard_normal((1, len(c.theta_names)))
    setting = c.setting(u)
    latent, z = (
        rng.standard_normal((1, c.size)),
        np.where(c.has_dates, rng.standard_normal((1, c.count)), 0.0),
    )
    x = paths_of(c, setting, latent[:, None])
    g = predict(c, x, setting.window, c.scalars(latent), c.dates.day(z))[0][0]
    kappa, excess = float(setting.kappa[0, 0]), float(setting.excess[0, 0])
    observations = []
    for o, centre in zip(model.observations, g, strict=True):
        odd = rng.random() < o.outlier
        sd = np.hypot(kappa * o.sd, OUTLIER_SD) if odd else kappa * o.sd
        if o.family == "floor":
            low = high = centre - (excess if odd else rng.exponential(excess)) - sd * rng.standard_normal()
        else:
            low = np.floor((centre + sd * rng.standard_normal()) / PRINTED) * PRINTED
            high = low + PRINTED
        observations.append(replace(o, low=float(low), high=float(high)))
    theta = dict(zip(c.theta_names, u[0], strict=True))
    values = {name: float(theta[name]) for name in QUANTITIES[:4]}
    speed = Truth(model, {}), whole_paths(c, setting, latent[:, None], rng)[0]
    values.update(_levels(_as_posterior(c, speed[1])))
    return Truth(replace(model, observations=tuple(observations)), values)


def _as_posterior(c: Compiled, path: Array) -> Posterior:
    one = np.ones((1, 1))
    return Posterior(c, (path,), one, one, one, np.ones(1), one, one, one[0], 0.0, 1.0, 1.0, 0.0, 1, 1)


def _levels(posterior: Posterior) -> dict[str, float]:
    return {name: float(values[0]) for name, values in quantities(posterior).items()}


def quantities(posterior: Posterior) -> dict[str, Array]:
    """Draws of the levels and the growth that are reported."""
    found = {name: np.log(trailing(posterior, "A", day)) for name, day in DAYS.items()}
    found["growth"] = found["last"] - np.log(trailing(posterior, "A", DAYS["last"] - 28.0))
    return found


def rank(truth: Truth, posterior: Posterior) -> dict[str, float]:
    """Weighted share of draws below the truth, by quantity."""
    draws = {name: posterior.theta[:, posterior.compiled.theta_names.index(name)] for name in QUANTITIES[:4]}
    draws.update(quantities(posterior))
    return {n: float(posterior.weights @ (draws[n] < truth.values[n])) for n in QUANTITIES}


def world(k: int, seed: int, plan: Sequence[tuple[int, int]] | None) -> list[float] | None:
    """Ranks in one world, or None where the fit was refused. What it finds depends on k and the seed alone."""
    truth = simulate(np.random.default_rng([seed, k]))
    posterior = infer(truth.model, k, plan)
    if not posterior.is_trusted:
        return None
    found = rank(truth, posterior)
    return [found[n] for n in QUANTITIES]


def study(
    datasets: int, seed: int = 1, plan: Sequence[tuple[int, int]] | None = None, processes: int | None = None
) -> tuple[Array, int]:
    """Ranks of every trusted dataset, shape (dataset, quantity), and the number refused.

    Args:
        datasets: How many worlds.
        seed: World k is made from [seed, k].
        plan: Of the fits; the shipped one if not given.
        processes: How many at once, all processors if not given; the results are the same for any number.
    """
    one = partial(world, seed=seed, plan=plan)
    processes = min(processes or os.cpu_count() or 1, datasets)
    if processes == 1:
        found = list(map(one, range(datasets)))
    else:
        with ProcessPoolExecutor(processes, get_context("spawn"), initializer=_alone) as pool:
            found = list(_told(pool.map(one, range(datasets), chunksize=5)))
    ranks = [r for r in found if r is not None]
    return np.array(ranks), len(found) - len(ranks)


def _alone() -> None:
    """One thread a process: there are as many processes as processors."""
    os.environ["CROSSBEARING_THREADS"] = "1"


def _told(found: Iterable[list[float] | None]) -> Iterator[list[float] | None]:
    for k, ranks in enumerate(found, 1):
        yield ranks
        if k % 100 == 0:
            print(k, flush=True)  # noqa: T201 - progress of a long study


def coverage(ranks: Array, level: float = 0.9) -> Array:
    """Share of truths inside the central interval, by quantity."""
    return np.asarray(np.mean(np.abs(ranks - 0.5) <= level / 2, axis=0))


def worst_excursion(ranks: Array) -> Array:
    """Largest distance of the empirical distribution of ranks from uniform, by quantity, times root n (Kolmogorov)."""
    n = len(ranks)
    ordered = np.sort(ranks, axis=0)
    steps = np.arange(1, n + 1)[:, None] / n
    gap = np.maximum(np.abs(ordered - steps), np.abs(ordered - steps + 1 / n)).max(axis=0)
    return np.asarray(gap * np.sqrt(n))


if __name__ == "__main__":
    found, lost = study(int(sys.argv[1]))
    print("refused", lost, "of", int(sys.argv[1]))  # noqa: T201
    for name, covered, far in zip(QUANTITIES, coverage(found), worst_excursion(found), strict=True):
        print(f"{name:14} coverage of 90 %: {covered:.3f}   Kolmogorov distance x root n: {far:.2f}")  # noqa: T201
    print(f"pooled {coverage(found).mean():.3f}")  # noqa: T201
