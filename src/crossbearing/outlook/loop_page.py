"""The loop alone: value -> money -> commitments -> power -> sales -> value, one part moved at a time, the others answering.

A caricature for reading, at the middle of the inputs and without luck: contracts signed so far are in the pipeline at the start,
demand is not a limit, and money is raised at a steady pace. The forecast is the outlook, not this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from crossbearing.outlook.engine import simulate
from crossbearing.outlook.equation import Array, Equation, auxiliary, equations_of, stock
from crossbearing.outlook.inputs import in_currency, quantile
from crossbearing.outlook.prepare import Ready
from crossbearing.outlook.runs import Constant, Draw, Run
from crossbearing.outlook.sectors import loop as loop_sector
from crossbearing.outlook.summary import month_ends
from crossbearing.outlook.wiring import wire
from crossbearing.problems import Refusal, UsageError

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SCORES = (-1.6448536269514722, -0.6744897501960817, 0.0, 0.6744897501960817, 1.6448536269514722)
MIDDLE = 2
SHOWN = (
    "valuation",
    "raised_a_year",
    "power_ordered_a_year",
    "power_online",
    "sales",
    "loop_gain",
    "loop_root",
)
PARTS = {
    "multiple_run_rate": "value over the run rate",
    "round_dilution_share": "share sold in a round",
    "rounds_per_year": "rounds a year",
    "commitments_per_equity": "commitments for each dollar raised",
    "capex_per_power": "cost to build a watt",
    "sales_a_watt": "sales a new watt serves in a year",
    "build_lag": "months from order to power",
    "capacity_depreciation_share": "share of power that leaves service in a year",
}
READ = {"sales_a_watt": "revenue_per_power"}
PERCENT = 0.1  # how far a part known as one figure is moved, up and down


@auxiliary("index")
def yield_index(yield_growth: Array, month: Array) -> Array:
    """Sales a watt can serve, 1 at the start."""
    return np.exp(np.log1p(yield_growth) * (month / 12))


@auxiliary("USD/month")
def reported_revenue(
    power_existing: Array,
    power_new: Array,
    sales_at_start: Array,
    power_at_start: Array,
    sales_a_watt: Array,
    yield_index: Array,
) -> Array:
    """Sales of the power of the start, which serves the sales of the start, and of new power, which serves less."""
    return (power_existing * sales_at_start / power_at_start + power_new * sales_a_watt) * yield_index / 12


@auxiliary("USD/yr")
def sales(reported_revenue: Array) -> Array:
    """Sales a year."""
    return reported_revenue * 12


@auxiliary("USD")
def valuation(multiple_now: Array, reported_revenue: Array) -> Array:
    """Value at the multiple."""
    return multiple_now * reported_revenue * 12


@auxiliary("USD/month")
def raised(valuation: Array, rounds_per_year: Array, round_dilution_share: Array) -> Array:
    """Money raised at a steady pace."""
    return valuation * rounds_per_year * round_dilution_share / 12


@auxiliary("USD/yr")
def raised_a_year(raised: Array) -> Array:
    """Money raised, a year."""
    return raised * 12


@auxiliary("W")
def power_ordered_a_year(power_ordered_now: Array) -> Array:
    """Power ordered with new money, a year."""
    return power_ordered_now * 12


@auxiliary("W")
def power_online(power_existing: Array, power_new: Array) -> Array:
    """Power online."""
    return power_existing + power_new


@stock("W", start="power_at_start")
def power_existing(power_existing: Array, capacity_depreciation_share: Array, step_months: float) -> Array:
    """Power of the start that still stands."""
    return power_existing * (1 - capacity_depreciation_share) ** (step_months / 12)


@stock("W", start="nothing")
def power_new(
    power_new: Array, power_delivered: Array, capacity_depreciation_share: Array, step_months: float
) -> Array:
    """Power that came since and still stands."""
    return (power_new + power_delivered * step_months) * (1 - capacity_depreciation_share) ** (
        step_months / 12
    )


@auxiliary("1/yr")
def loop_gain(
    rounds_per_year: Array,
    round_dilution_share: Array,
    commitments_per_equity: Array,
    multiple_now: Array,
    sales_a_watt: Array,
    yield_index: Array,
    capex_per_power: Array,
) -> Array:
    """Watts that a year of the loop orders for each new watt online."""
    a_watt = sales_a_watt * yield_index
    return (
        rounds_per_year
        * round_dilution_share
        * commitments_per_equity
        * multiple_now
        * a_watt
        / capex_per_power
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the loop that can be moved.

    Attributes:
        name: Of the input.
        words: In plain words.
        unit: Of the values.
        values: Its 5th, 25th, 50th, 75th and 95th percentile; a tenth up and down where it is one figure.
        turning: Value at which gain equals depreciation, all else at its middle; None where none does.
        sources: Claims or assumptions behind it.
    """

    name: str
    words: str
    unit: str
    values: tuple[float, ...]
    turning: float | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoopPage:
    """The loop of a company, with each part at five positions.

    Attributes:
        entity: Company.
        days: Ends of the quarters shown.
        parts: That can be moved.
        paths: (part, position) to quantity to values by day; position 2 of every part is the same middle.
        units: Of the quantities.
        depreciation: A year, at the middle, on the scale of the gain.
    """

    entity: str
    days: tuple[date, ...]
    parts: tuple[Part, ...]
    paths: Mapping[tuple[str, int], Mapping[str, tuple[float, ...]]]
    units: Mapping[str, str]
    depreciation: float


