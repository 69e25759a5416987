"""Equations of the contracts: power and payments by overlap group, made from the ledger.

Delivered power: contracted x delivered share x ramp, slipped. Paid: what is used at the price of power,
at least the floor of what is contracted for the part that has come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from crossbearing.outlook.equation import Array, Equation
from crossbearing.outlook.ledger import Contract, Ledger, grouped

SECTOR = "contracts"


def contract_equations(ledger: Ledger) -> dict[str, Equation]:
    """One pair of equations for each contract, one pair for each overlap group, and the two totals."""
    found: dict[str, Equation] = {}
    powers, payments, owed = [], [], []
    for number, members in enumerate(grouped(ledger.contracts).values(), start=1):
        names = [slug_of(c) for c in members]
        for contract, slug in zip(members, names, strict=True):
            found[f"running_{slug}"] = _running(contract, slug)
            found[f"come_{slug}"] = _come(contract, slug)
            found[f"power_{slug}"] = _power(contract, slug)
            found[f"paid_{slug}"] = _paid(contract, slug)
            if contract.firm:
                found[f"owed_{slug}"] = _owed(contract, slug)
        if len(members) == 1:
            powers.append(f"power_{names[0]}")
            payments.append(f"paid_{names[0]}")
            owed += [f"owed_{names[0]}"] if members[0].firm else []
            continue
        label = ", ".join(c.id for c in members)
        for prefix, unit, listed in (
            ("power", "W", powers),
            ("paid", "USD/month", payments),
            ("owed", "USD", owed),
        ):
            name = f"{prefix}_group_{number}"
            if prefix == "owed" and not any(c.firm for c in members):
                continue
            found[name] = _combined(
                name,
                unit,
                [f"{prefix}_{n}" for n in names if f"{prefix}_{n}" in found],
                "maximum",
                f"The largest of {label}, which may overlap.",
            )
            listed.append(name)
    found["power_contracted"] = _combined(
        "power_contracted",
        "W",
        powers,
        "sum",
        "Power delivered under contracts since the power online was stated.",
    )
    found["contract_payments"] = _combined(
        "contract_payments", "USD/month", payments, "sum", "What is paid for contracts in the month."
    )
    found["obligations"] = _combined(
        "obligations",
        "USD",
        owed,
        "sum",
        "What is still owed under take-or-pay floors of firm contracts, at its present value: a debt-like claim.",
    )
    return found


def slug_of(contract: Contract) -> str:
    """The row's id as part of a name."""
    return "".join(ch if ch.isalnum() else "_" for ch in contract.id.lower())


def _come(contract: Contract, slug: str) -> Equation:
    """Part of the contract that has come since the power online was stated: what came before is in that power."""

    def come(month: Array, slip: Array, ramp: Array, running: Array, ago: Array) -> Array:
        return np.asarray(running * _fraction(month, contract.start, slip, ramp, ago))

    return Equation(
        name=f"come_{slug}",
        kind="auxiliary",
        unit="ratio",
        inputs=("month", f"slip_{slug}", f"ramp_{slug}", f"running_{slug}", "power_stated_months_ago"),
        function=come,
        sector=SECTOR,
        words=f"Part of the contract with {contract.supplier} ({contract.id}) that has come since the start state.",
        text="running * ramp(month - start - slip)",
    )


def _power(contract: Contract, slug: str) -> Equation:
    """Power the contract has delivered since the power online was stated."""
    inputs = [f"come_{slug}", f"delivered_share_{slug}"]
    if contract.power is None:
        inputs += [f"money_{slug}", "price_per_power"]

    def power(come: Array, share: Array, *money: Array) -> Array:
        whole = money[0] * 12 / money[1] if money else np.asarray(contract.power)
        return np.asarray(whole * share * come)

    said = (
        "money a month x 12 / price_per_power" if contract.power is None else f"{contract.power / 1e9:g} GW"
    )
    return Equation(
        name=f"power_{slug}",
        kind="auxiliary",
        unit="W",
        inputs=tuple(inputs),
        function=power,
        sector=SECTOR,
        words=f"Power from {contract.supplier} ({contract.id}): {said}, ramped and slipped.",
        text=f"{said} * delivered_share * come",
    )


