"""Stress tables: how long a delay a company survives, by opening cash and supplier credit; what a listing does to everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from crossbearing.outlook.equation import Array
from crossbearing.outlook.facts import Start
from crossbearing.outlook.prepare import Ready, Setting, prepare
from crossbearing.outlook.shocks import BASE
from crossbearing.outlook.summary import draws_of
from crossbearing.problems import Refusal
from crossbearing.vocabulary.assumption import Scenario

DELAYS = (0, 3, 6, 9, 12, 15, 18, 21, 24)
CREDITS = (0.0, 0.25, 0.5)
STEPS = (0.0, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
CLAIMED = 12
A_YEAR = 12
MOVED = ("valuation", "multiple_now", "dilution_to_cover_need", "insolvent", "raised", "power_online")
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class DelayRow:
    """One opening cash and supplier credit.

    Attributes:
        cash: Opening cash, undrawn credit included.
        credit: Part of compute that suppliers let stand while progress is delayed.
        fatal: Smallest delay in months after which more than half of the futures run out of cash; None up to the longest.
        failing: Share of futures that run out of cash after a delay of twelve months.
    """

    cash: float
    credit: float
    fatal: int | None
    failing: float


@dataclass(frozen=True, slots=True)
class DelayTable:
    """A company under delays of progress. One number without this table would hide what it stands on.

    Attributes:
        entity: Company.
        months: Length of the outlook: a failure after it is not seen.
        longest: Longest delay tried.
        rows: By cash and credit.
        needs: Delay to the median cash need without credit.
        true_for: Opening cash, from and to, for which failure comes with a delay of twelve months and not without one, in
            more than half of the futures and without credit; None where no cash balance does that.
    """

    entity: str
    months: int
    longest: int
    rows: tuple[DelayRow, ...]
    needs: Mapping[int, float]
    true_for: tuple[float, float] | None


def delay_table(setting: Setting, entity: str, start: Start | None) -> DelayTable:
    """The table of a company.

    Raises:
        Refusal: The cash flow of the company is not computable; the message says what it needs.
    """
    flows: dict[int, tuple[Array, Array]] = {}
    for delay in (d for d in DELAYS if d <= setting.months):
        ready = prepare(setting, entity, start, _delayed(delay))
        _computable(ready)
        found = draws_of(ready, setting, ("cash_flow", "compute_cost"))
        cost = found.get("compute_cost")
        flows[delay] = found["cash_flow"], np.zeros_like(found["cash_flow"]) if cost is None else cost
    needs = {
        (d, c): deepest(flow + c * _first(cost, d)) for d, (flow, cost) in flows.items() for c in CREDITS
    }
    medians = {d: float(np.median(needs[d, 0.0])) for d in flows}
    top = _round(max(float(np.quantile(n, 0.95)) for n in needs.values()))
    rows = [_row(top * step, credit, needs, tuple(flows)) for step in STEPS for credit in CREDITS]
    low, high = medians[0], medians.get(CLAIMED, medians[max(medians)])
    return DelayTable(
        entity, setting.months, max(flows), tuple(rows), medians, (low, high) if high > low else None
    )


def deepest(flow: Array) -> Array:
    """The opening cash each future needs: the deepest point of its cumulative flow, at least zero. Shape: (draws,)."""
    return np.asarray(np.maximum(-np.cumsum(flow, axis=0).min(axis=0), 0.0))


def _row(
    cash: float, credit: float, needs: Mapping[tuple[int, float], Array], delays: Sequence[int]
) -> DelayRow:
    failing = {d: float(np.mean(needs[d, credit] > cash)) for d in delays}
    fatal = next((d for d in delays if failing[d] > EVEN), None)
    return DelayRow(cash, credit, fatal, failing.get(CLAIMED, failing[max(delays)]))


def _first(cost: Array, months: int) -> Array:
    """Compute cost of the delayed months; zero after. What was let stand stays a debt."""
    kept = cost.copy()
    kept[months:] = 0.0
    return kept


def _delayed(months: int) -> Scenario:
    shocks = ({"kind": "progress_delay", "at": "start", "months": months},) if months else ()
    return Scenario(f"delay of {months} months", shocks=shocks)


def _computable(ready: Ready) -> None:
    if not ready.model.has("cash_flow"):
        raise Refusal(
            f"not computable for {ready.entity}: needs {', '.join(ready.model.lacking['cash_flow'])}",
            "the delay table stands on the cash flow",
            "add an assumption or a claim for each",
        )


def _round(value: float) -> float:
    """A figure rounded up to two digits."""
    if value <= 0:
        return 0.0
    unit = 10.0 ** (np.floor(np.log10(value)) - 1)
    return float(np.ceil(value / unit) * unit)


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One company after one listing.

    Attributes:
        scenario: Name of the listing's scenario; empty for the base, without a listing.
        label: In words.
        odds: Chance of it by the book's assumption `odds.NAME`; None where the book has none.
        entity: Company.
        valuation: Median value twelve months on.
        dilution: Mean part of the company that covers the cash need at the end; None where not computable.
        solvent: Share of futures that stay solvent, under an assumed opening cash only.
        multiple: Median value over the run rate it is priced on, twelve months on.
        raised: Median new money up to the end; None where no round is simulated.
        power: Median power online at the end.
    """

    scenario: str
    label: str
    odds: float | None
    entity: str
    valuation: float | None
    dilution: float | None
    solvent: float | None
    multiple: float | None = None
    raised: float | None = None
    power: float | None = None


def listing_table(setting: Setting, starts: Mapping[str, Start | None]) -> tuple[ListingRow, ...]:
    """What each listing of the book's scenarios does to every company: multiples fall or rise together (contagion).

    Raises:
        Refusal: No scenario of the book has a listing.
    """
    chosen = [s for s in setting.book.scenarios if any(shock.get("kind") == "listing" for shock in s.shocks)]
    if not chosen:
        raise Refusal(
            "not computable: needs a scenario with a shock of kind listing", "", "add one to assumptions.toml"
        )
    held = {entity: start for entity, start in starts.items() if start is not None}
    return tuple(
        _listed(setting, entity, start, scenario)
        for scenario in (None, *chosen)
        for entity, start in held.items()
    )


def _listed(setting: Setting, entity: str, start: Start, scenario: Scenario | None) -> ListingRow:
    """One company under one listing, or as things stand."""
    ready = prepare(setting, entity, start, scenario or BASE)
    values = draws_of(ready, setting, MOVED)
    month, built = min(A_YEAR, setting.months) - 1, "raised" in values

    def median(name: str, at: int) -> float | None:
        return float(np.median(values[name][at])) if name in values else None

    return ListingRow(
        scenario.name if scenario else "",
        scenario.label if scenario else "no listing",
        _odds(setting, scenario.name) if scenario else None,
        entity,
        median("valuation", month),
        float(np.mean(values["dilution_to_cover_need"][-1])) if "dilution_to_cover_need" in values else None,
        float(np.mean(values["insolvent"][-1] < EVEN)) if "insolvent" in values else None,
        median("multiple_now", month),
        float(np.median(values["raised"].sum(axis=0))) if built else None,
        median("power_online", setting.months - 1),
    )


def _odds(setting: Setting, scenario: str) -> float | None:
    name = f"odds.{scenario}"
    if name in setting.options:
        return setting.options[name].centre
    return next((a.judgment.centre for a in setting.book.assumptions if a.name == name), None)
