"""The frame of every page: templates, who looks at what, and keys that forms must bring back."""

from __future__ import annotations

import hmac
import math
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment

from crossbearing import __version__
from crossbearing.pipeline.live_results import today_of
from crossbearing.pipeline.pending import queued
from crossbearing.pipeline.serving import PLAIN, Live, State
from crossbearing.pipeline.worlds import World
from crossbearing.problems import UsageError
from crossbearing.publish.answers.records import odds_words
from crossbearing.publish.report.island import safe_link
from crossbearing.publish.report.page import conflict_size
from crossbearing.publish.templating import templates_of
from crossbearing.publish.web import shown
from crossbearing.publish.web.asked import pairs_of, query_of
from crossbearing.publish.web.guard import Gate, cookie_of
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.words import say, say_quantity

PAGES = (
    ("/", "Position"),
    ("/claims", "Claims"),
    ("/conflicts", "Conflicts"),
    ("/outlook", "Outlook"),
    ("/compare", "Compare"),
    ("/value", "Value"),
    ("/watch", "Watch"),
    ("/read", "Read a document"),
    ("/pending", "Proposals"),
    ("/changes", "Changes"),
    ("/report", "Report"),
)
FRESH = 0.25  # seconds a page waits for a part before it goes without


@cache
def environment() -> Environment:
    """The templates, every value escaped."""
    made = templates_of("web")
    made.filters.update(
        odds=odds_words, link=safe_link, number=_number, percent=_percent, words=_words, size=conflict_size
    )
    return made


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.4g}" if abs(value) < 1e6 else say(value, "count")


def _percent(value: float | None) -> str:
    return "" if value is None else say(value, "ratio")


def _words(claim: Claim) -> str:
    return say_quantity(claim.quantity, claim.unit)


class Frame:
    """Renders pages of one book."""

    def __init__(self, live: Live, gate: Gate) -> None:
        self.live, self.gate = live, gate
        self.key_cookie = f"{gate.cookie}_form"

    def page(
        self,
        request: Request,
        template: str,
        heading: str,
        *,
        supposing: World = PLAIN,
        state: State | None = None,
        status: int = 200,
        **shown_too: Any,
    ) -> Response:
        """A whole page."""
        now = state or self.live.state()
        key = cookie_of({"cookie": request.headers.get("cookie", "")}, self.key_cookie)
        fresh = "" if key else secrets.token_urlsafe(24)
        shell = self._shell(request, supposing, now, key or fresh)
        shown_too.setdefault("pending", False)
        text = environment().get_template(template).render(shell=shell, heading=heading, **shown_too)
        answer = HTMLResponse(_tidy(text), status)
        if fresh:
            answer.set_cookie(self.key_cookie, fresh, httponly=True, samesite="strict", path="/")
        return answer

    def part(self, template: str, **told: Any) -> Response:
        """A part of a page, computed now."""
        return HTMLResponse(_tidy(environment().get_template(template).render(**told)))

    def later(self) -> Response:
        """A part that is not there yet."""
        return HTMLResponse("", 202)

    def check_key(self, request: Request, given: str) -> None:
        """Raises UsageError for a form that this server did not hand out to this browser."""
        key = cookie_of({"cookie": request.headers.get("cookie", "")}, self.key_cookie)
        if not key or not hmac.compare_digest(key.encode(), given.encode()):
            raise UsageError(
                "this form is not one of ours, or it is too old",
                "it lacks the key that this page gives to your browser",
                "reload the page and send it again",
            )

    def _shell(self, request: Request, world: World, now: State, key: str) -> Mapping[str, Any]:
        live = self.live
        path = request.url.path
        known = live.world(world, now)
        book = known.book
        return {
            "title": now.opened.book.title or "a book",
            "today": today_of(live, world, book),
            "as_of": world.as_of,
            "claims": len(book.claims),
            "sources": len(book.sources),
            "visibility": book.visibility,
            "writable": live.writable,
            "read_only_why": _read_only(live),
            "broken": now.broken,
            "supposed": shown.supposed(world, path, now.opened.book),
            "pages": PAGES,
            "waiting": queued(live.folder),
            "path": path,
            "world": query_of(world),
            "world_pairs": pairs_of(world),
            "version": __version__,
            "revision": now.revision,
            "seed": live.seed,
            "form_key": key,
        }


def _read_only(live: Live) -> str:
    if live.folder is None:
        return "it is the bundled book; xb new DIR --from frontier makes a copy of your own"
    if live.overlay is not None:
        return "two books are shown as one; serve either alone to edit it"
    return "it is shown as known on a day" if live.as_of else ""


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"
