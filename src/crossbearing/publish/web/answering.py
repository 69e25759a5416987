"""Answers in the JSON of the commands, from a book being served. The functions that shape it are the commands' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from crossbearing.pipeline import compare_companies, gross_to_net, main_companies, position, value_company
from crossbearing.pipeline.asking import claims_of, entity_of, metric_of, rule_of, views_beside
from crossbearing.pipeline.live_results import expected_in, figures_in, today_of
from crossbearing.pipeline.serving import Live, State
from crossbearing.pipeline.sliders import compared
from crossbearing.pipeline.worlds import World
from crossbearing.problems import UsageError
from crossbearing.publish.answers.records import (
    claim_row,
    conflict_json,
    identity_json,
    rule_json,
    watch_json,
)
from crossbearing.vocabulary.book import Book

Json = Any


def claims(live: Live, world: World, **wanted: Any) -> Json:
    """`xb claims`."""
    return [claim_row(c) for c in claims_of(live.world(world).book, **wanted)]


def check(live: Live, world: World) -> Json:
    """`xb check`: where the files are broken now, their errors come first."""
    now = live.state()
    known = live.world(world, now)
    return {
        "problems": [p.as_json() for p in (*now.broken, *known.problems)],
        "conflicts": [conflict_json(c) for c in known.conflicts],
        "identities": [identity_json(i) for i in known.identities],
    }


def series(live: Live, world: World, entity: str, metric: str, asked: Mapping[str, Any]) -> Json:
    """`xb series`."""
    now = live.state()
    book = live.world(world, now).book
    name, canonical = entity_of(book, entity), metric_of(book, metric)
    key = ("series", live.meaning(world, now), world, name, canonical, tuple(sorted(asked.items())))
    found = live.answer(
        key,
        lambda: position(book, name, canonical, seed=live.seed, as_of=world.as_of or live.as_of, **asked),
    )
    beside = views_beside(book, found)
    return {**found.as_json(), **({"views": beside} if beside else {})}


def bridge(live: Live, world: World, entity: str, at: date | None) -> Json:
    """`xb bridge`."""
    now = live.state()
    book = live.world(world, now).book
    name = entity_of(book, entity)
    key = ("bridge", live.meaning(world, now), world, name, at)
    return live.answer(key, lambda: gross_to_net(book, name, at, live.seed))


def compare(
    live: Live, world: World, entities: Sequence[str], at: date | None, *, position_too: bool
) -> Json:
    """`xb compare`."""
    from crossbearing.pipeline.answers import leads_of
    from crossbearing.publish.valuation.comparison import document

    now = live.state()
    book = live.world(world, now).book
    names = tuple(entity_of(book, e) for e in entities)
    if len(set(names)) < 2:
        raise UsageError("a comparison needs two companies", "", "name entity twice")
    day = at or today_of(live, world, book)
    key = ("compare", live.meaning(world, now), world, names, day, position_too)

    def work() -> Json:
        table = compare_companies(book, names, day, live.seed, position_too=position_too)
        leads = leads_of(book, names, day, live.seed) if position_too else []
        return {**document(table, ()), "leads": leads}

    return live.answer(key, work)


def valuation_of(live: Live, book: Book, entity: str, as_of: date | None, asked: Mapping[str, Any]) -> Any:
    """A valuation asked for in the words of `xb value`."""
    from crossbearing.pipeline.questions import question_of
    from crossbearing.value.inputs import Inputs

    name = entity_of(book, entity)
    inputs = Inputs(book, name, live.seed, ())
    given = {
        "at": None,
        "entry": None,
        "structure": None,
        "listing": None,
        "hold": None,
        "hurdle": "20%",
        "until": None,
        "multiples": (),
        "tolerance": 31,
    } | {k: v for k, v in asked.items() if v is not None}
    position_too = given.pop("revenue", "position") == "position"
    question = question_of(book, name, as_of, given, inputs)
    return value_company(book, name, question, inputs, position_too=position_too)


def value(live: Live, world: World, entity: str, asked: Mapping[str, Any]) -> Json:
    """`xb value`."""
    from crossbearing.publish.valuation.document import document

    now = live.state()
    book = live.world(world, now).book
    key = ("value", live.meaning(world, now), world, entity, tuple(sorted(asked.items())))
    as_of = world.as_of or live.as_of
    return live.answer(key, lambda: document(valuation_of(live, book, entity, as_of, asked)))


def outlook(live: Live, world: World, entities: Sequence[str], scenarios: Sequence[str]) -> Json:
    """`xb outlook`, of 2,000 paths over two years."""
    from crossbearing.publish.outlook.document import document

    now = live.state()
    book = live.world(world, now).book
    names = tuple(dict.fromkeys(entity_of(book, e) for e in entities)) or main_companies(now.opened.book)
    if not names:
        raise UsageError("the book has no company with claims of revenue", "", "name one with entity")
    found: dict[str, Any] = document(compared(live, names, scenarios, world))
    return found


def trace(live: Live, world: World, what: str) -> Json:
    """`xb trace ID|NUMBER`."""
    from crossbearing.trace.claims import figure_json, trace_claim
    from crossbearing.trace.numbers import claims_like, figures_like, parse_number

    now = live.state()
    known = live.world(world, now)
    published = figures_in(live, world, now)

    def traced(claim: Any) -> Any:
        return trace_claim(known.book, claim, known.conflicts, known.identities, published).as_json()

    claim = known.book.claim(what)
    if claim is not None:
        return traced(claim)
    named = [f for f in published if what in (f.id, f.id.partition("@")[0])]
    if named:
        return {"figures": [figure_json(f) for f in named], "claims": []}
    looked = parse_number(what)
    figures, like = figures_like(published, looked), claims_like(known.book, looked)
    if not figures and not like:
        raise UsageError(
            f"no claim and no figure prints like {what[:80]}", "", "check the digits and the unit"
        )
    return {"figures": [figure_json(f) for f in figures], "claims": [traced(c) for c in like]}


def without(live: Live, world: World, name: str, now: State | None = None) -> Json:
    """`xb trace --without`: every number of the pages as it would be without a claim or source."""
    from crossbearing.pipeline import without as left_out

    state = now or live.state()
    left_out(state.opened, name)
    less = replace(world, without=(*world.without, name))
    return moved_rows(figures_in(live, world, state), figures_in(live, less, state))


def moved_rows(before: Sequence[Any], after: Sequence[Any]) -> list[dict[str, Any]]:
    """Figures that differ, most moved first, as `xb trace --without` prints them."""
    from crossbearing.trace.figures import moved
    from crossbearing.vocabulary.words import say

    return [
        {
            "figure": m.before.id,
            "with": m.before.text,
            "without": m.after.text if m.after else "not computable",
            "change": "" if m.change is None else say(m.change, "ratio"),
        }
        for m in moved(before, after)
    ]


def watch(live: Live, world: World, wait: float) -> tuple[Json, str] | None:
    """`xb watch`, with the revision of the book it is about; None where it is not there within so many seconds."""
    from crossbearing.pipeline.scoring import book_today

    now = live.state()

    def work() -> Json:
        today = book_today(live.world(world, now).book, world.as_of or live.as_of)
        items = [watch_json(e) for e in expected_in(live, world, now)]
        return {"as_of": today.isoformat(), "seed": live.seed, "items": items}

    live.world(world, now)  # a name the book does not have is told at once
    return live.soon("watch json", world, now, work, wait)


def extract(live: Live, text: str, name: str, published: date | None) -> Json:
    """`xb extract` on a text: proposed claims. Nothing is written."""
    from crossbearing.gather.extract import Document, extract

    book = live.state().opened.book
    found = extract(Document(text, name, published), tuple(book.entities.values()), book.registry)
    return [p.as_json() for p in found]


def explain(code: str) -> Json:
    """`xb explain`."""
    return rule_json(rule_of(code))
