"""The outlook of a book: every company run, compared on common draws, and its scenarios beside the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from crossbearing.outlook.answers import Chance, CompanyOutlook, LedgerYear, Outlook, ScenarioAnswer
from crossbearing.outlook.equation import Array
from crossbearing.outlook.facts import Start
from crossbearing.outlook.ledger import Ledger, grouped
from crossbearing.outlook.prepare import Ready, Setting, prepare
from crossbearing.outlook.shocks import composed
from crossbearing.outlook.summary import (
    EXACT_PATHS,
    break_even,
    chance,
    differences,
    draws_of,
    drivers,
    exact_fans,
    month_ends,
    streamed_fans,
)
from crossbearing.problems import Refusal

LAST_YEARS = 10


def outlook(setting: Setting, starts: Mapping[str, Start | None], scenarios: Sequence[str] = ()) -> Outlook:
    """Where each company can go.

    Args:
        setting: The book, the time and the draws.
        starts: Sales and growth by company, in the order to show; None where no run rate is known.
        scenarios: Names, compared with the base; `a+b` composes.

    Raises:
        UsageError: An unknown scenario, a shock that cannot be applied, or a wrong unit.
        Refusal: A value of the simulation has no meaning.
    """
    chosen = [composed(setting.book.scenarios, name) for name in scenarios]
    companies, kept = [], {}
    for entity, start in starts.items():
        try:
            ready = prepare(setting, entity, start)
        except Refusal as refused:
            companies.append(CompanyOutlook(entity, start, {}, why_not=refused.what))
            continue
        values = draws_of(ready, setting)
        kept[entity] = values
        others = []
        for scenario in chosen:
            changed = prepare(setting, entity, start, scenario)
            drawn = draws_of(changed, setting)
            apart = differences(changed, setting, values, drawn)
            others.append(
                ScenarioAnswer(scenario.name, scenario.label, exact_fans(changed, setting, drawn), apart)
            )
        companies.append(_answer(ready, setting, values, tuple(others)))
    ends = month_ends(setting.origin, setting.months)
    return Outlook(
        setting.origin,
        ends[-1],
        setting.paths,
        setting.seed,
        setting.book.currency,
        tuple(companies),
        leads(kept, ends),
    )


def _answer(
    ready: Ready, setting: Setting, values: Mapping[str, Array], scenarios: tuple[ScenarioAnswer, ...]
) -> CompanyOutlook:
    many = setting.paths > EXACT_PATHS
    ends = month_ends(setting.origin, setting.months)
    return CompanyOutlook(
        entity=ready.entity,
        start=ready.start,
        fans=streamed_fans(ready, setting) if many else exact_fans(ready, setting, values),
        chances=tuple(break_even(values, ends)),
        ledger=tuple(ledger_years(ready.ledger, setting.origin)),
        drivers=drivers(ready, values),
        scenarios=scenarios,
        inputs=tuple(ready.inputs.table.values()),
        lacking=ready.model.lacking,
        notes=ready.notes,
    )


def leads(values: Mapping[str, Mapping[str, Array]], ends: tuple[date, ...]) -> tuple[Chance, ...]:
    """Odds that the first company sells more than each other one, in a year, on both bases."""
    found = []
    names = list(values)
    month = min(12, len(ends)) - 1
    for rival in names[1:]:
        for quantity, basis in (("gross_run_rate", "gross"), ("net_run_rate", "net")):
            ours, theirs = values[names[0]].get(quantity), values[rival].get(quantity)
            if ours is None or theirs is None:
                continue
            label = f"{names[0]} sells more than {rival} in {ends[month]:%B %Y}, {basis}"
            found.append(chance(label, ours[month] > theirs[month]))
    return tuple(found)


def ledger_years(ledger: Ledger, origin: date) -> list[LedgerYear]:
    """Contracted power and money by year and overlap group, as stated: what is not stated stays empty."""
    found = []
    for members in grouped(ledger.contracts).values():
        for year in range(origin.year, origin.year + LAST_YEARS):
            first, last = _months(origin, year)
            running = [c for c in members if c.start < last and (c.term is None or c.start + c.term > first)]
            if not running:
                continue
            money = [
                c.money_a_month * _overlap(c.start, c.term, first, last) for c in running if c.money_a_month
            ]
            power = [c.power for c in running if c.power]
            largest = max(running, key=lambda c: (c.power or 0, c.money_a_month or 0))
            found.append(
                LedgerYear(
                    year,
                    " / ".join(dict.fromkeys(c.supplier for c in running)),
                    max(power, default=None),
                    max(money, default=None),
                    any(c.firm for c in running),
                    largest.cancellable,
                    tuple(c.id for c in running),
                    tuple(sorted({claim for c in running for claim in c.claims})),
                )
            )
    return sorted(found, key=lambda row: (row.year, row.supplier))


def _months(origin: date, year: int) -> tuple[float, float]:
    first = (date(year, 1, 1) - origin).days / 365.25 * 12
    return max(first, 0.0), first + 12


def _overlap(start: float, term: float | None, first: float, last: float) -> float:
    end = start + term if term is not None else last
    return max(0.0, min(end, last) - max(start, first))
