"""What one claim contradicts: the question asked before it enters a book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crossbearing.check.engine import cause_of, check, in_time
from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule, rules_for
from crossbearing.check.statement import Stated
from crossbearing.check.voices import contradicted
from crossbearing.check.words import against, size_of
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.conflict import Conflict

SHOWN = 6


def conflicts_of(book: Book, claim: Claim) -> tuple[Conflict, ...]:
    """Conflicts that a claim would bring into a book, one for each cause, its own figure first in the words.

    Each other figure is asked alone: that two others are reconciled with each other does not excuse the new one. Claims of the
    entity, its owner and its products are looked at.

    Args:
        book: The book without the claim.
        claim: The claim.
    """
    family = family_of(book, claim.entity)
    near = book.keeping(lambda c: c.entity in family)
    trial = replace(near, claims=(*near.claims, claim))
    rules = rules_for(book)
    direct = tuple(_direct(Evidence(trial), claim.id, rules))
    kinds = {c.kind for c in direct}
    told = {frozenset(c.claims) for c in check(near, rules).conflicts}
    others = [
        c
        for c in check(trial, rules).conflicts
        if claim.id in c.what and c.kind not in kinds and frozenset(c.claims) - {claim.id} not in told
    ]
    return (*direct, *others)


def family_of(book: Book, entity: str) -> frozenset[str]:
    """An entity, its owner and its products."""
    known = book.entities.get(entity)
    products = {e.name for e in book.entities.values() if e.parent == entity}
    return frozenset({entity, *products, *((known.parent,) if known and known.parent else ())})


def _direct(evidence: Evidence, name: str, rules: tuple[Rule, ...]) -> Iterator[Conflict]:
    """Contradictions with other figures of its own series, by cause."""
    one = evidence.by_id[name]
    causes = sorted((r for r in rules if r.explain), key=lambda r: r.order)
    found: dict[str, tuple[Cause, Rule, list[Stated]]] = {}
    for series in evidence.series:
        if one not in series.statements:
            continue
        for disagreement in contradicted(series, one):
            named = cause_of([disagreement], causes, evidence)
            if named is not None:
                found.setdefault(str(named[0].kind), (*named, []))[2].append(disagreement.other)
    for cause, rule, others in found.values():
        others.sort(key=lambda s: (abs(s.middle - one.middle), s.id))
        shown = others[:SHOWN]
        yield Conflict(
            f"{cause.kind}-{name}",
            cause.kind,
            in_time((one, *shown, *cause.also)),
            round(size_of((one, *shown)), 4),
            against(evidence, [one], shown),
            cause.why,
            cause.resolution,
            rule.code,
        )
