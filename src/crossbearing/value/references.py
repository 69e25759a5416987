"""Growth laid beside reference companies that the user supplies, from sizes that can be compared."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from crossbearing.problems import UsageError
from crossbearing.value.sales import run_rates
from crossbearing.value.term import Term, combine
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.lineage import Lineage
from crossbearing.vocabulary.period import Duration, parse_period
from crossbearing.vocabulary.quantity import parse_quantity
from crossbearing.vocabulary.unit import parse_unit

COLUMNS = ("company", "period", "revenue", "unit")


@dataclass(frozen=True, slots=True)
class Point:
    """Revenue of a company at a time: a rate a year at a day, or a year's revenue at its middle."""

    company: str
    day: date
    term: Term


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """Growth between two points of one company.

    Attributes:
        company: Its name.
        start, end: Days.
        size: Revenue at the start.
        growth: Growth a year.
    """

    company: str
    start: date
    end: date
    size: Term
    growth: Term


def read_references(path: Path) -> tuple[Point, ...]:
    """Revenue of reference companies from a CSV with the columns company, period, revenue and unit.

    Raises:
        UsageError: Not there, a column missing, or a cell that does not follow the notation of the book.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(f"cannot read {path}", str(fault), "name a UTF-8 CSV") from fault
    rows = csv.DictReader(io.StringIO(text))
    lacking = [c for c in COLUMNS if c not in (rows.fieldnames or ())]
    if lacking:
        raise UsageError(f"{path.name}:1:1: no column {lacking[0]}", "", f"columns are {', '.join(COLUMNS)}")
    return tuple(_point(path.name, number, row) for number, row in enumerate(rows, start=2))


def _point(file: str, line: int, row: dict[str, str]) -> Point:
    column = 1
    try:
        period = parse_period(row["period"] or "", "duration")
        column = 2
        unit = parse_unit((row["unit"] or "").strip())
        quantity = parse_quantity(row["revenue"] or "", unit)
    except CellError as fault:
        raise UsageError(f"{file}:{line}:{column}: {fault.what}", fault.why, fault.mend) from fault
    if period is None or unit.kind not in ("money", "money_rate") or quantity.value <= 0:
        raise UsageError(
            f"{file}:{line}:1: no revenue at a time",
            "growth needs a positive figure and its period",
            "write 2021, 1.5B, USD",
        )
    days = period.days if isinstance(period, Duration) else 0
    factor = 365.0 / days if days and unit.kind == "money" else unit.per_year
    lineage = Lineage(assumptions=(f"{file} line {line}",))
    name = f"reference.{file}.{line}"
    term = Term(
        name, f"{row['company']} revenue {period}", f"{unit.currency}/yr", quantity.value * factor, lineage
    )
    return Point(row["company"], period.middle, term)


def of_book(book: Book, entity: str, at: date, basis: str) -> tuple[Point, ...]:
    """Run rates of a company of the book on one basis, one a day."""
    found = {r.last: Point(entity, r.last, r.term) for r in run_rates(book, entity, at) if r.basis == basis}
    return tuple(found[day] for day in sorted(found))


def growth_rows(points: Iterable[Point], least_days: int = 80) -> tuple[GrowthRow, ...]:
    """Growth a year between points of each company, by size at the start, so that like sizes stand together.

    Args:
        points: Of all companies.
        least_days: Points nearer than this are joined into longer steps: short steps annualise noise.
    """
    by_company: dict[str, list[Point]] = {}
    for point in sorted(points, key=lambda p: p.day):
        kept = by_company.setdefault(point.company, [])
        if not kept or (point.day - kept[-1].day).days >= least_days:
            kept.append(point)
    rows = [_growth(a, b) for kept in by_company.values() for a, b in pairwise(kept)]
    return tuple(sorted(rows, key=lambda r: (r.size.value or 0.0, r.company)))


def _growth(one: Point, two: Point) -> GrowthRow:
    years = (two.day - one.day).days / 365.25
    term = combine(
        f"growth.{one.term.name}.{two.term.name}",
        f"{one.company} growth a year, {one.day} to {two.day}",
        "return",
        "(R1 / R0) ** (1 / years) - 1",
        lambda a, b: (b / a) ** (1 / years) - 1,
        one.term,
        two.term,
        decimals=0,
    )
    return GrowthRow(one.company, one.day, two.day, one.term, term)
