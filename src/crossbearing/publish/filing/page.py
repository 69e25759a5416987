"""A filing against a book as one offline page, in the style of the report."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from crossbearing.publish.filing.tables import FACTS, OUTSIDE, RATIOS, headline, off_by, sheets, summary
from crossbearing.publish.report import svg
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.filed import Compared, FilingRead

FOLDED = (FACTS, OUTSIDE)
LINKED = ("claim",)
MOST_ROWS = 24


def filing_page(read: FilingRead, book: Book) -> str:
    """The page as one HTML document without any external request. The same reading gives the same bytes."""
    from jinja2 import Environment, PackageLoader, select_autoescape

    environment = Environment(
        loader=PackageLoader("crossbearing.publish.filing", ""),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    used = {m.claim for c in read.compared for m in c.missed} | {
        i for p in read.reading.proposals for x in p.contradictions for i in x.claims
    }
    spec = misses_chart(read)
    style = files("crossbearing.publish.report").joinpath("report.css").read_text(encoding="utf-8")
    page = environment.get_template("filing.html.j2").render(
        read=read,
        book=book,
        style=style,
        policy="default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        headline=headline(read),
        summary=summary(read),
        sheets=sheets(read),
        folded=FOLDED,
        linked=LINKED,
        chart=svg.render(spec, "misses", "How far each figure was off what was filed") if spec else "",
        claims=[c for c in book.claims if c.id in used],
        sources=book.sources,
    )
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip()) + "\n"


def misses_chart(read: FilingRead) -> dict[str, Any] | None:
    """How far the position and each voice were off each filed amount, in percent of it; None where nobody told any."""
    rows = [row for c in read.compared if c.unit not in RATIOS for row in _dots(c)][:MOST_ROWS]
    if not rows:
        return None
    kinds = list(dict.fromkeys(str(r["who"]) for r in rows))
    y = {"field": "what", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 320}}
    x = {
        "field": "miss",
        "type": "quantitative",
        "title": "said or held, less filed, of the filed figure",
        "axis": {"format": "+.0%", "tickCount": 6},
    }
    return {
        "data": {"values": rows},
        "width": 560,
        "height": {"step": 30},
        "layer": [
            {"mark": {"type": "rule", "strokeDash": [3, 3]}, "encoding": {"x": {"datum": 0}}},
            {
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.9},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {
                        "field": "who",
                        "type": "nominal",
                        "title": None,
                        "sort": kinds,
                        "scale": {"domain": kinds, "range": PALETTE[: len(kinds)]},
                        "legend": {"orient": "top"},
                    },
                    "shape": {
                        "field": "who",
                        "type": "nominal",
                        "sort": kinds,
                        "scale": {"domain": kinds},
                        "legend": None,
                    },
                    "description": {"field": "off"},
                },
            },
        ],
    }


def _dots(compared: Compared) -> Iterator[dict[str, str | float]]:
    """The position on the filing's own presentation, on both where it does not say its own, and every voice."""
    what = f"{compared.label}, {compared.period}"
    own = compared.basis in ("gross", "net")
    for held in compared.held:
        if held.miss is None or (own and held.basis not in ("", compared.basis)):
            continue
        who = "the book's position" if own or not held.basis else f"the position, {held.basis}"
        yield {"what": what, "who": who, "miss": held.miss, "off": off_by(held.miss, compared.unit)}
    for m in compared.missed:
        off = f"{m.who} {off_by(m.miss, compared.unit)}"
        yield {"what": what, "who": VOICES.get(m.kind, m.kind), "miss": m.miss, "off": off}


VOICES = {
    "company": "the company",
    "outlet": "outlets",
    "estimator": "estimators",
    "rival": "rivals",
    "index": "indices",
}
PALETTE = ["#0072b2", "#c24e00", "#00795a", "#b0528a", "#a86f00", "#6f7680"]
