"""The charts of the report as Vega-Lite specifications. Every mark links to the claim it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crossbearing.check.standing import period_end
from crossbearing.publish.report import svg
from crossbearing.vocabulary.book import Amount, Book, Commitment
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.period import Instant
from crossbearing.vocabulary.quantity import Relation
from crossbearing.vocabulary.series import Series
from crossbearing.vocabulary.words import say_quantity

BASIS_COLOURS = {"gross": svg.GROSS, "net": svg.NET, "not stated": svg.UNSPECIFIED}
KIND_SHAPES = {
    "company or filing": "circle",
    "press report": "square",
    "estimate or rumour": "triangle-up",
    "forecast or target": "diamond",
}
WIDTH = 900
DECADES = [m * 10**e for e in range(5, 14) for m in (1, 3)]  # ticks of a log axis of money


def claim_row(claim: Claim, book: Book) -> dict[str, Any]:
    """A claim as a chart row: where it stands, how sure its date and figure are, what it links to."""
    low, high = claim.quantity.bounds
    start, end = _ends(claim)
    value = claim.quantity.value
    basis = {"gross": "gross", "net": "net"}.get(claim.basis, "not stated")
    source = book.sources.get(claim.source)
    publisher = source.publisher if source else claim.source
    figure = say_quantity(claim.quantity, claim.unit)
    words = (
        f"{claim.entity}: {figure} at {claim.period or 'unknown date'}, {basis}, {claim.status}, {publisher}"
    )
    return {
        "id": claim.id,
        "href": f"#claim-{claim.id}",
        "words": words,
        "entity": claim.entity,
        "value": value,
        "low": max(low, value * 0.98) if low > 0 else value,
        "high": min(high, value * 1.02) if high < float("inf") else value,
        "mark": {True: "▲", False: ""}[claim.quantity.relation.is_floor],
        "start": start.isoformat(),
        "end": end.isoformat(),
        "middle": (start + (end - start) / 2).isoformat(),
        "basis": basis,
        "kind": kind_of(claim),
    }


def kind_of(claim: Claim) -> str:
    """Who stands behind a claim, in four classes a reader can tell apart."""
    if claim.modality in (Modality.FORECAST, Modality.TARGET):
        return "forecast or target"
    if claim.status in ("company", "filed", "audited", "measured"):
        return "company or filing"
    return "press report" if claim.status in ("reported", "leaked") else "estimate or rumour"


def _ends(claim: Claim) -> tuple[date, date]:
    period = claim.period
    if period is None:
        day = claim.known or date(1970, 1, 1)
        return day, day
    if isinstance(period, Instant):
        cut = period.cut(claim.known) if claim.modality is Modality.ACTUAL else period
        return cut.first, cut.last
    return period.start, period.end


def timeline(
    book: Book, entities: Sequence[str], metric: str, series: Sequence[Series] = ()
) -> dict[str, Any] | None:
    """Claims of one metric over time, one panel a company: bars for date and rounding, the position as a band behind.

    A claim that the position doubts is drawn hollow.
    """
    doubted = {d.id: d.probability for d in doubts(series)}
    rows = [
        doubtful_row(claim_row(c, book), doubted.get(c.id))
        for c in book.claims
        if c.metric == metric and c.entity in entities and _drawable(c)
    ]
    if not rows:
        return None
    bands = [b for s in series for b in band_rows(s)]
    panels = [
        _panel(e, [r for r in rows if r["entity"] == e], [b for b in bands if b["entity"] == e])
        for e in entities
    ]
    shown = [p for p in panels if p is not None]
    return {"vconcat": shown, "resolve": {"scale": {"x": "shared", "color": "shared", "shape": "shared"}}}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A claim the position doubts: its id, the company, and how strongly, between 0 and 1."""

    id: str
    entity: str
    probability: float

    @property
    def words(self) -> str:
        """`9 in 10`, never more certain than the computation."""
        return f"{min(9, max(1, round(10 * self.probability)))} in 10"


def doubts(series: Iterable[Series], least: float = 0.5) -> tuple[Doubt, ...]:
    """Claims with an outlier probability of at least `least` in any of the series, most doubted first."""
    found: dict[str, Doubt] = {}
    for one in series:
        for claim in one.claims:
            p = claim.outlier_probability
            if p is not None and p >= least and p > getattr(found.get(claim.id), "probability", 0.0):
                found[claim.id] = Doubt(claim.id, one.entity, p)
    return tuple(sorted(found.values(), key=lambda d: (-d.probability, d.id)))


