"""Who was right: everybody who foretold or told a figure, against the best evidence that came out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from crossbearing.score.evidence import Truth, extent, grade, time_of, truths
from crossbearing.score.predictive import on_scale, scale_of
from crossbearing.score.rivals import FORETOLD
from crossbearing.score.scored import Scored
from crossbearing.score.walk_forward import Subject, comparable
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality, Status
from crossbearing.vocabulary.period import Duration
from crossbearing.vocabulary.words import say, say_quantity

NEAR_DAYS = 15  # a forecast for a day so near is a forecast of that figure
VAGUE_DAYS = 62  # a level told for a span so long says too little of any day in it


@dataclass(frozen=True, slots=True)
class Told:
    """One voice on one figure.

    Attributes:
        who: Name of the voice.
        kind: company, outlet, estimator, rival, index or us.
        entity, metric: Of what.
        at: The time it is about.
        said: The figure said, as written; ours as a median.
        claim: Its claim; empty for ours.
        said_on: Day it was said.
        truth: Claim that tells what came out.
        came_out: The figure as written.
        told_on: Day it came out.
        foretold: Whether it was said of a time still to come, rather than of the past.
        error: Signed, on the scale of the scores: logarithm of said over true for amounts; above 0 was too high.
        inside: Whether the truth lies within what the words allow; for ours, within the 90 % interval.
    """

    who: str
    kind: str
    entity: str
    metric: str
    at: str
    said: str
    claim: str
    said_on: date
    truth: str
    came_out: str
    told_on: date
    foretold: bool
    error: float
    inside: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A kind of voice over all figures it foretold, or over all it told of the past: the two are never mixed.

    Attributes:
        kind: company, outlet, estimator, rival, index or us.
        foretold: Whether of a time still to come.
        figures: How many figures it spoke of.
        error: Median absolute error.
        bias: Median signed error.
        inside: Share of truths within what it said.
    """

    kind: str
    foretold: bool
    figures: int
    error: float
    bias: float
    inside: float


def who_was_right(book: Book, subjects: Iterable[Subject], ours: Sequence[Scored] = ()) -> list[Told]:
    """Every voice on every figure that came out, in order of figure and day.

    Args:
        book: As known.
        subjects: Quantities.
        ours: Our own forecasts of the same figures, made from what was known then; of several the latest before the figure came out.
    """
    found: list[Told] = []
    for subject in subjects:
        scale = scale_of(book.registry[subject.metric].unit_kind)
        for truth, voices in _spoken(book, subject):
            told = [t for c in voices if (t := _told(book, c, truth, scale))]
            mine = [
                r for r in ours if r.truth == truth.claim.id and r.said_on < (truth.claim.known or date.min)
            ]
            if told or (mine and len(truth.others) > 0):
                found += told + [_mine(r, truth, scale) for r in mine[-1:]]
    return sorted(found, key=lambda t: (t.entity, t.metric, t.told_on, t.truth, t.said_on, t.who))


def standings(told: Iterable[Told]) -> list[Standing]:
    """Voices by kind, the nearest first."""
    groups: dict[tuple[str, bool], list[Told]] = {}
    for one in told:
        groups.setdefault((one.kind, one.foretold), []).append(one)
    found = [
        Standing(
            kind,
            foretold,
            len(rows),
            median(abs(r.error) for r in rows),
            median(r.error for r in rows),
            round(sum(r.inside for r in rows) / len(rows), 4),
        )
        for (kind, foretold), rows in groups.items()
    ]
    return sorted(found, key=lambda s: (not s.foretold, s.error, s.kind))


def _spoken(book: Book, subject: Subject) -> list[tuple[Truth, list[Claim]]]:
    """Truths of a quantity with the claims that foretold them, or told them otherwise on lesser evidence."""
    claims = comparable(book, subject)
    pairs = []
    for truth in truths(claims):
        voices = [c for c in claims if c.id != truth.claim.id and _speaks(c, truth)]
        pairs.append((truth, voices))
    return pairs


def _speaks(claim: Claim, truth: Truth) -> bool:
    """Whether a claim foretold a truth, or told it otherwise on lesser evidence."""
    if claim.known is None or not _same_time(claim, truth):
        return False
    if claim.modality in FORETOLD:
        return claim.known < (truth.claim.known or date.min)
    otherwise = claim.quantity.value != truth.value and grade(claim) > grade(truth.claim)
    return claim.modality is Modality.ACTUAL and otherwise


def _same_time(claim: Claim, truth: Truth) -> bool:
    times = time_of(claim)
    if times is None:
        return False
    if isinstance(claim.period, Duration) or isinstance(truth.claim.period, Duration):
        spans = isinstance(claim.period, Duration) and isinstance(truth.claim.period, Duration)
        return spans and abs((times[0] - truth.first).days) <= 3 and abs((times[1] - truth.last).days) <= 3
    if (times[1] - times[0]).days > VAGUE_DAYS:
        return False
    middle = times[0] + (times[1] - times[0]) / 2
    return abs((middle - truth.middle).days) <= NEAR_DAYS


def _told(book: Book, claim: Claim, truth: Truth, scale: str) -> Told | None:
    said, true = on_scale(claim.quantity.value, scale), on_scale(truth.value, scale)
    if math.isnan(said) or math.isnan(true) or claim.known is None:
        return None
    low, high = extent(claim.quantity)
    who, kind = voice(book, claim)
    return Told(
        who,
        kind,
        claim.entity,
        claim.metric,
        str(truth.claim.period),
        say_quantity(claim.quantity, claim.unit),
        claim.id,
        claim.known,
        truth.claim.id,
        say_quantity(truth.claim.quantity, truth.claim.unit),
        truth.claim.known or date.max,
        claim.modality in FORETOLD,
        said - true,
        low <= truth.value <= high,
    )


def _mine(row: Scored, truth: Truth, scale: str) -> Told:
    error = on_scale(row.p50, scale) - on_scale(row.value, scale)
    return Told(
        "us",
        "us",
        row.entity,
        row.metric,
        row.at,
        say(row.p50, truth.claim.unit),
        "",
        row.said_on,
        row.truth,
        say_quantity(truth.claim.quantity, truth.claim.unit),
        row.told_on,
        row.days_ahead > 0,
        error,
        row.covered,
    )


def voice(book: Book, claim: Claim) -> tuple[str, str]:
    """Who speaks through a claim, and what kind of voice it is: the company, a rival, an outlet, an estimator or an index."""
    by = claim.qualifier("by")
    speaker = book.canonical_entity(by) if by else None
    if speaker and speaker != claim.entity:
        return speaker, "rival"
    if claim.status in (Status.FILED, Status.AUDITED, Status.COMPANY) or speaker == claim.entity:
        return claim.entity, "company"
    if claim.status is Status.LEAKED and claim.modality is not Modality.ACTUAL:
        return f"{claim.entity}'s plan, by {_publisher(book, claim)}", "company"
    if claim.status is Status.MEASURED:
        return claim.qualifier("method") or _publisher(book, claim), "index"
    if claim.status is Status.ESTIMATE:
        return by or claim.qualifier("method") or _publisher(book, claim), "estimator"
    return _publisher(book, claim), "outlet"


def _publisher(book: Book, claim: Claim) -> str:
    """The publisher of the first report a claim goes back to, or of its own source."""
    for name in (*reversed(claim.via), claim.origin, claim.source):
        source = book.sources.get(name)
        if source and source.publisher:
            return source.publisher
    return claim.source
