"""The application: pages, API and static files behind one guard."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from crossbearing import __version__
from crossbearing.pipeline.editing import EditConflict
from crossbearing.pipeline.live_results import sales_in
from crossbearing.pipeline.serving import Live
from crossbearing.problems import BookError, CrossbearingError, Refusal
from crossbearing.publish.web.guard import App, Gate, Guard

STATIC = {
    "report.css": ("crossbearing.publish.report", "text/css; charset=utf-8"),
    "web.css": ("crossbearing.publish.web", "text/css; charset=utf-8"),
    "web.js": ("crossbearing.publish.web", "text/javascript; charset=utf-8"),
    "icon.svg": ("crossbearing.publish.web", "image/svg+xml"),
}


def create_app(live: Live, gate: Gate, *, warm: bool = True) -> App:
    """The whole application for one book.

    Args:
        live: The book.
        gate: Who may come in.
        warm: Whether to begin computing the position at the start, so that the first page has it.
    """
    from crossbearing.publish.web.api import routes as api_routes
    from crossbearing.publish.web.edits import routes as edit_routes
    from crossbearing.publish.web.pages import routes as page_routes

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if warm:
            live.ready(("warm", live.state().revision), lambda: sales_in(live))
        yield
        live.close()

    app = FastAPI(
        title="Crossbearing",
        version=__version__,
        description="The answers of the commands over HTTP, in the same JSON.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.add_exception_handler(CrossbearingError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _not_there)
    app.state.live, app.state.gate, app.state.began = live, gate, time.time()
    app.include_router(api_routes(live))
    app.include_router(page_routes(live, gate))
    app.include_router(edit_routes(live, gate))
    _static(app)
    return Guard(app, gate)


def _static(app: FastAPI) -> None:
    """Files of the package, by a fixed list of names: no path of a request ever reaches the disk."""
    read = {name: (files(package) / name).read_bytes() for name, (package, _) in STATIC.items()}

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return Response(read["icon.svg"], media_type="image/svg+xml")

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        if name not in read:
            raise HTTPException(404, "no such file")
        return Response(read[name], media_type=STATIC[name][1])


def status_of(refused: CrossbearingError) -> int:
    """The HTTP status of a refusal: 409 another's change, 422 no numerical answer, 400 wrong use."""
    if isinstance(refused, EditConflict):
        return 409
    return 422 if isinstance(refused, Refusal | BookError) else 400


def _refused(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, CrossbearingError)
    status = status_of(fault)
    if _is_api(request):
        told: dict[str, Any] = fault.as_json()
        if isinstance(fault, BookError):
            told["problems"] = [p.as_json() for p in fault.problems[:50]]
        if isinstance(fault, EditConflict):
            told["theirs"] = fault.theirs
        return JSONResponse(told, status)
    from crossbearing.publish.web.pages import message

    return message(request, fault, status)


def _invalid(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    first = fault.errors()[0]
    where = ".".join(str(part) for part in first.get("loc", ()))
    what = f"{where}: {first.get('msg', 'cannot be read')}"
    if _is_api(request):
        return JSONResponse({"what": what, "why": "", "mend": "see /api/openapi.json"}, 422)
    from crossbearing.problems import UsageError
    from crossbearing.publish.web.pages import message

    return message(request, UsageError(what, "", "go back and correct it"), 422)


def _not_there(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    what = str(fault.detail)
    if _is_api(request):
        headers = dict(fault.headers or {})
        return JSONResponse({"what": what, "why": "", "mend": ""}, fault.status_code, headers=headers)
    from crossbearing.problems import UsageError
    from crossbearing.publish.web.pages import message

    return message(request, UsageError(what), fault.status_code)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api")
