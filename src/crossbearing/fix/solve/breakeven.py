"""Break-even as a matrix: which measure of profit over which period each claim speaks of, and what it says its sign is.

A quarter with an operating profit, a full year without one, cash that runs out and a cumulative loss can all be true at once:
they are different cells. Only two signs in one cell contradict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crossbearing.fix.align import printed_bounds
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.period import Duration

MEASURES = {
    "profit.gross": "gross profit",
    "profit.operating": "operating profit",
    "margin.operating": "operating profit",
    "profit.ebitda": "EBITDA",
    "profit.pretax": "profit before tax",
    "profit.net": "net profit",
    "profit.unspecified": "profit, measure not stated",
    "cash.burn": "cash",
    "cash.burn_per_revenue": "cash",
}
ROWS = tuple(dict.fromkeys(MEASURES.values()))
HEARD = (Modality.ACTUAL, Modality.FORECAST, Modality.TARGET)


@dataclass(frozen=True)
class Mark:
    """One claim in its cell.

    Attributes:
        claim: Its id.
        measure: Which profit, with what it leaves out; or cash.
        period: As written.
        length: quarter, half, year, cumulative or other.
        sign: profit, loss, or "reaches nought".
        words: The figure as written.
        modality: Of the claim.
        first, last: Days it covers.
    """

    claim: str
    measure: str
    period: str
    length: str
    sign: str
    words: str
    modality: str
    first: date
    last: date


@dataclass(frozen=True)
class Pair:
    """Two claims of different sign, and whether both can be true."""

    claims: tuple[str, str]
    can_both_hold: bool
    why: str


@dataclass(frozen=True)
class Matrix:
    """Every claim about break-even in its cell, and every pair of different signs."""

    marks: tuple[Mark, ...]
    pairs: tuple[Pair, ...]


def breakeven_matrix(book: Book, entity: str) -> Matrix:
    """Which claims speak of which measure and period, and which of them contradict.

    Args:
        book: The book as known.
        entity: Canonical name.
    """
    mine = [c for c in book.claims if c.entity == entity and c.modality in HEARD]
    marks = tuple(sorted((m for c in mine if (m := _mark(c))), key=lambda m: (m.measure, m.first, m.claim)))
    pairs = tuple(_pair(a, b) for k, a in enumerate(marks) for b in marks[k + 1 :] if _apparent(a, b))
    return Matrix(marks, tuple(sorted(pairs, key=lambda p: (p.can_both_hold, p.claims))))


def _mark(claim: Claim) -> Mark | None:
    if claim.metric == "breakeven":
        year = int(claim.quantity.value)
        return _cell(
            claim,
            _breakeven_measure(claim),
            Duration(date(year, 1, 1), date(year, 12, 31), str(year)),
            "reaches nought",
        )
    measure = MEASURES.get(claim.metric)
    if measure is None or not isinstance(claim.period, Duration) or claim.qualifier("segment"):
        return None
    low, high = printed_bounds(claim.quantity)
    if claim.metric.startswith("cash."):
        low, high = -high, -low
    sign = "profit" if low > 0 else "loss" if high < 0 else ""
    return _cell(claim, measure + _left_out(claim), claim.period, sign) if sign else None


def _breakeven_measure(claim: Claim) -> str:
    named = claim.qualifier("measure")
    known = {"operating": "operating profit", "net": "net profit", "cash": "cash", "ebitda": "EBITDA"}
    return known.get(named, f"{named} profit" if named else "profit, measure not stated")


def _left_out(claim: Claim) -> str:
    """What a measure leaves out: adjusted profit is another measure."""
    measure = claim.qualifier("measure")
    return " (adjusted)" if measure == "adjusted" or claim.qualifier("adjusted_for") else ""


def _cell(claim: Claim, measure: str, period: Duration, sign: str) -> Mark:
    return Mark(
        claim.id,
        measure,
        str(period),
        "cumulative" if claim.qualifier("cumulative") else _length(period),
        sign,
        str(claim.quantity),
        str(claim.modality),
        period.start,
        period.end,
    )


def _length(period: Duration) -> str:
    for days, name in ((100, "quarter"), (190, "half"), (370, "year")):
        if period.days <= days:
            return name
    return "other"


def _apparent(one: Mark, two: Mark) -> bool:
    """Whether two claims look as if they contradict: a profit and a loss at one time, a profit before or a loss after nought."""
    signs = {one.sign, two.sign}
    if signs == {"profit", "loss"}:
        return one.first <= two.last and two.first <= one.last
    if "reaches nought" in signs and len(signs) == 2:
        told, other = (one, two) if one.sign == "reaches nought" else (two, one)
        return other.last < told.first if other.sign == "profit" else other.first > told.last
    return signs == {"reaches nought"} and one.period != two.period


def _pair(one: Mark, two: Mark) -> Pair:
    ids = (one.claim, two.claim)
    differs = list(_differences(one, two))
    if not differs:
        return Pair(ids, can_both_hold=False, why=_one_cell(one, two))
    return Pair(ids, can_both_hold=True, why="; ".join(differs))


def _differences(one: Mark, two: Mark) -> Iterable[str]:
    if one.measure != two.measure:
        yield f"{one.measure} against {two.measure}"
    if one.length != two.length:
        summed = "cumulative" in (one.length, two.length)
        yield "a period against a cumulative sum" if summed else f"a {one.length} against a {two.length}"
    elif "reaches nought" not in (one.sign, two.sign) and (one.first, one.last) != (two.first, two.last):
        yield f"{one.period} against {two.period}"


def _one_cell(one: Mark, two: Mark) -> str:
    if one.sign == two.sign:
        return f"two years for one measure: {one.measure} reaches nought in {one.period} and in {two.period}"
    if "reaches nought" in (one.sign, two.sign):
        told, other = (one, two) if one.sign == "reaches nought" else (two, one)
        return f"a {other.sign} in {other.period}, and {told.measure} first reaches nought in {told.period}"
    return f"one cell, two signs: {one.measure} of {one.period}"
