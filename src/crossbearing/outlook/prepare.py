"""One company made ready to run: its equations, its inputs as draws, its schedules, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import partial

from crossbearing.outlook.contracts import contract_equations
from crossbearing.outlook.equation import Equation
from crossbearing.outlook.facts import DAYS_A_MONTH, Start, book_day, facts
from crossbearing.outlook.held import held_to
from crossbearing.outlook.inputs import (
    UNITS,
    Input,
    Inputs,
    contract_draws,
    from_facts,
    in_currency,
    judged,
    parameter,
    partner_fee,
    start_inputs,
)
from crossbearing.outlook.ledger import Ledger, ledger_of
from crossbearing.outlook.model import SECTORS, Model, build, standard_equations
from crossbearing.outlook.own import check_own
from crossbearing.outlook.runs import Constant, Draw, Run
from crossbearing.outlook.sectors.start import cohort_starts
from crossbearing.outlook.shocks import BASE, Schedules, Timeline, schedules
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.assumption import Judgment, Scenario
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.lineage import Lineage

FAMILIES = (
    "delivered_share",
    "delivery_slip",
    "partner_fee_share",
    "odds",
    "take_or_pay",
    "contract_term",
    "margin",
)
_NONE = Input("", Judgment("point", 0.0, 0.0, "0"), "", "", Lineage())


@dataclass(frozen=True, slots=True)
class Setting:
    """What an outlook is asked over.

    Attributes:
        book: The book as known.
        origin: First day.
        months: Number of months.
        paths: Number of draws.
        seed: Of the random numbers.
        options: Judgments given with the command, by name; they stand in front of the book's.
        own: The user's equations, which replace or add to the sectors.
        threads: Threads to use.
        sobol: Inputs from a scrambled Sobol sequence instead of random numbers.
    """

    book: Book
    origin: date
    months: int
    paths: int
    seed: int
    options: Mapping[str, Judgment] = field(default_factory=dict)
    own: Mapping[str, Equation] = field(default_factory=dict)
    threads: int = 1
    sobol: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A company ready to run.

    Attributes:
        entity: Company.
        model: Wired equations and what is left out.
        run: Inputs and schedules.
        inputs: With their lineage.
        ledger: Its contracts.
        start: Where it starts.
        notes: What a reader must know.
        given: From inputs to everything the equations are given.
    """

    entity: str
    model: Model
    run: Run
    inputs: Inputs
    ledger: Ledger
    start: Start
    notes: tuple[str, ...]
    given: Callable[[Inputs], Mapping[str, Draw]]


def prepare(setting: Setting, entity: str, start: Start | None, scenario: Scenario = BASE) -> Ready:
    """A company under a scenario, ready to run.

    Raises:
        Refusal: No run rate is known, so there is nothing to start from.
        UsageError: A shock or an assumption cannot be used.
    """
    if start is None:
        raise Refusal(
            f"not computable for {entity}: needs a run rate",
            "the outlook starts from sales, and no claim states any",
            "add a claim of revenue.run_rate",
        )
    ledger = ledger_of(setting.book, entity, setting.origin)
    currency = setting.book.currency
    stated = facts(setting.book, entity)
    table = {**from_facts(stated), **start_inputs(start)}
    table = {n: replace(i, unit=in_currency(i.unit, currency)) for n, i in table.items()}
    table.update(judged(setting.book.assumptions, entity, scenario.changes, setting.options, currency))
    if table.get("other_operating_cost_share", _NONE).source in ("option", "scenario"):
        table.pop("operating_margin_claimed", None)  # who states the cost share does not want it solved
    inputs = Inputs(entity, setting.seed, table)
    planned = _schedules(setting, entity, ledger, scenario)
    ago = next(((setting.origin - f.about).days for f in stated if f.name == "power_at_start" and f.about), 0)
    make = partial(_given, ledger, planned, ago / DAYS_A_MONTH)
    given = make(inputs)
    equations = _equations(setting, entity, ledger, start)
    kept = {n: e for n, e in equations.items() if n != "fee_share" or start.fee is None}
    equations = {n: replace(e, unit=in_currency(e.unit, currency)) for n, e in kept.items()}
    _check_names(setting, scenario, equations, table, planned)
    model = build(equations, (*given, *planned.by_month), _stand_ins())
    used = set(model.wiring.inputs)
    run = Run(
        entity,
        setting.seed,
        setting.paths,
        setting.months,
        {n: d for n, d in given.items() if n in used},
        {n: s for n, s in planned.by_month.items() if n in used},
    )
    held = held_to(setting.book, entity, table, book_day(setting.book))
    notes = (*held, *_notes(inputs, ledger, start, model))
    return Ready(entity, model, run, inputs, ledger, start, notes, make)


def moved(ready: Ready, judgments: Mapping[str, Judgment]) -> dict[str, Draw]:
    """What the equations of a company are given when some of its inputs are moved; nothing is read or wired anew."""
    table = {n: replace(ready.inputs.table[n], judgment=j, sample=()) for n, j in judgments.items()}
    inputs = replace(ready.inputs, table={**ready.inputs.table, **table})
    return {n: d for n, d in ready.given(inputs).items() if n in ready.run.given}


