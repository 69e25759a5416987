"""The loop alone: value -> money -> commitments -> power -> sales -> value, its parts moved by hand, the others answering.

A caricature for reading, at the middle of the inputs and without luck: contracts signed so far are in the pipeline at the start,
demand is not a limit, and money is raised at a steady pace. The forecast is the outlook, not this. Where an equation is that of
the outlook it is taken from there under another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from crossbearing.outlook.engine import simulate
from crossbearing.outlook.equation import Array, Equation, auxiliary, equations_of
from crossbearing.outlook.inputs import in_currency, quantile
from crossbearing.outlook.model import standard_equations
from crossbearing.outlook.prepare import Ready
from crossbearing.outlook.runs import Constant, Draw, Run
from crossbearing.outlook.summary import month_ends
from crossbearing.outlook.wiring import wire
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.assumption import Z95

STEPS = 12  # positions of a dial on each side of its middle
ENDS = np.array([-Z95, 0.0, Z95])
REACH = 5.0  # how far beyond its range a dial goes to show where growth turns to decline, as a factor
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
PERCENT = 0.2  # how far a part known as one figure is moved, up and down
TAKEN = ("yield_index", "valuation", "power_ordered_now", "power_delivered", "power_existing", "loop_root")


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


@auxiliary("USD/month")
def sales_of_a_watt(sales_a_watt: Array, yield_index: Array) -> Array:
    """Sales that one new watt serves in the month."""
    return sales_a_watt * yield_index / 12


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


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the loop that can be moved.

    Attributes:
        name: Of the input.
        words: In plain words.
        unit: Of the values.
        values: Positions of its dial in rising order, the middle in the middle.
        low, high: Its 5th and 95th percentile; a fifth up and down where it is one figure.
        turning: Value at which gain equals depreciation, all else at its middle; None where none does.
        sources: Claims or assumptions behind it.
    """

    name: str
    words: str
    unit: str
    values: tuple[float, ...]
    low: float
    high: float
    turning: float | None
    sources: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Its median."""
        return self.values[STEPS]


@dataclass(frozen=True, slots=True)
class LoopPage:
    """The loop of a company, with what is needed to move its parts.

    Attributes:
        entity: Company.
        ends: Ends of the months.
        parts: That can be moved.
        path: Quantity to values by month, every part at its middle or where it was moved to.
        start: Sales and power today, yearly growth of what a watt sells, power that is coming.
        units: Of the quantities.
    """

    entity: str
    ends: tuple[date, ...]
    parts: tuple[Part, ...]
    path: Mapping[str, tuple[float, ...]]
    start: Mapping[str, float]
    units: Mapping[str, str]

    @property
    def depreciation(self) -> float:
        """A year, at the middle, on the scale of the gain."""
        return wear_of(next(p.middle for p in self.parts if p.name == "capacity_depreciation_share"))


def wear_of(share: float) -> float:
    """A yearly share of power that leaves service, on the scale of the gain."""
    return -float(np.log1p(-share))


def loop_page(
    ready: Ready, origin: date, months: int = 36, moved: Mapping[str, float] | None = None
) -> LoopPage:
    """The loop at its middle, and the positions each part can be moved to.

    Args:
        ready: The company; its inputs give the middle and the ends of every part.
        origin: First day.
        months: Length.
        moved: Values that parts are moved to, whatever their dials reach.

    Raises:
        Refusal: A part of the loop is not known; the message names it.
        UsageError: A part to move is not one of the loop.
    """
    for name in moved or {}:
        if name not in PARTS:
            raise UsageError(f"no part of the loop is called {name!r}", "", f"parts are {', '.join(PARTS)}")
    ranges = {name: _range(ready, READ.get(name, name)) for name in PARTS}
    start = {name: _range(ready, name)[1] for name in ("stated_run_rate", "power_at_start", "yield_growth")}
    start["power_coming"] = sum((c.power or 0.0) for c in ready.ledger.contracts if c.firm and c.start > 0)
    middle = {name: found[1] for name, found in ranges.items()}
    gain = _run(ready.entity, start, middle, 1)["loop_gain"][0]
    wear = wear_of(middle["capacity_depreciation_share"])
    parts = tuple(_part(ready, n, ranges[n], _turning(n, middle[n], gain, wear)) for n in PARTS)
    path = _run(ready.entity, start, {**middle, **(moved or {})}, months)
    currency = ready.model.wiring.equations["gross_revenue"].unit.partition("/")[0]
    units = {name: in_currency(_equations()[name].unit, currency) for name in SHOWN}
    return LoopPage(ready.entity, month_ends(origin, months), parts, path, start, units)


def _equations() -> dict[str, Equation]:
    """The outlook's own equations where they are the same, under the names they have here."""
    own = {n: v for n, v in globals().items() if getattr(v, "__module__", "") == __name__}
    standard = standard_equations()
    found = {**{n: standard[n] for n in TAKEN}, **equations_of(own)}
    keep = ("power_new", "power_delivered", "capacity_depreciation_share", "step_months")
    found["power_new"] = replace(standard["power_bought"], name="power_new", inputs=keep)
    found["power_ordered"] = replace(standard["power_ordered"], start="power_coming")
    renamed = {"reported_revenue": "sales_of_a_watt", "power_online": "one"}  # the gain of a new watt
    reads = tuple(renamed.get(i, i) for i in standard["loop_gain"].inputs)
    found["loop_gain"] = replace(standard["loop_gain"], inputs=reads)
    return found


