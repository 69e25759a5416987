"""A valuation as tables of words, section by section, and as one list of figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crossbearing.value.entry import TWO_POINT, PayOff
from crossbearing.value.ladder import base_of
from crossbearing.value.multiples import Cell
from crossbearing.value.readings import BASES
from crossbearing.value.sales import Reading
from crossbearing.value.tape import TapeRow
from crossbearing.value.term import Term
from crossbearing.value.trade import TradeResult
from crossbearing.value.valuation import Valuation
from crossbearing.value.wording import show

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled table.

    Attributes:
        title: What it shows.
        rows: Dictionaries with the same keys.
        notes: What a reader must know, one line each.
    """

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def words(term: Term | None) -> str:
    """A figure with its interval in brackets, unless it is only the rounding of printed figures."""
    if term is None:
        return "–"
    span = term.interval
    if term.value is None or span is None or term.rounding or span.width == 0:
        return term.text
    low, high = show(span.low, term.unit, term.decimals), show(span.high, term.unit, term.decimals)
    return term.text if low == high else f"{term.text} [{low} to {high}]"


def sections(v: Valuation) -> Iterator[Section]:
    """Every section that has something to show, in reading order."""
    yield _tape(v)
    yield _grid(v)
    yield _ladder(v)
    yield _growth(v)
    yield _labels(v)
    yield _secondary(v)
    if v.trade:
        yield from _trade(v.trade)
    yield _listing(v)
    yield _shared(v)
    yield _implied(v)
    yield _market(v)
    yield _assumptions(v)
    yield _unknown(v)


def _tape(v: Valuation) -> Section:
    rows = tuple(
        {
            "kind": str(r.type),
            "date": str(r.when or "undated"),
            "price": r.price.text if r.price.value is not None else "unpriced",
            "terms": f"{r.valuation_basis if r.valuation_basis in ('pre', 'post') else 'pre/post not stated'}",
            "class": r.share_class,
            "diluted": r.fully_diluted,
            "round": r.round,
            "size": r.size.text if r.size else "not stated",
            "age": f"{r.age_days} d{', stale' if r.stale else ''}" if r.age_days is not None else "unknown",
            "claims": shortened(r.claims),
        }
        for r in v.tape
    )
    return Section("Valuation tape: kinds of price are never merged", rows)


def shortened(ids: Sequence[str], most: int = 3) -> str:
    """A few ids and how many more."""
    more = f" +{len(ids) - most}" if len(ids) > most else ""
    return "; ".join(ids[:most]) + more


def matrix(v: Valuation) -> tuple[tuple[TapeRow, ...], tuple[Reading, ...], dict[tuple[str, str], Cell]]:
    """The grid as rows, columns and cells by (price, name of the revenue): two forecasts of a year are two columns."""
    columns = tuple(r for r in v.readings.shown if r.term.value is not None)
    by_name = {c.multiple.name: c for c in v.cells}
    keys = {(p.id, r.term.name): f"multiple.{p.id}.{r.term.name}" for p in v.newest for r in columns}
    return v.newest, columns, {key: by_name[name] for key, name in keys.items() if name in by_name}


def _grid(v: Valuation) -> Section:
    prices, columns, cells = matrix(v)
    rows = []
    for column in columns:
        row: Row = {"revenue": column.label, "figure": words(column.term)}
        for price in prices:
            cell = cells.get((price.id, column.term.name))
            row[_head(price)] = f"{words(cell.multiple)}{' s' if cell.synthetic else ''}" if cell else "–"
        rows.append(row)
    rows += _own_rows(v, prices)
    notes = (
        f"s: synthetic, price and revenue lie more than {v.question.tolerance} days apart.",
        "A run rate is spot, never forward revenue; forward is the next twelve months or a forecast year.",
        "On the position a multiple is the median of per-draw ratios; on claims the range is what the claims span.",
    )
    absent = tuple(f"No position: {why}." for why in v.readings.notes)
    return Section(
        "Multiples: price over revenue, by kind and date of revenue", tuple(rows), (*notes, *absent)
    )


def _ladder(v: Valuation) -> Section:
    """Prices from the lowest up, each against the entry, or against the last priced round without one."""
    order = sorted((b for b in v.bars if b.term.value is not None), key=lambda b: b.term.value or 0.0)
    base = base_of(v.bars)
    rows = tuple(
        {
            "price": words(b.term),
            "what": b.label,
            "kind": b.group,
            "against": ratio.text if (ratio := v.rung(b)) else "",
            "note": "; ".join(t for t in (b.note, "stale" if b.stale else "") if t),
        }
        for b in order
    )
    note = f"against: {base.label}" if base else ""
    return Section("Ladder of prices, kinds side by side", rows, (note,) if note else ())


