"""How right the program is, from the stored study, as tables for the report."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

from crossbearing.publish.score.page import labelled, sheet_html
from crossbearing.publish.score.tables import Sheet
from crossbearing.vocabulary.metric import Registry


def calibration_section(study: dict[str, Any] | None, registry: Registry) -> str:
    """The stored study as HTML: one line a test, its table folded; an empty text where there is none.

    Args:
        study: As stored, or None.
        registry: Metrics with their labels.
    """
    if not study:
        return ""
    found = (worlds_sheet(study), labelled(walk_sheet(study), registry), panel_sheet(study))
    return "\n".join(_folded(sheet) for sheet in found if sheet.rows)


def _folded(sheet: Sheet) -> str:
    table = sheet_html(replace(sheet, note=""), "h4")
    words = f"<p><strong>{escape(sheet.title)}.</strong> {escape(sheet.note)}</p>"
    return f"{words}<details><summary>{escape(sheet.title)}: the figures</summary>{table}</details>"


def worlds_sheet(study: dict[str, Any]) -> Sheet:
    """Simulated worlds: does the computation do what the model says."""
    found = study["calibration"]
    pooled = found["pooled"]
    rows = tuple(
        {
            "quantity": r["quantity"],
            "inside 50 %": _percent(r["inside_50"]),
            "inside 90 %": _percent(r["inside_90"]),
        }
        for r in found["rows"]
    )
    note = (
        f"{found['worlds']} worlds made by the model itself, {found['refused']} refused; inside the 90 % interval over all "
        f"quantities {_percent(pooled['inside_90'])}, refusals counted as misses {_percent(pooled['refused_as_misses'])}. "
        "It shows that the computation does what the model says, not that the model is the world."
    )
    return Sheet(
        "Simulated worlds",
        ("quantity", "inside 50 %", "inside 90 %"),
        rows,
        note,
        ("inside 50 %", "inside 90 %"),
    )


def walk_sheet(study: dict[str, Any]) -> Sheet:
    """The walk forward on the bundled book."""
    rows = tuple(
        {
            "metric": s["name"],
            "forecasts": str(s["forecasts"]),
            "figures": str(s["truths"]),
            "companies": str(s["companies"]),
            "CRPS": f"{s['crps']:.3f}",
            "inside 90 %": _percent(s["inside_90"]),
            "mean PIT": f"{s['pit']:.2f}",
        }
        for s in study["walk"]["walk_forward"]["by_metric"]
    )
    note = (
        "What would have been said at each month's end on the bundled book, scored on what was told later. Few companies and one "
        "surge: the range held less than it says, and nothing is claimed over naive forecasts. xb score gives it for your book."
    )
    columns = tuple(rows[0]) if rows else ()
    return Sheet("Walk forward, bundled book", columns, rows, note, columns[1:])


def panel_sheet(study: dict[str, Any]) -> Sheet:
    """The growth prior on a panel of companies, by what was known at the origin."""
    groups = study["panel"]["groups"] if study.get("panel") else []
    rows = tuple(
        {
            "origins": g["name"],
            "forecasts": str(g["forecasts"]),
            "companies": str(g["companies"]),
            "CRPS": f"{g['crps']:.3f}",
            "inside 80 %": "{} ({} to {})".format(*(_percent(v) for v in g["inside_80"])),
        }
        for g in groups
    )
    note = (
        "The growth prior on a panel of small, fast-growing companies, interval by a bootstrap over companies. "
        "Companies whose growth halved are known only afterwards: a stress table, no gate."
    )
    columns = tuple(rows[0]) if rows else ()
    return Sheet("Growth to come, a panel", columns, rows, note, columns[1:])


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"