def loop_page(
    ready: Ready, origin: date, months: int = 36, moved: Mapping[str, float] | None = None
) -> LoopPage:
    """The loop with each part at five positions.

    Args:
        ready: The company; its inputs give the middle and the ends of every part.
        origin: First day.
        months: Length.
        moved: Values to put in the place of a part's middle, for a live page.

    Raises:
        Refusal: A part of the loop is not known; the message names it.
        UsageError: A part to move is not one of the loop.
    """
    spreads = _spreads(ready)
    for name, value in (moved or {}).items():
        if name not in spreads:
            raise UsageError(f"no part of the loop is called {name!r}", "", f"parts are {', '.join(spreads)}")
        spreads[name] = (*spreads[name][:MIDDLE], value, *spreads[name][MIDDLE + 1 :])
    rows = [(name, position) for name in PARTS for position in range(len(LEVELS))]
    given = {name: np.array([spreads[name][p if n == name else MIDDLE] for n, p in rows]) for name in PARTS}
    values = _run(ready, given, months, len(rows))
    ends = month_ends(origin, months)
    shown = [m for m, end in enumerate(ends) if end.month % 3 == 0]
    paths = {
        row: {name: tuple(float(values[name][m, k]) for m in shown) for name in SHOWN}
        for k, row in enumerate(rows)
    }
    wear = -float(np.log1p(-spreads["capacity_depreciation_share"][MIDDLE]))
    middle = paths["multiple_run_rate", MIDDLE]["loop_gain"][0]
    parts = tuple(
        Part(
            n,
            words,
            _unit(ready, n),
            spreads[n],
            _turning(n, spreads[n][MIDDLE], middle, wear),
            _sources(ready, n),
        )
        for n, words in PARTS.items()
    )
    currency = ready.model.wiring.equations["gross_revenue"].unit.partition("/")[0]
    units = {name: in_currency(_equations()[name].unit, currency) for name in SHOWN}
    return LoopPage(ready.entity, tuple(ends[m] for m in shown), parts, paths, units, wear)


def _equations() -> dict[str, Equation]:
    own = {n: v for n, v in globals().items() if getattr(v, "__module__", "") == __name__}
    found = {**equations_of(vars(loop_sector)), **equations_of(own)}
    found.pop("power_bought")
    found["power_ordered"] = replace(found["power_ordered"], start="power_coming")
    return found


def _spreads(ready: Ready) -> dict[str, tuple[float, ...]]:
    """Five values of every part.

    Raises:
        Refusal: One is not known.
    """
    table, found = ready.inputs.table, {}
    needed = [READ.get(n, n) for n in PARTS] + ["stated_run_rate", "power_at_start", "yield_growth"]
    for name in needed:
        if name not in table:
            raise Refusal(
                f"the loop of {ready.entity} is not computable: needs {name}",
                "each part of the loop carries the next",
                "add an assumption or a claim for it",
            )
        judgment = table[name].judgment
        if judgment.family == "point":
            found[name] = tuple(judgment.low * (1 + PERCENT * step) for step in (-2, -1, 0, 1, 2))
        else:
            found[name] = tuple(float(v) for v in quantile(judgment, np.array(SCORES)))
    return {**found, **{part: found[name] for part, name in READ.items()}}


def _run(ready: Ready, given: Mapping[str, Array], months: int, count: int) -> dict[str, Array]:
    """All positions at once: each is one draw of a small model."""
    middle = _spreads(ready)
    coming = sum((c.power or 0.0) for c in ready.ledger.contracts if c.firm and c.start > 0)
    drawn: dict[str, Draw] = {n: _column(v) for n, v in given.items()}
    drawn["multiple_now"] = drawn.pop("multiple_run_rate")
    drawn |= {
        "sales_at_start": Constant(middle["stated_run_rate"][MIDDLE]),
        "power_at_start": Constant(middle["power_at_start"][MIDDLE]),
        "yield_growth": Constant(middle["yield_growth"][MIDDLE]),
        "power_coming": Constant(float(coming)),
        "nothing": Constant(0.0),
    }
    return simulate(wire(_equations()), Run(ready.entity, 0, count, months, drawn, record=SHOWN))


def _column(values: Array) -> Draw:
    return lambda block: values[block.first : block.first + block.count]


def _turning(name: str, middle: float, gain: float, wear: float) -> float | None:
    """Where the gain of the start falls to depreciation: the gain goes with a part, or against the cost of a watt."""
    if name == "capex_per_power":
        return middle * gain / wear
    if name == "capacity_depreciation_share":
        return 1 - float(np.exp(-gain))
    return None if name == "build_lag" else middle * wear / gain


def _unit(ready: Ready, name: str) -> str:
    return ready.inputs.table[READ.get(name, name)].unit


def _sources(ready: Ready, name: str) -> tuple[str, ...]:
    lineage = ready.inputs.table[READ.get(name, name)].lineage
    return (*lineage.claims, *lineage.assumptions)
