"""An adoption index for people: the account of rows, the headline, the gap, and a table for each section of the last full month."""

from __future__ import annotations

from typing import Any

from crossbearing.gather.measure.adoption import ANY
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
            f"  {missed:,} rows ({missed / account.accepted:.0%}) fit no vendor rule; most often in the table {most}"
        )
    return lines + [f"  note: {note}" for note in result.notes]


def headline_rows(result: AdoptionResult) -> list[dict[str, Any]]:
    """Shares of the last full month."""
    return [{
        "vendor": row.vendor, "month": row.month, "share": f"{row.share:.1%}", "90_%_confidence": f"{row.low:.1%} to {row.high:.1%}",
        "payers": f"{row.payers:,}", "companies": f"{row.firms:,}",
    } for row in headline(result)]  # fmt: skip


Table = tuple[str, list[dict[str, Any]]]


def tables(result: AdoptionResult) -> list[Table]:
    """A title and rows for each breakdown and section that was asked for, of the last full month; empty ones are left out."""
    top = headline(result)
    if not top:
        return []
    month = top[0].month
    vendors = [row.vendor for row in top if row.vendor != ANY]
    made = [
        (f"Share of businesses by industry, {month}", _group_rows(result, "industry", month, vendors[:3])),
        (f"Share of businesses by size, {month}", _group_rows(result, "size", month, vendors[:3])),
        (f"Money, {month} (± one standard error)", _money_rows(result, month)),
        (f"Companies by the way they bought, {month}; one that buys in two ways stands in both", _route_rows(result, month)),
        (f"Since the month before, {month}", _move_rows(result, month)),
        (f"Stopped paying one and started paying another, the last twelve months to {month}", _switch_rows(result, month)),
        (f"Paying both of two vendors, {month}", _overlap_rows(result, month)),
        (f"First-time buyers, {month}: what they took", _first_rows(result, month)),
        ("Months not yet complete: late rows to come", _late_rows(result)),
    ]  # fmt: skip
    return [(title, rows) for title, rows in made if rows]


def _of(result: AdoptionResult, section: str, month: str) -> list[dict[str, Any]]:
    return [row for row in result.sections.get(section, ()) if row["month"] == month]


def _group_rows(result: AdoptionResult, which: str, month: str, vendors: list[str]) -> list[dict[str, Any]]:
    """A row for each industry or size, with the share of the largest vendors and its interval."""
    cells: dict[str, dict[str, str]] = {}
    firms: dict[str, int] = {}
    for row in result.index:
        group = getattr(row, which)
        if row.month == month and group and row.vendor in vendors:
            cells.setdefault(group, {})[row.vendor] = f"{row.share:.1%} ({row.low:.1%} to {row.high:.1%})"
            firms[group] = row.firms
    return [
        {which: group, "companies": f"{firms[group]:,}", **{v: found.get(v, "") for v in vendors}}
        for group, found in sorted(cells.items())
    ]


def _money_rows(result: AdoptionResult, month: str) -> list[dict[str, Any]]:
    found = sorted(
        (m for m in result.sections.get("money", ()) if m.month == month), key=lambda m: -m.dollars
    )
    return [{
        "vendor": m.vendor, "paid": f"{m.dollars:,.0f}", "of_all": _with_error(m.share, m.share_error, ".1%"),
        "a_payer": _with_error(m.per_payer, m.per_payer_error, ",.0f"),
        "an_employee": "" if m.per_employee is None else _with_error(m.per_employee, m.per_employee_error, ",.2f"),
    } for m in found]  # fmt: skip


def _with_error(value: float, error: float | None, form: str) -> str:
    return format(value, form) + ("" if error is None else f" ± {format(error, form)}")


def _route_rows(result: AdoptionResult, month: str) -> list[dict[str, Any]]:
    """Payers by vendor and way of buying; empty where all buy directly."""
    found = _of(result, "routes", month)
    if all(row["route"] == "direct" for row in found):
        return []
    payers = {(row["vendor"], row["route"]): row["payers"] for row in found}
    return [
        {"vendor": vendor, **{way: f"{payers.get((vendor, way), 0):,}" for way in ROUTES}}
        for vendor in sorted({row["vendor"] for row in found})
    ]


def _move_rows(result: AdoptionResult, month: str) -> list[dict[str, Any]]:
    names = ("kept", "gained", "entered", "lost", "left")
    rows = _of(result, "moves", month)
    return [{"vendor": row["vendor"], **{name: f"{row[name]:,}" for name in names}} for row in rows]


def _switch_rows(result: AdoptionResult, month: str) -> list[dict[str, Any]]:
    """The most frequent switches."""
    first = f"{int(month[:4]) - 1}{month[4:]}"
    counts: dict[tuple[str, str], int] = {}
    for row in result.sections.get("switching", ()):
        if first < row["month"] <= month:
            pair = row["from"], row["to"]
            counts[pair] = counts.get(pair, 0) + row["companies"]
    most = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:6]
    return [{"from": old, "to": new, "companies": f"{n:,}"} for (old, new), n in most]


def _overlap_rows(result: AdoptionResult, month: str) -> list[dict[str, Any]]:
    rows = sorted(_of(result, "overlap", month), key=lambda row: -row["both"])[:6]
    return [{
        "vendor": row["vendor"], "other": row["other"], "both": f"{row['both']:,}",
        "of_the_vendor's": f"{row['of_vendor']:.0%}", "of_the_other's": f"{row['of_other']:.0%}",
    } for row in rows]  # fmt: skip


def _first_rows(result: AdoptionResult, month: str) -> list[dict[str, Any]]:
    rows = sorted(_of(result, "first_buyers", month), key=lambda row: -row["companies"])
    return [{
        "vendor": row["vendor"], "companies": f"{row['companies']:,}", "of": f"{row['first_buyers']:,}",
        "share": f"{row['share']:.0%}", "90_%_confidence": f"{row['low']:.0%} to {row['high']:.0%}",
    } for row in rows]  # fmt: skip


def _late_rows(result: AdoptionResult) -> list[dict[str, Any]]:
    """Months of which half a percent or more is still to come."""
    return [
        {"month": row["month"], "payers_on_record": f"{row['recorded']:,}", "complete": f"{row['complete']:.1%}", "expected": f"{row['expected']:,.0f}"}
        for row in result.sections.get("completeness", ()) if row["complete"] < 0.995
    ]  # fmt: skip


def gap_rows(result: AdoptionResult) -> list[dict[str, Any]]:
    """Gap and closing by month."""
    return [{
        "month": row["month"], "gap": f"{row['gap']:+.1f}", "from_to": f"{row['low']:+.1f} to {row['high']:+.1f}",
        "closing": f"{row['closing']:+.1f}" if "closing" in row else "",
    } for row in result.gap.rows()] if result.gap else []  # fmt: skip
