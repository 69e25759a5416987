"""Watching and scoring on the spine: the watch list with our own probabilities, frozen forecasts and their scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossbearing import __version__
from crossbearing.pipeline import Opened, main_companies, position
from crossbearing.pipeline.pooled import pooled_growth
from crossbearing.problems import Refusal, UsageError
from crossbearing.score.chance import Chance, Foreseen, chance
from crossbearing.score.predictive import NAMES
from crossbearing.score.walk_forward import Answer, Origin, month_ends, subjects, walk_forward
from crossbearing.score.watch import Watched, watch
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Visibility
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.period import add_months
from crossbearing.vocabulary.series import Series, SeriesPoint

if TYPE_CHECKING:
    from crossbearing.outlook.answers import CompanyOutlook, Fan, FanPoint, Outlook
    from crossbearing.score.card import ScoreCard
    from crossbearing.score.matching import ChanceScored
    from crossbearing.score.vintage import Manifest

FANS = {  # metric and presentation to the equation of the outlook that answers for it
    ("revenue.run_rate", "gross"): "gross_run_rate",
    ("revenue.run_rate", "net"): "net_run_rate",
    ("compute.power_online", ""): "power_online",
}
LEVELS = ("money", "money_rate", "share", "ratio", "count", "power", "price")  # what a position is a level of
OUTLOOK_PATHS, MOST_MONTHS = 2000, 120
FEWEST_CLAIMS = 2
MOST_MONTHS_BACK = 18


@dataclass(frozen=True, slots=True)
class Expected:
    """One row of the watch list with our probability beside what was said."""

    watched: Watched
    chance: Chance


def book_today(book: Book, as_of: date | None) -> date:
    """The day a book is looked at: as asked, or its last day."""
    return as_of or book.ends or book.newest or date.min


def watch_list(
    book: Book, as_of: date | None, seed: int, foresee: Callable[[str, str, str, str], Foreseen] | None = None
) -> tuple[Expected, ...]:
    """The watch list of a book with states, changes and our probabilities.

    Args:
        book: As known.
        as_of: Knowledge date; the book's last day by default.
        seed: Of the random numbers.
        foresee: Our forecasts, where somebody keeps them; made here by default.
    """
    today = book_today(book, as_of)
    book = book.as_of(as_of)
    ask = foresee or foreseer(book, today, seed)
    return tuple(Expected(w, chance(w, book.registry, ask)) for w in watch(book, today))


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
    why_not = _no_probability(series, point)
    if why_not:
        return Foreseen(None, why_not=why_not)
    return Foreseen(_levels(point), "position", series.lineage.claims)


def _no_probability(series: Series, point: SeriesPoint) -> str:
    """Why a point of the position is no base for a probability; empty where it is one."""
    if point.p50 is None:
        return point.why or point.kind
    if series.interval_kind is IntervalKind.CLAIM_RANGE:
        return "only a range of claims, which is no probability"
    if sum(c.weight is not None for c in series.claims) < FEWEST_CLAIMS:
        return "the position rests on one claim, so the prior speaks and not evidence"
    if point.p5 == point.p95:
        return "the position has no width there, which no forecast can have"
    if point.kind == "forecast" and series.metric not in GROWING:
        return "later than its last claim, and no prior says how this quantity grows"
    return ""


GROWING = (
    "revenue.run_rate",
    "revenue.recognised",
    "product.run_rate",
)  # what the pooled prior of growth is of


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


def replay(book: Book, seed: int, first: date, last: date) -> Iterator[Origin]:
    """The walk forward: at each month's end, what the position said then of every quantity told later.

    Args:
        book: Everything known.
        seed: Of the random numbers.
        first: Its month is the first.
        last: Last day.

    Yields:
        One day and quantity at a time.
    """
    from crossbearing.fix.ranges import is_range_only

    def answerable(name: str) -> bool:
        metric = book.registry[name]
        level = metric.kind in ("stock", "rate", "ratio") or (
            metric.kind == "flow" and metric.period != "either"
        )
        return level and metric.unit_kind in LEVELS and not is_range_only(metric)

    for subject in subjects(book, answerable):
        yield from walk_forward(book, subject, month_ends(first, last), as_then(seed), pooled_growth)


def as_then(seed: int) -> Callable[[Book, str, str, str, Sequence[str]], Answer]:
    """The position's answer from the book of a day."""

    def foresee(then: Book, entity: str, metric: str, basis: str, at: Sequence[str]) -> Answer:
        try:
            series = position(then, entity, metric, at=tuple(at), basis=basis or None, seed=seed)
        except (Refusal, UsageError) as refused:
            return Answer((), why_not=refused.why or refused.what)
        if series.interval_kind is IntervalKind.CLAIM_RANGE:
            return Answer((), why_not="only a range of claims, which is no forecast")
        heard = tuple(c.id for c in series.claims if c.weight is not None)
        points = tuple(_levels(p) if p.p50 is not None and p.p5 != p.p95 else None for p in series.points)
        why = "; ".join(
            dict.fromkeys(
                p.why or "no width" for p, q in zip(series.points, points, strict=True) if q is None
            )
        )
        return Answer(points, heard, why)

    return foresee


