"""The outlook of a book: every company run, compared on common draws, and its scenarios beside the base."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from crossbearing.outlook.answers import CompanyOutlook, LedgerYear, Outlook, ScenarioAnswer
from crossbearing.outlook.claimed import NEEDED, claim_chances
from crossbearing.outlook.equation import Array
from crossbearing.outlook.facts import DAYS_A_MONTH, Start
from crossbearing.outlook.labels import RECORDED
from crossbearing.outlook.ledger import Ledger, grouped
from crossbearing.outlook.pivots import pivots, questions
from crossbearing.outlook.prepare import Ready, Setting, prepare
from crossbearing.outlook.sensitivity import sobol, tornado
from crossbearing.outlook.shocks import composed
from crossbearing.outlook.summary import (
    A_YEAR,
    EXACT_PATHS,
    break_even,
    differences,
    draws_of,
    drivers,
    exact_fans,
    month_ends,
    quarter_fans,
    streamed_fans,
)
from crossbearing.outlook.suppliers import concentration
from crossbearing.outlook.versus import crossings, gaps, leads
from crossbearing.problems import Refusal
from crossbearing.vocabulary.assumption import Scenario

Progress = Callable[[float], None]
LAST_YEARS = 10


def outlook(
    setting: Setting,
    starts: Mapping[str, Start | None],
    scenarios: Sequence[str] = (),
    sensitivity: Sequence[str] = (),
    progress: Progress | None = None,
) -> Outlook:
    """Where each company can go.

    Args:
        setting: The book, the time and the draws.
        starts: Sales and growth by company, in the order to show; None where no run rate is known.
        scenarios: Names, compared with the base; `a+b` composes.
        sensitivity: `tornado`, `sobol`, or both; each runs the model again for every input.
        progress: Told of every part that is done, as a share of the whole.

    Raises:
        UsageError: An unknown scenario, a shock that cannot be applied, or a wrong unit.
        Refusal: A value of the simulation has no meaning.
    """
    chosen = [composed(setting.book.scenarios, name) for name in scenarios]
    ends = month_ends(setting.origin, setting.months)
    companies, kept = [], {}
    for entity, start in starts.items():
        try:
            ready = prepare(setting, entity, start)
        except Refusal as refused:
            companies.append(CompanyOutlook(entity, start, {}, why_not=refused.what))
            continue
        values = draws_of(ready, setting, (*RECORDED, *NEEDED))
        kept[entity] = values
        others = []
        for scenario in chosen:
            others.append(_scenario(setting, entity, start, scenario, values))
            if progress:
                progress(1 / len(starts) / len(chosen))
        found = _answer(ready, setting, values, tuple(others))
        bars = tornado(ready) if "tornado" in sensitivity else ()
        indices = sobol(ready, seed=setting.seed) if "sobol" in sensitivity else ()
        companies.append(replace(found, tornado=bars, sobol=indices))
        if progress and not chosen:
            progress(1 / len(starts))
    return Outlook(
        setting.origin,
        ends[-1],
        setting.paths,
        setting.seed,
        setting.book.currency,
        tuple(companies),
        leads(kept, ends),
        crossings(kept, ends),
        gaps(kept, ends),
    )


def _scenario(
    setting: Setting, entity: str, start: Start | None, scenario: Scenario, base: Mapping[str, Array]
) -> ScenarioAnswer:
    changed = prepare(setting, entity, start, scenario)
    drawn = draws_of(changed, setting)
    apart = differences(changed, setting, base, drawn)
    return ScenarioAnswer(scenario.name, scenario.label, exact_fans(changed, setting, drawn), apart)


def _answer(
    ready: Ready, setting: Setting, values: Mapping[str, Array], scenarios: tuple[ScenarioAnswer, ...]
) -> CompanyOutlook:
    many = setting.paths > EXACT_PATHS
    ends = month_ends(setting.origin, setting.months)
    shown = {name: drawn for name, drawn in values.items() if name in RECORDED}
    day = ends[min(A_YEAR, len(ends)) - 1]
    apart = (day - setting.origin).days / DAYS_A_MONTH
    return CompanyOutlook(
        entity=ready.entity,
        start=ready.start,
        fans=streamed_fans(ready, setting) if many else exact_fans(ready, setting, shown),
        chances=tuple(break_even(values, ends)),
        ledger=tuple(ledger_years(ready.ledger, setting.origin)),
        drivers=drivers(ready, values),
        scenarios=scenarios,
        quarters=quarter_fans(ready, values, ends),
        claims=claim_chances(setting.book, ready.entity, values, ends),
        suppliers=concentration(setting.book, ready.ledger, ready.entity, day, apart),
        pivots=pivots(ready, questions(values, ends)),
        inputs=tuple(ready.inputs.table.values()),
        lacking=ready.model.lacking,
        notes=ready.notes,
    )


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