def _range(ready: Ready, name: str) -> tuple[float, float, float]:
    """5th, 50th and 95th percentile of an input.

    Raises:
        Refusal: It is not known.
    """
    if name not in ready.inputs.table:
        raise Refusal(
            f"the loop of {ready.entity} is not computable: needs {name}",
            "each part of the loop carries the next",
            "add an assumption or a claim for it",
        )
    judgment = ready.inputs.table[name].judgment
    if judgment.family == "point":
        return judgment.low * (1 - PERCENT), judgment.low, judgment.low * (1 + PERCENT)
    low, middle, high = (float(v) for v in quantile(judgment, ENDS))
    return low, middle, high


def _part(ready: Ready, name: str, span: tuple[float, float, float], turning: float | None) -> Part:
    low, middle, high = span
    first, last = low, high
    if turning is not None:  # the dial reaches beyond the turn, where that is not out of all reach
        first = min(low, turning * 0.9) if turning > low / REACH else low
        last = max(high, turning * 1.1) if turning < high * REACH else high
    if name.endswith("_share"):
        last = min(last, 0.95)
    below, above = np.geomspace(first, middle, STEPS + 1), np.geomspace(middle, last, STEPS + 1)
    values = (*below[:-1].tolist(), middle, *above[1:].tolist())
    found = ready.inputs.table[READ.get(name, name)]
    sources = (*found.lineage.claims, *found.lineage.assumptions)
    return Part(name, PARTS[name], found.unit, values, low, high, turning, sources)


def _run(
    entity: str, start: Mapping[str, float], parts: Mapping[str, float], months: int
) -> dict[str, tuple[float, ...]]:
    """One path of the small model."""
    given: dict[str, Draw] = {
        n: Constant(v) for n, v in {**start, **parts, "nothing": 0.0, "one": 1.0}.items()
    }
    given["multiple_now"] = given.pop("multiple_run_rate")
    given["sales_at_start"] = given.pop("stated_run_rate")
    values = simulate(wire(_equations()), Run(entity, 0, 1, months, given, record=SHOWN))
    return {name: tuple(float(v) for v in drawn[:, 0]) for name, drawn in values.items()}


def _turning(name: str, middle: float, gain: float, wear: float) -> float | None:
    """Where the gain of the start falls to depreciation: the gain goes with a part, or against the cost of a watt."""
    if name == "capex_per_power":
        return middle * gain / wear
    if name == "capacity_depreciation_share":
        return 1 - float(np.exp(-gain))
    return None if name == "build_lag" else middle * wear / gain
