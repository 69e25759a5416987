"""A quantity as printed: value, relation and precision. The value cell's grammar stands here.

quantity := relation? number | number ".." number | "~" number ".." number | "up to" number
relation := ">" | ">=" | "<" | "<=" | "~"
number   := sign? digits ("." digits)? suffix?
suffix   := K | M | B | T | % | pp | x | W | kW | MW | GW | TW
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.unit import Unit

TOLERANCE_CAP = 0.05


class Relation(StrEnum):
    """How the printed figure stands to the true one: a point, a hedge, a one-sided bound or a range."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    AT_LEAST = "at_least"
    UNDER = "under"
    AT_MOST = "at_most"
    BETWEEN = "between"
    UP_TO = "up_to"

    @property
    def is_floor(self) -> bool:
        """Whether only a lower bound is stated."""
        return self in (Relation.OVER, Relation.AT_LEAST)

    @property
    def is_ceiling(self) -> bool:
        """Whether only an upper bound is stated."""
        return self in (Relation.UNDER, Relation.AT_MOST, Relation.UP_TO)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A printed figure in the base unit of its claim.

    Attributes:
        relation: How the figure bounds the true value.
        value: The point or the bound; the middle of a range.
        low: Lower end of a range, otherwise None.
        high: Upper end of a range, otherwise None.
        half_unit: Half a unit of the last printed digit: "30B" gives 0.5e9. The rounding interval.
        tolerance: Half a unit of the last non-zero digit, at most 5 % of the figure. What checks allow.
        text: The figure as written in the book.
    """

    relation: Relation
    value: float
    low: float | None
    high: float | None
    half_unit: float
    tolerance: float
    text: str = field(compare=False)

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest true value the words allow, rounding included; open ends are infinite."""
        if self.relation is Relation.BETWEEN:
            low = self.value if self.low is None else self.low
            high = self.value if self.high is None else self.high
            return low - self.half_unit, high + self.half_unit
        if self.relation.is_floor:
            return self.value, math.inf
        if self.relation.is_ceiling:
            return -math.inf, self.value
        spread = 2.0 if self.relation is Relation.ABOUT else 1.0
        return self.value - spread * self.half_unit, self.value + spread * self.half_unit

    def __str__(self) -> str:
        return self.text


_SIGNS = {
    "": Relation.EXACT,
    "~": Relation.ABOUT,
    ">": Relation.OVER,
    ">=": Relation.AT_LEAST,
    "<": Relation.UNDER,
    "<=": Relation.AT_MOST,
}
_EXPONENTS = {
    "K": 3,
    "M": 6,
    "B": 9,
    "T": 12,
    "%": -2,
    "pp": 0,
    "x": 0,
    "W": 0,
    "kW": 3,
    "MW": 6,
    "GW": 9,
    "TW": 12,
    "": 0,
}
_KINDS = {
    "%": ("ratio",),
    "pp": ("points",),
    "x": ("multiple", "ratio"),
    **dict.fromkeys(("W", "kW", "MW", "GW", "TW"), ("power",)),
}
_NUMBER = r"(?P<sign{0}>[+-]?)(?P<digits{0}>[0-9]{{1,30}}(?:\.[0-9]{{1,30}})?)(?P<suffix{0}>[KMBT%xW]|pp|kW|MW|GW|TW)?"
_POINT = re.compile(r"(?P<relation>>=|<=|>|<|~|up to )?\s*" + _NUMBER.format(1))
_RANGE = re.compile(r"(?P<relation>~)?\s*" + _NUMBER.format(1) + r"\s*\.\.\s*" + _NUMBER.format(2))


@lru_cache(maxsize=65536)
def parse_quantity(text: str, unit: Unit) -> Quantity:
    """The quantity a value cell states, in the base unit beside it.

    Raises:
        CellError: The cell does not follow the grammar, its suffix does not fit the unit, or a range is upside down.
    """
    cell = text.strip()
    ranged = _RANGE.fullmatch(cell)
    if ranged:
        return _between(ranged, unit, cell)
    match = _POINT.fullmatch(cell)
    if not match:
        raise _malformed(text)
    value, half_unit, tolerance = _number(match, 1, match["suffix1"] or "", unit)
    sign = match["relation"] or ""
    relation = Relation.UP_TO if sign == "up to " else _SIGNS[sign]
    return Quantity(relation, value, None, None, half_unit, tolerance, cell)


def _between(match: re.Match[str], unit: Unit, cell: str) -> Quantity:
    suffix = match["suffix2"] or ""
    low, half_low, tolerance_low = _number(match, 1, match["suffix1"] or suffix, unit)
    high, half_high, tolerance_high = _number(match, 2, suffix, unit)
    if low > high:
        raise CellError(
            f"range {cell} is upside down",
            f"its low end is {low:g}, its high end {high:g}",
            "write the smaller figure first; a negative range is written -17B..-14B",
        )
    return Quantity(
        Relation.BETWEEN,
        (low + high) / 2,
        low,
        high,
        max(half_low, half_high),
        max(tolerance_low, tolerance_high),
        cell,
    )


