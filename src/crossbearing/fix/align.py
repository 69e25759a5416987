"""Claims on one scale: printed interval, error family and date, in the unit and time base of the latent path."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from crossbearing.fix.credence import Credence, credence
from crossbearing.fix.dependence import Statement
from crossbearing.fix.grid import ordinal
from crossbearing.fix.model import When
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.period import DAYS_A_YEAR, Duration, Instant
from crossbearing.vocabulary.quantity import TOLERANCE_CAP, Quantity, Relation

UNDATED_DAYS = 45
SMALLEST = 1e-9

Scale = Literal["log", "logit", "plain"]
Family = Literal["rounded", "floor", "ceiling", "point"]


@dataclass(frozen=True)
class Aligned:
    """A statement on the scale of the path.

    Attributes:
        claim: Its best wording.
        copies: Ids of all claims it stands for.
        low, high: Printed interval on the scale; equal for bounds.
        family: rounded, floor or ceiling.
        credence: Error size and doubt.
        when: Date law of an instant; None for a duration.
        span: First day and the day after the last, of a duration.
    """

    claim: Claim
    copies: tuple[str, ...]
    low: float
    high: float
    family: Family
    credence: Credence
    when: When | None
    span: tuple[float, float] | None

    @property
    def id(self) -> str:
        """Id of the best wording."""
        return self.claim.id

    @property
    def edges(self) -> tuple[float, float]:
        """Earliest and latest day it may be about."""
        if self.span:
            return self.span
        assert self.when is not None
        return self.when.a, self.when.b if self.when.law == "uniform" else self.when.a

    @property
    def middle(self) -> float:
        """The middle of what it is about, as an ordinal day."""
        if self.span:
            return 0.5 * (self.span[0] + self.span[1])
        assert self.when is not None
        return self.when.a if self.when.law != "uniform" else 0.5 * (self.when.a + self.when.b)


def why_not_past(claim: Claim) -> str:
    """Why a claim says nothing of the past, or an empty string if it does."""
    reasons = {
        Modality.FORECAST: "a forecast, not a fact of the past",
        Modality.TARGET: "a target, not a fact of the past",
        Modality.TALKS: "under negotiation",
        Modality.UP_TO: "a ceiling promised, not a level reached",
        Modality.HYPOTHETICAL: "hypothetical",
        Modality.DERIVED: "derived from other claims; the checks recompute it",
        Modality.SUPERSEDED: "superseded by a later statement",
    }
    return reasons.get(claim.modality, "")


def when_of(period: Instant | Duration | None, known: date | None) -> When | None:
    """The date law of a claim about an instant: exact, or uniform over the days it may mean, none after it was known."""
    if period is None:
        if known is None:
            return None
        return When("uniform", ordinal(known - timedelta(days=UNDATED_DAYS)), ordinal(known) + 1.0)
    instant = period if isinstance(period, Instant) else Instant(period.start, period.end)
    instant = instant.cut(known)
    if instant.is_exact:
        return When("exact", ordinal(instant.first))
    return When("uniform", ordinal(instant.first), ordinal(instant.last) + 1.0)


def annual_factor(claim: Claim) -> float:
    """What turns the printed figure into one a year: its time base, or the length of its period."""
    if claim.unit.per:
        return claim.unit.per_year
    if claim.unit.kind == "money" and isinstance(claim.period, Duration):
        return DAYS_A_YEAR / claim.period.days
    return 1.0


def transform(value: float, scale: Scale) -> float:
    """A figure on the scale of the path; ends outside the range go to infinity."""
    if math.isinf(value) or scale == "plain":
        return value
    if scale == "log":
        return math.log(value) if value > 0 else -math.inf
    if value <= SMALLEST:
        return -math.inf
    return math.log(value / (1.0 - value)) if value < 1.0 else math.inf


def slope_of(value: float, scale: Scale, sd: float) -> float:
    """Error size on the scale of the path, for one stated as a fraction of the figure."""
    if scale == "logit":
        return sd / max(1.0 - value, 0.05)
    if scale == "plain":
        return sd * max(abs(value), 0.3)
    return sd


def align(
    statement: Statement, book: Book, scale: Scale = "log", factor: float | None = None
) -> Aligned | str:
    """A statement on the scale of the path, or the reason why it cannot be put there.

    Args:
        statement: What was said.
        book: Where it stands.
        scale: log for positive quantities, logit for shares, plain for signed ones.
        factor: What multiplies the printed figure; by default what makes it annual.
    """
    claim = statement.claim
    times = annual_factor(claim) if factor is None else factor
    low, high = (end * times for end in printed_bounds(claim.quantity))
    centre = claim.quantity.value * times
    if scale == "log" and centre <= 0:
        return "not positive, so it has no logarithm"
    if scale == "logit" and not 0 < centre < 1:
        return "not between 0 and 1"
    trust = credence(claim, book)
    trust = Credence(slope_of(centre, scale, trust.sd), trust.outlier)
    span = _span(claim)
    when = None if span else when_of(claim.period, claim.known)
    if span is None and when is None:
        return "no date is stated or known"
    family, ends = _family(claim, transform(centre, scale), transform(low, scale), transform(high, scale))
    return Aligned(claim, statement.copies, *ends, family, trust, when, span)


def printed_bounds(quantity: Quantity) -> tuple[float, float]:
    """Smallest and largest figure that prints so: half a unit of the last digit (a whole one for "about"), at most 5 %."""
    low, high = quantity.bounds
    spread = TOLERANCE_CAP * (2.0 if quantity.relation is Relation.ABOUT else 1.0)
    bottom = quantity.value if quantity.low is None else quantity.low
    top = quantity.value if quantity.high is None else quantity.high
    return max(low, bottom - spread * abs(bottom)), min(high, top + spread * abs(top))


def _span(claim: Claim) -> tuple[float, float] | None:
    if isinstance(claim.period, Duration):
        return ordinal(claim.period.start), ordinal(claim.period.end) + 1.0
    return None


def _family(claim: Claim, centre: float, low: float, high: float) -> tuple[Family, tuple[float, float]]:
    relation = claim.quantity.relation
    if relation.is_floor:
        return "floor", (centre, centre)
    if relation.is_ceiling or relation is Relation.UP_TO:
        return "ceiling", (centre, centre)
    if high - low < 1e-12:
        return "point", (centre, centre)
    return "rounded", (low, high)
