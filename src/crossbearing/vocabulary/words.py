"""Figures in words: `$30bn/yr`, `31.4%`, `1.4 GW`. One place, so that every surface says a figure the same way."""

from __future__ import annotations

import math
import re

from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.quantity import Quantity, Relation
from crossbearing.vocabulary.unit import Unit, parse_unit

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥"}
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))
_TAILS = {"ratio": (100, "%"), "points": (1, " pp"), "multiple": (1, "x")}
_POWER = ((1e12, "TW"), (1e9, "GW"), (1e6, "MW"), (1e3, "kW"))


def say(value: float | None, unit: Unit | str, digits: int = 3) -> str:
    """A figure in words, to so many significant digits; a dash where there is none.

    Args:
        value: The figure in base units.
        unit: Its base unit.
        digits: Significant digits.
    """
    if value is None or not math.isfinite(value):
        return "–"
    try:
        base = parse_unit(unit) if isinstance(unit, str) else unit
    except CellError:
        return f"{_significant(value, digits)} {unit}".strip()
    sign = "−" if value < 0 else ""
    return sign + _unsigned(abs(value), base, digits)


def _unsigned(size: float, base: Unit, digits: int) -> str:
    if base.kind in ("money", "money_rate", "price"):
        tail = base.symbol.removeprefix(base.currency)
        return f"{SYMBOLS.get(base.currency, base.currency + ' ')}{_scaled(size, digits, _SCALES)}{tail}"
    if base.kind == "power":
        return _scaled(size, digits, _POWER, " ")
    if base.kind in _TAILS:
        factor, tail = _TAILS[base.kind]
        return f"{_significant(factor * size, digits)}{tail}"
    if base.kind in ("year", "date"):
        return f"{size:.0f}"
    return f"{size:,.0f}" if size < 1e5 and size == round(size) else _scaled(size, digits, _SCALES[:-1])


def form_of(unit: str, digits: int = 3) -> dict[str, object]:
    """How `say` says figures of a unit, for a script that says them again: what stands before and after, scales, digits.

    Args:
        unit: Base unit of money, power or a share.
        digits: Significant digits.
    """
    base = parse_unit(unit)
    form: dict[str, object] = {
        "before": "",
        "factor": 1,
        "scales": [],
        "gap": "",
        "after": "",
        "digits": digits,
    }
    if base.kind in ("money", "money_rate", "price"):
        before = SYMBOLS.get(base.currency, base.currency + " ")
        return {**form, "before": before, "scales": _SCALES, "after": base.symbol.removeprefix(base.currency)}
    if base.kind == "power":
        return {**form, "scales": _POWER, "gap": " "}
    factor, tail = _TAILS[base.kind]
    return {**form, "factor": factor, "after": tail}


def say_range(low: float | None, high: float | None, unit: Unit | str, digits: int = 3) -> str:
    """A range in words, such as `$25.7bn/yr to $29.2bn/yr`."""
    return f"{say(low, unit, digits)} to {say(high, unit, digits)}"


RELATION_WORDS = {
    Relation.ABOUT: "about ",
    Relation.OVER: "over ",
    Relation.AT_LEAST: "at least ",
    Relation.UNDER: "under ",
    Relation.AT_MOST: "at most ",
    Relation.UP_TO: "up to ",
}


def say_quantity(quantity: Quantity, unit: Unit, digits: int = 4) -> str:
    """A claim's figure in words, relation included: `over $30bn/yr`, `$400bn to $500bn`, `up to 5 GW`."""
    if quantity.relation is Relation.BETWEEN:
        return say_range(quantity.low, quantity.high, unit, digits)
    return RELATION_WORDS.get(quantity.relation, "") + say(quantity.value, unit, digits)


def _scaled(size: float, digits: int, scales: tuple[tuple[float, str], ...], gap: str = "") -> str:
    for scale, name in scales:
        if size >= scale * (1 - 0.5 * 10**-digits):
            return f"{_significant(size / scale, digits)}{gap}{name}"
    return _significant(size, digits)


def _significant(size: float, digits: int) -> str:
    """So many significant digits, never fewer than the whole part has, without trailing zeros after the point."""
    if size == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(size))))
    text = f"{size:,.{min(decimals, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_TYPED = {
    "k": "K", "thousand": "K", "m": "M", "mn": "M", "mln": "M", "million": "M",
    "b": "B", "bn": "B", "bln": "B", "billion": "B", "t": "T", "tn": "T", "trn": "T", "trillion": "T",
}  # fmt: skip
_AS_TYPED = re.compile(r"(?<=[0-9])\s?([A-Za-z]+)\b")


def as_typed(text: str, currency: str) -> str:
    """The grammar's spelling of a figure as people type it at a prompt: "$30bn", "30 billion" and "30b" become "30B".

    Only for figures typed by the user; cells of a book have one spelling. The sign of another currency than the one asked
    for, and whatever is not known, stays as it is and is refused by the grammar.
    """
    bare = text.strip().removeprefix(SYMBOLS.get(currency, "\0")).lstrip().replace(",", "")
    return _AS_TYPED.sub(lambda found: _TYPED.get(found[1].lower(), found[0]), bare)
