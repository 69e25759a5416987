"""The model equation by equation, each result checked: slow, and exact about what went wrong and where.

The engine runs it where its own quick checks find a value without meaning; the tests hold the engine to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np

from crossbearing.outlook.equation import Array, Equation
from crossbearing.outlook.runs import Block, Run, noise_of
from crossbearing.outlook.wiring import Wiring
from crossbearing.problems import Refusal


def months_of(wiring: Wiring, run: Run, block: Block) -> Iterator[Mapping[str, Array]]:
    """Every month's values of one block: inputs, auxiliaries, and stocks as they stand at the month's end.

    Raises:
        Refusal: A value has no meaning: function, step and draw are named.
    """
    with np.errstate(all="ignore"):
        yield from _steps(wiring, run, block)


def find_fault(wiring: Wiring, run: Run, block: Block, suspect: str) -> NoReturn:
    """Says where a value without meaning comes from.

    Raises:
        Refusal: Always.
    """
    for _ in months_of(wiring, run, block):
        pass
    equation = wiring.equations.get(suspect)
    raise Refusal(
        f"{equation.place if equation else suspect} takes a value that has no meaning",
        f"in draws {block.first} to {block.first + block.count}",
        "look at the equations it reads",
    )


def _steps(wiring: Wiring, run: Run, block: Block) -> Iterator[Mapping[str, Array]]:
    constant = {name: draw(block) for name, draw in run.given.items()}
    for equation in wiring.initials:
        constant[equation.name] = _named(equation, constant, 0, block)
    stocks = {s.name: constant[s.start].copy() for s in wiring.stocks}
    noise = noise_of(wiring.inputs, run, block)
    for month in range(run.months):
        values = {**constant, **{n: rows[month] for n, rows in noise.items()}, **stocks}
        values |= {name: np.asarray(s[month]) for name, s in run.schedules.items()}
        values["month"] = np.asarray(month * run.step_months)
        values["step_months"] = np.asarray(run.step_months)
        for equation in wiring.auxiliaries:
            values[equation.name] = _named(equation, values, month, block)
        stocks = {s.name: _named(s, values, month, block) for s in wiring.stocks}
        values.update(stocks)
        yield values


def _named(equation: Equation, values: Mapping[str, Array], month: int, block: Block) -> Array:
    return computed(equation, tuple(values[name] for name in equation.inputs), month, block)


def computed(equation: Equation, args: tuple[Any, ...], month: int, block: Block) -> Array:
    """One equation, its result checked: shape, finiteness, floor. The message names function, step and draw.

    Raises:
        Refusal: The result has no meaning.
    """
    result = _result(equation, args, month, block)
    if result.shape != (block.count,):
        if result.shape not in ((), (1,)):
            raise _refused(
                equation,
                month,
                f"gives shape {result.shape} for {block.count} draws",
                "work on whole arrays, one value a draw",
            )
        result = np.full(block.count, float(result.item()))
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


def _result(equation: Equation, args: tuple[Any, ...], month: int, block: Block) -> Array:
    """What the function gives, as an array; whatever it raises is told with its name and step."""
    draws = f"in draws {block.first} to {block.first + block.count - 1}"
    try:
        given = equation.function(*args)
    except Exception as fault:  # a user's function may raise anything
        choice = "truth value of an array" in str(fault)
        raise _refused(
            equation,
            month,
            f"raises {type(fault).__name__}: {fault}, {draws}",
            "a function gets whole arrays: choose with numpy.where, not with if"
            if choice
            else "mend the function",
        ) from fault
    if given is None:
        raise _refused(equation, month, f"gives nothing, {draws}", "return one number a draw")
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        what = f"gives {type(given).__name__} that is no number, {draws}"
        raise _refused(equation, month, what, "return one number a draw") from fault


def _refused(equation: Equation, month: int, what: str, mend: str) -> Refusal:
    return Refusal(
        f"{equation.place} {what} at month {month}",
        "a simulation with such a value has no meaning",
        mend,
    )
