"""Judgment with a date and an author: the notation `a to b` and what it means for each kind of quantity.

`a to b` is the 5th to 95th percentile: lognormal for positive quantities, logit-normal for shares, normal for margins
and growth. Anything ambiguous is refused with the explicit form `normal(a, b)`, `lognormal(a, b)` or `logitnormal(a, b)`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Position, Visibility

Z95 = 1.6448536269514722
_EXPONENT = {"": 0, "K": 3, "M": 6, "B": 9, "T": 12, "%": -2, "k": 3}
_NUMBER = r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*([KMBT%k]?)(?:W|pp|x| days| months| years)?"
_RANGE = re.compile(rf"{_NUMBER}\s+to\s+{_NUMBER}")
_EXPLICIT = re.compile(rf"(normal|lognormal|logitnormal|uniform)\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\)")
_POINT = re.compile(_NUMBER)
SHARE_WORDS = ("share", "fraction", "probability", "retention", "utilisation", "floor")
SIGNED_WORDS = ("margin", "growth", "change", "delta", "decline", "elasticity")


@dataclass(frozen=True, slots=True)
class Judgment:
    """A distribution somebody asserts, by its 5th and 95th percentiles.

    Attributes:
        family: point, normal, lognormal, logitnormal or uniform.
        low: 5th percentile (lower end for uniform; the value for a point).
        high: 95th percentile (upper end for uniform; the value for a point).
        text: As written.
    """

    family: str
    low: float
    high: float
    text: str = field(compare=False, default="")

    @property
    def centre(self) -> float:
        """The median."""
        return self.quantile(0.0)

    def quantile(self, z: float) -> float:
        """The value at a standard normal score: 0 is the median, +-1.645 the 95th and 5th percentiles."""
        w = z / Z95
        if self.family == "point":
            return self.low
        if self.family == "lognormal":
            return math.exp(_line(math.log(self.low), math.log(self.high), w))
        if self.family == "logitnormal":
            return 1 / (1 + math.exp(-_line(_logit(self.low), _logit(self.high), w)))
        if self.family == "uniform":
            return self.low + (self.high - self.low) * 0.5 * (1 + math.erf(z / math.sqrt(2)))
        return _line(self.low, self.high, w)


def _line(low: float, high: float, w: float) -> float:
    return (low + high) / 2 + w * (high - low) / 2


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def family_of(name: str) -> str:
    """The family a quantity's name implies: logitnormal for shares, normal for signed ratios, else lognormal."""
    words = re.split(r"[._ ]", name.lower())
    if any(word in SIGNED_WORDS for word in words):
        return "normal"
    if any(word in SHARE_WORDS for word in words):
        return "logitnormal"
    return "lognormal"


def parse_judgment(text: str, family: str = "lognormal") -> Judgment:
    """A judgment from its notation.

    Args:
        text: `35% to 45%`, `normal(-0.1, 0.3)` or a plain figure.
        family: What `a to b` means for this quantity (see `family_of`).

    Raises:
        CellError: Not in the notation, upside down, or outside the family's range.
    """
    cell = text.strip()
    explicit = _EXPLICIT.fullmatch(cell)
    ranged = _RANGE.fullmatch(cell)
    point = _POINT.fullmatch(cell)
    if explicit:
        family, low, high = explicit[1], _figure(explicit[2], explicit[3]), _figure(explicit[4], explicit[5])
    elif ranged:
        low, high = (
            _figure(ranged[1], ranged[2] or ("%" if ranged[4] == "%" else "")),
            _figure(ranged[3], ranged[4]),
        )
        if not ranged[2] and ranged[4] not in ("", "%"):
            low = _figure(ranged[1], ranged[4])
    elif point:
        value = _figure(point[1], point[2])
        return Judgment("point", value, value, cell)
    else:
        raise CellError(
            f"cannot read the assumption {text!r}",
            "an assumption is a figure or a range",
            "write 35% to 45%, normal(-10%, 30%) or 12",
        )
    _check(family, low, high, cell)
    return Judgment(family, low, high, cell)


def _figure(digits: str, suffix: str) -> float:
    return float(f"{digits}e{_EXPONENT[suffix]}")


def _check(family: str, low: float, high: float, cell: str) -> None:
    if low >= high:
        raise CellError(
            f"range {cell} is upside down or empty",
            "the 5th percentile lies below the 95th",
            "write the smaller figure first, or a single figure",
        )
    if family == "lognormal" and low <= 0:
        raise CellError(
            f"{cell} is ambiguous",
            "a positive quantity cannot reach zero or below",
            f"write normal({low:g}, {high:g}) if it may be negative",
        )
    if family == "logitnormal" and not 0 < low < high < 1:
        raise CellError(
            f"{cell} leaves the range of a share",
            "a share lies between 0 and 1",
            f"write normal({low:g}, {high:g}) or percentages below 100 %",
        )


@dataclass(frozen=True, slots=True)
class Assumption:
    """A judgment in the book: name, distribution, unit, author, date and reason.

    Attributes:
        name: Dotted name, optionally under an entity: `Anthropic.margin.gross`.
        judgment: The distribution.
        unit: Symbol of its unit.
        author: Who judges so.
        dated: On which day.
        reason: Why.
        claims: Claims it leans on.
        entity: Canonical entity it is about, or an empty string for all.
    """

    name: str
    judgment: Judgment
    unit: str = ""
    author: str = ""
    dated: date | None = None
    reason: str = ""
    claims: tuple[str, ...] = ()
    entity: str = ""
    visibility: Visibility = Visibility.PUBLIC
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True, slots=True)
class View:
    """A user's own dated override, shown beside the estimate and never mixed into it.

    Attributes:
        name: What is overridden: an assumption, or `entity metric basis`.
        judgment: The user's own figure or range.
        author, dated, reason: Who, when and why.
        until: Day after which it no longer holds; None for ever.
        expect: The estimate the author saw; a later estimate outside it marks the view as stale.
    """

    name: str
    judgment: Judgment
    author: str = ""
    dated: date | None = None
    reason: str = ""
    until: date | None = None
    expect: str = ""
    visibility: Visibility = Visibility.PUBLIC
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named set of changes to assumptions and a list of shocks.

    Attributes:
        name: As used with `--scenario`.
        label: Words for charts.
        changes: Assumption name to judgment.
        shocks: Shock tables as written, each with `kind`, `at` and its parameters.
        author, dated, reason: Who, when and why.
    """

    name: str
    label: str = ""
    changes: Mapping[str, Judgment] = field(default_factory=dict)
    shocks: tuple[Mapping[str, object], ...] = ()
    author: str = ""
    dated: date | None = None
    reason: str = ""
    visibility: Visibility = Visibility.PUBLIC
    position: Position = field(default=Position(), compare=False)
