"""Runs a wired model over time-major arrays of draws, in blocks sized for the cache, on all cores.

Random numbers are addressed (see `draws`), so that a result depends neither on threads nor on block size. The step runs as a
compiled list of array operations (see `program`); where a quick check finds a value without meaning, the block is run again
equation by equation (see `careful`), which names function, step and draw.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from crossbearing.outlook.careful import computed, find_fault
from crossbearing.outlook.draws import TILE
from crossbearing.outlook.equation import Array, Equation
from crossbearing.outlook.frame import Frame, SuspectError
from crossbearing.outlook.histogram import Counts, Histogram, Moments, Scale, Tally
from crossbearing.outlook.program import Program, compile_program
from crossbearing.outlook.runs import (
    NORMAL,
    UNIFORM,
    Block,
    Constant,
    Draw,
    Run,
    blocks,
    noise_of,
    shared_out,
)
from crossbearing.outlook.wiring import Wiring
from crossbearing.problems import UsageError

Progress = Callable[[int], None]
PILOT = 2 * TILE  # draws that set the range of histograms
WORTH_SHARING = 50_000_000  # values computed; with fewer, threads wait for one another longer than they help
AHEAD = 1  # blocks a thread may be ahead of the one whose result is read


@dataclass(frozen=True, slots=True)
class Engine:
    """A model compiled for one set of schedules: its inputs may be moved without compiling again.

    Attributes:
        wiring: The model.
        run: As compiled.
        program: The operations.
        frames: Arrays of blocks done, to be used again.
    """

    wiring: Wiring
    run: Run
    program: Program
    frames: list[Frame] = field(default_factory=list, compare=False, repr=False)

    def months(self, block: Block, given: Mapping[str, Draw]) -> Iterator[Array]:
        """The kept values of every month of a block, in rows; the next month overwrites them. Shape: (rows, draws).

        Raises:
            Refusal: A value has no meaning.
        """
        with np.errstate(all="ignore"):
            try:
                yield from self._months(block, given)
            except SuspectError as suspect:
                find_fault(self.wiring, replace(self.run, given=given), block, str(suspect))

    def _months(self, block: Block, given: Mapping[str, Draw]) -> Iterator[Array]:
        def called(equation: Equation, args: tuple[Any, ...], month: int) -> Array:
            return computed(equation, args, month, block)

        frame = self._frame(block.count)
        drawn = {n: d(block) for n, d in given.items() if n in frame.inputs}
        frame.load(drawn, noise_of(frame.inputs, self.run, block), called)
        for month in range(self.run.months):
            yield frame.step(month)
        frame.finish(self.run.months)
        self.frames.append(frame)

    def _frame(self, count: int) -> Frame:
        """Arrays no other thread uses."""
        for frame in tuple(self.frames):
            if frame.count == count:
                with suppress(ValueError):  # another thread may take it first
                    self.frames.remove(frame)
                    return frame
        return Frame(self.program, count, _dtype(self.run))


def _dtype(run: Run) -> type[np.floating[Any]]:
    return np.float32 if run.single else np.float64


def compiled(wiring: Wiring, run: Run, *, regroup: bool = True) -> Engine:
    """The engine of a model under the schedules of a run.

    Args:
        wiring: The model.
        run: With its schedules.
        regroup: Whether products are taken in a cheaper order, which changes their last digit.

    Raises:
        UsageError: The model asks for something that is not given, or a name to record is unknown.
    """
    _complete(wiring, run)
    level = {n: s for n, s in run.schedules.items() if len(s) and (s == s[0]).all()}
    known = {n: d.value for n, d in run.given.items() if isinstance(d, Constant)}
    known |= {n: float(s[0]) for n, s in level.items()} | {"step_months": run.step_months}
    moving: dict[str, Array] = {n: s for n, s in run.schedules.items() if n not in level}
    moving["month"] = np.arange(run.months, dtype=np.float64) * run.step_months
    drawn = [n for n in run.given if n not in known]
    noise = [n for n in wiring.inputs if n.startswith((NORMAL, UNIFORM))]
    program = compile_program(wiring, known, moving, drawn, noise, run.record, regroup=regroup)
    return Engine(wiring, run, program)


def simulate(
    wiring: Wiring, run: Run, threads: int = 1, progress: Progress | None = None
) -> dict[str, Array]:
    """Recorded values of every draw and month. Auxiliaries belong to the month, stocks to its end.

    Shape: (months, paths) each.

    Raises:
        UsageError: The model asks for something that is not given, or a name to record is unknown.
        Refusal: A value is not finite, has another shape, or a stock falls below its floor.
    """
    return simulated(compiled(wiring, run), run, threads, progress)


def simulated(
    engine: Engine, run: Run, threads: int = 1, progress: Progress | None = None
) -> dict[str, Array]:
    """The same for a model compiled before; only the inputs of the run and its draws are read anew.

    Raises:
        Refusal: A value is not finite, has another shape, or a stock falls below its floor.
    """
    rows = len(set(engine.program.rows.values()))
    kept: Array = np.empty((rows, run.months, run.paths), _dtype(engine.run))

    def work(block: Block) -> int:
        here = slice(block.first, block.first + block.count)
        for month, values in enumerate(engine.months(_own(run, block), run.given)):
            kept[:, month, here] = values
            if not math.isfinite(np.add.reduce(values, axis=None)):
                _find_odd(engine, run, block, values)
        return block.count

    shared = threads if run.paths * run.months * len(engine.program.places) > WORTH_SHARING else 1
    for _ in _each(work, shared_out(run, shared), shared, progress):
        pass
    return {name: kept[row] for name, row in engine.program.rows.items()}


def _own(run: Run, block: Block) -> Block:
    """A block to draw numbers for: they go with it when it is done, unless the run keeps its blocks."""
    return block if run.blocks else Block(block.first, block.count)


def _find_odd(engine: Engine, run: Run, block: Block, values: Array) -> None:
    """Says where a kept value that is not finite comes from.

    Raises:
        Refusal: One is not; a sum alone may overflow.
    """
    for name, row in engine.program.rows.items():
        if not np.isfinite(values[row]).all():
            find_fault(engine.wiring, run, block, name)


def stream(
    wiring: Wiring, run: Run, threads: int = 1, progress: Progress | None = None
) -> dict[str, Histogram]:
    """Histograms of the recorded values, so that memory does not grow with the paths.

    The first draws serve as the pilot that sets the range of the bins. Sums of blocks are added in their order, so that the
    result does not depend on threads.

    Raises:
        UsageError: The model asks for something that is not given, or a name to record is unknown.
        Refusal: A value is not finite, has another shape, or a stock falls below its floor.
    """
    engine, every = compiled(wiring, run), tuple(run.blocks or blocks(run.paths))
    first = every[0] if run.blocks else Block(0, min(PILOT, every[0].count))
    pilot = simulated(engine, replace(run, paths=first.count, blocks=(first,)))
    rows = engine.program.rows
    scale = Scale.from_pilot(
        np.array([pilot[name] for name in dict(zip(rows.values(), rows, strict=True)).values()])
    )
    parts: list[Counts] = []

    def work(block: Block) -> Moments:
        counts = parts.pop() if parts else scale.counts()
        tally = Tally(scale, counts, block.count, _dtype(run))
        for month, values in enumerate(engine.months(_own(run, block), run.given)):
            tally.add(month, values)
            if not np.isfinite(tally.moments.total[:, month].sum()):
                _find_odd(engine, run, block, values)
        parts.append(counts)
        return tally.moments

    sums = Moments.of_none(0, scale.unit.shape)
    for found in _each(work, every, threads, progress):
        sums = sums.added(found)
    counts = np.asarray(np.sum(parts, axis=0, dtype=np.float64))
    return {name: Histogram(scale, row, counts[row], sums) for name, row in rows.items()}


def _each(
    work: Callable[[Block], Any], every: Sequence[Block], threads: int, progress: Progress | None
) -> Iterator[Any]:
    """The results of all blocks in their order, few at a time; one block or one thread needs no pool."""
    if len(every) == 1 or threads <= 1:
        for block in every:
            yield work(block)
            if progress:
                progress(block.count)
        return
    waiting: deque[tuple[Block, Future[Any]]] = deque()
    with ThreadPoolExecutor(max(1, threads)) as pool:
        try:
            for block in every:
                waiting.append((block, pool.submit(work, block)))
                if len(waiting) > AHEAD * threads:
                    yield from _next(waiting, progress)
            while waiting:
                yield from _next(waiting, progress)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _next(waiting: deque[tuple[Block, Future[Any]]], progress: Progress | None) -> Iterator[Any]:
    block, done = waiting.popleft()
    yield done.result()
    if progress:
        progress(block.count)


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
