"""A result before and after a change of the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crossbearing.vocabulary.interval import Interval, IntervalKind
from crossbearing.vocabulary.words import say, say_range

TOLD = 0.1  # change of an interval's width from which it is told
NOISE = 0.03  # of the width of a 90 % interval, below which a median is taken as unmoved


@dataclass(frozen=True, slots=True)
class Side:
    """A result on one side of a change.

    Attributes:
        at: Date or span it is of.
        value: Its middle figure in base units; None where it cannot be given.
        interval: Its interval with the kind; None where it has none.
        why: Why there is no figure, where there is none.
    """

    at: str
    value: float | None = None
    interval: Interval | None = None
    why: str = ""

    def words(self, unit: str) -> str:
        """The figure with its interval and the interval's kind, or why there is none."""
        if self.value is None:
            why = self.why.partition(": ")[2] or self.why  # before the colon stands what the label says
            return f"none ({why})" if why else "none"
        if self.interval is None:
            return say(self.value, unit)
        low, high, kind = self.interval.low, self.interval.high, self.interval.kind
        level = "" if self.interval.level == 1 else f"{self.interval.level:.0%} "
        return f"{say(self.value, unit)} ({level}{str(kind).replace('_', ' ')} {say_range(low, high, unit)})"

    def as_json(self) -> dict[str, Any]:
        """The side as plain data."""
        interval = self.interval
        return {
            "at": self.at,
            "value": self.value,
            "low": interval.low if interval else None,
            "high": interval.high if interval else None,
            "interval_kind": str(interval.kind) if interval else None,
            "level": interval.level if interval else None,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a result moved.

    Attributes:
        id: Stable name, such as `acme.revenue.run_rate.gross`.
        label: What it is, in words, with basis.
        unit: Symbol of the base unit.
        before, after: The two sides.
    """

    id: str
    label: str
    unit: str
    before: Side
    after: Side

    @property
    def change(self) -> float | None:
        """Relative change of the middle figure; None where a side has none, or the first is not above zero."""
        if self.before.value is None or self.after.value is None or self.before.value <= 0:
            return None
        return self.after.value / self.before.value - 1

    @property
    def moved(self) -> bool:
        """Whether it moved by more than the computation's own error.

        With 400 effective draws the error of a median is about 2 %, that of an end about 3 %, of the width of a 90 % interval.
        """
        first, second = self.before, self.after
        if first.value is None or second.value is None:
            return (first.value is None) != (second.value is None)
        if first.interval is None or second.interval is None:
            return first.words(self.unit) != second.words(self.unit)
        if first.interval.kind is IntervalKind.CLAIM_RANGE:
            return first != second
        width = max(first.interval.width, 1e-12 * abs(first.value))
        ends = (first.interval.low - second.interval.low, first.interval.high - second.interval.high)
        return abs(first.value - second.value) > NOISE * width or max(map(abs, ends)) > 2 * NOISE * width

    def words(self) -> str:
        """One clause: label, both sides, the change, and how much narrower or wider the interval became."""
        sides = f"{self.before.words(self.unit)} to {self.after.words(self.unit)}"
        return ", ".join(part for part in (f"{self.label} from {sides}", self.by, self.spread) if part)

    @property
    def spread(self) -> str:
        """How much narrower or wider the 90 % interval became, in words; empty below a tenth, and where a side has none."""
        first, second = self.before.interval, self.after.interval
        if first is None or second is None or min(first.level, second.level) == 1 or first.width <= 0:
            return ""
        change = second.width / first.width - 1
        if abs(change) < TOLD:
            return ""
        if change >= 1:
            return f"interval {1 + change:.1f} times as wide"
        return f"interval {abs(change):.0%} {'narrower' if change < 0 else 'wider'}"

    @property
    def by(self) -> str:
        """The change in words: percentage points of a share or margin, else percent; empty where neither can be told."""
        first, second = self.before.value, self.after.value
        if first is None or second is None:
            return ""
        if self.unit in ("ratio", "pp"):
            return f"{(second - first) * (100 if self.unit == 'ratio' else 1):+z.1f} pp"
        return "" if self.change is None else f"{self.change:+z.1%}"

    def as_json(self) -> dict[str, Any]:
        """The shift as plain data."""
        return {
            "id": self.id,
            "label": self.label,
            "unit": self.unit,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "change": self.change,
        }
