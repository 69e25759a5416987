"""From a claim back to its first report and forward to everything that rests on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Source
from crossbearing.vocabulary.conflict import Conflict, IdentityCheck
from crossbearing.vocabulary.figure import Figure


@dataclass(frozen=True, slots=True)
class ClaimTrace:
    """Everything behind and in front of one claim.

    Attributes:
        claim: The claim.
        source: Where it stands, or None where the source is not in the book.
        chain: Sources and names from there to the first report.
        copies: Other claims of the same origin, metric, entity, basis and period: they count once.
        conflicts: Conflicts it takes part in.
        checks: Arithmetic it enters.
        rests: Contracts, relations, rounds and watch items that rest on it, as (table, id).
        figures: Published figures that use it.
        root: Folder of the book, where the user's own copies of documents may lie.
    """

    claim: Claim
    source: Source | None
    chain: tuple[str, ...]
    copies: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    checks: tuple[IdentityCheck, ...]
    rests: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    root: str = ""

    def as_json(self) -> dict[str, Any]:
        """The trace as plain data."""
        claim = self.claim
        return {
            "claim": {
                "id": claim.id,
                "entity": claim.entity,
                "metric": claim.metric,
                "value": claim.quantity.text,
                "unit": claim.unit.symbol,
                "period": str(claim.period or ""),
                "basis": str(claim.basis),
                "status": str(claim.status),
                "modality": str(claim.modality),
                "known": claim.known.isoformat() if claim.known else None,
                "file": claim.position.file,
                "line": claim.position.line,
            },
            "source": None
            if self.source is None
            else {
                "id": self.source.id,
                "publisher": self.source.publisher,
                "title": self.source.title,
                "url": self.source.url,
                "published": str(self.source.published or ""),
            },
            "chain": list(self.chain),
            "copies": list(self.copies),
            "conflicts": [{"id": c.id, "kind": str(c.kind), "what": c.what} for c in self.conflicts],
            "checks": [
                {"id": k.id, "name": k.name, "verdict": str(k.verdict), "what": k.what} for k in self.checks
            ],
            "rests": [{"table": table, "id": row} for table, row in self.rests],
            "figures": [figure_json(f) for f in self.figures],
        }


def figure_json(figure: Figure) -> dict[str, Any]:
    """A figure as plain data, with its lineage."""
    interval = figure.interval
    return {
        "id": figure.id,
        "label": figure.label,
        "value": figure.value,
        "unit": figure.unit,
        "text": figure.text,
        "interval": None
        if interval is None
        else {
            "low": interval.low,
            "high": interval.high,
            "kind": str(interval.kind),
            "level": interval.level,
        },
        "formula": figure.formula,
        "claims": list(figure.lineage.claims),
        "assumptions": list(figure.lineage.assumptions),
        "needs": figure.needs,
    }


def trace_claim(
    book: Book,
    claim: Claim,
    conflicts: Sequence[Conflict],
    checks: Sequence[IdentityCheck],
    figures: Sequence[Figure],
) -> ClaimTrace:
    """What stands behind a claim and what rests on it.

    Args:
        book: The book it is in.
        claim: The claim.
        conflicts: Conflicts found in this book.
        checks: Arithmetic recomputed in this book.
        figures: Every published figure of this book.
    """
    source = book.sources.get(claim.source)
    chain = tuple(dict.fromkeys((claim.source, *(claim.via or (source.origin if source else ())))))
    copies = tuple(
        c.id
        for c in book.claims
        if c.id != claim.id
        and c.origin == claim.origin
        and c.unit.currency == claim.unit.currency
        and (c.entity, c.metric, c.basis, c.period) == (claim.entity, claim.metric, claim.basis, claim.period)
    )
    return ClaimTrace(
        claim=claim,
        source=source,
        chain=chain,
        copies=copies,
        conflicts=tuple(c for c in conflicts if claim.id in c.claims),
        checks=tuple(k for k in checks if claim.id in k.claims),
        rests=_rests(book, claim.id),
        figures=tuple(f for f in figures if claim.id in f.lineage.claims),
        root=book.root,
    )


def _rests(book: Book, claim_id: str) -> tuple[tuple[str, str], ...]:
    tables = (
        ("commitments", book.commitments),
        ("relations", book.relations),
        ("captable", book.rounds),
        ("watch", book.watch),
    )
    rows = [(name, row.id) for name, table in tables for row in table if claim_id in row.claims]
    rows += [("assumptions", a.name) for a in book.assumptions if claim_id in a.claims]
    return tuple(rows)
