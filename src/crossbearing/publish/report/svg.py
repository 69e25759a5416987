"""Vega-Lite specifications to themed, self-contained SVG. No network, no browser."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from crossbearing.publish.kept import kept

# Placeholder colours of the specifications, and the CSS variables they become, so that one SVG serves light and dark.
THEME = {
    "#101010": "ink",
    "#707070": "muted",
    "#d8d8d8": "grid",
    "#fefefe": "paper",
    "#0072b2": "gross",
    "#d55e00": "net",
    "#7a7a7a": "unspecified",
    "#009e73": "third",
    "#cc79a7": "fourth",
    "#e69f00": "fifth",
    "#56b4e9": "sixth",
}
INK, MUTED, GRID, PAPER = "#101010", "#707070", "#d8d8d8", "#fefefe"
GROSS, NET, UNSPECIFIED, THIRD, FOURTH, FIFTH, SIXTH = (
    "#0072b2",
    "#d55e00",
    "#7a7a7a",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
)
CONFIG: dict[str, Any] = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": INK,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "symbolStrokeColor": INK,
        "symbolBaseFillColor": INK,
        "symbolBaseStrokeColor": INK,
    },
    "title": {"color": INK, "fontSize": 14, "anchor": "start"},
    "header": {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 13},
    "text": {"color": INK, "fontSize": 12},
}
MONEY_AXIS = (
    "datum.value >= 1e12 ? '$' + datum.value/1e12 + 'tn' : datum.value >= 1e9 ? '$' + datum.value/1e9 + 'bn'"
    " : datum.value >= 1e6 ? '$' + datum.value/1e6 + 'm' : '$' + datum.value"
)


def money(value: float) -> str:
    """A sum of money as charts label it."""
    from crossbearing.vocabulary.words import say

    return say(value, "USD")


def render(spec: dict[str, Any], name: str, label: str) -> str:
    """A Vega-Lite specification as an SVG element whose colours are CSS variables.

    Args:
        spec: The specification, with its data inside.
        name: Prefix that keeps ids apart when several charts stand on one page.
        label: What the chart shows, for screen readers.
    """
    full = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": CONFIG, **spec}
    key = f"svg {_drawer()} {json.dumps(full, sort_keys=True, default=str)}"
    return theme(kept(key, lambda: _drawn(full)), name, label)


def _drawn(full: dict[str, Any]) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(full))


@cache
def _drawer() -> str:
    """What draws, so that another version draws anew."""
    from importlib.metadata import version

    return version("vl-convert-python")


def theme(svg: str, name: str, label: str) -> str:
    """The SVG with colour variables, local links, private ids and an accessible name."""
    for colour, variable in THEME.items():
        svg = re.sub(rf'"{colour}"', f'"var(--{variable})"', svg, flags=re.IGNORECASE)
    svg = re.sub(r"(\d\.\d\d)\d+", r"\1", svg)  # a hundredth of a pixel is enough
    svg = re.sub(r'xlink:href="[^"#]*#', 'href="#', svg)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    size = re.search(r'width="([0-9.]+)" height="([0-9.]+)"', svg)
    style = f' style="max-width:{float(size[1]):.0f}px"' if size else ""
    svg = re.sub(  # a mark without a name is no symbol to a screen reader
        r'(<(?:g|path|text)\b(?![^>]*aria-label)[^>]*?) role="graphics-symbol" aria-roledescription="[^"]*"',
        r"\1",
        svg,
    )
    role = "group" if "<a " in svg else "img"  # a picture may hold nothing to press
    safe = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(
        r'<svg ([^>]*?)width="[0-9.]+" height="[0-9.]+"',
        rf'<svg \1role="{role}" aria-label="{safe}"{style}',
        svg,
        count=1,
    )
