"""A figure with the ends its printed words allow, and arithmetic that carries the ends along."""

from __future__ import annotations

import math
from dataclasses import dataclass

from crossbearing.vocabulary.quantity import Quantity, Relation


@dataclass(frozen=True, slots=True)
class Bar:
    """A value and the smallest and largest true value compatible with it; an end may be infinite.

    Attributes:
        mid: The printed value, or what printed values give.
        low: Lower end.
        high: Upper end.
    """

    mid: float
    low: float
    high: float

    def __add__(self, other: Bar) -> Bar:
        return Bar(self.mid + other.mid, self.low + other.low, self.high + other.high)

    def __sub__(self, other: Bar) -> Bar:
        return Bar(self.mid - other.mid, self.low - other.high, self.high - other.low)

    def __mul__(self, other: Bar) -> Bar:
        ends = [_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Bar(self.mid * other.mid, min(ends), max(ends))

    def __truediv__(self, other: Bar) -> Bar:
        if other.low <= 0.0 <= other.high:
            return Bar(self.mid / other.mid if other.mid else math.nan, -math.inf, math.inf)
        return self * Bar(1.0 / other.mid, _inverse(other.high), _inverse(other.low))

    def scaled(self, factor: float) -> Bar:
        """Every part times a constant."""
        ends = (_times(self.low, factor), _times(self.high, factor))
        return Bar(self.mid * factor, min(ends), max(ends))

    def widened(self, low: float, high: float) -> Bar:
        """The same value with ends that also reach `low` and `high`."""
        return Bar(self.mid, min(self.low, low), max(self.high, high))

    @property
    def half_width(self) -> float:
        """Half of the distance between the ends; the finite side's where one end is open."""
        sides = [s for s in (self.mid - self.low, self.high - self.mid) if math.isfinite(s)]
        return sum(sides) / len(sides) if sides else math.inf

    def toward(self, other: Bar) -> float:
        """How far the end that faces another figure lies from the value; infinite where that end is open."""
        return self.mid - self.low if other.mid < self.mid else self.high - self.mid

    @property
    def is_open(self) -> bool:
        """Whether an end is infinite."""
        return not (math.isfinite(self.low) and math.isfinite(self.high))

    def meets(self, other: Bar) -> bool:
        """Whether some true value satisfies both."""
        return self.low <= other.high and other.low <= self.high


def _times(a: float, b: float) -> float:
    """Product in which nought times an open end is nought."""
    return 0.0 if a == 0.0 or b == 0.0 else a * b


def _inverse(value: float) -> float:
    return 0.0 if math.isinf(value) else 1.0 / value


def bar_of(quantity: Quantity, scale: float = 1.0) -> Bar:
    """The figure of a claim with what its words allow.

    Half a unit of the last non-zero digit, at most 5 %, on either side; twice that for "about"; a floor or a ceiling
    is open on the other side; a range reaches from end to end.
    """
    slack = quantity.tolerance
    value = quantity.value
    relation = quantity.relation
    if relation is Relation.BETWEEN:
        low = value if quantity.low is None else quantity.low
        high = value if quantity.high is None else quantity.high
        return Bar(value * scale, (low - slack) * scale, (high + slack) * scale)
    if relation.is_floor:
        return Bar(value * scale, (value - slack) * scale, math.inf)
    if relation.is_ceiling:
        return Bar(value * scale, -math.inf, (value + slack) * scale)
    if relation is Relation.ABOUT:
        slack *= 2.0
    return Bar(value * scale, (value - slack) * scale, (value + slack) * scale)
