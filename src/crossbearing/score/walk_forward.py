"""What would have been said on each day with what was known then, against everything told later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crossbearing.score.evidence import (
    STATED,
    Truth,
    basis_fits,
    is_about,
    known_by,
    method_of,
    own_basis,
    truths,
)
from crossbearing.score.predictive import Predictive, scale_of
from crossbearing.score.rivals import FORETOLD, Pooled, pooled_forecast, rivals, unasked
from crossbearing.score.scored import Scored, score, width_80
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality
from crossbearing.vocabulary.period import Duration, add_months

Point = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What our forecast says at some times.

    Attributes:
        points: p5 .. p95 at each time asked for, or None where it says nothing there.
        claims: Claims behind it.
        why_not: Why it says nothing at all, or at the times without a point.
    """

    points: tuple[Point | None, ...]
    claims: tuple[str, ...] = ()
    why_not: str = ""


Foresee = Callable[[Book, str, str, str, Sequence[str]], Answer]  # book then, entity, metric, basis, times


@dataclass(frozen=True, slots=True)
class Subject:
    """A quantity that is foretold and told: one entity, metric, presentation and method."""

    entity: str
    metric: str
    basis: Basis
    method: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """One day of the walk for one quantity.

    Attributes:
        day: Up to which everything is known.
        subject: The quantity.
        known: Comparable figures known then.
        later: Truths told later.
        rows: Scores.
        unanswered: Truths that our forecast said nothing of: they are counted, never dropped.
        why_not: Why, where it did not answer.
    """

    day: date
    subject: Subject
    known: int
    later: int
    rows: tuple[Scored, ...] = ()
    unanswered: int = 0
    why_not: str = ""


def month_ends(first: date, last: date) -> list[date]:
    """Last days of months from the month of one day to another day, which is the last of them if it ends no month."""
    found = []
    start = first.replace(day=1)
    while (end := add_months(start, 1) - timedelta(days=1)) < last:
        found.append(end)
        start = add_months(start, 1)
    return [*found, last]


def subjects(book: Book, answerable: Callable[[str], bool]) -> list[Subject]:
    """Quantities of a book with at least two truths, in order of name.

    Args:
        book: Everything known.
        answerable: Whether the position answers for a metric at all.
    """
    found: dict[Subject, list[Claim]] = {}
    for claim in book.claims:
        if answerable(claim.metric) and is_about(claim, ()):
            found.setdefault(subject_of(book, claim), []).append(claim)
    kept = [s for s, claims in found.items() if len(truths(claims)) >= 2]
    return sorted(kept, key=lambda s: (s.metric, s.entity, s.basis, s.method))


def subject_of(book: Book, claim: Claim) -> Subject:
    """The quantity a claim is about; a presentation that is not stated is taken for the entity's own."""
    basis = claim.basis
    if basis is Basis.UNSPECIFIED:
        basis = own_basis(book, claim.entity)
    return Subject(claim.entity, claim.metric, basis, method_of(claim))


def comparable(book: Book, subject: Subject) -> list[Claim]:
    """Claims of a quantity, forecasts included."""
    own = own_basis(book, subject.entity)
    wanted = subject.basis if subject.basis in STATED else None
    return [
        c
        for c in book.claims
        if c.entity == subject.entity
        and c.metric == subject.metric
        and is_about(c, ())
        and method_of(c) == subject.method
        and basis_fits(c, wanted, own)
    ]


def walk_forward(
    book: Book, subject: Subject, origins: Iterable[date], foresee: Foresee, pooled: Pooled = unasked
) -> Iterator[Origin]:
    """What would have been said of one quantity on each day, scored on what was told later.

    Args:
        book: Everything known; each forecast is made from `book.as_of` its day and nothing else.
        subject: The quantity.
        origins: Days.
        foresee: Makes the forecast from the book of that day.
        pooled: What growth pooled over other companies says: it stands beside ours.
    """
    claims = comparable(book, subject)
    scale = scale_of(book.registry[subject.metric].unit_kind)
    told = truths(claims)
    for day in origins:
        then = known_by(claims, day)
        known = truths(then)
        later = [t for t in told if t.claim.known and t.claim.known > day and not _told_before(t, known)]
        if not known or not later:
            yield Origin(day, subject, len(known), len(later))
            continue
        mixed = _methods(book.as_of(day), subject)
        if subject.method and len(mixed) > 1:
            why = f"the position would mix figures of {len(mixed)} methods"
            yield Origin(day, subject, len(known), len(later), (), len(later), why)
            continue
        basis = str(subject.basis) if subject.basis in STATED else ""
        answer = foresee(book.as_of(day), subject.entity, subject.metric, basis, [_asked(t) for t in later])
        foretold = [c for c in then if c.modality in FORETOLD]
        rows = tuple(_rows(answer, later, known, foretold, scale, day, subject, pooled))
        yield Origin(day, subject, len(known), len(later), rows, len(later) - len(rows), answer.why_not)


def _methods(then: Book, subject: Subject) -> set[tuple[tuple[str, str], ...]]:
    """Methods of the figures known of a quantity: the position tells none of them apart."""
    return {
        method_of(c)
        for c in then.claims
        if (c.entity, c.metric) == (subject.entity, subject.metric)
        and is_about(c, ())
        and c.modality is Modality.ACTUAL
    }


def _told_before(truth: Truth, known: Sequence[Truth]) -> bool:
    """Whether the figure for that time had been told already, by other words."""
    return any(
        abs((t.middle - truth.middle).days) <= 3 and t.first <= truth.last and truth.first <= t.last
        for t in known
    )


def _asked(truth: Truth) -> str:
    if isinstance(truth.claim.period, Duration):
        return f"{truth.first}..{truth.last}"
    return truth.middle.isoformat()


def _rows(
    answer: Answer,
    later: Sequence[Truth],
    known: Sequence[Truth],
    foretold: Sequence[Claim],
    scale: str,
    day: date,
    subject: Subject,
    pooled: Pooled,
) -> Iterator[Scored]:
    for truth, point in zip(later, answer.points or (None,) * len(later), strict=True):
        dist = Predictive.of(point, scale) if point else None
        if dist is None or point is None:
            continue
        others = pooled_forecast(known, truth, scale, pooled)
        row = score(
            dist,
            point,
            truth,
            scale,
            day,
            who="us",
            basis=str(subject.basis),
            claims=len(answer.claims),
            rivals=rivals(known, foretold, truth, scale, others),
            pooled_width_80=width_80(others) if others else None,
        )
        if row:
            yield row
