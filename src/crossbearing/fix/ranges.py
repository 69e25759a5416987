"""Figures no model stands behind: what the claims span, and nothing more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np

from crossbearing.fix.align import printed_bounds, why_not_past
from crossbearing.fix.ask import At
from crossbearing.fix.dependence import Statement, collapse, span
from crossbearing.fix.grid import ordinal
from crossbearing.fix.silence import no_position
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Visibility
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.lineage import Lineage
from crossbearing.vocabulary.metric import Metric
from crossbearing.vocabulary.series import ClaimWeight, Rate, Series, SeriesPoint

NEAR_DAYS = 100.0
FARTHEST_DAYS = 366.0


def is_range_only(metric: Metric) -> bool:
    """Whether a metric is answered by the span of its claims: prices, valuations and events follow no smooth path."""
    return (
        metric.id.startswith("valuation.")
        or metric.kind == "event"
        or metric.unit_kind in ("year", "price", "derived")
    )


def claim_range(book: Book, entity: str, metric: Metric, ats: Sequence[At], as_of: date | None) -> Series:
    """The lowest, middle and highest figure of the claims nearest each date; no probability is attached.

    Raises:
        Refusal: No usable claim.
    """
    mine = [c for c in book.claims if c.entity == entity and c.metric == metric.id]
    left_out = {c.id: why_not_past(c) for c in mine if why_not_past(c) and c.modality != "talks"}
    statements = collapse(c for c in mine if c.id not in left_out and c.period is not None)
    if not statements:
        raise no_position(entity, metric, mine, left_out)
    used = sorted({i for s in statements for i in s.copies})
    weights = [ClaimWeight(i) for i in used]
    weights += [ClaimWeight(i, note=why) for i, why in left_out.items()]
    highest = max(
        (c.visibility for c in mine if c.id in used), key=lambda v: v.rank, default=Visibility.PUBLIC
    )
    return Series(
        entity=entity,
        metric=metric.id,
        basis=str(Basis.NOT_APPLICABLE),
        rate=Rate.NONE,
        unit=statements[0].claim.unit.symbol,
        as_of=as_of,
        interval_kind=IntervalKind.CLAIM_RANGE,
        points=tuple(_point(statements, at) for at in ats),
        claims=tuple(sorted(weights, key=lambda w: w.id)),
        lineage=Lineage(tuple(used), (), ("claim range",), highest),
        notes=(
            "the span of the claims nearest the date; p5 and p95 are the lowest and highest figure claimed",
        ),
    )


def _middle(statement: Statement) -> float:
    assert statement.claim.period is not None
    first, last = span(statement.claim.period)
    return 0.5 * (ordinal(first) + ordinal(last))


def _point(statements: list[Statement], at: At) -> SeriesPoint:
    """The claims within a hundred days of the one nearest the date, on its own side of it where there are any."""
    past = [s for s in statements if _middle(s) <= at.last] or statements
    anchor = min(past, key=lambda s: (abs(_middle(s) - at.middle), s.claim.id))
    away = abs(_middle(anchor) - at.middle)
    if away > FARTHEST_DAYS:
        why = f"more than twelve months from the nearest claim ({away / 30.44:.0f} months)"
        return SeriesPoint(at.text, None, None, None, None, None, None, "not identified", why)
    near = [s for s in past if abs(_middle(s) - _middle(anchor)) <= NEAR_DAYS]
    values: list[float] = []
    for statement in near:
        quantity = statement.claim.quantity
        ends = [quantity.low, quantity.high] if quantity.low is not None else [quantity.value]
        values += [v for v in ends if v is not None and math.isfinite(v)]
        if not values:
            values += [b for b in printed_bounds(quantity) if math.isfinite(b)]
    p5, p25, p50, p75, p95 = (float(v) for v in np.quantile(values, [0.0, 0.25, 0.5, 0.75, 1.0]))
    return SeriesPoint(at.text, p5, p25, p50, p75, p95, float(np.mean(values)))
