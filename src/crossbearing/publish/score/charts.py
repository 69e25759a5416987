"""The walk forward as a picture: what was said on each day, and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crossbearing.publish.report import svg
from crossbearing.score.scored import Scored

MOST_PANELS = 9
SHARE_AXIS = "format(datum.value, '.0%')"


def walked(
    rows: Sequence[Scored], dates: dict[str, str], unit_kind: str, title: str
) -> dict[str, Any] | None:
    """Intervals said on each day against the figures that came out, a panel a day; None where there is nothing to draw.

    Args:
        rows: Forecasts of one quantity.
        dates: Middle of the time of each truth, by its claim.
        unit_kind: Of the metric, for the axis.
        title: What is drawn.
    """
    data = [_datum(r, dates[r.truth]) for r in _new(rows)]
    if not data:
        return None
    logs = unit_kind not in ("share", "ratio", "points")
    lowest = min(d["p5"] for d in data if d["p5"] > 0) if logs else 0
    axis: dict[str, Any] = {
        "labelExpr": svg.MONEY_AXIS
        if unit_kind.startswith("money")
        else SHARE_AXIS
        if not logs
        else "datum.label"
    }
    if logs:
        axis["values"] = [m * 10**e for e in range(5, 14) for m in (1, 2, 5) if lowest * 0.5 <= m * 10**e]
    y = {
        "type": "quantitative",
        "title": None,
        "axis": axis,
        "scale": {"type": "log"} if logs else {"zero": False},
    }
    x = {
        "field": "at",
        "type": "temporal",
        "title": None,
        "axis": {"format": "%-d %b %y", "tickCount": 3, "labelOverlap": True},
    }
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 7, "opacity": 0.35, "color": svg.GROSS},
            "encoding": {"x": x, "y": {"field": "p5", **y}, "y2": {"field": "p95"}},
        },
        {
            "mark": {"type": "tick", "orient": "horizontal", "thickness": 2, "width": 12, "color": svg.GROSS},
            "encoding": {"x": x, "y": {"field": "p50", **y}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 45, "color": svg.INK},
            "encoding": {
                "x": x,
                "y": {"field": "value", **y},
                "shape": {
                    "field": "told",
                    "type": "nominal",
                    "scale": {"domain": ["figure", "bound passed"], "range": ["circle", "triangle-up"]},
                    "legend": {"orient": "bottom", "title": None},
                },
                "href": {"field": "href"},
                "description": {"field": "words"},
            },
        },
    ]
    return {
        "title": title,
        "data": {"values": data},
        "facet": {"field": "said", "type": "nominal", "title": None, "sort": None},
        "columns": 3,
        "spec": {"width": 250, "height": 170, "layer": layers},
    }


def _new(rows: Sequence[Scored]) -> list[Scored]:
    """Forecasts of the days on which something new was said, the latest ones where there are too many."""
    by_day: dict[str, list[Scored]] = {}
    for row in rows:
        if row.days_ahead > 0:
            by_day.setdefault(row.said_on.isoformat(), []).append(row)
    kept: list[dict[str, Scored]] = []
    for day in sorted(by_day):
        said = {r.truth: r for r in by_day[day]}
        before = kept[-1] if kept else {}
        if any(t not in before or before[t].p50 != r.p50 for t, r in said.items()):
            kept.append(said)
    return [row for group in kept[-MOST_PANELS:] for row in group.values()]


def _datum(row: Scored, middle: str) -> dict[str, Any]:
    return {
        "said": f"said on {row.said_on}"
        + (f", {row.claims} claim{'s' if row.claims != 1 else ''}" if row.claims else ""),
        "at": middle,
        "p5": row.p5,
        "p50": row.p50,
        "p95": row.p95,
        "value": row.value,
        "told": "bound passed" if row.is_bound else "figure",
        "href": f"#claim-{row.truth}",
        "words": f"said on {row.said_on} for {row.at}: {row.p50:.4g}, 90 % {row.p5:.4g} to {row.p95:.4g}; came out {row.value:.4g}",
    }


def pits(rows: Sequence[Scored]) -> dict[str, Any] | None:
    """How often the truth fell into each tenth of the forecasts: flat where the doubt is right."""
    if not rows:
        return None
    counts = [sum(min(int(10 * r.pit), 9) == i for r in rows) for i in range(10)]
    data = [
        {"tenth": f"{10 * i}–{10 * i + 10} %", "share": n / len(rows), "even": 0.1}
        for i, n in enumerate(counts)
    ]
    x = {
        "field": "tenth",
        "type": "nominal",
        "sort": None,
        "title": "tenth of the forecast in which the truth fell",
        "axis": {"labelAngle": 0},
    }
    y = {"type": "quantitative", "title": "share of forecasts", "axis": {"labelExpr": SHARE_AXIS}}
    return {
        "width": 620,
        "height": 130,
        "data": {"values": data},
        "layer": [
            {
                "mark": {"type": "bar", "color": svg.GROSS, "opacity": 0.8},
                "encoding": {"x": x, "y": {"field": "share", **y}},
            },
            {
                "mark": {"type": "rule", "color": svg.MUTED, "strokeDash": [4, 3]},
                "encoding": {"y": {"datum": 0.1, **y}},
            },
        ],
    }
