"""The same book in other worlds: as known on a day, without a claim or a source, with one voice taken as right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from crossbearing.check.standing import WHOLE, standing
from crossbearing.pipeline import Opened, without
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality, Status
from crossbearing.vocabulary.period import Instant

SALES = "revenue.run_rate"
MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class World:
    """What is supposed about a book.

    Attributes:
        as_of: Knowledge date, or None for all that is known.
        without: Claims or sources left out.
        right: Claims taken as right.
    """

    as_of: date | None = None
    without: tuple[str, ...] = ()
    right: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether nothing is left out and nobody is taken as right."""
        return not self.without and not self.right


def in_world(opened: Opened, world: World) -> Opened:
    """The book as it stands in a world.

    Raises:
        UsageError: A name is neither a claim nor a source of the book, or too many are given.
    """
    if len(world.without) + len(world.right) > MOST_NAMES:
        raise UsageError("too much is supposed at once", f"at most {MOST_NAMES} claims and sources", "")
    found = replace(opened, book=opened.book.as_of(world.as_of, judged_later=True))
    for name in world.without:
        without(opened, name)  # refuses a name the whole book does not have; one not yet known is no fault
        if _in_book(found.book, name):
            found = replace(found, book=without(found, name).book)
    for name in world.right:
        _known(opened.book, name)
        if found.book.claim(name) is not None:
            found = replace(found, book=taken_as_right(found.book, name))
    return found


def taken_as_right(book: Book, claim_id: str) -> Book:
    """The book with a claim, and its copies, believed as a filing is, and without the claims that contradict it.

    Claims on another basis, day or scope do not contradict it: both can be true.

    Raises:
        UsageError: The book has no such claim.
    """
    claim = _known(book, claim_id)
    gone = contradicting(claim, book)
    kept = book.keeping(lambda c: c.id not in gone)
    believed = tuple(_believed(c) if _says_the_same(c, claim) else c for c in kept.claims)
    return replace(kept, claims=believed)


def contradicting(claim: Claim, book: Book) -> frozenset[str]:
    """Facts of the same quantity, basis, scope and time whose figure cannot be true together with a claim's."""
    return frozenset(
        c.id
        for c in book.claims
        if (c.entity, c.metric, c.basis, c.modality, _scope(c))
        == (claim.entity, claim.metric, claim.basis, claim.modality, _scope(claim))
        and not _says_the_same(c, claim)
        and _overlap(_days(c), _days(claim))
        and not _overlap(c.quantity.bounds, claim.quantity.bounds)
    )


def _scope(claim: Claim) -> frozenset[tuple[str, str]]:
    """Qualifiers that make it another quantity; who says so and how does not."""
    return frozenset(pair for pair in claim.qualifiers if pair[0] not in WHOLE)


def _days(claim: Claim) -> tuple[int, int]:
    """First and last day a claim is about; an empty span where it does not say."""
    if claim.period is None:
        return 1, 0
    if isinstance(claim.period, Instant):
        return claim.period.first.toordinal(), claim.period.last.toordinal()
    return claim.period.start.toordinal(), claim.period.end.toordinal()


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= one[1] and other[0] <= other[1] and one[0] <= other[1] and other[0] <= one[1]


def sceptics(book: Book, entity: str) -> tuple[Claim, ...]:
    """Who says least about a company's sales now: voices with a stake against it, else the lowest of the newest statements.

    One claim an origin, newest first; none where all newest statements agree.
    """
    interested = [
        c
        for c in book.claims
        if (c.entity, c.metric, c.modality) == (entity, SALES, Modality.ACTUAL)
        and c.qualifier("interested") == "yes"
    ]
    if interested:
        newest = sorted(interested, key=lambda c: (c.known or date.min, c.id), reverse=True)
        return tuple({c.origin or c.source: c for c in reversed(newest)}.values())[:2]
    for basis in ("gross", "net", "unspecified"):
        stated = standing(book, entity, SALES, basis)
        if stated and stated.low < stated.high:
            return (min(stated.claims, key=lambda c: (c.quantity.value, c.id)),)
    return ()


def _says_the_same(one: Claim, other: Claim) -> bool:
    """The claim itself or a copy: same origin, quantity and figure."""
    if one.id == other.id:
        return True
    same = (one.entity, one.metric, one.basis, one.quantity.value)
    return bool(one.origin) and (one.origin, *same) == (
        other.origin,
        other.entity,
        other.metric,
        other.basis,
        other.quantity.value,
    )


def _believed(claim: Claim) -> Claim:
    qualifiers = tuple(pair for pair in claim.qualifiers if pair[0] != "interested")
    return replace(claim, status=Status.FILED, qualifiers=qualifiers)


def _known(book: Book, claim_id: str) -> Claim:
    claim = book.claim(claim_id)
    if claim is None:
        raise UsageError(f"{claim_id!r} is no claim of the book", "", "see `xb claims` for the ids")
    return claim


def _in_book(book: Book, name: str) -> bool:
    return book.claim(name) is not None or name in book.sources or any(name in c.via for c in book.claims)
