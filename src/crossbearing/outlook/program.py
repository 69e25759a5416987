"""A wired model as a list of array operations: what runs at every step, and nothing else.

What depends on time alone is computed once for all months, what depends on the draw alone once a block, and what no kept
value needs is left out. Buffers are used again as soon as their value is read for the last time, so that they stay in cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from crossbearing.outlook.equation import Array
from crossbearing.outlook.regroup import EVERY_STEP, regrouped
from crossbearing.outlook.tape import BOOL, DRAW, TIME, Node, Tape
from crossbearing.outlook.wiring import Wiring

Place = tuple[Literal["float", "bool", "stock", "kept"], int]
WHOLE = ("where", "call")  # kinds that write before they have read all


@dataclass(frozen=True, slots=True)
class Program:
    """A model made ready to run many blocks.

    Attributes:
        tape: All operations.
        order: Those that are needed, in order.
        starts: Stock to the node of its first value.
        ends: Stock to the node of its value at the end of the step, in the order of the rows of levels.
        kept: Names to record, with their nodes.
        rows: The same names to the row their value is found in.
        floors: Least value of each stock.
        series: Time-only node to its values by month.
        places: Operation to the row it is written to: of a buffer, of the levels, or of the kept values.
        buffers: Number of float and of truth-value buffers.
    """

    tape: Tape
    order: tuple[int, ...]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    kept: Mapping[str, int]
    rows: Mapping[str, int]
    floors: Mapping[str, float]
    series: Mapping[int, Array]
    places: Mapping[int, Place]
    buffers: Mapping[str, int]


def compile_program(
    wiring: Wiring,
    known: Mapping[str, float],
    schedules: Mapping[str, Array],
    drawn: Iterable[str],
    noise: Iterable[str],
    record: Iterable[str],
    *,
    regroup: bool = True,
) -> Program:
    """The operations of a model.

    Args:
        wiring: The model.
        known: Inputs that are one number in every draw and month.
        schedules: Inputs by month. Shape: (months,) each.
        drawn: Names of inputs that have one value a draw.
        noise: Names of inputs that are drawn every month.
        record: Names whose values are wanted.
        regroup: Whether products are taken in a cheaper order; else as the equations write them.
    """
    tape = Tape()
    tape.names.update({name: tape.constant(float(value)) for name, value in known.items()})
    for names, depends in ((schedules, TIME), (drawn, DRAW), (noise, EVERY_STEP)):
        for name in names:
            tape.put(name, depends)
    for equation in wiring.initials:
        tape.names[equation.name] = tape.record(equation)
    starts = {s.name: tape.names[s.start] for s in wiring.stocks}
    for stock in wiring.stocks:
        tape.put(stock.name, EVERY_STEP)
    for equation in wiring.auxiliaries:
        tape.names[equation.name] = tape.record(equation)
    ends = {s.name: tape.record(s) for s in wiring.stocks}
    kept = {name: ends[name] if name in ends else tape.names[name] for name in record}
    calls = {n for n, node in enumerate(tape.nodes) if node.kind == "call"}
    roots = {*starts.values(), *ends.values(), *kept.values(), *calls}
    if regroup:
        tape, at = regrouped(tape, _needed(tape, roots), roots)
        roots = {at[n] for n in roots}
        starts, ends, kept = ({k: at[n] for k, n in listed.items()} for listed in (starts, ends, kept))
    order = _needed(tape, roots)
    rows = {node: row for row, node in enumerate(dict.fromkeys(kept.values()))}
    places, buffers = _places(tape, order, starts, ends, rows)
    return Program(
        tape,
        order,
        starts,
        ends,
        kept,
        {name: rows[node] for name, node in kept.items()},
        {s.name: -np.inf if s.floor is None else s.floor for s in wiring.stocks},
        _series(tape, order, schedules),
        places,
        buffers,
    )


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


def operations(tape: Tape, order: Iterable[int], depends: tuple[int, ...]) -> list[int]:
    """The operations of some dependence, in order."""
    plain = ("input", "constant")
    return [n for n in order if tape.nodes[n].depends in depends and tape.nodes[n].kind not in plain]


def _places(
    tape: Tape,
    order: Iterable[int],
    starts: Mapping[str, int],
    ends: Mapping[str, int],
    rows: Mapping[int, int],
) -> tuple[dict[int, Place], dict[str, int]]:
    """Where the value of each operation goes; the last buffer that fell free is the first one used again."""
    listed = list(order)
    once, steps = operations(tape, listed, (0, DRAW)), operations(tape, listed, (EVERY_STEP,))
    found: dict[int, Place] = {n: ("kept", row) for n, row in rows.items() if n in set(steps)}
    found |= {n: ("stock", row) for row, n in enumerate(ends.values()) if n in set(steps)}
    read_later = {a for n in steps for a in tape.nodes[n].args}
    stay = {n for n in once if n in read_later} | {*starts.values(), *ends.values(), *rows}
    last = {arg: n for n in (*once, *steps) for arg in tape.nodes[n].args}
    count, free = {"float": 0, "bool": 0}, {"float": list[int](), "bool": list[int]()}
    for number in (*once, *steps):
        node = tape.nodes[number]
        over = {found[a] for a in node.args if last[a] == number and a not in stay and a in found}
        given = [(kind, row) for kind, row in over if kind in free]
        for kind, row in [] if node.kind in WHOLE else given:
            free[kind].append(row)
        if number not in found:
            kind = "bool" if node.dtype == BOOL else "float"
            if not free[kind]:
                free[kind].append(count[kind])
                count[kind] += 1
            found[number] = kind, free[kind].pop()
        for kind, row in given if node.kind in WHOLE else []:
            free[kind].append(row)
    return found, count


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
                found[number] = np.asarray(function_of(node)(*args))
    return found


def function_of(node: Node) -> Callable[..., Any]:
    """What an operation does, on whole arrays."""
    return node.what  # type: ignore[no-any-return]