def _head(price: TapeRow) -> str:
    return f"{price.price.text} {price.type} {price.when or ''}".strip()


def _own_rows(v: Valuation, prices: Sequence[TapeRow]) -> list[Row]:
    """One row a basis: each price over the position's run rate of its own day."""
    rows = []
    for basis in BASES:
        found = {c.price: c for c in v.own if f"position, {basis}," in c.reading}
        if found:
            label = f"run rate, position, {basis}, on each price's own day"
            cells = {_head(p): words(found[p.id].multiple) if p.id in found else "–" for p in prices}
            rows.append({"revenue": label, "figure": "", **cells})
    return rows


def _growth(v: Valuation) -> Section:
    by_id = {r.id: r for r in v.tape}
    rows = tuple(
        {
            "from": f"{by_id[s.start.price].price.text} {s.start.price_date} over {s.start.reading}",
            "to": f"{by_id[s.end.price].price.text} {s.end.price_date} over {s.end.reading}",
            "multiples": f"{s.start.multiple.text} to {s.end.multiple.text}",
            "split": s.sentence,
        }
        for s in v.splits
    )
    return Section("Growth of value between rounds: revenue and multiple", rows)


def _labels(v: Valuation) -> Section:
    rows = tuple(
        {
            "claim": r.claim,
            "stated": r.stated,
            "recomputed": r.recomputed.multiple.text if r.recomputed and r.fits else "–",
            "is": r.recomputed.label if r.recomputed and r.fits else "–",
            "verdict": r.verdict,
        }
        for r in v.relabelled
    )
    return Section("Multiples as claimed, recomputed and labelled", rows)


def _secondary(v: Valuation) -> Section:
    panel = v.secondary
    by_id = {r.id: r for r in v.tape}
    rows: list[Row] = [
        {
            "what": f"{by_id[p.price].price.text} {by_id[p.price].label}",
            "against": f"{by_id[p.reference].price.text} {by_id[p.reference].label}",
            "figure": words(p.premium),
            "note": p.note,
        }
        for p in panel.premiums
    ]
    rows += [
        {"what": t.label, "against": "", "figure": words(t), "note": t.formula}
        for t in (panel.last_trade_days, panel.spread, panel.imbalance, *panel.scarcity)
    ]
    return Section("Secondary market: premium or discount, depth, scarcity", tuple(rows), panel.warnings)


def _trade(t: TradeResult) -> Iterator[Section]:
    costs = tuple({"step": rung.label, "price": words(rung), "how": rung.formula} for rung in t.stack)
    share = (
        {
            "step": "effective price of one underlying share",
            "price": words(t.per_share),
            "how": t.per_share.formula,
        },
    )
    yield Section(f"The trade: {t.trade.structure.name}, from headline to effective price", costs + share)
    rows = tuple(pay_off_row(p) for p in (*t.pay_offs, *t.listing_day))
    note = f"Dilution {words(t.trade.dilution)}; hold {words(t.trade.hold)}."
    yield Section("Pay-off by outcome", rows, (note,))
    chances = tuple(
        {
            "against": f"{o.bear.label} {o.bear.text}",
            "zero return, undiluted": words(o.zero_undiluted),
            f"{t.trade.hurdle.text}, undiluted": words(o.hurdle_undiluted),
            "zero return, after all": words(o.zero),
            f"{t.trade.hurdle.text} a year, after all": words(o.hurdle),
            "bull at even odds": words(o.bull_at_even),
        }
        for o in t.odds
    )
    notes = (
        f"{TWO_POINT}; above 100% cannot be reached. The odds of simulated paths belong to the outlook.",
    )
    yield Section("Probability of the bull case that the price needs (two-point)", chances, notes)
    ends = (t.break_even, t.break_even_hurdle, t.break_even_share)
    yield Section("Break-even listing", tuple({"what": e.label, "figure": words(e)} for e in ends))


def pay_off_row(p: PayOff) -> Row:
    """One outcome of the pay-off table."""
    return {
        "outcome": f"{p.outcome.label} {p.outcome.text}",
        "undiluted": words(p.undiluted),
        "diluted": words(p.diluted),
        "after fees and carry": words(p.net),
        "with transfer risk": words(p.expected),
        "annualised": words(p.annualised),
    }


