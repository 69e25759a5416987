"""When a claim is about: an instant (possibly imprecise) or a duration, and pure date arithmetic.

instant  := date | part? month | part? year | quarter         a stock or a rate holds at it
duration := quarter | half | year | FYyear | month | a..b      a flow runs over it
part     := early | mid | late | end | by
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from crossbearing.vocabulary.cell import CellError

DAYS_A_YEAR = 365.0
PART_OF_MONTH = {"early": (0.0, 1 / 3), "mid": (1 / 3, 2 / 3), "late": (2 / 3, 1.0)}
END_DAYS = {"month": 7, "quarter": 14, "half": 21, "year": 21}


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time, known to lie between two days (uniformly, unless a part says otherwise).

    Attributes:
        first: Earliest day.
        last: Latest day.
        text: The cell as written.
    """

    first: date
    last: date
    text: str = field(default="", compare=False)

    @property
    def middle(self) -> date:
        """The day half-way between the earliest and the latest."""
        return self.first + (self.last - self.first) / 2

    @property
    def is_exact(self) -> bool:
        """Whether a single day is stated."""
        return self.first == self.last

    def cut(self, known: date | None) -> Instant:
        """The same instant, no later than the day the claim was known: nobody reports tomorrow's rate."""
        if known is None or known >= self.last:
            return self
        return Instant(min(self.first, known), known, self.text)

    def __str__(self) -> str:
        return self.text or (self.first.isoformat() if self.is_exact else f"{self.first}~{self.last}")


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of days, both ends included: a quarter, a fiscal year, two months.

    Attributes:
        start: First day.
        end: Last day.
        text: The cell as written.
    """

    start: date
    end: date
    text: str = field(default="", compare=False)

    @property
    def days(self) -> int:
        """Days in the span, both ends counted."""
        return (self.end - self.start).days + 1

    @property
    def middle(self) -> date:
        """The day half-way through."""
        return self.start + (self.end - self.start) / 2

    def __str__(self) -> str:
        return self.text or f"{self.start}..{self.end}"


Period = Instant | Duration

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CALENDAR = re.compile(r"(?P<year>[0-9]{4})(?:-(?:(?P<month>[0-9]{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])))?")
_FISCAL = re.compile(r"FY(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])))?")
_PARTS = re.compile(r"(early|mid|late|end|by) (.+)")
FIRST_YEAR, LAST_YEAR = 1800, 2200
_MEND = "write 2026-04-07, 2026-03, end 2026-03, 2026-Q1, FY2025, 2025 or 2026-04..2026-06"


@lru_cache(maxsize=65536)
def parse_period(text: str, prefers: str = "instant", fiscal_year_end: str = "12-31") -> Period | None:
    """The period a cell states; an empty cell is an unknown period and gives None.

    Args:
        text: The cell.
        prefers: What a bare month, quarter or year means for the metric: `instant` (a stock or a rate) or `duration` (a flow).
        fiscal_year_end: Month and day on which the entity's fiscal year closes; FY2025 is the year closing in 2025.

    Raises:
        CellError: The cell does not follow the grammar, names an impossible date, or runs backwards.
    """
    cell = text.strip()
    if not cell:
        return None
    if ".." in cell:
        return _span(cell, fiscal_year_end)
    part = _PARTS.fullmatch(cell)
    if part:
        return _part(part[1], _whole(part[2], fiscal_year_end), cell)
    start, end = _whole(cell, fiscal_year_end)
    if start == end or (prefers == "instant" and not cell.startswith("FY")):
        return Instant(start, end, cell)
    return Duration(start, end, cell)


def _span(cell: str, fiscal_year_end: str) -> Duration:
    left, _, right = cell.partition("..")
    start, end = _whole(left.strip(), fiscal_year_end)[0], _whole(right.strip(), fiscal_year_end)[1]
    if end < start:
        raise CellError(
            f"period {cell} runs backwards",
            f"it starts on {start} and ends on {end}",
            "write the earlier end first",
        )
    return Duration(start, end, cell)


def _whole(text: str, fiscal_year_end: str) -> tuple[date, date]:
    """First and last day of a day, month, quarter, half or year."""
    day = _DAY.fullmatch(text)
    if day:
        found = _date(int(day[1]), int(day[2]), int(day[3]), text)
        return found, found
    fiscal = _FISCAL.fullmatch(text)
    match = fiscal or _CALENDAR.fullmatch(text)
    if not match:
        raise _malformed(text)
    year = int(match["year"])
    shift = _fiscal_shift(fiscal_year_end) if fiscal else 0
    if fiscal is None and match["month"]:
        return _months(year, int(match["month"]), 1, text)
    if match["quarter"]:
        return _months(year, 3 * int(match["quarter"]) - 2 + shift, 3, text)
    if match["half"]:
        return _months(year, 6 * int(match["half"]) - 5 + shift, 6, text)
    return _months(year, 1 + shift, 12, text)


def _fiscal_shift(fiscal_year_end: str) -> int:
    """Months by which the fiscal year starts before January of the year it is named after (zero or negative)."""
    month = int(fiscal_year_end.partition("-")[0])
    return month - 12


def _months(year: int, month: int, count: int, text: str) -> tuple[date, date]:
    """First day of a month (month numbers outside 1..12 roll the year) and last day of the span of `count` months."""
    if count == 1 and not 1 <= month <= 12:
        raise CellError(f"{text} has no month {month:02d}", "months run from 01 to 12", _MEND)
    first = year * 12 + month - 1
    last = first + count - 1
    start = _date(first // 12, first % 12 + 1, 1, text)
    return start, _date(last // 12, last % 12 + 1, monthrange(last // 12, last % 12 + 1)[1], text)


def _date(year: int, month: int, day: int, text: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(
            f"{text} is in the year {year:04d}",
            f"claims are about the years {FIRST_YEAR} to {LAST_YEAR}; another is a slip of typing",
            _MEND,
        )
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise CellError(f"{text} is no calendar date", str(fault), _MEND) from fault


def _part(part: str, whole: tuple[date, date], cell: str) -> Instant:
    start, end = whole
    if part == "by":
        return Instant(start, end, cell)
    days = (end - start).days + 1
    if days == 1 and part != "end":
        raise CellError(
            f"{cell} names a part of a day",
            "early, mid and late are parts of a month or a longer span",
            "write the day alone",
        )
    if part == "end":
        size = "month" if days <= 31 else "quarter" if days <= 92 else "half" if days <= 184 else "year"
        return Instant(max(start, end - timedelta(days=END_DAYS[size] - 1)), end, cell)
    low, high = PART_OF_MONTH[part]
    return Instant(
        start + timedelta(days=round(low * days)),
        start + timedelta(days=max(round(low * days), round(high * days) - 1)),
        cell,
    )


def _malformed(text: str) -> CellError:
    if re.fullmatch(r"[A-Z][a-z]{2}-[0-9]{2}", text):
        return CellError(
            f"{text} is a spreadsheet's rewriting of a month",
            "the year and the day can no longer be told apart",
            f"{_MEND}; format the column as text",
        )
    if re.fullmatch(r"[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}", text):
        return CellError(
            f"{text} is an ambiguous date", "day and month change places between countries", _MEND
        )
    if re.fullmatch(r"Q[1-4] ?[0-9]{4}", text):
        return CellError(
            f"{text} is not in the book's order",
            "periods sort as text when the year comes first",
            f"write {text[-4:]}-{text[:2]}",
        )
    return CellError(f"cannot read the period {text!r}", "a period is an instant or a duration", _MEND)


def parse_known(text: str) -> Instant | None:
    """The day something became known, possibly imprecise (`2026-03` is some day in March); empty is unknown.

    Raises:
        CellError: The cell is no date, month or year.
    """
    found = parse_period(text, "instant")
    if isinstance(found, Duration):
        raise CellError(
            f"{text} is a span, not a date",
            "a publication date is one day, month or year",
            "write 2026-05-13, 2026-05 or 2026",
        )
    return found


def annual_rate(amount: float, days: float) -> float:
    """Amount over a span as a rate a year, by actual days over 365.

    Source: the book's one convention, actual/365 (ISDA 2006 section 4.16(d)).
    """
    return amount * DAYS_A_YEAR / days


def amount_over(rate: float, days: float) -> float:
    """Amount that a constant annual rate yields over a span, by actual days over 365."""
    return rate * days / DAYS_A_YEAR


def years_between(start: date, end: date) -> float:
    """Time from one day to another in years of 365.25 days."""
    return (end - start).days / 365.25


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
