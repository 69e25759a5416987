"""One company in one money: figures in another currency are named and set aside, since no exchange rate is assumed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from crossbearing.value.term import Term, missing
from crossbearing.vocabulary.book import Book, Round
from crossbearing.vocabulary.words import say


def in_one_currency(book: Book, entity: str) -> tuple[Book, tuple[Term, ...]]:
    """The book with a company's money in one currency only, and what was set aside, each with what it needs.

    The currency is the book's where any claim of the company is in it, else the one most of its claims are in.

    Args:
        book: Cut to the knowledge date and visibility.
        entity: Canonical name.
    """
    count = Counter(c.unit.currency for c in book.claims if c.entity == entity and c.unit.currency)
    count.update(code for r in book.rounds if r.entity == entity for code in _currencies(r))
    if len(count) < 2:
        return book, ()
    kept = book.currency if book.currency in count else max(count, key=lambda code: (count[code], code))
    left_out = [c for c in book.claims if c.entity == entity and c.unit.currency not in ("", kept)]
    aside = tuple(
        missing(
            f"other_money.{c.id}",
            f"{c.metric} of {entity}, {say(c.quantity.value, c.unit)} [{c.id}]",
            str(c.unit),
            f"its figure in {kept}: an exchange rate is a claim of its own, and none is assumed",
        )
        for c in left_out
    )
    names = {c.id for c in left_out}
    one = book.keeping(lambda c: c.id not in names)
    rounds = tuple(r for r in one.rounds if r.entity != entity or _currencies(r) <= {kept})
    return replace(one, rounds=rounds), aside


def _currencies(deal: Round) -> set[str]:
    """Currencies of the amounts of a round of the cap table."""
    amounts = (deal.price_per_share, deal.raised, deal.valuation)
    return {a.unit.currency for a in amounts if a is not None and a.unit.currency}