def _listing(v: Valuation) -> Section:
    rows: list[Row] = [
        {"what": t.label, "figure": words(t), "how": t.formula} for t in (*v.inversion, *v.restated)
    ]
    if v.listing:
        offer = v.listing
        terms = (*offer.values, offer.float_share, offer.dilution)
        rows += [{"what": t.label, "figure": words(t), "how": t.formula} for t in terms]
        rows += [
            {
                "what": f"{r.day}: {r.who}, {r.shares.text} shares released",
                "figure": f"{words(r.saleable)} saleable",
                "how": f"{words(r.times_float)} the first float",
            }
            for r in offer.releases
        ]
    return Section(
        "Listing: expected value against the last round, net presentation, float and lock-ups", tuple(rows)
    )


def _shared(v: Valuation) -> Section:
    rows = tuple(
        {
            "exit": f"{s.outcome.label} {s.outcome.text}",
            "route": s.route,
            "class": name,
            "gets": words(total),
            "a share": words(each) if each is not total else "",
        }
        for s in v.shared
        for name, total, each in s.classes
    )
    if v.shared and all(total.value is None for s in v.shared for _, total, _ in s.classes):
        needs = v.shared[0].classes[0][1].needs
        return Section("Who gets what, by class", (), (f"not computable: needs {shortened(needs, 6)}",))
    return Section("Who gets what, by class", rows)


def _implied(v: Valuation) -> Section:
    rows = tuple(
        {
            "exit multiple": need.multiple.text,
            "value needed": words(need.target),
            "run rate needed": words(need.run_rate),
            "growth a year": words(need.growth),
            "times now": words(need.times),
            "operating margin": words(need.margin),
            "compute": words(need.power),
            "market share": words(need.share),
        }
        for need in v.implied
    )
    question = v.question
    note = (
        f"{words(question.hurdle)} a year over {words(question.years)}, from {v.implied[0].target.formula}."
        if v.implied
        else ""
    )
    repeated = tuple(f"{t.label}: {words(t)}" for t in v.repeated)
    return Section("What must be true", rows, (*((note,) if note else ()), *repeated))


def _market(v: Valuation) -> Section:
    rows = tuple(
        {"what": t.label, "figure": words(t), "how": t.formula}
        for t in (*v.market.triangle, *v.market.addressable)
    )
    return Section("Markets: what claimed shares would imply", rows)


def _assumptions(v: Valuation) -> Section:
    rows: list[Row] = [
        {
            "name": a.name,
            "value": a.judgment.text,
            "unit": a.unit,
            "author": a.author,
            "date": a.dated,
            "reason": a.reason,
        }
        for a in v.assumptions
    ]
    known = {a.name for a in v.assumptions}
    given = sorted({n for t in v.terms for n in t.lineage.assumptions} - known)
    rows += [_given(n) for n in given]
    return Section("Assumptions used: judgments, not claims", tuple(rows))


def _given(name: str) -> Row:
    """A judgment that is no row of the book: an option, a figure of a file of terms, a row of the cap table."""
    if name.startswith("captable "):
        where = "the book's cap table"
    elif name.startswith("option ") or ".toml " in name or ".csv line " in name:
        where = "given with the command"
    else:
        where = "of the position"
    return {"name": name, "value": "", "unit": "", "author": "", "date": "", "reason": where}


def _unknown(v: Valuation) -> Section:
    by_need: dict[str, list[str]] = {}
    for label, needs in v.unknowns:
        by_need.setdefault(needs, []).append(label)
    rows = tuple({"needs": needs, "for": shortened(labels, 2)} for needs, labels in sorted(by_need.items()))
    return Section("Not computable", rows)


def figure_rows(terms: Iterable[Term], entity: str) -> list[Row]:
    """Every figure as a flat row for CSV and JSON."""
    slug = entity.casefold().replace(" ", "_")
    rows = []
    for term in terms:
        f = term.figure(f"{slug}.value.")
        rows.append(
            {
                "id": f.id,
                "label": f.label,
                "value": f.value,
                "low": f.interval.low if f.interval else None,
                "high": f.interval.high if f.interval else None,
                "interval_kind": str(f.interval.kind) if f.interval else None,
                "level": f.interval.level if f.interval else None,
                "bound": term.bound,
                "unit": f.unit,
                "text": f.text,
                "formula": f.formula,
                "claims": list(f.lineage.claims),
                "assumptions": list(f.lineage.assumptions),
                "visibility": str(f.lineage.visibility),
                "needs": f.needs,
            }
        )
    return rows


def ours(label: str) -> str:
    """The word of the method for our estimate, as a reader says it."""
    return label.replace("run rate, position,", "run rate, our estimate,")
