"""The book as the stages see it: entities, sources, claims, contracts, relations, rounds, watch items, assumptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from crossbearing.vocabulary.assumption import Assumption, Scenario, View
from crossbearing.vocabulary.claim import Basis, Claim, Position, Source, Visibility
from crossbearing.vocabulary.metric import Registry, standard_registry
from crossbearing.vocabulary.period import Instant
from crossbearing.vocabulary.quantity import Quantity
from crossbearing.vocabulary.unit import Unit


@dataclass(frozen=True, slots=True)
class Entity:
    """A company, product, market or group.

    Attributes:
        name: Canonical name.
        kind: company, product, market or group.
        aliases: Other spellings.
        parent: Owner of a product, or an empty string.
        fiscal_year_end: Month and day, `12-31` by default.
        presentation: Basis by channel, where evidenced: {"cloud": gross}.
        description: One line.
        visibility: Who may see that it exists.
        private_aliases: Spellings that only an overlay gives it.
    """

    name: str
    kind: str = "company"
    aliases: tuple[str, ...] = ()
    parent: str = ""
    fiscal_year_end: str = "12-31"
    presentation: Mapping[str, Basis] = field(default_factory=dict)
    description: str = ""
    visibility: Visibility = Visibility.PUBLIC
    private_aliases: tuple[str, ...] = ()
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity with its unit."""

    quantity: Quantity
    unit: Unit


