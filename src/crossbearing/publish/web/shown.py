"""What the live pages show, made from what the pipeline answers: words, links and drawings, no figure of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from crossbearing.pipeline.asking import views_beside
from crossbearing.pipeline.live_results import sales_in
from crossbearing.pipeline.serving import PLAIN, Live, State
from crossbearing.pipeline.worlds import World, sceptics
from crossbearing.publish.report import charts, svg
from crossbearing.publish.report.content import Sales
from crossbearing.publish.report.island import safe_link
from crossbearing.publish.web.asked import query_of, with_one
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.conflict import Conflict
from crossbearing.vocabulary.words import say, say_quantity, say_range

MOST_IN_PANEL = 60
SALES = "revenue.run_rate"


def position_parts(live: Live, world: World, basis: str, state: State) -> dict[str, Any]:
    """The cards and the chart of the position: computed, then kept."""

    def work() -> dict[str, Any]:
        sales = _of_basis(sales_in(live, world, state), basis)
        plain = {} if world.plain else {(s.entity, s.basis): s for s in sales_in(live, PLAIN, state)}
        book = live.world(world, state).book
        names = tuple(dict.fromkeys(s.entity for s in sales))
        series = tuple(s.series for s in sales if s.series)
        shown = book if not basis else book.keeping(lambda c: c.basis in (basis, "unspecified"))
        spec = charts.timeline(shown, names, SALES, series)
        label = "Run-rate claims over time by company, basis and source, and our estimate"
        return {
            "companies": names,
            "rows": [sales_row(s, book, plain.get((s.entity, s.basis))) for s in sales],
            "drawing": svg.render(spec, "timeline", label) if spec else "",
            "doubts": charts.doubts(series),
        }

    return live.answer(("shown position", state.revision, world, basis), work)


def _of_basis(sales: Iterable[Sales], basis: str) -> list[Sales]:
    return [s for s in sales if not basis or s.basis == basis]


def sales_row(sales: Sales, book: Book, plain: Sales | None = None) -> dict[str, Any]:
    """One row of a company's card: what is stated, our estimate, what it is in the book as it is, and the user's own view."""
    series = sales.series
    point = series.points[-1] if series and series.points and series.points[-1].p50 is not None else None
    row: dict[str, Any] = {
        "entity": sales.entity,
        "basis": {"unspecified": "basis not stated"}.get(sales.basis, sales.basis),
        "stated": _stated(sales),
        "claims": [c.id for c in sales.stated.claims] if sales.stated else [],
        "about": sales.stated.about if sales.stated else None,
        "estimate": "",
        "why_not": sales.why_not,
        "views": [],
        "was": "",
    }
    if series is None or point is None:
        return row
    forecast = point.kind == "forecast"
    return row | {
        "estimate": say(point.p50, series.unit),
        "range": say_range(point.p5, point.p95, series.unit),
        "at": point.at,
        "forecast": forecast,
        "kind": "predictive" if forecast else str(series.interval_kind),
        "estimate_claims": list(series.lineage.claims),
        "views": [_view(v, series.unit) for v in views_beside(book, series)],
        "was": _was(plain, series.unit),
    }


def _was(plain: Sales | None, unit: str) -> str:
    if plain is None or plain.series is None or plain.series.points[-1].p50 is None:
        return ""
    point = plain.series.points[-1]
    return f"{say(point.p50, unit)} ({say_range(point.p5, point.p95, unit)})"


def _view(view: dict[str, Any], unit: str) -> dict[str, Any]:
    point = view["p5"] == view["p95"]
    span = say_range(view["p5"], view["p95"], unit)
    fits = {True: "our estimate lies inside", False: "our estimate lies outside", None: "no estimate"}
    inside = None if point else view["estimate_inside"]
    return {
        "author": view["author"],
        "reason": view["reason"],
        "words": say(view["p50"], unit) if point else f"{say(view['p50'], unit)}, 90 % {span}",
        "fits": "a single figure beside our estimate" if point else fits[inside],
    }


def _stated(sales: Sales) -> str:
    stated = sales.stated
    if stated is None:
        return ""
    low, high = say(stated.low, stated.unit), say(stated.high, stated.unit)
    return low if low == high else f"{low} to {high}"


def sceptic_links(book: Book, names: Sequence[str], world: World) -> list[dict[str, str]]:
    """One link a company: who says least about its sales, taken as right."""
    found = []
    for entity in names:
        for claim in sceptics(book, entity)[:1]:
            if claim.id in world.right:
                continue
            by = claim.qualifier("by") or _publisher(book, claim)
            words = f"{say_quantity(claim.quantity, claim.unit)} {claim.basis}, {by}"
            address = "/" + query_of(with_one(world, right=claim.id))
            found.append({"entity": entity, "words": words, "address": address})
    return found


def _publisher(book: Book, claim: Claim) -> str:
    source = book.sources.get(claim.source)
    return source.publisher if source and source.publisher else claim.source


def entry(book: Book, claim_id: str, world: World) -> dict[str, Any]:
    """A claim as the panel and its page show it."""
    claim = book.claim(claim_id)
    if claim is None:
        return {"id": claim_id, "claim": None}
    source = book.sources.get(claim.source)
    words = ": ".join(t for t in (source.publisher, source.title) if t) if source else ""
    facts = (
        ("as written", f"{claim.quantity.text} {claim.unit.symbol}"),
        ("about", str(claim.period or "not dated")),
        ("basis", str(claim.basis)),
        ("definition", claim.definition),
        ("says", f"{claim.modality}, {claim.status}"),
        ("published", str(source.published or "") if source else ""),
        ("chain", " → ".join(claim.via)),
        ("first report", claim.origin if claim.origin != claim.source else ""),
        ("known on", claim.known.isoformat() if claim.known else ""),
        ("qualified by", "; ".join(f"{k}: {v}" for k, v in claim.qualifiers)),
        ("place", claim.locator),
        ("visibility", "" if claim.visibility == "public" else str(claim.visibility)),
        ("note", claim.note),
    )
    return {
        "id": claim.id,
        "claim": claim,
        "words": say_quantity(claim.quantity, claim.unit),
        "facts": facts,
        "source_words": words or claim.source,
        "link": safe_link(source.url) if source else "",
        "without_claim": "/" + query_of(with_one(world, without=claim.id)),
        "without_source": "/" + query_of(with_one(world, without=claim.source)),
        "right": "/" + query_of(with_one(world, right=claim.id)),
    }


def supposed(world: World, path: str, book: Book) -> list[tuple[str, str]]:
    """What is supposed, in words, each with the address that takes it back."""
    from crossbearing.publish.web.asked import less_one

    told = [("as_of", f"as known on {world.as_of}")] if world.as_of else []
    told += [(n, f"without {_named(book, n)}") for n in world.without]
    told += [(n, f"with {n} taken as right") for n in world.right]
    return [(words, path + query_of(less_one(world, name))) for name, words in told]


def _named(book: Book, name: str) -> str:
    source = book.sources.get(name)
    return f"{name} ({source.publisher})" if source and source.publisher else name


def select(book: Book, asked: dict[str, str]) -> list[Claim]:
    """Claims that answer every filter of the form; words are looked for anywhere in a claim."""
    wanted = asked["words"].casefold().split()
    return [
        c
        for c in book.claims
        if asked["entity"] in ("", c.entity)
        and asked["metric"] in ("", c.metric)
        and asked["status"] in ("", c.status)
        and asked["modality"] in ("", c.modality)
        and asked["source"] in ("", c.source)
        and (not wanted or all(word in _all_words(c, book) for word in wanted))
    ]


def _all_words(claim: Claim, book: Book) -> str:
    parts = (
        claim.id,
        claim.entity,
        claim.metric,
        claim.quantity.text,
        str(claim.period or ""),
        claim.basis,
        claim.status,
        claim.modality,
        _publisher(book, claim),
        claim.source,
        claim.note,
        *(f"{k} {v}" for k, v in claim.qualifiers),
    )
    return " ".join(parts).casefold()


def conflict_changes(
    before: Sequence[Conflict], after: Sequence[Conflict]
) -> tuple[list[Conflict], list[Conflict]]:
    """Conflicts that came or grew, and those that went, by their kind and claims."""
    old = {(c.kind, frozenset(c.claims)) for c in before}
    came = [c for c in after if (c.kind, frozenset(c.claims)) not in old]
    still = [(c.kind, frozenset(c.claims)) for c in after]
    gone = [
        c
        for c in before
        if not any(kind == c.kind and len(names & set(c.claims)) > 1 for kind, names in still)
    ]
    return came, gone
