"""The margin identities of a company and period: revenue, cost of revenue, gross and operating profit, compute, fees.

    gross profit = revenue - cost of revenue = margin x revenue        operating profit = gross profit - other costs
    compute = serving + training        serving <= cost of revenue     partner fees <= revenue
    revenue = net revenue + partner fees, where a period's revenue is told both gross and net

Claims are taken at their word, to within what they print. What has to be assumed to put a claim beside the others (a year's
figure falls evenly on its quarters, a margin told for another date still holds, cost of revenue is mostly compute) is a
statement of its own and stands in the sets, so that the assumption can be the one to fall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from crossbearing.fix.align import printed_bounds
from crossbearing.fix.dependence import parts_of, span
from crossbearing.fix.solve.conflicts import Names, mends, minimal_conflicts
from crossbearing.fix.solve.intervals import Clash, Relation, Span, narrow
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality
from crossbearing.vocabulary.period import Duration
from crossbearing.vocabulary.words import say, say_range

FLOWS = {
    "revenue.recognised": "revenue",
    "cost.revenue": "cost of revenue",
    "profit.gross": "gross profit",
    "profit.operating": "operating profit",
    "cost.compute": "compute",
    "cost.training": "training",
    "cost.partner_fees": "partner fees",
}
RATIOS = {
    "margin.gross": "gross margin",
    "margin.operating": "operating margin",
    "margin.inference": "serving margin",
    "cost.compute_per_revenue": "compute over revenue",
}
HEARD = (Modality.ACTUAL, Modality.FORECAST, Modality.TARGET)
SAME_DAYS = 3
CARRIED_DAYS = 31
OTHER_COST = 0.1  # part of the cost of revenue that is neither compute nor fees
MOSTLY = "cost of revenue is at least nine tenths compute and partner fees"
NINE = "nine tenths of the cost of revenue"
NET = "net revenue"
RELATIONS = (
    Relation("sum", "revenue", "cost of revenue", "gross profit", "revenue = cost of revenue + gross profit"),
    Relation("product", "gross profit", "gross margin", "revenue", "gross profit = gross margin x revenue"),
    Relation(
        "product",
        "cost of revenue",
        "cost share",
        "revenue",
        "cost of revenue = (1 - gross margin) x revenue",
    ),
    Relation("sum", "one", "cost share", "gross margin", "cost share = 1 - gross margin"),
    Relation(
        "sum",
        "gross profit",
        "operating profit",
        "other costs",
        "gross profit = operating profit + other costs",
    ),
    Relation(
        "product",
        "operating profit",
        "operating margin",
        "revenue",
        "operating profit = operating margin x revenue",
    ),
    Relation("sum", "compute", "serving", "training", "compute = serving + training"),
    Relation("product", "compute", "compute over revenue", "revenue", "compute = its share x revenue"),
    Relation("sum", "one", "serving margin", "serving share", "serving margin = 1 - serving over revenue"),
    Relation("product", "serving", "serving share", "revenue", "serving = its share x revenue"),
    Relation("at most", "serving", "cost of revenue", words="serving is part of the cost of revenue"),
    Relation("at most", "partner fees", "revenue", words="partner fees are part of revenue"),
)
PRESENTED = (Relation("sum", "revenue", NET, "partner fees", "gross revenue = net revenue + partner fees"),)
SERVED = (
    Relation("sum", "compute and fees", "serving", "partner fees", "what serving and partners cost"),
    Relation("product", NINE, "nine tenths", "cost of revenue", MOSTLY),
    Relation("at most", NINE, "compute and fees", words=MOSTLY),
)
START: dict[str, Span] = {
    "one": (1.0, 1.0),
    "nine tenths": (1.0 - OTHER_COST, 1.0 - OTHER_COST),
    **dict.fromkeys(
        ("revenue", NET, "cost of revenue", "other costs", "compute", "serving", "training", "partner fees"),
        (0.0, inf),
    ),
    **dict.fromkeys(("cost share", "serving share", "compute over revenue"), (0.0, inf)),
}
CELLS = (
    "revenue",
    NET,
    "cost of revenue",
    "gross profit",
    "gross margin",
    "other costs",
    "operating profit",
    "operating margin",
    "compute",
    "serving",
    "training",
    "partner fees",
)


@dataclass(frozen=True)
class Said:
    """What one claim says of one quantity of a period, and what has to be assumed for it to say so.

    Attributes:
        claim: Its id.
        quantity: Name of the quantity.
        low, high: As printed, in money over the period, or a ratio.
        assumes: Assumptions in words.
        words: The claim as written, with its period.
        repeated: Ids of further claims that say the same figure.
    """

    claim: str
    quantity: str
    low: float
    high: float
    assumes: tuple[str, ...]
    words: str
    repeated: tuple[str, ...] = ()

    @property
    def claims(self) -> tuple[str, ...]:
        """Every claim that says it."""
        return (self.claim, *self.repeated)


@dataclass(frozen=True)
class Conflict:
    """Statements that cannot all hold.

    Attributes:
        claims: Ids.
        assumptions: Assumptions among them, in words.
        why: The quantity that would have to be in two places.
    """

    claims: tuple[str, ...]
    assumptions: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Cell:
    """One quantity as the claims outside every conflict leave it."""

    name: str
    low: float | None
    high: float | None
    stated: tuple[str, ...]


@dataclass(frozen=True)
class Solved:
    """The margin identities of one period.

    Attributes:
        period: As written by a claim.
        definition: Which costs the gross margin counts; empty where nobody says.
        said: What each claim says.
        conflicts: Minimal sets that cannot hold together, smallest first.
        mends: The smallest sets of claims and assumptions whose fall frees the rest.
        cells: Every quantity as the undisputed claims leave it.
    """

    period: str
    definition: str
    said: tuple[Said, ...]
    conflicts: tuple[Conflict, ...]
    mends: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]


def margin_identities(book: Book, entity: str) -> tuple[Solved, ...]:
    """Every period of an entity that two or more claims bind, and every definition of its gross margin, solved.

    Args:
        book: The book as known.
        entity: Canonical name.
    """
    claims = [
        c
        for c in book.claims
        if c.entity == entity
        and c.metric in {**FLOWS, **RATIOS}
        and c.modality in HEARD
        and not any(k != "channel" for k, _ in parts_of(c) if c.metric != "cost.partner_fees")
    ]
    found = []
    for period in _periods(claims):
        for definition in _definitions(claims, period):
            said = _once(_without_carried(_said(claims, period, definition)))
            if len({s.claim for s in said}) > 1 and len({s.quantity for s in said}) > 1:
                found.append(_solve(period, definition, said, book.currency))
    return tuple(found)


def _periods(claims: Iterable[Claim]) -> list[Duration]:
    """Periods that revenue or profit is stated for, in order."""
    held: dict[tuple[object, object], Duration] = {}
    for c in sorted(claims, key=lambda c: c.id):
        whole = c.metric in ("revenue.recognised", "profit.operating") and not c.qualifier("cumulative")
        if whole and isinstance(c.period, Duration):
            held.setdefault((c.period.start, c.period.end), c.period)
    return sorted(held.values(), key=lambda p: (p.start, p.end))


def _definitions(claims: Iterable[Claim], period: Duration) -> list[str]:
    """Definitions of gross margin told for a period: two of them are two quantities, each solved by itself."""
    told = {
        c.qualifier("margin_definition")
        for c in claims
        if c.metric == "margin.gross" and _reach(c, period) is not None
    }
    return sorted(told) or [""]


def _said(claims: Sequence[Claim], period: Duration, definition: str) -> Iterator[Said]:
    told_gross = any(_is_revenue(c, period, Basis.GROSS) for c in claims)
    for c in claims:
        if c.metric in RATIOS:
            other = c.metric == "margin.gross" and c.qualifier("margin_definition") != definition
            assumes = None if other else _reach(c, period)
            factor = 1.0
        else:
            assumes, factor = _flow(c, period)
        if assumes is None:
            continue
        low, high = (end * factor for end in _bounds(c))
        plan = f", {c.modality}" if c.modality is not Modality.ACTUAL else ""
        yield Said(
            c.id,
            NET
            if told_gross and _is_revenue(c, period, Basis.NET)
            else FLOWS.get(c.metric) or RATIOS[c.metric],
            low,
            high,
            assumes,
            f"{c.quantity} {c.unit if c.unit.kind != 'ratio' else ''}".strip()
            + f" for {c.period or 'no date'}{plan}",
        )


def _is_revenue(claim: Claim, period: Duration, basis: Basis) -> bool:
    whole = isinstance(claim.period, Duration) and _same(claim.period, period)
    return claim.metric == "revenue.recognised" and claim.basis is basis and whole


def _bounds(claim: Claim) -> Span:
    low, high = printed_bounds(claim.quantity)
    if claim.quantity.relation.is_floor:
        return claim.quantity.value, inf
    if claim.quantity.relation.is_ceiling:
        return -inf, claim.quantity.value
    return low, high


def _flow(claim: Claim, period: Duration) -> tuple[tuple[str, ...] | None, float]:
    """A flow over the period itself; or the period's days of a longer one, which is an assumption."""
    if not isinstance(claim.period, Duration) or claim.qualifier("cumulative"):
        return None, 1.0
    if _same(claim.period, period):
        return (), 1.0
    inside = claim.period.start <= period.start and period.end <= claim.period.end
    if not inside or claim.metric in ("revenue.recognised", "profit.operating"):
        return None, 1.0
    words = f"{FLOWS[claim.metric]} of {claim.period} falls evenly on its days"
    return (words,), period.days / claim.period.days


