"""A fan chart of a forecast: a small one for the terminal, and a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from crossbearing.growth.forecast import Forecast
from crossbearing.growth.table import RevenueSeries, period_label

HEIGHT = 9
PAST_SHOWN = 24
BANDS = ((0.05, 0.95, "░"), (0.1, 0.9, "▒"), (0.25, 0.75, "▓"))
SHADES = ((0.05, 0.95, 0.15), (0.1, 0.9, 0.2), (0.25, 0.75, 0.3))


def terminal_fan(series: RevenueSeries, ahead: Sequence[Forecast]) -> str:
    """History and fan as lines of text: ● figures, ━ median, ▓ 50 %, ▒ 80 %, ░ 90 %; the scale is logarithmic."""
    past = list(zip(series.months, series.values, strict=True))[-PAST_SHOWN:]
    fan = sorted(ahead, key=lambda f: f.horizon)
    low = min([v for _, v in past] + [f.at(0.05) for f in fan])
    high = max([v for _, v in past] + [f.at(0.95) for f in fan])
    span = max(math.log(high / low), 1e-9)

    def height(value: float) -> int:
        return round((HEIGHT - 1) * math.log(value / low) / span)

    columns = _past_columns(past, series.step, height)
    for before, after in zip([None, *fan], fan, strict=False):
        skipped = after.horizon - (before.horizon if before else 0) - 1
        columns += [" " * HEIGHT] * skipped
        columns.append(_fan_column(after, height))
    lines = []
    for row in reversed(range(HEIGHT)):
        label = {HEIGHT - 1: high, 0: low}.get(row)
        gutter = f"{label:>10.4g} ┤" if label is not None else " " * 11 + "│"
        lines.append(gutter + "".join(column[row] for column in columns).rstrip())
    first = period_label(past[0][0], series.frequency)
    last = fan[-1].period
    lines.append(" " * 12 + first + " " * max(1, len(columns) - len(first) - len(last)) + last)
    return "\n".join(lines)


def _past_columns(past: list[tuple[int, float]], step: int, height: Any) -> list[str]:
    """One column a period from the first figure shown; gaps are blank."""
    columns: list[str] = []
    for month, value in past:
        columns += [" " * HEIGHT] * ((month - past[0][0]) // step - len(columns))
        at = height(value)
        columns.append("".join("●" if row == at else " " for row in range(HEIGHT)))
    return columns


def _fan_column(one: Forecast, height: Any) -> str:
    cells = [" "] * HEIGHT
    for low, high, mark in BANDS:
        for row in range(height(one.at(low)), height(one.at(high)) + 1):
            cells[row] = mark
    cells[height(one.at(0.5))] = "━"
    return "".join(cells)


def svg_fan(series: Sequence[RevenueSeries], ahead: Sequence[Forecast]) -> str:
    """The fans of some series, one below the other, as an SVG picture drawn offline."""
    import vl_convert

    panels = [_panel(one, [f for f in ahead if f.series == one.name]) for one in series]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "white",
        "vconcat": panels,
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
    }
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return svg


def _date(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}-01"


def _panel(series: RevenueSeries, fan: Sequence[Forecast]) -> dict[str, Any]:
    """One series: its figures, its median and its bands, on a logarithmic scale."""
    last, step = series.months[-1], series.step
    start = {"at": _date(last)} | {
        f"q{level}": series.values[-1] for level in (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
    }
    rows = [start] + [
        {"at": _date(last + f.horizon * step)}
        | {f"q{level}": f.at(level) for level in (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)}
        for f in sorted(fan, key=lambda f: f.horizon)
    ]
    past = [{"at": _date(m), "value": v} for m, v in zip(series.months, series.values, strict=True)]
    x = {"field": "at", "type": "temporal", "title": None}
    scale = {"type": "log", "nice": False, "zero": False}
    bands = [
        {
            "data": {"values": rows},
            "mark": {"type": "area", "color": "#1f5f99", "opacity": shade},
            "encoding": {
                "x": x,
                "y": {
                    "field": f"q{low}".replace(".", "\\."),
                    "type": "quantitative",
                    "scale": scale,
                    "title": "revenue a period, log scale",
                },
                "y2": {"field": f"q{high}".replace(".", "\\.")},
            },
        }
        for low, high, shade in SHADES
    ]
    line = {
        "data": {"values": rows},
        "mark": {"type": "line", "color": "#1f5f99"},
        "encoding": {"x": x, "y": {"field": "q0\\.5", "type": "quantitative", "scale": scale}},
    }
    figures = {
        "data": {"values": past},
        "mark": {"type": "line", "color": "#222222", "point": {"size": 14, "color": "#222222"}},
        "encoding": {"x": x, "y": {"field": "value", "type": "quantitative", "scale": scale}},
    }
    title = {
        "text": series.name[:80],
        "subtitle": "median, 50, 80 and 90 % predictive intervals",
        "anchor": "start",
    }
    return {"title": title, "width": 560, "height": 220, "layer": [*bands, line, figures]}
