"""The arrays of one block and the operations bound to them: a step writes every value into memory that is there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from crossbearing.outlook.equation import Array, Equation
from crossbearing.outlook.program import Program, operations
from crossbearing.outlook.regroup import EVERY_STEP
from crossbearing.outlook.tape import BOOL, DRAW, TIME

Operation = Callable[[], Any]
NAMED_OUT = (
    np.maximum,
    np.minimum,
)  # NumPy takes a third argument of these by name only; of all others by place, which is quicker
ROUNDING = {
    "d": 1e-9,
    "f": 1e-5,
}  # how far below its floor rounding may leave a level, as a share of the largest
Called = Callable[[Equation, tuple[Any, ...], int], Array]


class SuspectError(ArithmeticError):
    """A value that has no meaning has come up; the careful run says where."""


class Caller:
    """What equations that could not be recorded are called with: the block and the month they run in."""

    called: Called
    month = 0

    def bound(self, equation: Equation) -> Callable[..., None]:
        """The equation as an operation: arguments, then the array its result goes to."""

        def call(*args: Any) -> None:
            np.copyto(args[-1], self.called(equation, args[:-1], self.month))

        return call


class Frame:
    """Arrays for blocks of one size, used for one block after another.

    Args:
        program: What to run.
        count: Draws in a block.
        dtype: Of the arrays.
    """

    def __init__(self, program: Program, count: int, dtype: Any = np.float64) -> None:
        """Makes the arrays and binds the operations to them."""
        self.program, self.count, self.caller = program, count, Caller()
        nodes, order = program.tape.nodes, program.order
        self.cells = {
            n: np.zeros((), s.dtype if s.dtype == BOOL else dtype) for n, s in program.series.items()
        }
        given = [n for n in order if nodes[n].kind == "input" and nodes[n].depends != TIME]
        self.inputs = {
            nodes[n].what: np.empty(count, dtype) for n in given if nodes[n].what not in program.ends
        }
        self.floats = np.empty((program.buffers["float"], count), dtype)
        self.bools = np.empty((program.buffers["bool"], count), np.bool_)
        self.stocks = tuple(np.empty((len(program.ends), count), dtype) for _ in (0, 1))
        self.kept = np.empty((len(set(program.rows.values())), count), dtype)
        self.floors = np.array([program.floors[name] for name in program.ends])
        self.noise: list[tuple[Array, Array]] = []
        self.once = self._bound(0, (0, DRAW))
        self.turns = tuple(self._bound(turn, (EVERY_STEP,)) + self._moved(turn) for turn in (0, 1))

    def load(self, drawn: Mapping[str, Array], noise: Mapping[str, Array], called: Called) -> None:
        """Reads the inputs of a block and computes what depends on the draw alone.

        Args:
            drawn: Inputs by name. Shape: (count,) each.
            noise: Inputs drawn every month. Shape: (months, count) each.
            called: Runs an equation that could not be recorded: (equation, arguments, month) -> (count,) array.
        """
        self.caller.called, self.caller.month = called, 0
        self.noise = [(noise[n], room) for n, room in self.inputs.items() if n in noise]
        for name, room in self.inputs.items():
            if name not in noise:
                np.copyto(room, drawn[name], casting="same_kind")
        for run in self.once:
            run()
        for row, node in enumerate(self.program.starts.values()):
            self.stocks[0][row] = self._at(node, 0)
        for node, row in self._steady_rows():
            self.kept[row] = self._at(node, 0)

    def step(self, month: int) -> Array:
        """Runs one month; the kept values, which the next month overwrites. Shape: (kept, count).

        Raises:
            SuspectError: A stock falls below its floor, or is not a number.
        """
        self.caller.month = month
        for number, cell in self.cells.items():
            cell[()] = self.program.series[number][month]
        for rows, room in self.noise:
            np.copyto(room, rows[month], casting="same_kind")
        for run in self.turns[month % 2]:
            run()
        levels = self.stocks[1 - month % 2]
        least = np.minimum.reduce(levels, axis=1)
        if not np.logical_and.reduce(least >= self.floors):
            self._judge(levels, least)
        return self.kept

    def finish(self, months: int) -> None:
        """Looks at the last levels: what was once not finite stays so in a stock without a floor.

        Raises:
            SuspectError: A level is not finite.
        """
        for name, level in zip(self.program.ends, self.stocks[months % 2], strict=True):
            if not np.isfinite(level).all():
                raise SuspectError(name)

    def _judge(self, levels: Array, least: Array) -> None:
        """A level may stand below its floor by what rounding makes of it."""
        for name, level, low, floor in zip(self.program.ends, levels, least, self.floors, strict=True):
            room = ROUNDING[level.dtype.char] * max(1.0, float(np.abs(level).max()))
            if not low >= floor and not low >= floor - room:
                raise SuspectError(name)

    def _at(self, number: int, turn: int) -> Any:
        """Where the value of an operation stands in a step that reads the levels of a turn."""
        node = self.program.tape.nodes[number]
        if node.kind == "constant":
            return node.what
        if number in self.cells:
            return self.cells[number]
        if node.kind == "input" and node.what in self.inputs:
            return self.inputs[node.what]
        if node.kind == "input":
            return self.stocks[turn][list(self.program.ends).index(node.what)]
        kind, row = self.program.places[number]
        return {"float": self.floats, "bool": self.bools, "kept": self.kept, "stock": self.stocks[1 - turn]}[
            kind
        ][row]

    def _bound(self, turn: int, depends: tuple[int, ...]) -> list[Operation]:
        """Operations with the arrays they read and the one they write."""
        found: list[Operation] = []
        for number in operations(self.program.tape, self.program.order, depends):
            node = self.program.tape.nodes[number]
            args, out = [self._at(a, turn) for a in node.args], self._at(number, turn)
            does = {"where": _choose, "cast": _fill}.get(node.kind, node.what)
            does = self.caller.bound(does) if node.kind == "call" else does
            found.append(partial(does, *args, out=out) if does in NAMED_OUT else partial(does, *args, out))
        return found

    def _moved(self, turn: int) -> list[Operation]:
        """Values that no operation writes to where they are wanted: levels kept, and levels that equal another value."""
        program = self.program
        found: list[Operation] = []
        for row, node in enumerate(program.ends.values()):
            if program.places.get(node) != ("stock", row):
                found.append(partial(_fill, self._at(node, turn), self.stocks[1 - turn][row]))
        steady = dict(self._steady_rows())
        for name, node in program.kept.items():
            row = program.rows[name]
            if program.places.get(node) != ("kept", row) and node not in steady:
                found.append(partial(_fill, self._at(node, turn), self.kept[row]))
        return found

    def _steady_rows(self) -> list[tuple[int, int]]:
        """Kept values that are the same in every month, with their rows."""
        nodes = self.program.tape.nodes
        return [
            (node, self.program.rows[name])
            for name, node in self.program.kept.items()
            if nodes[node].depends in (0, DRAW)
        ]


def _fill(value: Any, out: Array) -> None:
    np.copyto(out, value)


def _choose(condition: Array, one: Array, other: Array, out: Array) -> None:
    np.copyto(out, other)
    np.copyto(out, one, where=condition)
