"""Frozen forecasts laid against later claims: by quantity, presentation and time, the best evidence first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crossbearing.score.evidence import Truth, known_by, method_of, truths
from crossbearing.score.predictive import Predictive, between, brier, scale_of
from crossbearing.score.rivals import FORETOLD, rivals
from crossbearing.score.scored import Scored, score
from crossbearing.score.vintage import Vintage
from crossbearing.score.walk_forward import Subject, comparable
from crossbearing.score.watch import State, Watched
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Basis, Claim, Modality
from crossbearing.vocabulary.period import Duration, Instant, parse_period

FARTHEST_DAYS = 62  # between two frozen dates so far apart a forecast is read in between
ALONE_DAYS = 3  # from a frozen date that stands alone


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of one frozen forecast.

    Attributes:
        vintage: The forecast.
        rows: Scores.
        waiting: Points whose truth is not told yet.
        apart: Later claims that are not comparable, with why: another method, or off the scale.
    """

    vintage: Vintage
    rows: tuple[Scored, ...]
    waiting: int
    apart: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ChanceScored:
    """A probability of a yes/no item against what happened.

    Attributes:
        id, predicate: The expectation.
        who: `said` for the one written beside it, `us` for ours.
        probability: As said.
        said_on: Day.
        decided_on: Day on which the claims decided it.
        happened: Whether it was met.
        brier: The score.
        source: Who said it, or what made ours.
    """

    id: str
    predicate: str
    who: str
    probability: float
    said_on: date
    decided_on: date
    happened: bool
    brier: float
    source: str


def match(book: Book, vintage: Vintage) -> Matched:
    """A frozen series against every claim told later about its quantity.

    Args:
        book: As known now.
        vintage: With points.
    """
    subject = Subject(vintage.entity, vintage.metric, _basis(vintage.basis))
    metric = book.registry.get(vintage.metric)
    if metric is None or vintage.entity not in book.entities:
        why = f"the book has no {vintage.metric} of {vintage.entity}"
        return Matched(vintage, (), len(vintage.points), ((vintage.file, why),))
    scale = scale_of(metric.unit_kind)
    every = _of_any_method(book, subject)
    methods = {method_of(c) for c in known_by(every, vintage.knows_until) if c.modality is Modality.ACTUAL}
    rows: list[Scored] = []
    apart: list[tuple[str, str]] = []
    used: set[int] = set()
    for method in sorted({method_of(c) for c in every}):
        claims = [c for c in every if method_of(c) == method]
        then = known_by(claims, vintage.knows_until)
        known, foretold = truths(then), [c for c in then if c.modality in FORETOLD]
        for truth in truths(claims):
            if not truth.claim.known or truth.claim.known <= vintage.knows_until:
                continue
            point, places = _at(vintage, truth, scale)
            if point is None:
                continue
            if methods and method not in methods:
                apart.append((truth.claim.id, _break(method, methods)))
                continue
            naive = rivals(known, foretold, truth, scale)
            row = _row(vintage, point, truth, scale, naive)
            if row:
                rows.append(row)
                used |= places
    waiting = sum(p.get("p50") is not None for i, p in enumerate(vintage.points) if i not in used)
    return Matched(vintage, tuple(sorted(rows, key=lambda r: (r.days_ahead, r.truth))), waiting, tuple(apart))


def _of_any_method(book: Book, subject: Subject) -> list[Claim]:
    """Claims of a quantity on any method: which of them are comparable is decided by what was known when it was said."""
    methods = {method_of(c) for c in book.claims if (c.entity, c.metric) == (subject.entity, subject.metric)}
    return [
        c
        for method in sorted(methods)
        for c in comparable(book, Subject(subject.entity, subject.metric, subject.basis, method))
    ]


def _break(method: tuple[tuple[str, str], ...], known: Iterable[tuple[tuple[str, str], ...]]) -> str:
    def told(pairs: tuple[tuple[str, str], ...]) -> str:
        return ", ".join(f"{k}={v}" for k, v in pairs) or "none stated"

    return f"method break: {told(method)}, where the forecast knew {' and '.join(sorted(map(told, known)))}"


def _row(
    vintage: Vintage, dist: Predictive, truth: Truth, scale: str, naive: Mapping[str, float | None]
) -> Scored | None:
    import math

    back = math.exp if scale == "log" else float
    shown = {
        name: back(knot) for name, knot in zip(("p5", "p25", "p50", "p75", "p95"), dist.knots, strict=True)
    }
    return score(
        dist,
        shown,
        truth,
        scale,
        vintage.knows_until,
        who="us",
        basis=vintage.basis,
        rivals=naive,
        claims=vintage.heard,
        source=vintage.made_by,
        replayed=vintage.replayed,
    )


def _at(vintage: Vintage, truth: Truth, scale: str) -> tuple[Predictive | None, set[int]]:
    """The forecast at the time of a truth and the frozen points it is read from; durations match whole, instants in between."""
    points = [
        (i, period, dist)
        for i, p in enumerate(vintage.points)
        if (found := _usable(p, scale))
        for period, dist in [found]
    ]
    if isinstance(truth.claim.period, Duration):
        for i, period, dist in points:
            if (
                isinstance(period, Duration)
                and abs((period.start - truth.first).days) <= 3
                and abs((period.end - truth.last).days) <= 3
            ):
                return dist, {i}
        return None, set()
    days = sorted((period.middle, i, dist) for i, period, dist in points if isinstance(period, Instant))
    before = [d for d in days if d[0] <= truth.middle]
    after = [d for d in days if d[0] >= truth.middle]
    if before and after and (gap := (after[0][0] - before[-1][0]).days) <= FARTHEST_DAYS:
        share = (truth.middle - before[-1][0]).days / gap if gap else 0.0
        return between(before[-1][2], after[0][2], share), {before[-1][1], after[0][1]}
    near = [d for d in days if abs((d[0] - truth.middle).days) <= ALONE_DAYS]
    return (near[0][2], {near[0][1]}) if near else (None, set())


def _usable(point: Mapping[str, Any], scale: str) -> tuple[Instant | Duration, Predictive] | None:
    try:
        period = parse_period(str(point["at"]), "duration" if len(str(point["at"])) < 10 else "instant")
    except CellError:
        return None
    dist = Predictive.of(point, scale)
    return (period, dist) if period and dist else None


def _basis(text: str) -> Basis:
    return Basis(text) if text in {str(b) for b in Basis} else Basis.UNSPECIFIED


def chances(watched: Iterable[Watched], vintages: Iterable[Vintage]) -> list[ChanceScored]:
    """Every probability of an expectation that has been decided, the one written beside it and each of ours, against the outcome.

    An expectation counts from the day it was met or failed; reached early, not decidable and expired ones are not scored.
    Nor is a written probability without a dated source: nobody knows that it was written before the outcome.
    """
    frozen = list(vintages)
    found = []
    for w in watched:
        if w.verdict.state not in (State.MET, State.FAILED) or not w.since:
            continue
        happened = w.verdict.state is State.MET
        written = w.item.probability if w.said else None
        said = [(written, w.said or date.max, "said", w.item.said_by or "the list")]
        said += [
            (v.chances.get(w.item.predicate), v.knows_until, "us", v.made_by) for v in frozen if v.chances
        ]
        found += [
            ChanceScored(
                w.item.id, w.item.predicate, who, p, day, w.since, happened, brier(p, happened), source
            )
            for p, day, who, source in said
            if p is not None and day < w.since
        ]
    return found
