"""Companies side by side at one date, on one basis and definition; what does not compare says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from crossbearing.problems import Refusal
from crossbearing.value.alike import Found, alike, by_definition
from crossbearing.value.money import in_one_currency
from crossbearing.value.multiples import multiple
from crossbearing.value.readings import beside, priced_rounds
from crossbearing.value.sales import (
    Reading,
    SalesAt,
    apart,
    carried_net,
    newest_run_rate,
    no_position,
    position_run_rate,
    run_rates,
)
from crossbearing.value.tape import tape
from crossbearing.value.term import Term, combine, missing, same_currency
from crossbearing.vocabulary.book import Book

STATED = (
    ("revenue.recognised", "recognised revenue"),
    ("margin.gross", "gross margin"),
    ("margin.operating", "operating margin"),
    ("profit.operating", "operating profit"),
    ("customers.million_dollar", "customers above a million dollars a year"),
    ("customers.count", "business customers"),
    ("users.mau", "monthly users"),
    ("users.wau", "weekly users"),
    ("compute.power_online", "compute online"),
    ("headcount", "headcount"),
    ("revenue.market_share", "share of the market"),
    ("adoption.business_share", "businesses that pay"),
)
BASES = ("gross", "net")
NEAR_DAYS = 92
RATE_DAYS = 31


@dataclass(frozen=True, slots=True)
class Side:
    """One company's cell.

    Attributes:
        entity: The company.
        term: The figure; not computable, with what it needs, where the book lacks it.
        when: Its date or period.
        definition: How it is measured, in words.
        days: First and last day it is about.
        flaw: Why the figure itself does not compare with any other.
    """

    entity: str
    term: Term
    when: str = ""
    definition: str = ""
    days: tuple[date, date] | None = None
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the comparison.

    Attributes:
        label: The quantity, with its basis.
        sides: One a company, in the order asked for.
        ratio: First over second, where two companies compare.
        why_not: Why the row does not compare; empty where it does.
    """

    label: str
    sides: tuple[Side, ...]
    ratio: Term | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table.

    Attributes:
        entities: Companies, in order.
        at: The date.
        lines: Rows.
    """

    entities: tuple[str, ...]
    at: date
    lines: tuple[Line, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every number, once."""
        found = [
            t for line in self.lines for t in (*(s.term for s in line.sides), line.ratio) if t is not None
        ]
        return tuple({t.name: t for t in found}.values())


def compare(
    book: Book, entities: Sequence[str], at: date, sales: SalesAt = no_position, seed: int = 0
) -> Comparison:
    """Companies side by side.

    Args:
        book: Cut to the knowledge date and visibility.
        entities: Canonical names, two or more.
        at: The date.
        sales: The position's revenue, or `no_position`: then the newest claims stand, with their own dates.
        seed: Seed of the random numbers.
    """
    for entity in entities:
        book, _ = in_one_currency(book, entity)
    sides = _Sides(book, tuple(entities), at, sales, seed)
    lines = [sides.line(f"run rate, {b}", partial(sides.run_rate, basis=b), RATE_DAYS) for b in BASES]
    lines.append(sides.line("run rate, as each states it", sides.as_stated, RATE_DAYS))
    lines += [
        sides.line(f"growth of the run rate a year, {b}", partial(sides.growth, basis=b)) for b in BASES
    ]
    lines += [sides.claimed(metric, label) for metric, label in STATED]
    for basis in BASES:
        lines += [
            sides.line(
                f"sales a unit of power, {basis}",
                partial(sides.per, basis=basis, metric="compute.power_online"),
            ),
            sides.line(f"sales a head, {basis}", partial(sides.per, basis=basis, metric="headcount")),
            sides.line(
                f"sales a user and month, {basis}", partial(sides.per, basis=basis, metric="users.mau")
            ),
            sides.line(f"last priced round over run rate, {basis}", partial(sides.multiple, basis=basis)),
        ]
    lines.append(sides.line("last priced round", sides.price))
    return Comparison(tuple(entities), at, tuple(lines))


