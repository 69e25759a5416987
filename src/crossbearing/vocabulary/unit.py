"""Base units of a book: money, money per time, power, counts, ratios, points, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crossbearing.vocabulary.cell import CellError

PERIODS_A_YEAR = {"yr": 1.0, "quarter": 4.0, "month": 12.0}
_FIXED = {
    "W": "power",
    "count": "count",
    "count/yr": "count_rate",
    "count/month": "count_rate",
    "ratio": "ratio",
    "pp": "points",
    "year": "year",
    "date": "date",
    "x": "multiple",
    "x/yr": "multiple",
    "token": "count",
    "tokens": "count",
    "score": "score",
}
_MONEY = re.compile(r"(?P<currency>[A-Z]{3})(?P<per>(?:/[A-Za-z]+){0,2})")
_PER = {
    "": "money",
    "/yr": "money_rate",
    "/quarter": "money_rate",
    "/month": "money_rate",
    "/W": "price",
    "/W/yr": "price",
    "/GW/yr": "price",
    "/token": "price",
    "/Mtok": "price",
    "/user/month": "price",
    "/user/yr": "price",
    "/share": "price",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A base unit: its symbol as written, its kind, its currency where it is money and its time base where it has one.

    Attributes:
        symbol: The text of the unit column, such as `USD/yr`.
        kind: money, money_rate, price, power, count, count_rate, ratio, points, year, date, multiple or score.
        currency: ISO 4217 code, or an empty string.
        per: yr, quarter, month or an empty string.
    """

    symbol: str
    kind: str
    currency: str = ""
    per: str = ""

    @property
    def per_year(self) -> float:
        """Factor that turns a figure in this unit into one a year; 1 where the unit has no time base."""
        return PERIODS_A_YEAR.get(self.per, 1.0)

    def __str__(self) -> str:
        return self.symbol


@lru_cache(maxsize=512)
def parse_unit(text: str) -> Unit:
    """The unit a cell names.

    Raises:
        CellError: The text is no unit of the book format.
    """
    kind = _FIXED.get(text)
    if kind:
        per = text.rpartition("/")[2] if "/" in text else ""
        return Unit(text, kind, "", per)
    match = _MONEY.fullmatch(text)
    if match and match["per"] in _PER:
        last = match["per"].rpartition("/")[2]
        per = last if last in PERIODS_A_YEAR else ""
        return Unit(text, _PER[match["per"]], match["currency"], per)
    raise CellError(
        f"unknown unit {text!r}" if text else "a value needs a unit",
        "units are fixed so that unlike quantities are never added",
        "write one of USD, USD/yr, USD/month, USD/quarter, W, count, ratio, pp, year, x, USD/share (any ISO currency)",
    )
