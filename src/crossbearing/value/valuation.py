"""One company valued: everything the command, the report and the API show, computed here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from crossbearing.problems import Refusal
from crossbearing.value.captable import cap_table
from crossbearing.value.entry import Trade
from crossbearing.value.implied import MustBeTrue, Now, claimed_growth, must_be_true
from crossbearing.value.inputs import Inputs
from crossbearing.value.ipo import Listing, inversion, restated
from crossbearing.value.ladder import Bar, Exits, Shared, bars, exits, rungs, shared_out
from crossbearing.value.market import MarketView, market_view
from crossbearing.value.money import in_one_currency
from crossbearing.value.multiples import (
    TOLERANCE_DAYS,
    Cell,
    GrowthSplit,
    Relabelled,
    grid,
    growth_split,
    multiple,
    relabel,
)
from crossbearing.value.readings import BASES, Readings, alike_pair, beside, priced_rounds, readings
from crossbearing.value.sales import SalesAt, no_position, position_run_rate
from crossbearing.value.sales import whole_company as whole
from crossbearing.value.secondary import SecondaryPanel, panel
from crossbearing.value.structure import NO_STRUCTURE, Structure
from crossbearing.value.tape import PriceType, TapeRow, newest, tape
from crossbearing.value.term import Term, combine, missing, stated
from crossbearing.value.trade import TradeResult, trade_terms, traded, whole_company
from crossbearing.vocabulary.assumption import Assumption
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.figure import Figure
from crossbearing.vocabulary.period import Instant

ASKED = (PriceType.ROUND, PriceType.TENDER, PriceType.TALKS)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a valuation.

    Attributes:
        at: Day of the prices and of the revenue now.
        as_of: Knowledge date, or None for all that is known.
        entry: Price paid, or None where no trade is in hand.
        structure: Vehicle and share terms.
        listing: Terms of the listing, or None before there are any.
        hold: Years held; a missing term where not said.
        hurdle: Return a year asked for.
        years: Until what must be true has to be.
        multiples: Price over run rate at the end; empty to take the book's judgment.
        tolerance: Days between price and revenue beyond which a multiple is synthetic.
    """

    at: date
    as_of: date | None = None
    entry: Term | None = None
    structure: Structure = NO_STRUCTURE
    listing: Listing | None = None
    hold: Term = field(default_factory=lambda: missing("hold", "hold", "years", "--hold"))
    hurdle: Term = field(default_factory=lambda: missing("hurdle", "hurdle", "return", "--hurdle"))
    years: Term = field(default_factory=lambda: missing("years", "years", "years", "--until"))
    multiples: tuple[Term, ...] = ()
    tolerance: int = TOLERANCE_DAYS


