"""Draws by month to draws by calendar quarter: flows are added, levels are taken at the quarter's end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crossbearing.outlook.equation import Array

SUMMED = ("gross_revenue", "net_revenue", "operating_profit", "compute_cost", "cash_flow", "partner_fees")
LEVELS = ("power_online", "obligations", "cash_need", "gross_margin", "gross_run_rate", "net_run_rate")
A_QUARTER = 3


def full_quarters(ends: tuple[date, ...]) -> list[tuple[int, int, str]]:
    """First month, month after the last, and name of every calendar quarter that lies wholly inside."""
    return [
        (month - 2, month + 1, f"{end.year}-Q{end.month // 3}")
        for month, end in enumerate(ends)
        if end.month % A_QUARTER == 0 and month >= A_QUARTER - 1
    ]


def by_quarter(values: Mapping[str, Array], ends: tuple[date, ...]) -> dict[str, list[Array]]:
    """Draws of each quantity by quarter; the margin is profit over revenue of the quarter."""
    spans = full_quarters(ends)
    found = {n: [values[n][a:b].sum(axis=0) for a, b, _ in spans] for n in SUMMED if n in values}
    found |= {n: [values[n][b - 1] for _, b, _ in spans] for n in LEVELS if n in values}
    if "operating_profit" in found and "gross_revenue" in found:
        both = zip(found["operating_profit"], found["gross_revenue"], strict=True)
        found["operating_margin"] = [profit / sales.clip(1.0) for profit, sales in both]
    return found
