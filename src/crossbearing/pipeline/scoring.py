"""Watching and scoring on the spine: the watch list with our own probabilities, frozen forecasts and their scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from crossbearing.pipeline import position
from crossbearing.problems import Refusal, UsageError
from crossbearing.score.chance import Chance, Foreseen, chance
from crossbearing.score.predictive import NAMES
from crossbearing.score.watch import Watched, watch
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.series import SeriesPoint

if TYPE_CHECKING:
    from crossbearing.outlook.answers import CompanyOutlook, FanPoint

FANS = {  # metric and presentation to the equation of the outlook that answers for it
    ("revenue.run_rate", "gross"): "gross_run_rate",
    ("revenue.run_rate", "net"): "net_run_rate",
    ("compute.power_online", ""): "power_online",
}
OUTLOOK_PATHS, MOST_MONTHS = 2000, 120
FEWEST_CLAIMS = 2


@dataclass(frozen=True, slots=True)
class Expected:
    """One row of the watch list with our probability beside what was said."""

    watched: Watched
    chance: Chance


def book_today(book: Book, as_of: date | None) -> date:
    """The day a book is looked at: as asked, or its last day."""
    return as_of or book.ends or book.newest or date.min


def watch_list(book: Book, as_of: date | None, seed: int) -> tuple[Expected, ...]:
    """The watch list of a book with states, changes and our probabilities.

    Args:
        book: As known.
        as_of: Knowledge date; the book's last day by default.
        seed: Of the random numbers.
    """
    today = book_today(book, as_of)
    foresee = foreseer(book, today, seed)
    return tuple(Expected(w, chance(w, book.registry, foresee)) for w in watch(book, today))


def foreseer(book: Book, today: date, seed: int) -> Callable[[str, str, str, str], Foreseen]:
    """Our forecast of any metric at any time: the position, or beyond its reach the outlook; kept, so that each is made once."""

    @cache
    def company(entity: str, until: date) -> CompanyOutlook | None:
        return _outlook(book, entity, today, until, seed)

    @cache
    def foresee(entity: str, metric: str, at: str, basis: str) -> Foreseen:
        found = _from_position(book, entity, metric, at, basis, seed)
        if found.point is not None or ".." in at:
            return found
        name = FANS.get((metric, basis or "gross")) or FANS.get((metric, ""))
        until = date.fromisoformat(at)
        if name is None or until <= today:
            return found
        ahead = company(entity, until)
        return _from_outlook(ahead, name, until) or found

    return foresee


def _from_position(book: Book, entity: str, metric: str, at: str, basis: str, seed: int) -> Foreseen:
    try:
        series = position(book, entity, metric, at=(at,), basis=basis or None, seed=seed)
    except (Refusal, UsageError) as refused:
        return Foreseen(None, why_not=refused.why or refused.what)
    point = series.points[0]
    if point.p50 is None:
        return Foreseen(None, why_not=point.why or point.kind)
    if series.interval_kind is IntervalKind.CLAIM_RANGE:
        return Foreseen(None, why_not="only a range of claims, which is no probability")
    heard = [c.id for c in series.claims if c.weight is not None]
    if len(heard) < FEWEST_CLAIMS:
        return Foreseen(None, why_not="the position rests on one claim, so the prior speaks and not evidence")
    if point.p5 == point.p95:
        return Foreseen(None, why_not="the position has no width there, which no forecast can have")
    return Foreseen(_levels(point), "position", series.lineage.claims)


def _outlook(book: Book, entity: str, today: date, until: date, seed: int) -> CompanyOutlook | None:
    """The outlook of one company from the month after a day, or None where it cannot reach so far or has no start."""
    from crossbearing.outlook.prepare import Setting
    from crossbearing.pipeline import outlook_of

    origin = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    months = (until.year - origin.year) * 12 + until.month - origin.month + 1
    if not 1 <= months <= MOST_MONTHS:
        return None
    setting = Setting(book=book, origin=origin, months=months, paths=OUTLOOK_PATHS, seed=seed)
    try:
        return outlook_of(book, setting, (entity,)).companies[0]
    except (Refusal, UsageError):
        return None


def _from_outlook(company: CompanyOutlook | None, name: str, until: date) -> Foreseen | None:
    fan = company.fans.get(name) if company else None
    if fan is None:
        return None
    point = fan.points[-1]
    if (point.at.year, point.at.month) != (until.year, until.month):
        return None
    return Foreseen(_levels(point), "outlook")


def _levels(point: SeriesPoint | FanPoint) -> dict[str, float | None]:
    return {name: getattr(point, name) for name in NAMES}
