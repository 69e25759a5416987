"""Solved arithmetic in plain words; the documents are those of `pipeline.solving`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crossbearing.vocabulary.words import say, say_range

Document = Mapping[str, Any]
Row = dict[str, str]
MOST_MENDS = 6
OVER_REVENUE = ("operating profit", "compute", "partner fees")


def margin_lines(found: Iterable[Document], currency: str) -> Iterator[tuple[str, list[Row]]]:
    """For each period a heading with what cannot hold together, and a table of what the other claims leave open."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for solved in found:
        named = f", margin counted as {solved['definition']}" if solved["definition"] else ""
        lines = [f"{solved['period']}{named}"]
        told = [c for c in solved["conflicts"] if (solved["period"], tuple(c["claims"])) not in seen]
        seen |= {(solved["period"], tuple(c["claims"])) for c in told}
        if len(told) < len(solved["conflicts"]):
            lines.append("  the contradiction told above stands here too")
        for conflict in told:
            lines.append(f"  cannot all hold: {', '.join(conflict['claims'])}: {conflict['why']}")
            if conflict["assumptions"]:
                lines.append(f"    assuming: {'; '.join(conflict['assumptions'])}")
        if told:
            plain = sorted(solved["mends"], key=lambda m: sum(" " in name for name in m))
            shown = [" and ".join(m) for m in plain[:MOST_MENDS]]
            lines.append(f"  the rest can hold if one of these falls: {' | '.join(shown)}")
            if len(solved["mends"]) > MOST_MENDS:
                lines.append(
                    f"    and {len(solved['mends']) - MOST_MENDS} more; --format json lists them all"
                )
        if not solved["conflicts"]:
            lines.append("  no contradiction: these claims can all hold")
        once = [line for line in _over_revenue(solved["said"]) if (solved["period"], (line,)) not in seen]
        seen |= {(solved["period"], (line,)) for line in once}
        lines += [f"  {line}" for line in once]
        yield "\n".join(lines), [_cell(c, currency) for c in solved["cells"]]


def _over_revenue(said: Iterable[Document]) -> list[str]:
    """What was stated for the period itself over the revenue stated for it, at their word, whether they can hold or not."""
    plain = [s for s in said if not s["assumes"] and s["low"] is not None]
    lines = []
    for part in (s for s in plain if s["quantity"] in OVER_REVENUE):
        for whole in (
            s for s in plain if s["quantity"] == "revenue" and s["low"] > 0 and s["low"] != s["high"]
        ):
            ends = [end for end in (whole["low"], whole["high"]) if end is not None]
            ratios = [x / y for x in (part["low"], part["high"]) if x is not None for y in ends]
            open_end = whole["high"] is None or part["high"] is None
            words = (
                f"at most {say(max(ratios), 'ratio')}"
                if open_end
                else say_range(min(ratios), max(ratios), "ratio")
            )
            lines.append(f"{part['claim']} over {whole['claim']}: {part['quantity']} {words} of revenue")
    return lines


def _cell(cell: Document, currency: str) -> Row:
    unit = "ratio" if cell["name"].endswith("margin") else currency
    low, high = cell["low"], cell["high"]
    if low is None or high is None:
        words = f"at most {say(high, unit)}" if low is None else f"at least {say(low, unit)}"
    else:
        words = say_range(low, high, unit)
    return {
        "quantity": cell["name"],
        "left open by the undisputed claims": words,
        "from": f"stated {' '.join(cell['stated'])}" if cell["stated"] else "solved",
    }


def triangle_rows(triangle: Document) -> list[Row]:
    """Each road to the revenue of a period with its residual."""
    return [
        {
            "road": road["name"],
            "revenue": say(road["value"], triangle["currency"]),
            "range": say_range(road["low"], road["high"], triangle["currency"]),
            "residual": "reference" if road["residual"] is None else _percent(road["residual"]),
            "how": road["how"],
            "claims": " ".join(road["claims"][:4])
            + (f" +{len(road['claims']) - 4}" if len(road["claims"]) > 4 else ""),
        }
        for road in triangle["roads"]
    ]


def _percent(residual: float) -> str:
    from math import expm1

    return f"{100 * expm1(residual):+.0f}%"


def triangle_lines(triangle: Document) -> list[str]:
    """What would close each residual, and what else follows."""
    closes = [
        f"  {road['name']} meets {triangle['reference']} if {way}"
        for road in triangle["roads"]
        for way in road["closes"]
    ]
    return closes + [f"  {note}" for road in triangle["roads"] for note in road["notes"]]


def breakeven_rows(matrix: Document) -> list[Row]:
    """Measures down, periods across: which claims speak of which cell, and with what sign."""
    marks = matrix["marks"]
    columns = list(
        dict.fromkeys(
            (m["first"], m["last"], _column(m)) for m in sorted(marks, key=lambda m: (m["first"], m["last"]))
        )
    )
    rows = []
    for measure in dict.fromkeys(m["measure"] for m in marks):
        row = {"measure": measure}
        for first, last, name in columns:
            inside = [
                m
                for m in marks
                if m["measure"] == measure and (m["first"], m["last"], _column(m)) == (first, last, name)
            ]
            row[name] = "; ".join(
                f"{m['sign']} {m['words'] if m['sign'] != 'reaches nought' else ''} ({m['claim']}, {m['modality']})".replace(
                    "  ", " "
                )
                for m in inside
            )
        rows.append(row)
    return rows


def _column(mark: Document) -> str:
    period = mark["first"][:4] if mark["length"] == "year" else mark["period"]
    return f"{period} ({mark['length']})"


def pair_lines(matrix: Document) -> list[str]:
    """What looks like a contradiction, and whether it is one."""
    return [
        f"{' and '.join(p['claims'])} {'can both be true' if p['can_both_hold'] else 'cannot both be true'}: {p['why']}"
        for p in matrix["pairs"]
    ]
