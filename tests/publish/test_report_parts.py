"""Parts of the report by themselves: links in text, the order of claims, phone charts, prices as tables, expectations in words."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbearing import pipeline
from crossbearing.publish.report import charts, svg
from crossbearing.publish.report.cited import cited
from crossbearing.publish.report.content import ReportContent
from crossbearing.publish.report.drawings import agreeing, drawings
from crossbearing.publish.report.price_tables import priced
from crossbearing.publish.report.slim import PHONE, slim
from crossbearing.publish.report.weighed import ranked, weighed
from crossbearing.publish.score.expected import expectation_words
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.predicate import parse_predicate
from crossbearing.vocabulary.series import ClaimWeight, Rate, Series, SeriesPoint


def series(*weights: ClaimWeight, p50: float = 1.0) -> Series:
    point = SeriesPoint("2026-03-31", p50 / 2, p50 / 1.5, p50, p50 * 1.5, p50 * 2, p50, "estimate")
    return Series(
        "Acme",
        "revenue.run_rate",
        "gross",
        Rate.TRAILING,
        "USD/yr",
        None,
        IntervalKind.CREDIBLE,
        (point,),
        weights,
    )


def test_ids_in_text_become_links_and_nothing_else_does() -> None:
    words = cited("c1 and [c2], not c3 <b>", {"c1", "c2"})
    assert words == (
        '<a class="claim" href="#claim-c1">c1</a> and [<a class="claim" href="#claim-c2">c2</a>], not c3 &lt;b&gt;'
    )


@given(st.text(max_size=60))
def test_text_stays_escaped_around_links(text: str) -> None:
    assert "<script" not in cited(f"<script>{text}", {"c1"})


def test_claims_that_move_a_figure_come_first_and_doubted_ones_last(two_makers: Path) -> None:
    book = pipeline.open_book(two_makers).sound()
    found = weighed(
        book, [series(ClaimWeight("c5", influence=0.4), ClaimWeight("c1", outlier_probability=0.9))]
    )
    assert found[0] == "c5"
    assert found[-1] == "c1"
    assert set(found) == {c.id for c in book.claims}
    assert found.index("c2") < found.index("c3")  # the newer one
    assert ranked(["gone", "c1", "c5"], {i: n for n, i in enumerate(found)}) == ["c5", "c1", "gone"]


def test_the_waterfall_takes_the_figures_shown_beside_it() -> None:
    bridge: dict[str, Any] = {"at": "2026-03-31", "gross": {"p50": 2.0}, "net": {"p50": 1.5}}
    assert agreeing(bridge, "Acme", [series(p50=3.0)])["gross"] == {"p5": 1.5, "p50": 3.0, "p95": 6.0}
    assert agreeing(bridge, "Bolt", [series(p50=3.0)])["gross"] == {"p50": 2.0}
    assert agreeing({**bridge, "at": "2026-01-01"}, "Acme", [series(p50=3.0)])["gross"] == {"p50": 2.0}


def test_a_chart_for_a_phone_has_the_same_marks_and_fits(bundled: ReportContent) -> None:
    for drawing in drawings(bundled):
        if drawing.name.startswith(("multiples", "pay-off")):
            continue
        narrow = svg.render(slim(drawing.spec), "n", drawing.title)
        wide = svg.render(drawing.spec, "w", drawing.title)
        size = float(narrow.partition("max-width:")[2].partition("px")[0])
        assert size <= PHONE + 45, drawing.name
        assert narrow.count("<a ") == wide.count("<a "), drawing.name
    assert json.dumps(slim({"width": charts.WIDTH}), sort_keys=True) == json.dumps(
        slim({"width": charts.WIDTH}), sort_keys=True
    )


def test_every_price_and_multiple_of_the_tables_leads_to_claims_or_judgments(bundled: ReportContent) -> None:
    figures = 0
    for value in bundled.valuations:
        tables = priced(value)
        cells = [*tables["bars"]]
        for part in ("grid", "pay_off"):
            rows = tables[part].get("rows", [])
            cells += [c for r in rows for c in (r["figure"], *r["cells"]) if c]
        figures += len(cells)
        assert all(c["claims"] or c["assumptions"] for c in cells)
        assert all(0 <= c.get("tint", 0) <= 45 for c in cells)
    assert figures > 50


def test_one_price_does_not_fill_the_chart_with_its_rounding() -> None:
    from crossbearing.publish.valuation.charts import _room

    assert _room([{"low": 399.5, "high": 400.5}]) == {"domain": pytest.approx([319.6, 480.6])}
    assert _room([{"low": 300.0, "high": 400.0}]) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Acme revenue.run_rate gross at 2026-07-31 > 30B",
            "Acme: annualised run-rate revenue (gross) over $30bn/yr on 2026-07-31",
        ),
        ("Acme revenue.recognised in 2026-Q2 <= 1.5B", "Acme: recognised revenue at most $1.5bn in 2026-Q2"),
        ("Acme profit.operating in 2026 > 0", "Acme: operating profit or loss over $0 in 2026"),
        ("Acme breakeven by 2029-04-30 <= 2028", "Acme: break-even year in or before 2028, by 2029-04-30"),
        (
            "Acme adoption.business_share over Bolt by 2026-06-30",
            "Acme ahead of Bolt in share of businesses paying the vendor by 2026-06-30",
        ),
        (
            "Acme retention.gross_dollar exists before 2026-07-07",
            "Acme: somebody states gross dollar retention by 2026-07-06",
        ),
        (
            "Acme revenue.run_rate growth rises at 2026-07-31",
            "Acme: growth of annualised run-rate revenue rises at 2026-07-31",
        ),
        ("filing of Acme exists by 2026-10-31", "A public filing of Acme by 2026-10-31"),
        ('event "banks are named" by 2026-07-07', "Banks are named, by 2026-07-07"),
    ],
)
def test_an_expectation_is_told_in_words(two_makers: Path, text: str, words: str) -> None:
    book = pipeline.open_book(two_makers).sound()
    expected = parse_predicate(text, book.canonical_entity, book.registry)
    assert expectation_words(expected, book.registry).startswith(words)
