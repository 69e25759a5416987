"""Price over revenue with both dates on show; growth of value split into revenue and multiple; claimed labels put right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from crossbearing.problems import Refusal
from crossbearing.value.sales import Reading, apart
from crossbearing.value.tape import TapeRow, priced
from crossbearing.value.term import Term, combine, same_currency
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.period import Instant

TOLERANCE_DAYS = 31
FORWARD_WORDS = ("forward", "ntm", "next")


@dataclass(frozen=True, slots=True)
class Cell:
    """One multiple of the grid.

    Attributes:
        price: Id of the tape row.
        reading: Label of the revenue figure.
        multiple: The ratio; the median of per-draw ratios where the revenue comes from the position.
        price_date, revenue_date: Both dates, as stated.
        gap_days: Days between them.
        synthetic: Whether they are further apart than the tolerance: no market ever put this price on this revenue.
        label: Kind of revenue, basis and dates.
        is_spot: Whether the revenue is a run rate.
        revenue_first, revenue_last: Days the revenue is about.
    """

    price: str
    reading: str
    multiple: Term
    price_date: str
    revenue_date: str
    gap_days: int | None
    synthetic: bool
    label: str
    is_spot: bool
    revenue_first: date
    revenue_last: date


def multiple(
    row: TapeRow, reading: Reading, *, as_of: date | None = None, tolerance: int = TOLERANCE_DAYS
) -> Cell:
    """A price over a revenue figure.

    Args:
        row: The price.
        reading: The revenue, a rate a year or a year's sum.
        as_of: Knowledge date, or None for all that is known.
        tolerance: Days the two dates may lie apart before the ratio is marked synthetic.

    Raises:
        Refusal: The round is unpriced, the currencies differ, the revenue is zero or negative, or one of the two was not
            yet known at the knowledge date.
    """
    price = priced(row)
    for what, known in ((row.label, row.known), (reading.label, reading.known)):
        if as_of and known and known > as_of:
            raise Refusal(
                f"{what} became known on {known.isoformat()}, after {as_of.isoformat()}",
                "a multiple of that day cannot rest on what nobody knew",
                "use a later --as-of",
            )
    if reading.term.value is not None and reading.term.value <= 0:
        raise Refusal(
            f"{reading.label} is not above zero", "a price over it means nothing", "use another measure"
        )
    same_currency(price, reading.term)
    paid = row.when
    gap = apart(paid.first, paid.last, reading.first, reading.last) if paid else None
    synthetic = gap is None or gap > tolerance
    when = f"price {paid or 'undated'}, revenue {_span(reading)}"
    kind = "spot" if reading.measure == "run rate" else reading.measure
    label = f"{row.type} over {reading.label} ({kind}; {when}{'; synthetic' if synthetic else ''})"
    how = f"{price.label} / {reading.term.label}"
    if reading.position:
        how = f"median of per-draw ratios {how}"
    ratio = combine(f"multiple.{row.id}.{reading.term.name}", label, "x", how, _ratio, price, reading.term)
    return Cell(
        row.id,
        reading.label,
        ratio,
        str(paid or "undated"),
        _span(reading),
        gap,
        synthetic,
        label,
        reading.measure == "run rate",
        reading.first,
        reading.last,
    )


def _ratio(price: object, revenue: object) -> object:
    return np.divide(price, revenue)  # type: ignore[call-overload]


def _span(reading: Reading) -> str:
    return reading.last.isoformat() if reading.first == reading.last else f"{reading.first}~{reading.last}"


def grid(
    rows: Sequence[TapeRow],
    readings: Sequence[Reading],
    *,
    as_of: date | None = None,
    tolerance: int = TOLERANCE_DAYS,
) -> tuple[Cell, ...]:
    """Every price over every revenue figure of the same currency, row by row."""
    return tuple(multiple(row, r, as_of=as_of, tolerance=tolerance) for row in rows for r in readings)


@dataclass(frozen=True, slots=True)
class GrowthSplit:
    """Growth of value between two prices: ln(value) = ln(revenue) + ln(multiple).

    Attributes:
        start, end: The two multiples.
        value, revenue, multiple: Log growth of each; the last two add up to the first.
        synthetic: Whether either multiple is.
    """

    start: Cell
    end: Cell
    value: Term
    revenue: Term
    multiple: Term
    synthetic: bool

    @property
    def sentence(self) -> str:
        """Which part grew, in words."""
        if self.value.value is None or self.revenue.value is None or self.multiple.value is None:
            return self.value.text
        factor = math.exp(self.value.value)
        parts = f"revenue x{math.exp(self.revenue.value):.2f}, multiple x{math.exp(self.multiple.value):.2f}"
        tail = "; synthetic: dates of price and revenue differ" if self.synthetic else ""
        return f"value x{factor:.2f} = {parts}{tail}"


def growth_split(first: TapeRow, first_revenue: Reading, last: TapeRow, last_revenue: Reading) -> GrowthSplit:
    """Growth from one price to a later one, split into revenue and multiple.

    Raises:
        Refusal: The two revenue figures differ in basis or measure, so their growth would be a change of label.
    """
    if (first_revenue.basis, first_revenue.measure) != (last_revenue.basis, last_revenue.measure):
        raise Refusal(
            f"{first_revenue.label} and {last_revenue.label} are not alike",
            "growth between unlike revenue is partly a change of label",
            "use one measure and basis at both ends",
        )
    start, end = multiple(first, first_revenue), multiple(last, last_revenue)
    tag = f"growth.{first.id}.{first_revenue.term.name}.{last.id}.{last_revenue.term.name}"

    def logs(name: str, label: str, *terms: Term) -> Term:
        how = {"value": "ln(V1 / V0)", "revenue": "ln(R1 / R0)", "multiple": "ln((V1 / R1) / (V0 / R0))"}[
            name
        ]
        if len(terms) == 2:
            return combine(f"{tag}.{name}", label, "log", how, lambda a, b: np.log(np.divide(b, a)), *terms)
        return combine(
            f"{tag}.{name}", label, "log", how, lambda a, b, p, q: np.log((q / b) / (p / a)), *terms
        )

    v0, v1, r0, r1 = first.price, last.price, first_revenue.term, last_revenue.term
    return GrowthSplit(
        start,
        end,
        logs("value", "log growth of value", v0, v1),
        logs("revenue", "log growth of revenue", r0, r1),
        logs("multiple", "log growth of the multiple", r0, r1, v0, v1),
        start.synthetic or end.synthetic,
    )


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A multiple as an article states it, against what the figures give.

    Attributes:
        claim: Id of the claim.
        stated: Its words and figure.
        recomputed: The cell of the grid that comes nearest.
        fits: Whether it agrees within the printed rounding.
        verdict: What the label should be.
    """

    claim: str
    stated: str
    recomputed: Cell | None
    fits: bool
    verdict: str


