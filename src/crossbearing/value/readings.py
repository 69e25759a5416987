"""Which revenue figures stand beside the prices: stated, from the position, recognised, forward, and gross profit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crossbearing.value.inputs import Inputs
from crossbearing.value.sales import (
    NET_TO_GROSS,
    Estimate,
    Reading,
    SalesAt,
    apart,
    carried_net,
    estimated,
    gross_beside,
    last_four_quarters,
    newest_run_rate,
    position_run_rate,
    recognised_year,
    run_rates,
    twelve_months,
    whole_company,
)
from crossbearing.value.tape import PriceType, TapeRow
from crossbearing.value.term import Term, combine, missing, stated
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality, Status
from crossbearing.vocabulary.period import Duration, Period

BASES = ("gross", "net")
MARGIN_DAYS = 183


@dataclass(frozen=True, slots=True)
class Readings:
    """Revenue figures of one company up to a day.

    Attributes:
        stated: Run rates as claimed, oldest first.
        others: Net carried forward, recognised, forward, gross profit and the position's, where there are any.
        now: The run rate now: the position's where there is one, else the newest stated.
        net_to_gross: Net over gross, from the position or from the newest net claim; not computable without either.
        notes: Why the position gives no figure, where it gives none.
    """

    stated: tuple[Reading, ...]
    others: tuple[Reading, ...]
    now: Reading | None
    net_to_gross: Term
    notes: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[Reading, ...]:
        """Every figure."""
        return (*self.stated, *self.others)

    @property
    def shown(self) -> tuple[Reading, ...]:
        """Few enough for a page: the newest of each basis stated, and the others."""
        last = {r.basis: r for r in self.stated}
        recent = [r for r in self.stated if r in last.values() or r in self.stated[-3:]]
        return (*recent, *self.others)


def readings(book: Book, entity: str, at: date, sales: SalesAt, inputs: Inputs) -> Readings:
    """Every revenue figure of a company that may stand beside a price on a day.

    Args:
        book: Cut to the knowledge date.
        entity: Canonical name.
        at: The day.
        sales: The position, or `no_position`.
        inputs: Judgments, for the gross margin where no claim states one.
    """
    refused: list[str] = []

    def asked(*question: str) -> Estimate | str:
        answer = sales(*question)
        if isinstance(answer, str) and answer:
            refused.append(answer)
        return answer

    stated_rates = run_rates(book, entity, at)
    positions = [r for b in BASES if (r := position_run_rate(asked, entity, b, at, inputs.seed))]
    now = positions[0] if positions else newest_run_rate(book, entity, at)
    others: list[Reading] = list(positions)
    if not any(r.basis == "net" for r in positions) and (carried := carried_net(book, entity, at)):
        others.append(carried)
    others += recognised_year(book, entity, at, forward=False)
    if quarters := last_four_quarters(book, entity, at):
        others.append(quarters)
    others += recognised_year(book, entity, at, forward=True)
    others += [
        r
        for b in BASES
        for ahead in (False, True)
        if (r := twelve_months(asked, entity, b, at, inputs.seed, forward=ahead))
    ]
    if now is not None:
        others.append(gross_profit(book, entity, at, now, inputs))
    return Readings(
        stated_rates,
        tuple(others),
        now,
        net_to_gross(book, entity, at, asked(entity, NET_TO_GROSS, "", at.isoformat()), inputs.seed),
        tuple(dict.fromkeys(refused)),
    )


def gross_profit(book: Book, entity: str, at: date, run_rate: Reading, inputs: Inputs) -> Reading:
    """Run rate times gross margin; the margin is a claim where there is one, else a judgment, and its period is shown."""
    claim = newest_margin(book, entity, at)
    if claim:
        definition = claim.qualifier("margin_definition") or "definition not stated"
        label = f"gross margin of {claim.period or 'unknown period'}, {definition}"
        margin = stated(claim, f"margin.{claim.id}", label)
    else:
        margin = inputs.term("margin.gross", "gross margin (judgment)", "ratio")
    words = f"gross profit: {run_rate.label} x {margin.label}"
    term = combine(
        f"gross_profit.{run_rate.term.name}",
        words,
        run_rate.term.unit,
        "run rate x gross margin",
        lambda r, m: r * m,
        run_rate.term,
        margin,
    )
    return Reading(
        term,
        "gross profit",
        run_rate.basis,
        run_rate.first,
        run_rate.last,
        run_rate.known,
        position=run_rate.position,
        label=words,
    )


def newest_margin(book: Book, entity: str, at: date) -> Claim | None:
    """The gross margin claimed for the latest time up to a day; forecasts do not count."""
    found = [
        c
        for c in book.claims
        if c.entity == entity
        and c.metric == "margin.gross"
        and c.modality is Modality.ACTUAL
        and whole_company(c)
        and c.period is not None
        and _near(c.period, at)
    ]
    return max(found, key=lambda c: (c.period.middle if c.period else date.min, c.id), default=None)


def _near(period: Period, at: date) -> bool:
    """Whether a margin is of a time that ended within half a year before the day: an older one is another business."""
    first, last = (period.start, period.end) if isinstance(period, Duration) else (period.first, period.last)
    return first <= at and (at - last).days <= MARGIN_DAYS


def net_to_gross(book: Book, entity: str, at: date, known: Estimate | str, seed: int) -> Term:
    """Net over gross revenue: the bridge's where the position has one, else the newest net claim over the gross beside it."""
    if isinstance(known, Estimate):
        return estimated(known, "net_to_gross", f"{entity} net over gross, {at}", seed)
    how = "net run rate / gross run rate"
    net = newest_run_rate(book, entity, at, "net")
    others = [r for r in run_rates(book, entity, at) if r.basis != "net"]
    beside = gross_beside(net, others) if net else None
    if net is None or beside is None:
        return missing("net_to_gross", "net over gross", "ratio", f"a net and a gross run rate of {entity}")
    label = f"{net.label} over {beside.label}"
    return combine("net_to_gross", label, "ratio", how, lambda n, g: n / g, net.term, beside.term)


