"""One company valued, with the arithmetic alive: multiples, pay-off, odds, what must be true."""

from __future__ import annotations

import math

from crossbearing.publish.valuation.tables import matrix
from crossbearing.publish.workbook.content import Export, sources_note
from crossbearing.publish.workbook.linking import Desk, Tie
from crossbearing.publish.workbook.live import Live, cell
from crossbearing.publish.workbook.records import Links
from crossbearing.publish.workbook.sheet import (
    BLUE,
    GREY,
    Cell,
    Chart,
    Line,
    Sheet,
    address,
    figure,
    format_of,
    live,
    text,
)
from crossbearing.publish.workbook.vehicle import vehicle_section
from crossbearing.value.implied import MustBeTrue
from crossbearing.value.ladder import Bar
from crossbearing.value.term import Term
from crossbearing.value.trade import TradeResult
from crossbearing.value.valuation import Valuation

MOST_NEEDS = 60


def value_sheet(content: Export, sheet: Sheet, links: Links, v: Valuation) -> list[Tie]:
    """A company's sheet; its calculated cells beside ours."""
    desk = Desk(content, sheet, links, v.entity)
    sheet.title(
        f"{v.entity}: value on {v.question.at}",
        "Blue: type your own. Green: from Claims or Assumptions. Black: arithmetic, alive. Purple: our estimate. "
        "Hover a cell for its sources. Kinds of price are never merged.",
    )
    given = _inputs(desk, v)
    prices = _tape(desk, v)
    revenues = _grid(desk, v, prices)
    now = revenues.get(v.readings.now.term.name) if v.readings.now else None
    outcomes = _trade(desk, v.trade, given) if v.trade else {}
    if v.entity in content.vehicles:
        vehicle_section(desk, content.vehicles[v.entity], given, outcomes)
    if v.implied:
        _implied(desk, v, given, now)
    _ladder(desk, v)
    _unknown(desk, v)
    sheet.frozen = (2, 1)
    sheet.fit(A=52, B=17, C=17, D=17, E=17, F=17, G=17, H=17, I=17, J=17, K=17, L=17)
    return desk.ties


def _inputs(desk: Desk, v: Valuation) -> dict[str, Live]:
    """What the user may turn: price paid, dilution, time, hurdle."""
    sheet, question = desk.sheet, v.question
    sheet.section("Inputs")
    given: dict[str, Live] = {}
    currency = v.currency
    price = _asked(v)
    rows: list[tuple[str, str, Term | None, str]] = [
        ("entry", "price paid, whole company", price, currency),
        ("hold", "hold, years", question.hold, "years"),
        ("hurdle", "return a year asked for", question.hurdle, "return"),
        ("years", "years until it must be true", question.years, "years"),
    ]
    for key, words, term, unit in rows:
        sheet.put(0, text(words))
        wanted = term or Term(key, words, unit, None, needs=(words,))
        given[key] = desk.place(1, wanted, words)
        sheet.put(2, text(wanted.label if wanted.value is not None else "empty: type it in column B"))
        sheet.row += 1
    judged = (
        ("dilution", "ipo_dilution_share", "dilution at the listing", "ratio"),
        ("bull", "ipo_bull", "better case at the listing", currency),
        ("earnings", "multiple.operating_profit", "price over operating profit at the end", "x"),
        ("market", "market_revenue_at_end", "revenue of the market at the end, a year", f"{currency}/yr"),
    )
    for key, name, words, unit in judged:
        sheet.put(0, text(words))
        given[key] = desk.judgment(1, name, words, unit)
        sheet.put(
            2, text(f"assumption {name}" if given[key].value is not None else f"empty: no assumption {name}")
        )
        sheet.row += 1
    return given


def _asked(v: Valuation) -> Term | None:
    """The price that what must be true starts from: as in the valuation."""
    if v.trade:
        return v.trade.trade.entry
    if not v.implied:
        return v.question.entry
    ids = {n.target.lineage.claims for n in v.implied}
    return next((r.price for r in v.newest if r.price.lineage.claims and r.price.lineage.claims in ids), None)


def _tape(desk: Desk, v: Valuation) -> dict[str, Live]:
    """Every price, by kind and date; where each stands."""
    sheet = desk.sheet
    sheet.section("Prices, by kind and date")
    sheet.heads(
        "kind", "date", "price", "low", "high", "pre or post", "class", "round", "size", "age, days", "stale", "claims"
    )  # fmt: skip
    places: dict[str, Live] = {}
    for row in v.tape:
        sheet.put(0, text(row.type))
        sheet.put(1, text(row.when or "undated"))
        if row.price.value is not None:
            places[row.id] = desk.place(2, row.price)
        else:
            sheet.put(2, text("unpriced"))
        for column, end in ((3, "low"), (4, "high")):
            stated = desk.links.ends.get((row.id, end))
            if stated is not None:
                sheet.put(column, live(stated, row.price.unit))
        sheet.put(5, text(row.valuation_basis))
        sheet.put(6, text(row.share_class))
        sheet.put(7, text(row.round))
        if row.size is not None and row.size.value is not None:
            desk.place(8, row.size)
        sheet.put(9, Cell(row.age_days, "text", "0") if row.age_days is not None else text("unknown"))
        sheet.put(10, text("stale" if row.stale else ""))
        sheet.put(11, text("; ".join(row.claims), note=sources_note(desk.content, row.claims)))
        sheet.row += 1
    return places


