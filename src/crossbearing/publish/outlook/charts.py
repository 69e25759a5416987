"""Charts of the outlook as Vega-Lite specifications: fans by quarter, a tornado, the loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crossbearing.outlook.answers import CompanyOutlook, Fan
from crossbearing.outlook.findings import Bar
from crossbearing.outlook.labels import input_words
from crossbearing.outlook.loop_page import LoopPage
from crossbearing.publish.report import svg
from crossbearing.vocabulary.words import SYMBOLS, say

COLOURS = (svg.GROSS, svg.NET, svg.THIRD, svg.FOURTH, svg.FIFTH, svg.SIXTH)
FANS = (
    "gross_revenue",
    "net_revenue",
    "operating_margin",
    "cash_need",
    "power_online",
    "obligations",
)
WIDTH, HEIGHT = 400, 190
POWER_AXIS = "format(datum.value / 1e9, '.1f') + ' GW'"
SHOWN_BARS = 8
CODE = 3  # letters of a currency


def fan_chart(name: str, companies: Sequence[CompanyOutlook]) -> dict[str, Any] | None:
    """One quantity by quarter for all companies: median, middle half and 90 % of futures; None where nobody has it."""
    held = [(c.entity, c.quarters[name]) for c in companies if name in c.quarters]
    if not held:
        return None
    rows = [row for entity, fan in held for row in _rows(entity, fan)]
    unit = held[0][1].unit
    scale = {"domain": [entity for entity, _ in held], "range": list(COLOURS[: len(held)])}
    colour = {
        "field": "company",
        "type": "nominal",
        "scale": scale,
        "title": None,
        "legend": {"orient": "top", "symbolOpacity": 1},
    }
    x = {"field": "quarter", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}}
    y = {"type": "quantitative", "title": None, "axis": _axis(unit)}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "area", "opacity": opacity},
            "encoding": {"y": {**y, "field": low}, "y2": {"field": high}},
        }
        for low, high, opacity in (("p5", "p95", 0.14), ("p25", "p75", 0.22))
    ]
    layers.append(
        {
            "mark": {"type": "line", "point": {"size": 22}, "strokeWidth": 2},
            "encoding": {"y": {**y, "field": "p50"}, "tooltip": {"field": "words"}},
        }
    )
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": rows},
        "encoding": {"x": x, "color": colour},
        "layer": layers,
    }


def _rows(entity: str, fan: Fan) -> list[dict[str, Any]]:
    return [
        {
            "company": entity,
            "quarter": f"{p.at.year % 100}Q{p.at.month // 3}",
            "p5": p.p5,
            "p25": p.p25,
            "p50": p.p50,
            "p75": p.p75,
            "p95": p.p95,
            "words": f"{entity}: {say(p.p50, fan.unit)} ({say(p.p5, fan.unit)} to {say(p.p95, fan.unit)})",
        }
        for p in fan.points
    ]


def _axis(unit: str) -> dict[str, Any]:
    if unit.startswith("W"):
        return {"labelExpr": POWER_AXIS, "tickCount": 5}
    if unit == "ratio":
        return {"format": ".0%", "tickCount": 5}
    currency = unit.partition("/")[0]
    if len(currency) == CODE and currency.isupper():
        symbol = SYMBOLS.get(currency, f"{currency} ")
        return {"labelExpr": svg.MONEY_AXIS.replace("'$'", f"'{symbol}'"), "tickCount": 5}
    return {"tickCount": 5, "format": "~s"}


def tornado_chart(bars: Sequence[Bar], answer: str) -> dict[str, Any] | None:
    """An answer with one input at each end of its range; None where no bar is there."""
    kept = [b for b in bars if b.answer == answer][:SHOWN_BARS]
    if not kept:
        return None
    rows = [
        {
            "input": input_words(b.input),
            "end": end,
            "from": b.base,
            "to": value,
            "words": f"{input_words(b.input)} at its {end}: {say(value, b.unit)}",
        }
        for b in kept
        for end, value in (("5th percentile", b.low), ("95th percentile", b.high))
    ]
    order = [input_words(b.input) for b in kept]
    scale = {"domain": ["5th percentile", "95th percentile"], "range": [svg.NET, svg.GROSS]}
    return {
        "width": WIDTH,
        "height": {"step": 24},
        "data": {"values": rows},
        "mark": {"type": "bar", "height": 14},
        "encoding": {
            "y": {
                "field": "input",
                "type": "nominal",
                "sort": order,
                "title": None,
                "axis": {"labelLimit": 330},
            },
            "x": {
                "field": "from",
                "type": "quantitative",
                "title": None,
                "axis": _axis(kept[0].unit),
                "scale": {"zero": False},
            },
            "x2": {"field": "to"},
            "color": {
                "field": "end",
                "type": "nominal",
                "scale": scale,
                "title": "input at its",
                "legend": {"orient": "top"},
            },
            "tooltip": {"field": "words"},
        },
    }


def loop_chart(page: LoopPage) -> dict[str, Any]:
    """Gain and the growth the loop settles to, over time, against depreciation."""
    path = page.path
    rows = [
        {"quarter": f"{day.year % 100}Q{day.month // 3}", "line": line, "value": value}
        for day, gain, root in zip(page.ends, path["loop_gain"], path["loop_root"], strict=True)
        if day.month % 3 == 0
        for line, value in (
            ("gain", gain),
            ("depreciation", page.depreciation),
            ("growth the loop settles to", root),
        )
    ]
    scale = {
        "domain": ["gain", "depreciation", "growth the loop settles to"],
        "range": [svg.GROSS, svg.NET, svg.THIRD],
    }
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": {"field": "quarter", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": "a year",
                "axis": {"format": ".0%", "tickCount": 5},
            },
            "color": {
                "field": "line",
                "type": "nominal",
                "scale": scale,
                "title": None,
                "legend": {"orient": "top"},
            },
        },
    }
