"""Equations are plain functions: their parameter names are the wiring, a decorator states what they are.

    @auxiliary("USD/month")
    def gross_sales(customers, spend_a_customer): ...

    @stock("count", start="customers_at_start")
    def customers(customers, go_lives, churned): return customers + go_lives - churned

An auxiliary is computed from values of the same step. A stock's function gives its value at the end of the step; a stock
that enters another equation enters with its value at the start of the step. Source: XMILE 1.0, sections 3.1 and 3.7.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from crossbearing.problems import UsageError

Array = npt.NDArray[np.float64]
Kind = Literal["auxiliary", "stock", "initial"]
F = TypeVar("F", bound=Callable[..., Any])

MARK = "__equation__"


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation of a model.

    Attributes:
        name: What it computes; the function's name.
        kind: auxiliary, stock, or initial (computed once, from inputs).
        unit: Unit of the result.
        inputs: Names it reads, in order.
        function: The computation over arrays of draws.
        start: For a stock: the name of its initial value.
        floor: For a stock: the least value it may take, or None. A stock below it is an error, not clipped.
        sector: File it stands in.
        words: First line of its docstring.
        source: The `Source:` line of its docstring, where it has one.
        text: The computation in words, for equations made from data; else read from the function.
        called: Whether the function is called at every step as it stands, its result checked; else it may be recorded.
    """

    name: str
    kind: Kind
    unit: str
    inputs: tuple[str, ...]
    function: Callable[..., Any]
    start: str = ""
    floor: float | None = 0.0
    sector: str = ""
    words: str = ""
    source: str = ""
    text: str = ""
    called: bool = False

    @property
    def place(self) -> str:
        """Where it stands and its name, as messages say it: `costs.other_cost`, `model.py: bread_sold`."""
        return f"{self.sector}{': ' if '.' in self.sector else '.'}{self.name}"


def auxiliary(unit: str) -> Callable[[F], F]:
    """Marks a function as a quantity computed within a step, in the given unit."""

    def mark(function: F) -> F:
        setattr(function, MARK, _equation(function, "auxiliary", unit, "", None))
        return function

    return mark


def initial(unit: str) -> Callable[[F], F]:
    """Marks a function as a value computed once at the start from the inputs, in the given unit."""

    def mark(function: F) -> F:
        setattr(function, MARK, _equation(function, "initial", unit, "", None))
        return function

    return mark


def stock(unit: str, *, start: str, floor: float | None = 0.0) -> Callable[[F], F]:
    """Marks a function as a level carried from step to step, in the given unit.

    Args:
        unit: Unit of the level.
        start: Name of the input that holds its initial value.
        floor: Least value it may take; None where any is possible, such as cash.
    """

    def mark(function: F) -> F:
        setattr(function, MARK, _equation(function, "stock", unit, start, floor))
        return function

    return mark


def _equation(
    function: Callable[..., Any], kind: Kind, unit: str, start: str, floor: float | None
) -> Equation:
    words = inspect.cleandoc(function.__doc__ or "").splitlines() or [""]
    source = next((line.removeprefix("Source:").strip() for line in words if line.startswith("Source:")), "")
    _only_named(function)
    return Equation(
        name=function.__name__,
        kind=kind,
        unit=unit,
        inputs=tuple(inspect.signature(function).parameters),
        function=function,
        start=start,
        floor=floor,
        sector=function.__module__.rpartition(".")[2],
        words=words[0],
        source=source,
    )


def equations_of(namespace: dict[str, Any]) -> dict[str, Equation]:
    """The equations a module or a user's file defines, by name, in order of definition."""
    found = (getattr(value, MARK, None) for value in namespace.values() if callable(value))
    return {e.name: e for e in found if isinstance(e, Equation)}


def _only_named(function: Callable[..., Any]) -> None:
    """Refuses an equation whose parameters are no names of values.

    Raises:
        UsageError: It takes *args, **kwargs or a default: each would hide what it reads.
    """
    for parameter in inspect.signature(function).parameters.values():
        hidden = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if hidden or parameter.default is not parameter.empty:
            raise UsageError(
                f"equation {function.__name__} has a parameter {parameter.name} that names no value",
                "the names of the parameters are the wiring; a default would be a silent input",
                "name every value it reads, without defaults",
            )