@dataclass(frozen=True, slots=True)
class _Sides:
    """What each company's cell is read from."""

    book: Book
    entities: tuple[str, ...]
    at: date
    sales: SalesAt
    seed: int

    def line(self, label: str, read: Callable[[str], Side], tolerance: int = NEAR_DAYS) -> Line:
        """A row of figures that are alike by construction; dates too far apart and open needs say why not."""
        return _judged(label, tuple(read(e) for e in self.entities), tolerance=tolerance)

    def claimed(self, metric: str, label: str) -> Line:
        """A row of one metric on a shared definition."""
        found, why = alike([by_definition(self.book, e, metric, self.at) for e in self.entities])
        sides = tuple(self._side(e, metric, f) for e, f in zip(self.entities, found, strict=True))
        shared = {s.definition for s in sides if s.term.value is not None}
        words = f"{label}, {shared.pop()}" if len(shared) == 1 and "" not in shared else label
        return _judged(words, sides, why)

    def _side(self, entity: str, metric: str, found: Found | None) -> Side:
        if found is None:
            return Side(
                entity,
                missing(f"{entity}.{metric}", f"{entity} {metric}", "", f"a claim of {metric} for {entity}"),
            )
        return Side(entity, found.term, found.when, found.definition, (found.first, found.last))

    def reading(self, entity: str, basis: str) -> Reading | None:
        """Run rate on a basis at the date: the position's, else the newest claim, else net carried forward."""
        found = position_run_rate(self.sales, entity, basis, self.at, self.seed)
        if found is None:
            carried = carried_net(self.book, entity, self.at) if basis == "net" else None
            found = carried or newest_run_rate(self.book, entity, self.at, basis)
        return found

    def run_rate(self, entity: str, basis: str) -> Side:
        """The run rate on a basis."""
        found = self.reading(entity, basis)
        return self._absent(entity, basis) if found is None else _read(entity, found)

    def _absent(self, entity: str, basis: str) -> Side:
        need = f"a {basis} run rate of {entity}"
        return Side(entity, missing(f"{entity}.run_rate.{basis}", f"{entity} run rate, {basis}", "", need))

    def as_stated(self, entity: str) -> Side:
        """The newest run rate on whatever basis it is stated."""
        found = newest_run_rate(self.book, entity, self.at)
        if found is None:
            return self._absent(entity, "stated")
        return replace(_read(entity, found), definition=found.basis)

    def growth(self, entity: str, basis: str) -> Side:
        """Growth a year on one basis, from about a year before: between half a year and eighteen months."""
        now = self.reading(entity, basis)
        before = self._year_before(entity, basis, now) if now else None
        name, label = f"{entity}.growth.{basis}", f"{entity} growth of the run rate a year, {basis}"
        if now is None or before is None:
            return Side(
                entity,
                missing(name, label, "return", f"two {basis} run rates of {entity} about a year apart"),
            )
        years = (now.last - before.last).days / 365.25
        term = combine(
            name,
            label,
            "return",
            "(R1 / R0) ** (1 / years) - 1",
            lambda b, n: (n / b) ** (1 / years) - 1,
            before.term,
            now.term,
            decimals=0,
        )
        return Side(entity, term, f"{before.last} to {now.last}", basis)

    def _year_before(self, entity: str, basis: str, now: Reading) -> Reading | None:
        if now.position:
            return position_run_rate(self.sales, entity, basis, self.at - timedelta(days=365), self.seed)
        found = [
            r
            for r in run_rates(self.book, entity, self.at)
            if r.basis == basis and 182 <= (now.last - r.last).days <= 548
        ]
        return min(found, key=lambda r: abs((now.last - r.last).days - 365), default=None)

    def per(self, entity: str, basis: str, metric: str) -> Side:
        """Run rate over a claimed count or power, both of about one date; a month's part for users."""
        found = list(by_definition(self.book, entity, metric, self.at).values())
        name, label = f"{entity}.run_rate_per.{metric}.{basis}", f"{entity} run rate, {basis}, per {metric}"
        if not found:
            return Side(entity, missing(name, label, "", f"a claim of {metric} for {entity}"))
        base = max(found, key=lambda f: ("scope" not in f.definition, f.last, f.term.name))
        rate = self._near(entity, basis, base)
        if rate is None:
            return Side(entity, missing(name, label, "", f"a {basis} run rate of {entity} near {base.when}"))
        tail = {"compute.power_online": "W/yr", "headcount": "head/yr"}.get(metric, "user/month")
        unit = f"{rate.term.unit.partition('/')[0]}/{tail}"
        months = 12.0 if metric.startswith("users.") else 1.0
        how = f"run rate / {metric}" + (" / 12" if months == 12.0 else "")
        term = combine(
            name, f"{label}, {base.when}", unit, how, lambda r, n: r / n / months, rate.term, base.term
        )
        return Side(entity, term, f"{_days(rate)} over {base.when}", base.definition)

    def _near(self, entity: str, basis: str, base: Found) -> Reading | None:
        """The run rate on a basis nearest in time to another figure; None where none lies near."""
        middle = base.first + (base.last - base.first) / 2
        found = position_run_rate(self.sales, entity, basis, min(middle, self.at), self.seed)
        if found:
            return found
        stated = [r for r in run_rates(self.book, entity, self.at) if r.basis == basis]
        best = min(
            stated,
            key=lambda r: (apart(r.first, r.last, base.first, base.last), -r.last.toordinal()),
            default=None,
        )
        return best if best and apart(best.first, best.last, base.first, base.last) <= NEAR_DAYS else None

    def price(self, entity: str) -> Side:
        """The last priced round."""
        rounds = priced_rounds(tape(self.book, entity, self.at), self.at)
        if not rounds:
            return Side(
                entity,
                missing(f"{entity}.price", f"{entity} last priced round", "", f"a priced round of {entity}"),
            )
        return Side(entity, rounds[-1].price, str(rounds[-1].when), rounds[-1].valuation_basis)

    def multiple(self, entity: str, basis: str) -> Side:
        """The last priced round over the run rate of its own date."""
        rounds = priced_rounds(tape(self.book, entity, self.at), self.at)
        name, label = f"{entity}.multiple.{basis}", f"{entity} last round over run rate, {basis}"
        if not rounds or rounds[-1].when is None:
            return Side(entity, missing(name, label, "x", f"a priced round of {entity}"))
        row = rounds[-1]
        near = position_run_rate(self.sales, entity, basis, rounds[-1].when.middle, self.seed)
        near = near or beside(row, run_rates(self.book, entity, self.at), basis)
        if near is None:
            return Side(entity, missing(name, label, "x", f"a {basis} run rate of {entity}"))
        cell = multiple(row, near)
        flaw = f"synthetic, {cell.gap_days} days between price and revenue" if cell.synthetic else ""
        return Side(entity, cell.multiple, f"{cell.price_date} over {cell.revenue_date}", flaw=flaw)


