"""Figures of a book being served: positions, what the pages show of them, and the watch list, each kept by what it rests on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crossbearing.check.standing import standing
from crossbearing.pipeline import BASES, by_importance, leads_of, main_companies, month_ends, position
from crossbearing.pipeline.serving import PLAIN, Live, State
from crossbearing.pipeline.valuing import valuations
from crossbearing.pipeline.worlds import SALES, World
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.figure import Figure
from crossbearing.vocabulary.series import Series

if TYPE_CHECKING:
    from crossbearing.pipeline.scoring import Expected
    from crossbearing.publish.report.content import Sales
    from crossbearing.publish.report.sentence import Sentence
    from crossbearing.score.chance import Foreseen
    from crossbearing.value.valuation import Valuation


def today_of(live: Live, world: World, book: Book) -> date:
    """The day a page speaks of: the knowledge date, else the last day of the book."""
    return world.as_of or live.as_of or book.ends or book.newest or date.min


def position_now(live: Live, world: World, entity: str, basis: str, state: State | None = None) -> Series:
    """The monthly position of a company's run rate in a world, from its first claim to the knowledge date.

    Raises:
        Refusal: It cannot be computed.
        UsageError: Nothing is claimed.
    """
    now = state or live.state()

    def work() -> Series:
        book = live.world(world, now).book
        today = today_of(live, world, book)
        at = month_ends(book, entity, today)
        return position(book, entity, SALES, at=at, basis=basis, seed=live.seed, as_of=today)

    return live.answer(("position", live.meaning(world, now), world, entity, basis), work)


def sales_in(live: Live, world: World = PLAIN, state: State | None = None) -> tuple[Sales, ...]:
    """What is stated about each main company's sales in a world, beside our estimate or the reason why there is none."""
    now = state or live.state()

    def work() -> tuple[Sales, ...]:
        from crossbearing.publish.report.content import Sales

        book = live.world(world, now).book
        found = []
        for entity in main_companies(now.opened.book):
            for basis in BASES:
                series, why_not = None, ""
                if basis != "unspecified":
                    try:
                        series = position_now(live, world, entity, basis, now)
                    except (Refusal, UsageError) as refused:
                        why_not = refused.why or refused.what
                found.append(Sales(entity, basis, standing(book, entity, SALES, basis), series, why_not))
        return tuple(found)

    return live.answer(("sales", now.revision, world), work)


def figures_in(live: Live, world: World = PLAIN, state: State | None = None) -> tuple[Figure, ...]:
    """Every number the pages show in a world, with its lineage."""
    from crossbearing.trace.figures import identity_figures, series_figures, stated_figures

    now = state or live.state()

    def work() -> tuple[Figure, ...]:
        checked = live.world(world, now)
        sales = sales_in(live, world, now)
        values = valued_in(live, world, now)
        return (
            *stated_figures(s.stated for s in sales if s.stated),
            *series_figures(s.series for s in sales if s.series),
            *identity_figures(checked.identities),
            *(f for v in values for f in v.figures),
        )

    return live.answer(("figures", now.revision, world), work)


def valued_in(live: Live, world: World = PLAIN, state: State | None = None) -> tuple[Valuation, ...]:
    """The main companies valued in a world, the trade in hand being the price last talked about."""
    now = state or live.state()

    def work() -> tuple[Valuation, ...]:
        book, sales = live.world(world, now).book, sales_in(live, world, now)
        names = main_companies(now.opened.book)
        return valuations(book, names, today_of(live, world, book), world.as_of, live.seed, sales)

    return live.answer(("valuations", live.meaning(world, now), world), work)


def screen_in(live: Live, world: World = PLAIN, state: State | None = None) -> tuple[Sentence, ...]:
    """The six sentences a partner reads first, in a world."""
    from crossbearing.check.unknown import unknowns
    from crossbearing.pipeline.first_screen import by_effect, sentences

    now = state or live.state()

    def work() -> tuple[Sentence, ...]:
        known = live.world(world, now)
        book, names = known.book, main_companies(now.opened.book)
        today, sales = today_of(live, world, book), sales_in(live, world, now)
        key = ("leads", live.meaning(world, now), world)
        leads = live.answer(key, lambda: leads_of(book, names, today, live.seed))
        fixed = tuple(s.series for s in sales if s.series)
        conflicts = by_effect(by_importance(known.conflicts, book, today), fixed)
        values = valued_in(live, world, now)
        return sentences(book, names, today, sales, leads, values, conflicts, unknowns(book, names, today))

    return live.answer(("screen", now.revision, world), work)


def expected_in(live: Live, world: World = PLAIN, state: State | None = None) -> tuple[Expected, ...]:
    """The watch list with its states and our probabilities; what is foreseen is kept by what it rests on."""
    from crossbearing.pipeline.scoring import book_today, foreseer, watch_list

    now = state or live.state()
    as_of = world.as_of or live.as_of

    def work() -> tuple[Expected, ...]:
        book = live.world(world, now).book
        meaning = live.meaning(world, now)
        ask = live.answer(
            ("foreseer", meaning, world),
            lambda: foreseer(book.as_of(as_of), book_today(book, as_of), live.seed),
        )

        def foresee(entity: str, metric: str, at: str, basis: str) -> Foreseen:
            key = ("foreseen", meaning, world, entity, metric, at, basis)
            return live.answer(key, lambda: ask(entity, metric, at, basis))

        return watch_list(book, as_of, live.seed, foresee)

    return live.answer(("watch", now.revision, world), work)
