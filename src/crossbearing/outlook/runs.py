"""What a simulation needs besides its equations: draws in blocks, inputs by name, schedules by month."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field

import numpy as np

from crossbearing.outlook.draws import TILE, normal, uniform
from crossbearing.outlook.equation import Array

BLOCK = 8 * TILE
NORMAL, UNIFORM = "noise_", "luck_"  # inputs so named are drawn anew every month


@dataclass(frozen=True, slots=True)
class Block:
    """Which draws are computed together: `first` to `first + count`.

    Attributes:
        first: Number of the first draw.
        count: How many.
        made: Numbers already drawn for this block, so that two inputs that share a process draw it once.
    """

    first: int
    count: int
    made: MutableMapping[Hashable, Array] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], Array]) -> Array:
        """A value made at the first call and kept with the block."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]


Draw = Callable[[Block], Array]


@dataclass(frozen=True, slots=True)
class Constant:
    """An input that is one number in every draw."""

    value: float

    def __call__(self, block: Block) -> Array:
        """The number for every draw."""
        return np.full(block.count, self.value)


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
        blocks: Blocks to use again, with the numbers drawn for them: a moved input then draws nothing anew.
        single: Whether single precision is enough: its rounding lies far below the Monte Carlo error of fans and odds.
    """

    entity: str
    seed: int
    paths: int
    months: int
    given: Mapping[str, Draw]
    schedules: Mapping[str, Array] = field(default_factory=dict)
    record: tuple[str, ...] = ()
    step_months: float = 1.0
    blocks: tuple[Block, ...] = ()
    single: bool = False


def blocks(paths: int, size: int = BLOCK) -> Iterator[Block]:
    """The draws in blocks of at most `size`, a multiple of the tile of the random numbers."""
    for first in range(0, paths, size):
        yield Block(first, min(size, paths - first))


def shared_out(run: Run, threads: int) -> tuple[Block, ...]:
    """The blocks of a run, of even size where a few threads share them."""
    if run.blocks:
        return run.blocks
    parts = max(threads, -(-run.paths // BLOCK))
    each = -(-run.paths // (parts * TILE)) * TILE
    return tuple(blocks(run.paths, max(each, 4 * TILE)))


def noise_of(names: Iterable[str], run: Run, block: Block) -> dict[str, Array]:
    """Those of the names that are random processes, drawn for a block. Shape: (months, draws) each."""
    found = {}
    for name in names:
        if name.startswith((NORMAL, UNIFORM)):
            found[name] = block.once((run.seed, run.entity, name, run.months), _process(run, block, name))
    return found


def _process(run: Run, block: Block, name: str) -> Callable[[], Array]:
    source = normal if name.startswith(NORMAL) else uniform
    return lambda: source(run.seed, run.entity, name, block.first, block.count, run.months)
