"""The valuation tape: every price by kind, date and terms. Kinds are never merged; what is not stated says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from crossbearing.problems import Refusal
from crossbearing.value.term import Term, combine, missing, printed_range, same_currency, stated
from crossbearing.vocabulary.book import Amount, Book, Round
from crossbearing.vocabulary.claim import Claim, Modality, Status, Visibility
from crossbearing.vocabulary.lineage import Lineage
from crossbearing.vocabulary.period import Instant
from crossbearing.vocabulary.quantity import Relation

NOT_STATED = "not stated"
STALE_DAYS = 90
SAME_DEAL_DAYS = 62


class PriceType(StrEnum):
    """What kind of event put the price."""

    ROUND = "priced round"
    TENDER = "tender"
    TRADE = "secondary trade"
    BID = "bid"
    ASK = "ask"
    MODEL = "model mark"
    SECONDARY = "secondary, kind not stated"
    TALKS = "talks"
    TARGET = "target"
    BANKER = "banker's view of a listing"
    MERGER = "merger"
    COMMITMENT = "commitment"
    HYPOTHETICAL = "hypothetical"
    DERIVED = "an article's arithmetic"
    SUPERSEDED = "superseded"

    @property
    def is_paid(self) -> bool:
        """Whether money changed hands at the price."""
        return self in (PriceType.ROUND, PriceType.TENDER, PriceType.TRADE, PriceType.MERGER)


_BY_MODALITY = {
    Modality.TALKS: PriceType.TALKS,
    Modality.TARGET: PriceType.TARGET,
    Modality.UP_TO: PriceType.TARGET,
    Modality.HYPOTHETICAL: PriceType.HYPOTHETICAL,
    Modality.DERIVED: PriceType.DERIVED,
    Modality.SUPERSEDED: PriceType.SUPERSEDED,
}
_BY_PRICE_TYPE = {
    "bid": PriceType.BID,
    "ask": PriceType.ASK,
    "offer": PriceType.ASK,
    "trade": PriceType.TRADE,
    "model": PriceType.MODEL,
    "mark": PriceType.MODEL,
}
_BY_METRIC = {
    "valuation.round": PriceType.ROUND,
    "valuation.tender": PriceType.TENDER,
    "valuation.secondary": PriceType.SECONDARY,
    "valuation.talks": PriceType.TALKS,
    "valuation.ipo_estimate": PriceType.BANKER,
    "valuation.merger": PriceType.MERGER,
}


_BY_STATUS = {"talks": PriceType.TALKS, "commitment": PriceType.COMMITMENT}


@dataclass(frozen=True, slots=True)
class TapeRow:
    """One price of a company.

    Attributes:
        id: Id of the best claim, or of the cap table's round where no claim prices it.
        entity: Canonical name.
        type: Kind of price.
        price: The valuation as stated.
        post_money: The valuation after the money, where the terms allow it.
        valuation_basis: pre, post or not stated.
        share_class, fully_diluted, round: Terms, or not stated.
        size: Money raised or traded.
        when: When the price was set, possibly imprecise; None where unknown.
        known: Day it was public.
        age_days: Days from the price to the date asked about; None where undated.
        stale: Whether it is older than `STALE_DAYS`.
        claims: Every claim that states it, best first.
        status, by: Who stands behind it.
    """

    id: str
    entity: str
    type: PriceType
    price: Term
    post_money: Term
    valuation_basis: str = NOT_STATED
    share_class: str = NOT_STATED
    fully_diluted: str = NOT_STATED
    round: str = NOT_STATED
    size: Term | None = None
    when: Instant | None = None
    known: date | None = None
    age_days: int | None = None
    stale: bool = False
    claims: tuple[str, ...] = ()
    status: str = ""
    by: str = ""

    @property
    def label(self) -> str:
        """Kind and date, such as `priced round, 2026-02-12`."""
        return f"{self.type}, {self.when or 'undated'}"


def price_type(claim: Claim) -> PriceType | None:
    """The kind of price a claim states, from its modality, its `price_type` qualifier and its metric; None for others."""
    if claim.metric not in _BY_METRIC:
        return None
    if claim.modality in _BY_MODALITY:
        return _BY_MODALITY[claim.modality]
    marked = _BY_PRICE_TYPE.get(claim.qualifier("price_type"))
    base = _BY_METRIC[claim.metric]
    if marked and base is not PriceType.BANKER:
        return marked
    if claim.modality is Modality.FORECAST and base is not PriceType.BANKER:
        return PriceType.TARGET
    return base


def tape(book: Book, entity: str, at: date) -> tuple[TapeRow, ...]:
    """Every price of an entity by date, oldest first; statements of one event share a row and are counted.

    Args:
        book: Cut to the knowledge date.
        entity: Canonical name.
        at: Day from which age is counted.
    """
    typed = [(c, kind) for c in book.claims if c.entity == entity and (kind := price_type(c)) is not None]
    groups: list[list[Claim]] = []
    for claim, kind in sorted(typed, key=lambda pair: _rank(pair[0])):
        home = next((g for g in groups if price_type(g[0]) is kind and _one_event(g[0], claim)), None)
        if home is None:
            groups.append([claim])
        else:
            home.append(claim)
    rows = [_row(book, group, at) for group in groups]
    rows += [_unclaimed(book, r, at) for r in book.rounds if r.entity == entity and not _told(r, typed)]
    return tuple(sorted(_told_once(rows), key=lambda r: (_day(r) or date.min, r.id)))


def _told_once(rows: list[TapeRow]) -> list[TapeRow]:
    """A round told before and after the money is one price: the pre-money claims join the post-money row they add up to."""
    kept = {r.id: r for r in rows}
    for pre in rows:
        after = next((p for p in kept.values() if pre.valuation_basis == "pre" and _adds_up(pre, p)), None)
        if after is not None:
            kept[after.id] = replace(after, claims=(*after.claims, *pre.claims))
            del kept[pre.id]
    return list(kept.values())


def _adds_up(pre: TapeRow, post: TapeRow) -> bool:
    """Whether a pre-money price and the money raised give a post-money price of the same named round."""
    sum_, price = pre.post_money, post.price
    if post.valuation_basis != "post" or (pre.type, pre.round) != (post.type, post.round):
        return False
    if pre.round == NOT_STATED or sum_.value is None or price.value is None or sum_.unit != price.unit:
        return False
    low, high = (price.value if end is None else end for end in (price.low, price.high))
    first, last = (sum_.value if end is None else end for end in (sum_.low, sum_.high))
    return first <= high and low <= last


def _rank(claim: Claim) -> tuple[int, int, str]:
    """Best evidence first: who stands behind it, then how exact its date is."""
    period = claim.period
    width = (period.last - period.first).days if isinstance(period, Instant) else 9999
    return list(Status).index(claim.status), width, claim.id


def _one_event(best: Claim, other: Claim) -> bool:
    """Whether two claims of one kind state the same price of the same event."""
    if best.unit != other.unit or _clash(best, other):
        return False
    if abs(best.quantity.value - other.quantity.value) > max(
        best.quantity.half_unit, other.quantity.half_unit
    ):
        return False
    if best.quantity.relation is Relation.BETWEEN and best.quantity.bounds != other.quantity.bounds:
        return False
    one, two = best.period, other.period
    if not isinstance(one, Instant) or not isinstance(two, Instant):
        return one is None or two is None
    return (max(one.first, two.first) - min(one.last, two.last)).days <= SAME_DEAL_DAYS


def _clash(one: Claim, two: Claim) -> bool:
    """Whether both state a round, class or basis, and differ in it."""
    for key in ("round", "share_class", "valuation_basis", "method"):
        a, b = one.qualifier(key), two.qualifier(key)
        if a and b and a.casefold() != b.casefold():
            return True
    return False


def _told(deal: Round, typed: list[tuple[Claim, PriceType]]) -> bool:
    """Whether a claim on the tape already prices the round."""
    return any(c.id in deal.claims for c, _ in typed)


def _row(book: Book, group: list[Claim], at: date) -> TapeRow:
    best, kind = group[0], price_type(group[0])
    assert kind is not None
    ids = tuple(c.id for c in group)
    deal = next((r for r in book.rounds if r.entity == best.entity and set(ids) & set(r.claims)), None)
    if deal and kind in (PriceType.ROUND, PriceType.TENDER):
        kind = _BY_STATUS.get(deal.status, kind)
    period = best.period if isinstance(best.period, Instant) else None
    price = stated(best, f"price.{best.id}", f"{best.entity}, {kind}, {period or 'undated'}")
    price = replace(price, lineage=Lineage(tuple(sorted(ids)), visibility=_secrecy(group)))
    basis = _first(group, "valuation_basis") or (deal.valuation_basis if deal else "")
    name = _first(group, "round") or (deal.name if deal else "")
    size = _size(book, best.entity, name, deal)
    row = TapeRow(
        id=best.id,
        entity=best.entity,
        type=kind,
        price=price,
        post_money=post_money(price, basis, size),
        valuation_basis=basis if basis in ("pre", "post") else NOT_STATED,
        share_class=_first(group, "share_class") or (deal.share_class if deal else "") or NOT_STATED,
        fully_diluted=(deal.fully_diluted if deal else "") or NOT_STATED,
        round=name or NOT_STATED,
        size=size,
        when=period,
        known=min((c.known for c in group if c.known), default=None),
        claims=ids,
        status=str(best.status),
        by=best.qualifier("by") or best.qualifier("method") or best.qualifier("counterparty"),
    )
    return aged(row, at)


def _secrecy(group: Iterable[Claim]) -> Visibility:
    return max((c.visibility for c in group), key=lambda v: v.rank)


def _first(group: Iterable[Claim], key: str) -> str:
    return next((found for c in group if (found := c.qualifier(key))), "")


def _day(row: TapeRow) -> date | None:
    return row.when.middle if row.when else row.known


def aged(row: TapeRow, at: date) -> TapeRow:
    """The row with its age on a day; an undated price is counted from the day it was known."""
    day = _day(row)
    if day is None:
        return replace(row, stale=True)
    age = max(0, (at - (row.when.last if row.when and row.when.last <= at else day)).days)
    return replace(row, age_days=age, stale=age > STALE_DAYS)


def post_money(price: Term, basis: str, size: Term | None) -> Term:
    """Valuation after the money: the price itself where post-money, plus the money raised where pre-money.

    Raises:
        Refusal: The money raised is in another currency.
    """
    name, label = f"{price.name}.post_money", f"post-money of {price.label}"
    if basis == "post":
        return price.named(name, label)
    if basis != "pre":
        return missing(name, label, price.unit, f"pre- or post-money of {price.label}")
    if size is None:
        return missing(name, label, price.unit, f"money raised in {price.label}")
    same_currency(price, size)
    return combine(name, label, price.unit, "pre-money + money raised", lambda v, m: v + m, price, size)


def _size(book: Book, entity: str, name: str, deal: Round | None) -> Term | None:
    """Money raised in a round: as the cap table has it, else as claimed under the same round name."""
    if deal and deal.raised:
        return _amount(deal, deal.raised, "raised", "money raised")
    if not name:
        return None
    wanted = name.casefold()
    found = [
        c
        for c in book.claims
        if c.entity == entity and c.metric == "funding.raised" and c.qualifier("round").casefold() == wanted
    ]
    found = [c for c in found if not c.qualifier("cumulative") and not c.qualifier("counterparty")]
    return stated(min(found, key=_rank), f"size.{found[0].id}", f"money raised in {name}") if found else None


def _amount(deal: Round, amount: Amount, key: str, label: str) -> Term:
    """A figure of the cap table as a term; it rests on the round's claims, or on the table itself."""
    low, high = printed_range(amount.quantity)
    lineage = Lineage(
        deal.claims, () if deal.claims else (f"captable {deal.id}",), visibility=deal.visibility
    )
    return Term(
        f"round.{deal.id}.{key}",
        f"{label} in {deal.name}",
        str(amount.unit),
        amount.quantity.value,
        lineage,
        low,
        high,
    )


