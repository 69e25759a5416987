"""The API: the commands over HTTP, in the same JSON, every parameter bounded and described."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Header, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from crossbearing.book.layout import CLAIMS
from crossbearing.pipeline.asking import day_of
from crossbearing.pipeline.editing import Change, etag
from crossbearing.pipeline.serving import Live
from crossbearing.pipeline.sliders import slid
from crossbearing.pipeline.worlds import World
from crossbearing.problems import UsageError
from crossbearing.publish.web import answering
from crossbearing.publish.web.asked import world_from
from crossbearing.vocabulary.claim import Modality, Status

NAME = r"^[^\x00-\x1f\x7f]+$"
DAY = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
PERIOD = r"^[0-9A-Za-z .:-]+$"
Name = Annotated[str, Query(min_length=1, max_length=120, pattern=NAME)]
Day = Annotated[str | None, Query(max_length=10, pattern=DAY, examples=["2026-04-14"])]
Names = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200, pattern=NAME)]], Query(max_length=20)
]
Id = Annotated[str, Path(min_length=1, max_length=200, pattern=NAME)]
Match = Annotated[str | None, Header(alias="If-Match", max_length=80)]
Words = Annotated[str | None, Query(max_length=80, pattern=NAME)]
JSON = "application/json"
LONGEST = 5.0  # seconds a request waits for what takes long
ERROR = {
    "type": "object",
    "required": ["what", "why", "mend"],
    "properties": {name: {"type": "string"} for name in ("what", "why", "mend")},
}


class ClaimCells(BaseModel):
    """The cells of a claim, in the grammar of claims.csv. An id is made where none is given."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000)
    cells: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=2000)]] = Field(
        max_length=20, description="by column of claims.csv"
    )
    source: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=2000)]] = Field(
        default_factory=dict, max_length=12, description="a source that is new, by column of sources.csv"
    )
    who: str = Field("", max_length=80)


