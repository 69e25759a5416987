"""Published shares of businesses that pay each vendor, one line a vendor and method; methods are never joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from crossbearing.publish.report import svg
from crossbearing.publish.report.charts import WIDTH, claim_row
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality

METRIC = "adoption.business_share"
COLOURS = (svg.GROSS, svg.NET, svg.THIRD, svg.FOURTH, svg.FIFTH, svg.SIXTH)


def adoption(book: Book, companies: Sequence[str]) -> dict[str, Any] | None:
    """Shares by the method that has most statements about the companies, whole population only; None where there are none."""
    found = [c for c in book.claims if c.metric == METRIC and _whole(c)]
    methods = Counter(c.qualifier("method") for c in found if c.entity in companies)
    if not methods:
        return None
    method = min(methods, key=lambda m: (-methods[m], m or ""))
    rows = [
        {**claim_row(c, book), "share": c.quantity.value}
        for c in found
        if c.qualifier("method") == method and c.entity in companies
    ]
    if len(rows) < 2:
        return None
    names = [e for e in companies if any(r["entity"] == e for r in rows)]
    x = {
        "field": "middle",
        "type": "temporal",
        "title": None,
        "axis": {"format": "%b %y", "tickCount": 10, "grid": False},
    }
    y: dict[str, Any] = {
        "field": "share",
        "type": "quantitative",
        "title": f"share of businesses, method {method or 'not stated'}",
    }
    y["axis"] = {"format": "%"}
    colour = {
        "field": "entity",
        "type": "nominal",
        "title": "vendor",
        "scale": {"domain": names, "range": list(COLOURS[: len(names)])},
    }
    encoding = {"x": x, "y": y, "color": colour}
    marks = {**encoding, "href": {"field": "href"}, "description": {"field": "words"}}
    return {
        "width": WIDTH - 140,
        "height": 260,
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 1.5, "opacity": 0.6}, "encoding": encoding},
            {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 0.9}, "encoding": marks},
        ],
    }


def _whole(claim: Claim) -> bool:
    """A statement of fact about the whole population, with a date."""
    part = any(key != "method" for key, _ in claim.qualifiers)
    return claim.modality is Modality.ACTUAL and claim.period is not None and not part