@dataclass(frozen=True, slots=True)
class Valuation:
    """A company valued on a day: facts, ratios and judgments, each figure with what it rests on.

    Attributes:
        entity, currency, question: What is valued, how asked.
        tape: Every price.
        newest: The newest prices of each kind.
        readings: The revenue figures.
        cells: Multiples of the newest prices on every figure, and of each priced round on the claim nearest its date.
        own: Multiples of each price on the position of its own day.
        splits: Growth of value between consecutive rounds.
        relabelled: Multiples as claimed, put right.
        secondary: The secondary market.
        bars: The football field.
        trade: The trade in hand, or None.
        listing: Terms of the listing, or None.
        inversion: Expected listing values against the last private price.
        restated: Listing values with revenue restated net.
        shared: Who gets what at a listing and in a sale, by class.
        implied: What must be true, by exit multiple.
        repeated: Run rates that growth somebody supposes would give: a check of big words.
        market: Addressable markets and the triangle of users, revenue per user and share.
        assumptions: Judgments used.
        other_money: Figures in another currency than the rest, set aside.
        unknowns: What is not computable: label and what it needs.
    """

    entity: str
    currency: str
    question: Question
    tape: tuple[TapeRow, ...]
    newest: tuple[TapeRow, ...]
    readings: Readings
    cells: tuple[Cell, ...]
    own: tuple[Cell, ...]
    splits: tuple[GrowthSplit, ...]
    relabelled: tuple[Relabelled, ...]
    secondary: SecondaryPanel
    bars: tuple[Bar, ...]
    trade: TradeResult | None
    listing: Listing | None
    inversion: tuple[Term, ...]
    restated: tuple[Term, ...]
    shared: tuple[Shared, ...]
    implied: tuple[MustBeTrue, ...]
    repeated: tuple[Term, ...]
    market: MarketView
    assumptions: tuple[Assumption, ...] = ()
    other_money: tuple[Term, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every number, once."""
        return tuple({t.name: t for t in _terms(self)}.values())

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number as a published figure; ids start with the entity and end with the day."""
        slug = self.entity.casefold().replace(" ", "_")
        return tuple(t.figure(f"{slug}.value.") for t in self.terms)

    @property
    def rungs(self) -> tuple[Term, ...]:
        """Each bar over the entry, or over the last priced round where no trade is in hand."""
        return rungs(self.bars)

    def rung(self, bar: Bar) -> Term | None:
        """One bar over the base of the ladder; None for the base itself or where there is none."""
        return next((t for t in self.rungs if t.name == f"rung.{bar.term.name}"), None)

    @property
    def unknowns(self) -> tuple[tuple[str, str], ...]:
        """What is not computable, and what it needs."""
        return tuple((t.label, "; ".join(t.needs)) for t in self.terms if t.value is None)


def valuation(
    book: Book, entity: str, question: Question, inputs: Inputs, sales: SalesAt = no_position
) -> Valuation:
    """A company valued on a day.

    Args:
        book: Cut to the knowledge date and visibility.
        entity: Canonical name.
        question: What is asked.
        inputs: Judgments of the entity, options in front.
        sales: The position's revenue, or `no_position`.

    Raises:
        Refusal: The day lies after the knowledge date, currencies differ, or a figure does not exist.
    """
    _known(question)
    at = question.at
    book, other_money = in_one_currency(book, entity)
    rows = tape(book, entity, at)
    top = newest(rows, at)
    found = readings(book, entity, at, sales, inputs)
    cells = _cells(rows, top, found, question)
    views = exits(rows, at, inputs, book.currency)
    deal = _trade_of(question, inputs)
    result = traded(deal[0], views, deal[1], question.listing, at) if deal else None
    whole_entry = deal[0].entry if deal else None
    done = Valuation(
        entity=entity,
        currency=book.currency,
        question=question,
        tape=rows,
        newest=top,
        readings=found,
        cells=cells,
        own=_own(top, question, sales, inputs),
        splits=_splits(rows, found, at),
        relabelled=relabel(book, entity, cells),
        secondary=panel(book, top, inputs, at),
        bars=bars(
            top,
            found,
            inputs,
            whole_entry,
            question.listing,
            result.effective if result and question.structure.holding else None,
        ),
        trade=result,
        listing=question.listing,
        inversion=_inverted(top, views, whole_entry),
        restated=tuple(restated(v, found.net_to_gross) for v in views.bears),
        shared=shared_out(cap_table(book, entity), views),
        implied=_implied(book, inputs, question, found, top),
        repeated=claimed_growth(book, entity, found.now.term) if found.now else (),
        market=market_view(book, entity, at, inputs, found.now.term if found.now else None),
        other_money=other_money,
    )
    return replace(done, assumptions=_used(book, done.terms))


def _known(question: Question) -> None:
    if question.as_of and question.at > question.as_of:
        raise Refusal(
            f"revenue on {question.at} is not yet known at {question.as_of}",
            "a multiple cannot rest on revenue that nobody knew",
            f"use --at {question.as_of} or a later --as-of",
        )


def _cells(
    rows: Sequence[TapeRow], top: Sequence[TapeRow], found: Readings, question: Question
) -> tuple[Cell, ...]:
    """The grid: newest prices on every figure of their currency, each round on the figure nearest its own date."""
    as_of, tolerance = question.as_of, question.tolerance
    cells = {}
    computable = [r for r in found.all if r.term.value is not None and r.term.value > 0]
    for row in top:
        for cell in grid([row], computable, as_of=as_of, tolerance=tolerance):
            cells[cell.multiple.name] = cell
    for row in priced_rounds(rows, question.at):
        near = beside(row, found.stated)
        if near is not None:
            cell = multiple(row, near, as_of=as_of, tolerance=tolerance)
            cells.setdefault(cell.multiple.name, cell)
    return tuple(cells.values())


def _own(top: Sequence[TapeRow], question: Question, sales: SalesAt, inputs: Inputs) -> tuple[Cell, ...]:
    """The newest prices that are of the past, each over the position's run rate of its own day, on both bases."""
    priced = {r.id: r for r in top if r.when and r.when.first <= question.at}
    cells = []
    for row in priced.values():
        assert row.when is not None
        day = min(row.when.middle, question.at)
        for basis in BASES:
            found = position_run_rate(sales, inputs.entity, basis, day, inputs.seed)
            if found is not None:
                cells.append(multiple(row, found, as_of=question.as_of, tolerance=question.tolerance))
    return tuple(cells)


def _splits(rows: Sequence[TapeRow], found: Readings, at: date) -> tuple[GrowthSplit, ...]:
    rounds = priced_rounds(rows, at)
    splits = []
    for first, last in pairwise(rounds):
        pair = alike_pair(first, last, found.stated)
        if pair:
            splits.append(growth_split(first, pair[0], last, pair[1]))
    return tuple(splits)


def _trade_of(question: Question, inputs: Inputs) -> tuple[Trade, Term] | None:
    """The trade and the fully diluted count, or None where no price is given."""
    if question.entry is None:
        return None
    counted = inputs.term("shares_fully_diluted", "fully diluted shares", "count")
    shares = question.listing.fully_diluted if question.listing else counted
    dilution = inputs.term("ipo_dilution_share", "dilution at the listing", "ratio")
    entry = whole_company(question.entry, shares)
    return Trade(entry, question.hold, dilution, question.hurdle, question.structure), shares


def _inverted(top: Sequence[TapeRow], views: Exits, entry: Term | None) -> tuple[Term, ...]:
    """Expected listing values against the newest private prices paid or talked about, and against the entry."""
    private = [r.price.named(r.price.name, r.label) for r in top if r.type in ASKED]
    known = [v for v in views.bears if v.value is not None]
    return tuple(t for p in (*private, *([entry] if entry else [])) for t in inversion(p, known))


def _implied(
    book: Book, inputs: Inputs, question: Question, found: Readings, top: Sequence[TapeRow]
) -> tuple[MustBeTrue, ...]:
    """What must be true for the entry price, or for the newest price that was paid or talked about."""
    price = question.entry or max(
        (r.price for r in top if r.type in ASKED), key=lambda t: t.value or 0.0, default=None
    )
    if price is None or price.unit.endswith("/share"):
        return ()
    entity, now = inputs.entity, found.now
    rate_unit = f"{book.currency}/yr"
    run_rate = now.term if now else missing("run_rate", "run rate now", rate_unit, f"a run rate of {entity}")
    state = Now(
        price=price,
        hurdle=question.hurdle,
        years=question.years,
        dilution=inputs.term("ipo_dilution_share", "dilution until then", "ratio"),
        run_rate=run_rate,
        earnings_multiple=inputs.term(
            "multiple.operating_profit", "price over operating profit at the end", "x"
        ),
        sales_per_power=_sales_per_power(book, entity, question.at, run_rate),
        market=inputs.term("market_revenue_at_end", "revenue of the market at the end", rate_unit),
    )
    return must_be_true(state, question.multiples or _judged_multiples(inputs))


def _judged_multiples(inputs: Inputs) -> tuple[Term, ...]:
    """The low end, the middle and the high end of the judged multiple of the run rate, as three cases."""
    judged = inputs.term("multiple.run_rate", "multiple of the run rate at the end", "x")
    if judged.value is None or judged.low is None or judged.high is None:
        return (judged,)
    ends = (judged.low, judged.value, judged.high)
    return tuple(Term(f"multiple.{v:.1f}", judged.label, "x", v, judged.lineage) for v in ends)


def _sales_per_power(book: Book, entity: str, at: date, run_rate: Term) -> Term:
    """Run rate over the compute claimed online for the latest date up to a day."""
    found = [c for c in book.claims if c.entity == entity and c.metric == "compute.power_online" and whole(c)]
    past = [
        c for c in found if isinstance(c.period, Instant) and c.period.first <= at and not c.qualifier("step")
    ]
    unit = f"{run_rate.unit.partition('/')[0]}/W/yr"
    if not past:
        return missing("sales_per_power", "sales a unit of power", unit, f"compute.power_online of {entity}")
    best = max(past, key=lambda c: (c.period.middle if c.period else date.min, c.id))
    power = stated(best, f"power.{best.id}", f"compute online, {best.period}")
    label = f"{run_rate.label} over {power.label}"
    return combine(
        "sales_per_power", label, unit, "run rate / power online", lambda r, p: r / p, run_rate, power
    )


def _used(book: Book, terms: Iterable[Term]) -> tuple[Assumption, ...]:
    """Judgments of the book that some figure rests on."""
    names = {name for t in terms for name in t.lineage.assumptions}
    return tuple(a for a in book.assumptions if a.name in names)


def _terms(v: Valuation) -> Iterator[Term]:
    """Every figure of a valuation, in the order of the page."""
    for row in v.tape:
        yield row.price
        yield from (t for t in (row.post_money, row.size) if t is not None and t.value is not None)
    yield from (r.term for r in v.readings.all)
    yield v.readings.net_to_gross
    yield from (c.multiple for c in (*v.cells, *v.own))
    yield from (t for s in v.splits for t in (s.value, s.revenue, s.multiple))
    yield from (r.recomputed.multiple for r in v.relabelled if r.recomputed)
    yield from (p.premium for p in v.secondary.premiums)
    yield from (v.secondary.last_trade_days, v.secondary.imbalance, v.secondary.spread, *v.secondary.scarcity)
    yield from (b.term for b in v.bars)
    yield from v.rungs
    if v.trade:
        yield from trade_terms(v.trade)
    yield from (*v.inversion, *v.restated)
    yield from (t for s in v.shared for row in s.classes for t in row[1:])
    for need in v.implied:
        yield from (need.target, need.run_rate, need.growth, need.times, need.margin, need.power, need.share)
    yield from (*v.repeated, *v.market.triangle, *v.market.addressable, *v.other_money)
