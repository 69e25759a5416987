"""The outlook as a section of the report: fans by quarter, cash need, what breaks it, the loop that a reader can move."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from crossbearing.outlook.answers import CompanyOutlook, Fan, Outlook
from crossbearing.outlook.findings import ClaimChance, Pivot
from crossbearing.outlook.labels import input_words
from crossbearing.outlook.loop_page import STEPS, LoopPage, Part
from crossbearing.outlook.stress import DelayTable
from crossbearing.publish.outlook import charts
from crossbearing.publish.outlook.screen import A_YEAR, odds
from crossbearing.publish.outlook.short import in_short
from crossbearing.publish.outlook.stress import fatal
from crossbearing.publish.report import svg
from crossbearing.publish.report.slim import both_widths
from crossbearing.vocabulary.words import form_of, say

if TYPE_CHECKING:
    from jinja2 import Environment

LOOP_WORDS = {
    "valuation": "value",
    "raised_a_year": "money raised a year",
    "power_ordered_a_year": "power ordered a year",
    "power_online": "power online",
    "sales": "sales a year",
    "loop_gain": "gain: watts ordered a year for a new watt",
    "loop_root": "growth a year it settles to",
}
RING = {
    "valuation": "value",
    "raised_a_year": "money raised a year",
    "power_ordered_a_year": "power ordered a year",
    "power_online": "power online",
    "sales": "sales a year",
}
SHARES_A_YEAR = ("loop_gain", "loop_root")
FIRST = (
    ("gross_run_rate", "sales a year, gross"),
    ("net_run_rate", "sales a year, net of partners' fees"),
    ("gross_margin", "gross margin, partner fees in the cost of sales"),
    ("operating_margin", "operating margin, before stock pay and tax"),
    ("power_online", "power online"),
    ("obligations", "owed under firm contracts, present value"),
)


@dataclass(frozen=True, slots=True)
class OutlookSection:
    """What a page takes in: markup, and the style and script it needs. The script reads the markup's own data.

    Attributes:
        html: One `section` element with the id `outlook`, already escaped.
        style: Rules to add to the page's style.
        script: Code to add to the page's script, so that one digest covers both.
    """

    html: str
    style: str
    script: str


def outlook_section(
    found: Outlook,
    loops: Sequence[LoopPage] = (),
    delays: Sequence[DelayTable] = (),
    *,
    labels: Mapping[str, str] | None = None,
) -> OutlookSection:
    """The section of a page.

    Args:
        found: The outlook.
        loops: The loop of each company that has one.
        delays: What a delay of progress does, by company.
        labels: Words of the metrics by id; a metric without them keeps its id.
    """
    template = _environment().get_template("section.html.j2")
    html = template.render(
        o=found,
        short=_short(found),
        companies=[_company(c, found, labels or {}) for c in found.companies],
        fans=_fans(found.companies),
        tornados=_tornados(found.companies),
        leads=[{"odds": odds(c, found.paths), "label": c.label} for c in found.leads],
        crossings=found.crossings,
        gaps=found.gaps,
        delays=[_delay(t, found.currency) for t in delays],
        loops=[_loop(p, n) for n, p in enumerate(loops)],
        say=say,
    )
    return with_assets(html)


def with_assets(html: str) -> OutlookSection:
    """The markup of a section with the style and the script that go with it."""
    assets = files("crossbearing.publish.outlook")
    return OutlookSection(html, _asset(assets, "section.css"), _asset(assets, "section.js"))


def _short(found: Outlook) -> list[tuple[str, list[Any]]]:
    """The answers in plain words, those of one head together; claims named in them are links."""
    import re

    from markupsafe import Markup, escape

    ids = {re.escape(str(escape(c.claim))) for company in found.companies for c in company.claims}
    named = (
        re.compile(rf"(?<![\w-])({'|'.join(sorted(ids, key=len, reverse=True))})(?![\w-])") if ids else None
    )
    heads: dict[str, list[Any]] = {}
    for head, words in in_short(found):
        safe = str(escape(words))
        linked = (
            named.sub(r'<a class="claim" href="#claim-\1">\1</a>', safe)
            if named and head == "How sure"
            else safe
        )
        heads.setdefault(head, []).append(Markup(linked))  # noqa: S704 escaped above
    return list(heads.items())


def _asset(folder: Any, name: str) -> str:
    return str(folder.joinpath(name).read_text(encoding="utf-8"))


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("crossbearing.publish.outlook", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _company(company: CompanyOutlook, found: Outlook, labels: Mapping[str, str]) -> dict[str, Any]:
    fans = company.fans
    return {
        "entity": company.entity,
        "why_not": company.why_not,
        "at": next(iter(fans.values())).at(A_YEAR).at if fans else None,
        "rows": [_figure(company, n, words) for n, words in FIRST if n in fans],
        "gross_note": _gross_note(company),
        "need": _need(fans.get("cash_need")),
        "chances": [{"odds": odds(c, found.paths), "label": c.label} for c in company.chances],
        "pivots": [_pivot(p, company) for p in company.pivots if p.flips],
        "claims": [_claim(c, labels) for c in company.claims],
        "suppliers": company.suppliers,
        "notes": company.notes,
        "lacking": {n: ", ".join(needs) for n, needs in company.lacking.items()},
        "inputs": [_input(i) for i in company.inputs if i.source == "assumption"],
    }


def _gross_note(company: CompanyOutlook) -> str:
    """That gross sales of a company reported net rest on judged fees, where they do; else empty."""
    fees = [i for i in company.inputs if i.name.startswith("partner_fee_share")]
    judged = bool(fees) and all(i.source == "assumption" for i in fees)
    reported_net = company.start is not None and company.start.basis == "net"
    return (
        "It reports net sales: gross adds what partners keep, by judgment and not by a claim."
        if judged and reported_net
        else ""
    )


def _figure(company: CompanyOutlook, name: str, words: str) -> dict[str, Any]:
    fan = company.fans[name]
    point = fan.at(A_YEAR)
    claims = [c for i in company.inputs if i.source == "claim" for c in i.lineage.claims]
    return {
        "words": words,
        "text": say(point.p50, fan.unit),
        "range": f"{say(point.p5, fan.unit)} to {say(point.p95, fan.unit)}",
        "claims": list(dict.fromkeys(claims)),
        "assumptions": [a for i in company.inputs for a in i.lineage.assumptions],
    }


def _need(fan: Fan | None) -> dict[str, str] | None:
    if fan is None:
        return None
    last = fan.points[-1]
    return {"half": say(last.p50, fan.unit), "most": say(last.p95, fan.unit), "until": f"{last.at:%B %Y}"}


def _pivot(pivot: Pivot, company: CompanyOutlook) -> dict[str, Any]:
    unit = pivot.unit or "ratio"
    named = [n for n in pivot.source.split(", ") if n]
    judged = {a for i in company.inputs for a in i.lineage.assumptions}
    return {
        "answer": pivot.answer,
        "base": f"{pivot.base:.0%}",
        "input": input_words(pivot.input),
        "low": f"{pivot.low:.0%}",
        "high": f"{pivot.high:.0%}",
        "low_at": say(pivot.low_value, unit),
        "high_at": say(pivot.high_value, unit),
        "claims": [n for n in named if n not in judged],
        "assumptions": [n for n in named if n in judged],
    }


def _claim(one: ClaimChance, labels: Mapping[str, str]) -> dict[str, Any]:
    metric, _, figure = one.label.partition(" ")
    return {
        "id": one.claim,
        "label": f"{labels.get(metric, metric)} {figure}",
        "reached": f"{one.reached:.0%}",
        "middle": say(one.p50, one.unit),
        "range": f"{say(one.p5, one.unit)} to {say(one.p95, one.unit)}",
        "percentile": f"{100 * one.percentile:.0f}",
        "note": one.note,
    }


def _input(one: Any) -> dict[str, str]:
    return {"name": one.name, "value": one.judgment.text, "unit": one.unit, "reason": one.words}


def _fans(companies: Sequence[CompanyOutlook]) -> list[dict[str, str]]:
    found = []
    for name in charts.FANS:
        spec = charts.fan_chart(name, companies)
        if spec:
            title = next(c.quarters[name].label for c in companies if name in c.quarters)
            found.append({"title": title, "svg": svg.render(spec, f"fan-{name}", f"{title}, by quarter")})
    return found


def _tornados(companies: Sequence[CompanyOutlook]) -> list[dict[str, str]]:
    found = []
    for n, company in enumerate(companies):
        for answer, words in (("operating_margin", "operating margin in a year"), ("cash_need", "cash need")):
            spec = charts.tornado_chart(company.tornado, answer)
            if spec:
                title = f"{company.entity}: {words}"
                found.append({"title": title, "svg": both_widths(spec, f"tornado-{answer}-{n}", title)})
    return found


def _delay(table: DelayTable, currency: str) -> dict[str, Any]:
    terms = sorted({r.credit for r in table.rows})
    rows = []
    for cash in sorted({r.cash for r in table.rows}):
        cells = sorted((r for r in table.rows if r.cash == cash), key=lambda r: r.credit)
        rows.append(
            {
                "cash": say(cash, currency),
                "fatal": [fatal(r.fatal, table.longest) for r in cells],
                "failing": f"{cells[0].failing:.0%}",
            }
        )
    true_for = tuple(say(v, currency) for v in table.true_for) if table.true_for else None
    return {
        "entity": table.entity,
        "credits": [f"{c:.0%}" for c in terms],
        "rows": rows,
        "true_for": true_for,
        "months": table.months,
        "need": say(table.needs[0], currency),
    }


def _loop(page: LoopPage, number: int) -> dict[str, Any]:
    """The loop for the page: its middle as markup, and what the script needs to walk it again with parts moved."""
    last = len(page.ends) - 1
    quarters = [k for k, end in enumerate(page.ends) if end.month % 3 == 0]
    shown = [k for k in quarters if k in (quarters[0], quarters[-1]) or page.ends[k].month == 12]
    parts = [_part(p) for p in page.parts]
    data = {
        "parts": {
            p.name: {"values": p.values, "words": told["values"]}
            for p, told in zip(page.parts, parts, strict=True)
        },
        "start": page.start,
        "months": len(page.ends),
        "shown": shown,
        "forms": {name: _form(name, page.units[name]) for name in LOOP_WORDS},
        "ticks": [[k, f"{page.ends[k]:%Y}"] for k in range(1, last + 1) if page.ends[k].month == 1],
    }
    return {
        "number": number,
        "entity": page.entity,
        "days": [_month(page.ends[k]) for k in shown],
        "until": _month(page.ends[last]),
        "rows": [
            {
                "name": name,
                "words": words,
                "values": [told(page.path[name][k], page.units[name], name) for k in shown],
            }
            for name, words in LOOP_WORDS.items()
        ],
        "ring": [
            {"name": name, "words": words, "value": told(page.path[name][last], page.units[name], name)}
            for name, words in RING.items()
        ],
        "parts": parts,
        "steps": 2 * STEPS,
        "middle": STEPS,
        "depreciation": f"{page.depreciation:.0%}",
        "gain": f"{page.path['loop_gain'][0]:.0%}",
        "grows": page.path["loop_gain"][0] > page.depreciation,
        "svg": svg.render(
            charts.loop_chart(page), f"loop-{number}", f"{page.entity}: gain of the loop over time"
        ),
        "data": json.dumps(data, ensure_ascii=False).replace("&", "\\u0026").replace("<", "\\u003c"),
    }


def _form(name: str, unit: str) -> dict[str, object]:
    """How the script says a quantity, as `told` does."""
    if name in SHARES_A_YEAR:
        return {**form_of("ratio", 2), "after": "% a year"}
    return form_of(unit)


def told(value: float, unit: str, name: str = "") -> str:
    """A figure of the loop in words: growth as a share a year, counts and months as people say them."""
    if name in SHARES_A_YEAR:
        return f"{say(value, 'ratio', 2)} a year"
    words = say(value, unit)
    for symbol, tail in (("1/yr", "a year"), ("month", "months")):
        if unit == symbol:
            return f"{words.removesuffix(symbol).strip()} {tail}"
    return words


def _part(part: Part) -> dict[str, Any]:
    turning = told(part.turning, part.unit) if part.turning is not None else ""
    return {
        "name": part.name,
        "words": part.words,
        "values": [told(v, part.unit) for v in part.values],
        "middle": told(part.middle, part.unit),
        "range": f"{told(part.low, part.unit)} to {told(part.high, part.unit)}",
        "turning": turning,
        "sources": list(part.sources),
    }


def _month(day: date) -> str:
    return f"{day:%b %Y}"
