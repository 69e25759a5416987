"""A contradiction between claims in one clause of a sentence, as a partner would put it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crossbearing.vocabulary.words import say_quantity

if TYPE_CHECKING:
    from crossbearing.vocabulary.book import Book
    from crossbearing.vocabulary.claim import Claim
    from crossbearing.vocabulary.conflict import Conflict

CAUSES = {
    "basis": "gross against net",
    "definition": "two quantities under one word",
    "date": "the date decides",
    "copy": "one figure repeated",
    "arithmetic": "the figures do not give each other",
    "digits": "one is perhaps misread or misprinted",
    "vintage": "an old plan beside a new one",
    "scope": "two scopes",
    "genuine": "no reason found",
}
_MADE = re.compile(
    r"^.*?: (?P<inputs>.+?) gives? (?P<result>[^;]+); (?P<stated>.+?) is stated(?: \((?P<yearly>[^)]+/yr)\))?"
)
_BRACKETS = re.compile(r"\[[^\]]*\]")


def contradiction(book: Book, conflict: Conflict) -> str:
    """The first statements that cannot both hold, and why: `Acme's run rate, $12bn or $9bn a year (two scopes)`.

    Args:
        book: Holds the claims and the words of the metrics.
        conflict: Its sentence names claims in brackets, those it leads with first.
    """
    made = _made(book, conflict)
    if made:
        return made
    named = _claims(book, conflict.what)
    claims = named or [c for i in conflict.claims if (c := book.claim(i))]
    if not claims:
        return conflict.what
    first, *rest = [claims[0], *(c for c in claims[1:] if c.quantity.value != claims[0].quantity.value)]
    words = f"{first.entity}'s {metric_words(book, first)}"
    cause = f" ({CAUSES[str(conflict.kind)]})"
    if not rest:
        return f"{words} of {claimed(first)}{cause}"
    other = rest[0]
    if other.metric == first.metric:
        return f"{words}, {claimed(first)}{_when(first)} or {claimed(other)}{_when(other)}{cause}"
    return f"{words} of {claimed(first)} against {metric_words(book, other)} of {claimed(other)}{cause}"


def _made(book: Book, conflict: Conflict) -> str:
    """Where figures give another than the one stated: `Acme's a and b would make c 3, where 2 is stated`; else an empty text."""
    found = _MADE.search(conflict.what)
    inputs = _claims(book, found["inputs"]) if found else []
    stated = _claims(book, found["stated"]) if found else []
    if not found or not inputs or not stated:
        return ""
    words = f"{inputs[0].entity}'s {_figures(book, inputs[:2])}"
    more = " and others" if len(inputs) > 2 else ""
    told = a_year(" ".join(_BRACKETS.sub("", found["stated"]).split()))
    told += f" ({a_year(found['yearly'])})" if found["yearly"] else ""
    return f"{words}{more} would make {metric_words(book, stated[0])} {a_year(found['result'])}, where {told} is stated"


def _figures(book: Book, claims: list[Claim]) -> str:
    """`run rate of $30bn a year gross and $22bn a year net`: the metric once where it is one."""
    told, last = [], ""
    for claim in claims:
        basis = f" {claim.basis}" if claim.basis in ("gross", "net") else ""
        label = "" if claim.metric == last else f"{metric_words(book, claim)} of "
        told.append(f"{label}{claimed(claim)}{basis}")
        last = claim.metric
    return " and ".join(told)


def _claims(book: Book, text: str) -> list[Claim]:
    """The claims a text names in brackets, in order."""
    named = (i.strip() for group in re.findall(r"\[([^\]]+)\]", text) for i in group.split(","))
    return [c for i in named if (c := book.claim(i))]


def _when(claim: Claim) -> str:
    return f" ({claim.period})" if claim.period else ""


def metric_words(book: Book, claim: Claim) -> str:
    """The metric of a claim in words that can stand inside a sentence."""
    label = book.registry[claim.metric].label
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def claimed(claim: Claim) -> str:
    """The figure of a claim as a partner says it."""
    return a_year(say_quantity(claim.quantity, claim.unit))


def a_year(text: str) -> str:
    """`$30bn/yr` as a partner says it: `$30bn a year`; a bound in words."""
    text = text.replace("/yr", " a year")
    return {">": "over ", "<": "under "}.get(text[:1], text[:1]) + text[1:]
