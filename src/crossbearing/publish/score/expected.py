"""An expectation of the watch list in words, for readers who do not know its grammar."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.metric import Registry
from crossbearing.vocabulary.predicate import Form, Predicate, parse_predicate
from crossbearing.vocabulary.words import say

RELATIONS = {">": "over", ">=": "at least", "<": "under", "<=": "at most"}

YEARS = {">": "after", ">=": "in or after", "<": "before", "<=": "in or before"}


def told(book: Book) -> dict[str, str]:
    """The expectations of a book's watch list in words, by the text of their predicate; those that cannot be read are left out."""
    found = {}
    for item in book.watch:
        with suppress(CellError):
            expected = parse_predicate(item.predicate, book.canonical_entity, book.registry, book.currency)
            found[item.predicate] = expectation_words(expected, book.registry)
    return found


def expectation_words(expected: Predicate, registry: Registry) -> str:
    """`Acme: annualised run-rate revenue (gross) over $30bn/yr on 2026-07-31`.

    Args:
        expected: As read from the watch list.
        registry: Metrics with their labels.
    """
    until = f"by {expected.last}"
    if expected.form is Form.EVENT:
        return f"{expected.words[:1].upper()}{expected.words[1:]}, {until}"
    if expected.form is Form.FILING:
        return f"A public filing of {expected.entity} {until}"
    subject = _subject(expected, registry)
    if expected.form is Form.LEAD:
        return f"{expected.entity} ahead of {expected.rival} in {subject} {until}"
    if expected.form is Form.EXISTS:
        return f"{expected.entity}: somebody states {subject} {until}"
    if expected.form is Form.GROWTH:
        return f"{expected.entity}: growth of {subject} rises at {expected.last}"
    relations = YEARS if expected.unit and expected.unit.kind == "year" else RELATIONS
    bound = f"{relations[expected.relation]} {_figure(expected)}"
    return f"{expected.entity}: {subject} {bound}{',' if relations is YEARS else ''} {_when(expected)}"


def _subject(expected: Predicate, registry: Registry) -> str:
    metric = registry[expected.metric]
    label = metric.label[:1].lower() + metric.label[1:] if metric.label[1:2].islower() else metric.label
    marks = [str(expected.basis)] if expected.basis else []
    marks += [f"{key.replace('_', ' ')} {value}" for key, value in expected.qualifiers]
    return label + (f" ({', '.join(marks)})" if marks else "")


def _figure(expected: Predicate) -> str:
    return say(expected.threshold, expected.unit, 4) if expected.unit else f"{expected.threshold:,.4g}"


def _when(expected: Predicate) -> str:
    if expected.when == "at":
        return f"on {expected.last}"
    return f"in {_period(expected.first, expected.last)}" if expected.when == "in" else f"by {expected.last}"


def _period(first: date, last: date) -> str:
    """`2026`, `2026-Q2` or the two days."""
    if first.year == last.year and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year)
    quarter = (first.month - 1) // 3
    if first.day == 1 and first.month == 3 * quarter + 1 and (last - first).days in (89, 90, 91):
        return f"{first.year}-Q{quarter + 1}"
    return f"the time from {first} to {last}"
