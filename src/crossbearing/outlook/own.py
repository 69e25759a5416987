"""A user's own equations, from a Python file the user names. The file is run, so it is never run unasked."""

from __future__ import annotations

import runpy
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from crossbearing.outlook.equation import Equation, equations_of
from crossbearing.outlook.runs import NORMAL, UNIFORM
from crossbearing.outlook.wiring import CLOCK
from crossbearing.problems import UsageError, line_in
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.unit import parse_unit

PARTS = frozenset(
    {"1", "yr", "month", "months", "count", "user", "day", "x", "ratio"}
)  # of a unit, beside the registry's


def own_equations(file: Path) -> dict[str, Equation]:
    """The equations a Python file defines; one with the name of a standard equation replaces it.

    Raises:
        UsageError: The file is not there, does not run, or defines no equation.
    """
    if not file.is_file():
        raise UsageError(f"no file {file}", "", "name a Python file with equations")
    try:
        namespace = runpy.run_path(str(file))
    except UsageError:
        raise
    except Exception as fault:  # the user's code may raise anything
        line = line_in(fault, file)
        raise UsageError(
            f"{file}{line}: the model does not run: {fault}",
            type(fault).__name__,
            "mend the file and run again",
        ) from fault
    found = equations_of(namespace)
    if not found:
        raise UsageError(
            f"{file} defines no equation",
            "equations are functions marked with a decorator",
            "see crossbearing.outlook.equation: @auxiliary, @stock, @initial",
        )
    return {name: replace(e, called=True, sector=file.name) for name, e in found.items()}


def check_own(own: Mapping[str, Equation], standard: Mapping[str, Equation], known: Iterable[str]) -> None:
    """What a user's equations read must be a name of something, and what they replace keeps its unit.

    Args:
        own: The user's equations.
        standard: The equations they replace or read.
        known: Every other name there can be: inputs, schedules, processes.

    Raises:
        UsageError: A name is nothing's, or a unit is none or another than that of the equation replaced.
    """
    names = {*known, *standard, *own, *(i for e in standard.values() for i in e.inputs)}
    for equation in own.values():
        _check_unit(equation, standard.get(equation.name))
        reads = (*equation.inputs, equation.start) if equation.kind == "stock" else equation.inputs
        for name in reads:
            if name in names or name in CLOCK or name.startswith((NORMAL, UNIFORM)):
                continue
            near = get_close_matches(name, sorted(names), 2, 0.75)
            raise UsageError(
                f"{equation.place} reads {name}, which is no equation and no input",
                "the names of parameters are the wiring",
                f'add [assumptions."{name}"] to the book'
                + (f", or did you mean {' or '.join(near)}?" if near else ""),
            )


def _check_unit(equation: Equation, replaced: Equation | None) -> None:
    unit = equation.unit
    if not all(_is_unit(part) for part in unit.split("/")):
        raise UsageError(
            f"{equation.place} is in {unit!r}, which is no unit",
            "figures without a unit cannot be told",
            "write a unit such as USD/yr, USD/month, count/month, W or ratio",
        )
    if replaced is not None and replaced.unit != unit:
        raise UsageError(
            f"{equation.place} is in {unit}, not in {replaced.unit}",
            "it replaces an equation that others read in that unit; unlike units are never combined",
            f"return {replaced.unit}",
        )


def _is_unit(part: str) -> bool:
    if part in PARTS:
        return True
    try:
        parse_unit(part)
    except CellError:
        return False
    return True
