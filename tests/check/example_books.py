"""Books from a few lines of CSV, for the examples in the rules and the docstrings of tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crossbearing.vocabulary.book import Book, Entity
from crossbearing.vocabulary.claim import Basis, Claim, Modality, Position, Source, Status
from crossbearing.vocabulary.metric import standard_registry
from crossbearing.vocabulary.period import parse_known, parse_period
from crossbearing.vocabulary.qualifiers import parse_list, parse_qualifiers
from crossbearing.vocabulary.quantity import parse_quantity
from crossbearing.vocabulary.unit import parse_unit


def claims_of(rows: Iterable[Mapping[str, str]], published: Mapping[str, date | None]) -> list[Claim]:
    """Claims from rows of the book format; columns left out take their defaults."""
    registry = standard_registry()
    claims = []
    for line, row in enumerate(rows, start=2):
        metric = registry.canonical(row["metric"]) or row["metric"]
        unit = parse_unit(row["unit"])
        source = row.get("source") or "paper"
        via = parse_list(row.get("via") or "")
        known = parse_known(row.get("known") or "")
        prefers = registry[metric].prefers if metric in registry else "instant"
        claims.append(
            Claim(
                id=row["id"],
                entity=row["entity"],
                metric=metric,
                quantity=parse_quantity(row["value"], unit),
                unit=unit,
                period=parse_period(row.get("period") or "", prefers),
                basis=Basis(row.get("basis") or "n/a"),
                definition=row.get("definition") or "",
                status=Status(row.get("status") or "reported"),
                modality=Modality(row.get("modality") or "actual"),
                source=source,
                via=via,
                origin=via[-1] if via else source,
                known=known.last if known else published.get(source),
                qualifiers=parse_qualifiers(row.get("qualifiers") or ""),
                position=Position("claims.csv", line, 1),
            )
        )
    return claims


def book_from(
    text: str, *, settings: Mapping[str, Any] | None = None, parents: Mapping[str, str] | None = None
) -> Book:
    """A book from CSV text with a header line. `parents` names products and their owners."""
    claims = claims_of(csv.DictReader(io.StringIO(text.strip())), {})
    owners = dict(parents or {})
    names = dict.fromkeys([*(c.entity for c in claims), *owners.values()])
    entities = {
        n: Entity(n, kind="product" if n in owners else "company", parent=owners.get(n, "")) for n in names
    }
    sources = {c.source: Source(c.source) for c in claims}
    return Book(entities=entities, sources=sources, claims=tuple(claims), settings=dict(settings or {}))
