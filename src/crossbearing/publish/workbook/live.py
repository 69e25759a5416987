"""Arithmetic that is written twice at once: as a spreadsheet formula and as the number it gives now."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

Number = float | int
LONGEST_TEXT = 240  # a text inside a formula may have 255 characters


@dataclass(frozen=True, slots=True)
class Live:
    """A figure with the formula that gives it.

    Attributes:
        text: The formula without its equals sign; a reference or a constant where it is no calculation.
        value: What it gives now; None where an input is missing or the arithmetic has no result.
        refs: Cells it reads.
        needs: What the empty cells among them stand for, in words.
    """

    text: str
    value: float | None
    refs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def __add__(self, other: Live | Number) -> Live:
        return _joined("+", self, other, lambda a, b: a + b)

    def __sub__(self, other: Live | Number) -> Live:
        return _joined("-", self, other, lambda a, b: a - b)

    def __mul__(self, other: Live | Number) -> Live:
        return _joined("*", self, other, lambda a, b: a * b)

    def __truediv__(self, other: Live | Number) -> Live:
        return _joined("/", self, other, lambda a, b: a / b)

    def __pow__(self, other: Live | Number) -> Live:
        return _joined("^", self, other, lambda a, b: a**b)

    def __radd__(self, other: Number) -> Live:
        return constant(other) + self

    def __rsub__(self, other: Number) -> Live:
        return constant(other) - self

    def __rmul__(self, other: Number) -> Live:
        return constant(other) * self

    def __rtruediv__(self, other: Number) -> Live:
        return constant(other) / self

    @property
    def formula(self) -> str:
        """The formula as entered: where cells it reads may be empty, it says what it needs instead of a wrong number."""
        if not self.needs:
            return f"={_bare(self.text)}"
        words = self._missing
        cells = ",".join(self.refs)
        return f'=IF(COUNT({cells})={len(self.refs)},{self.text},"{words}")'

    @property
    def shown(self) -> float | str:
        """What the cell shows before anything is recalculated."""
        if self.value is not None:
            return self.value
        return self._missing if self.needs else "n/a"

    @property
    def _missing(self) -> str:
        """What it waits for, as a text of a formula: without quotes, and no longer than a formula takes."""
        return f"needs {'; '.join(self.needs)}".replace('"', "'")[:LONGEST_TEXT]


def _bare(text: str) -> str:
    """A formula without brackets around the whole of it."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]


def constant(value: Number) -> Live:
    """A number of the formula itself, such as one."""
    return Live(repr(value) if value >= 0 else f"({value!r})", float(value))


def cell(ref: str, value: float | None, needs: str = "") -> Live:
    """A cell with a figure in it, or an empty one that waits for what it needs."""
    return Live(ref, value, (ref,), (needs,) if needs and value is None else ())


def called(function: str, work: Callable[..., float], *parts: Live) -> Live:
    """A spreadsheet function of parts, such as LN; `work` is what it does to numbers."""
    return _formed(f"{function}({','.join(p.text for p in parts)})", work, *parts)


def _joined(sign: str, left: Live, right: Live | Number, work: Callable[[float, float], float]) -> Live:
    other = right if isinstance(right, Live) else constant(right)
    return _formed(f"({left.text}{sign}{other.text})", work, left, other)


def _formed(text: str, work: Callable[..., float], *parts: Live) -> Live:
    refs = tuple(dict.fromkeys(r for p in parts for r in p.refs))
    needs = tuple(dict.fromkeys(n for p in parts for n in p.needs))
    values = [p.value for p in parts]
    found: float | None = None
    if all(v is not None for v in values):
        try:
            found = float(work(*values))
        except (ArithmeticError, ValueError, TypeError):
            found = None
    return Live(text, found if found is not None and math.isfinite(found) else None, refs, needs)
