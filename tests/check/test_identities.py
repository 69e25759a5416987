"""Recomputed arithmetic against closed forms, SciPy and the figures worked out by hand for the bundled book."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from tests.check.example_books import book_from

from crossbearing.check.bar import Bar, bar_of
from crossbearing.check.engine import check
from crossbearing.check.evidence import Evidence
from crossbearing.check.integral import dated_rates, mean_rate
from crossbearing.pipeline import open_book
from crossbearing.vocabulary.conflict import Verdict
from crossbearing.vocabulary.quantity import parse_quantity
from crossbearing.vocabulary.unit import parse_unit

USD = parse_unit("USD")


def bars() -> st.SearchStrategy[tuple[Bar, float]]:
    """A bar and a true value inside it."""
    return st.tuples(st.floats(0.5, 1e3), st.floats(0, 0.2), st.floats(0, 0.2), st.floats(0, 1)).map(
        lambda t: (
            Bar(t[0], t[0] * (1 - t[1]), t[0] * (1 + t[2])),
            t[0] * (1 - t[1]) + t[3] * t[0] * (t[1] + t[2]),
        )
    )


@given(bars(), bars())
def test_the_ends_hold_every_true_result(one: tuple[Bar, float], two: tuple[Bar, float]) -> None:
    (a, x), (b, y) = one, two
    for bar, true in ((a + b, x + y), (a - b, x - y), (a * b, x * y), (a / b, x / y)):
        room = 1e-9 * (abs(x) + abs(y) + abs(true))
        assert bar.low - room <= true <= bar.high + room


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("24B", 23.5e9, 24.5e9),
        ("30B", 28.5e9, 31.5e9),  # half of the last non-zero digit would be 5B: capped at 5 %
        ("4.8B", 4.75e9, 4.85e9),
        ("~24B", 23e9, 25e9),
        (">30B", 28.5e9, math.inf),
        ("<7B", -math.inf, 7.35e9),
        ("400B..500B", 375e9, 525e9),
    ],
)
def test_a_bar_is_what_the_words_allow(text: str, low: float, high: float) -> None:
    bar = bar_of(parse_quantity(text, USD))
    assert bar.low == pytest.approx(low)
    assert bar.high == pytest.approx(high)


@given(st.floats(1, 50), st.floats(1.01, 6))
def test_the_mean_of_a_log_linear_rate_has_the_closed_form(start: float, growth: float) -> None:
    """Two rates at the ends of a span: (b - a) / ln(b / a), and the same by quadrature."""
    book = book_from(f"""
id,entity,metric,value,unit,period
a,Acme,revenue.run_rate,{start:.6f}B,USD/yr,2026-01-01
b,Acme,revenue.run_rate,{start * growth:.6f}B,USD/yr,2026-04-01
""")
    evidence = Evidence(book)
    found = mean_rate(
        dated_rates(evidence, "Acme"), date(2026, 1, 1).toordinal(), date(2026, 3, 31).toordinal()
    )
    assert found is not None
    _, mean = found
    a, b = (c.quantity.value for c in book.claims)
    closed = (b - a) / math.log(b / a)
    area, _ = quad(lambda t: a * (b / a) ** t, 0, 1)
    assert mean.mid == pytest.approx(closed, rel=1e-9)
    assert mean.mid == pytest.approx(area, rel=1e-9)
    assert mean.low <= mean.mid <= mean.high


HAND = {
    # stated claim: (what its inputs give, verdict), worked out by hand from the articles' own figures
    "s012": (42.2, Verdict.PASS),
    "s013": (12.67, Verdict.PASS),
    "s097": (30.0, Verdict.PASS),
    "a01": (3.333, Verdict.PASS),
    "a07": (2.271, Verdict.PASS),
    "a02": (2.0, Verdict.PASS),
    "a22": (4.0, Verdict.PASS),
    "a21": (0.357, Verdict.PASS),
    "a25": (14.63, Verdict.PASS),
    "s082": (58e9, Verdict.PASS),
    "s062": (4.6, Verdict.PASS),
    "s040": (15e9, Verdict.PASS),
    "s041": (45e9, Verdict.PASS),
    "s052": (30e9, Verdict.PASS),
    "s029": (194.4, Verdict.FAIL),
    "s030": (26.4, Verdict.FAIL),
    "a11": (7.36, Verdict.FAIL),
    "a28": (0.633, Verdict.FAIL),
    "s063": (5.55, Verdict.FAIL),
    "a20": (0.70, Verdict.FAIL),
}


@pytest.mark.parametrize("claim", HAND)
def test_the_bundled_book_gives_the_figures_worked_out_by_hand(claim: str) -> None:
    expected, verdict = HAND[claim]
    tested = [i for i in check(open_book().book).identities if i.operands and claim in i.claims]
    assert any(i.verdict is verdict and i.expected == pytest.approx(expected, rel=0.005) for i in tested), [
        (i.what, i.expected) for i in tested
    ]


def test_users_times_revenue_a_user_overshoots_the_quarter() -> None:
    """134M x 16.2 x 3 = 6.51 a quarter against 4.8."""
    (found,) = (i for i in check(open_book().book).identities if {"s024", "s027", "s019"} <= set(i.claims))
    assert found.verdict is Verdict.FAIL
    assert found.expected == pytest.approx(4 * 6.51e9, rel=0.001)
    assert found.actual == pytest.approx(4 * 4.8e9)


def test_every_identity_prints_inputs_and_the_rounding_that_decides() -> None:
    identities = check(open_book().book).identities
    assert len(identities) > 25
    for i in identities:
        assert len(i.operands) >= 2
        assert all(o.claim and o.role and o.text for o in i.operands)
        assert i.tolerance is None or i.tolerance > 0
        assert "digit of" in i.tolerance_from or "5 % of" in i.tolerance_from
        assert i.operands[-1].claim in i.what or i.operands[0].claim in i.what
