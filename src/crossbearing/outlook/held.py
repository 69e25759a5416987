"""What the cost side is held to, in words, and the claims that cannot all be true with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crossbearing.outlook.inputs import Input
from crossbearing.outlook.margins import PARTS, usable
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.period import DAYS_A_YEAR, Duration
from crossbearing.vocabulary.words import say, say_range

HELD = {"gross_margin_claimed": "gross margin", "operating_margin_claimed": "operating margin"}


def held_to(book: Book, entity: str, table: Mapping[str, Input], today: date | None) -> list[str]:
    """Sentences on the margins the costs are solved from, and on claims of compute that do not go with them.

    Args:
        book: As known.
        entity: Company.
        table: Its inputs.
        today: The newest day of the book.
    """
    parts = [f"{words} {_span(table[name])}" for name, words in HELD.items() if name in table]
    notes = [f"costs at the start are held to what is claimed: {'; '.join(parts)}"] if parts else []
    if today is not None and {"gross_margin_claimed", "margin_sales_claimed"} <= table.keys():
        notes += [n for c in _budgets(book, entity, today) if (n := _torn(c, table, book.currency))]
    return notes


def _span(one: Input) -> str:
    low, high = one.judgment.low, one.judgment.high
    span = say(low, "ratio") if low == high else say_range(low, high, "ratio")
    return f"{span} [{', '.join(one.lineage.claims)}]"


def _budgets(book: Book, entity: str, today: date) -> list[Claim]:
    """Claims of all compute for a period of late."""
    return [
        c
        for c in book.claims
        if c.entity == entity
        and c.metric == "cost.compute"
        and usable(c, today)
        and not any(key in PARTS for key, _ in c.qualifiers)
    ]


def _torn(budget: Claim, table: Mapping[str, Input], currency: str) -> str:
    """Why a compute budget and a gross margin cannot both hold; empty where they can.

    Source: cost of sales = (1 - gross margin) x sales; where serving is mostly compute it cannot pass all of compute.
    """
    assert isinstance(budget.period, Duration)
    margin, sales = table["gross_margin_claimed"], table["margin_sales_claimed"]
    compute, most = (
        v * DAYS_A_YEAR / budget.period.days for v in (budget.quantity.value, budget.quantity.bounds[1])
    )
    cost = (1 - margin.judgment.low) * sales.judgment.low
    if cost <= most:
        return ""
    least = 1 - compute / sales.judgment.low
    ids = ", ".join(dict.fromkeys((*margin.lineage.claims, *sales.lineage.claims)))
    return (
        f"claims contradict: a gross margin of {say(margin.judgment.low, 'ratio')} on sales of"
        f" {say(sales.judgment.low, currency)} a year is a cost of sales of {say(cost, currency)} [{ids}], above all compute"
        f" claimed, {say(compute, currency)} a year [{budget.id}]; they go together from a margin of {say(least, 'ratio', 2)} up."
        " The margin is kept, so the rest of that cost is taken to lie outside the power counted"
    )
