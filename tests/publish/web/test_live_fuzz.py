"""The API against its own description: random requests, broken ones, and requests about what the book has.

Schemathesis makes the requests from the OpenAPI document and holds each answer against it: status, type, headers and body; what breaks
the description is refused; nothing ends in a fault of ours. On top: a figure that is not there says why, and a request of things the
book has is answered.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from tests.publish.web.conftest import NEW

from crossbearing.pipeline.serving import Live
from crossbearing.publish.web.app import create_app
from crossbearing.publish.web.guard import LOOPBACK, Gate

MODES = schemathesis.GenerationMode
# What a book of two makers has, so that requests get behind the front door.
HAS: dict[str, tuple[str, ...]] = {
    "entity": ("Acme", "Bolt"),
    "metric": ("revenue.run_rate", "valuation.round"),
    "what": ("c1", "30B", "c5"),
    "name": ("c1", "daily"),
    "source": ("daily", "wire"),
    "code": ("XB420", "xb101"),
    "at": ("2026-03-31", "2026-03-20"),
    "until": ("2027-03-31",),
    "as_of": ("2026-03-26", "2026-03"),
    "without": ("c2", "wire"),
    "right": ("c2",),
    "entry": ("900B", "c5"),
}
CLOSED = ("basis", "rate", "every", "tolerance", "revenue")
LACKING = (
    "GET /api/slide",
    "POST /api/changes/{name}/undo",
)  # no assumptions to slide, no change of that name
# The description cannot list what a book has: an unknown name, a day that is none, a row somebody else changed.
UNKNOWN = [200, 201, 202, 400, 404, 409, 422, 428]
FIGURES = ("p50", "value", "number", "probability")
REASONS = ("why", "why_not", "not_computable", "text")


@pytest.fixture
def described(folder: Path) -> Iterator[Any]:
    """The description of the API of a small book."""
    live = Live(folder)
    gate = Gate(frozenset((*LOOPBACK, "testserver")), cookie="xb_test")
    found = schemathesis.openapi.from_asgi("/api/openapi.json", create_app(live, gate, warm=False))
    found.config.checks.positive_data_acceptance.expected_statuses = [str(code) for code in UNKNOWN]
    yield found
    live.close()


def meant(case: Any, dice: random.Random, etag: str) -> None:
    """Make a request ask for what is there, whatever else it asks for."""
    named = {p.name: p.definition["schema"] for p in case.operation.query}
    query = {name: case.query[name] for name in named if name in CLOSED and name in case.query}
    for name, schema in named.items():
        if name in HAS and (name in ("entity", "metric", "what", "name") or dice.random() > 0.8):
            listed = schema.get("type") == "array"
            query[name] = list(HAS[name]) if listed else dice.choice(HAS[name])
    case.query = query
    if "code" in case.path_parameters:
        case.path_parameters["code"] = dice.choice(HAS["code"])
    elif "name" in case.path_parameters:
        case.path_parameters["name"] = "c3"
    if case.method in ("PUT", "DELETE"):
        case.headers = {"If-Match": f'"{etag}"'}
    if case.method == "PUT":
        case.body = {"note": f"fuzzed {dice.randint(1, 99)}"}
    elif case.path == "/api/claims" and case.method == "POST":
        case.body = {
            "cells": {**NEW, "metric": "headcount", "value": "5000", "unit": "count", "basis": "n/a"}
        }
    elif case.method == "POST" and case.path.endswith("extract"):
        case.body = {"text": "Acme said its run rate is $31 billion."}


def unsaid(value: Any, path: str = "") -> Iterator[str]:
    """Where a figure is null and no word beside it says why."""
    if isinstance(value, dict):
        reason = any(value.get(name) for name in REASONS)
        for name, inner in value.items():
            if name in FIGURES and inner is None and not reason:
                yield f"{path}.{name}"
            reached = name == "dates" and (value["why"] or value["never"] is not None)
            if (
                not reached
            ):  # else a null is a day before the first or never, and how likely that is stands beside it
                yield from unsaid(inner, f"{path}.{name}")
    if isinstance(value, list):
        for inner in value:
            yield from unsaid(inner, f"{path}[]")


def wrong_in(operation: Any, mode: Any, examples: int, statuses: set[int], etag: str) -> str:
    """What schemathesis finds wrong with one operation; statuses of the requests that were meant are added."""

    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), dice=hypothesis.strategies.randoms())
    def ask(case: Any, dice: random.Random) -> None:
        known = mode is MODES.POSITIVE and dice.random() < 0.6
        if known:
            meant(case, dice, etag)
        answer = case.call()
        if known:
            statuses.add(answer.status_code)
        if answer.status_code == 200:
            assert list(unsaid(answer.json())) == [], case.as_curl_command()
        case.validate_response(answer)

    try:
        ask()
    except hypothesis.errors.Unsatisfiable:  # nothing that is sent could break the description
        return ""
    except (AssertionError, BaseExceptionGroup) as fault:
        return f"{operation.label} ({mode.name}): {fault}"
    return ""


@pytest.mark.parametrize("examples", [6, pytest.param(120, marks=pytest.mark.slow)])
def test_every_operation_answers_as_it_is_described(described: Any, examples: int) -> None:
    wrong, answered = [], {}
    for found in described.get_all_operations():
        operation = found.ok()
        statuses: set[int] = set()
        for mode in (MODES.POSITIVE, MODES.NEGATIVE):
            etag = row_etag(described)
            wrong.append(wrong_in(operation, mode, examples, statuses, etag))
        answered[operation.label] = statuses
    assert [w for w in wrong if w] == []
    silent = {label for label, statuses in answered.items() if not statuses & {200, 201}}
    assert silent <= set(LACKING), answered


def row_etag(described: Any) -> str:
    """The ETag of a claim now."""
    case = next(
        f.ok() for f in described.get_all_operations() if f.ok().label == "GET /api/claims/{name}"
    ).Case(path_parameters={"name": "c3"})
    return str(case.call().headers.get("etag", [""])[0]).strip('"')


def unbounded(schema: dict[str, Any], path: str) -> Iterator[str]:
    """Where a schema of a request lets in any length, number or count."""
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from unbounded(one, path)
    kind = schema.get("type")
    closed = "enum" in schema or "const" in schema or kind in ("null", "boolean")
    if kind == "string" and not closed and "maxLength" not in schema and "{" not in schema.get("pattern", ""):
        yield f"{path}: any length"
    if kind in ("integer", "number") and not {"minimum", "maximum"} <= schema.keys():
        yield f"{path}: any number"
    if kind == "array":
        if "maxItems" not in schema:
            yield f"{path}: any count"
        yield from unbounded(schema["items"], f"{path}[]")
    if kind == "object":
        inner = schema.get("additionalProperties")
        if isinstance(inner, dict):
            if "maxProperties" not in schema:
                yield f"{path}: any count"
            yield from unbounded(inner, f"{path}.*")
        elif inner is not False:
            yield f"{path}: any member"
        for name, one in schema.get("properties", {}).items():
            yield from unbounded(one, f"{path}.{name}")


def test_every_parameter_is_bounded(described: Any) -> None:
    told = described.raw_schema
    named = told.get("components", {}).get("schemas", {})
    found: list[str] = []
    for address, methods in told["paths"].items():
        for method, one in methods.items():
            where = f"{method} {address}"
            for parameter in one.get("parameters", ()):
                found += unbounded(parameter["schema"], f"{where} {parameter['name']}")
            for body in one.get("requestBody", {}).get("content", {}).values():
                schema = body["schema"]
                schema = named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
                found += unbounded(schema, f"{where} body")
    assert found == []
