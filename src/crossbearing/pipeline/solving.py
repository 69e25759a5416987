"""Over-determined arithmetic of a company, solved: margins, the triangle of share, users and revenue, break-even."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

from crossbearing.pipeline.answers import fixed_position, secrecy_of
from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book

PARTS = ("margin", "triangle", "breakeven")


def solve(book: Book, entity: str, parts: tuple[str, ...], seed: int) -> dict[str, Any]:
    """Which claims of a company cannot hold together, what the others leave open, and what each speaks of.

    Args:
        book: The book as known.
        entity: Canonical name.
        parts: Of margin, triangle and breakeven; all by default.
        seed: Seed of the random numbers, for the position's own revenue.
    """
    asked = parts or PARTS
    found: dict[str, Any] = {"entity": entity, "currency": book.currency}
    if "margin" in asked:
        found["margin"] = _margin(book, entity)
    if "triangle" in asked:
        found["triangle"] = _triangle(book, entity, seed)
    if "breakeven" in asked:
        found["breakeven"] = _breakeven(book, entity)
    claims = sorted(_claims(found))
    return {**found, "claims": claims, "visibility": secrecy_of(book, claims), "seed": seed}


def _margin(book: Book, entity: str) -> list[dict[str, Any]]:
    from crossbearing.fix.solve.margin import margin_identities

    rows = [_finite(asdict(s)) for s in margin_identities(book, entity)]
    return [{**row, "interval_kind": "claim_range"} for row in rows]


def _triangle(book: Book, entity: str, seed: int) -> list[dict[str, Any]]:
    from crossbearing.fix.solve.triangle import periods_of, triangles

    expected = {}
    periods = periods_of(book, entity)
    try:
        fix = fixed_position(book, entity, [p.middle.year for p in periods], seed) if periods else None
    except Refusal:
        fix = None
    if fix is not None:
        from crossbearing.fix.fixed import triple

        for p in periods:
            first, after = float(p.start.toordinal()), float(p.end.toordinal() + 1)
            draws = fix.mean_rate(first, after) * p.days / 365.0
            expected[str(p)] = triple(draws, fix.posterior.weights)
    rows = [_finite(asdict(t)) for t in triangles(book, entity, expected)]
    for row in rows:
        for road in row["roads"]:
            ours = road["name"] == "our estimate"
            road["interval_kind"] = "credible" if ours else "claim_range"
            road["claims"] = list(fix.claims) if ours and fix else road["claims"]
    return rows


def _breakeven(book: Book, entity: str) -> dict[str, Any]:
    from crossbearing.fix.solve.breakeven import breakeven_matrix

    found = asdict(breakeven_matrix(book, entity))
    for mark in found["marks"]:
        mark["first"], mark["last"] = mark["first"].isoformat(), mark["last"].isoformat()
    listed: dict[str, Any] = _finite(found)
    return listed


def _finite(value: Any) -> Any:
    """JSON values: open ends are null, tuples are lists."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list | tuple) else value


def _claims(found: dict[str, Any]) -> set[str]:
    """Every claim a solution names."""
    ids: set[str] = set()
    for solved in found.get("margin", ()):
        ids |= {c for s in solved["said"] for c in (s["claim"], *s["repeated"])}
    for triangle in found.get("triangle", ()):
        ids |= {c for road in triangle["roads"] for c in road["claims"]}
    return ids | {m["claim"] for m in found.get("breakeven", {}).get("marks", ())}
