"""Claims picked so that two companies are measured the same way: one definition, dates close by, else the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from crossbearing.value.sales import apart, whole_company
from crossbearing.value.term import Term, stated
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality, Status
from crossbearing.vocabulary.lineage import unite
from crossbearing.vocabulary.period import Duration, Period

DEFINING = ("margin_definition", "measure", "method", "threshold", "window", "scope", "industry")
TOLERANCE_DAYS = 92


@dataclass(frozen=True, slots=True)
class Found:
    """The newest figure of one company on one definition.

    Attributes:
        term: The figure; its range spans every claim of the definition whose time overlaps.
        definition: Basis and defining qualifiers, in words; empty where nothing is stated.
        first, last: Days it is about.
        when: The period as written.
    """

    term: Term
    definition: str
    first: date
    last: date
    when: str


def span(period: Period) -> tuple[date, date]:
    """First and last day of an instant or a duration."""
    if isinstance(period, Duration):
        return period.start, period.end
    return period.first, period.last


def told_of(claim: Claim) -> tuple[date, date]:
    """First and last day a claim can be about: nobody tells tomorrow's level, so an instant ends when it was known."""
    assert claim.period is not None
    if isinstance(claim.period, Duration):
        return span(claim.period)
    return span(claim.period.cut(claim.known))


def definition_of(claim: Claim) -> str:
    """What a claim measures beyond its metric: basis, length of a flow, and defining qualifiers."""
    parts = [] if claim.basis is Basis.NOT_APPLICABLE else [_basis(claim.basis)]
    if isinstance(claim.period, Duration):
        parts.append(
            {0: "month", 1: "quarter", 2: "half", 4: "year"}.get(round(claim.period.days / 91), "span")
        )
    parts += [f"{key.replace('_', ' ')} {claim.qualifier(key)}" for key in DEFINING if claim.qualifier(key)]
    return ", ".join(parts)


def _basis(basis: Basis) -> str:
    return str(basis) if basis in (Basis.GROSS, Basis.NET) else "basis not stated"


def by_definition(book: Book, entity: str, metric: str, at: date) -> dict[str, Found]:
    """The newest figure of a company for each definition claimed up to a day; forecasts and parts do not count."""
    groups: dict[str, list[Claim]] = {}
    for claim in book.claims:
        if claim.entity != entity or claim.metric != metric or claim.modality is not Modality.ACTUAL:
            continue
        if claim.period is None or not whole_company(claim) or claim.qualifier("step"):
            continue
        first, last = told_of(claim)
        if first <= at and (last <= at or not isinstance(claim.period, Duration)):
            groups.setdefault(f"{definition_of(claim)}|{claim.unit}", []).append(claim)
    return {key.partition("|")[0]: _newest(group) for key, group in groups.items()}


def _newest(group: Sequence[Claim]) -> Found:
    """The claim of the latest time, best evidence first, with the range of all that overlap it."""

    def order(c: Claim) -> tuple[int, int, str]:
        return -told_of(c)[1].toordinal(), list(Status).index(c.status), c.id

    best = min(group, key=order)
    first, last = told_of(best)
    overlapping = [c for c in group if apart(*told_of(c), first, last) == 0]
    if all(c.quantity.relation.is_floor for c in overlapping):
        best = max(overlapping, key=lambda c: c.quantity.value)  # all floors hold, so the highest says most
    per_year = best.unit.kind == "money_rate"
    terms = [
        stated(c, f"{c.metric}.{c.id}", f"{c.entity} {c.metric} {c.period}", per_year=per_year)
        for c in overlapping
    ]
    mine = next(t for t, c in zip(terms, overlapping, strict=True) if c is best)
    if len(terms) > 1 and not best.quantity.relation.is_floor:
        lows = [t.value if t.low is None else t.low for t in terms]
        highs = [t.value if t.high is None else t.high for t in terms]
        same = len({t.value for t in terms}) == 1
        lineage = unite(t.lineage for t in terms)
        low, high = min(v for v in lows if v is not None), max(v for v in highs if v is not None)
        mine = replace(mine, low=low, high=high, rounding=mine.rounding and same, lineage=lineage)
    return Found(mine, definition_of(best), first, last, str(best.period))


def alike(options: Sequence[dict[str, Found]]) -> tuple[list[Found | None], str]:
    """One figure a company on a shared definition where there is one, and why they are not comparable where not.

    Args:
        options: For each company, its figures by definition.

    Returns:
        The figures, None where a company has none, and the reason, empty where they compare.
    """
    if any(not found for found in options):
        return [_latest(found) for found in options], ""
    shared = set.intersection(*(set(found) for found in options))
    if shared:
        best = min(shared, key=lambda d: _order(d, [f[d] for f in options]))
        picked = [found[best] for found in options]
        gap = _gap(picked)
        dates = " and ".join(f.when for f in picked)
        return list(picked), f"dates lie {gap} days apart: {dates}" if gap > TOLERANCE_DAYS else ""
    newest = [_latest(found) for found in options]
    said = " against ".join((f.definition or "nothing stated") if f else "none" for f in newest)
    return newest, f"definitions differ: {said}"


def _latest(found: dict[str, Found]) -> Found | None:
    return max(found.values(), key=lambda f: ("scope" not in f.definition, f.last, f.term.name), default=None)


def _order(definition: str, found: Sequence[Found]) -> tuple[bool, bool, int, str]:
    """Definitions without a narrower scope first, then close dates, then the newest."""
    newest = -min(f.last.toordinal() for f in found)
    return "scope" in definition, _gap(found) > TOLERANCE_DAYS, newest, definition


def _gap(found: Sequence[Found]) -> int:
    """Days between the two figures furthest apart."""
    return max(apart(a.first, a.last, b.first, b.last) for a in found for b in found)
