"""What the position foresaw: on each origin, with what was known then, against every later claim of the same series.

One configuration, the shipped one, over all origins since November 2025. Peers: the last claimed value, and the
exponential through the last two. CRPS in log space (trapezoid over quantiles); run `python bench/fix_walkforward.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date

import numpy as np

from crossbearing import pipeline
from crossbearing.fix.align import why_not_past
from crossbearing.fix.dependence import collapse, span
from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Status

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
ORIGINS = [
    date(2025, 11, 30),
    date(2025, 12, 31),
    date(2026, 1, 31),
    date(2026, 2, 28),
    date(2026, 3, 31),
    date(2026, 4, 14),
]
TRUSTED = (Status.COMPANY, Status.REPORTED, Status.LEAKED, Status.FILED, Status.AUDITED)


def middle(claim: Claim) -> date:
    assert claim.period is not None
    first, last = span(claim.period)
    return first + (last - first) / 2


def rates(book: Book, entity: str) -> list[Claim]:
    """Run-rate statements of the past, one an origin, in order of their date."""
    chosen = [
        c
        for c in book.claims
        if c.entity == entity and c.metric == "revenue.run_rate" and not why_not_past(c) and c.period
    ]
    chosen = [c for c in chosen if c.status in TRUSTED and not c.qualifier("by")]
    return sorted((s.claim for s in collapse(chosen)), key=middle)


def pinball(truth: float, quantiles: np.ndarray) -> float:
    """CRPS from quantiles of log values: twice the mean pinball loss, spread over the levels."""
    gap = truth - quantiles
    loss = np.where(gap >= 0, LEVELS * gap, (LEVELS - 1) * gap)
    edges = np.r_[0.0, 0.5 * (LEVELS[1:] + LEVELS[:-1]), 1.0]
    return float(2.0 * np.sum(loss * np.diff(edges)))


def peers(known: list[Claim], when: date) -> dict[str, float]:
    """Point forecasts in logs: the last value, and the exponential through the last two."""
    last, before = known[-1], known[-2]
    y, y0 = np.log(last.quantity.value), np.log(before.quantity.value)
    days = max((middle(last) - middle(before)).days, 7)
    return {"last value": y, "exponential": y + (y - y0) / days * (when - middle(last)).days}


def score(book: Book, entity: str, origins: Iterable[date]) -> list[dict[str, object]]:
    """One row an origin and later claim."""
    truths = rates(book, entity)
    rows: list[dict[str, object]] = []
    for origin in origins:
        then = book.as_of(origin)
        known = rates(then, entity)
        later = [t for t in truths if t.known and t.known > origin and origin < middle(t)]
        if len(known) < 2 or not later:
            continue
        days = [middle(t).isoformat() for t in later]
        try:
            series = pipeline.position(then, entity, "revenue.run_rate", at=days)
        except Refusal as why:
            print(origin, "refused:", why.why)
            continue
        for truth, point in zip(later, series.points, strict=True):
            if point.p50 is None:
                continue
            q = np.log([point.p5, point.p25, point.p50, point.p75, point.p95])
            y = float(np.log(truth.quantity.value))
            points = peers(known, middle(truth))
            pit = float(np.interp(y, q, LEVELS, left=0.02, right=0.98))
            rows.append(
                {
                    "origin": origin,
                    "claim": truth.id,
                    "at": middle(truth),
                    "truth": np.exp(y) / 1e9,
                    "p5": point.p5 / 1e9,
                    "p50": point.p50 / 1e9,
                    "p95": point.p95 / 1e9,
                    "pit": pit,
                    "position": pinball(y, q),
                    **{name: abs(y - f) for name, f in points.items()},
                }
            )
    return rows


def main() -> None:
    book = pipeline.open_book(None).sound()
    for entity in sys.argv[1:] or ("Anthropic", "OpenAI"):
        rows = score(book, entity, ORIGINS)
        print(
            f"\n{entity}: origin, claim, at, truth, [p5, p50, p95], PIT, CRPS position | last value | exponential"
        )
        for r in rows:
            print(
                f"{r['origin']} {r['claim']:5} {r['at']} {r['truth']:6.1f} [{r['p5']:6.1f} {r['p50']:6.1f} {r['p95']:6.1f}]"
                f" {r['pit']:.2f}  {r['position']:.3f} | {r['last value']:.3f} | {r['exponential']:.3f}"
            )
        for name in ("position", "last value", "exponential"):
            if rows:
                print(f"mean CRPS {name}: {np.mean([r[name] for r in rows]):.3f}")
        inside = [0.05 <= float(r["pit"]) <= 0.95 for r in rows]
        print(f"inside the 90 % range: {sum(inside)} of {len(inside)}")


if __name__ == "__main__":
    main()
