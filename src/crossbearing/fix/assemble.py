"""From a book to the model of one entity: which claims speak of it, on which scale, through which operator."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crossbearing.fix.align import Aligned, Scale, align, why_not_past
from crossbearing.fix.dependence import collapse, parts_of
from crossbearing.fix.grid import YEAR, make_grid
from crossbearing.fix.model import Model, Observation, Term, When
from crossbearing.fix.observe import Evidence, Operator, Reading, operators
from crossbearing.fix.observe.market import market_key
from crossbearing.fix.path import PathPrior
from crossbearing.fix.silence import listed
from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim

LEVELS = ("revenue.run_rate", "revenue.recognised")
PRODUCT_LEVELS = (*LEVELS, "product.run_rate")
REVENUE = ("revenue.", "product.run_rate")
LONGEST_WINDOW = 120.0


@dataclass(frozen=True)
class Assembly:
    """A model with the account of what went into it.

    Attributes:
        model: What is fitted.
        entity: Whose series is asked for.
        left_out: Why a claim was left out, by id.
        first, last: Earliest and latest day that a claim of the entity's own level is about; ordinal days.
        days: Middle days of those claims.
        currency: Currency of its path.
        basis: Presentation its path is on.
        notes: What a reader must know.
        stated: Windows of the entity's own definition of run rate, or None.
        size: What counts as one on a path that is the quantity itself.
    """

    model: Model
    entity: str
    left_out: Mapping[str, str]
    first: float
    last: float
    days: tuple[float, ...]
    currency: str
    basis: Basis
    notes: tuple[str, ...]
    stated: tuple[tuple[float, float], ...] | None = None
    size: float = 1.0


def reference_basis(book: Book, entity: str) -> Basis:
    """The presentation an entity's own figures are on: as its channels are evidenced, else as most claims say."""
    known = book.entities.get(entity)
    shown = set(known.presentation.values()) if known else set()
    if Basis.NET in shown:
        return Basis.NET
    if Basis.GROSS in shown:
        return Basis.GROSS
    stated = [
        c.basis for c in book.claims if c.entity == entity and c.metric in LEVELS and not why_not_past(c)
    ]
    count = Counter(b for b in stated if b in (Basis.GROSS, Basis.NET))
    return count.most_common(1)[0][0] if count else Basis.UNSPECIFIED


def linked(book: Book, entity: str) -> tuple[str, ...]:
    """The entity and every other whose revenue a shared panel ties to it, sorted."""
    shares = [c for c in book.claims if c.metric == "revenue.market_share" and not why_not_past(c)]
    found = {entity}
    while True:
        keys = {market_key(c) for c in shares if c.entity in found}
        more = {c.entity for c in shares if market_key(c) in keys and _has_level(book, c.entity)}
        if more <= found:
            return tuple(sorted(found))
        found |= more


def _has_level(book: Book, entity: str) -> bool:
    return any(c.entity == entity and c.metric in LEVELS and not why_not_past(c) for c in book.claims)


def _speaks_of(claim: Claim, book: Book, entities: tuple[str, ...], heard: Mapping[str, Operator]) -> bool:
    if claim.metric not in heard:
        return False
    if claim.entity in entities:
        return True
    known = book.entities.get(claim.entity)
    return claim.metric == "product.run_rate" and known is not None and known.parent in entities


