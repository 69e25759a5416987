"""Puts the content on one page: template, styles, script and charts, all inside one file."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from crossbearing.publish.report import charts
from crossbearing.publish.report.access import operable
from crossbearing.publish.report.cited import cited
from crossbearing.publish.report.content import Presented, ReportContent, Sales
from crossbearing.publish.report.drawings import drawings, valued
from crossbearing.publish.report.island import islands, safe_link
from crossbearing.publish.report.price_tables import priced
from crossbearing.publish.report.relations_map import KINDS, relation_map
from crossbearing.publish.report.slide import sources_of
from crossbearing.publish.report.slim import both_widths
from crossbearing.publish.report.weighed import ranked, weighed
from crossbearing.publish.templating import templates_of
from crossbearing.publish.valuation.tables import ours
from crossbearing.vocabulary.book import Amount, Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.conflict import Conflict, IdentityCheck, Verdict
from crossbearing.vocabulary.words import say, say_quantity, say_range

if TYPE_CHECKING:
    from jinja2 import Environment

STALE_DAYS = 45
FIRST_SCREEN_CONFLICTS = 5
FIRMNESS_WORDS = {"loi": "letter of intent", "unknown": "not stated", "up_to": "up to"}


def report_page(content: ReportContent) -> str:
    """The report as one HTML document without any external request. The same content gives the same bytes."""
    environment = _environment()
    assets = files("crossbearing.publish.report")
    styles = [assets.joinpath("report.css").read_text(encoding="utf-8"), *(e.style for e in content.extras)]
    scripts = [assets.joinpath("report.js").read_text(encoding="utf-8"), *(e.script for e in content.extras)]
    style, script = tidy("\n".join(styles)), tidy("\n".join(scripts))
    order = {id_: n for n, id_ in enumerate(weighed(content.book, content.positions))}
    environment.filters.update(weighed=lambda ids: ranked(ids, order), cited=lambda text: cited(text, order))
    page = environment.get_template("report.html.j2").render(
        c=content,
        book=content.book,
        style=style,
        script=script,
        policy=policy_of(script),
        island=islands([content.book], order=order),
        drawings=_drawings(content),
        prices=_prices(content),
        bridges=[_bridge(b, n) for n, b in enumerate(content.presented)],
        sales=[_sales_card(s) for s in content.sales],
        age=_age(content),
        doubts=charts.doubts(content.positions),
        top=content.conflicts[:FIRST_SCREEN_CONFLICTS],
        ladder=_valuations(content.book, content.companies),
        verdicts=_verdicts(content.checks),
        relation_words={kind: words for kind, (words, _, _) in KINDS.items()},
        drawn_kinds=[KINDS[k] for k in KINDS if any(r.kind == k for r in content.book.relations)],
        firmness=FIRMNESS_WORDS,
        labels={name: metric.label for name, metric in content.book.registry.items()},
    )
    return operable(tidy(page)) + "\n"


def tidy(text: str) -> str:
    """Text without blank lines and trailing space; the script's digest in the policy is of the tidied script."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _environment() -> Environment:
    environment = templates_of("report")
    environment.filters.update(
        link=safe_link,
        number=_number,
        amount=_amount,
        percent=_percent,
        tenths=lambda p: "–" if p is None else f"{min(9, max(1, round(10 * p)))} in 10",
        words=_figure_words,
        power=lambda value: say(value, "W"),
        size=conflict_size,
        ours=ours,
    )
    return environment


def policy_of(script: str) -> str:
    """A content security policy that lets only this page's own script run and nothing load from anywhere."""
    from base64 import b64encode

    def digest(text: str) -> str:
        return "'sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {digest(script)}; img-src data:"


def _drawings(content: ReportContent) -> dict[str, str]:
    """Every chart as SVG by name; empty where there is nothing to draw."""
    found = {"timeline": "", "tape": "", "power": "", "adoption": ""}
    tables = ("multiples-", "pay-off-")  # the page shows these as tables, whose figures lead to their claims
    shown = [d for d in drawings(content) if not d.name.startswith(tables)]
    found.update({d.name: both_widths(d.spec, d.name, d.title) for d in shown})
    book = content.book
    found["map"] = relation_map(book.relations, content.circles, content.companies) if book.relations else ""
    return found