def _running(contract: Contract, slug: str) -> Equation:
    """1 until the end of the term, unless it was left; before the start nothing has come."""
    started = contract.start < 0

    def running(month: Array, slip: Array, term: Array, left: Array) -> Array:
        end = contract.start + (0.0 if started else slip) + term
        return np.where(month < end, 1.0, 0.0) * (1 - left)

    return Equation(
        name=f"running_{slug}",
        kind="auxiliary",
        unit="ratio",
        inputs=("month", f"slip_{slug}", f"term_{slug}", f"left_{slug}"),
        function=running,
        sector=SECTOR,
        words=f"Part of the contract with {contract.supplier} ({contract.id}) that runs.",
        text="1 until start + slip + term, less what was left",
    )


def _fraction(month: Array, start: float, slip: Array, ramp: Array, ago: Array) -> Array:
    """Part of full power delivered since the power online was stated; a slip moves only what is still to come."""
    pace = 1 / np.maximum(ramp, 1e-9)
    before = np.clip((-ago - start) * pace, 0, 1)
    today = np.clip(-start * pace, 0, 1)  # deliveries until today are past: they went by the ramp
    later = np.minimum(month * pace - (start + slip) * pace, 1)
    return np.asarray(np.maximum(today, later) - before)


def _paid(contract: Contract, slug: str) -> Equation:
    """What the contract costs in the month: use at the price of power, and at least the floor of firm money."""
    firm, own_money = contract.firm, contract.money is not None or contract.money_a_month is not None
    inputs = [f"power_{slug}", "price_per_power", "load"]
    inputs += [f"floor_{slug}"] if firm else []
    inputs += [f"money_{slug}", f"come_{slug}"] if firm and own_money else []

    def paid(power: Array, price: Array, load: Array, *owed: Array) -> Array:
        full = power * price / 12
        if not owed:
            return full * load
        firm_money = owed[1] * owed[2] if own_money else full
        return np.maximum(full * load, owed[0] * firm_money)

    text = f"power_{slug} * price_per_power / 12 * load"
    return Equation(
        name=f"paid_{slug}",
        kind="auxiliary",
        unit="USD/month",
        inputs=tuple(inputs),
        function=paid,
        sector=SECTOR,
        words=f"Payments to {contract.supplier} ({contract.id}), {'firm' if firm else 'not firm'}.",
        text=f"max({text}, floor * what is contracted)" if firm else text,
    )


def _owed(contract: Contract, slug: str) -> Equation:
    """Present value of the floor payments still to come; what has not started is taken at its start."""
    own_money = contract.money is not None or contract.money_a_month is not None
    inputs = ["month", f"slip_{slug}", f"term_{slug}", f"left_{slug}", f"floor_{slug}", "discount_rate"]
    inputs += [f"money_{slug}"] if own_money else [f"delivered_share_{slug}", "price_per_power"]
    started = contract.start < 0

    def owed(
        month: Array, slip: Array, term: Array, left: Array, floor: Array, rate: Array, *money: Array
    ) -> Array:
        a_month = money[0] if own_money else np.asarray(contract.power) * money[0] * money[1] / 12
        first = contract.start + (0.0 if started else slip)
        remaining = np.maximum(first + term - np.maximum(month + 1, first), 0.0)
        pace = np.log1p(rate) / 12
        whole: Array = floor * a_month / pace * (1 - np.exp(-pace * remaining)) * (1 - left)
        return whole

    return Equation(
        name=f"owed_{slug}",
        kind="auxiliary",
        unit="USD",
        inputs=tuple(inputs),
        function=owed,
        sector=SECTOR,
        words=f"Present value of the floor payments still owed to {contract.supplier} ({contract.id}).",
        source="an annuity in continuous payment at the discount rate",
        text="floor * money a month * (1 - exp(-r * months remaining)) / r",
    )


def _combined(name: str, unit: str, parts: Sequence[str], how: str, words: str) -> Equation:
    def combine(first: Array, *rest: Array) -> Array:
        total = np.asarray(first)
        for part in rest:
            total = np.maximum(total, part) if how == "maximum" else total + part
        return total

    def none() -> Any:
        return 0.0

    return Equation(
        name=name,
        kind="auxiliary",
        unit=unit,
        inputs=tuple(parts),
        function=combine if parts else none,
        sector=SECTOR,
        words=words,
        text=f"{how} of {', '.join(parts) or 'nothing'}",
    )
