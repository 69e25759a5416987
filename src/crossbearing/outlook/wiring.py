"""Equations to one ordered step: who reads whom, in which order, and what is missing or circular."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from crossbearing.outlook.equation import Equation
from crossbearing.problems import UsageError

CLOCK = ("month", "step_months")  # given by the engine at every step


@dataclass(frozen=True, slots=True)
class Wiring:
    """A model ready to run.

    Attributes:
        auxiliaries: In an order in which every one is computed after what it reads.
        stocks: All levels.
        inputs: Names that must be given from outside: parameters, initial values and random processes.
        initials: Values computed once at the start, in order.
    """

    auxiliaries: tuple[Equation, ...]
    stocks: tuple[Equation, ...]
    inputs: tuple[str, ...]
    initials: tuple[Equation, ...] = ()

    @property
    def equations(self) -> dict[str, Equation]:
        """Every equation by name."""
        return {e.name: e for e in (*self.initials, *self.auxiliaries, *self.stocks)}

    def readers(self, name: str) -> tuple[str, ...]:
        """Equations that read a value."""
        return tuple(e.name for e in self.equations.values() if name in e.inputs)


def wire(equations: Mapping[str, Equation]) -> Wiring:
    """The order in which the equations are computed, and what they need from outside.

    Raises:
        UsageError: Auxiliaries read each other in a circle with no stock between them.
    """
    stocks = tuple(e for e in equations.values() if e.kind == "stock")
    initials = _ordered({n: e for n, e in equations.items() if e.kind == "initial"})
    auxiliaries = _ordered({n: e for n, e in equations.items() if e.kind == "auxiliary"})
    moving = {e.name for e in (*auxiliaries, *stocks)}
    for early in initials:
        if late := moving.intersection(early.inputs):
            raise UsageError(
                f"{early.place} is computed at the start and reads {min(late)}",
                "a start value reads inputs and other start values only",
                "read the value at the start instead",
            )
    needed: dict[str, None] = {}
    for equation in equations.values():
        needed.update(dict.fromkeys(i for i in equation.inputs if i not in equations and i not in CLOCK))
    needed.update(dict.fromkeys(s.start for s in stocks if s.start not in equations))
    return Wiring(auxiliaries, stocks, tuple(sorted(needed)), initials)


def _ordered(equations: Mapping[str, Equation]) -> tuple[Equation, ...]:
    graph = {n: [i for i in e.inputs if i in equations] for n, e in equations.items()}
    try:
        return tuple(equations[n] for n in TopologicalSorter(graph).static_order())
    except CycleError as circle:
        raise _circular(circle.args[1], equations) from circle


def _circular(names: Iterable[str], auxiliaries: Mapping[str, Equation]) -> UsageError:
    path = list(names)[::-1]
    sectors = sorted({auxiliaries[n].sector for n in path if n in auxiliaries})
    return UsageError(
        f"circular wiring: {' -> '.join(path)}",
        f"each of these needs the other within one step (sectors {', '.join(sectors)})",
        "let one of them be a stock, or read the value of the step before",
    )