def _bridge(presented: Presented, n: int) -> dict[str, Any]:
    """The waterfall of a company, its ratio by year, and the evidence; or why there is none."""
    bridge = presented.bridge
    if bridge is None:
        return {"entity": presented.entity, "why_not": presented.why_not}
    ratios = [
        ("all the evidence", bridge["net_to_gross"]),
        ("without interested voices", bridge["without_interested"]),
    ]
    ratios += [(f"in {year}", spread) for year, spread in bridge["by_year"].items()]
    return {
        "entity": presented.entity,
        "why_not": "",
        "name": f"bridge-{n}",
        "at": bridge["at"],
        "kind": bridge["interval_kind"],
        "ratios": [
            (name, _percent(r["p50"]), say_range(r["p5"], r["p95"], "ratio")) for name, r in ratios if r
        ],
        "evidence": bridge["evidence"],
        "notes": bridge["notes"],
        "claims": bridge["claims"],
    }


def _prices(content: ReportContent) -> list[dict[str, Any]]:
    """The football field, the grid of multiples and the pay-off of each company, with the source line of the chart."""
    fields = {d.name.rpartition("-")[2]: d for d in valued(content) if d.name.startswith("football-field")}
    found: list[dict[str, Any]] = []
    for n, value in enumerate(content.valuations):
        drawing = fields.get(str(n))
        line = sources_of(drawing.lineage, content.book, content.as_of) if drawing else ""
        found.append(
            {
                "entity": value.entity,
                "chart": drawing.name if drawing else "",
                "source": line,
                **priced(value),
            }
        )
    return found


def _age(content: ReportContent) -> dict[str, Any]:
    newest = content.book.newest
    days = (content.as_of - newest).days if newest else None
    return {"newest": newest, "days": days, "stale": days is None or days > STALE_DAYS}


def _sales_card(sales: Sales) -> dict[str, Any]:
    """One row of the sales table: what is stated, our estimate, and where both come from."""
    stated, series = sales.stated, sales.series
    point = series.points[-1] if series and series.points and series.points[-1].p50 is not None else None
    return {
        "entity": sales.entity,
        "basis": {"unspecified": "basis not stated"}.get(sales.basis, sales.basis),
        "stated": _stated_words(sales),
        "claims": [c.id for c in stated.claims] if stated else [],
        "about": stated.about if stated else None,
        "estimate": say(point.p50, series.unit) if series and point else "",
        "range": say_range(point.p5, point.p95, series.unit) if series and point else "",
        "at": point.at if point else "",
        "forecast": bool(point and point.kind == "forecast"),
        "kind": "predictive"
        if point and point.kind == "forecast"
        else str(series.interval_kind)
        if series
        else "",
        "estimate_claims": list(series.lineage.claims) if series else [],
        "why_not": sales.why_not,
    }


def _stated_words(sales: Sales) -> str:
    stated = sales.stated
    if stated is None:
        return ""
    low, high = say(stated.low, stated.unit), say(stated.high, stated.unit)
    return low if low == high else f"{low} to {high}"


def _valuations(book: Book, companies: Sequence[str]) -> list[dict[str, Any]]:
    rows = [c for c in book.claims if c.metric in charts.PRICE_TYPES and c.entity in companies]
    return [
        {"claim": c, "type": charts.PRICE_TYPES[c.metric], "words": say(c.quantity.value, c.unit)}
        for c in charts.newest_first(rows)
    ]


def _verdicts(checks: Iterable[IdentityCheck]) -> dict[str, int]:
    counts = {str(v): 0 for v in Verdict}
    for check in checks:
        counts[str(check.verdict)] += 1
    return counts


def conflict_size(conflict: Conflict) -> str:
    """How far apart the claims of a conflict are, in words."""
    size = conflict.size
    if not math.isfinite(size):
        return "–"
    return f"{100 * size:.0f}% apart" if size < 1 else f"{1 + size:.1f} times"


def _number(value: float | None) -> str:
    return (
        "–"
        if value is None
        else f"{value:,.4g}".replace("-", "−")
        if abs(value) < 1e6
        else say(value, "count")
    )


def _amount(amount: Amount | None) -> str:
    return "" if amount is None else say_quantity(amount.quantity, amount.unit)


def _figure_words(claim: Claim) -> str:
    return say_quantity(claim.quantity, claim.unit)


def _percent(value: float | None) -> str:
    return "" if value is None else say(value, "ratio")
