"""Forms that change the book: add, edit, withdraw, own views, undo. Each says what it changed and what that moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from crossbearing.book.layout import CLAIMS, SOURCES
from crossbearing.pipeline.editing import Change, EditConflict, etag, new_id, view_text
from crossbearing.pipeline.live_results import figures_in
from crossbearing.pipeline.serving import PLAIN, Live
from crossbearing.problems import BookError, CrossbearingError, UsageError
from crossbearing.publish.web import shown
from crossbearing.publish.web.answering import moved_rows
from crossbearing.publish.web.app import status_of
from crossbearing.publish.web.fields import (
    Field,
    cells_of,
    claim_fields,
    clean,
    source_cells_of,
    source_fields,
)
from crossbearing.publish.web.frame import FRESH, Frame
from crossbearing.publish.web.guard import Gate

SHOWN_MOVES = 40
VIEW_FIELDS = (
    Field(
        "name",
        "what it is about",
        "company, metric and basis, such as: Acme revenue.run_rate net",
        required=True,
    ),
    Field(
        "value", "your figure or range", "such as 30B, or 25B to 40B (5th to 95th percentile)", required=True
    ),
    Field("reason", "why", "so that you know it later", required=True, wide=True),
    Field("author", "who", "your name"),
    Field("date", "on which day", "such as 2026-06-01"),
    Field("until", "holds until", "empty is for ever"),
)


def routes(live: Live, gate: Gate) -> APIRouter:
    """Routes of the forms."""
    from crossbearing.publish.web.proposals import routes as pending_routes
    from crossbearing.publish.web.reading import routes as read_routes

    router = APIRouter(include_in_schema=False)
    frame = Frame(live, gate)
    _add(router, live, frame)
    _edit(router, live, frame)
    _views(router, live, frame)
    _changes(router, live, frame)
    router.include_router(read_routes(live, frame))
    router.include_router(pending_routes(live, frame))
    return router


async def form_of(request: Request, fields: int = 200) -> dict[str, str]:
    """The texts of a form; files are left out."""
    async with request.form(max_files=1, max_fields=fields, max_part_size=100_000) as given:
        return {k: v for k, v in given.items() if isinstance(v, str)}


def see(change: Change) -> Response:
    """Go to what the change did."""
    return RedirectResponse(f"/changes/{change.id}", 303)


def add_claim(live: Live, cells: Mapping[str, str], source: Mapping[str, str], who: str) -> Change:
    """Add a claim, and its source where that is new; ids are made where they are not given.

    Raises:
        UsageError: No source is named, an id is taken, or the book cannot be written.
        BookError: The claim has errors.
    """
    book = live.state().opened.book
    row, rows = dict(cells), {}
    if source and row.get("source"):
        raise UsageError("two sources are given", "one is chosen and one is new", "leave one of them empty")
    if source:
        words = (source.get("publisher", ""), source.get("published", ""))
        made = {**source, "id": source.get("id") or new_id(set(book.sources), *words)}
        row["source"] = made["id"]
        rows[SOURCES.file] = [made]
    if not row.get("source"):
        raise UsageError(
            "no source is named", "every figure leads back to a source", "choose one, or give a new one"
        )
    taken = {c.id for c in book.claims}
    tail = row.get("metric", "").rpartition(".")[2]
    row["id"] = row.get("id") or new_id(taken, row.get("entity", ""), tail, row.get("period", ""))
    rows[CLAIMS.file] = [row]
    return live.changing(lambda editor: editor.add(rows, f"added {row['id']}", who))


def _form(
    frame: Frame,
    request: Request,
    *,
    heading: str,
    action: str,
    button: str,
    cells: Mapping[str, str],
    fields: list[Field],
    seen: str = "",
    more: list[Field] | None = None,
    refused: CrossbearingError | None = None,
    theirs: Mapping[str, str] | None = None,
) -> Response:
    now = frame.live.state()
    return frame.page(
        request,
        "form.html.j2",
        heading,
        state=now,
        status=status_of(refused) if refused else 200,
        action=action,
        button=button,
        cells=dict(cells),
        fields=fields,
        source_fields=more or [],
        seen=seen,
        refused=refused,
        problems=refused.problems[:10] if isinstance(refused, BookError) else (),
        theirs=theirs,
        metrics=sorted(now.opened.book.registry),
    )


def _add(router: APIRouter, live: Live, frame: Frame) -> None:
    def form(
        request: Request, cells: Mapping[str, str], refused: CrossbearingError | None = None
    ) -> Response:
        return _form(
            frame,
            request,
            heading="Add a claim",
            action="/add",
            button="Add it to the book",
            cells=cells,
            fields=claim_fields(live.state().opened.book, new=True),
            more=source_fields(),
            refused=refused,
        )

    @router.get("/add")
    def new(request: Request) -> Response:
        return form(request, {"status": "reported", "modality": "actual"})

    @router.post("/add")
    async def add(request: Request) -> Response:
        given = await form_of(request)
        return await in_thread(_adding, request, given)

    def _adding(request: Request, given: dict[str, str]) -> Response:
        try:
            frame.check_key(request, given.get("form_key", ""))
            who = clean(given.get("who", ""))
            return see(add_claim(live, cells_of(given), source_cells_of(given), who))
        except CrossbearingError as refused:
            return form(request, given, refused)


async def in_thread(work: Callable[..., Response], *given: Any) -> Response:
    """Run what may take long outside the loop that answers everybody."""
    from anyio import to_thread

    return await to_thread.run_sync(work, *given)


def _edit(router: APIRouter, live: Live, frame: Frame) -> None:
    def form(
        request: Request,
        name: str,
        cells: Mapping[str, str],
        seen: str,
        refused: CrossbearingError | None = None,
        theirs: Mapping[str, str] | None = None,
    ) -> Response:
        return _form(
            frame,
            request,
            heading=f"Edit {name}",
            action=f"/claims/{name}/edit",
            button="Write it to the book",
            cells=cells,
            fields=claim_fields(live.state().opened.book, new=False),
            seen=seen,
            refused=refused,
            theirs=theirs,
        )

    @router.get("/claims/{name}/edit")
    def edit(request: Request, name: str) -> Response:
        row = live.editor.row(CLAIMS.file, name)
        if row is None:
            raise HTTPException(404, f"there is no claim {name[:80]}")
        return form(request, name, row, etag(row))

    @router.post("/claims/{name}/edit")
    async def write(request: Request, name: str) -> Response:
        return await in_thread(_writing, request, name, await form_of(request))

    def _writing(request: Request, name: str, given: dict[str, str]) -> Response:
        cells = {k: v for k, v in cells_of(given).items() if k != "id"}
        seen = given.get("seen", "")
        try:
            frame.check_key(request, given.get("form_key", ""))
            who = clean(given.get("who", ""))
            return see(live.changing(lambda e: e.change(CLAIMS.file, name, cells, seen, who)))
        except EditConflict as conflict:
            return form(request, name, given, etag(conflict.theirs or None), conflict, conflict.theirs)
        except CrossbearingError as refused:
            return form(request, name, given, seen, refused)

    @router.post("/claims/{name}/withdraw")
    async def withdraw(request: Request, name: str) -> Response:
        return await in_thread(_withdrawing, request, name, await form_of(request))

    def _withdrawing(request: Request, name: str, given: dict[str, str]) -> Response:
        frame.check_key(request, given.get("form_key", ""))
        seen, who = given.get("seen", ""), clean(given.get("who", ""))
        return see(live.changing(lambda e: e.withdraw(CLAIMS.file, name, seen, who)))


def _views(router: APIRouter, live: Live, frame: Frame) -> None:
    def form(
        request: Request, cells: Mapping[str, str], refused: CrossbearingError | None = None
    ) -> Response:
        return _form(
            frame,
            request,
            heading="Your own view, beside the estimate and never mixed into it",
            action="/views",
            button="Keep this view",
            cells=cells,
            fields=list(VIEW_FIELDS),
            refused=refused,
        )

    @router.get("/views")
    def view(request: Request) -> Response:
        return form(request, {"name": request.query_params.get("name", "")[:200]})

    @router.post("/views")
    async def keep(request: Request) -> Response:
        return await in_thread(_keeping, request, await form_of(request))

    def _keeping(request: Request, given: dict[str, str]) -> Response:
        try:
            frame.check_key(request, given.get("form_key", ""))
            name = clean(given.get("name", ""))
            cells = {f.name: clean(given.get(f.name, "")) for f in VIEW_FIELDS if f.name != "name"}
            if not name or not cells["value"]:
                raise UsageError("a view needs a name and a figure", "", "fill both in")
            who = clean(given.get("who", "")) or cells["author"]
            return see(live.changing(lambda e: e.set_view(name, view_text(name, cells), who)))
        except CrossbearingError as refused:
            return form(request, given, refused)


def _changes(router: APIRouter, live: Live, frame: Frame) -> None:
    def moved(name: str, wait: float) -> dict[str, Any] | None:
        states = live.moves.get(name)
        empty = {"conflicts_new": (), "conflicts_gone": (), "rows": (), "count": 0}
        if states is None:
            return {
                "unknown": "This change was made before this server began; see git for the book as it was.",
                **empty,
            }
        before, after = states

        def work() -> dict[str, Any]:
            rows = moved_rows(figures_in(live, PLAIN, before), figures_in(live, PLAIN, after))
            told = [{**r, "before": r["with"], "after": r["without"]} for r in rows]
            new, gone = shown.conflict_changes(before.checked.conflicts, after.checked.conflicts)
            return {
                "unknown": "",
                "conflicts_new": new,
                "conflicts_gone": gone,
                "rows": told[:SHOWN_MOVES],
                "count": len(told),
            }

        return live.ready(("moved", before.revision, after.revision), work, wait)

    @router.get("/changes")
    def changes(request: Request) -> Response:
        every = live.editor.history()
        undone = {c.undoes for c in every if c.undoes}
        return frame.page(request, "changes.html.j2", "Changes", changes=every, undone=undone)

    @router.get("/changes/{name}")
    def change(request: Request, name: str) -> Response:
        every = live.editor.history()
        found = next((c for c in every if c.id == name), None)
        if found is None:
            raise HTTPException(404, "there is no such change")
        parts = moved(name, FRESH)
        return frame.page(
            request,
            "change.html.j2",
            "A change",
            change=found,
            undone=any(c.undoes == name for c in every),
            pending=parts is None,
            **(parts or {}),
        )

    @router.get("/part/moved/{name}")
    def part(name: str) -> Response:
        found = moved(name, 2.0)
        return frame.later() if found is None else frame.part("moved.html.j2", **found)

    @router.post("/changes/{name}/undo")
    async def undo(request: Request, name: str) -> Response:
        return await in_thread(_undoing, request, name, await form_of(request))

    def _undoing(request: Request, name: str, given: dict[str, str]) -> Response:
        frame.check_key(request, given.get("form_key", ""))
        return see(live.changing(lambda e: e.undo(name, clean(given.get("who", "")))))