def relabel(book: Book, entity: str, cells: Iterable[Cell]) -> tuple[Relabelled, ...]:
    """Multiples claimed for an entity, each beside the cell it must have been formed from, with the label it deserves."""
    found = tuple(cells)
    claims = [c for c in book.claims if c.entity == entity and c.metric == "valuation.multiple"]
    return tuple(_relabelled(c, found) for c in claims)


def _relabelled(claim: Claim, cells: Sequence[Cell]) -> Relabelled:
    said = claim.qualifier("scope")
    stated = f"{claim.quantity.text} {said}".strip()
    agreeing = [c for c in cells if _agrees(claim, c)]
    if not agreeing:
        return Relabelled(
            claim.id, stated, None, fits=False, verdict="no price and revenue of the book give it"
        )
    best = min(agreeing, key=lambda c: _rank(claim, c))
    best = replace(best, multiple=replace(best.multiple, decimals=2))
    words = said.casefold()
    if best.is_spot and any(word in words for word in FORWARD_WORDS):
        verdict = "stated as forward; it is value over a run rate, which is spot: forward means the next twelve months"
    elif best.is_spot and "run rate" not in words:
        verdict = "value over a run rate, which is spot, not sales of a year"
    else:
        verdict = "agrees"
    if best.synthetic:
        verdict += "; synthetic: price and revenue are of different dates"
    return Relabelled(claim.id, stated, best, fits=True, verdict=verdict)


def _rank(claim: Claim, cell: Cell) -> tuple[bool, bool, float, int]:
    """Spot before other revenue, revenue of about the claim's time before others, then the nearest figure."""
    days = _days_off(claim, cell)
    return not cell.is_spot, days > TOLERANCE_DAYS, round(abs(_log_off(claim, cell)), 4), days


def _log_off(claim: Claim, cell: Cell) -> float:
    value, wanted = cell.multiple.value or 0.0, claim.quantity.value
    return math.log(value / wanted) if value > 0 and wanted > 0 else math.inf


def _agrees(claim: Claim, cell: Cell) -> bool:
    """Whether a ratio is what a claim states, within its printed rounding; a bound may be a tenth away."""
    value, quantity = cell.multiple.value, claim.quantity
    if value is None or not math.isfinite(_log_off(claim, cell)):
        return False
    if quantity.relation.is_floor or quantity.relation.is_ceiling:
        return quantity.bounds[0] <= value <= quantity.bounds[1] and abs(_log_off(claim, cell)) <= 0.1
    return abs(value - quantity.value) <= max(quantity.tolerance, quantity.half_unit)


def _days_off(claim: Claim, cell: Cell) -> int:
    """Days between the time a claimed multiple is of and the revenue of the cell."""
    period = claim.period
    if period is None:
        return 0
    first, last = (period.first, period.last) if isinstance(period, Instant) else (period.start, period.end)
    return apart(first, last, cell.revenue_first, cell.revenue_last)