def doubtful_row(row: dict[str, Any], probability: float | None) -> dict[str, Any]:
    """The row with its doubt, in the data and in its words."""
    if probability is None:
        return {**row, "hollow": False}
    words = Doubt(row["id"], row["entity"], probability).words
    return {**row, "hollow": True, "words": f"{row['words']}; we doubt this claim, {words}"}


def _drawable(claim: Claim) -> bool:
    past = claim.modality in (Modality.ACTUAL, Modality.SUPERSEDED)
    part = claim.qualifier("product") or claim.qualifier("segment")
    return past and claim.period is not None and claim.quantity.value > 0 and not part


def _panel(entity: str, rows: list[dict[str, Any]], bands: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not rows:
        return None
    x = {"type": "temporal", "title": None, "axis": {"format": "%b %y", "tickCount": 12, "grid": False}}
    y = {
        "type": "quantitative",
        "scale": {"type": "log"},
        "title": "run rate a year",
        "axis": {"labelExpr": svg.MONEY_AXIS, "values": DECADES},
    }
    colour = _colour("basis as stated")
    shape = {
        "field": "kind",
        "type": "nominal",
        "title": "who says so",
        "scale": {"domain": list(KIND_SHAPES)[:3], "range": list(KIND_SHAPES.values())[:3]},
    }
    value, middle = {**y, "field": "value"}, {**x, "field": "middle"}
    bar = {"type": "rule", "strokeWidth": 2, "opacity": 0.55}
    point = {
        "x": middle,
        "y": value,
        "color": colour,
        "shape": shape,
        "href": {"field": "href"},
        "description": {"field": "words"},
    }
    dated = {"x": {**x, "field": "start"}, "x2": {"field": "end"}, "y": value, "color": colour}
    rounded = {"x": middle, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour}
    layers: list[dict[str, Any]] = [
        *_bands(bands, x, y),
        {"mark": bar, "encoding": dated},
        {"mark": bar, "encoding": rounded},
    ]
    for hollow in (False, True):
        mark = {"type": "point", "filled": not hollow, "size": 60, "strokeWidth": 2, "opacity": 0.9}
        layers.append(
            {
                "transform": [{"filter": f"datum.hollow === {str(hollow).lower()}"}],
                "mark": mark,
                "encoding": point,
            }
        )
    layers = [{"data": {"values": rows}, **layer} for layer in layers]  # a band brings its own data
    return {"title": entity, "width": WIDTH - 120, "height": 260, "layer": layers}


def _colour(title: str) -> dict[str, Any]:
    scale = {"domain": list(BASIS_COLOURS), "range": list(BASIS_COLOURS.values())}
    return {
        "field": "basis",
        "type": "nominal",
        "title": title,
        "scale": scale,
        "legend": {"symbolOpacity": 1},
    }


def _bands(bands: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    """The 90 % range as a band and the median as a line, one a basis."""
    if not bands:
        return []
    data = {"data": {"values": bands}}
    at = {**x, "field": "at"}
    colour = _colour("basis as stated")
    band = {"x": at, "y": {**y, "field": "p5"}, "y2": {"field": "p95"}, "color": colour}
    line = {"x": at, "y": {**y, "field": "p50"}, "color": colour}
    return [
        {**data, "mark": {"type": "area", "opacity": 0.18}, "encoding": band},
        {**data, "mark": {"type": "line", "strokeWidth": 1.5, "opacity": 0.7}, "encoding": line},
    ]


def band_rows(series: Series) -> list[dict[str, Any]]:
    """The identified points of a series as rows of a band."""
    return [
        {"entity": series.entity, "basis": series.basis, "at": p.at, "p5": p.p5, "p50": p.p50, "p95": p.p95}
        for p in series.points
        if p.p5 is not None and p.kind in ("estimate", "forecast")
    ]


PRICE_TYPES = {
    "valuation.round": "priced round",
    "valuation.tender": "tender",
    "valuation.secondary": "secondary market",
    "valuation.talks": "talks",
    "valuation.ipo_estimate": "IPO estimate",
    "valuation.merger": "merger",
}


def tape(book: Book, entities: Sequence[str]) -> dict[str, Any] | None:
    """Valuation claims by type over time, never joined across types."""
    rows = []
    for claim in book.claims:
        if claim.metric in PRICE_TYPES and claim.entity in entities and claim.period is not None:
            low, high = (
                (claim.quantity.low, claim.quantity.high)
                if claim.quantity.relation is Relation.BETWEEN
                else (claim.quantity.value,) * 2
            )
            rows.append(
                {**claim_row(claim, book), "type": PRICE_TYPES[claim.metric], "low": low, "high": high}
            )
    if not rows:
        return None
    names = [t for t in PRICE_TYPES.values() if any(r["type"] == t for r in rows)]
    colours = [svg.GROSS, svg.THIRD, svg.NET, svg.FIFTH, svg.FOURTH, svg.SIXTH][: len(names)]
    x = {"type": "temporal", "title": None, "axis": {"format": "%b %y", "tickCount": 10, "grid": False}}
    y = {
        "type": "quantitative",
        "scale": {"type": "log"},
        "title": "valuation",
        "axis": {"labelExpr": svg.MONEY_AXIS, "values": DECADES},
    }
    colour = {
        "field": "type",
        "type": "nominal",
        "title": "kind of price",
        "scale": {"domain": names, "range": colours},
    }
    shape = {"field": "entity", "type": "nominal", "title": "company"}
    return {
        "width": WIDTH - 140,
        "height": 300,
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.5},
                "encoding": {
                    "x": {**x, "field": "middle"},
                    "y": {**y, "field": "low"},
                    "y2": {"field": "high"},
                    "color": colour,
                },
            },
            {
                "data": {"values": rows},
                "mark": {"type": "point", "filled": True, "size": 80, "opacity": 0.9},
                "encoding": {
                    "x": {**x, "field": "middle"},
                    "y": {**y, "field": "value"},
                    "color": colour,
                    "shape": shape,
                    "href": {"field": "href"},
                    "description": {"field": "words"},
                },
            },
        ],
    }


