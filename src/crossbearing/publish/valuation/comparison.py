"""A comparison as rows of words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crossbearing.publish.valuation.tables import Row, figure_rows, shortened, words
from crossbearing.value.compare import Comparison, Side
from crossbearing.value.references import GrowthRow
from crossbearing.vocabulary.lineage import unite


def rows(table: Comparison) -> list[Row]:
    """One row a quantity: each company's figure with its range, date and claims, the ratio, or why it does not compare."""
    return [
        {
            "quantity": line.label,
            **{s.entity: cell(s) for s in line.sides},
            "ratio": words(line.ratio) if line.ratio else "",
            "not comparable because": line.why_not,
        }
        for line in table.lines
    ]


def cell(side: Side) -> str:
    """A figure with its range, date and claims; a dash where there is none."""
    if side.term.value is None:
        return "–"
    claims = shortened(side.term.lineage.claims, 2)
    tail = ", ".join(t for t in (side.when, side.definition) if t)
    return f"{words(side.term)} ({tail}) {claims}".replace("()", "").strip()


def growth_words(found: Sequence[GrowthRow]) -> list[Row]:
    """Growth by size at the start."""
    return [
        {
            "company": r.company,
            "from": r.start.isoformat(),
            "to": r.end.isoformat(),
            "revenue at the start": words(r.size),
            "growth a year": words(r.growth),
        }
        for r in found
    ]


def document(table: Comparison, growth: Sequence[GrowthRow]) -> dict[str, Any]:
    """The comparison as JSON values."""
    return {
        "entities": list(table.entities),
        "at": table.at.isoformat(),
        "visibility": str(unite(t.lineage for t in table.terms).visibility),
        "rows": [
            {
                "label": line.label,
                "comparable": not line.why_not,
                "why_not": line.why_not,
                "cells": [
                    {
                        "entity": s.entity,
                        "when": s.when,
                        "definition": s.definition,
                        **figure_rows([s.term], "compare")[0],
                    }
                    for s in line.sides
                ],
                "ratio": figure_rows([line.ratio], "compare")[0] if line.ratio else None,
            }
            for line in table.lines
        ],
        "growth": [
            {
                "company": r.company,
                "from": r.start.isoformat(),
                "to": r.end.isoformat(),
                "size": figure_rows([r.size], "compare")[0],
                "growth": figure_rows([r.growth], "compare")[0],
            }
            for r in growth
        ],
    }
