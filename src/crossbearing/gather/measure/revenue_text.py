"""A measured ledger as short tables for people."""

from __future__ import annotations

from math import isfinite
from typing import Any

from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.run_revenue import RevenueResult
from crossbearing.gather.measure.runrate import Money, differences

Section = tuple[str, list[dict[str, Any]]]


def amount(value: float) -> str:
    """Money with a suffix, four digits."""
    for size, suffix in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= size:
            return f"{value / size:.4g}{suffix}"
    return f"{value:.2f}"


def sections(result: RevenueResult) -> list[Section]:
    """Titles and rows, only those that have rows."""
    made = [
        _rates(result),
        _recognised(result),
        _channels(result),
        _cohorts(result),
        _retention(result),
        _growth(result),
        _steps(result),
    ]
    return [(title, rows) for title, rows in made if rows]


def _rates(result: RevenueResult) -> Section:
    return f"Run rate at {result.ledger.at}, a year", [{
        "definition": row["definition"], "window ends": row["at"], "gross": amount(float(str(row["gross"]))), "net": amount(float(str(row["net"]))),
        "over mean day x 365": f"{row['ratio']:.4f}", "by calendar": f"{row['mechanical']:.4f}", "by growth": f"{row['growth']:.4f}",
    } for row in differences(result.rates)]  # fmt: skip


def _money(name: str, money: Money) -> dict[str, Any]:
    return {
        "period": name,
        "gross": amount(money.gross / 100),
        "fees": amount(money.fee / 100),
        "net": amount(money.net / 100),
    }


def _recognised(result: RevenueResult) -> Section:
    periods = dict(list(result.quarters.items())[-6:]) or {
        month_text(m): money for m, money in list(result.months.items())[-6:]
    }
    return f"Recognised revenue (billed and not yet earned: {amount(result.deferred)})", [
        _money(name, money) for name, money in periods.items()
    ]


def _channels(result: RevenueResult) -> Section:
    return "By channel, last twelve months", [
        {
            key: amount(value) if isinstance(value, float) else value
            for key, value in row.items()
            if key != "reason"
        }
        for row in result.channels()
    ]


def _cohorts(result: RevenueResult) -> Section:
    rows: list[dict[str, Any]] = [
        {
            "customers": c.metric.partition(".")[2].replace("_", " "),
            "measure": c.measure,
            "number": c.customers,
            "bring a year": amount(c.money),
        }
        for c in result.cohorts
    ]
    spread = result.concentration
    if spread is not None:
        rows += [
            {
                "customers": f"largest {n}",
                "measure": "share of revenue",
                "number": f"{part:.1%}",
                "bring a year": "",
            }
            for n, part in spread.top.items()
        ]
        if spread.tail is not None:
            rows.append(
                {
                    "customers": f"Pareto tail above {amount(spread.tail.threshold / 100)}",
                    "measure": "exponent",
                    "number": f"{spread.tail.alpha:.2f} ± {spread.tail.error:.2f}",
                    "bring a year": "",
                }
            )
    return "Customers", rows


def _retention(result: RevenueResult) -> Section:
    kept = result.retention
    if kept is None:
        return "", []
    named = {"net dollar": kept.net_dollar, "gross dollar": kept.gross_dollar, "logo": kept.logo}
    return f"Retention, {month_text(kept.before)} to {month_text(kept.after)}", [
        {"kind": name, "retention": f"{value:.1%}"} for name, value in named.items()
    ]


def _growth(result: RevenueResult) -> Section:
    ahead = result.catch_up
    last = result.bridge[-1]
    rows = [
        {"growth of a month's revenue": key, "amount": amount(last[key])}
        for key in ("opening", "new", "returned", "expansion", "contraction", "lost", "closing")
    ]
    if ahead is not None:
        parts = {
            "from the backlog (catch-up)": ahead.catch_up,
            "newly signed": ahead.new,
            "installed base": ahead.installed,
            "signature unknown": ahead.undated,
        }
        rows += [
            {
                "growth of a month's revenue": f"{month_text(ahead.before)} to {month_text(ahead.after)}: {name}",
                "amount": amount(value),
            }
            for name, value in parts.items()
        ]
        rows.append(
            {
                "growth of a month's revenue": "contracts signed and not live",
                "amount": f"{ahead.backlog_before} -> {ahead.backlog_after}",
            }
        )
    return f"Last month, {last['month']}", rows


def _steps(result: RevenueResult) -> Section:
    return "Go-lives found in usage, newest first", [
        {"customer": step.customer, "weeks ago": step.week, "times": f"{step.ratio:.1f}" if isfinite(step.ratio) else "new", "a year after": amount(step.after * 52 / 100)}
        for step in result.steps[:8]
    ]  # fmt: skip