class Document(BaseModel):
    """A document to read. It is data: nothing in it is carried out."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=2_000_000)
    name: str = Field("document.txt", min_length=1, max_length=200, pattern=r"^[^\x00-\x1f/\\]+$")
    published: str | None = Field(None, max_length=10, pattern=DAY)


def _world(
    as_of: Day = None,
    without: Names = [],  # noqa: B006 - FastAPI copies defaults
    right: Names = [],  # noqa: B006
) -> World:
    """What is supposed: as known on a day, without claims or sources, with claims taken as right."""
    return world_from(as_of or "", without, right)


Supposed = Annotated[World, Depends(_world)]


@cache
def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a command's output, as it ships."""
    found: dict[str, Any] = json.loads(
        (files("crossbearing.cli") / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    )
    inlined: dict[str, Any] = _inlined(found, found.get("$defs", {}))
    return inlined


def _inlined(node: Any, named: Mapping[str, Any]) -> Any:
    """The schema with its own definitions put in place, as OpenAPI looks for them elsewhere."""
    if isinstance(node, dict):
        target = str(node.get("$ref", ""))
        if target.startswith("#/$defs/"):
            return _inlined(named[target.removeprefix("#/$defs/")], named)
        return {k: _inlined(v, named) for k, v in node.items() if k not in ("$defs", "$schema")}
    return [_inlined(v, named) for v in node] if isinstance(node, list) else node


def _answers(name: str | None = None, *refusals: int) -> dict[int | str, dict[str, Any]]:
    told = {
        202: "not there yet: ask again after `Retry-After` seconds",
        400: "wrong use",
        401: "a token is needed",
        403: "another site",
        404: "not there",
        408: "too slow",
        409: "somebody else changed it",
        413: "too large",
        421: "not this server's name",
        422: "a parameter cannot be read, or no answer is possible",
        428: "If-Match is missing",
    }
    found: dict[int | str, dict[str, Any]] = {
        code: {"description": told[code], "content": {JSON: {"schema": ERROR}}}
        for code in (400, 401, 421, 422, *refusals)
    }
    if name:
        found[200] = {
            "description": f"as `xb {name} --format json`",
            "content": {JSON: {"schema": schema_of(name)}},
        }
    return found


def sent(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON as the commands print it: a number that is none is a fault, not a null."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)
    return Response(text.encode(), status, dict(headers or {}), JSON)


def routes(live: Live) -> APIRouter:
    """Every route of the API."""
    router = APIRouter(prefix="/api")
    _of_claims(router, live)
    _of_positions(router, live)
    _of_results(router, live)
    _of_documents(router, live)
    _writing(router, live)
    return router


def _of_claims(router: APIRouter, live: Live) -> None:
    @router.get("/claims", summary="Claims of the book", responses=_answers("claims"))
    def claims(
        world: Supposed,
        entity: Words = None,
        metric: Words = None,
        status: Status | None = None,
        modality: Modality | None = None,
        source: Words = None,
    ) -> Response:
        wanted = {
            "entity": entity,
            "metric": metric,
            "status": status,
            "modality": modality,
            "source": source,
        }
        return sent(answering.claims(live, world, **wanted))

    @router.get("/check", summary="Problems, conflicts, arithmetic", responses=_answers("check"))
    def check(world: Supposed) -> Response:
        return sent(answering.check(live, world))

    @router.get("/watch", summary="The watch list with our odds", responses=_answers("watch", 202))
    def watch(world: Supposed) -> Response:
        """Under edits: the last answer there is, and in `Crossbearing-State` the revision it is about; 202 where there is none."""
        found = answering.watch(live, world, LONGEST)
        if found is None:
            told = UsageError("our odds are being computed", "", "ask again in a moment").as_json()
            return sent(told, 202, {"Retry-After": "2"})
        rows, revision = found
        late = {} if revision == live.state().revision else {"Retry-After": "2"}
        return sent(rows, headers={"Crossbearing-State": revision, **late})

    @router.get("/trace", summary="Back to claims, forward to results", responses=_answers("trace"))
    def trace(
        world: Supposed,
        what: Annotated[
            str, Query(min_length=1, max_length=120, pattern=NAME, description="claim, figure or number")
        ],
    ) -> Response:
        return sent(answering.trace(live, world, what))

    @router.get("/without", summary="Every figure without a claim or source", responses=_answers("without"))
    def without(
        world: Supposed, name: Annotated[str, Query(min_length=1, max_length=200, pattern=NAME)]
    ) -> Response:
        return sent(answering.without(live, world, name))

    @router.get("/explain/{code}", summary="What a code means", responses=_answers("explain"))
    def explain(code: Annotated[str, Path(pattern=r"^[A-Za-z]{2}[0-9]{3}$")]) -> Response:
        return sent(answering.explain(code))


def _of_positions(router: APIRouter, live: Live) -> None:
    @router.get("/series", summary="One reconciled series", responses=_answers("series"))
    def series(
        world: Supposed,
        entity: Name,
        metric: Name,
        basis: Literal["gross", "net"] | None = None,
        at: Annotated[
            list[Annotated[str, Field(min_length=4, max_length=40, pattern=PERIOD)]], Query(max_length=60)
        ] = [],  # noqa: B006
        every: Literal["month"] | None = None,
        rate: Literal["trailing", "instantaneous", "as_stated"] | None = None,
    ) -> Response:
        asked = {"at": tuple(at), "monthly": every == "month", "rate": rate, "basis": basis}
        return sent(answering.series(live, world, entity, metric, asked))

    @router.get("/bridge", summary="Gross to net", responses=_answers("bridge"))
    def bridge(world: Supposed, entity: Name, at: Day = None) -> Response:
        return sent(answering.bridge(live, world, entity, _day(at)))

    @router.get("/compare", summary="Companies on one date", responses=_answers("compare"))
    def compare(
        world: Supposed,
        entity: Annotated[
            list[Annotated[str, Field(min_length=1, max_length=120, pattern=NAME)]],
            Query(min_length=2, max_length=6),
        ],
        at: Day = None,
        revenue: Literal["position", "claims"] = "position",
    ) -> Response:
        return sent(answering.compare(live, world, entity, _day(at), position_too=revenue == "position"))


def _of_results(router: APIRouter, live: Live) -> None:
    @router.get("/value", summary="Prices, multiples, what must be true", responses=_answers("value"))
    def value(
        world: Supposed,
        entity: Name,
        at: Day = None,
        entry: Words = None,
        hold: Annotated[str | None, Query(max_length=12, pattern=r"^[0-9]{1,4}(\.[0-9]{1,3})?[dmy]$")] = None,
        hurdle: Annotated[str, Query(max_length=20, pattern=r"^[0-9.% to-]+$")] = "20%",
        until: Day = None,
        tolerance: Annotated[int, Query(ge=0, le=3660)] = 31,
        revenue: Literal["position", "claims"] = "position",
    ) -> Response:
        asked = {
            "at": at,
            "entry": entry,
            "hold": hold,
            "hurdle": hurdle,
            "until": until,
            "tolerance": tolerance,
            "revenue": revenue,
        }
        return sent(answering.value(live, world, entity, {k: v for k, v in asked.items() if v is not None}))

    @router.get("/outlook", summary="Where companies can go", responses=_answers("outlook"))
    def outlook(
        world: Supposed,
        entity: Annotated[
            list[Annotated[str, Field(min_length=1, max_length=120, pattern=NAME)]], Query(max_length=4)
        ] = [],  # noqa: B006
        scenario: Annotated[
            list[Annotated[str, Field(min_length=1, max_length=120, pattern=NAME)]], Query(max_length=4)
        ] = [],  # noqa: B006
    ) -> Response:
        return sent(answering.outlook(live, world, entity, scenario))

    @router.get("/slide", summary="Fans with inputs fixed by sliders", responses=_answers("slide"))
    def slide(
        world: Supposed,
        entity: Name,
        scenario: Words = None,
        set: Annotated[  # noqa: A002 - the word of the address
            list[
                Annotated[
                    str, Field(max_length=120, pattern=r"^[a-z0-9_]{1,80}=-?[0-9.]{1,24}(e[+-]?[0-9]{1,3})?$")
                ]
            ],
            Query(max_length=12, description="input=value"),
        ] = [],  # noqa: B006
    ) -> Response:
        from crossbearing.pipeline.asking import entity_of

        name = entity_of(live.world(world).book, entity)
        return sent(slid(live, name, dict(_fixed(text) for text in set), scenario or "", world))


def _fixed(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        found = float(value)
    except ValueError as fault:
        raise UsageError(f"cannot read set={text}", "", "write set=delivery_slip=4") from fault
    if abs(found) > 1e30:
        raise UsageError(f"{name} = {value} is too large", "", "")
    return name, found


def _day(text: str | None) -> date | None:
    return day_of(text, "at") if text else None


def _of_documents(router: APIRouter, live: Live) -> None:
    @router.post(
        "/extract", summary="Propose claims from a text", responses=_answers("extracts", 403, 408, 413)
    )
    def extract(document: Document) -> Response:
        day = day_of(document.published or "", "published")
        return sent(answering.extract(live, document.text, document.name, day))


def _writing(router: APIRouter, live: Live) -> None:
    told = _answers(None, 403, 408, 409, 413)

    @router.post("/claims", summary="Add a claim", status_code=201, responses=told)
    def add(given: ClaimCells) -> Response:
        from crossbearing.publish.web.edits import add_claim
        from crossbearing.publish.web.fields import clean

        cells = {k: clean(v) for k, v in given.cells.items()}
        change = add_claim(live, cells, {k: clean(v) for k, v in given.source.items()}, clean(given.who))
        return sent(_changed(change), 201)

    @router.get("/claims/{name}", summary="A row of claims.csv and its ETag", responses=_answers("row", 404))
    def row(name: Id) -> Response:
        found = live.editor.row(CLAIMS.file, name)
        if found is None:
            raise HTTPException(404, f"there is no claim {name}")
        return sent(found, headers={"ETag": f'"{etag(found)}"'})

    @router.put(
        "/claims/{name}",
        summary="Change cells of a claim",
        responses=_answers("change", 403, 404, 408, 409, 413, 428),
    )
    def write(
        name: Id,
        cells: Annotated[
            dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=2000)]],
            Body(max_length=20),
        ],
        match: Match = None,
    ) -> Response:
        from crossbearing.publish.web.fields import clean

        seen = _seen(match)
        if "id" in cells and cells["id"] != name:
            raise UsageError(
                "an id stays as it is", "other rows rest on it", "add a claim, then withdraw this one"
            )
        _there(live, name)
        asked = {k: clean(v) for k, v in cells.items()}
        return sent(_changed(live.changing(lambda e: e.change(CLAIMS.file, name, asked, seen))))

    @router.delete(
        "/claims/{name}", summary="Withdraw a claim", responses=_answers("change", 403, 404, 408, 409, 428)
    )
    def withdraw(name: Id, match: Match = None) -> Response:
        seen = _seen(match)
        _there(live, name)
        return sent(_changed(live.changing(lambda e: e.withdraw(CLAIMS.file, name, seen))))

    @router.post(
        "/changes/{name}/undo", summary="Take a change back", responses=_answers("change", 403, 408, 409)
    )
    def undo(name: Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]) -> Response:
        return sent(_changed(live.changing(lambda e: e.undo(name))))


def _there(live: Live, name: str) -> None:
    if live.state().opened.book.claim(name) is None:
        raise HTTPException(404, f"there is no claim {name}")


def _seen(match: str | None) -> str:
    """The ETag of If-Match.

    Raises:
        HTTPException: It is missing: a change that does not say what it saw could overwrite another's.
    """
    if not match:
        raise HTTPException(428, "say what you saw: send the ETag of the claim as If-Match")
    return match.strip().removeprefix("W/").strip('"')


def _changed(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "at": change.at,
        "what": change.what,
        "rows": [
            {"file": r.file, "id": r.id, "etag": etag(r.after), "before": r.before, "after": r.after}
            for r in change.rows
        ],
    }
