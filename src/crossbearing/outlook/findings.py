"""Answers that are read off the draws: crossings, gaps, dependence, what claims say, what would change an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Crossing:
    """When one company's sales pass another's.

    Attributes:
        first, second: Companies.
        basis: gross or net.
        ahead_now: Share of futures in which the first sells more in the first month.
        passes: Share in which the order has changed by the end.
        error: Monte Carlo standard error of that share.
        early, middle, late: 5th, 50th and 95th percentile of the month of the first change, where it changes; None where it
            never does.
    """

    first: str
    second: str
    basis: str
    ahead_now: float
    passes: float
    error: float
    early: date | None
    middle: date | None
    late: date | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Power online of two companies on one day.

    Attributes:
        at: The day.
        first, second: Companies.
        p5, p50, p95: First less second, in W.
        over_first, over_second: The median gap as a share of each company's own median: the base matters.
    """

    at: date
    first: str
    second: str
    p5: float
    p50: float
    p95: float
    over_first: float
    over_second: float


@dataclass(frozen=True, slots=True)
class ClaimChance:
    """What a forecast or target says, against the simulation.

    Attributes:
        claim: Its id.
        entity: Company.
        label: What it states, in words.
        value: The figure, in the unit.
        asked: What is asked of a future: the figure, or the near end of a range.
        at_most: Whether a future is asked to stay at or below it, as for a ceiling or a cost; else to reach it.
        unit: Of the figures and the quantiles.
        reached: Share of futures in which it comes so.
        error: Monte Carlo standard error.
        percentile: Share of futures below it.
        p5, p50, p95: Of the simulated quantity.
        note: What does not match in the words, where something does not.
    """

    claim: str
    entity: str
    label: str
    value: float
    asked: float
    at_most: bool
    unit: str
    reached: float
    error: float
    percentile: float
    p5: float
    p50: float
    p95: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dependence:
    """How much of what a company has contracted comes from one supplier.

    Attributes:
        supplier: By name.
        power, money: Shares of contracted power and of contracted money a year at the day; None where none is stated.
        roles: What else it is to the company: investor, distributor, customer, competitor.
        claims: Behind contracts and roles.
    """

    supplier: str
    power: float | None
    money: float | None
    roles: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concentration:
    """Suppliers of a company on one day.

    Attributes:
        at: The day.
        suppliers: The largest first.
        power_hhi, money_hhi: Herfindahl-Hirschman index of the shares, 1 for a single supplier; None where nothing is stated.
        circles: Suppliers the money comes back from: they sell to the company and invest in it.
    """

    at: date
    suppliers: tuple[Dependence, ...]
    power_hhi: float | None
    money_hhi: float | None
    circles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pivot:
    """An input that would change an answer.

    Attributes:
        answer: A yes-or-no answer, in words.
        base: Share of futures with yes.
        input: Name of the input.
        low, high: The same share where the input lies in its lowest and highest tenth.
        low_value, high_value: The bounds of these tenths.
        unit: Of the bounds.
        source: Claims or assumptions behind the input.
        flips: Whether one of the shares lies on the other side of one half.
    """

    answer: str
    base: float
    input: str
    low: float
    high: float
    low_value: float
    high_value: float
    unit: str
    source: str
    flips: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a tornado: an answer with one input held at an end of its range, all else as drawn.

    Attributes:
        answer: Name of the answer.
        input: Name of the input.
        base: Median of the answer.
        low, high: Median with the input at its 5th and 95th percentile.
        error: Monte Carlo standard error of high less low.
        unit: Of the answer.
        source: What stands behind the input.
    """

    answer: str
    input: str
    base: float
    low: float
    high: float
    error: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Index:
    """Sobol indices of one input for one answer, luck held at its middle.

    Attributes:
        answer: Name of the answer.
        input: Name of the input.
        first, total: First-order and total index.
        first_low, first_high: 90 % bootstrap interval of the first.
        total_low, total_high: Of the total.
    """

    answer: str
    input: str
    first: float
    total: float
    first_low: float
    first_high: float
    total_low: float
    total_high: float