def _read(entity: str, reading: Reading) -> Side:
    _, _, rest = reading.label.partition(",")
    words = ", ".join(t for t in (_days(reading), rest.strip() if "carried" in rest else "") if t)
    return Side(
        entity, reading.term, words, "position" if reading.position else "", (reading.first, reading.last)
    )


def _days(reading: Reading) -> str:
    return reading.last.isoformat() if reading.first == reading.last else f"{reading.first}~{reading.last}"


def _judged(label: str, sides: tuple[Side, ...], why: str = "", *, tolerance: int = NEAR_DAYS) -> Line:
    """A row with its reason, and the ratio of the first to the second where two compare."""
    why = _reason(sides, tolerance) or why
    if why or len(sides) != 2:
        return Line(label, sides, None, why)
    one, two = sides
    try:
        same_currency(one.term, two.term)
    except Refusal as refused:
        return Line(label, sides, None, f"{refused.what}: {refused.why}")
    if (
        not one.term.value
        or not two.term.value
        or one.term.value < 0
        or two.term.value < 0
        or one.term.unit == "return"
    ):
        return Line(label, sides)
    ratio = combine(
        f"ratio.{one.term.name}.{two.term.name}",
        f"{label}: {one.entity} over {two.entity}",
        "x",
        "first / second",
        lambda a, b: a / b,
        one.term,
        two.term,
        decimals=2,
    )
    return Line(label, sides, ratio)


def _reason(sides: tuple[Side, ...], tolerance: int) -> str:
    """Why figures do not compare: one is absent, flawed, measured in another way, or of another time."""
    absent = [need for s in sides for need in s.term.needs]
    if absent:
        return "; ".join(f"needs {need}" for need in absent)
    flaws = [f"{s.entity}: {s.flaw}" for s in sides if s.flaw]
    if flaws:
        return "; ".join(flaws)
    if len({s.definition for s in sides}) > 1:
        return "definitions differ: " + " against ".join(
            f"{s.entity}: {s.definition or 'not stated'}" for s in sides
        )
    days = [s.days for s in sides if s.days]
    gap = max((apart(*a, *b) for a in days for b in days), default=0)
    return f"dates lie {gap} days apart" if gap > tolerance else ""
