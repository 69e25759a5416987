"""A valuation asked for in words: the price paid, the time held, the return asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from crossbearing.pipeline.asking import day_of
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Book

if TYPE_CHECKING:
    from crossbearing.value.inputs import Inputs
    from crossbearing.value.term import Term
    from crossbearing.value.valuation import Question

_HOLD = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(d|m|y)")
_PER_YEAR = {"d": 365.25, "m": 12.0, "y": 1.0}


def day_asked(book: Book, as_of: date | None, text: str | None) -> date:
    """The day asked for: as given, else the knowledge date, else the book's last day or its newest claim.

    Raises:
        UsageError: No date is given and the book has none.
    """
    given = day_of(text, "--at")
    if given:
        return given
    ends = [d for d in (as_of, book.ends) if d]
    found = min(ends) if ends else book.newest
    if found is None:
        raise UsageError("the book has no date", "", "give --at DATE")
    return found


def question_of(
    book: Book, entity: str, as_of: date | None, asked: Mapping[str, Any], inputs: Inputs
) -> Question:
    """What is asked, from the words of the options; as given by `xb value` and by the API.

    Raises:
        UsageError: An option cannot be read.
    """
    from crossbearing.value.ipo import read_listing
    from crossbearing.value.structure import NO_STRUCTURE, read_structure
    from crossbearing.value.term import missing
    from crossbearing.value.valuation import Question
    from crossbearing.vocabulary.period import add_months, years_between

    at = day_asked(book, as_of, asked["at"])
    until = day_of(asked["until"], "--until") or add_months(at, 36)
    if until <= at:
        raise UsageError(f"--until {until} is not after {at}", "", "name a later day")
    hold = asked["hold"]
    return Question(
        at=at,
        as_of=as_of,
        entry=_entry(book, entity, at, asked["entry"]) if asked["entry"] else None,
        structure=read_structure(asked["structure"], inputs.seed) if asked["structure"] else NO_STRUCTURE,
        listing=read_listing(asked["listing"], inputs.seed) if asked["listing"] else None,
        hold=_given("hold", hold_years(hold), "years", hold)
        if hold
        else missing("hold", "hold", "years", "--hold"),
        hurdle=_judged(inputs, "hurdle", asked["hurdle"], "return"),
        years=_given("until", years_between(at, until), "years", until.isoformat()),
        multiples=tuple(_judged(inputs, "multiple", m, "x") for m in asked["multiples"]),
        tolerance=asked["tolerance"],
    )


def _given(name: str, value: float, unit: str, text: str) -> Term:
    from crossbearing.value.term import Term
    from crossbearing.vocabulary.lineage import Lineage

    return Term(name, f"{name} {text}", unit, value, Lineage(assumptions=(f"option --{name} {text}",)))


def _judged(inputs: Inputs, name: str, text: str, unit: str) -> Term:
    from crossbearing.value.inputs import option
    from crossbearing.value.term import judged

    key, judgment = option(name, text)
    return judged(
        f"{key}.{text}", f"{key} {text}", unit, judgment, f"option --{key} {text}", seed=inputs.seed
    )


def hold_years(text: str) -> float:
    """Years in a time such as 17m, 1.5y or 300d.

    Raises:
        UsageError: Not such a time, or none at all.
    """
    match = _HOLD.fullmatch(text.strip())
    if not match or float(match[1]) <= 0:
        raise UsageError(f"cannot read --hold {text}", "", "write 17m, 1.5y or 300d")
    return float(match[1]) / _PER_YEAR[match[2]]


def _entry(book: Book, entity: str, at: date, text: str) -> Term:
    """The price paid: a figure in the book's currency, or the price of a claim or round by its id."""
    from crossbearing.value.tape import priced, tape
    from crossbearing.value.term import Term
    from crossbearing.vocabulary.cell import CellError
    from crossbearing.vocabulary.lineage import Lineage
    from crossbearing.vocabulary.quantity import parse_quantity
    from crossbearing.vocabulary.unit import parse_unit
    from crossbearing.vocabulary.words import as_typed

    for row in tape(book, entity, at):
        if text in (row.id, row.round, *row.claims):
            return priced(row).named("entry", f"entry at {row.label}")
    amount, _, per = text.partition("/")
    figure, _, currency = as_typed(amount, book.currency).partition(" ")
    unit = parse_unit_or_refuse(f"{currency or book.currency}{'/share' if per else ''}", parse_unit)
    try:
        value = parse_quantity(figure, unit).value
    except CellError as fault:
        raise UsageError(
            f"cannot read --entry {text}: {fault.what}",
            fault.why,
            "write 900B, 120/share or the id of a price",
        ) from fault
    return Term(
        "entry", f"entry at {text}", str(unit), value, Lineage(assumptions=(f"option --entry {text}",))
    )


def parse_unit_or_refuse(text: str, parse: Any) -> Any:
    """A unit, or wrong use of the command."""
    from crossbearing.vocabulary.cell import CellError

    try:
        return parse(text)
    except CellError as fault:
        raise UsageError(
            f"cannot read --entry: {fault.what}", fault.why, "write 900B, 900B EUR or 120/share"
        ) from fault
