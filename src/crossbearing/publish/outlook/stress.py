"""Stress tables as rows and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crossbearing.outlook.stress import DelayTable, ListingRow
from crossbearing.publish.outlook.scenarios import columns
from crossbearing.vocabulary.words import say


def delay_lines(table: DelayTable, currency: str) -> list[str]:
    """What a delay of progress does, as a table over opening cash and supplier credit."""
    terms = sorted({r.credit for r in table.rows})
    cells = [["opening cash", *(f"credit {c:.0%}" for c in terms), "failing after 12 months, no credit"]]
    for cash in sorted({r.cash for r in table.rows}):
        rows = sorted((r for r in table.rows if r.cash == cash), key=lambda r: r.credit)
        delays = [fatal(r.fatal, table.longest) for r in rows]
        cells.append([say(cash, currency), *delays, f"{rows[0].failing:.0%}"])
    lines = [
        f"{table.entity}: months of delay after which more than half of the futures run out of cash by month {table.months}",
        *columns(cells, "  "),
    ]
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
    """What a listing does to every company: multiple and value, new money and power where they can be computed."""
    listed = list(rows)
    if not listed:
        return []
    solvent = any(r.solvent is not None for r in listed)
    head = [
        "",
        "odds",
        "company",
        "multiple",
        "value in a year",
        "covers the cash need",
        "raised",
        "power at the end",
    ]
    table = [[*head, *(["solvent"] if solvent else [])], *(_listed(row, currency, solvent) for row in listed)]
    notes = ["  Medians; the part that covers the cash need is a mean. Odds are assumptions of the book."]
    if all(r.raised is None for r in listed):
        notes.append("  New money and what it builds need an opening cash: --assume opening_cash=...")
    if solvent:
        notes.append("  Solvent: to the end, under the opening cash assumed (calibrated).")
    return [*columns(table, "  ", left=(0, 2)), *notes]


def _listed(row: ListingRow, currency: str, solvent: bool) -> list[str]:
    cells = [
        row.label,
        _odds(row),
        row.entity,
        say(row.multiple, "x"),
        say(row.valuation, currency),
        f"{say(row.dilution, 'ratio', 2)} of it",
        say(row.raised, currency),
        say(row.power, "W"),
    ]
    return [*cells, "–" if row.solvent is None else f"{row.solvent:.0%}"] if solvent else cells


def _odds(row: ListingRow) -> str:
    if not row.scenario:
        return ""
    return f"{row.odds:.0%}" if row.odds is not None else f"needs odds.{row.scenario}"


def stress_rows(tables: Iterable[DelayTable], rows: Iterable[ListingRow]) -> list[dict[str, Any]]:
    """Stress tables as rows: one a cash and credit, one a listing and company."""
    from dataclasses import asdict

    delays = [{"table": "delay", "entity": t.entity, **asdict(row)} for t in tables for row in t.rows]
    return delays + [{"table": "listing", **asdict(row)} for row in rows]


def stress_document(
    tables: Iterable[DelayTable], rows: Iterable[ListingRow], currency: str
) -> dict[str, Any]:
    """Stress tables as JSON values."""
    from dataclasses import asdict

    return {
        "currency": currency,
        "interval_kind": "predictive",
        "delay": [asdict(t) for t in tables],
        "listing": [asdict(r) for r in rows],
    }
