"""Scenarios in text to schedules by month. Shocks compose: shares multiply, losses and delays add up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from crossbearing.outlook.contracts import slug_of
from crossbearing.outlook.equation import Array
from crossbearing.outlook.ledger import DAYS_A_MONTH, Contract, Ledger
from crossbearing.problems import UsageError
from crossbearing.vocabulary.assumption import Judgment, Scenario, parse_judgment
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.period import parse_known

BASE = Scenario("base", "as things stand")
NEUTRAL = {
    "progress": 1.0,
    "price_cut": 1.0,
    "rival_take": 0.0,
    "budget_stop": 0.0,
    "customer_loss": 0.0,
    "switched_on": 1.0,
    "net_reporting": 0.0,
    "window_open": 1.0,
    "multiple_move": 1.0,
    "supplier_credit": 0.0,
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """The months of an outlook for one company.

    Attributes:
        entity: Company.
        start: First day.
        months: Number of months.
        ledger: Its contracts.
        suppliers: All suppliers of the book, so that a misspelt one is told from one of another company.
        entities: All companies of the book; none where they are not known.
    """

    entity: str
    start: date
    months: int
    ledger: Ledger
    suppliers: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()


@dataclass(slots=True)
class Schedules:
    """What shocks do to one company.

    Attributes:
        by_month: Name to values. Shape: (months,) each.
        slip: Contract id to months added.
    """

    by_month: dict[str, Array]
    slip: dict[str, float] = field(default_factory=dict)


def schedules(timeline: Timeline, shocks: Iterable[Mapping[str, object]], net_reported: bool) -> Schedules:
    """The schedules of a company under a list of shocks.

    Raises:
        UsageError: A shock of an unknown kind, outside the outlook, without a figure it needs, or at an unknown supplier.
    """
    by_month = {name: np.full(timeline.months, value) for name, value in NEUTRAL.items()}
    by_month |= {f"left_{slug_of(c)}": np.zeros(timeline.months) for c in timeline.ledger.contracts}
    if net_reported:
        by_month["net_reporting"][:] = 1.0
    found = Schedules(by_month)
    for shock in shocks:
        kind = str(shock.get("kind", ""))
        if kind not in KINDS:
            raise UsageError(f"unknown kind of shock {kind!r}", "", f"kinds are {', '.join(sorted(KINDS))}")
        _check(timeline, kind, shock)
        month = _month(timeline, shock)
        if shock.get("entity", timeline.entity) == timeline.entity or kind == "listing":
            KINDS[kind](found, timeline, shock, month)
    return found


def _month(timeline: Timeline, shock: Mapping[str, object]) -> int:
    """The month a shock falls in, from 0.

    Raises:
        UsageError: No date, or one outside the outlook.
    """
    text = str(shock.get("at", ""))
    if text == "start":
        return 0
    try:
        known = parse_known(text)
    except CellError as fault:
        raise UsageError(
            f"shock {shock.get('kind')}: {fault.what}", fault.why, "write 2026-10 or start"
        ) from fault
    if known is None:
        raise UsageError(f"shock {shock.get('kind')} has no date", "", "write at = 2026-10 or start")
    day = known.first
    month = (day.year - timeline.start.year) * 12 + day.month - timeline.start.month
    if not 0 <= month < timeline.months:
        where = "before the start" if month < 0 else "after the end"
        raise UsageError(
            f"shock {shock.get('kind')} at {text} falls {where} of the outlook",
            f"it runs {timeline.months} months from {timeline.start}",
            "move the date, or set --until",
        )
    return month


def _check(timeline: Timeline, kind: str, shock: Mapping[str, object]) -> None:
    """Refuses a shock with figures its kind does not read, of no length, or at a company the book does not have.

    Raises:
        UsageError: As said.
    """
    unread = sorted(set(shock) - {"kind", "at", "entity"} - set(KEYS[kind]))
    if unread:
        figures = ", ".join(KEYS[kind]) or "no figures"
        raise UsageError(f"shock {kind} has {unread[0]}, which it does not read", "", f"it reads {figures}")
    for key in set(LENGTHS) & set(shock):
        if number(shock, key) < LENGTHS[key]:
            raise UsageError(
                f"shock {kind}: {key} = {number(shock, key):g}",
                "a shock has a length",
                f"write {key} = 12 or so",
            )
    named = shock.get("entity")
    if named is not None and timeline.entities and named not in timeline.entities:
        raise UsageError(
            f"shock {kind}: no company is called {named!r}",
            "",
            f"the book has {', '.join(sorted(timeline.entities))}",
        )


def number(shock: Mapping[str, object], key: str, default: float | None = None) -> float:
    """A figure of a shock.

    Raises:
        UsageError: It is missing or no figure.
    """
    if key not in shock:
        if default is not None:
            return default
        raise UsageError(f"shock {shock.get('kind')} has no {key}", "", f"add {key} = ...")
    try:
        judgment = parse_judgment(str(shock[key]))
    except CellError as fault:
        raise UsageError(f"shock {shock.get('kind')}, {key}: {fault.what}", fault.why, fault.mend) from fault
    if judgment.family != "point":
        raise UsageError(
            f"shock {shock.get('kind')}: {key} is a range",
            "a shock is one figure",
            "put the range into changes",
        )
    return judgment.low


def _share(shock: Mapping[str, object], key: str) -> float:
    value = number(shock, key)
    if not 0 <= value <= 1:
        raise UsageError(
            f"shock {shock.get('kind')}: {key} = {value:g} is no share", "", "write a figure from 0 to 100 %"
        )
    return value


def _until(timeline: Timeline, shock: Mapping[str, object], month: int) -> int:
    """First month after a shock; the end where it has no length."""
    return min(timeline.months, month + round(number(shock, "months", timeline.months)))


def _progress_delay(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    s.by_month["progress"][month : _until(t, shock, month)] = 0.0


def _price_war(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    s.by_month["price_cut"][month : _until(t, shock, month)] *= 1 - min(_share(shock, "cut"), 0.99)


def _rival_catch_up(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    share, months = _share(shock, "share"), max(1.0, number(shock, "months", 12))
    taken = share * np.clip((np.arange(t.months) - month + 1) / months, 0, 1)
    s.by_month["rival_take"] = 1 - (1 - s.by_month["rival_take"]) * (1 - taken)


def _budget_exhaustion(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    """Customers with a share of usage have spent their budgets and stop until the new ones come."""
    here = slice(month, _until(t, shock, month))
    s.by_month["budget_stop"][here] = 1 - (1 - s.by_month["budget_stop"][here]) * (1 - _share(shock, "share"))


def _customer_loss(s: Schedules, _: Timeline, shock: Mapping[str, object], month: int) -> None:
    s.by_month["customer_loss"][month] = 1 - (1 - s.by_month["customer_loss"][month]) * (
        1 - _share(shock, "share")
    )


def _switch_off(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    left = number(shock, "days") / DAYS_A_MONTH
    for at in range(month, t.months):
        s.by_month["switched_on"][at] *= 1 - min(1.0, max(0.0, left))
        left -= 1


def _net_reporting(s: Schedules, _: Timeline, __: Mapping[str, object], month: int) -> None:
    s.by_month["net_reporting"][month:] = 1.0


def _window_shut(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    s.by_month["window_open"][month : _until(t, shock, month)] = 0.0


def _multiple(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    s.by_month["multiple_move"][month : _until(t, shock, month)] *= max(number(shock, "factor"), 0.0)


def _listing(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    """A listing moves every company's multiple: its own by value over reference, the others' by that to a power."""
    move = number(shock, "value") / number(shock, "reference")
    if move <= 0:
        raise UsageError("shock listing: value and reference are positive", "", "write value = 900B")
    own = shock.get("entity") == t.entity
    s.by_month["multiple_move"][month:] *= move if own else move ** number(shock, "contagion")


def _supplier_credit(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    s.by_month["supplier_credit"][month : _until(t, shock, month)] += _share(shock, "share")


def _delivery_slip(s: Schedules, t: Timeline, shock: Mapping[str, object], _: int) -> None:
    for contract in _of_supplier(t, shock):
        s.slip[contract.id] = s.slip.get(contract.id, 0.0) + number(shock, "months")


def _supplier_exit(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    for contract in _of_supplier(t, shock):
        stated = contract.notice if contract.notice is not None else 0.0
        notice = number(shock, "notice_days") / DAYS_A_MONTH if "notice_days" in shock else stated
        s.by_month[f"left_{slug_of(contract)}"][month + round(notice) :] = 1.0


def _leave(s: Schedules, t: Timeline, shock: Mapping[str, object], month: int) -> None:
    """The company leaves what it may leave: the cancellable share, after the notice."""
    for contract in _of_supplier(t, shock):
        gone = month + round(contract.notice or 0.0)
        name = f"left_{slug_of(contract)}"
        s.by_month[name][gone:] = np.maximum(s.by_month[name][gone:], contract.cancellable or 0.0)


def _of_supplier(t: Timeline, shock: Mapping[str, object]) -> list[Contract]:
    """Contracts with a supplier; of all suppliers where none is named.

    Raises:
        UsageError: No company of the book has a supplier of that name.
    """
    wanted = str(shock.get("supplier", ""))
    if not wanted:
        return list(t.ledger.contracts)
    if not any(_names(wanted, s) for s in t.suppliers):
        raise UsageError(
            f"shock {shock.get('kind')}: no contract with {wanted!r}",
            "",
            f"suppliers are {', '.join(sorted(t.suppliers))}"
            if t.suppliers
            else "commitments.csv has no contract",
        )
    return [c for c in t.ledger.contracts if _names(wanted, c.supplier)]


def _names(wanted: str, supplier: str) -> bool:
    return wanted.casefold() in {part.strip().casefold() for part in (supplier, *supplier.split(";"))}


Apply = Callable[[Schedules, Timeline, Mapping[str, object], int], None]
KINDS: dict[str, Apply] = {
    "progress_delay": _progress_delay,
    "price_war": _price_war,
    "rival_catch_up": _rival_catch_up,
    "budget_exhaustion": _budget_exhaustion,
    "customer_loss": _customer_loss,
    "switch_off": _switch_off,
    "net_reporting": _net_reporting,
    "window_shut": _window_shut,
    "multiple": _multiple,
    "listing": _listing,
    "supplier_credit": _supplier_credit,
    "delivery_slip": _delivery_slip,
    "supplier_exit": _supplier_exit,
    "leave": _leave,
}


KEYS: dict[str, tuple[str, ...]] = {
    "progress_delay": ("months",),
    "price_war": ("cut", "months"),
    "rival_catch_up": ("share", "months"),
    "budget_exhaustion": ("share", "months"),
    "customer_loss": ("share",),
    "switch_off": ("days",),
    "net_reporting": (),
    "window_shut": ("months",),
    "multiple": ("factor", "months"),
    "listing": ("value", "reference", "contagion"),
    "supplier_credit": ("share", "months"),
    "delivery_slip": ("supplier", "months"),
    "supplier_exit": ("supplier", "notice_days"),
    "leave": ("supplier",),
}
LENGTHS = {"months": 1, "days": 1, "notice_days": 0}


def composed(scenarios: Sequence[Scenario], name: str) -> Scenario:
    """A scenario by name; `a+b` composes several, changes of the later before those of the earlier.

    Raises:
        UsageError: There is no scenario of that name.
    """
    known = {BASE.name: BASE, **{s.name: s for s in scenarios}}
    changes: dict[str, Judgment] = {}
    shocks: list[Mapping[str, Any]] = []
    labels = []
    for part in name.split("+"):
        if part not in known:
            raise UsageError(
                f"no scenario is called {part!r}",
                "",
                f"scenarios are {', '.join(sorted(known))}",
            )
        changes.update(known[part].changes)
        shocks += known[part].shocks
        labels.append(known[part].label or part)
    return Scenario(name, " and ".join(labels), changes, tuple(shocks))
