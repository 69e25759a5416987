"""The first screen of the report: six sentences with numbers and no words of statistics."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from crossbearing.pipeline.contradiction import a_year, contradiction
from crossbearing.publish.report.sentence import Part, Sentence
from crossbearing.vocabulary.words import say, say_range

if TYPE_CHECKING:
    from crossbearing.check.unknown import Unknown
    from crossbearing.publish.report.content import Sales
    from crossbearing.value.entry import Odds
    from crossbearing.value.multiples import Cell
    from crossbearing.value.tape import TapeRow
    from crossbearing.value.term import Term
    from crossbearing.value.valuation import Valuation
    from crossbearing.vocabulary.book import Book
    from crossbearing.vocabulary.conflict import Conflict
    from crossbearing.vocabulary.series import Series


def sentences(
    book: Book,
    companies: Sequence[str],
    today: date,
    sales: Sequence[Sales],
    leads: dict[str, Any] | None,
    valuations: Sequence[Valuation],
    conflicts: Sequence[Conflict],
    unknowns: Sequence[Unknown],
) -> tuple[Sentence, ...]:
    """What a partner reads first: sales, who leads, the price, the odds, what moves it, what nobody knows.

    Args:
        book: Cut to the knowledge date and visibility.
        companies: The main companies, in order.
        today: Knowledge date.
        sales: One entry a company and basis.
        leads: Who leads, as the position answers it, or None where there are not two companies with one.
        valuations: The companies valued.
        conflicts: In the order of what they move.
        unknowns: What nobody says.
    """
    return (
        Sentence("Sales", _sales(companies, today, sales)),
        Sentence("Who leads", _leads(leads)),
        Sentence("Price", _price(valuations, today)),
        Sentence("Odds", _odds(book, valuations)),
        Sentence("What moves it", _moves(book, conflicts)),
        Sentence("Nobody says", _nobody(companies, unknowns)),
    )


def _sales(companies: Sequence[str], today: date, sales: Sequence[Sales]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for entity in companies:
        rows = [s for s in sales if s.entity == entity]
        said = [p for s in rows if (p := _estimate(s))] or [p for s in rows if (p := _stated(s))]
        if not said:
            parts += [Part(f"{'; ' if parts else ''}no claim gives the sales of {entity}")]
            continue
        parts.append(Part(f"{'; ' if parts else ''}{entity} sells at "))
        for n, (figure, words) in enumerate(said):
            parts += [Part(" and "), figure, Part(words)] if n else [figure, Part(words)]
        about = max((s.stated.about for s in rows if s.stated and s.stated.about), default=None)
        if about and about < today:
            days = (today - about).days
            parts.append(Part(f"; its newest claim is {days} day{'s' if days != 1 else ''} old"))
    return (*parts, Part(f". As known on {today.isoformat()}."))


def _estimate(sales: Sales) -> tuple[Part, str] | None:
    series = sales.series
    point = series.points[-1] if series and series.points else None
    if series is None or point is None or point.p50 is None:
        return None
    kind = "predictive" if point.kind == "forecast" else str(series.interval_kind)
    spread = say_range(point.p5, point.p95, series.unit)
    figure = Part(
        a_year(say(point.p50, series.unit)),
        series.lineage.claims,
        f"{sales.entity} run rate, {sales.basis}, our estimate",
        f"mean rate of the 28 days ending {point.at}; 90 % {kind} interval {spread}",
        series.lineage.assumptions,
    )
    return figure, f" {sales.basis} (90 % range {spread.replace('/yr', '')})"


def _stated(sales: Sales) -> tuple[Part, str] | None:
    stated = sales.stated
    if stated is None:
        return None
    basis = "on a basis nobody states" if sales.basis == "unspecified" else sales.basis
    text = say(stated.low, stated.unit)
    text = text if stated.low == stated.high else f"{text} to {say(stated.high, stated.unit)}"
    ids = tuple(c.id for c in stated.claims)
    return Part(a_year(text), ids, f"{sales.entity} run rate, {basis}, as stated"), f" {basis} as claimed"


def _leads(answer: dict[str, Any] | None) -> tuple[Part, ...]:
    if answer is None:
        return (Part("Not computable: it needs two companies with a position."),)
    known = [lead for lead in answer["leads"] if lead["probability"] is not None]
    lacking = [lead for lead in answer["leads"] if lead["probability"] is None]
    if not known:
        return (Part(f"Not identified: {lacking[0]['why']}."),)
    parts: list[Part] = []
    for n, lead in enumerate(known):
        ahead = lead["probability"] >= 0.5
        name = answer["first"] if ahead else answer["second"]
        chance = lead["probability"] if ahead else 1 - lead["probability"]
        words = {"as reported": "as each reports"}.get(lead["basis"], f"both counted {lead['basis']}")
        figure = Part(
            _in_100(chance),
            tuple(answer["claims"]),
            f"chance that {name} leads, {words}",
            "share of joint draws of both positions, mean rate of the 28 days",
            target="#timeline",
        )
        parts += [Part(f"{'; ' if n else ''}{words}, {name} leads (chance "), figure, Part(")")]
    parts += [
        Part(f"; who leads with both counted {lead['basis']} cannot be said: {_plain(lead['why'])}")
        for lead in lacking
    ]
    flips = known[0]["haircut"]
    if flips is not None and 0 < flips["p50"] < 1:
        leader = answer["first"] if known[0]["probability"] >= 0.5 else answer["second"]
        parts += [Part(". The lead flips if "), _haircut(flips, answer, leader)]
        parts.append(Part(f" of what {leader} reports is not its own"))
    first, *rest = parts
    return (Part(first.text[:1].upper() + first.text[1:]), *rest, Part("."))


def _plain(why: str) -> str:
    """Why a lead is not known, without the word of the method."""
    told = re.fullmatch(r"net over gross of (?P<who>.+) is not identified", why)
    return f"no claim tells what partners keep of the sales of {told['who']}" if told else why


def _haircut(flips: dict[str, float], answer: dict[str, Any], leader: str) -> Part:
    """The part of the leader's sales that would have to go, with its range a click away."""
    spread = say_range(flips["p5"], flips["p95"], "ratio", 2)
    return Part(
        say(flips["p50"], "ratio", 2),
        tuple(answer["claims"]),
        f"part of the sales of {leader} at which the lead flips, as each reports",
        f"1 - smaller / larger, by draw; 90 % {answer['interval_kind']} interval {spread}",
    )


