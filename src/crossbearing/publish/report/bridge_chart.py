"""From gross to net as a waterfall: what each channel keeps, with the range of the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crossbearing.publish.report import svg

WIDTH = 620


def waterfall(bridge: Mapping[str, Any]) -> dict[str, Any]:
    """Gross run rate, what each channel with a fee keeps, and net run rate, at the middle; whiskers are 90 % ranges.

    Args:
        bridge: The answer of `xb bridge`, in the form of the contract.
    """
    gross, net = bridge["gross"], bridge["net"]
    rows = [
        _bar("gross", 0.0, gross["p50"], "gross", gross),
        *_steps(bridge["channels"], gross["p50"], net["p50"]),
        _bar("net", 0.0, net["p50"], "net", net),
    ]
    order = [row["step"] for row in rows]
    x = {"field": "step", "type": "nominal", "sort": order, "title": None, "axis": {"labelAngle": 0}}
    y = {
        "type": "quantitative",
        "title": "run rate a year",
        "axis": {"labelExpr": svg.MONEY_AXIS},
        "scale": {"zero": True},
    }
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["gross", "fee", "net"], "range": [svg.GROSS, svg.UNSPECIFIED, svg.NET]},
    }
    bar = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour}
    bar["description"] = {"field": "words"}
    whisker = {"x": x, "y": {**y, "field": "p5"}, "y2": {"field": "p95"}}
    label = {"x": x, "y": {**y, "field": "top"}, "text": {"field": "label"}}
    return {
        "width": WIDTH,
        "height": 260,
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "bar", "opacity": 0.85, "size": 70}, "encoding": bar},
            {
                "transform": [{"filter": "isValid(datum.p5)"}],
                "mark": {"type": "rule", "strokeWidth": 2, "color": svg.INK},
                "encoding": whisker,
            },
            {"mark": {"type": "text", "dy": -8, "fontWeight": "bold", "color": svg.INK}, "encoding": label},
        ],
    }


def _bar(step: str, low: float, high: float, kind: str, spread: Mapping[str, float]) -> dict[str, Any]:
    label = svg.money(high)
    words = f"{step}: {label}, 90 % range {svg.money(spread['p5'])} to {svg.money(spread['p95'])}"
    top = max(high, spread["p95"])
    return {
        "step": step,
        "low": low,
        "high": high,
        "kind": kind,
        "p5": spread["p5"],
        "p95": spread["p95"],
        "top": top,
        "label": label,
        "words": words,
    }


def _steps(channels: Sequence[Mapping[str, Any]], gross: float, net: float) -> list[dict[str, Any]]:
    """What channels with a fee keep, in proportion to share times fee, so that the steps lead from gross to net."""
    paid = [(str(c["name"]), float(c["share"] or 0.0) * float(c["fee"] or 0.0)) for c in channels]
    kept = [(name, part) for name, part in paid if part > 0]
    total = sum(part for _, part in kept)
    if total <= 0:
        kept, total = [("partners", 1.0)], 1.0
    rows, level = [], gross
    for name, part in kept:
        step = (gross - net) * part / total
        label = f"−{svg.money(step)}"
        rows.append(
            {
                "step": f"kept by {name}",
                "low": level - step,
                "high": level,
                "kind": "fee",
                "top": level,
                "label": label,
                "words": f"kept by {name}: {svg.money(step)}, at the middle of the evidence",
            }
        )
        level -= step
    return rows
