"""What reading a document gives: proposed claims, each with its place and how it stands to the book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crossbearing.vocabulary.shift import Shift

NEAR = 0.5  # share of the first reading's evidence from which the second is told


class Verdict(StrEnum):
    """How a proposed claim stands to what a book already holds."""

    KNOWN = "known"
    NEW = "new"
    CONTRADICTS = "contradicts"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A conflict that a proposed claim would bring into the book.

    Attributes:
        kind: Its cause, as `xb check` names it: basis, definition, date, copy, arithmetic, digits, vintage, scope or genuine.
        claims: Ids of the claims it stands against.
        what: One sentence with the figures.
        why: The cause in words.
        resolution: What resolves it, or what would.
    """

    kind: str
    claims: tuple[str, ...]
    what: str
    why: str
    resolution: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposed claim and what a person needs to decide on it.

    Attributes:
        id: Name within the reading: p1, p2 ...
        cells: The row of claims.csv it would become, by column, id and source included.
        value_text: The value as the document writes it.
        sentence: Its sentence; shown, never stored.
        start, end: Characters of the value in the document.
        line, column: The same place counted from 1, as editors do.
        page: Page it stands on, from 1; None where the document has none.
        places: Characters of further mentions of the same statement.
        attributed_to: Who says it, or an empty string where the author speaks.
        verdict: How it stands to the book.
        known_as: Claims of the book that state the same, the nearest first.
        origin: First report of those, or an empty string.
        contradictions: Conflicts it would bring in.
        shifts: Results it would move, most moved first.
        still: Why nothing would move, where nothing would; empty where it was not computed.
        doubt: That the position takes it for an outlier, where it does; empty where it was not computed.
        fault: Why it cannot enter the book as it is: what, why and mend; empty where it can.
        stranger: Whether the book does not know its entity.
        candidates: Other readings: (entity, metric, share of the evidence).
    """

    id: str
    cells: Mapping[str, str]
    value_text: str
    sentence: str
    start: int
    end: int
    line: int
    column: int
    page: int | None
    places: tuple[tuple[int, int], ...]
    attributed_to: str
    verdict: Verdict
    known_as: tuple[str, ...] = ()
    origin: str = ""
    contradictions: tuple[Contradiction, ...] = ()
    shifts: tuple[Shift, ...] = ()
    still: str = ""
    doubt: str = ""
    fault: str = ""
    stranger: bool = False
    candidates: tuple[tuple[str, str, float], ...] = ()

    @property
    def rival(self) -> tuple[str, str, float] | None:
        """The second reading, where half as much or more speaks for it as for the first; None where none comes near."""
        if len(self.candidates) < 2 or self.candidates[1][2] < NEAR * self.candidates[0][2]:
            return None
        return self.candidates[1]

    def as_json(self) -> dict[str, Any]:
        """The proposal as plain data, in the order of the schema."""
        return {
            "id": self.id,
            "verdict": str(self.verdict),
            "claim": dict(self.cells),
            "value_text": self.value_text,
            "sentence": self.sentence,
            "start": self.start,
            "end": self.end,
            "line": self.line,
            "column": self.column,
            "page": self.page,
            "places": [list(place) for place in self.places],
            "attributed_to": self.attributed_to,
            "known_as": list(self.known_as),
            "origin": self.origin,
            "contradictions": [
                {
                    "kind": c.kind,
                    "claims": list(c.claims),
                    "what": c.what,
                    "why": c.why,
                    "resolution": c.resolution,
                }
                for c in self.contradictions
            ],
            "shifts": [s.as_json() for s in self.shifts],
            "still": self.still,
            "doubt": self.doubt,
            "fault": self.fault,
            "stranger": self.stranger,
            "candidates": [{"entity": e, "metric": m, "score": s} for e, m, s in self.candidates],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read against a book.

    Attributes:
        document: Base name of the document.
        source: The row of sources.csv that stands for it, by column.
        source_is_new: Whether the row is not in the book yet.
        copy_of: The source it is a copy of, the same or syndicated; empty where it is none.
        proposals: In the order of the document.
        notes: What a reader must know of how it was read.
    """

    document: str
    source: Mapping[str, str]
    source_is_new: bool
    copy_of: str
    proposals: tuple[Proposed, ...]
    notes: tuple[str, ...] = ()

    def proposal(self, name: str) -> Proposed | None:
        """The proposal of that id, or None."""
        return next((p for p in self.proposals if p.id == name), None)

    def as_json(self) -> dict[str, Any]:
        """The reading as plain data."""
        return {
            "document": self.document,
            "source": dict(self.source),
            "source_is_new": self.source_is_new,
            "copy_of": self.copy_of,
            "notes": list(self.notes),
            "proposals": [p.as_json() for p in self.proposals],
        }