FIRMNESS_COLOURS = {
    "firm": svg.GROSS,
    "up to": svg.SIXTH,
    "option": svg.SIXTH,
    "letter of intent": svg.FIFTH,
    "not stated": svg.UNSPECIFIED,
}


def power(commitments: Iterable[Commitment]) -> dict[str, Any] | None:
    """Contracted power by counterparty as claimed, one panel a company; bars of one overlap group are never stacked."""
    rows = [_power_row(c, c.power) for c in commitments if c.power is not None]
    if not rows:
        return None
    present = [n for n in FIRMNESS_COLOURS if any(r["firmness"] == n for r in rows)]
    colour = {
        "field": "firmness",
        "type": "nominal",
        "title": "how firm",
        "scale": {"domain": present, "range": [FIRMNESS_COLOURS[n] for n in present]},
    }
    bars = {
        "mark": {"type": "bar", "opacity": 0.9, "height": 16},
        "encoding": {
            "y": {
                "field": "what",
                "type": "nominal",
                "sort": "-x",
                "title": None,
                "axis": {"labelLimit": 300},
            },
            "x": {
                "field": "gw",
                "type": "quantitative",
                "title": "GW as claimed, each contract on its own",
                "stack": None,
            },
            "color": colour,
            "href": {"field": "href"},
            "description": {"field": "words"},
        },
    }
    entities = list(dict.fromkeys(r["entity"] for r in rows))
    panels = [
        {
            "title": e,
            "width": WIDTH - 320,
            "height": {"step": 22},
            "data": {"values": [r for r in rows if r["entity"] == e]},
            **bars,
        }
        for e in entities
    ]
    return {"vconcat": panels, "resolve": {"scale": {"x": "shared", "y": "independent"}}}


def _power_row(contract: Commitment, power: Amount) -> dict[str, Any]:
    names = {"up_to": "up to", "loi": "letter of intent", "unknown": "not stated"}
    ceiling = power.quantity.relation is Relation.UP_TO
    firmness = "up to" if ceiling else names.get(contract.firmness, contract.firmness)
    words = say_quantity(power.quantity, power.unit)
    return {
        "entity": contract.entity,
        "what": contract.counterparty + (f" ({contract.start})" if contract.start else ""),
        "gw": power.quantity.value / 1e9,
        "firmness": firmness,
        "words": f"{contract.entity} with {contract.counterparty}: {words}, {firmness}",
        "href": f"#commitment-{contract.id}",
    }


def newest_first(claims: Iterable[Claim]) -> list[Claim]:
    """Claims by subject date, newest first; undated last."""
    return sorted(claims, key=lambda c: (period_end(c.period) or date.min, c.id), reverse=True)
