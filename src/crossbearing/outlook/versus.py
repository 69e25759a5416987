"""One company against another on the same draws: who sells more and since when, and the gap in power on common days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from crossbearing.outlook.answers import Chance
from crossbearing.outlook.equation import Array
from crossbearing.outlook.findings import Crossing, Gap
from crossbearing.outlook.summary import chance

Draws = Mapping[str, Mapping[str, Array]]
BASES = (("gross_run_rate", "gross"), ("net_run_rate", "net"))
A_YEAR = 12


def leads(values: Draws, ends: tuple[date, ...]) -> tuple[Chance, ...]:
    """Odds that the first company sells more than each other one, in a year, on both bases."""
    month = min(A_YEAR, len(ends)) - 1
    return tuple(
        chance(
            f"{first} sells more than {second} in {ends[month]:%B %Y}, {basis}", ours[month] > theirs[month]
        )
        for first, second, basis, ours, theirs in _pairs(values)
    )


def crossings(values: Draws, ends: tuple[date, ...]) -> tuple[Crossing, ...]:
    """When the order of sales changes between the first company and each other one, on both bases."""
    found = []
    for first, second, basis, ours, theirs in _pairs(values):
        ahead = ours > theirs
        changed = ahead != ahead[0]
        ever = changed.any(axis=0)
        share = float(ever.mean())
        months = changed.argmax(axis=0)[ever]
        days = [ends[int(m)] for m in np.quantile(months, (0.05, 0.5, 0.95))] if months.size else [None] * 3
        error = float(np.sqrt(share * (1 - share) / ever.size))
        found.append(Crossing(first, second, basis, float(ahead[0].mean()), share, error, *days))
    return tuple(found)


def gaps(values: Draws, ends: tuple[date, ...]) -> tuple[Gap, ...]:
    """Power of the first company less that of each other one at the ends of years and at the end."""
    found = []
    days = [m for m, end in enumerate(ends) if end.month == A_YEAR or m == len(ends) - 1]
    names = list(values)
    for second in names[1:]:
        ours, theirs = (values[n].get("power_online") for n in (names[0], second))
        if ours is None or theirs is None:
            continue
        for month in days:
            apart = ours[month] - theirs[month]
            low, middle, high = (float(q) for q in np.quantile(apart, (0.05, 0.5, 0.95)))
            own, other = float(np.quantile(ours[month], 0.5)), float(np.quantile(theirs[month], 0.5))
            found.append(Gap(ends[month], names[0], second, low, middle, high, middle / own, middle / other))
    return tuple(found)


def _pairs(values: Draws) -> list[tuple[str, str, str, Array, Array]]:
    names = list(values)
    return [
        (names[0], second, basis, values[names[0]][quantity], values[second][quantity])
        for second in names[1:]
        for quantity, basis in BASES
        if quantity in values[names[0]] and quantity in values[second]
    ]