def assemble(
    book: Book,
    entity: str,
    prior: PathPrior | None = None,
    kept: Mapping[str, tuple[float, float]] | None = None,
    extra: Mapping[str, Operator] | None = None,
) -> Assembly:
    """The joint model of an entity's revenue and of those tied to it.

    Args:
        book: The book as known.
        entity: Canonical name.
        prior: Prior of growth; the level is set from the claims.
        kept: Mean and sd of log(net / gross) by entity, from the bridge.
        extra: Further operators, by metric.

    Raises:
        Refusal: No claim of the past gives the entity's revenue a level.
    """
    entities = (entity,)
    heard = {**operators(), **(extra or {})}
    spoken = [c for c in book.claims if _speaks_of(c, book, entities, heard)]
    known = tuple(c for c in book.claims if not why_not_past(c))
    left_out = {c.id: why for c in spoken if (why := why_not_past(c))}
    chosen, currency, notes = _scoped([c for c in spoken if c.id not in left_out], entities, left_out)
    aligned = _aligned(chosen, book, left_out)
    anchors = _anchors(aligned, entities)
    if entity not in anchors:
        raise _no_level(book, entity, left_out)
    paths = tuple(e for e in entities if e in anchors)
    evidence = Evidence(
        book=book,
        paths=paths,
        bases={e: reference_basis(book, e) for e in paths},
        kept=kept or {},
        anchors=anchors,
        claims=known,
    )
    observations, scalars = _observe(aligned, evidence, heard, left_out)
    own = [
        a
        for a in aligned
        if a.claim.entity == entity and a.claim.metric in PRODUCT_LEVELS and a.id not in left_out
    ]
    if not own:
        raise _no_level(book, entity, left_out)
    model = _model(observations, scalars, paths, aligned, prior or PathPrior())
    return Assembly(
        model,
        entity,
        left_out,
        *_extent(own),
        tuple(a.middle for a in own),
        currency[entity],
        evidence.bases[entity],
        notes.get(entity, ()),
        _stated(own, observations, entity),
    )


def _no_level(book: Book, entity: str, left_out: Mapping[str, str]) -> Refusal:
    """No position, with the reason of every claim that speaks of its revenue: left out, or of something that is no level."""
    said = [c for c in book.claims if c.entity == entity and c.metric.startswith(REVENUE)]
    other = {c.id: f"{c.metric} gives no level" for c in said if c.id not in left_out}
    reasons = listed({c: why for c, why in {**left_out, **other}.items() if c in {s.id for s in said}})
    return Refusal(
        f"{entity} has no position: no claim of the past gives its revenue a level",
        reasons or "no claim speaks of its revenue",
        "add a dated claim of revenue.run_rate or revenue.recognised",
    )


def _scoped(
    claims: list[Claim], entities: tuple[str, ...], left_out: dict[str, str]
) -> tuple[list[Claim], dict[str, str], dict[str, tuple[str, ...]]]:
    """Claims of the whole entity in its main currency; where only parts are claimed, those of the commonest part."""
    chosen = [c for c in claims if c.entity not in entities or c.metric not in LEVELS]
    currency: dict[str, str] = {}
    notes: dict[str, tuple[str, ...]] = {}
    for entity in entities:
        levels = [c for c in claims if c.entity == entity and c.metric in PRODUCT_LEVELS]
        money = Counter(c.unit.currency for c in levels).most_common(1)
        currency[entity] = money[0][0] if money else "USD"
        scopes = Counter(parts_of(c) for c in levels)
        scope = () if () in scopes else min(scopes, key=lambda s: (-scopes[s], s), default=())
        if scope:
            notes[entity] = ("of a part only: " + ", ".join(f"{k} {v}" for k, v in scope),)
        for claim in (c for c in levels if c.metric in LEVELS):
            if claim.unit.currency != currency[entity]:
                left_out[claim.id] = f"in {claim.unit.currency}, and the book holds no exchange rate"
            elif parts_of(claim) != scope:
                left_out[claim.id] = "about a part, and the series is of the whole"
            else:
                chosen.append(claim)
    return chosen, currency, notes


def _aligned(claims: list[Claim], book: Book, left_out: dict[str, str]) -> list[Aligned]:
    found = []
    for statement in collapse(claims):
        scale: Scale = "log"
        item: Aligned | str = (
            _growth_scale(statement.claim, align(statement, book, "plain"))
            if statement.claim.metric == "revenue.growth"
            else align(statement, book, scale)
        )
        if isinstance(item, str):
            left_out.update(dict.fromkeys(statement.copies, item))
        else:
            found.append(item)
    return found