def _in_100(chance: float) -> str:
    """`84 in 100`, never more certain than the computation."""
    if chance > 0.99:
        return "over 99 in 100"
    return f"{round(100 * chance)} in 100"


def _price(valuations: Sequence[Valuation], today: date) -> tuple[Part, ...]:
    parts: list[Part] = []
    for value in valuations:
        row = _asked(value) or _paid(value)
        if row is None or row.price.value is None:
            continue
        parts.append(Part(f"{'; ' if parts else ''}{value.entity} at "))
        parts += [_term(row.price), Part(f" ({row.type}, {row.when or 'undated'})")]
        cells = _spot(value, row)
        for n, cell in enumerate(cells):
            basis = "".join(f" {b}" for b in ("gross", "net") if b in cell.reading)
            then = (
                f" of {cell.revenue_last.isoformat()}"
                if "position" in cell.reading and cell.revenue_last != today
                else ""
            )
            parts += [
                Part(" and " if n else " costs "),
                _term(cell.multiple),
                Part(f" its{basis} run rate{then}"),
            ]
        last = _paid(value)
        if last is not None and last is not row:
            parts += [Part(", the last price paid being "), _term(last.price), Part(f" on {last.when}")]
    return (*parts, Part(".")) if parts else (Part("No price is claimed."),)


def _asked(value: Valuation) -> TapeRow | None:
    entry = value.question.entry
    if entry is None:
        return None
    return next((r for r in value.newest if r.price.lineage.claims == entry.lineage.claims), None)


def _paid(value: Valuation) -> TapeRow | None:
    """The newest price that was paid, with a figure."""
    paid = [r for r in value.newest if r.type.is_paid and r.price.value is not None]
    return max(paid, key=lambda r: r.when.last if r.when else date.min, default=None)


def _spot(value: Valuation, row: TapeRow) -> list[Cell]:
    """Multiples of one price on run rates of about its own day: of the position where there is one, else as claimed."""
    spot = [c for c in value.cells if c.price == row.id and c.is_spot and not c.synthetic]
    ours = [c for c in spot if "position" in c.reading] or [c for c in value.own if c.price == row.id]
    if ours:
        return ours[:2]
    newest = sorted(spot, key=lambda c: (c.revenue_last, c.reading), reverse=True)
    chosen: dict[str, Cell] = {}
    for cell in newest:
        chosen.setdefault("net" if "net" in cell.reading else "other", cell)
    return list(chosen.values())


def _term(term: Term) -> Part:
    return Part(
        a_year(term.text),
        term.lineage.claims,
        term.label,
        term.formula or "as stated",
        term.lineage.assumptions,
    )


def _odds(book: Book, valuations: Sequence[Valuation]) -> tuple[Part, ...]:
    for value in valuations:
        trade = value.trade
        if trade is None or trade.break_even.value is None:
            continue
        parts = [
            Part(
                f"Whoever pays {a_year(trade.trade.entry.text)} for {value.entity} gets the money back from a listing at "
            ),
            _term(trade.break_even),
        ]
        reachable = [o for o in trade.odds if o.zero.value is not None]
        if reachable:
            one = max(reachable, key=lambda o: o.zero.value or 0.0)
            parts += _needed(one)
        given = _given(book, value.entity, trade.break_even.value)
        if given:
            parts += [Part("; the judgments in this book give a listing that high "), given]
        return (*parts, Part("."))
    return (Part("Not computable: it needs a price in talks and two outcomes to set against it."),)


