"""Every chart of the report, once: the page, the slides and the brief draw the same specifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crossbearing.publish.report import charts
from crossbearing.publish.report.adoption_chart import adoption
from crossbearing.publish.report.bridge_chart import waterfall
from crossbearing.publish.report.content import ReportContent
from crossbearing.publish.report.slide import sources_of, write_chart
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.lineage import Lineage, unite
from crossbearing.vocabulary.series import Series


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of the report.

    Attributes:
        name: File and element name.
        title: What it shows.
        spec: Vega-Lite specification with its data inside.
        lineage: What its marks rest on.
    """

    name: str
    title: str
    spec: dict[str, Any]
    lineage: Lineage = field(default_factory=Lineage)


def drawings(content: ReportContent) -> tuple[Drawing, ...]:
    """The charts there is something to draw for, in the order of the page."""
    book = content.book
    metrics = {
        "timeline": ("Sales claimed and our estimate", ("revenue.run_rate",)),
        "adoption": ("Share of businesses that pay each vendor", ("adoption.business_share",)),
        "tape": ("Valuation claims by kind of price", tuple(charts.PRICE_TYPES)),
    }
    specs = {
        "timeline": charts.timeline(book, content.companies, "revenue.run_rate", content.positions),
        "adoption": adoption(book, content.companies),
        "tape": charts.tape(book, content.companies),
    }
    found = [
        Drawing(name, metrics[name][0], spec, claimed(book, content.companies, metrics[name][1]))
        for name, spec in specs.items()
        if spec
    ]
    power = charts.power(book.commitments)
    if power:
        ids = tuple(i for c in book.commitments for i in c.claims)
        found.append(Drawing("power", "Contracted power by counterparty, as claimed", power, Lineage(ids)))
    return (*found, *bridges(content), *valued(content))


def bridges(content: ReportContent) -> tuple[Drawing, ...]:
    """Gross to net of each company that has it."""
    return tuple(
        Drawing(
            f"bridge-{n}",
            f"{p.entity}: from gross to net, {p.bridge['at']}",
            waterfall(agreeing(p.bridge, p.entity, content.positions)),
            Lineage(tuple(p.bridge["claims"])),
        )
        for n, p in enumerate(content.presented)
        if p.bridge
    )


def agreeing(bridge: Mapping[str, Any], entity: str, positions: Iterable[Series]) -> dict[str, Any]:
    """The bridge with the gross and net of the positions shown beside it, so that one figure is not told in two roundings.

    Both come from the same fit; what the bridge asks for alone is drawn apart and differs in the third digit.
    """
    shown = {s.basis: s.points[-1] for s in positions if s.entity == entity and s.points}
    found = dict(bridge)
    for basis in ("gross", "net"):
        point = shown.get(basis)
        if point is not None and point.p50 is not None and point.at == bridge.get("at"):
            found[basis] = {"p5": point.p5, "p50": point.p50, "p95": point.p95}
    return found


def valued(content: ReportContent) -> tuple[Drawing, ...]:
    """Football field, grid of multiples and pay-off of each company."""
    from crossbearing.publish.valuation.charts import charts as drawn

    return tuple(
        Drawing(f"{name}-{n}", chart.title, chart.spec, unite(t.lineage for t in chart.terms))
        for n, value in enumerate(content.valuations)
        for name, chart in drawn(value).items()
    )


def claimed(book: Book, entities: tuple[str, ...], metrics: tuple[str, ...]) -> Lineage:
    """The claims of some companies on some metrics."""
    ids = [c.id for c in book.claims if c.entity in entities and c.metric in metrics]
    return Lineage(tuple(ids), visibility=book.visibility)


def write_slides(content: ReportContent, folder: Path) -> list[Path]:
    """Every chart as PNG and SVG, each with its title and source line; the paths written."""
    written: list[Path] = []
    for drawing in drawings(content):
        line = sources_of(drawing.lineage, content.book, content.as_of)
        written += write_chart(drawing.spec, drawing.title, line, folder, drawing.name)
    return written
