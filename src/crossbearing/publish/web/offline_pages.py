"""Offline pages to save and send: a comparison, what changed between two days, what a document says."""

from __future__ import annotations

from html import unescape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crossbearing.pipeline import compare_companies, main_companies
from crossbearing.pipeline.asking import day_of
from crossbearing.pipeline.live_results import today_of
from crossbearing.pipeline.serving import Live
from crossbearing.problems import UsageError
from crossbearing.publish.web.answers_pages import entity_asked
from crossbearing.publish.web.asked import world_of

MOST_RESULTS = 6


def saved(text: str) -> Response:
    """A whole page under its own policy, which lets its one inline script run by digest and nothing load."""
    policy = text.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    return HTMLResponse(text, headers={"content-security-policy": unescape(policy)} if policy else {})


def routes(live: Live) -> APIRouter:
    """Routes of the pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/page/compare")
    def compare(request: Request) -> Response:
        from crossbearing.pipeline.answers import leads_of
        from crossbearing.publish.pages.answers import compare_page

        query = request.query_params
        world, now = world_of(query), live.state()
        book, names = live.world(world, now).book, main_companies(now.opened.book)
        pair = tuple(
            entity_asked(book, query.get(n, ""), names, i) for i, n in enumerate(("first", "second"))
        )
        at = day_of(query.get("at", ""), "at") or today_of(live, world, book)
        if len(set(pair)) < 2:
            raise UsageError("a comparison needs two companies", "", "choose another one")

        def work() -> str:
            leads = leads_of(book, pair, at, live.seed)
            return compare_page(book, compare_companies(book, pair, at, live.seed), leads)

        return saved(live.answer(("page compare", now.revision, world, pair, at), work))

    @router.get("/page/diff")
    def diff(request: Request) -> Response:
        from crossbearing.pipeline.differing import difference
        from crossbearing.publish.pages.answers import diff_page

        world, now = world_of(request.query_params), live.state()
        book = live.world(world, now).book
        days = [day_of(request.query_params.get(name, ""), name) for name in ("before", "after")]
        first, second = (day or today_of(live, world, book) for day in days)
        if first >= second:
            raise UsageError("the first day must lie before the second", "", "choose an earlier first day")

        def work() -> str:
            one, two = book.as_of(first), book.as_of(second)
            found = difference(one, two, seed=live.seed, most=MOST_RESULTS)
            return diff_page(one, two, found, str(first), str(second))

        return saved(live.answer(("page diff", now.revision, world, first, second), work))

    @router.get("/page/read/{key}")
    def read(key: str) -> Response:
        from crossbearing.publish.pages.answers import read_page

        found = live.readings.get(key)
        if found is None:
            raise UsageError("this reading is no longer here", "", "read the document again")
        return saved(read_page(live.state().opened.book, [(found, "")]))

    return router