def _needed(odds: Odds) -> list[Part]:
    """The chance the better of two outcomes must have; or that even its certainty does not do."""
    if (odds.zero.value or 0.0) > 1:
        return [Part(f"; a listing at {odds.bull.text} would not do even if it were certain")]
    pair = f"; if {odds.bull.text} and {odds.bear.text} were the only outcomes, the higher would need a chance of "
    return [Part(pair), _chance(odds.zero)]


def _chance(term: Term) -> Part:
    text = _in_100(term.value or 0.0)
    return Part(text, term.lineage.claims, term.label, term.formula, term.lineage.assumptions, "#value")


def _given(book: Book, entity: str, least: float) -> Part | None:
    """Chance the book's assumptions give a listing at a value or above: the middles of `odds.SCENARIO`, made to add up."""
    odds = {a.name.removeprefix("odds."): a for a in book.assumptions if a.name.startswith("odds.")}
    weights: list[tuple[float, float, str]] = []
    for scenario in book.scenarios:
        listed = [s for s in scenario.shocks if s.get("kind") == "listing" and s.get("entity") == entity]
        if scenario.name in odds and listed:
            weights.append(
                (_money(listed[0].get("value")), odds[scenario.name].judgment.centre, scenario.name)
            )
    total = sum(w for _, w, _ in weights)
    if total <= 0:
        return None
    chance = sum(w for v, w, _ in weights if v >= least) / total
    names = tuple(f"odds.{name}" for _, _, name in weights)
    formula = "middles of the judged odds of each listing value at or above it, over their sum"
    return Part(_in_100(chance), (), f"odds of a listing of {entity}", formula, names)


def _money(cell: Any) -> float:
    from crossbearing.vocabulary.quantity import parse_quantity
    from crossbearing.vocabulary.unit import parse_unit

    return parse_quantity(str(cell), parse_unit("USD")).value


def _moves(book: Book, conflicts: Sequence[Conflict]) -> tuple[Part, ...]:
    if not conflicts:
        return (Part("The claims of this book do not contradict each other."),)
    parts: list[Part] = [
        Part(
            "Two conflicts matter most for these figures: "
            if len(conflicts) > 1
            else "One conflict matters for these figures: "
        )
    ]
    for n, conflict in enumerate(conflicts[:2]):
        parts += [Part("; and ")] if n else []
        words = contradiction(book, conflict)
        target = f"#conflict-{conflict.id}"
        parts.append(Part(words, conflict.claims, conflict.what, conflict.why, target=target))
    return (*parts, Part("."))


def _nobody(companies: Sequence[str], unknowns: Iterable[Unknown]) -> tuple[Part, ...]:
    lists = {e: [u for u in unknowns if u.entity == e][:2] for e in companies}
    parts: list[Part] = []
    for entity, found in lists.items():
        for n, unknown in enumerate(found):
            opening = " or " if n else f"{'; of ' if parts else 'Of '}{entity}, "
            figure = Part(
                _missing(unknown), unknown.claims, f"{entity}: {unknown.label}", unknown.why, (), "#unknown"
            )
            parts += [Part(opening), figure, Part(f" (ask {unknown.ask})")]
    return (*parts, Part(".")) if parts else (Part("Nothing on our list is missing."),)


def _missing(unknown: Unknown) -> str:
    """What is missing; where only forecasts or old figures exist, that it is missing as a fact, and since when."""
    words = unknown.label.lower()
    return f"{words} as a fact after {unknown.last.isoformat()}" if unknown.last else words


SEEN = 0.05  # logs: a move below it is within what figures are printed to


def by_effect(conflicts: Iterable[Conflict], series: Iterable[Series]) -> tuple[Conflict, ...]:
    """Conflicts ordered by what they move: the largest influence of a claim in them on a position, times their size.

    The size is in logs and counts as a doubling at most: further out a claim is doubted and no longer moves in proportion.
    Those that move nothing a reader would see keep their order behind the others.
    """
    pull: dict[str, float] = {}
    for one in series:
        for claim in one.claims:
            if claim.influence is not None:
                pull[claim.id] = max(pull.get(claim.id, 0.0), abs(claim.influence))

    def effect(conflict: Conflict) -> float:
        size = math.log(2.0) if math.isnan(conflict.size) else math.log1p(min(conflict.size, 1.0))
        moved = max((pull.get(i, 0.0) for i in conflict.claims), default=0.0) * size
        return moved if moved >= SEEN else 0.0

    return tuple(sorted(conflicts, key=lambda k: -effect(k)))
