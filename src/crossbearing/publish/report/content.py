"""Everything the report shows, computed before it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from crossbearing.check.circles import Circle
from crossbearing.check.contracted import Contracted
from crossbearing.check.standing import Standing
from crossbearing.check.unknown import Unknown
from crossbearing.publish.report.sentence import Sentence
from crossbearing.value.valuation import Valuation
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Visibility
from crossbearing.vocabulary.conflict import Conflict, IdentityCheck
from crossbearing.vocabulary.series import Series


@dataclass(frozen=True, slots=True)
class Sales:
    """What is claimed about a company's sales now on one basis, and our estimate where there is one.

    Attributes:
        entity: Canonical name.
        basis: gross, net, or `unspecified` where the source does not say.
        stated: The newest statements, or None.
        series: The position at the knowledge date, or None.
        why_not: Why there is no position, where there is none.
    """

    entity: str
    basis: str
    stated: Standing | None
    series: Series | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Presented:
    """A company's sales on both presentations, or why they cannot be had.

    Attributes:
        entity: Canonical name.
        bridge: The answer of `xb bridge`, or None.
        why_not: Why there is none.
    """

    entity: str
    bridge: dict[str, Any] | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """A section another part of the program draws: markup already escaped, with the style and script it needs.

    Attributes:
        id: Id of its `section` element.
        title: Words of its link.
        html: The element.
        style: Rules to add to the page's style.
        script: Code to add to the page's script.
    """

    id: str
    title: str
    html: str
    style: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The input of the page.

    Attributes:
        book: Cut to the knowledge date and to the visibility shown.
        as_of: Knowledge date.
        companies: The main companies, in order.
        sales: One entry a company and basis.
        positions: Series for the fan charts.
        conflicts: In order of importance.
        checks: Arithmetic identities, fails first.
        circles: Circles of money.
        valuations: The main companies valued, on claims and on the positions of this page.
        unknowns: What nobody says.
        visibility: The highest visibility inside.
        redacted: Number of claims left out because they stand above the visibility asked for.
        version: Of the program.
        seed: Of the random numbers, or None.
        screen: The sentences of the first screen.
        presented: Gross and net of the main companies.
        extras: Sections drawn elsewhere: outlook, watch list.
        contracted: Power under contract, of the companies whose contracts say any.
    """

    book: Book
    as_of: date
    companies: tuple[str, ...]
    sales: tuple[Sales, ...]
    positions: tuple[Series, ...]
    conflicts: tuple[Conflict, ...]
    checks: tuple[IdentityCheck, ...]
    circles: tuple[Circle, ...]
    valuations: tuple[Valuation, ...]
    unknowns: tuple[Unknown, ...]
    visibility: Visibility
    redacted: int
    version: str
    seed: int | None = None
    screen: tuple[Sentence, ...] = ()
    presented: tuple[Presented, ...] = ()
    extras: tuple[Extra, ...] = ()
    contracted: tuple[Contracted, ...] = ()
