"""A chart for a phone: the same marks on a third of the width, its legend below, fewer ticks."""

from __future__ import annotations

from typing import Any

from crossbearing.publish.report import svg

PHONE = 345  # pixels a chart may take on a phone of 390
BESIDE = 90  # of these, what an axis of figures and the padding need
LABELS = 150  # what an axis of words may take
NARROW_STEP = 40
ROW = 32  # of a bar whose label may take two lines
TWO_LINES = (  # a long label is broken at the last space before 24 letters
    "length(datum.label) > 24 ? split(replace(datum.label, regexp('^(.{8,24}) '), '$1|'), '|') : datum.label"
)


def slim(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification narrowed; figures, colours and links stay.

    Args:
        spec: A single, layered or vertically concatenated view, its width a number where it has one.
    """
    words = _has_words(spec)
    width = PHONE - (LABELS + 30 if words else BESIDE)
    narrowed = _narrowed(spec, width)
    legend = {
        "orient": "bottom",
        "columns": 2,
        "direction": "vertical",
        "labelLimit": 150,
        "layout": {"bottom": {"direction": "vertical"}},
    }
    config = {**svg.CONFIG, "legend": {**svg.CONFIG["legend"], **legend}}
    return {**narrowed, "config": config}


def both_widths(spec: dict[str, Any], name: str, title: str) -> str:
    """A chart drawn for a desk and for a phone; the style shows one of them."""
    desk, phone = svg.render(spec, name, title), svg.render(slim(spec), f"{name}-slim", title)
    return f'<div class="at-desk">{desk}</div><div class="on-phone">{phone}</div>'


def _has_words(part: Any) -> bool:
    """Whether an axis at the side carries words, as bars by name do."""
    if isinstance(part, dict):
        y = part.get("y")
        if isinstance(y, dict) and y.get("type") == "nominal":
            return True
        return any(_has_words(v) for k, v in part.items() if k != "data")
    return isinstance(part, list) and any(_has_words(v) for v in part)


def _narrowed(part: Any, width: int) -> Any:
    if isinstance(part, list):
        return [_narrowed(v, width) for v in part]
    if not isinstance(part, dict):
        return part
    found = {k: v if k == "data" else _narrowed(v, width) for k, v in part.items()}
    if isinstance(found.get("width"), int | float):
        found["width"] = width
    if isinstance(found.get("height"), dict) and "step" in found["height"]:
        found["height"] = {"step": max(ROW, found["height"]["step"])}
    if isinstance(found.get("tickCount"), int):
        found["tickCount"] = min(found["tickCount"], 4)
    if isinstance(found.get("labelLimit"), int):
        found["labelLimit"] = min(found["labelLimit"], LABELS)
    if found.get("type") == "nominal" and isinstance(found.get("axis"), dict):
        found["axis"].setdefault("labelExpr", TWO_LINES)
    if "legend" in found and isinstance(found["legend"], dict):
        found["legend"] = {**found["legend"], "orient": "bottom"}
    if found.get("type") == "bar" and isinstance(found.get("size"), int):
        found["size"] = min(found["size"], NARROW_STEP)
    return found