def _reach(claim: Claim, period: Duration) -> tuple[str, ...] | None:
    """Assumptions under which a ratio holds in a period: none where it is told for it; None where it is too far off.

    A ratio of a longer period that holds this one, or of a date within a month of it, is carried, and that is an assumption.
    """
    if claim.period is None:
        return None
    first, last = span(claim.period)
    if isinstance(claim.period, Duration) and _same(claim.period, period):
        return ()
    length, gap = (last - first).days + 1, max((first - period.end).days, (period.start - last).days)
    holds_it = first <= period.start and period.end <= last
    if not holds_it and (gap > CARRIED_DAYS or length > period.days or (length > CARRIED_DAYS and gap > 0)):
        return None
    return (f"{RATIOS[claim.metric]} told for {claim.period} ({claim.id}) holds in {period}",)


def _without_carried(said: Iterable[Said]) -> tuple[Said, ...]:
    """Where a ratio is told for the period itself, one told for another time is left out."""
    listed = list(said)
    direct = {s.quantity for s in listed if not s.assumes}
    ratios = set(RATIOS.values())
    return tuple(s for s in listed if not s.assumes or s.quantity not in ratios & direct)


def _once(said: Iterable[Said]) -> tuple[Said, ...]:
    """One statement for each figure of a quantity, with every claim that prints it; the widest reading is kept."""
    groups: dict[tuple[str, float, bool, bool], list[Said]] = {}
    for s in said:
        open_ended = s.high == inf or s.low == -inf
        middle = s.low if s.high == inf else s.high if s.low == -inf else 0.5 * (s.low + s.high)
        groups.setdefault((s.quantity, float(f"{middle:.6g}"), open_ended, bool(s.assumes)), []).append(s)
    return tuple(
        replace(
            g[0],
            low=min(s.low for s in g),
            high=max(s.high for s in g),
            repeated=tuple(s.claim for s in g[1:]),
        )
        for g in groups.values()
    )


