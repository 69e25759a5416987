"""Football field, pay-off table and grid as Vega-Lite specifications, and as PNG and SVG files with their source line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crossbearing.publish.report import svg
from crossbearing.publish.report.slide import sources_of, write_chart
from crossbearing.publish.valuation.tables import matrix, ours
from crossbearing.value.term import Term
from crossbearing.value.trade import trade_terms
from crossbearing.value.valuation import Valuation
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.lineage import unite

GROUPS = {
    "paid": svg.GROSS,
    "asked or talked": svg.FIFTH,
    "expected": svg.NET,
    "ratio": svg.THIRD,
    "trade": svg.FOURTH,
}
WIDTH = 640
LABEL = {"labelLimit": 380, "title": None, "domain": False, "ticks": False}


def football_field(v: Valuation) -> dict[str, Any] | None:
    """Prices by kind as bars from low to high with a mark in the middle; None where there is no price."""
    rows = [r for b in v.bars if (r := _bar_row(b.label, b.group, b.term, b.note, stale=b.stale))]
    if not rows:
        return None
    present = [g for g in GROUPS if any(r["group"] == g for r in rows)]
    y = {"field": "label", "type": "nominal", "sort": None, "axis": LABEL}
    x = {
        "type": "quantitative",
        "title": "valuation",
        "axis": {"labelExpr": svg.MONEY_AXIS},
        "scale": {"zero": False, **_room(rows)},
    }
    colour = {
        "field": "group",
        "type": "nominal",
        "title": "kind",
        "scale": {"domain": present, "range": [GROUPS[g] for g in present]},
    }
    described = {"description": {"field": "words"}}
    return {
        "width": WIDTH,
        "height": {"step": 30},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "height": 14, "opacity": 0.55},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "low"},
                    "x2": {"field": "high"},
                    "color": colour,
                    **described,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70},
                "encoding": {"y": y, "x": {**x, "field": "value"}, "color": colour, **described},
            },
            {
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dx": 8,
                    "dy": -9,
                    "fontSize": 11,
                    "color": svg.INK,
                },
                "encoding": {"y": y, "x": {**x, "field": "value"}, "text": {"field": "shown"}},
            },
        ],
    }


def _room(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A scale with room around prices that lie so close together that their rounding would fill the chart."""
    low, high = min(r["low"] for r in rows), max(r["high"] for r in rows)
    return {"domain": [0.8 * low, 1.2 * high]} if high < 1.1 * low else {}


def _bar_row(label: str, group: str, term: Term, note: str, *, stale: bool) -> dict[str, Any] | None:
    if term.value is None:
        return None
    span = term.interval
    tail = "".join(f" ({t})" for t in (note, "stale" if stale else "") if t)
    return {
        "label": ours(label),
        "group": group,
        "low": span.low if span else term.value,
        "high": span.high if span else term.value,
        "value": term.value,
        "shown": term.text,
        "words": f"{ours(label)}: {term.text}{tail}",
    }


def pay_off(v: Valuation) -> dict[str, Any] | None:
    """The pay-off table: outcome by measure, coloured by gain or loss; None without a trade."""
    if v.trade is None:
        return None
    rows = []
    for p in (*v.trade.pay_offs, *v.trade.listing_day):
        measures = {
            "undiluted": p.undiluted,
            "diluted": p.diluted,
            "after fees, carry": p.net,
            "with transfer risk": p.expected,
            "annualised": p.annualised,
        }
        outcome = f"{p.outcome.label} {p.outcome.text}"
        rows += [_square(outcome, name, t) for name, t in measures.items()]
    return _table(rows, "outcome", "return", diverging=True)


def grid(v: Valuation) -> dict[str, Any] | None:
    """The multiples: revenue by price; synthetic cells are marked; None where there is none."""
    prices, columns, cells = matrix(v)
    rows = []
    for column in columns:
        for price in prices:
            cell = cells.get((price.id, column.term.name))
            if cell and cell.multiple.value is not None:
                square = _square(ours(column.label), f"{price.price.text} {price.type}", cell.multiple)
                rows.append({**square, "shown": square["shown"] + (" s" if cell.synthetic else "")})
    return _table(rows, "revenue", "price") if rows else None


def _square(row: str, column: str, term: Term) -> dict[str, Any]:
    text = term.text if term.value is not None else "–"
    return {
        "row": row,
        "column": column,
        "value": term.value,
        "shown": text,
        "words": f"{row}, {column}: {term.text}",
    }


def _table(rows: list[dict[str, Any]], down: str, across: str, *, diverging: bool = False) -> dict[str, Any]:
    """A table of coloured squares with their figures."""
    scale: dict[str, Any] = (
        {"scheme": "redblue", "domainMid": 0} if diverging else {"scheme": "blues", "type": "log"}
    )
    y = {"field": "row", "type": "nominal", "sort": None, "axis": {**LABEL, "description": down}}
    x = {
        "field": "column",
        "type": "nominal",
        "sort": None,
        "axis": {**LABEL, "orient": "top", "labelAngle": -25, "description": across},
    }
    return {
        "width": {"step": 110},
        "height": {"step": 26},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "rect", "opacity": 0.45},
                "encoding": {
                    "y": y,
                    "x": x,
                    "color": {"field": "value", "type": "quantitative", "scale": scale, "legend": None},
                    "description": {"field": "words"},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 12, "color": svg.INK},
                "encoding": {"y": y, "x": x, "text": {"field": "shown"}},
            },
        ],
    }


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to draw.

    Attributes:
        title: What it shows.
        spec: Vega-Lite specification with its data inside.
        terms: The figures it shows, for its source line.
    """

    title: str
    spec: dict[str, Any]
    terms: tuple[Term, ...]


def charts(v: Valuation) -> dict[str, Chart]:
    """Every chart there is something to draw for, by file name."""
    day = v.question.at.isoformat()
    _, _, cells = matrix(v)
    trade = tuple(trade_terms(v.trade)) if v.trade else ()
    multiples = tuple(c.multiple for c in cells.values())
    found = {
        "football-field": (
            f"{v.entity}: prices by kind, {day}",
            football_field(v),
            tuple(b.term for b in v.bars),
        ),
        "multiples": (f"{v.entity}: price over revenue, {day} (s: synthetic)", grid(v), multiples),
        "pay-off": (f"{v.entity}: pay-off of the trade, {day}", pay_off(v), trade),
    }
    return {
        name: Chart(title, spec, terms) for name, (title, spec, terms) in found.items() if spec is not None
    }


def source_line(terms: Iterable[Term], book: Book, known: date | None) -> str:
    """Publishers behind some figures, how many claims and assumptions, and the knowledge date."""
    return sources_of(unite(t.lineage for t in terms), book, known)


def write_charts(v: Valuation, book: Book, folder: Path) -> list[Path]:
    """Every chart as PNG and SVG, each with its title and source line; the paths written."""
    return [
        path
        for name, chart in charts(v).items()
        for path in write_chart(
            chart.spec, chart.title, source_line(chart.terms, book, v.question.as_of), folder, name
        )
    ]
