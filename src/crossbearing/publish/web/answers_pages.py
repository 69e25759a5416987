"""Pages of the outlook, the comparison and the value."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from crossbearing.pipeline import compare_companies, main_companies
from crossbearing.pipeline.asking import day_of
from crossbearing.pipeline.live_results import today_of
from crossbearing.pipeline.serving import Live, State
from crossbearing.pipeline.sliders import compared, slid, sliders_of
from crossbearing.pipeline.worlds import World
from crossbearing.problems import CrossbearingError, UsageError
from crossbearing.publish.report import svg
from crossbearing.publish.web.asked import query_of, world_of
from crossbearing.publish.web.drawing import fan_svg
from crossbearing.publish.web.frame import FRESH, Frame
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.words import say

MOST_SCENARIOS = 4


def routes(live: Live, frame: Frame) -> APIRouter:
    """Routes of these pages and their parts."""
    router = APIRouter(include_in_schema=False)
    _outlook(router, live, frame)
    _compare(router, live, frame)
    _value(router, live, frame)
    return router


def entity_asked(book: Book, name: str, names: tuple[str, ...], place: int = 0) -> str:
    """The company asked for, or the one at a place among the main ones.

    Raises:
        UsageError: The book has no such company, or none at all.
    """
    if name.strip():
        found = book.canonical_entity(name.strip())
        if found is None:
            raise UsageError(f"unknown entity {name[:80]}", "", f"the book has {', '.join(book.entities)}")
        return found
    if not names:
        raise UsageError("the book has no company with claims of revenue", "", "add a claim")
    return names[min(place, len(names) - 1)]


def companies_of(book: Book, names: tuple[str, ...]) -> list[str]:
    """Companies to choose from: the main ones first."""
    others = [e.name for e in book.entities.values() if e.kind == "company" and e.name not in names]
    return [*names, *others]


def _outlook(router: APIRouter, live: Live, frame: Frame) -> None:
    def parts(world: World, entity: str, chosen: tuple[str, ...], now: State, wait: float) -> Any:
        def work() -> dict[str, Any]:
            return _outlook_parts(live, world, entity, chosen, now)

        return live.ready(("shown outlook", now.revision, world, entity, chosen), work, wait)

    def asked(request: Request) -> tuple[World, State, Book, str, tuple[str, ...]]:
        world, now = world_of(request.query_params), live.state()
        book = live.world(world, now).book
        names = main_companies(now.opened.book)
        entity = entity_asked(book, request.query_params.get("entity", ""), names)
        chosen = tuple(dict.fromkeys(s for s in request.query_params.getlist("scenario") if s))
        return world, now, book, entity, chosen[:MOST_SCENARIOS]

    @router.get("/outlook")
    def outlook(request: Request) -> Response:
        world, now, book, entity, chosen = asked(request)
        why_not, found = "", None
        try:
            found = parts(world, entity, chosen, now, 4 * FRESH)
        except CrossbearingError as refused:
            why_not = ": ".join(t for t in (refused.what, refused.why) if t)
        return frame.page(
            request,
            "outlook.html.j2",
            "Outlook",
            supposing=world,
            state=now,
            entity=entity,
            entities=companies_of(book, main_companies(now.opened.book)),
            scenarios=book.scenarios,
            chosen=chosen,
            why_not=why_not,
            pending=found is None and not why_not,
            part_query=_with_scenarios(query_of(world, entity=entity), chosen),
            **(found or {}),
        )

    @router.get("/part/outlook")
    def part(request: Request) -> Response:
        world, now, _, entity, chosen = asked(request)
        found = parts(world, entity, chosen, now, 2.0)
        return frame.later() if found is None else frame.part("figures.html.j2", figures=())


def _with_scenarios(query: str, chosen: tuple[str, ...]) -> str:
    from urllib.parse import urlencode

    return query + "".join("&" + urlencode({"scenario": name}) for name in chosen)


def _outlook_parts(
    live: Live, world: World, entity: str, chosen: tuple[str, ...], now: State
) -> dict[str, Any]:
    base = slid(live, entity, {}, "", world)
    knobs = sliders_of(live, entity, world)
    others = compared(live, (entity,), chosen, world).companies[0].scenarios if chosen else ()
    under = {name: {f["name"]: f for f in slid(live, entity, {}, name, world)["fans"]} for name in chosen[:1]}
    first = under.get(chosen[0], {}) if chosen else {}
    fans = [_drawn(f, base["at"], first.get(f["name"])) for f in base["fans"]]
    text = json.dumps(base).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    del now
    return {
        "base": base,
        "knobs": knobs,
        "fans": fans,
        "compared": [_scenario_rows(s) for s in others],
        "island": Markup(text),  # noqa: S704 - JSON whose angle brackets and ampersands are escaped
    }


def _drawn(fan: dict[str, Any], at: list[str], under: dict[str, Any] | None) -> tuple[Any, ...]:
    """A fan, its drawing and its last month in words; with a scenario, the scenario with the base as a dashed line."""
    shown = under or fan
    last = {k: say(shown[k][-1], shown["unit"]) for k in ("p5", "p50", "p95")}
    told = f"{last['p50']}, 90 % {last['p5']} to {last['p95']}"
    return fan, fan_svg(shown, at, fan if under else None), told


def _scenario_rows(scenario: Any) -> dict[str, Any]:
    rows = [
        {
            "answer": f"{d.label}, {d.at}",
            "as_things_stand": say(d.base, d.unit),
            "scenario": say(d.scenario, d.unit),
            "difference": say(d.mean, d.unit),
            "90_%_of_futures": f"{say(d.p5, d.unit)} to {say(d.p95, d.unit)}",
        }
        for d in scenario.differences
    ]
    return {"name": scenario.name, "label": scenario.label, "rows": rows}


def _compare(router: APIRouter, live: Live, frame: Frame) -> None:
    def asked(request: Request) -> tuple[World, State, str, str, date]:
        query = request.query_params
        world, now = world_of(query), live.state()
        book = live.world(world, now).book
        names = main_companies(now.opened.book)
        first = entity_asked(book, query.get("first", ""), names, 0)
        second = entity_asked(book, query.get("second", ""), names, 1)
        return world, now, first, second, day_of(query.get("at", ""), "at") or today_of(live, world, book)

    def parts(world: World, now: State, first: str, second: str, at: date, wait: float) -> Any:
        def work() -> dict[str, Any]:
            if first == second:
                return {"why_not": "A comparison needs two companies.", "names": [], "lines": []}
            book = live.world(world, now).book
            table = compare_companies(book, (first, second), at, live.seed)
            return {"why_not": "", "names": table.entities, "lines": [_line(row) for row in table.lines]}

        return live.ready(("shown compare", now.revision, world, first, second, at), work, wait)

    @router.get("/compare")
    def compare(request: Request) -> Response:
        world, now, first, second, at = asked(request)
        found = parts(world, now, first, second, at, FRESH)
        names = main_companies(now.opened.book)
        more = query_of(world, first=first, second=second, at=at.isoformat())
        return frame.page(
            request,
            "compare.html.j2",
            "Compare",
            state=now,
            entities=companies_of(now.opened.book, names),
            first=first,
            second=second,
            at=at.isoformat(),
            pending=found is None,
            part_query=more,
            world=query_of(world),
            **(found or {}),
        )

    @router.get("/part/compare")
    def part(request: Request) -> Response:
        world, now, first, second, at = asked(request)
        found = parts(world, now, first, second, at, 2.0)
        return (
            frame.later() if found is None else frame.part("compared.html.j2", world=query_of(world), **found)
        )


def _line(row: Any) -> dict[str, Any]:
    from crossbearing.publish.valuation.tables import words

    cells = [
        {
            "text": words(s.term) if s.term.value is not None else "–",
            "tail": ", ".join(t for t in (s.when, s.definition) if t),
            "claims": s.term.lineage.claims[:3] if s.term.value is not None else (),
        }
        for s in row.sides
    ]
    ratio = words(row.ratio) if row.ratio else ""
    return {"label": row.label, "cells": cells, "ratio": ratio, "why_not": row.why_not}


def _value(router: APIRouter, live: Live, frame: Frame) -> None:
    def asked(request: Request) -> tuple[World, State, str, str, str]:
        query = request.query_params
        world, now = world_of(query), live.state()
        book = live.world(world, now).book
        names = main_companies(now.opened.book)
        entity = entity_asked(book, query.get("entity", ""), names)
        return world, now, entity, query.get("entry", "").strip()[:80], query.get("hold", "").strip()[:20]

    def parts(world: World, now: State, entity: str, entry: str, hold: str, wait: float) -> Any:
        def work() -> dict[str, Any]:
            return _valued(live, world, now, entity, entry, hold)

        return live.ready(("shown value", now.revision, world, entity, entry, hold), work, wait)

    @router.get("/value")
    def value(request: Request) -> Response:
        world, now, entity, entry, hold = asked(request)
        refused, found = None, None
        try:
            found = parts(world, now, entity, entry, hold, 4 * FRESH)
        except CrossbearingError as fault:
            refused = fault
        book = now.opened.book
        return frame.page(
            request,
            "value.html.j2",
            "Value",
            supposing=world,
            state=now,
            entity=entity,
            entities=companies_of(book, main_companies(book)),
            entry=entry,
            hold=hold,
            refused=refused,
            pending=found is None and refused is None,
            part_query=query_of(world, entity=entity, entry=entry, hold=hold),
            **(found or {"why_not": "", "drawings": (), "sections": ()}),
        )

    @router.get("/part/value")
    def part(request: Request) -> Response:
        found = parts(*asked(request), 2.0)
        return frame.later() if found is None else frame.part("valued.html.j2", **found)


def _valued(live: Live, world: World, now: State, entity: str, entry: str, hold: str) -> dict[str, Any]:
    from crossbearing.publish.valuation.charts import charts, source_line
    from crossbearing.publish.valuation.tables import sections
    from crossbearing.publish.web.answering import valuation_of

    book = live.world(world, now).book
    asked = {"entry": entry or None, "hold": hold or None}
    found = valuation_of(live, book, entity, world.as_of or live.as_of, asked)
    drawings = [
        {
            "title": chart.title,
            "svg": svg.render(chart.spec, f"value-{name}", chart.title),
            "source": source_line(chart.terms, book, found.question.as_of),
        }
        for name, chart in charts(found).items()
    ]
    listed = [
        {"title": s.title, "rows": s.rows, "notes": s.notes, "columns": list(s.rows[0]) if s.rows else []}
        for s in sections(found)
    ]
    return {"why_not": "", "drawings": drawings, "sections": listed}
