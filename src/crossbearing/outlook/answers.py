"""What an outlook answers, frozen for pages and tables: fans by month, odds, schedules, differences, drivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crossbearing.outlook.facts import Start
from crossbearing.outlook.findings import Bar, ClaimChance, Concentration, Crossing, Gap, Index, Pivot
from crossbearing.outlook.inputs import Input
from crossbearing.vocabulary.interval import IntervalKind

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class FanPoint:
    """One month of a fan.

    Attributes:
        at: Last day of the month.
        p5, p25, p50, p75, p95, mean: Over draws, in the unit of the fan.
        error: Monte Carlo standard error of the mean: of the computation, not of the world.
    """

    at: date
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    mean: float
    error: float


@dataclass(frozen=True, slots=True)
class Fan:
    """A quantity over time.

    Attributes:
        name: Equation it comes from.
        label: In words, with basis.
        unit: Of the figures.
        points: By month.
        kind: predictive: over futures, under the assumptions.
        exact: Whether the quantiles are of all draws; else of merged histograms.
    """

    name: str
    label: str
    unit: str
    points: tuple[FanPoint, ...]
    kind: IntervalKind = IntervalKind.PREDICTIVE
    exact: bool = True

    def at(self, month: int) -> FanPoint:
        """The point of a month, counted from 0; the last where the fan ends before."""
        return self.points[min(month, len(self.points) - 1)]


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability over draws.

    Attributes:
        label: Of what.
        value: Share of draws.
        error: Monte Carlo standard error.
    """

    label: str
    value: float
    error: float


@dataclass(frozen=True, slots=True)
class LedgerYear:
    """One supplier and year of the commitment ledger at the middle of the assumptions.

    Attributes:
        year: Calendar year.
        supplier: Or the overlap group's suppliers.
        power: Contracted power online at the end of the year, in W, before delivered shares; None where not stated.
        money: Contracted money of the year; None where not stated.
        firm: Whether the money is owed.
        cancellable: Part of the money that can be left; None where not stated.
        contracts: Rows behind it.
        claims: Claims behind them.
    """

    year: int
    supplier: str
    power: float | None
    money: float | None
    firm: bool
    cancellable: float | None
    contracts: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Driver:
    """How much of the variance of an answer one input carries alone.

    Attributes:
        answer: Which answer.
        input: Name of the input.
        share: First-order share of variance, at least 0.
        sign: +1 where more of the input gives more of the answer, else -1.
        assumption: What stands behind the input.
    """

    answer: str
    input: str
    share: float
    sign: int
    assumption: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A scenario less the base on the same draws.

    Attributes:
        name: Equation.
        label: In words.
        unit: Of the figures.
        at: Last day of the month compared.
        base, scenario: Medians.
        mean: Mean difference.
        error: Its Monte Carlo standard error, small because both use the same draws.
        p5, p95: Of the difference over draws.
    """

    name: str
    label: str
    unit: str
    at: date
    base: float
    scenario: float
    mean: float
    error: float
    p5: float
    p95: float


@dataclass(frozen=True, slots=True)
class ScenarioAnswer:
    """A company under a scenario.

    Attributes:
        name: Of the scenario.
        label: In words.
        fans: By equation.
        differences: Against the base.
    """

    name: str
    label: str
    fans: Mapping[str, Fan]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class CompanyOutlook:
    """Where one company can go.

    Attributes:
        entity: Company.
        start: Sales and growth at the start.
        fans: By equation.
        chances: Odds of break-even and, under an assumed cash balance, of solvency.
        ledger: Commitments by year.
        drivers: What moves the answers most.
        scenarios: In the order asked for.
        quarters: Fans by calendar quarter: flows added, levels at the end.
        claims: What forecasts and targets say, against the simulation.
        suppliers: Concentration of contracts in a year; None where there are no contracts.
        pivots: Inputs that would change an answer.
        tornado, sobol: Sensitivities, where asked for.
        inputs: As used, with lineage.
        lacking: Equation to the inputs it needs.
        notes: What a reader must know.
        why_not: Why there is no outlook at all, where there is none.
    """

    entity: str
    start: Start | None
    fans: Mapping[str, Fan]
    chances: tuple[Chance, ...] = ()
    ledger: tuple[LedgerYear, ...] = ()
    drivers: tuple[Driver, ...] = ()
    scenarios: tuple[ScenarioAnswer, ...] = ()
    quarters: Mapping[str, Fan] = field(default_factory=dict)
    claims: tuple[ClaimChance, ...] = ()
    suppliers: Concentration | None = None
    pivots: tuple[Pivot, ...] = ()
    tornado: tuple[Bar, ...] = ()
    sobol: tuple[Index, ...] = ()
    inputs: tuple[Input, ...] = ()
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The outlook of a book.

    Attributes:
        origin: First day.
        until: Last day.
        paths: Draws.
        seed: Of the random numbers.
        currency: Of money.
        companies: In order.
        leads: Odds of one company over another.
        crossings: When the order of sales changes.
        gaps: Of power on common days.
        interval_kind: Of the fans.
    """

    origin: date
    until: date
    paths: int
    seed: int
    currency: str
    companies: tuple[CompanyOutlook, ...]
    leads: tuple[Chance, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    gaps: tuple[Gap, ...] = ()
    interval_kind: IntervalKind = IntervalKind.PREDICTIVE