def _number(match: re.Match[str], which: int, suffix: str, unit: Unit) -> tuple[float, float, float]:
    """Value, half a unit of the last printed digit, and the tolerance of checks, all in base units."""
    allowed = _KINDS.get(suffix)
    if allowed and unit.kind not in allowed:
        raise CellError(
            f"{match[0].strip()} is not a figure in {unit}",
            f"{suffix} belongs to another kind of unit",
            "correct the value or the unit",
        )
    exponent = _EXPONENTS[suffix]
    digits = match[f"digits{which}"]
    decimals = len(digits.partition(".")[2])
    value = float(f"{match[f'sign{which}']}{digits}e{exponent}")
    half_unit = float(f"0.5e{exponent - decimals}")
    return value, half_unit, printed_tolerance(value, digits, exponent)


def printed_tolerance(value: float, digits: str, exponent: int) -> float:
    """Half a unit of the last non-zero printed digit, at most 5 % of the value, in base units."""
    whole, _, fraction = digits.partition(".")
    if fraction.strip("0"):
        place = -len(fraction.rstrip("0"))
    else:
        place = len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0
    return min(float(f"0.5e{exponent + place}"), TOLERANCE_CAP * abs(value))


def _malformed(text: str) -> CellError:
    why, mend = (
        "a value is a number with an optional relation and suffix",
        "write 30B, >30B, ~25B, 400B..500B, up to 5GW, 40%, +6.3pp or 3.5x",
    )
    cell = text.strip()
    if not cell:
        return CellError("the value is empty", why, mend)
    if re.fullmatch(r"[+-]?[0-9.]+[eE][+-]?[0-9]+", cell):
        return CellError(
            f"{cell} is a spreadsheet's scientific notation",
            "how many digits were printed is lost",
            "write it with a suffix, such as 30B; format the column as text",
        )
    if re.fullmatch(r"[+-]?[0-9]{1,3}([,' .][0-9]{3})+(\.[0-9]+)?[A-Za-z%]*", cell):
        return CellError(
            f"{cell} has thousand separators",
            "a comma or point between digits reads differently by country",
            "write the digits without separators, or use a suffix",
        )
    if re.search(r"nan|inf", cell, re.IGNORECASE):
        return CellError(f"{cell} is not a number", "claims are finite figures", mend)
    if re.search(r"[$€£¥]|USD|EUR|bn|billion|million", cell, re.IGNORECASE):
        return CellError(
            f"{cell} carries its unit in words",
            "the unit has a column of its own",
            "write the number with K, M, B or T, and the currency in `unit`",
        )
    return CellError(f"cannot read the value {cell!r}", why, mend)


def quantity_of(
    value: float,
    unit: Unit,
    relation: Relation = Relation.EXACT,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Quantity:
    """A quantity from numbers, written in the book's notation so that it parses back to the same figures.

    Raises:
        CellError: The figures are not finite, or the range is upside down.
    """
    if relation is Relation.BETWEEN:
        ends = (value if low is None else low, value if high is None else high)
        return parse_quantity(_print_range(*ends, unit), unit)
    sign = "up to " if relation is Relation.UP_TO else next(s for s, r in _SIGNS.items() if r is relation)
    return parse_quantity(sign + print_number(value, unit), unit)


def _print_range(low: float, high: float, unit: Unit) -> str:
    """Both ends, so that a low end without suffix does not take the suffix of the high one."""
    first, second = print_number(low, unit), print_number(high, unit)
    if first[-1].isdigit() and not second[-1].isdigit():
        first, second = (
            (f"{first}W", second) if unit.kind == "power" else (first, _plain(Decimal(repr(high))))
        )
    return f"{first}..{second}"


def print_number(value: float, unit: Unit) -> str:
    """A figure in base units in the notation of the value column, exact to the float.

    Raises:
        CellError: The figure is not finite.
    """
    if not math.isfinite(value):
        raise CellError(f"{value} is not a number", "claims are finite figures")
    if unit.kind == "ratio":
        return f"{_plain(Decimal(repr(value)) * 100)}%"
    tail = {"points": "pp", "multiple": "x"}.get(unit.kind, "")
    scaled, suffix = Decimal(repr(value)), ""
    if unit.kind in ("money", "money_rate", "count", "count_rate", "power"):
        names = ("kW", "MW", "GW", "TW") if unit.kind == "power" else ("K", "M", "B", "T")
        for exponent, name in zip((12, 9, 6, 3), reversed(names), strict=True):
            if abs(scaled) >= Decimal(10) ** exponent:
                scaled, suffix = scaled.scaleb(-exponent), name
                break
    return f"{_plain(scaled)}{suffix or tail}"


def _plain(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    if len(text) > 30:
        raise CellError(
            f"{number:.3g} is beyond the range of a printed figure", "a value cell holds at most 30 digits"
        )
    return text