def _grid(desk: Desk, v: Valuation, prices: dict[str, Live]) -> dict[str, Live]:
    """Price over revenue, each cell a division; where each revenue figure stands."""
    sheet = desk.sheet
    rows, columns, cells = matrix(v)
    sheet.section(
        "Multiples: price over revenue",
        f"s: synthetic, price and revenue lie more than {v.question.tolerance} days apart. A run rate is spot, never forward revenue.",
    )
    sheet.heads("revenue", "figure", "low", "high", *(f"{r.type}, {r.when or 'undated'}" for r in rows))
    sheet.put(0, text("price"))
    for column, row in enumerate(rows, 4):
        sheet.put(column, live(prices[row.id], row.price.unit))
    sheet.row += 1
    places: dict[str, Live] = {}
    for reading in columns:
        sheet.put(0, text(reading.label))
        figure_at = places[reading.term.name] = desk.place(1, reading.term)
        for column, end in ((2, reading.term.low), (3, reading.term.high)):
            known = end is not None and math.isfinite(end) and not reading.term.rounding
            sheet.put(column, figure(end if known else None, reading.term.unit))
        for column, row in enumerate(rows, 4):
            found = cells.get((row.id, reading.term.name))
            if found is not None:
                sign = f'"{found.multiple.bound}"' if found.multiple.bound else ""
                form = f'{sign}0.0"x s"' if found.synthetic else f'{sign}0.0"x"'
                desk.result(column, prices[row.id] / figure_at, found.multiple, form)
        sheet.row += 1
    for note in v.readings.notes:
        sheet.line(Cell(f"No position: {note}.", "note"))
    return places


def _trade(desk: Desk, t: TradeResult, given: dict[str, Live]) -> dict[str, Live]:
    """Pay-off by outcome, two-point odds, break-even listing: a direct holding without fees; where each outcome stands."""
    sheet, entry = desk.sheet, given["entry"]
    sheet.section("Pay-off by outcome: a direct holding, before fees and tax")
    sheet.heads("outcome", "value", "undiluted", "diluted", "annualised")
    kept = 1 - given["dilution"]
    outcomes: dict[str, Live] = {}
    for p in t.pay_offs:
        sheet.put(0, text(p.outcome.label))
        out = outcomes[p.outcome.name] = (
            given["bull"] if p.outcome.name == "ipo_bull" else desk.place(1, p.outcome)
        )
        if p.outcome.name == "ipo_bull":
            sheet.put(1, live(out, p.outcome.unit))
        desk.result(2, out / entry - 1, p.undiluted)
        desk.result(3, out / entry * kept - 1, p.diluted)
        desk.result(4, (out / entry * kept) ** (1 / given["hold"]) - 1, p.annualised)
        sheet.row += 1
    sheet.section(
        "Probability of the better case that the price needs",
        "Two-point odds: only these two outcomes are possible; above 100 % cannot be reached.",
    )
    sheet.heads("against", "value", "zero, undiluted", "hurdle, undiluted", "zero, diluted", "hurdle a year, diluted", "better case at even odds")  # fmt: skip
    bull, hurdle = given["bull"], given["hurdle"]
    for o in t.odds:
        bear = outcomes.get(o.bear.name)
        if bear is None:
            continue
        sheet.put(0, text(o.bear.label))
        sheet.put(1, live(bear, o.bear.unit))
        gap = bull - bear
        needed = entry / kept
        desk.result(2, (entry - bear) / gap, o.zero_undiluted)
        desk.result(3, (entry * (1 + hurdle) - bear) / gap, o.hurdle_undiluted)
        desk.result(4, (needed - bear) / gap, o.zero)
        desk.result(5, (needed * (1 + hurdle) ** given["hold"] - bear) / gap, o.hurdle)
        desk.result(6, 2 * entry - bear, o.bull_at_even)
        sheet.row += 1
    sheet.section("Break-even listing")
    for term, value in (
        (t.break_even, entry / kept),
        (t.break_even_hurdle, entry * (1 + hurdle) ** given["hold"] / kept),
    ):
        sheet.put(0, text(term.label))
        desk.result(1, value, term)
        sheet.row += 1
    return outcomes


