"""A wired model as a list of array operations with buffers of their own: what runs at every step, and nothing else.

What depends on time alone is computed once for all months, what depends on the draw alone once a block, and what no kept
value needs is left out. Buffers are used again as soon as their value is read for the last time, so that they stay in cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from crossbearing.outlook.equation import Array, Equation
from crossbearing.outlook.tape import DRAW, TIME, Node, Tape
from crossbearing.outlook.wiring import Wiring

Operation = tuple[Callable[..., Any], tuple[Any, ...], Any]
EVERY_STEP = TIME | DRAW


class SuspectError(ArithmeticError):
    """A value that has no meaning has come up; the careful run says where."""


@dataclass(frozen=True, slots=True)
class Program:
    """A model made ready to run many blocks.

    Attributes:
        tape: All operations.
        order: Those that are needed, in order.
        starts: Stock to the node of its first value.
        ends: Stock to the node of its value at the end of the step.
        kept: Names to record, with their nodes.
        floors: Stock to the least value it may take.
        series: Time-only node to its values by month.
        places: Node of every step to the buffer it is written to: a number, or the name of a stock.
        buffers: Type of every buffer.
    """

    tape: Tape
    order: tuple[int, ...]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    kept: Mapping[str, int]
    floors: Mapping[str, float]
    series: Mapping[int, Array]
    places: Mapping[int, int | str]
    buffers: tuple[np.dtype[Any], ...]


def compile_program(
    wiring: Wiring,
    known: Mapping[str, float],
    schedules: Mapping[str, Array],
    drawn: Iterable[str],
    noise: Iterable[str],
    record: Iterable[str],
) -> Program:
    """The operations of a model.

    Args:
        wiring: The model.
        known: Inputs that are one number in every draw and month.
        schedules: Inputs by month. Shape: (months,) each.
        drawn: Names of inputs that have one value a draw.
        noise: Names of inputs that are drawn every month.
        record: Names whose values are wanted.
    """
    tape = Tape()
    tape.names.update({name: tape.constant(float(value)) for name, value in known.items()})
    for names, depends in ((schedules, TIME), (drawn, DRAW), (noise, TIME | DRAW)):
        for name in names:
            tape.put(name, depends)
    for equation in wiring.initials:
        tape.names[equation.name] = tape.record(equation)
    starts = {s.name: tape.names[s.start] for s in wiring.stocks}
    for stock in wiring.stocks:
        tape.put(stock.name, TIME | DRAW)
    for equation in wiring.auxiliaries:
        tape.names[equation.name] = tape.record(equation)
    ends = {s.name: tape.record(s) for s in wiring.stocks}
    kept = {name: ends[name] if name in ends else tape.names[name] for name in record}
    calls = [n for n, node in enumerate(tape.nodes) if node.kind == "call"]
    order = _needed(tape, {*starts.values(), *ends.values(), *kept.values(), *calls})
    floors = {s.name: s.floor for s in wiring.stocks if s.floor is not None}
    places, buffers = _places(tape, order, ends, set(kept.values()))
    return Program(tape, order, starts, ends, kept, floors, _series(tape, order, schedules), places, buffers)


def _needed(tape: Tape, roots: set[int]) -> tuple[int, ...]:
    """Everything the roots rest on, in order."""
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += tape.nodes[number].args
    return tuple(sorted(found))


def _places(
    tape: Tape, order: Iterable[int], ends: Mapping[str, int], kept: set[int]
) -> tuple[dict[int, int | str], tuple[np.dtype[Any], ...]]:
    """Where the value of each step goes; the last buffer that fell free is the first one used again."""
    steps = [n for n in order if tape.nodes[n].depends == EVERY_STEP and tape.nodes[n].kind != "input"]
    last = {arg: n for n in steps for arg in tape.nodes[n].args}
    stay = kept | set(ends.values())
    found: dict[int, int | str] = {node: name for name, node in ends.items() if node in set(steps)}
    buffers: list[np.dtype[Any]] = []
    free: dict[np.dtype[Any], list[int]] = {}
    for number in steps:
        node = tape.nodes[number]
        over = [a for a in set(node.args) if last[a] == number and a not in stay]
        given = [(tape.nodes[a].dtype, place) for a in over if isinstance(place := found.get(a), int)]
        whole = node.kind in ("where", "call")  # these write before they have read all
        for dtype, place in [] if whole else given:
            free.setdefault(dtype, []).append(place)
        if number not in found:
            listed = free.setdefault(node.dtype, [])
            found[number] = listed.pop() if listed else len(buffers)
            if found[number] == len(buffers):
                buffers.append(node.dtype)
        for dtype, place in given if whole else []:
            free.setdefault(dtype, []).append(place)
    return found, tuple(buffers)


def _series(tape: Tape, order: Iterable[int], schedules: Mapping[str, Array]) -> dict[int, Array]:
    """Values by month of what depends on time alone."""
    found: dict[int, Array] = {}
    for number in order:
        node = tape.nodes[number]
        if node.depends != TIME:
            continue
        if node.kind == "input":
            found[number] = np.asarray(schedules[node.what], dtype=np.float64)
        else:
            args = [found[a] if a in found else tape.nodes[a].what for a in node.args]
            with np.errstate(all="ignore"):
                found[number] = np.asarray(_function(node)(*args))
    return found


def _function(node: Node) -> Callable[..., Any]:
    return node.what  # type: ignore[no-any-return]


def _fill(value: Any, out: Array) -> None:
    np.copyto(out, value)


def _choose(condition: Array, one: Array, other: Array, out: Array) -> None:
    np.copyto(out, other)
    np.copyto(out, one, where=condition)


class Frame:
    """The buffers and operations of one block.

    Args:
        program: What to run.
        count: Draws in the block.
        drawn: Inputs by name. Shape: (count,) each.
        noise: Inputs drawn every month. Shape: (months, count) each.
        called: Runs an equation that could not be recorded: (equation, arguments, month) -> (count,) array.
    """

    def __init__(
        self,
        program: Program,
        count: int,
        drawn: Mapping[str, Array],
        noise: Mapping[str, Array],
        called: Callable[[Equation, tuple[Any, ...], int], Array],
    ) -> None:
        """Computes what depends on the draw alone, and binds the operations of a step."""
        self.program, self.count, self.called = program, count, called
        self.month = 0
        self.cells = {n: np.zeros((), s.dtype) for n, s in program.series.items()}
        self.rows: list[tuple[Array, Array]] = []
        self.values = self._values(drawn, noise)
        self.stocks = self._stocks()
        self.buffers = [np.empty(count, dtype) for dtype in program.buffers]
        self.turns = (self._bound(0), self._bound(1))

    def _values(self, drawn: Mapping[str, Array], noise: Mapping[str, Array]) -> dict[int, Any]:
        """Constants, inputs, and what follows from them for the whole run."""
        found: dict[int, Any] = {}
        for number in self.program.order:
            node = self.program.tape.nodes[number]
            if node.kind == "constant":
                found[number] = node.what
            elif node.depends == TIME:
                found[number] = self.cells[number]
            elif node.kind == "input" and node.depends == DRAW:
                found[number] = drawn[node.what]
            elif node.kind == "input" and node.what in noise:
                found[number] = np.empty(self.count)
                self.rows.append((noise[node.what], found[number]))
            elif node.depends == DRAW and node.kind == "call":
                found[number] = self.called(node.what, tuple(found[a] for a in node.args), 0)
            elif node.depends == DRAW:
                found[number] = _function(node)(*[found[a] for a in node.args])
        return found

    def _stocks(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """Two sets of levels, read and written in turn."""
        starts = self.program.starts.items()
        first = {
            name: np.array(np.broadcast_to(self.values[n], self.count), np.float64) for name, n in starts
        }
        return first, {name: np.empty(self.count) for name in first}

    def _bound(self, turn: int) -> tuple[list[Operation], dict[str, Any]]:
        """The operations of a step that reads one set of levels and writes the other, and where the kept values stand."""
        program, before, after = self.program, self.stocks[turn], self.stocks[1 - turn]
        nodes, values = program.tape.nodes, dict(self.values)
        found: list[Operation] = []
        for number in program.order:
            node = nodes[number]
            if number in program.places:
                place = program.places[number]
                out = after[place] if isinstance(place, str) else self.buffers[place]
                found.append((self._does(node), tuple(values[a] for a in node.args), out))
                values[number] = out
            elif node.kind == "input" and node.what in before:
                values[number] = before[node.what]
        for name, end in program.ends.items():
            if program.places.get(end) != name:
                found.append((_fill, (values[end],), after[name]))
        return found, {name: values[node] for name, node in program.kept.items()}

    def _does(self, node: Node) -> Callable[..., Any]:
        if node.kind == "where":
            return _choose
        if node.kind == "cast":
            return _fill
        return self._calling(node.what) if node.kind == "call" else node.what

    def _calling(self, equation: Equation) -> Callable[..., None]:
        def call(*args: Any, out: Array) -> None:
            np.copyto(out, self.called(equation, args, self.month))

        return call

    def step(self, month: int) -> Mapping[str, Any]:
        """Runs one month; the kept values, which the next month overwrites.

        Raises:
            SuspectError: A stock falls below its floor, or is not a number.
        """
        self.month = month
        for number, cell in self.cells.items():
            cell[()] = self.program.series[number][month]
        for rows, buffer in self.rows:
            np.copyto(buffer, rows[month])
        operations, kept = self.turns[month % 2]
        for does, args, out in operations:
            does(*args, out=out)
        after = self.stocks[1 - month % 2]
        for name, floor in self.program.floors.items():
            level = after[name]
            least = level.min()
            if not least >= floor and not least >= floor - 1e-9 * max(1.0, float(np.abs(level).max())):
                raise SuspectError(name)
        return kept

    def release(self) -> None:
        """Lets go of the operations: those that call a function hold the frame, and arrays in a circle are freed late."""
        self.turns = (([], {}), ([], {}))

    def finish(self, months: int) -> None:
        """Looks at the last levels: what was once not finite stays so in a stock without a floor.

        Raises:
            SuspectError: A level is not finite.
        """
        for name, level in self.stocks[months % 2].items():
            if not np.isfinite(level).all():
                raise SuspectError(name)
