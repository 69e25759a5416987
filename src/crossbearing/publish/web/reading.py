"""Pages that read a document: paste or drop it, look at what it proposes beside what the book holds, accept, see what moved."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from crossbearing.pipeline.asking import day_of
from crossbearing.pipeline.reading import edited
from crossbearing.pipeline.serving import Live
from crossbearing.pipeline.uploads import accept_upload, document_of, read_upload
from crossbearing.problems import BookError, CrossbearingError, UsageError
from crossbearing.publish.web.edits import form_of, in_thread, see
from crossbearing.publish.web.fields import clean
from crossbearing.publish.web.frame import Frame
from crossbearing.vocabulary.reading import Proposed

EDITED = ("entity", "metric", "value", "unit", "period", "basis", "status", "modality")
TOLD = ("publisher", "title", "url")
TEXT_LETTERS = 4_000_000


def routes(live: Live, frame: Frame) -> APIRouter:
    """Routes of reading."""
    router = APIRouter(include_in_schema=False)
    _give(router, live, frame)
    _decide(router, live, frame)
    return router


def _give(router: APIRouter, live: Live, frame: Frame) -> None:
    def form(request: Request, told: dict[str, str], refused: CrossbearingError | None = None) -> Response:
        status = 400 if refused else 200
        return frame.page(
            request, "read.html.j2", "Read a document", status=status, told=told, refused=refused
        )

    @router.get("/read")
    def start(request: Request) -> Response:
        return form(request, {})

    @router.post("/read")
    async def read(request: Request) -> Response:
        raw, name = b"", "pasted.txt"
        async with request.form(max_files=1, max_fields=20, max_part_size=TEXT_LETTERS) as given:
            texts = {k: v for k, v in given.items() if isinstance(v, str)}
            file = given.get("file")
            if isinstance(file, UploadFile) and file.filename:
                raw, name = await file.read(), file.filename
        return await in_thread(reading, request, texts, raw, name)

    def reading(request: Request, texts: dict[str, str], raw: bytes, name: str) -> Response:
        try:
            frame.check_key(request, texts.get("form_key", ""))
            if not raw and not texts.get("text", "").strip():
                raise UsageError("there is nothing to read", "", "paste a text or choose a file")
            told = {k: clean(texts.get(k, "")) for k in TOLD}
            day: date | None = day_of(clean(texts.get("published", "")), "published")
            document = document_of(raw or texts["text"].encode(), name, told, day)
            key, _ = read_upload(live, document)
            return RedirectResponse(f"/read/{key}", 303)
        except CrossbearingError as refused:
            return form(request, texts, refused)


def _decide(router: APIRouter, live: Live, frame: Frame) -> None:
    def page(
        request: Request, key: str, given: dict[str, str], refused: CrossbearingError | None
    ) -> Response:
        found = live.readings.get(key)
        if found is None:
            raise UsageError(
                "this reading is no longer here",
                "the server keeps the last ones, and none over a restart",
                "read the document again",
            )
        order = {"contradicts": 0, "new": 1, "unusable": 2, "known": 3}
        rows = sorted(found.proposals, key=lambda p: (order.get(str(p.verdict), 9), p.start))
        return frame.page(
            request,
            "proposals.html.j2",
            "What it says",
            status=400 if refused else 200,
            reading=found,
            rows=[_row(p, given) for p in rows],
            key=key,
            refused=refused,
            problems=refused.problems[:10] if isinstance(refused, BookError) else (),
            edited=EDITED,
        )

    @router.get("/part/moves/{key}/{name}")
    def moves(key: str, name: str) -> Response:
        found = moved_by(live, key, name, 0.5)
        return frame.later() if found is None else frame.part("moves.html.j2", p=found)

    @router.get("/read/{key}")
    def proposals(request: Request, key: str) -> Response:
        return page(request, key, {}, None)

    @router.post("/read/{key}/accept")
    async def accept(request: Request, key: str) -> Response:
        return await in_thread(accepting, request, key, await form_of(request, 10_000))

    def accepting(request: Request, key: str, given: dict[str, str]) -> Response:
        try:
            frame.check_key(request, given.get("form_key", ""))
            ids, edits = _chosen(live, key, given)
            return see(accept_upload(live, key, ids, edits, clean(given.get("who", ""))))
        except CrossbearingError as refused:
            return page(request, key, given, refused)


def moved_by(live: Live, key: str, name: str, wait: float) -> Proposed | None:
    """A proposal of a reading with what it would move; None while that is being computed.

    Raises:
        UsageError: The reading or the proposal is not here.
    """
    found, state = live.readings.get(key), live.state()
    if found is None or found.proposal(name) is None:
        raise UsageError("this reading is no longer here", "", "read the document again")

    def work() -> Proposed:
        return edited(state.opened, found, name, {}, seed=live.seed)

    return live.ready(("would move", state.revision, key, name), work, wait)


def _row(proposed: Proposed, given: dict[str, str]) -> dict[str, Any]:
    """A proposal, its box ticked where it says something new, its cells as they were sent where they were."""
    verdict = str(proposed.verdict)
    sent = bool(given)
    ticked = (
        f"take.{proposed.id}" in given
        if sent
        else verdict in ("new", "contradicts") and not proposed.stranger
    )
    cells = {c: given.get(f"{proposed.id}.{c}", proposed.cells.get(c, "")) for c in EDITED}
    names = {c: f"{proposed.id}.{c}" for c in EDITED}
    later = verdict in ("new", "contradicts")
    return {
        "p": proposed,
        "verdict": verdict,
        "ticked": ticked,
        "cells": cells,
        "names": names,
        "later": later,
    }


def _chosen(live: Live, key: str, given: dict[str, str]) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Ids of the proposals ticked, and the cells that were changed."""
    found = live.readings.get(key)
    proposals = found.proposals if found else ()
    ids = [p.id for p in proposals if f"take.{p.id}" in given]
    if found and not ids:
        raise UsageError("nothing is ticked", "", "tick what is to enter the book")
    edits = {}
    for p in proposals:
        changed = {
            c: clean(given[f"{p.id}.{c}"])
            for c in EDITED
            if f"{p.id}.{c}" in given and clean(given[f"{p.id}.{c}"]) != p.cells.get(c, "")
        }
        if changed and p.id in ids:
            edits[p.id] = changed
    return ids, edits
