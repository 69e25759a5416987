"""The grid of multiples and the pay-off of a trade as tables of a page, each figure with what it stands on."""

from __future__ import annotations

import math
from typing import Any

from crossbearing.publish.valuation.tables import matrix, ours
from crossbearing.value.term import Term
from crossbearing.value.valuation import Valuation
from crossbearing.vocabulary.words import say_range

DEEPEST = 0.45  # of the tint, so that ink stays readable on it
MEASURES = {
    "undiluted": "on the price alone",
    "diluted": "after new shares at the listing",
    "net": "after fees and carry",
    "expected": "with the risk of the transfer",
    "annualised": "a year",
}


def priced(value: Valuation) -> dict[str, Any]:
    """The tables of one company: its prices, the multiples, the pay-off; empty rows where there is nothing to show."""
    return {"bars": _bars(value), "grid": _grid(value), "pay_off": _pay_off(value)}


def _bars(value: Valuation) -> list[dict[str, Any]]:
    """What the football field draws, as rows."""
    rows = []
    for bar in value.bars:
        if bar.term.value is None:
            continue
        span = bar.term.interval
        spread = ""
        if span and span.high > span.low:
            spread = say_range(span.low, span.high, bar.term.unit)
        note = "; ".join(t for t in (bar.note, "stale" if bar.stale else "") if t)
        rows.append(
            {"label": bar.label, "group": bar.group, "spread": spread, "note": note, **_cell(bar.term)}
        )
    return rows


def _grid(value: Valuation) -> dict[str, Any]:
    """Revenue by price, tinted by the logarithm of the multiple."""
    prices, columns, cells = matrix(value)
    found = [c.multiple.value for c in cells.values() if c.multiple.value and c.multiple.value > 0]
    if not found:
        return {}
    low, high = math.log(min(found)), math.log(max(found))
    rows = []
    for column in columns:
        row: list[dict[str, Any] | None] = []
        for price in prices:
            cell = cells.get((price.id, column.term.name))
            if cell is None or cell.multiple.value is None:
                row.append(None)
                continue
            depth = (math.log(cell.multiple.value) - low) / (high - low) if high > low else 0.0
            row.append({**_cell(cell.multiple), "tint": _tint(depth), "synthetic": cell.synthetic})
        rows.append({"label": ours(column.label), "figure": _cell(column.term), "cells": row})
    heads = [{"label": str(p.type), "when": str(p.when or "undated"), **_cell(p.price)} for p in prices]
    return {"heads": heads, "rows": rows}


def _pay_off(value: Valuation) -> dict[str, Any]:
    """What a buyer gains or loses by what a listing brings; a measure without any figure is left out and named."""
    if value.trade is None:
        return {}
    offs = (*value.trade.pay_offs, *value.trade.listing_day)
    shown = {n: w for n, w in MEASURES.items() if any(getattr(p, n).value is not None for p in offs)}
    rows = [
        {
            "label": p.outcome.label,
            "figure": _cell(p.outcome),
            "cells": [_gain(getattr(p, n)) for n in shown],
        }
        for p in offs
    ]
    lacking = [w for n, w in MEASURES.items() if n not in shown]
    return {
        "heads": list(shown.values()),
        "rows": rows,
        "lacking": lacking,
        "entry": value.trade.trade.entry.text,
    }


def _gain(term: Term) -> dict[str, Any] | None:
    if term.value is None:
        return None
    side = "loss" if term.value < 0 else "gain"
    return {**_cell(term), "tint": _tint(abs(term.value)), "side": side}


def _tint(depth: float) -> int:
    """Depth of a tint in hundredths."""
    return round(100 * DEEPEST * min(1.0, max(0.0, depth)))


def _cell(term: Term) -> dict[str, Any]:
    return {
        "text": ours(term.text),
        "claims": list(term.lineage.claims),
        "assumptions": list(term.lineage.assumptions),
        "title": ours(term.label),
        "formula": term.formula or "as stated",
    }
