"""A number on a page: value, words, interval and lineage together, so that none travels without the others."""

from __future__ import annotations

from dataclasses import dataclass

from crossbearing.vocabulary.interval import Interval
from crossbearing.vocabulary.lineage import Lineage


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number.

    Attributes:
        id: Stable name that `xb trace` accepts, such as `anthropic.revenue.run_rate.gross@2026-05-29`.
        label: What it is, in words, with basis and date.
        value: The number in base units; None where it is not computable.
        unit: Symbol of the base unit.
        text: The number as shown.
        lineage: What it rests on.
        interval: Its interval, where it has one.
        formula: How it was formed, in words or symbols.
        needs: What is missing where the value is None.
    """

    id: str
    label: str
    value: float | None
    unit: str
    text: str
    lineage: Lineage
    interval: Interval | None = None
    formula: str = ""
    needs: str = ""
