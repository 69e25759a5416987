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
