"""A model from sectors: which equations hold for a company, what stands in for what is missing, what is not computable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from crossbearing.outlook.equation import Equation, equations_of
from crossbearing.outlook.labels import LABELS
from crossbearing.outlook.runs import NORMAL, UNIFORM
from crossbearing.outlook.wiring import CLOCK, Wiring, wire

SECTORS = (
    "demand",
    "organisation",
    "customers",
    "consumers",
    "prices",
    "compute",
    "service",
    "channels",
    "costs",
    "cash",
    "value",
    "funding",
    "loop",
)

MOST_NAMED = 8  # inputs named in a sentence


@dataclass(frozen=True, slots=True)
class Model:
    """A wired model and what it leaves out.

    Attributes:
        wiring: What runs.
        lacking: Equation to the missing inputs that keep it from being computed.
        stand_ins: Sentences on equations replaced by simpler ones, and why.
    """

    wiring: Wiring
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stand_ins: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        """Whether a value can be computed."""
        return name in self.wiring.equations


def standard_equations(sectors: Iterable[str] = SECTORS) -> dict[str, Equation]:
    """The equations of the given sectors, by name."""
    found: dict[str, Equation] = {}
    for sector in sectors:
        module = import_module(f"crossbearing.outlook.sectors.{sector}")
        found.update(equations_of(vars(module)))
        if sector == "customers":
            found.update(module.cohort_equations())
    return found


def build(equations: Mapping[str, Equation], given: Iterable[str], simpler: Mapping[str, Equation]) -> Model:
    """The part of the equations that the given inputs can feed; a simpler equation stands in where one exists.

    An equation that lacks an input is left out, and so is all that reads it, until what is left is complete.

    Args:
        equations: By name.
        given: Names of inputs and schedules there are.
        simpler: Stand-ins by the name of the equation they replace.
    """
    available = frozenset(given)
    chosen = _chosen(equations, available, simpler)
    best = _with(equations, chosen, simpler)
    lacking = missing(best, available)
    whole = {n: e for n, e in best.items() if n not in lacking}
    read = _behind(whole, (n for n in LABELS if n in whole))
    return Model(wire(whole), lacking, _said(equations, chosen, simpler, available, read))


def _behind(equations: Mapping[str, Equation], names: Iterable[str]) -> frozenset[str]:
    """The names and all equations they are computed from."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in equations:
            continue
        found.add(name)
        waiting += (*equations[name].inputs, equations[name].start)
    return frozenset(found)


def _chosen(
    equations: Mapping[str, Equation], given: frozenset[str], simpler: Mapping[str, Equation]
) -> tuple[str, ...]:
    """The fewest stand-ins that let most be computed: all that could help, less each that is not needed."""

    def computed(names: tuple[str, ...]) -> int:
        trial = _with(equations, names, simpler)
        return len(trial) - len(missing(trial, given))

    short = missing(equations, given)
    chosen = tuple(n for n in simpler if n in short)
    most = computed(chosen)
    for name in chosen:
        fewer = tuple(n for n in chosen if n != name)
        if computed(fewer) >= most:
            chosen, most = fewer, computed(fewer)
    return chosen


def _said(
    equations: Mapping[str, Equation],
    chosen: tuple[str, ...],
    simpler: Mapping[str, Equation],
    given: frozenset[str],
    read: frozenset[str],
) -> tuple[str, ...]:
    """One sentence for the stand-ins that stand in for the same want, of those that an answer reads."""
    standing = _with(equations, chosen, simpler)
    found: dict[str, dict[str, str]] = {}
    for name in (n for n in chosen if n in read):
        needs = ", ".join(missing({**standing, name: equations[name]}, given).get(name, ()))
        found.setdefault(needs, {})[simpler[name].words.rstrip(".")] = name
    return tuple(
        f"{'; '.join(told)}: the full equation of {', '.join(told.values())} needs {_short(needs)}"
        for needs, told in found.items()
        if needs
    )


def _short(needs: str) -> str:
    names = needs.split(", ")
    return needs if len(names) <= MOST_NAMED else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _with(
    equations: Mapping[str, Equation], chosen: Iterable[str], simpler: Mapping[str, Equation]
) -> dict[str, Equation]:
    return {**equations, **{name: simpler[name] for name in chosen}}


def missing(equations: Mapping[str, Equation], given: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Every equation that cannot be computed, with the inputs that are missing at the root of it."""
    roots: dict[str, set[str]] = {}
    readers: dict[str, list[str]] = {}
    for name, equation in equations.items():
        needed = (*equation.inputs, equation.start) if equation.kind == "stock" else equation.inputs
        roots[name] = {i for i in needed if not _there(i, equations, given)}
        for i in equation.inputs:
            readers.setdefault(i, []).append(name)
    waiting = [n for n, r in roots.items() if r]
    while waiting:
        name = waiting.pop()
        for reader in readers.get(name, ()):
            if not roots[name] <= roots[reader]:
                roots[reader] |= roots[name]
                waiting.append(reader)
    return {n: tuple(sorted(r)) for n, r in roots.items() if r}


def _there(name: str, equations: Mapping[str, Equation], given: frozenset[str]) -> bool:
    return name in equations or name in given or name in CLOCK or name.startswith((NORMAL, UNIFORM))
