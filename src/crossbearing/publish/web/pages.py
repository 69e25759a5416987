"""Pages that are read."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from crossbearing.check.unknown import unknowns
from crossbearing.pipeline import by_importance, main_companies
from crossbearing.pipeline.live_results import expected_in, figures_in, screen_in, today_of
from crossbearing.pipeline.serving import Live, State
from crossbearing.pipeline.worlds import World
from crossbearing.problems import BookError, CrossbearingError
from crossbearing.publish.web import shown
from crossbearing.publish.web.asked import query_of, with_one, world_of
from crossbearing.publish.web.frame import FRESH, Frame
from crossbearing.publish.web.guard import Gate
from crossbearing.publish.web.offline_pages import saved
from crossbearing.vocabulary.claim import Modality, Status

ROWS = 250
BASES = ("", "gross", "net")


def routes(live: Live, gate: Gate) -> APIRouter:
    """Every page that is read."""
    from crossbearing.publish.web.answers_pages import routes as more
    from crossbearing.publish.web.offline_pages import routes as offline

    router = APIRouter(include_in_schema=False)
    frame = Frame(live, gate)
    _home(router, live, frame)
    _claims(router, live, frame)
    _register(router, live, frame)
    _whole(router, live)
    router.include_router(more(live, frame))
    router.include_router(offline(live))
    return router


def message(request: Request, fault: CrossbearingError, status: int) -> Response:
    """A refusal as a page, or as a paragraph where a part of a page was asked for."""
    live, gate = request.app.state.live, request.app.state.gate
    told: dict[str, Any] = {"what": fault.what, "why": fault.why, "mend": fault.mend}
    problems = fault.problems[:10] if isinstance(fault, BookError) else ()
    if request.url.path.startswith("/part/"):
        from markupsafe import escape

        words = escape(": ".join(t for t in (fault.what, fault.why) if t))
        return HTMLResponse(f"<p>{words}</p>", 200 if status == 422 else status)
    return Frame(live, gate).page(
        request, "message.html.j2", "That does not work", status=status, problems=problems, **told
    )


def _home(router: APIRouter, live: Live, frame: Frame) -> None:
    def parts(world: World, basis: str, now: State, wait: float) -> dict[str, Any] | None:
        key = ("home", now.revision, world, basis)
        return live.ready(key, lambda: shown.position_parts(live, world, basis, now), wait)

    def lines(world: World, now: State, wait: float) -> tuple[Any, ...] | None:
        return live.ready(("shown screen", now.revision, world), lambda: screen_in(live, world, now), wait)

    @router.get("/part/screen")
    def screen(request: Request) -> Response:
        world = world_of(request.query_params)
        found = lines(world, live.state(), 2.0)
        if found is None:
            return frame.later()
        return frame.part("screen.html.j2", lines=found, world=query_of(world))

    @router.get("/")
    def home(request: Request) -> Response:
        world, now = world_of(request.query_params), live.state()
        basis = _basis(request)
        known = live.world(world, now)
        book, names = known.book, main_companies(now.opened.book)
        today = today_of(live, world, book)
        found = parts(world, basis, now, FRESH)
        conflicts = by_importance(known.conflicts, book, today)
        return frame.page(
            request,
            "home.html.j2",
            "Position",
            supposing=world,
            state=now,
            days=_days(now),
            basis=basis,
            sceptics=shown.sceptic_links(now.opened.book.as_of(world.as_of), names, world),
            sources=sorted(book.sources.values(), key=lambda s: (s.publisher.casefold(), s.id)),
            top=conflicts[:5],
            conflicts=len(conflicts),
            unknowns=unknowns(book, names, today),
            lines=lines(world, now, 0.0),
            pending=found is None,
            part_query=query_of(world, basis=basis),
            world=query_of(world),
            **(found or {}),
        )

    @router.get("/part/position")
    def position(request: Request) -> Response:
        world, basis, now = world_of(request.query_params), _basis(request), live.state()
        found = parts(world, basis, now, 2.0)
        return (
            frame.later() if found is None else frame.part("position.html.j2", world=query_of(world), **found)
        )

    @router.get("/part/panel")
    def panel(request: Request) -> Response:
        query = request.query_params
        world, now = world_of(query), live.state()
        book = live.world(world, now).book
        ids = list(dict.fromkeys(query.get("ids", "").split()))
        return frame.part(
            "panel.html.j2",
            label=query.get("label", "")[:300] or f"Claim {' '.join(ids[:1])}",
            formula=query.get("formula", "")[:500],
            entries=[shown.entry(book, i, world) for i in ids[: shown.MOST_IN_PANEL]],
            more=max(0, len(ids) - shown.MOST_IN_PANEL),
            writable=live.writable,
            world=query_of(world),
        )


def _basis(request: Request) -> str:
    asked = request.query_params.get("basis", "")
    return asked if asked in BASES else ""


def _days(now: State) -> list[str]:
    """Days on which something became known, oldest first: the stops of the slider."""
    return sorted({c.known.isoformat() for c in now.opened.book.claims if c.known})


def _claims(router: APIRouter, live: Live, frame: Frame) -> None:
    @router.get("/claims")
    def claims(request: Request) -> Response:
        query = request.query_params
        world, now = world_of(query), live.state()
        book = live.world(world, now).book
        names = ("entity", "metric", "status", "modality", "source", "words")
        asked = {name: query.get(name, "").strip()[:200] for name in names}
        found = shown.select(book, asked)
        last = max(1, -(-len(found) // ROWS))
        page = min(
            last, max(1, int(text) if (text := query.get("page", "1")).isdecimal() and len(text) < 7 else 1)
        )
        return frame.page(
            request,
            "claims.html.j2",
            "Claims",
            supposing=world,
            state=now,
            book=book,
            rows=found[(page - 1) * ROWS : page * ROWS],
            total=len(found),
            page=page,
            last=last,
            turn="/claims" + (query_of(world, **asked) or "?"),
            asked=asked,
            entities=sorted({c.entity for c in book.claims}),
            metrics=sorted({c.metric for c in book.claims}),
            statuses=list(Status),
            modalities=list(Modality),
            sources=sorted(book.sources.values(), key=lambda s: (s.publisher.casefold(), s.id)),
        )

    @router.get("/claims/{name}")
    def claim(request: Request, name: str) -> Response:
        from crossbearing.pipeline.editing import etag
        from crossbearing.trace.claims import trace_claim

        world, now = world_of(request.query_params), live.state()
        known = live.world(world, now)
        found = known.book.claim(name)
        if found is None:
            raise HTTPException(404, f"there is no claim {name[:80]} in the book as shown")
        figures = live.ready(
            ("claim figures", now.revision, world), lambda: figures_in(live, world, now), FRESH
        )
        trace = trace_claim(known.book, found, known.conflicts, known.identities, figures or ())
        return frame.page(
            request,
            "claim.html.j2",
            f"Claim {name}",
            supposing=world,
            state=now,
            e=shown.entry(known.book, name, world),
            trace=trace,
            figures=trace.figures,
            pending=figures is None,
            part_query=query_of(world, claim=name),
            seen=etag(live.editor.row("claims.csv", name)) if live.writable else "",
        )

    @router.get("/part/figures")
    def figures(request: Request) -> Response:
        world, now = world_of(request.query_params), live.state()
        name = request.query_params.get("claim", "")
        found = live.ready(("claim figures", now.revision, world), lambda: figures_in(live, world, now), 2.0)
        if found is None:
            return frame.later()
        return frame.part("figures.html.j2", figures=[f for f in found if name in f.lineage.claims])


def _register(router: APIRouter, live: Live, frame: Frame) -> None:
    @router.get("/conflicts")
    def conflicts(request: Request) -> Response:
        world, now = world_of(request.query_params), live.state()
        known = live.world(world, now)
        kind = request.query_params.get("kind", "")[:20]
        found = by_importance(known.conflicts, known.book, today_of(live, world, known.book))
        return frame.page(
            request,
            "conflicts.html.j2",
            "Conflicts",
            supposing=world,
            state=now,
            conflicts=[c for c in found if not kind or str(c.kind) == kind],
            kinds=sorted({str(c.kind) for c in found}),
            kind=kind,
            checks=known.identities,
            right=lambda name: "/" + query_of(with_one(world, right=name)),
        )

    def rows(world: World, now: State, wait: float) -> dict[str, Any] | None:
        def work() -> list[Any]:
            found = expected_in(live, world, now)
            return sorted(found, key=lambda e: (e.watched.verdict.state != "pending", str(e.watched.item.by)))

        found = live.soon("shown watch", world, now, work, wait)
        return found and {"rows": found[0], "earlier": found[1] if found[1] != now.revision else ""}

    @router.get("/watch")
    def watch(request: Request) -> Response:
        world, now = world_of(request.query_params), live.state()
        found = rows(world, now, FRESH)
        return frame.page(
            request,
            "watch.html.j2",
            "Watch list",
            supposing=world,
            state=now,
            pending=found is None,
            part_query=query_of(world),
            world=query_of(world),
            **(found or {}),
        )

    @router.get("/part/watch")
    def part(request: Request) -> Response:
        world = world_of(request.query_params)
        found = rows(world, live.state(), 2.0)
        if found is None:
            return frame.later()
        return frame.part("watched.html.j2", world=query_of(world), **found)

    @router.get("/api")
    def described(request: Request) -> Response:
        rows = []
        for address, methods in request.app.openapi()["paths"].items():
            for method, told in methods.items():
                names = ", ".join(p["name"] for p in told.get("parameters", ()))
                rows.append(
                    {
                        "method": method.upper(),
                        "address": address,
                        "what": told["summary"],
                        "parameters": names,
                    }
                )
        return frame.page(request, "api.html.j2", "The API", rows=rows)


def _whole(router: APIRouter, live: Live) -> None:
    @router.get("/report")
    def report(request: Request) -> Response:
        """The offline report of the book as supposed: a page to save and send."""
        from crossbearing.pipeline.apart import report_apart

        world, now = world_of(request.query_params), live.state()
        known = live.world(world, now)
        key = ("report", now.revision, world)
        day = world.as_of or live.as_of
        return saved(live.answer(key, lambda: report_apart(known, as_of=day, seed=live.seed)))

    @router.get("/health")
    def health() -> Response:
        now = live.state()
        told = {
            "status": "broken book" if now.broken else "ok",
            "revision": now.revision,
            "claims": len(now.opened.book.claims),
        }
        return HTMLResponse(json.dumps(told), media_type="application/json")
