"""An adoption index for people: the account of rows, the headline, ways of buying, the gap."""

from __future__ import annotations

from typing import Any

from crossbearing.gather.measure.run_adoption import AdoptionResult, headline
from crossbearing.gather.measure.vendors import ROUTES


def account_lines(result: AdoptionResult) -> list[str]:
    """What became of the rows, the texts that no rule fits, and what a reader should know."""
    account = result.prepared.account
    lines = account.as_lines()[: -len(account.notes) or None]
    missed = account.accepted - (account.matched or 0)
    if missed:
        most = "; ".join(f"{text} ({rows:,})" for text, rows in result.prepared.unmatched[:5])
        lines.append(
            f"  {missed:,} rows ({missed / account.accepted:.0%}) fit no vendor rule; most often {most}"
        )
    return lines + [f"  note: {note}" for note in result.notes]


def headline_rows(result: AdoptionResult) -> list[dict[str, Any]]:
    """Shares of the last full month."""
    return [{
        "vendor": row.vendor, "month": row.month, "share": f"{row.share:.1%}", "90_%_confidence": f"{row.low:.1%} to {row.high:.1%}",
        "payers": f"{row.payers:,}", "companies": f"{row.firms:,}",
    } for row in headline(result)]  # fmt: skip


def route_rows(result: AdoptionResult) -> list[dict[str, Any]]:
    """Payers by vendor and way of buying in the last full month; empty where all buy directly."""
    month = next((row.month for row in headline(result)), "")
    found = [row for row in result.sections.get("routes", ()) if row["month"] == month]
    if all(row["route"] == "direct" for row in found):
        return []
    payers = {(row["vendor"], row["route"]): row["payers"] for row in found}
    return [
        {"vendor": vendor, "month": month, **{way: f"{payers.get((vendor, way), 0):,}" for way in ROUTES}}
        for vendor in sorted({row["vendor"] for row in found})
    ]


def gap_rows(result: AdoptionResult) -> list[dict[str, Any]]:
    """Gap and closing by month."""
    return [{
        "month": row["month"], "gap": f"{row['gap']:+.1f}", "from_to": f"{row['low']:+.1f} to {row['high']:+.1f}",
        "closing": f"{row['closing']:+.1f}" if "closing" in row else "",
    } for row in result.gap.rows()] if result.gap else []  # fmt: skip
