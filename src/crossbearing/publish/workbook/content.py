"""What an export holds: the book and every result that leaves with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.conflict import Conflict, IdentityCheck
from crossbearing.vocabulary.series import Series

if TYPE_CHECKING:
    from crossbearing.outlook.answers import Outlook
    from crossbearing.value.entry import PayOff
    from crossbearing.value.structure import Structure
    from crossbearing.value.term import Term
    from crossbearing.value.valuation import Valuation


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A trade in hand through a vehicle.

    Attributes:
        structure: Its terms.
        rungs: From the headline price to what a share really costs.
        pay_offs: By outcome, as for the direct holding.
    """

    structure: Structure
    rungs: tuple[Term, ...]
    pay_offs: tuple[PayOff, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """A book and its results, cut to a knowledge date and a visibility.

    Attributes:
        book: The claims, sources and assumptions.
        as_of: The day it speaks of.
        companies: Whose results are inside.
        conflicts, identities: What the rules find.
        positions: Monthly series of the run rate, by company and basis.
        bridges: Gross to net by company, in the form of `xb bridge`.
        outlook: Simulated futures, or None.
        valuations: By company, in the order of `companies`.
        vehicles: The trade in hand through a vehicle, by company, where terms of one were given.
        refused: What could not be computed, and why: (what, why).
        version: Of the program.
        seed: Of the random numbers.
        redacted: Claims left out because of their visibility.
    """

    book: Book
    as_of: date
    companies: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    identities: tuple[IdentityCheck, ...]
    positions: tuple[Series, ...] = ()
    bridges: tuple[dict[str, Any], ...] = ()
    outlook: Outlook | None = None
    valuations: tuple[Valuation, ...] = ()
    vehicles: Mapping[str, Vehicle] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()
    version: str = ""
    seed: int = 0
    redacted: int = 0
    by_id: dict[str, Claim] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {c.id: c for c in self.book.claims})


def source_note(content: Export, claim_id: str) -> str:
    """Who said a claim, where and when, in the words of the book: what stands behind an input cell."""
    claim = content.by_id.get(claim_id)
    if claim is None:
        return ""
    source = content.book.sources.get(claim.source)
    told = [f"{claim.id}: {claim.quantity.text} {claim.unit}, {claim.basis}, {claim.period or 'no period'}"]
    if source:
        name = ", ".join(part for part in (source.publisher, source.title) if part)
        told.append(f"{name or source.id}{f', {source.published}' if source.published else ''}")
        told += [source.url] if source.url else ["no public link"]
    told.append(f"{claim.status}, {claim.modality}; known {claim.known or 'on no known day'}")
    return "\n".join(told)


def sources_note(content: Export, claims: tuple[str, ...], most: int = 4) -> str:
    """The notes of a few claims, and how many more there are."""
    found = [note for name in claims[:most] if (note := source_note(content, name))]
    more = [f"and {len(claims) - most} more claims"] if len(claims) > most else []
    return "\n".join([*found, *more])