def score_book(
    opened: Opened,
    as_of: date | None,
    seed: int,
    *,
    walk: bool | None = None,
    visibility: Visibility | None = None,
    each: Callable[[Origin], None] = lambda _: None,
) -> ScoreCard:
    """How right a book's forecasts were.

    Args:
        opened: The book.
        as_of: Knowledge date of the truths.
        seed: Of the random numbers.
        walk: Whether to walk forward too; by default where nothing was frozen on its own day.
        visibility: The highest to show.
        each: Called after each day and quantity of the walk.
    """
    from crossbearing.book.load import folder_of
    from crossbearing.score.card import score_card
    from crossbearing.score.matching import chances, match
    from crossbearing.score.right import who_was_right
    from crossbearing.score.vintage import read_folder

    book = opened.sound().as_of(as_of)
    today = book_today(book, as_of)
    vintages, problems = read_folder(folder_of(book), visibility)
    vintages = [v for v in vintages if as_of is None or v.knows_until <= as_of]
    matched = [match(book, v) for v in vintages if v.points]
    kept = [m for m in matched if m.rows and not m.vintage.replayed]
    walked = walk if walk is not None else not kept
    origins = []
    for origin in replay(book, seed, first_known(book, today), today) if walked else ():
        origins.append(origin)
        each(origin)
    watched = watch(book, today)
    decided = chances(watched, vintages)
    answered = {c.id for c in decided if c.who == "us"}
    unasked = [w for w in watched if w.item.id not in answered]
    decided += replayed_chances(book, unasked, seed) if walked else []
    rows = [r for m in kept for r in m.rows] or [r for o in origins for r in o.rows]
    rows = rows or [r for m in matched for r in m.rows]
    told = who_was_right(book, subjects(book, lambda _: True), sorted(rows, key=lambda r: r.said_on))
    return score_card(today, seed, matched, origins, decided, told, problems)


def first_known(book: Book, today: date) -> date:
    """First day of the walk: when the first figure of a level became known, at most eighteen months back."""
    known = min((c.known for c in book.claims if c.known), default=today)
    return max(known, add_months(today, -MOST_MONTHS_BACK))


def replayed_chances(book: Book, watched: Sequence[Watched], seed: int) -> list[ChanceScored]:
    """The probability we would have given each decided expectation on the day it was said, from what was known then."""
    from crossbearing.score.chance import of_predicate
    from crossbearing.score.matching import ChanceScored
    from crossbearing.score.predictive import brier
    from crossbearing.score.watch import State

    found = []
    for w in watched:
        decided = w.verdict.state in (State.MET, State.FAILED)
        if not (decided and w.predicate and w.said and w.since and w.said < w.since):
            continue
        then = book.as_of(w.said)
        value = of_predicate(w.predicate, book.registry, foreseer(then, w.said, seed)).value
        if value is not None:
            happened = w.verdict.state is State.MET
            score = brier(value, happened)
            found.append(
                ChanceScored(
                    w.item.id, w.item.predicate, "us", value, w.said, w.since, happened, score, "replayed"
                )
            )
    return found


