"""A valuation as one JSON document: sections refer to figures by id, figures carry value, interval and lineage."""

from __future__ import annotations

from typing import Any

from crossbearing.publish.valuation.tables import figure_rows
from crossbearing.value.entry import TWO_POINT
from crossbearing.value.valuation import Valuation
from crossbearing.vocabulary.lineage import unite


def document(v: Valuation) -> dict[str, Any]:
    """The valuation as JSON values."""
    slug = f"{v.entity.casefold().replace(' ', '_')}.value."
    question = v.question
    return {
        "entity": v.entity,
        "currency": v.currency,
        "at": question.at.isoformat(),
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "tolerance_days": question.tolerance,
        "tape": [
            {
                "id": r.id,
                "type": str(r.type),
                "paid": r.type.is_paid,
                "price": slug + r.price.name,
                "post_money": slug + r.post_money.name,
                "date": str(r.when) if r.when else None,
                "known": r.known.isoformat() if r.known else None,
                "age_days": r.age_days,
                "stale": r.stale,
                "valuation_basis": r.valuation_basis,
                "share_class": r.share_class,
                "fully_diluted": r.fully_diluted,
                "round": r.round,
                "size": slug + r.size.name if r.size else None,
                "claims": list(r.claims),
            }
            for r in v.tape
        ],
        "multiples": [
            {
                "price": c.price,
                "revenue": c.reading,
                "multiple": slug + c.multiple.name,
                "price_date": c.price_date,
                "revenue_date": c.revenue_date,
                "gap_days": c.gap_days,
                "synthetic": c.synthetic,
                "label": c.label,
                "own_day": c in v.own,
            }
            for c in (*v.cells, *v.own)
        ],
        "claimed_multiples": [
            {"claim": r.claim, "stated": r.stated, "fits": r.fits, "verdict": r.verdict} for r in v.relabelled
        ],
        "football_field": [
            {
                "label": b.label,
                "group": b.group,
                "figure": slug + b.term.name,
                "note": b.note,
                "stale": b.stale,
            }
            for b in v.bars
        ],
        "visibility": str(unite(t.lineage for t in v.terms).visibility),
        "odds_note": TWO_POINT if v.trade else None,
        "warnings": list(v.secondary.warnings),
        "figures": figure_rows(v.terms, v.entity),
        "not_computable": [{"label": label, "needs": needs} for label, needs in v.unknowns],
    }
