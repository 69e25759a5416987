"""The first screen: six sentences, every figure with what it stands on, no words of statistics."""

import re
from datetime import date
from pathlib import Path

from crossbearing import pipeline
from crossbearing.publish.report.content import ReportContent
from crossbearing.vocabulary.conflict import Conflict, ConflictKind
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.series import ClaimWeight, Rate, Series

STATISTICS = re.compile(
    r"posterior|credible|predictive|percentile|quantile|median|sigma|likelihood|prior\b", re.IGNORECASE
)


def test_six_sentences_with_figures_that_lead_to_claims_or_judgments(bundled: ReportContent) -> None:
    ids = {c.id for c in bundled.book.claims}
    names = {a.name for a in bundled.book.assumptions}
    assert [s.topic for s in bundled.screen] == [
        "Sales",
        "Who leads",
        "Price",
        "Odds",
        "What moves it",
        "Nobody says",
    ]
    for sentence in bundled.screen:
        assert sentence.text.endswith(".")
        assert not STATISTICS.search(sentence.text)
        figures = [p for p in sentence.parts if p.claims or p.assumptions]
        assert figures, sentence.topic
        assert all(set(p.claims) <= ids for p in figures)
        assert any(set(p.assumptions) & names for p in figures) or all(p.claims for p in figures)


def test_figures_of_the_first_screen_say_their_interval_and_its_kind(bundled: ReportContent) -> None:
    estimates = [p for p in bundled.screen[0].parts if "our estimate" in p.label]
    assert estimates
    assert all(re.search(r"90 % (credible|predictive) interval", p.formula) for p in estimates)


def test_every_figure_opens_a_panel_and_the_page_holds_its_judgments(
    bundled: ReportContent, bundled_page: str
) -> None:
    page = bundled_page
    judged = {a for s in bundled.screen for p in s.parts for a in p.assumptions}
    assert 'class="said"' in page
    assert all(
        f'"{name}":' in page for name in judged if any(x.name == name for x in bundled.book.assumptions)
    )


def test_a_book_without_prices_or_position_says_so(two_makers: Path) -> None:
    opened = pipeline.check_book(pipeline.open_book(two_makers))
    content = pipeline.report_content(opened, as_of=date(2026, 3, 31), seed=0)
    words = {s.topic: s.text for s in content.screen}
    assert "Not computable" in words["Odds"]
    assert "$300bn" in words["Price"]
    assert "Acme sells at" in words["Sales"]


def conflict(name: str, claim: str, size: float) -> Conflict:
    return Conflict(name, ConflictKind.GENUINE, (claim,), size, f"[{claim}]", "", "", "XB000")


def test_conflicts_come_in_the_order_of_what_they_move() -> None:
    from crossbearing.pipeline.first_screen import by_effect

    weights = (
        ClaimWeight("strong", influence=0.5),
        ClaimWeight("weak", influence=-0.2),
        ClaimWeight("unseen", influence=0.01),
    )
    series = Series(
        "A", "revenue.run_rate", "gross", Rate.TRAILING, "USD/yr", None, IntervalKind.CREDIBLE, (), weights
    )
    order = by_effect(
        [
            conflict("none", "other", 9.0),
            conflict("lost", "unseen", 9.0),
            conflict("small", "weak", 9.0),
            conflict("large", "strong", 0.6),
        ],
        [series],
    )
    assert [k.id for k in order] == ["large", "small", "none", "lost"]


def test_a_multiple_on_sales_of_another_day_names_the_day(bundled: ReportContent) -> None:
    """The newest sales stand one sentence above: whoever divides by them must not find another figure without a word."""
    prices = next(s for s in bundled.screen if s.topic == "Price")
    estimates = {p.text: p for s in bundled.screen[:1] for p in s.parts if "our estimate" in p.label}
    assert estimates
    for n, part in enumerate(prices.parts):
        if "position" in part.label and bundled.as_of.isoformat() not in part.label:
            assert re.search(r" of \d{4}-\d{2}-\d{2}", prices.parts[n + 1].text), part.label


def test_a_missing_quantity_with_an_old_figure_says_since_when(bundled: ReportContent) -> None:
    text = next(s.text for s in bundled.screen if s.topic == "Nobody says")
    shown = [u for e in bundled.companies for u in [u for u in bundled.unknowns if u.entity == e][:2]]
    assert any(u.last for u in shown)
    assert all(f"{u.label.lower()} as a fact after {u.last}" in text for u in shown if u.last)


MADE = "Acme: gross $30bn/yr gross [c1] and net $22bn/yr net [c2] give $8bn/yr; $300bn in 2026-02 [c5] is stated; a note"


def test_figures_that_give_another_are_told_with_what_they_would_make(two_makers: Path) -> None:
    from crossbearing.pipeline.contradiction import contradiction

    book = pipeline.open_book(two_makers).sound()
    made = Conflict("k", ConflictKind.ARITHMETIC, ("c1", "c2", "c5"), 1.0, MADE, "", "", "XB000")
    assert contradiction(book, made) == (
        "Acme's annualised run-rate revenue of $30bn a year gross and $22bn a year net would make "
        "valuation of a priced round $8bn a year, where $300bn in 2026-02 is stated"
    )
    put = MADE.replace("is stated", "is stated ($1.2tn/yr)")
    yearly = Conflict("k", ConflictKind.ARITHMETIC, ("c1", "c2", "c5"), 1.0, put, "", "", "XB000")
    assert contradiction(book, yearly).endswith("where $300bn in 2026-02 ($1.2tn a year) is stated")
    two = Conflict("k", ConflictKind.GENUINE, ("c1", "c2"), 1.0, "x [c1] against y [c2]", "", "", "XB000")
    assert contradiction(book, two) == (
        "Acme's annualised run-rate revenue, $30bn a year (2026-03-15) or $22bn a year (2026-03-15) (no reason found)"
    )
    nobody = Conflict("k", ConflictKind.GENUINE, ("none",), 1.0, "words alone", "", "", "XB000")
    assert contradiction(book, nobody) == "words alone"
