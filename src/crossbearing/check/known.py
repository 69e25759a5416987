"""Whether a book already holds what a claim says: the same figure, of the same thing, for the same time."""

from __future__ import annotations

from crossbearing.check.statement import CLASSES, Stated, differ
from crossbearing.check.voices import MATERIAL, days_between
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim
from crossbearing.vocabulary.metric import Metric

LEVEL_DAYS = 45  # days between two dates of one level that still name one moment
EVENT_DAYS = 100  # the same of a round or a deal, which is told for days or months
PARTLY = ("ratio", "points", "multiple")  # figures so common that an unnamed part may be any part


def known_as(book: Book, claim: Claim) -> tuple[Claim, ...]:
    """Claims of a book that state what a claim states, the nearest in time first.

    Args:
        book: The book without the claim.
        claim: The claim.
    """
    metric = book.registry.get(claim.metric)
    asked = Stated(claim, metric, claim.metric, {})
    near: list[tuple[int, str, Claim]] = []
    for other in book.claims:
        if other.entity != claim.entity or other.metric != claim.metric or other.id == claim.id:
            continue
        told = Stated(other, metric, other.metric, {})
        apart = _apart(asked, told, metric)
        if apart is not None and _same(asked, told):
            near.append((apart, other.id, other))
    return tuple(c for *_, c in sorted(near, key=lambda row: row[:2]))


def told_again(book: Book, claim: Claim, other: Claim) -> int:
    """Which of two claims of one document only repeats the other: 1 the second, -1 the first, 0 neither.

    They repeat each other where they print one number for one thing at what may be one time, as a headline and its
    article do. The one that says its time or its basis less exactly is the repetition.
    """
    if (claim.entity, claim.metric) != (other.entity, other.metric):
        return 0
    metric = book.registry.get(claim.metric)
    a, b = (Stated(c, metric, c.metric, {}) for c in (claim, other))
    if a.bar.mid != b.bar.mid or _apart(a, b, metric) is None or not _same(a, b):
        return 0
    return 1 if _vague(a) <= _vague(b) else -1


def _vague(stated: Stated) -> tuple[bool, int, bool]:
    """How little a statement says of its time and basis."""
    unsaid = stated.claim.basis == Basis.UNSPECIFIED
    return (not stated.dated, stated.last - stated.first if stated.dated else 0, unsaid)


def _same(a: Stated, b: Stated) -> bool:
    """Whether two statements give one figure of one thing, as far as both say."""
    one, two = a.claim, b.claim
    if {one.basis, two.basis} == {Basis.GROSS, Basis.NET} or a.rated != b.rated:
        return False
    if CLASSES.get(one.modality, one.modality) != CLASSES.get(two.modality, two.modality):
        return False
    if (one.unit.currency, one.unit.kind) != (two.unit.currency, two.unit.kind):
        return False
    if differ(a.partition, b.partition) or differ(a.wild, b.wild) or differ(a.definition, b.definition):
        return False
    if one.unit.kind in PARTLY and a.partition != b.partition:
        return False
    return abs(a.bar.mid - b.bar.mid) <= MATERIAL * max(abs(a.bar.mid), abs(b.bar.mid))


def _apart(a: Stated, b: Stated, metric: Metric | None) -> int | None:
    """Days between the times of two statements; None where they cannot be about one time."""
    if not (a.dated and b.dated):
        return 0
    if a.span != b.span and metric is not None and metric.kind == "flow":
        return None
    if a.span and b.span:
        return 0 if (a.first, a.last) == (b.first, b.last) else None
    days = days_between(a, b)
    reach = EVENT_DAYS if metric is not None and metric.kind == "event" else LEVEL_DAYS
    return days if days <= reach else None
