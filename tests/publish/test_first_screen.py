"""The first screen: six sentences, every figure with what it stands on, no words of statistics."""

import re
from datetime import date
from pathlib import Path

import pytest

from crossbearing import pipeline
from crossbearing.publish.report.content import ReportContent
from crossbearing.publish.report.page import report_page
from crossbearing.vocabulary.conflict import Conflict, ConflictKind
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.series import ClaimWeight, Rate, Series

STATISTICS = re.compile(
    r"posterior|credible|predictive|percentile|quantile|median|sigma|likelihood|prior\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def bundled() -> ReportContent:
    return pipeline.report_content(pipeline.check_book(pipeline.open_book()), as_of=None, seed=0)


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


def test_every_figure_opens_a_panel_and_the_page_holds_its_judgments(bundled: ReportContent) -> None:
    page = report_page(bundled)
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
