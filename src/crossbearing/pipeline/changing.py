"""The change note: one paragraph on what a document brought, with figures, for somebody who reads nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from crossbearing.pipeline import Opened
from crossbearing.pipeline.moving import Results, results_of
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality
from crossbearing.vocabulary.reading import Proposed, Reading, Verdict
from crossbearing.vocabulary.shift import Shift
from crossbearing.vocabulary.words import say_quantity

SEED = 20260529
SHOWN = 6


def change_note(
    before: Opened, after: Opened, reading: Reading, claims: Sequence[str], *, seed: int = SEED
) -> str:
    """One paragraph: what was read, what was known and from whom, what is new, what it contradicts, how results moved.

    Args:
        before: The book before.
        after: The book with what was accepted.
        reading: What the document proposed.
        claims: Ids of the claims accepted.
        seed: Seed of the random numbers of the positions.
    """
    taken = [c for c in after.book.claims if c.id in set(claims)]
    sentences = [_read(reading), _known(reading), _accepted(after.book, taken)]
    sentences += [_against(reading, taken), _moved(moved(before.book, after.book, taken, seed))]
    return " ".join(s for s in sentences if s)


def moved(before: Book, after: Book, taken: Iterable[Claim], seed: int) -> tuple[Shift, ...] | None:
    """Results that the accepted claims moved together; None where none of them could move any."""
    listed = list(taken)
    day = max(b.newest or b.ends or date.min for b in (before, after))
    keys = [
        key
        for c in listed
        if c.modality is Modality.ACTUAL or c.metric.startswith("valuation.")
        for key in results_of(after, c)
    ]
    return Results(before, day, seed).against(after, keys) if keys else None


def _read(reading: Reading) -> str:
    source = reading.source
    when = f" of {_day(source['published'])}" if source["published"] else ", undated"
    who = source["publisher"] or reading.document
    title = f" (“{source['title']}”)" if source["title"] else ""
    counts = Counter(p.verdict for p in reading.proposals)
    total = len(reading.proposals)
    parts = [
        f"{counts[v]} {word}"
        for v, word in (
            (Verdict.KNOWN, "known already"),
            (Verdict.NEW, "new"),
            (Verdict.CONTRADICTS, "in contradiction to the book"),
            (
                Verdict.UNUSABLE,
                f"that cannot enter as {'it stands' if counts[Verdict.UNUSABLE] == 1 else 'they stand'}",
            ),
        )
        if counts[v]
    ]
    copied = (
        f" It is a copy of {reading.copy_of}, so what it says counts once with it." if reading.copy_of else ""
    )
    return f"{who}{title}{when} states {_count(total, 'figure')}: {_list(parts) or 'none of use'}.{copied}"


def _known(reading: Reading) -> str:
    origins = Counter(p.origin for p in reading.proposals if p.verdict is Verdict.KNOWN)
    if not origins:
        return ""
    named = [f"{name} ({n})" if n > 1 else name for name, n in origins.most_common(SHOWN)]
    more = f" and {len(origins) - SHOWN} more" if len(origins) > SHOWN else ""
    return f"What was known goes back to {_list(named)}{more}."


def _accepted(book: Book, taken: Sequence[Claim]) -> str:
    if not taken:
        return "Nothing was taken into the book."
    told = [claim_words(book, c) for c in taken[:SHOWN]]
    more = f"; and {len(taken) - SHOWN} more" if len(taken) > SHOWN else ""
    return f"Taken into the book: {'; '.join(told)}{more}."


def claim_words(book: Book, claim: Claim) -> str:
    """A claim in words: entity, metric, figure, time, basis, and what stands behind it."""
    metric = book.registry.get(claim.metric)
    return said(claim, metric.label[:1].lower() + metric.label[1:] if metric else claim.metric)


def said(claim: Claim, label: str = "") -> str:
    """The same with a label of one's own for the metric; its id by default."""
    when = f", {claim.period}" if claim.period else ""
    basis = f", {claim.basis}" if claim.basis in (Basis.GROSS, Basis.NET) else ""
    mode = "" if claim.modality is Modality.ACTUAL else f", {str(claim.modality).replace('_', ' ')}"
    figure = say_quantity(claim.quantity, claim.unit)
    return f"{claim.entity} {label or claim.metric} {figure}{when}{basis}{mode} ({claim.status}) [{claim.id}]"


def _against(reading: Reading, taken: Sequence[Claim]) -> str:
    places = {c.locator for c in taken}
    told: list[Proposed] = [
        p for p in reading.proposals if p.contradictions and p.cells["locator"] in places and _taken(p, taken)
    ]
    if not told:
        return ""
    clauses = [
        f"{p.contradictions[0].what.replace('[this]', '[' + p.cells['id'] + ']')} ({p.contradictions[0].kind})"
        for p in told[:3]
    ]
    more = f"; {len(told) - 3} more contradict the book" if len(told) > 3 else ""
    return f"Against the book: {'; '.join(clauses)}{more}."


def _taken(proposed: Proposed, taken: Sequence[Claim]) -> bool:
    return any((c.metric, c.locator) == (proposed.cells["metric"], proposed.cells["locator"]) for c in taken)


def _moved(shifts: tuple[Shift, ...] | None) -> str:
    if shifts is None:
        return "It moves no result: nothing accepted states a fact of the past."
    if not shifts:
        return "No result moves by more than the error of the computation."
    more = f"; {len(shifts) - SHOWN} smaller" if len(shifts) > SHOWN else ""
    return f"This moves {'; '.join(s.words() for s in shifts[:SHOWN])}{more}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _list(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _day(text: str) -> str:
    """A date in words where it is a whole one: 3 June 2026."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}"
