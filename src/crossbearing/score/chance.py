"""Our probability of an expectation, from the position or the outlook where they say something about its quantity."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from crossbearing.score.predictive import Predictive, on_scale, scale_of
from crossbearing.score.watch import State, Watched
from crossbearing.vocabulary.claim import PART_KEYS
from crossbearing.vocabulary.metric import Registry
from crossbearing.vocabulary.predicate import Form, Predicate

STEPS = 400  # quantiles of one side laid against the other side's distribution
DECIDED = (State.MET, State.FAILED)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What our own forecast says about a quantity at a time.

    Attributes:
        point: p5 .. p95, in base units; None where there is no forecast.
        how: position or outlook.
        claims: Behind it.
        why_not: Why there is none.
    """

    point: Mapping[str, float | None] | None
    how: str = ""
    claims: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """Our probability of an expectation.

    Attributes:
        value: The probability; None where it is not computable.
        how: What it comes from.
        why_not: Why it is not computable.
        claims: Behind it.
    """

    value: float | None
    how: str = ""
    why_not: str = ""
    claims: tuple[str, ...] = ()


Foresee = Callable[[str, str, str, str], Foreseen]  # entity, metric, time as written, basis


def chance(watched: Watched, registry: Registry, foresee: Foresee) -> Chance:
    """Our probability of an expectation that is still open.

    Args:
        watched: The expectation and its state.
        registry: Metrics.
        foresee: Our forecast of a metric of an entity at a time, on a presentation (empty: as reported).
    """
    predicate = watched.predicate
    if predicate is None:
        return Chance(None, why_not="the expectation cannot be read")
    if watched.verdict.state in DECIDED:
        return Chance(None, why_not="decided")
    return of_predicate(predicate, registry, foresee)


def of_predicate(predicate: Predicate, registry: Registry, foresee: Foresee) -> Chance:
    """Our probability of an expectation, whatever has become of it."""
    unsaid = _unsaid(predicate)
    if unsaid:
        return Chance(None, why_not=unsaid)
    scale = scale_of(registry[predicate.metric].unit_kind)
    basis = str(predicate.basis) if predicate.basis else ""
    ours = foresee(predicate.entity, predicate.metric, _time(predicate), basis)
    dist = Predictive.of(ours.point, scale) if ours.point else None
    if dist is None:
        return Chance(None, why_not=ours.why_not or "no forecast")
    if predicate.form is Form.LEVEL:
        value = _beyond(dist, predicate, scale)
        return Chance(value, _told(ours.how, predicate), claims=ours.claims)
    theirs = foresee(predicate.rival, predicate.metric, _time(predicate), basis)
    rival = Predictive.of(theirs.point, scale) if theirs.point else None
    if rival is None:
        return Chance(None, why_not=theirs.why_not or "no forecast")
    claims = tuple(sorted({*ours.claims, *theirs.claims}))
    return Chance(above(dist, rival), _told(f"{ours.how}, both sides apart", predicate), claims=claims)


def _unsaid(predicate: Predicate) -> str:
    """Why the model says nothing of an expectation, or an empty string."""
    if predicate.form in (Form.EVENT, Form.FILING, Form.EXISTS):
        return "nothing in the model says whether it is told or filed"
    if predicate.form is Form.GROWTH:
        return "the sign of a change of growth is not foreseen"
    parts = [key for key, _ in predicate.qualifiers if key in PART_KEYS]
    return f"the model is of the whole, not of one {parts[0]}" if parts else ""


def above(one: Predictive, two: Predictive) -> float:
    """Probability that one figure is above another, the two taken as independent."""
    levels = [(i + 0.5) / STEPS for i in range(STEPS)]
    return sum(two.below(one.quantile(level)) for level in levels) / STEPS


def _beyond(dist: Predictive, predicate: Predicate, scale: str) -> float:
    at = on_scale(predicate.threshold, scale)
    below = 0.0 if math.isnan(at) else dist.below(at)
    return 1.0 - below if predicate.relation in (">", ">=") else below


def _time(predicate: Predicate) -> str:
    if predicate.when == "in" and predicate.first > date.min:
        return f"{predicate.first}..{predicate.last}"
    return predicate.last.isoformat()


def _told(how: str, predicate: Predicate) -> str:
    """Where the probability comes from; a chance by a day is at least that of the day itself."""
    return f"{how}, on the last day" if predicate.when == "by" else how