def _check_names(
    setting: Setting,
    scenario: Scenario,
    equations: Mapping[str, Equation],
    table: Mapping[str, Input],
    planned: Schedules,
) -> None:
    """A name given with the command, in a scenario or in a user's equation that nothing could be is a slip of the pen.

    Raises:
        UsageError: No equation, contract or judgment has such a name.
    """
    made = {
        **standard_equations(),
        **_stand_ins(),
        **{n: e for n, e in equations.items() if n not in setting.own},
    }
    made = {n: replace(e, unit=in_currency(e.unit, setting.book.currency)) for n, e in made.items()}
    judged_there = {n for n, i in table.items() if i.source not in ("option", "scenario")}
    known = (
        judged_there | {parameter(n) for n in UNITS} | {parameter(a.name) for a in setting.book.assumptions}
    )
    if setting.own:
        own = {n: replace(e, unit=in_currency(e.unit, setting.book.currency)) for n, e in setting.own.items()}
        check_own(own, made, {*known, *table, *planned.by_month, "one", "nothing"})
    every = (*made.values(), *_stand_ins().values(), *setting.own.values())
    known |= {i for e in every for i in e.inputs}
    told = {parameter(a.name): a.name for a in setting.book.assumptions}
    for key in (*setting.options, *scenario.changes):
        owner, dot, rest = key.partition(".")
        name = parameter(rest if dot and owner in setting.book.entities else key)
        if name in known or parameter(key) in known or name.startswith(FAMILIES):
            continue
        near = [told.get(n, n) for n in get_close_matches(name, sorted(known), 3, 0.6)]
        raise UsageError(
            f"no input is called {key}",
            "nothing would read it",
            f"did you mean {' or '.join(near)}?" if near else "`xb outlook --format json` lists the inputs",
        )


def recording(ready: Ready, names: tuple[str, ...]) -> Run:
    """The run of a company that keeps the names it can compute, to the precision that fans and odds need.

    A user's own functions get double precision: what they do with it is not known.
    """
    own = any(e.called for e in ready.model.wiring.equations.values())
    return replace(ready.run, record=tuple(n for n in names if ready.model.has(n)), single=not own)


def _stand_ins() -> dict[str, Equation]:
    return standard_equations(("simpler",))


def _schedules(setting: Setting, entity: str, ledger: Ledger, scenario: Scenario) -> Schedules:
    suppliers = frozenset(c.counterparty for c in setting.book.commitments)
    entities = frozenset(setting.book.entities)
    timeline = Timeline(entity, setting.origin, setting.months, ledger, suppliers, entities)
    return schedules(timeline, scenario.shocks, _reports_net(setting.book, entity))


def _reports_net(book: Book, entity: str) -> bool:
    shown = book.entities[entity].presentation if entity in book.entities else {}
    return any(channel != "direct" and basis is Basis.NET for channel, basis in shown.items())


def _distributed(book: Book, entity: str) -> bool:
    return any(r.kind == "distributes" and r.taker == entity for r in book.relations)


def _equations(setting: Setting, entity: str, ledger: Ledger, start: Start) -> dict[str, Equation]:
    sectors = ["start", "start_net" if start.basis == "net" else "start_gross", *SECTORS]
    if not (start.partners or _distributed(setting.book, entity)):
        sectors.append("direct")
    return {**standard_equations(sectors), **cohort_starts(), **contract_equations(ledger), **setting.own}


def _given(ledger: Ledger, planned: Schedules, months_ago: float, inputs: Inputs) -> dict[str, Draw]:
    given: dict[str, Draw] = {
        **inputs.draws(),
        **contract_draws(ledger, inputs, planned.slip),
        "one": Constant(1.0),
        "nothing": Constant(0.0),
    }
    fee = partner_fee(inputs)
    if fee and "partner_fee_share" not in given:
        given["partner_fee_share"] = fee
    if "power_at_start" in given:
        given["power_stated_months_ago"] = Constant(months_ago)
    return given


def _notes(inputs: Inputs, ledger: Ledger, start: Start, model: Model) -> tuple[str, ...]:
    notes = [start.note] if start.note else []
    if start.basis == "unspecified":
        notes.append("the run rate's basis is not stated; it is taken as gross")
    fees = [n for n in inputs.table if n.startswith("partner_fee_share_")]
    if len(fees) > 1 and "partner_fee_share" in model.wiring.inputs:
        notes.append("the split of sales between partners is not known: any split is equally likely")
    if "opening_cash" not in inputs.table:
        notes.append(
            "the book has no cash balance: the opening cash a company needs is an answer, not an input"
        )
    else:
        notes.append("solvency is calibrated only: it stands under the opening cash that was assumed")
    notes += [f"{row} is not in the schedule: {why}" for row, why in ledger.aside]
    return (*notes, *model.stand_ins)