@dataclass(frozen=True, slots=True)
class Commitment:
    """A compute, cloud, power or investment contract as claimed. An unconditional purchase obligation where firm.

    Attributes:
        direction: pays, receives or unclear, seen from the entity.
        firmness: firm, option, up_to, loi or unknown.
        power: Contracted power in W, or None.
        money: Contracted money (total, or a rate a month or year), or None.
        term: Words or months, as written.
        take_or_pay, cancellable_share: Shares of the contract, or None where not stated.
        overlap_group: Contracts in one group may be parts of one another and are never added.
        claims: Claims it rests on.
    """

    id: str
    entity: str
    counterparty: str
    direction: str = "unclear"
    kind: str = "compute"
    firmness: str = "unknown"
    power: Amount | None = None
    money: Amount | None = None
    start: Instant | None = None
    ramp: str = ""
    term: str = ""
    take_or_pay: float | None = None
    cancellable_share: float | None = None
    notice: str = ""
    overlap_group: str = ""
    prepaid: str = ""
    equity_linked: str = ""
    claims: tuple[str, ...] = ()
    note: str = ""
    visibility: Visibility = Visibility.PUBLIC
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True, slots=True)
class Relation:
    """Who stands in which business relation to whom.

    Attributes:
        kind: supplies, distributes, invests_in, buys_from, competes_with, partner_of or owns, read from `giver` to `taker`.
        exclusive: yes, no or unknown.
    """

    id: str
    giver: str
    kind: str
    taker: str
    exclusive: str = "unknown"
    start: Instant | None = None
    end: Instant | None = None
    claims: tuple[str, ...] = ()
    note: str = ""
    visibility: Visibility = Visibility.PUBLIC
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True, slots=True)
class Round:
    """A financing round or share class of the cap table; None and empty strings where not stated.

    Attributes:
        valuation_basis: pre, post or unspecified.
        preference: Liquidation preference as a multiple of the money put in.
        status: closed, talks or commitment.
    """

    id: str
    entity: str
    name: str
    date: Instant | None = None
    share_class: str = ""
    price_per_share: Amount | None = None
    shares: Amount | None = None
    raised: Amount | None = None
    valuation: Amount | None = None
    valuation_basis: str = "unspecified"
    preference: float | None = None
    participation: str = ""
    ratchet: str = ""
    fully_diluted: str = ""
    status: str = "closed"
    claims: tuple[str, ...] = ()
    note: str = ""
    visibility: Visibility = Visibility.PUBLIC
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True, slots=True)
class WatchItem:
    """A dated predicate to watch.

    Attributes:
        predicate: In the grammar of the watch list, as written.
        by: Day by which it is decided; None where open.
        state: pending, met_early, met, failed, expired or undecidable, as recorded.
        probability: Our probability when it was written; None where none was stated.
    """

    id: str
    entity: str
    predicate: str
    by: Instant | None = None
    state: str = "pending"
    said_by: str = ""
    source: str = ""
    probability: float | None = None
    claims: tuple[str, ...] = ()
    note: str = ""
    visibility: Visibility = Visibility.PUBLIC
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True, slots=True)
class Book:
    """Everything a book says, validated and canonical.

    Attributes:
        title: Of the book.
        currency: Main currency.
        ends: Last day the book knows of, or None.
        root: Folder it was read from, for messages only.
        registry: Metrics, the book's own included.
        settings: The `[settings]` table.
        digest: SHA-256 over the files read, for manifests.
    """

    title: str = ""
    currency: str = "USD"
    ends: date | None = None
    root: str = ""
    registry: Registry = field(default_factory=standard_registry)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    relations: tuple[Relation, ...] = ()
    rounds: tuple[Round, ...] = ()
    watch: tuple[WatchItem, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    views: tuple[View, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    digest: str = ""

    @property
    def visibility(self) -> Visibility:
        """The highest visibility of anything in it."""
        from crossbearing.vocabulary.secrecy import highest_of

        return highest_of(self)

    @property
    def newest(self) -> date | None:
        """Day on which the newest claim became known."""
        return max((c.known for c in self.claims if c.known), default=None)

    def claim(self, claim_id: str) -> Claim | None:
        """The claim of that id, or None."""
        return next((c for c in self.claims if c.id == claim_id), None)

    def canonical_entity(self, name: str) -> str | None:
        """The entity behind a spelling, ignoring case, or None."""
        wanted = name.casefold()
        for entity in self.entities.values():
            if wanted == entity.name.casefold() or any(
                wanted == alias.casefold() for alias in (*entity.aliases, *entity.private_aliases)
            ):
                return entity.name
        return None

    def as_of(self, day: date | None, *, judged_later: bool = False) -> Book:
        """The book as known at the end of a day.

        Gone are claims known later or on no stated day and what rests only on them; sources published later or on no
        stated day, unless a claim that stays leans on them; rounds closed later; what others expected later; views,
        assumptions and scenarios written later.

        Args:
            day: Knowledge date; None for all that is known.
            judged_later: Keep assumptions and scenarios written later: a model run again with today's judgments. It is
                hindsight, so nothing that is scored may use it; `hindsight` says which they are.
        """
        if day is None:
            return self
        kept = self.keeping(lambda claim: claim.known is not None and claim.known <= day)
        sources = _sources_by(self.sources, kept.claims, day)

        def written(dated: date | None) -> bool:
            return dated is None or dated <= day

        return replace(
            kept,
            ends=min(self.ends, day) if self.ends else None,
            sources=sources,
            rounds=tuple(
                r for r in kept.rounds if r.status != "closed" or r.date is None or r.date.first <= day
            ),
            watch=tuple(w for w in kept.watch if w.source in sources or w.source not in self.sources),
            assumptions=self.assumptions
            if judged_later
            else tuple(a for a in self.assumptions if written(a.dated)),
            scenarios=self.scenarios
            if judged_later
            else tuple(s for s in self.scenarios if written(s.dated)),
            views=tuple(v for v in self.views if written(v.dated)),
        )

    def hindsight(self, day: date | None) -> tuple[str, ...]:
        """Names of assumptions and scenarios written after a day."""
        judged: tuple[Assumption | Scenario, ...] = (*self.assumptions, *self.scenarios)
        return tuple(j.name for j in judged if day is not None and j.dated is not None and j.dated > day)

    def visible(self, highest: Visibility) -> Book:
        """The book without anything above a visibility, or that rests on such a claim; see `secrecy.visible`."""
        from crossbearing.vocabulary.secrecy import visible

        return visible(self, highest)

    def keeping(self, wanted: Callable[[Claim], bool]) -> Book:
        """The book with some claims only; what rests on removed claims alone goes with them, and nothing names them."""
        claims = tuple(c for c in self.claims if wanted(c))
        if len(claims) == len(self.claims):
            return self
        gone = {c.id for c in self.claims} - {c.id for c in claims}
        return replace(
            self,
            claims=claims,
            commitments=_staying(self.commitments, gone),
            relations=_staying(self.relations, gone),
            rounds=_staying(self.rounds, gone),
            watch=_staying(self.watch, gone),
            assumptions=tuple(_resting_less(a, gone) for a in self.assumptions),
        )


R = TypeVar("R", Assumption, Commitment, Relation, Round, WatchItem)


def _staying(rows: Iterable[R], gone: set[str]) -> tuple[R, ...]:
    """Rows that do not rest on removed claims alone."""
    less = ((row, _resting_less(row, gone)) for row in rows)
    return tuple(now for before, now in less if now.claims or not before.claims)


def _resting_less(row: R, gone: set[str]) -> R:
    """A row that names no removed claim."""
    if gone.isdisjoint(row.claims):
        return row
    return replace(row, claims=tuple(c for c in row.claims if c not in gone))


def _sources_by(sources: Mapping[str, Source], claims: Iterable[Claim], day: date) -> dict[str, Source]:
    """Sources published by a day, and those that a claim known by then leans on, down to the first report."""
    leaned = {name for c in claims for name in (c.source, c.origin, *c.via)}
    waiting = list(leaned)
    while waiting:
        source = sources.get(waiting.pop())
        more = set(source.origin) - leaned if source else set()
        leaned |= more
        waiting += more
    return {
        i: s
        for i, s in sources.items()
        if i in leaned or (s.published is not None and s.published.last <= day)
    }
