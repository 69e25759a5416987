"""Plain-text tables: rows of a label and figures set in columns, with units from the label, the header or the caption."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from crossbearing.gather.extract.cues import DERIVED, KINDS, Hit, find_cues
from crossbearing.gather.extract.layout import ROW_WIDTH, Layout, Sentence, is_row
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.numbers import digits_value
from crossbearing.gather.extract.quantities import Mention
from crossbearing.gather.extract.thresholds import CUSTOMERS, LEVELS
from crossbearing.vocabulary.metric import Registry

_GAP = re.compile(r"[ \u00a0]{2,}|[ \u00a0]*[\t|]+[ \u00a0]*")
_FIGURE = re.compile(
    r"(?P<open>\(?)(?P<hedge>[~<>\u2248c.]{0,2})(?P<sign>[-+\u2212]?)(?P<money>US\$|[$\u20ac\u00a3\u00a5]?)[ ]?"
    r"(?P<digits>\d[\d.,]{0,20})(?P<unit>[ ]?(?:%|x|bn|mn|mm|[bmkBMK]|MW|GW|pp|bps)?)\)?[*\u2020]?"
    r"(?:[ ]?\([a-z]\))?"
)
GAPS = ("  ", "|", "\t", "\u00a0")  # one of them stands in every row
_BLANK = re.compile(r"[-\u2013\u2014\u00b7.]*|n/?[amd]\.?", re.IGNORECASE)
_RULE = re.compile(r"[-=+|:_ \t\u2014\u2500]*")
_LEVEL = re.compile(
    r"(?:[>\u2265]=?|above|over)[ ]?(?:US)?[$\u20ac\u00a3][ ]?(?P<digits>\d+)[ ]?(?P<unit>[kKmM])[a-z]{0,2}\b"
)
_UNIT = re.compile(
    r"(?P<money>US\$|[$\u20ac\u00a3\u00a5]|\b(?:USD|EUR|GBP|CHF|CNY|RMB|JPY|euros?|dollars?|sterling)\b)?[ ]?"
    r"(?P<scale>(?<![a-z])(?:billion|million|thousand)s?\b|\b000s?\b|'000s?\b|(?<![a-z])(?:bn|mn|mm|m|k)\b)|(?P<alone>US\$|[$\u20ac\u00a3])"
    r"|(?P<percent>%|\bper ?cent\b)|\b(?P<power>MW|GW)\b|(?P<times>(?<![a-z])x\b|\btimes\b)|(?P<points>\bbps\b|\bpp\b)",
    re.IGNORECASE,
)
SCALES = {"b": 1e9, "m": 1e6, "t": 1e3, "k": 1e3, "0": 1e3, "'": 1e3}
SYMBOLS = {
    "$": "USD",
    "US$": "USD",
    "\u20ac": "EUR",
    "\u00a3": "GBP",
    "\u00a5": "JPY",
    "RMB": "CNY",
    "EURO": "EUR",
    "EUROS": "EUR",
}
SYMBOLS |= {"DOLLAR": "USD", "DOLLARS": "USD", "STERLING": "GBP"}
_OF_ALL = re.compile(
    r"\b(?:figures|numbers|amounts|values|sums)(?: are)?(?: stated| shown| given| expressed)? in [^.;\n]{3,60}",
    re.IGNORECASE,
)
OF_ALL = frozenset(("figures", "numbers", "amounts", "values", "sums"))
FULL = 1.5  # a share printed above this is in percent
UNTOLD = 0.5  # a figure without a sign of percent is a share less often than a count
CAPTION = 3  # lines above the header that may tell the unit


class Unit(NamedTuple):
    """Unit of a column, a row or a table: kind, factor and currency; an empty kind where only a scale is told."""

    kind: str = ""
    factor: float = 1.0
    currency: str = ""


class Cell(NamedTuple):
    """A figure of a table.

    Attributes:
        mention: The figure with its unit.
        label, header: Words of its row's label and of its column's header: first and stop.
        weights: Evidence for each metric.
    """

    mention: Mention
    label: tuple[int, int]
    header: tuple[int, int]
    weights: dict[str, float]


class _Line(NamedTuple):
    start: int
    end: int
    cells: tuple[tuple[int, int], ...]


def find_cells(layout: Layout, registry: Registry) -> list[Cell]:
    """Every figure of the tables of a text whose unit and metric can be told, in order."""
    found: list[Cell] = []
    if not any(gap in layout.text for gap in GAPS):
        return found
    lines = _lines(layout.text)
    told: list[tuple[int, Unit]] | None = None
    at = 0
    while at < len(lines):
        stop = at
        while stop < len(lines) and _is_data(layout.text, lines[stop]):
            stop += 1
            while stop < len(lines) - 1 and not lines[stop].cells and _is_data(layout.text, lines[stop + 1]):
                stop += 1
        if stop - at >= 2:
            told = units_told(layout.text) if told is None else told
            place = bisect_left(told, lines[at].start, key=itemgetter(0))
            found += _read_table(layout, registry, lines, (at, stop), told[place - 1][1] if place else Unit())
        at = max(stop, at + 1)
    return found


def _lines(text: str) -> list[_Line]:
    """Lines with the places of their cells; rules are dropped, blank lines kept without cells where they end a table."""
    found: list[_Line] = []
    for match in re.finditer(r"[^\n]+", text):
        start, end = match.span()
        if end - start > ROW_WIDTH or _RULE.fullmatch(text, start, end):
            continue
        found.append(_Line(start, end, _cells(text, start, end)))
    return found


def _cells(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    line = text[start:end]
    if not any(gap in line for gap in GAPS):
        return ((start, end),) if line.strip() else ()
    cells, here = [], start
    for gap in _GAP.finditer(text, start, end):
        cells.append((here, gap.start()))
        here = gap.end()
    cells.append((here, end))
    return tuple((a, b) for a, b in cells if text[a:b].strip())


def _is_data(text: str, line: _Line) -> bool:
    """A label in words and at least one figure, nothing else; a row of bare years is a header."""
    if len(line.cells) < 2 or not is_row(text, line.start, line.end):
        return False
    if not any(c.isalpha() for c in text[slice(*line.cells[0])]):
        return False
    rest = [text[a:b].strip() for a, b in line.cells[1:]]
    figures = [cell for cell in rest if _FIGURE.fullmatch(cell)]
    if not figures or not all(_FIGURE.fullmatch(c) or _BLANK.fullmatch(c) for c in rest):
        return False
    return not all(re.fullmatch(r"(?:19|20)\d\d", cell) for cell in figures)


def _read_table(
    layout: Layout, registry: Registry, lines: Sequence[_Line], rows: tuple[int, int], of_all: Unit
) -> list[Cell]:
    text, (first, stop) = layout.text, rows
    header = lines[first - 1] if first else None
    columns = len(lines[first].cells) - 1
    if header is not None and not columns <= len(header.cells) <= columns + 1:
        header = None
    above = [text[line.start : line.end] for line in lines[max(0, first - CAPTION) : first]]
    shared = next((u for u in map(_unit_in, reversed(above)) if u.kind == "money" or u.factor != 1.0), None)
    shared = shared or of_all
    title = lines[first - 2] if header is not None and first > 1 else None
    caption = _words(layout, title.start, title.end) if title else (0, 0)
    found: list[Cell] = []
    for line in lines[first:stop]:
        label = _words(layout, *line.cells[0])
        for start, end in line.cells[1:]:
            match = _FIGURE.fullmatch(text[start:end].strip())
            head = _header_of(header, columns, (start, end), line) if match else None
            if match:
                span = _words(layout, *head) if head else (0, 0)
                cell = _read_cell(layout, registry, match, start, label, span, shared, caption)
                found += [cell] if cell else []
    return found


def units_told(text: str, stop: int | None = None) -> list[tuple[int, Unit]]:
    """What sentences say of every figure after them: "All figures in euro millions", "Amounts are in euros and in millions".

    Returns:
        Places of the sentences, each with its unit; a unit without kind where they speak of no money.
    """
    found = []
    for match in _OF_ALL.finditer(text, 0, len(text) if stop is None else stop):
        unit = _unit_in(match[0].replace(" and in ", " "))
        found.append((match.start(), unit if unit.kind == "money" else Unit()))
    return found


def _words(layout: Layout, start: int, end: int) -> tuple[int, int]:
    return bisect_right(layout.starts, start - 1), bisect_right(layout.starts, end - 1)


def _header_of(
    header: _Line | None, columns: int, cell: tuple[int, int], line: _Line
) -> tuple[int, int] | None:
    """The header above a figure: by place in the line, which a missing figure does not shift."""
    if header is None:
        return None
    heads = header.cells[-columns:]
    if len(line.cells) - 1 == len(heads):
        return heads[line.cells.index(cell) - 1]
    middle = (cell[0] + cell[1]) / 2 - line.start
    return min(heads, key=lambda h: abs((h[0] + h[1]) / 2 - header.start - middle))


def _read_cell(
    layout: Layout,
    registry: Registry,
    match: re.Match[str],
    start: int,
    label: tuple[int, int],
    header: tuple[int, int],
    shared: Unit,
    caption: tuple[int, int],
) -> Cell | None:
    value = digits_value(match["digits"].rstrip(".,"))
    first = bisect_right(layout.starts, start + match.start("digits")) - 1
    if value is None or first < 0:
        return None
    text = layout.text
    told = [
        _unit_in(match["money"] + "\u200b" + match["unit"]) if match["money"] or match["unit"] else Unit(),
        *(
            _unit_in(_LEVEL.sub("", text[layout.starts[a] : _line_end(layout, b)]))
            for a, b in (label, header)
            if b > a
        ),
    ]
    told[0] = _own_unit(match) or told[0]
    for span in (label, header, caption):
        unit, metrics = _settled(registry, _gives(layout, span), told, shared, value)
        if metrics and unit.kind:
            break
    else:
        return None
    metrics = _above_level(text, layout, label, metrics)
    negative = match["sign"] in ("-", "\u2212") or (match["open"] and match["sign"] != "+")
    losing = _tells_loss(layout, label)
    amount = (-1 if negative or losing else 1) * value * unit.factor
    inner = start + match.start("sign" if match["sign"] else "money" if match["money"] else "digits")
    end = start + (
        match.end("unit") if match["unit"].strip() else match.start("digits") + len(match["digits"])
    )
    stop = bisect_right(layout.starts, end - 1)
    mention = Mention(
        first, stop, inner, end, amount, unit.kind, currency=unit.currency, opens=first, scaled=True
    )
    return Cell(mention, label, header, metrics)


def _above_level(
    text: str, layout: Layout, label: tuple[int, int], metrics: dict[str, float]
) -> dict[str, float]:
    """Customers above a level that the label tells have a metric of their own: "Customers > $1m a year"."""
    told = _LEVEL.search(text, layout.starts[label[0]], layout.ends[label[1] - 1])
    if told is None or not any(metric in CUSTOMERS for metric in metrics):
        return metrics
    level = float(told["digits"]) * SCALES[told["unit"].lower()]
    rest = {metric: weight for metric, weight in metrics.items() if metric not in CUSTOMERS}
    return rest | {LEVELS.get(level, CUSTOMERS[0]): max(metrics.values()) + 2}


def _line_end(layout: Layout, stop: int) -> int:
    """End of the last word of a label, with the bracket or the sign that follows it."""
    end = layout.ends[stop - 1]
    rest = layout.text[end : end + 3]
    return end + len(rest.split("  ")[0].split("\n")[0])


def _own_unit(match: re.Match[str]) -> Unit | None:
    """Unit printed in the cell itself."""
    unit, money = match["unit"].strip(), match["money"]
    if unit == "%":
        return Unit("percent", 0.01)
    if unit == "x":
        return Unit("multiple")
    if unit in ("pp", "bps"):
        return Unit("points", 0.01 if unit == "bps" else 1.0)
    if unit in ("MW", "GW"):
        return Unit("power", 1e6 if unit == "MW" else 1e9)
    scale = SCALES[unit[0].lower()] if unit else 1.0
    if money:
        return Unit("money", scale, SYMBOLS[money])
    return Unit("", scale) if unit else None


def _unit_in(text: str) -> Unit:
    """The unit that words tell: "($m)", "(%)", "US$ millions", "(thousands)"."""
    match = _UNIT.search(text)
    if match is None:
        return Unit()
    if match["scale"] is None:
        return _plain_unit(match)
    symbol = (match["money"] or "").upper()
    scale = SCALES["0" if "00" in match["scale"] else match["scale"][0].lower()]
    currency = SYMBOLS.get(symbol, symbol)
    return Unit("money" if currency else "", scale, currency)


def _plain_unit(match: re.Match[str]) -> Unit:
    """A unit without a scale of money."""
    if match["power"]:
        return Unit("power", 1e9 if match["power"].upper() == "GW" else 1e6)
    if match["points"]:
        return Unit("points", 0.01 if match["points"].lower() == "bps" else 1.0)
    if match["alone"]:
        return Unit("money", 1.0, SYMBOLS[match["alone"].upper()])
    return Unit("percent", 0.01) if match["percent"] else Unit("multiple")


def _gives(layout: Layout, span: tuple[int, int]) -> dict[str, dict[str, float]]:
    """Evidence for each metric from the cues of a label, by kind of quantity."""
    if span[1] <= span[0]:
        return {}
    line = Sentence(span[0], span[1], layout.starts[span[0]], layout.ends[span[1] - 1], 0, heading=False)
    hits: list[Hit] = find_cues(layout, [line])
    found: dict[str, dict[str, float]] = {}
    for hit in hits:
        for metric, weight, kinds in hit.cue.gives:
            for kind in kinds:
                row = found.setdefault(kind, {})
                row[metric] = row.get(metric, 0.0) + weight
    for hit in hits:
        for metric, weight in hit.cue.lifts:
            for row in found.values():
                if metric in row:
                    row[metric] += weight
    return found


def _settled(
    registry: Registry, gives: dict[str, dict[str, float]], told: Sequence[Unit], shared: Unit, value: float
) -> tuple[Unit, dict[str, float]]:
    """Unit and metrics of a figure: what the cell, the label or the header says, else what fits the metric of the label."""
    kinds = [unit.kind for unit in told if unit.kind] or ["money", "percent", "count"]
    scale = next((unit.factor for unit in told if unit.factor != 1.0), 0.0)
    best: tuple[float, str, dict[str, float]] = (0.0, "", {})
    said = any(unit.kind for unit in told)
    for kind in kinds[:1] if said else kinds:
        fitting = {
            m: w
            for m, w in gives.get(kind, {}).items()
            if m in registry and m != DERIVED and registry[m].unit_kind in KINDS[kind]
        }
        sure = max(fitting.values(), default=0.0) * (UNTOLD if kind == "percent" and not said else 1.0)
        if sure > best[0]:
            best = (sure, kind, fitting)
    weight, kind, metrics = best
    if weight < lexicon("metrics")["tables"]["floor"]:
        return Unit(), {}
    printed = next((unit for unit in told if unit.kind), Unit())
    if kind == "money":
        currency = printed.currency or shared.currency
        factor = scale or (1.0 if printed.kind else shared.factor)
        return (Unit("money", factor, currency) if currency else Unit()), metrics
    if kind == "percent":
        return Unit("percent", 0.01 if printed.kind or abs(value) > FULL else 1.0), metrics
    if kind == "count":
        return Unit("count", scale or 1.0), metrics
    return Unit(kind, printed.factor), (metrics if printed.kind else {})


def _tells_loss(layout: Layout, label: tuple[int, int]) -> bool:
    """Whether a label speaks of a loss alone; in "profit (loss)" the brackets of the figure tell."""
    words = set(layout.words[slice(*label)])
    return not words.isdisjoint({"loss", "losses", "deficit"}) and words.isdisjoint(
        {"profit", "income", "result"}
    )