def manifest_of(book: Book, seed: int | None, as_of: date | None) -> Manifest:
    """What makes a forecast, for its frozen file."""
    from crossbearing.score.vintage import Manifest

    return Manifest(
        book.digest,
        __version__,
        seed,
        as_of.isoformat() if as_of else None,
        str(book.visibility),
        book.newest.isoformat() if book.newest else None,
    )


def freeze_series(folder: Path | None, book: Book, series: Series, views: list[dict[str, Any]]) -> Path:
    """One series kept as it is said today."""
    from crossbearing.score.vintage import content, file_name, freeze

    day = said_on(series.as_of)
    name = file_name(day, "series", series.entity, series.metric, series.basis)
    body = {**series.as_json(), "views": views}
    (path,) = freeze(
        folder, [(name, content(day, "series", manifest_of(book, series.seed, series.as_of), body))]
    )
    return path


def freeze_report(folder: Path | None, book: Book, as_of: date | None, seed: int) -> list[Path]:
    """What the report foretells: each main company's run rate by month over a year, its next quarters, and the watch list."""
    from crossbearing.score.vintage import content, file_name, freeze

    book = book.as_of(as_of)
    day, today = said_on(as_of), book_today(book, as_of)
    manifest = manifest_of(book, seed, as_of)
    files = []
    for series in _foretold(book, today, seed, as_of):
        name = file_name(day, "report", series.entity, series.metric, series.basis)
        files.append((name, content(day, "report", manifest, series.as_json())))
    given = {
        e.watched.item.predicate: e.chance.value
        for e in watch_list(book, as_of, seed)
        if e.chance.value is not None
    }
    if given:
        files.append(
            (file_name(day, "report", "watch"), content(day, "report", manifest, {"chances": given}))
        )
    return freeze(folder, files)


def _foretold(book: Book, today: date, seed: int, as_of: date | None) -> Iterator[Series]:
    """The series a report freezes; what the position refuses is left out, as on the page."""
    months = [d.isoformat() for d in month_ends(today, add_months(today, 12))]
    start = add_months(today.replace(day=1), -((today.month - 1) % 3))
    quarters = [f"{q.year}-Q{(q.month + 2) // 3}" for q in (add_months(start, 3 * n) for n in range(4))]
    for entity in main_companies(book):
        for metric, at in (("revenue.run_rate", months), ("revenue.recognised", quarters)):
            for basis in ("gross", "net"):
                try:
                    yield position(book, entity, metric, at=at, basis=basis, seed=seed, as_of=as_of)
                except (Refusal, UsageError):
                    continue


def freeze_outlook(folder: Path | None, book: Book, found: Outlook, as_of: date | None) -> list[Path]:
    """What the outlook foretells: each company's fans that have a metric of their own, by month."""
    from crossbearing.score.vintage import content, file_name, freeze

    day = said_on(as_of)
    manifest = manifest_of(book, found.seed, as_of)
    files = []
    for company in found.companies:
        for (metric, basis), name in FANS.items():
            if name not in company.fans:
                continue
            body = _fan_json(company.entity, metric, basis, company.fans[name], found.seed)
            written = file_name(day, "outlook", company.entity, metric, basis)
            files.append((written, content(day, "outlook", manifest, body)))
    if not files:
        raise Refusal(
            "the outlook computes nothing that a later claim could tell",
            "",
            "add the inputs that `xb outlook` asks for",
        )
    return freeze(folder, files)


def _fan_json(entity: str, metric: str, basis: str, fan: Fan, seed: int) -> dict[str, Any]:
    """A fan in the form of a series."""
    points = [{"at": p.at.isoformat(), **_levels(p), "mean": p.mean, "kind": "forecast"} for p in fan.points]
    head = {
        "entity": entity,
        "metric": metric,
        "basis": basis or "n/a",
        "rate": "instantaneous",
        "unit": fan.unit,
    }
    return {**head, "interval_kind": str(fan.kind), "points": points, "scenario": "base", "seed": seed}


def said_on(as_of: date | None) -> date:
    """The day a forecast is said: the knowledge date asked for, or today on the user's calendar."""
    return as_of or date.today()  # noqa: DTZ011 - the day on the user's calendar