def _same(one: Duration, two: Duration) -> bool:
    return abs((one.start - two.start).days) <= SAME_DAYS and abs((one.end - two.end).days) <= SAME_DAYS


def _solve(period: Duration, definition: str, said: Sequence[Said], currency: str) -> Solved:
    names = [s.claim for s in said] + sorted({a for s in said for a in s.assumes}) + [MOSTLY]
    conflicts = minimal_conflicts(names, lambda held: not isinstance(_narrowed(said, held), Clash))
    disputed = frozenset().union(*conflicts) if conflicts else frozenset()
    left = _narrowed(said, frozenset(names) - disputed)
    cells = _cells(said, left, disputed) if not isinstance(left, Clash) else ()
    return Solved(
        str(period),
        definition,
        tuple(said),
        tuple(_conflict(said, c, currency) for c in conflicts),
        tuple(tuple(sorted(m)) for m in mends(conflicts)),
        cells,
    )


def _narrowed(said: Sequence[Said], held: Names) -> dict[str, Span] | Clash:
    """What a set of claims and assumptions leaves open; a claim speaks only with what it assumes."""
    spans: dict[str, Span] = dict(START)
    for s in said:
        if s.claim in held and held.issuperset(s.assumes):
            old = spans.get(s.quantity, (-inf, inf))
            new = (max(old[0], s.low), min(old[1], s.high))
            if new[0] > new[1]:
                return Clash(s.quantity, old, (s.low, s.high))
            spans[s.quantity] = new
    both = any(s.quantity == NET for s in said)
    return narrow(spans, (*RELATIONS, *(PRESENTED if both else ()), *(SERVED if MOSTLY in held else ())))


def _conflict(said: Sequence[Said], names: Names, currency: str) -> Conflict:
    clash = _narrowed(said, names)
    assert isinstance(clash, Clash)
    claims = tuple(sorted({c for s in said if s.claim in names for c in s.claims}))
    assumed = tuple(sorted(n for n in names if not any(s.claim == n for s in said)))
    money = clash.name not in (*RATIOS.values(), "cost share", "serving share")
    here, there = (_words(s, currency if money else "ratio") for s in (clash.here, clash.there))
    why = f"{clash.name} would have to be {here} and {there}"
    return Conflict(claims, assumed, why + (f" ({clash.words})" if clash.words else ""))


def _words(held: Span, unit: str) -> str:
    low, high = held
    if low == -inf:
        return f"at most {say(high, unit)}"
    return f"at least {say(low, unit)}" if high == inf else say_range(low, high, unit)


def _cells(said: Sequence[Said], left: Mapping[str, Span], disputed: Names) -> tuple[Cell, ...]:
    found = []
    for name in CELLS:
        low, high = left.get(name, (-inf, inf))
        stated = tuple(c for s in said if s.quantity == name and s.claim not in disputed for c in s.claims)
        if stated or (low > -inf and high < inf):
            found.append(Cell(name, None if low == -inf else low, None if high == inf else high, stated))
    return tuple(found)
