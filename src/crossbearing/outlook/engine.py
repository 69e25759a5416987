"""Runs a wired model over time-major arrays of draws, in blocks sized for the cache, on all cores.

Random numbers are addressed (see `draws`), so that a result depends neither on threads nor on block size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from crossbearing.outlook.draws import TILE, normal, uniform
from crossbearing.outlook.equation import Array, Equation
from crossbearing.outlook.histogram import Histogram
from crossbearing.outlook.wiring import Wiring
from crossbearing.problems import Refusal, UsageError

BLOCK = 8 * TILE
NORMAL, UNIFORM = "noise_", "luck_"  # inputs so named are drawn anew every month


@dataclass(frozen=True, slots=True)
class Block:
    """Which draws are computed together: `first` to `first + count`."""

    first: int
    count: int


Draw = Callable[[Block], Array]


@dataclass(frozen=True, slots=True)
class Run:
    """Everything a simulation needs besides its equations.

    Attributes:
        entity: Company, part of every random address.
        seed: Of the run.
        paths: Number of draws.
        months: Number of steps.
        given: What the model asks for by name: a function of a block giving one value a draw, constant in time.
        schedules: Values by month, the same for every draw. Shape: (months,).
        record: Names of the values to keep.
        step_months: Length of a step in months; `months` counts steps, and schedules hold one value a step.
    """

    entity: str
    seed: int
    paths: int
    months: int
    given: Mapping[str, Draw]
    schedules: Mapping[str, Array] = field(default_factory=dict)
    record: tuple[str, ...] = ()
    step_months: float = 1.0


def simulate(wiring: Wiring, run: Run, threads: int = 1) -> dict[str, Array]:
    """Recorded values of every draw and month. Auxiliaries belong to the month, stocks to its end.

    Shape: (months, paths) each.

    Raises:
        UsageError: The model asks for something that is not given, or a name to record is unknown.
        Refusal: A value is not finite, has another shape, or a stock falls below its floor.
    """
    _complete(wiring, run)
    kept = {name: np.empty((run.months, run.paths)) for name in run.record}

    def work(block: Block) -> None:
        for month, values in enumerate(months_of(wiring, run, block)):
            for name in run.record:
                kept[name][month, block.first : block.first + block.count] = values[name]

    with ThreadPoolExecutor(max(1, threads)) as pool:
        list(pool.map(work, blocks(run.paths)))
    return kept


def stream(wiring: Wiring, run: Run, threads: int = 1) -> dict[str, Histogram]:
    """Histograms of the recorded values, so that memory does not grow with the paths.

    The first block serves as the pilot that sets the range of the bins. Blocks are merged in their order, so that the
    result does not depend on threads.

    Raises:
        UsageError: The model asks for something that is not given, or a name to record is unknown.
        Refusal: A value is not finite, has another shape, or a stock falls below its floor.
    """
    _complete(wiring, run)
    every = list(blocks(run.paths))
    pilot = simulate(wiring, replace(run, paths=every[0].count))
    totals = {name: Histogram.from_pilot(values) for name, values in pilot.items()}

    def work(block: Block) -> dict[str, Histogram]:
        part = {name: total.empty() for name, total in totals.items()}
        for month, values in enumerate(months_of(wiring, run, block)):
            for name, histogram in part.items():
                histogram.add(month, np.broadcast_to(values[name], (block.count,)))
        return part

    with ThreadPoolExecutor(max(1, threads)) as pool:
        for part in pool.map(work, every):
            for name, histogram in part.items():
                totals[name].merge(histogram)
    return totals


def blocks(paths: int, size: int = BLOCK) -> Iterator[Block]:
    """The draws in blocks of at most `size`, a multiple of the tile of the random numbers."""
    for first in range(0, paths, size):
        yield Block(first, min(size, paths - first))


def months_of(wiring: Wiring, run: Run, block: Block) -> Iterator[Mapping[str, Array]]:
    """Every month's values of one block: inputs, auxiliaries, and stocks as they stand at the month's end."""
    with np.errstate(all="ignore"):
        yield from _steps(wiring, run, block)


def _steps(wiring: Wiring, run: Run, block: Block) -> Iterator[Mapping[str, Array]]:
    constant = {name: draw(block) for name, draw in run.given.items()}
    for equation in wiring.initials:
        constant[equation.name] = _compute(equation, constant, 0, block)
    stocks = {s.name: constant[s.start].copy() for s in wiring.stocks}
    for month in range(run.months):
        values = {**constant, **_fresh(wiring, run, month, block), **stocks}
        values["month"] = np.asarray(month * run.step_months)
        values["step_months"] = np.asarray(run.step_months)
        for equation in wiring.auxiliaries:
            values[equation.name] = _compute(equation, values, month, block)
        stocks = {s.name: _compute(s, values, month, block) for s in wiring.stocks}
        values.update(stocks)
        yield values


def _fresh(wiring: Wiring, run: Run, month: int, block: Block) -> dict[str, Array]:
    """Inputs that change by month: schedules, and random processes by their address."""
    found: dict[str, Array] = {name: np.asarray(s[month]) for name, s in run.schedules.items()}
    for name in wiring.inputs:
        if name.startswith((NORMAL, UNIFORM)):
            source = normal if name.startswith(NORMAL) else uniform
            found[name] = source(run.seed, run.entity, name, month, block.first, block.count)
    return found


def _compute(equation: Equation, values: Mapping[str, Array], month: int, block: Block) -> Array:
    """One equation, its result checked: shape, finiteness, floor. The message names function, step and draw."""
    result = np.asarray(equation.function(*[values[name] for name in equation.inputs]), dtype=np.float64)
    if result.shape != (block.count,):
        if result.shape not in ((), (1,)):
            raise _refused(
                equation,
                month,
                f"gives shape {result.shape} for {block.count} draws",
                "work on whole arrays, one value a draw",
            )
        result = np.full(block.count, float(result))
    if not np.isfinite(result.sum()) and not np.isfinite(result).all():
        draw = block.first + int(np.flatnonzero(~np.isfinite(result))[0])
        raise _refused(
            equation, month, f"is not a finite number in draw {draw}", "guard the division or logarithm in it"
        )
    if (
        equation.kind == "stock"
        and equation.floor is not None
        and float(result.min()) < equation.floor - 1e-9 * max(1.0, float(np.abs(result).max()))
    ):
        draw = block.first + int(result.argmin())
        raise _refused(
            equation,
            month,
            f"falls to {result.min():.4g}, below {equation.floor:g}, in draw {draw}",
            "let an outflow be no more than what is there",
        )
    return result


def _refused(equation: Equation, month: int, what: str, mend: str) -> Refusal:
    return Refusal(
        f"{equation.sector}.{equation.name} {what} at month {month}",
        "a simulation with such a value has no meaning",
        mend,
    )


def _complete(wiring: Wiring, run: Run) -> None:
    """Refuses a run that lacks an input or records an unknown name.

    Raises:
        UsageError: With every missing name and who reads it.
    """
    drawn = {n for n in wiring.inputs if n.startswith((NORMAL, UNIFORM))}
    missing = [n for n in wiring.inputs if n not in run.given and n not in run.schedules and n not in drawn]
    if missing:
        readers = "; ".join(
            f"{n} (read by {', '.join(wiring.readers(n)) or 'a stock as its start'})" for n in missing
        )
        raise UsageError(
            f"not computable for {run.entity}: needs {missing[0]}"
            + (f" and {len(missing) - 1} more" if missing[1:] else ""),
            readers,
            "add an assumption or a claim for each",
        )
    unknown = sorted(set(run.record) - set(wiring.equations) - set(wiring.inputs))
    if unknown:
        raise UsageError(
            f"no equation is called {unknown[0]!r}",
            "",
            f"equations are {', '.join(sorted(wiring.equations))}",
        )


def quantiles(values: Array, levels: Sequence[float]) -> Array:
    """Quantiles over draws, month by month.

    Shape: (levels, months) from (months, draws).
    """
    return np.asarray(np.quantile(values, levels, axis=1))
