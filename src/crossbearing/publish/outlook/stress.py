"""Stress tables as rows and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crossbearing.outlook.stress import DelayTable, ListingRow
from crossbearing.vocabulary.words import say


def delay_lines(table: DelayTable, currency: str) -> list[str]:
    """What a delay of progress does, as a table over opening cash and supplier credit."""
    lines = [
        f"{table.entity}: months of delay after which more than half of the futures run out of cash by month {table.months}",
        "  opening cash   credit 0 %   25 %   50 %   failing after 12 months without credit",
    ]
    for cash in sorted({r.cash for r in table.rows}):
        rows = sorted((r for r in table.rows if r.cash == cash), key=lambda r: r.credit)
        cells = [fatal(r.fatal, table.longest) for r in rows]
        lines.append(
            f"  {say(cash, currency):<14} {'   '.join(c.rjust(9) for c in cells)}   {rows[0].failing:.0%}"
        )
    if table.true_for is None:
        lines.append(_no_claim(table, currency))
    else:
        low, high = (say(v, currency) for v in table.true_for)
        lines.append(
            f"  The claim of failure at twelve months is true for opening cash from {low} to {high}, at the middle."
        )
    return lines


def fatal(delay: int | None, longest: int) -> str:
    """The smallest fatal delay in words; none is needed where most futures fail without it."""
    if delay is None:
        return f"over {longest}"
    return f"{delay} months" if delay else "fails anyway"


def _no_claim(table: DelayTable, currency: str) -> str:
    need = say(table.needs[0], currency)
    return (
        f"  Without any delay half of the futures need more than {need}; twelve months of delay do not deepen that,"
        " so no opening cash makes the claim of failure by the delay true."
    )


def listing_lines(rows: Iterable[ListingRow], currency: str) -> list[str]:
    """What a listing does to every company."""
    lines = []
    for row in rows:
        odds = f"{row.odds:.0%}" if row.odds is not None else f"needs assumption odds.{row.scenario}"
        parts = [f"value in a year {say(row.valuation, currency)}"]
        if row.dilution is not None:
            parts.append(f"{say(row.dilution, 'ratio')} of it covers the cash need on average")
        if row.solvent is not None:
            parts.append(f"solvent in {row.solvent:.0%} (calibrated)")
        lines.append(f"  {row.label} (odds {odds}): {row.entity}: {', '.join(parts)}")
    return lines


def stress_rows(tables: Iterable[DelayTable], rows: Iterable[ListingRow]) -> list[dict[str, Any]]:
    """Stress tables as rows: one a cash and credit, one a listing and company."""
    from dataclasses import asdict

    delays = [{"table": "delay", "entity": t.entity, **asdict(row)} for t in tables for row in t.rows]
    return delays + [{"table": "listing", **asdict(row)} for row in rows]


def stress_document(tables: Iterable[DelayTable], rows: Iterable[ListingRow]) -> dict[str, Any]:
    """Stress tables as JSON values."""
    from dataclasses import asdict

    return {"delay": [asdict(t) for t in tables], "listing": [asdict(r) for r in rows]}
