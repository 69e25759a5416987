"""Every position at once: of every entity with a revenue claim, and of every metric of one entity."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from crossbearing.pipeline.answers import LEVEL
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.period import Duration

REVENUE = ("revenue.", "product.run_rate")


def positions(book: Book, at: date | None, seed: int, as_of: date | None) -> list[dict[str, Any]]:
    """Every entity with a revenue claim: its run rate at its last known day, or why it has none."""
    said = {c.entity for c in book.claims if c.metric.startswith(REVENUE)}
    return [
        _position_row(book, name, LEVEL, at or _last_day(book, name, REVENUE), seed, as_of)
        for name in book.entities
        if name in said
    ]


def metrics_of(
    book: Book, entity: str, at: date | None, seed: int, as_of: date | None
) -> list[dict[str, Any]]:
    """Every metric an entity has claims of: its position at its last known day, or why it has none."""
    said = {c.metric for c in book.claims if c.entity == entity}
    return [
        _position_row(book, entity, name, at or _last_day(book, entity, (name,)), seed, as_of)
        for name in sorted(said)
    ]


def _position_row(
    book: Book, entity: str, metric: str, day: date, seed: int, as_of: date | None
) -> dict[str, Any]:
    from crossbearing.pipeline import position

    family = REVENUE if metric == LEVEL else (metric,)
    said = sorted(c.id for c in book.claims if c.entity == entity and c.metric.startswith(family))
    flow = book.registry[metric].kind == "flow"
    at = f"{day.year}-Q{(day.month - 1) // 3 + 1}" if flow else day.isoformat()
    row: dict[str, Any] = {"entity": entity, "metric": metric, "at": at, "statements": len(said)}
    try:
        series = position(book, entity, metric, at=[at], seed=seed, as_of=as_of)
    except (Refusal, UsageError) as refused:
        why = ": ".join(part for part in (refused.what, refused.why) if part)
        none = dict.fromkeys(("p5", "p50", "p95", "unit", "basis", "interval_kind"))
        return {**row, **none, "kind": "no position", "why": why, "claims": said}
    point = series.points[0]
    return row | {
        "p5": point.p5,
        "p50": point.p50,
        "p95": point.p95,
        "unit": series.unit,
        "basis": series.basis,
        "interval_kind": str(series.interval_kind),
        "kind": point.kind,
        "why": "; ".join((*((point.why,) if point.why else ()), *series.notes)),
        "claims": list(series.lineage.claims),
    }


def _last_day(book: Book, entity: str, family: tuple[str, ...]) -> date:
    """The last day an entity's facts of a kind are about, or became known; never after the book's own last day."""
    ends = []
    for c in book.claims:
        if c.entity == entity and c.modality is Modality.ACTUAL and c.metric.startswith(family):
            last = c.period.end if isinstance(c.period, Duration) else c.period.last if c.period else None
            ends += [min(d for d in (last, c.known) if d)] if last or c.known else []
    today = book.ends or book.newest or date.max - timedelta(days=1)
    return min(max(ends, default=today), today)
