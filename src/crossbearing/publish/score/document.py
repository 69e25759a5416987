"""The score card as one JSON document, and its scored forecasts as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from crossbearing.score.card import ScoreCard, Scores
from crossbearing.score.scored import Scored, Summary
from crossbearing.score.walk_forward import Origin


def document(card: ScoreCard) -> dict[str, Any]:
    """The card as JSON values. Scores are on the scale of the metric: logarithms of amounts, shares and points as they are."""
    return {
        "as_of": card.as_of.isoformat(),
        "seed": card.seed,
        "frozen": {
            "forecasts": [
                {
                    "file": m.vintage.file,
                    "said_on": m.vintage.said_on.isoformat(),
                    "made_by": m.vintage.made_by,
                    "replayed": m.vintage.replayed,
                    "manifest": asdict(m.vintage.manifest),
                    "scored": len(m.rows),
                    "waiting": m.waiting,
                    "not_comparable": [{"claim": c, "why": why} for c, why in m.apart],
                }
                for m in card.frozen
            ],
            **_scores(card.frozen_scores),
        },
        "walk_forward": {"origins": [_origin(o) for o in card.origins], **_scores(card.replayed)},
        "yes_no": [
            {**asdict(c), "said_on": c.said_on.isoformat(), "decided_on": c.decided_on.isoformat()}
            for c in card.chances
        ],
        "brier": [asdict(b) for b in card.brier],
        "who_was_right": [
            {**asdict(t), "said_on": t.said_on.isoformat(), "told_on": t.told_on.isoformat()}
            for t in card.told
        ],
        "standings": [asdict(s) for s in card.standings],
        "unreadable": [p.as_json() for p in card.problems],
    }


def _scores(found: Scores) -> dict[str, Any]:
    return {
        "rows": [row(r) for r in found.rows],
        "by_metric": [_summary(s) for s in found.by_metric],
        "by_horizon": [_summary(s) for s in found.by_horizon],
        "by_source": [_summary(s) for s in found.by_source],
        "by_truth": [_summary(s) for s in found.by_truth],
        "without_bounds": [_summary(s) for s in found.points],
        "against_naive": [{**asdict(c), "claim": c.claim} for c in found.compared],
    }


def _summary(found: Summary) -> dict[str, Any]:
    values = asdict(found)
    values["rivals"] = {
        name: {"error": theirs, "ours": ours, "forecasts": n}
        for name, (theirs, ours, n) in found.rivals.items()
    }
    values["widths"] = None
    if found.widths:
        ours, theirs, n = found.widths
        values["widths"] = {"ours": ours, "pooled": theirs, "ratio": ours / theirs, "forecasts": n}
    return values


def _origin(origin: Origin) -> dict[str, Any]:
    s = origin.subject
    return {
        "day": origin.day.isoformat(),
        "entity": s.entity,
        "metric": s.metric,
        "basis": str(s.basis),
        "method": dict(s.method),
        "claims_known": origin.known,
        "told_later": origin.later,
        "scored": len(origin.rows),
        "unanswered": origin.unanswered,
        "why_not": origin.why_not,
    }


def row(found: Scored) -> dict[str, Any]:
    """One scored forecast."""
    return {
        **asdict(found),
        "said_on": found.said_on.isoformat(),
        "told_on": found.told_on.isoformat(),
        "horizon": found.horizon,
        "inside_50": found.inside(0.5),
        "inside_90": found.covered,
        "rivals": dict(found.rivals),
    }


def rows(card: ScoreCard) -> Iterator[dict[str, Any]]:
    """Every scored forecast as a flat row, frozen ones first."""
    for found in (*card.frozen_scores.rows, *card.replayed.rows):
        flat = row(found)
        naive = flat.pop("rivals")
        yield {**flat, **{f"error_{name.replace(' ', '_')}": naive.get(name) for name in RIVALS}}


RIVALS = ("last value", "exponential", "forecasts in the book", "pooled growth")