def _unclaimed(book: Book, deal: Round, at: date) -> TapeRow:
    """A round of the cap table that no claim prices."""
    kind = _BY_STATUS.get(deal.status, PriceType.ROUND)
    name, label = f"round.{deal.id}.valuation", f"{deal.entity}, {kind}, {deal.date or 'undated'}"
    if deal.valuation:
        price = replace(_amount(deal, deal.valuation, "valuation", label), label=label)
    else:
        price = missing(name, label, book.currency, f"price of round {deal.name} ({deal.id})")
    size = _size(book, deal.entity, deal.name, deal)
    row = TapeRow(
        id=deal.id,
        entity=deal.entity,
        type=kind,
        price=price,
        post_money=post_money(price, deal.valuation_basis, size),
        valuation_basis=deal.valuation_basis if deal.valuation_basis in ("pre", "post") else NOT_STATED,
        share_class=deal.share_class or NOT_STATED,
        fully_diluted=deal.fully_diluted or NOT_STATED,
        round=deal.name or NOT_STATED,
        size=size,
        when=deal.date,
        claims=deal.claims,
        status=deal.status,
    )
    return aged(row, at)


def newest(rows: Iterable[TapeRow], at: date) -> tuple[TapeRow, ...]:
    """The newest prices of each kind on or before a day; several stated for the same days all stay.

    A banker's view of a listing counts by the day it was known, because the listing lies ahead.
    """
    by_kind: dict[PriceType, list[TapeRow]] = {}
    for row in rows:
        if row.type not in (PriceType.SUPERSEDED, PriceType.DERIVED) and row.price.value is not None:
            by_kind.setdefault(row.type, []).append(row)
    kept: list[TapeRow] = []
    for found in by_kind.values():
        past = [(day, r) for r in found if (day := told(r)) is not None and day <= at]
        last = max((day for day, _ in past), default=None)
        kept += [r for day, r in past if last is not None and (last - day).days <= 31]
    return tuple(sorted(kept, key=lambda r: (list(PriceType).index(r.type), r.price.value or 0.0)))


def told(row: TapeRow) -> date | None:
    """Day by which a price counts as told: its own first day, but for views of the future the day it was known."""
    if row.type in (PriceType.BANKER, PriceType.TARGET, PriceType.HYPOTHETICAL):
        return row.known or (row.when.first if row.when else None)
    return row.when.first if row.when else row.known


def priced(row: TapeRow) -> Term:
    """The price of a row.

    Raises:
        Refusal: The round has no price.
    """
    if row.price.value is None:
        raise Refusal(
            f"{row.label} has no price",
            f"the book states no valuation for {row.round}",
            "add a claim of valuation.round, or the valuation in captable.csv",
        )
    return row.price