def beside(row: TapeRow, found: Sequence[Reading], basis: str = "") -> Reading | None:
    """The run rate nearest in time to a price, on a basis where one is named."""
    if row.when is None:
        return None
    when = row.when
    rates = [r for r in found if r.measure == "run rate" and (not basis or r.basis == basis)]
    return min(rates, key=lambda r: apart(when.first, when.last, r.first, r.last), default=None)


def alike_pair(first: TapeRow, last: TapeRow, found: Sequence[Reading]) -> tuple[Reading, Reading] | None:
    """Run rates beside two prices on one basis, the basis whose dates fit best; None where no basis has both."""
    best: tuple[int, Reading, Reading] | None = None
    for basis in ("gross", "basis not stated", "net"):
        one, two = beside(first, found, basis), beside(last, found, basis)
        if one is None or two is None or one == two or first.when is None or last.when is None:
            continue
        gap = apart(first.when.first, first.when.last, one.first, one.last)
        gap += apart(last.when.first, last.when.last, two.first, two.last)
        if best is None or gap < best[0]:
            best = (gap, one, two)
    return best[1:] if best else None


def priced_rounds(rows: Sequence[TapeRow], at: date) -> list[TapeRow]:
    """Priced rounds with a price, by date, up to a day; of one date the best supported last."""
    found = [
        (r.when.middle, -_support(r), r)
        for r in rows
        if r.type is PriceType.ROUND and r.price.value is not None and r.when and r.when.first <= at
    ]
    return [r for _, _, r in sorted(found, key=lambda one: one[:2])]


def _support(row: TapeRow) -> int:
    """Rank of who stands behind a price, the smaller the better; a row of the cap table alone counts as the company's."""
    named = [str(s) for s in Status]
    return named.index(row.status if row.status in named else str(Status.COMPANY))
