"""What assistants propose: shown beside what the book holds, and taken in or thrown away by a person."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from crossbearing.pipeline.editing import Change
from crossbearing.pipeline.pending import Waiting, drop, take_in, waiting
from crossbearing.pipeline.serving import Live
from crossbearing.problems import BookError, CrossbearingError, UsageError
from crossbearing.publish.web.edits import form_of, in_thread, see
from crossbearing.publish.web.fields import clean
from crossbearing.publish.web.frame import Frame
from crossbearing.publish.web.reading import EDITED


def routes(live: Live, frame: Frame) -> APIRouter:
    """Routes of the queue."""
    router = APIRouter(include_in_schema=False)
    _queue(router, live, frame)
    return router


def accept_waiting(live: Live, key: str, edits: dict[str, str], who: str) -> Change:
    """Take one proposal of the queue into the book, as a change that can be undone.

    Raises:
        UsageError: Nobody waits under that key any more, or it cannot enter.
        BookError: The book would have errors it had not before.
    """
    opened = live.state().opened
    cells = {key: edits} if edits else {}
    return live.changing(lambda e: e.read(lambda root: take_in(opened, root, [key], cells)[0], who))


def _queue(router: APIRouter, live: Live, frame: Frame) -> None:
    def page(
        request: Request,
        refused: CrossbearingError | None = None,
        key: str = "",
        given: dict[str, str] | None = None,
    ) -> Response:
        queue = waiting(live.state().opened, live.folder) if live.folder else ()
        return frame.page(
            request,
            "pending.html.j2",
            "Proposals",
            status=400 if refused else 200,
            rows=[_row(w, given if given and w.key == key else {}) for w in queue],
            edited=EDITED,
            refused=refused,
            problems=refused.problems[:10] if isinstance(refused, BookError) else (),
        )

    @router.get("/pending")
    def queue(request: Request) -> Response:
        return page(request)

    @router.post("/pending/{key}/{verb}")
    async def decide(request: Request, key: str, verb: str) -> Response:
        return await in_thread(deciding, request, key, verb, await form_of(request))

    def deciding(request: Request, key: str, verb: str, given: dict[str, str]) -> Response:
        try:
            frame.check_key(request, given.get("form_key", ""))
            if verb == "accept":
                return see(accept_waiting(live, key, _edits(live, key, given), clean(given.get("who", ""))))
            if verb != "drop" or live.folder is None or not live.writable:
                raise UsageError(
                    "that cannot be done with a proposal here", "", "accept it, or throw it away"
                )
            drop(live.folder, [key])
            return RedirectResponse("/pending", 303)
        except CrossbearingError as refused:
            return page(request, refused, key, given)


def _edits(live: Live, key: str, given: dict[str, str]) -> dict[str, str]:
    """Cells that the person changed before accepting."""
    queue = waiting(live.state().opened, live.folder) if live.folder else ()
    held = next((w for w in queue if w.key == key), None)
    cells = held.proposal.cells if held else {}
    return {c: clean(given[c]) for c in EDITED if c in given and clean(given[c]) != cells.get(c, "")}


def _row(held: Waiting, given: dict[str, str]) -> dict[str, Any]:
    proposal = held.proposal
    return {
        "key": held.key,
        "by": held.by,
        "reading": held.reading,
        "p": proposal,
        "verdict": str(proposal.verdict),
        "cells": {c: given.get(c, proposal.cells.get(c, "")) for c in EDITED},
        "names": {c: c for c in EDITED},
    }
