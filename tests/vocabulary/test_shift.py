"""A result before and after a change, in words."""

from crossbearing.vocabulary.interval import Interval, IntervalKind
from crossbearing.vocabulary.shift import Shift, Side


def side(value: float, half: float) -> Side:
    return Side("2026-05-02", value, Interval(value - half, value + half, IntervalKind.CREDIBLE, 0.9))


def test_a_margin_moves_by_percentage_points_and_sums_by_percent() -> None:
    margin = Shift("a.margin", "A margin", "ratio", side(-0.49, 0.3), side(0.403, 0.3))
    assert (margin.by, margin.change) == ("+89.3 pp", None)
    assert Shift("a.sales", "A sales", "USD/yr", side(40e6, 1e6), side(44e6, 1e6)).by == "+10.0%"


def test_a_loss_has_no_change_in_percent() -> None:
    loss = Shift("a.profit", "A profit", "USD", side(-4e6, 1e6), side(1e6, 1e6))
    assert (loss.by, loss.change, loss.moved) == ("", None, True)


def test_why_there_was_none_is_told_without_repeating_what_it_is() -> None:
    why = "A has no position on headcount: no claim of the past gives it a level"
    shift = Shift("a.heads", "A headcount", "count", Side("2026-05-02", why=why), side(140.0, 10.0))
    assert shift.words() == (
        "A headcount from none (no claim of the past gives it a level) to 140 (90% credible 130 to 150)"
    )
    assert shift.as_json()["before"]["why"] == why


def test_an_interval_that_became_narrower_is_told_and_a_change_of_nothing_has_no_minus() -> None:
    """By hand: from 20 wide to 9 wide is 55 % narrower; back again is 2.2 times as wide; 20 to 19 is not told."""
    wide, narrow = side(100.0, 10.0), side(99.99, 4.5)
    closer = Shift("a.n", "A n", "count", wide, narrow)
    assert (closer.by, closer.spread) == ("+0.0%", "interval 55% narrower")
    assert closer.words().endswith(", +0.0%, interval 55% narrower")
    assert Shift("a.n", "A n", "count", narrow, wide).spread == "interval 2.2 times as wide"
    assert Shift("a.n", "A n", "count", wide, side(100.0, 15.0)).spread == "interval 50% wider"
    assert Shift("a.n", "A n", "count", wide, side(100.0, 9.5)).spread == ""
