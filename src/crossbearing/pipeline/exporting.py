"""Everything an export holds, gathered once: what is refused is named with its reason, and the rest still leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from crossbearing import __version__
from crossbearing.pipeline import (
    Opened,
    check_book,
    gross_to_net,
    main_companies,
    month_ends,
    outlook_of,
    position,
    value_company,
)
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.series import Series

if TYPE_CHECKING:
    from crossbearing.outlook.answers import Outlook
    from crossbearing.publish.workbook.content import Export, Vehicle
    from crossbearing.value.inputs import Inputs
    from crossbearing.value.structure import Structure
    from crossbearing.value.trade import TradeResult
    from crossbearing.value.valuation import Question

SALES, PATHS = "revenue.run_rate", 2000
BASES = ("gross", "net")
Refused = list[tuple[str, str]]
Asking = Callable[[str, "Inputs"], "Question"]
T = TypeVar("T")


def export_of(
    opened: Opened,
    *,
    as_of: date | None,
    seed: int,
    asking: Asking,
    companies: Sequence[str] = (),
    scenarios: Sequence[str] = (),
    structure: Structure | None = None,
) -> Export:
    """A book and its results, for a workbook or tables.

    Args:
        opened: As read.
        as_of: Knowledge date, or None for all that is known.
        seed: Of the random numbers.
        asking: What is asked of the valuation of a company.
        companies: Whose results; by default the main ones.
        scenarios: Of the outlook, compared with its base.
        structure: Terms of a vehicle through which the trade in hand is held, beside the direct holding.

    Raises:
        BookError: The book has errors.
        UsageError: What is asked of a valuation cannot be read.
    """
    from crossbearing.publish.workbook.content import Export
    from crossbearing.value.inputs import Inputs

    opened.sound()
    checked = check_book(opened)
    book = checked.book
    today = as_of or book.ends or book.newest or date.min
    names = tuple(companies) or main_companies(book)
    refused: Refused = []
    positions = [
        _tried(refused, f"position of {e}, {b}", _monthly, book, e, b, today, seed)
        for e in names
        for b in BASES
    ]
    bridges = [_tried(refused, f"bridge of {e}", gross_to_net, book, e, None, seed) for e in names]
    asked = {e: asking(e, Inputs(book, e, seed, ())) for e in names}
    values = [
        _tried(refused, f"value of {e}", value_company, book, e, q, Inputs(book, e, seed, ()))
        for e, q in asked.items()
    ]
    found = _tried(refused, "outlook", _outlook, book, names, seed, scenarios) if names else None
    return Export(
        book=book,
        as_of=today,
        companies=names,
        conflicts=checked.conflicts,
        identities=checked.identities,
        positions=tuple(p for p in positions if p),
        bridges=tuple(b for b in bridges if b),
        outlook=found,
        valuations=tuple(v for v in values if v),
        vehicles={v.entity: _through(v.trade, structure) for v in values if v and v.trade and structure},
        refused=tuple(refused),
        version=__version__,
        seed=seed,
        redacted=checked.redacted,
    )


def _through(trade: TradeResult, structure: Structure) -> Vehicle:
    """The trade in hand, held through a vehicle."""
    from crossbearing.publish.workbook.content import Vehicle
    from crossbearing.value.entry import pay_off, stack

    held = replace(trade.trade, structure=structure)
    return Vehicle(structure, stack(held), tuple(pay_off(held, p.outcome) for p in trade.pay_offs))


def _tried(refused: Refused, what: str, work: Callable[..., T], *given: Any) -> T | None:
    """A result, or None with the reason noted."""
    try:
        return work(*given)
    except (Refusal, UsageError) as fault:
        refused.append((what, ": ".join(part for part in (fault.what, fault.why) if part)))
        return None


def _monthly(book: Book, entity: str, basis: str, today: date, seed: int) -> Series:
    at = month_ends(book, entity, today)
    return position(book, entity, SALES, at=at, basis=basis, seed=seed, as_of=today)


def _outlook(book: Book, names: Sequence[str], seed: int, scenarios: Sequence[str]) -> Outlook:
    from crossbearing.pipeline.outlooks import setting_of

    return outlook_of(book, setting_of(book, seed, PATHS), names, scenarios)
