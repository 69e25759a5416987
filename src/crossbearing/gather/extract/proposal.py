"""What the extractor gives back: one proposed claim, with where it stands and what else it could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crossbearing.vocabulary.claim import Basis, Modality, Status
from crossbearing.vocabulary.quantity import Relation


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a quantity.

    Attributes:
        entity: Whose figure it would be.
        metric: What it would measure.
        score: Share of the evidence for this reading, 0 to 1. Not a probability of being right.
    """

    entity: str
    metric: str
    score: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A claim proposed from a document. Nothing enters a book without a person's yes.

    Attributes:
        doc: Base name of the document.
        start, end: Characters of the value, hedges excluded.
        sentence_start, sentence_end: Characters of its sentence.
        value_text: The value as written.
        entity: Canonical entity name.
        metric: Canonical metric id.
        value: In base units; the middle of a range.
        low, high: Ends of a range, otherwise None.
        relation: How the words bound the true value.
        unit: Base unit.
        period: In the notation of a book; empty where the text does not say.
        basis, status, modality: As in a claim.
        attributed_to: Who says it, or an empty string where the author speaks.
        qualifiers: Sorted (key, value) pairs.
        candidates: This reading and the next best, best first.
    """

    doc: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    value_text: str
    entity: str
    metric: str
    value: float
    low: float | None
    high: float | None
    relation: Relation
    unit: str
    period: str
    basis: Basis
    status: Status
    modality: Modality
    attributed_to: str
    qualifiers: tuple[tuple[str, str], ...]
    candidates: tuple[Candidate, ...]

    def as_json(self) -> dict[str, Any]:
        """The fields of `xb extract`, in the order of the contract."""
        return {
            "doc": self.doc,
            "start": self.start,
            "end": self.end,
            "value_text": self.value_text,
            "entity": self.entity,
            "metric": self.metric,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "relation": str(self.relation),
            "unit": self.unit,
            "period": self.period,
            "basis": str(self.basis),
            "status": str(self.status),
            "modality": str(self.modality),
            "attributed_to": self.attributed_to,
        }
