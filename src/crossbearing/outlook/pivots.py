"""Which input would change an answer: yes-or-no answers where an input lies at the ends of its range, from the same draws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from crossbearing.outlook.equation import Array
from crossbearing.outlook.findings import Pivot
from crossbearing.outlook.prepare import Ready
from crossbearing.outlook.runs import Block, blocks

TENTH = 0.1
A_YEAR = 12
SHOWN = 3
EVEN = 0.5


def questions(values: Mapping[str, Array], ends: tuple[date, ...]) -> dict[str, Array]:
    """Yes-or-no answers of a company by future. Shape: (draws,) each."""
    found: dict[str, Array] = {}
    if "operating_profit" in values and len(ends) >= A_YEAR:
        profit = values["operating_profit"]
        found[f"operating profit over the year to {ends[A_YEAR - 1]}"] = profit[:A_YEAR].sum(axis=0) > 0
        found[f"operating profit in {ends[-1]:%B %Y}"] = profit[-1] > 0
    if "cumulative_cash_flow" in values:
        label = f"cash flow from the start to {ends[-1]} above zero"
        found[label] = values["cumulative_cash_flow"][-1] > 0
    if "load" in values:
        month = min(A_YEAR, len(ends)) - 1
        found[f"all capacity is sold in {ends[month]:%B %Y}"] = values["load"][month] > 1 - 1e-9
    return found


def pivots(ready: Ready, answers: Mapping[str, Array]) -> tuple[Pivot, ...]:
    """For each answer the inputs that move its odds most between their lowest and their highest tenth."""
    drawn = (
        {n: drawn_input(ready, n, next(iter(answers.values())).size) for n in moving(ready)}
        if answers
        else {}
    )
    found: list[Pivot] = []
    for answer, yes in answers.items():
        base = float(yes.mean())
        ranked = sorted(
            (_pivot(ready, answer, name, values, yes) for name, values in drawn.items()),
            key=lambda p: (not p.flips, -abs(p.high - p.low)),
        )
        noise = 3 * np.sqrt(max(base * (1 - base), 0.01) / (TENTH * yes.size))
        found += [p for p in ranked[:SHOWN] if abs(p.high - p.low) > noise]
    return tuple(found)


def moving(ready: Ready) -> list[str]:
    """Inputs that are drawn and used, one for each group that is drawn together."""
    stems = ("delivered_share", "contract_term", "ramp_months", "delivery_slip", "partner_fee_share")
    found, sampled = [], False
    for name, one in ready.inputs.table.items():
        if one.judgment.family == "point" or not (name in ready.run.given or name.startswith(stems)):
            continue
        if one.sample:
            if sampled:
                continue
            sampled = True
        found.append(name)
    return found


def behind(ready: Ready, name: str) -> str:
    """Claims or assumptions behind an input."""
    lineage = ready.inputs.table[name].lineage
    return ", ".join(lineage.assumptions or lineage.claims)


def drawn_input(ready: Ready, name: str, paths: int) -> Array:
    """Draws of one input. Shape: (paths,)."""
    return np.concatenate([ready.inputs.draw(name)(Block(b.first, b.count)) for b in blocks(paths)])


def _pivot(ready: Ready, answer: str, name: str, drawn: Array, yes: Array) -> Pivot:
    count = max(1, int(TENTH * drawn.size))
    order = np.argpartition(drawn, (count, drawn.size - count - 1))
    few, many = order[:count], order[-count:]
    low, high, base = float(yes[few].mean()), float(yes[many].mean()), float(yes.mean())
    flips = (low > EVEN) != (base > EVEN) or (high > EVEN) != (base > EVEN)
    return Pivot(
        answer,
        base,
        name,
        low,
        high,
        float(drawn[few].max()),
        float(drawn[many].min()),
        ready.inputs.table[name].unit,
        behind(ready, name),
        flips,
    )