def _implied(desk: Desk, v: Valuation, given: dict[str, Live], now: Live | None) -> None:
    """What each exit multiple asks for: V (1 + h)^T / (1 - d) = run rate x multiple."""
    sheet = desk.sheet
    sheet.section(
        "What must be true",
        "value needed = price x (1 + hurdle)^years / (1 - dilution) = run rate x multiple",
    )
    if now is None and v.readings.now is not None:
        sheet.put(0, text(v.readings.now.label))
        now = desk.place(1, v.readings.now.term)
        sheet.row += 1
    sheet.heads("exit multiple", "multiple", "value needed", "run rate needed", "growth a year", "times now", "operating margin", "compute", "market share")  # fmt: skip
    for need in v.implied:
        _needed(desk, need, given, now)


def _needed(desk: Desk, need: MustBeTrue, given: dict[str, Live], now: Live | None) -> None:
    sheet = desk.sheet
    sheet.put(0, text(need.multiple.label))
    multiple = desk.place(1, need.multiple)
    target = desk.result(
        2, given["entry"] * (1 + given["hurdle"]) ** given["years"] / (1 - given["dilution"]), need.target
    )
    rate = desk.result(3, target / multiple, need.run_rate)
    if now is not None:
        desk.result(4, (rate / now) ** (1 / given["years"]) - 1, need.growth)
        desk.result(5, rate / now, need.times)
        power = _power(desk, need.power)
        if power is not None:
            desk.result(7, rate / (now / power), need.power)
    desk.result(6, multiple / given["earnings"], need.margin)
    desk.result(8, rate / given["market"], need.share)
    sheet.row += 1


def _power(desk: Desk, term: Term) -> Live | None:
    """The one claim of power online that sales a unit of power rest on."""
    found = [
        c
        for i in term.lineage.claims
        if (c := desk.content.by_id.get(i)) and c.metric == "compute.power_online"
    ]
    return desk.links.claims[found[0].id] if len(found) == 1 else None


def _ladder(desk: Desk, v: Valuation) -> None:
    """Prices side by side, lowest first, and the football field."""
    sheet = desk.sheet
    known = sorted((b for b in v.bars if b.term.value is not None), key=lambda b: b.term.value or 0.0)
    if not known:
        return
    sheet.section("Football field: prices and views side by side, kinds kept apart")
    top = sheet.heads("what", "low", "value", "high", "kind", "note", "bar from", "bar length")
    for bar in known:
        _bar(desk, bar)
    names = sheet.span(top + 1, sheet.row - 1, 0)
    lines = (
        Line("from", names, sheet.span(top + 1, sheet.row - 1, 6), GREY, "hidden"),
        Line("low to high", names, sheet.span(top + 1, sheet.row - 1, 7), BLUE),
    )
    form = format_of(max(b.term.value or 0.0 for b in known), v.currency)
    sheet.row += 1
    sheet.charts.append(Chart("bar", f"{v.entity}: prices and views", lines, f"A{sheet.row + 1}", form))
    sheet.row += 18


def _bar(desk: Desk, bar: Bar) -> None:
    """One price with its range; a price without one is drawn as a thin bar."""
    sheet, term = desk.sheet, bar.term
    span = term.interval if not term.rounding else None
    sheet.put(0, text(bar.label))
    value = desk.place(2, term)
    low, high = (cell(address(sheet.row, column), None) for column in (1, 3))
    if span is not None:
        low, high = (
            cell(sheet.put(column, figure(end, term.unit)), end)
            for column, end in ((1, span.low), (3, span.high))
        )
    sheet.put(4, text(bar.group))
    told = (
        bar.note,
        "stale" if bar.stale else "",
        "one end open" if term.bound else "",
        str(span.kind) if span else "",
    )
    sheet.put(5, text("; ".join(word for word in told if word)))
    begin, length = (low, high - low) if span is not None else (value * 0.996, value * 0.008)
    form = format_of(term.value or 0.0, term.unit)
    sheet.put(6, live(begin, term.unit, form=form))
    sheet.put(7, live(length, term.unit, form=form))
    sheet.row += 1


def _unknown(desk: Desk, v: Valuation) -> None:
    sheet = desk.sheet
    needs: dict[str, str] = {}
    for label, need in v.unknowns:
        needs.setdefault(need, label)
    if not needs:
        return
    sheet.section("Not computable: what is missing")
    sheet.heads("what", "needs")
    for need, label in list(needs.items())[:MOST_NEEDS]:
        sheet.line(text(label), text(need))
    if len(needs) > MOST_NEEDS:
        sheet.line(text(f"and {len(needs) - MOST_NEEDS} more: xb value lists them all"))