def _growth_scale(claim: Claim, item: Aligned | str) -> Aligned | str:
    """Growth as a fraction of the start on the log scale of a ratio of levels: 15 % is log 1.15."""
    if isinstance(item, str):
        return item
    if item.low <= -1.0:
        return f"{claim.quantity} leaves nothing"
    return replace(item, low=math.log1p(item.low), high=math.log1p(item.high))


def _anchors(aligned: list[Aligned], entities: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for entity in entities:
        levels = [a for a in aligned if a.claim.entity == entity and a.claim.metric in PRODUCT_LEVELS]
        if levels:
            values = sorted(0.5 * (a.low + a.high) for a in levels)
            found[entity] = values[len(values) // 2]
    return found


def _observe(
    aligned: list[Aligned], evidence: Evidence, known: Mapping[str, Operator], left_out: dict[str, str]
) -> tuple[tuple[Observation, ...], dict[str, tuple[float, float]]]:
    observations: list[Observation] = []
    scalars: dict[str, tuple[float, float]] = {}
    for item in aligned:
        reading = known[item.claim.metric](item, evidence)
        if isinstance(reading, str):
            left_out.update(dict.fromkeys(item.copies, reading))
            continue
        scalars.update(reading.scalars)
        observations.append(observation_of(item, reading))
    return tuple(observations), scalars


def observation_of(item: Aligned, reading: Reading) -> Observation:
    """The observation a statement makes through an operator."""
    trust = item.credence
    return Observation(
        name=item.id,
        terms=reading.terms,
        low=item.low * reading.stretch + reading.shift,
        high=item.high * reading.stretch + reading.shift,
        family=item.family,
        sd=math.hypot(trust.sd * max(1.0, reading.stretch), reading.error),
        outlier=max(trust.outlier, reading.doubt),
        when=item.when or When("exact", item.middle),
        offsets=reading.offsets,
        claims=item.copies,
        operator=reading.operator,
    )


def _model(
    observations: tuple[Observation, ...],
    scalars: dict[str, tuple[float, float]],
    paths: tuple[str, ...],
    aligned: list[Aligned],
    prior: PathPrior,
) -> Model:
    used = {o.name for o in observations}
    days = [d for o in observations for t in o.terms for d in reach(o, t)]
    grid = make_grid(min(days), max(days))
    priors = {}
    for entity in paths:
        own = [
            a
            for a in aligned
            if a.claim.entity == entity and a.claim.metric in PRODUCT_LEVELS and a.id in used
        ]
        if not own:
            continue
        first = min(own, key=lambda a: (a.middle, a.id))
        ahead = (first.middle - grid.start) / YEAR
        centre = 0.5 * (first.low + first.high) - prior.long_run[0] * ahead
        priors[entity] = replace(prior, level=(centre, math.hypot(1.0, 1.0 * ahead)))
    kept = tuple(o for o in observations if all(t.path in priors for t in o.terms))
    return Model(priors, kept, grid, scalars)


def reach(observation: Observation, term: Term) -> tuple[float, float]:
    """Earliest and latest day that a term may touch."""
    when = observation.when
    if term.end is None:
        spread = {"exact": 0.0, "normal": 3.0 * when.b, "uniform": 0.0}[when.law]
        first, last = when.a - spread + term.shift, max(when.a, when.b if when.law == "uniform" else 0.0)
        last += spread + term.shift
    else:
        first = last = term.end
    longest = max((LONGEST_WINDOW if math.isnan(d) else d for d, w in term.windows if w), default=0.0)
    return first - longest, last


def _extent(own: list[Aligned]) -> tuple[float, float]:
    first = min(a.edges[0] for a in own)
    last = max(a.edges[1] for a in own)
    return first, last


def _stated(
    own: list[Aligned], observations: tuple[Observation, ...], entity: str
) -> tuple[tuple[float, float], ...] | None:
    """Windows of the entity's own latest stated definition."""
    rules = {o.name: o.terms[0].windows for o in observations if o.terms and o.terms[0].path == entity}
    defined = [a for a in own if a.claim.definition and a.id in rules]
    if not defined:
        return None
    return rules[max(defined, key=lambda a: (a.middle, a.id)).id]
