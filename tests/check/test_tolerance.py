"""The tolerance a reader is shown agrees with the verdict beside it."""

from hypothesis import given
from hypothesis import strategies as st

from crossbearing.check.bar import Bar
from crossbearing.check.identity import judge
from crossbearing.vocabulary.conflict import Verdict

ENDS = st.floats(0.01, 50.0)


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    mid = draw(st.floats(1.0, 100.0))
    return Bar(mid, mid - draw(ENDS), mid + draw(ENDS))


@given(bars(), bars())
def test_two_figures_fail_exactly_where_they_are_further_apart_than_allowed(given_: Bar, stated: Bar) -> None:
    allowed = given_.toward(stated) + stated.toward(given_)
    apart = abs(given_.mid - stated.mid)
    if abs(apart - allowed) < 1e-9:
        return
    assert (judge(given_, stated) is Verdict.FAIL) == (apart > allowed)


def test_a_lopsided_figure_is_allowed_only_on_the_side_that_faces_the_other() -> None:
    growing = Bar(8.0, 2.5, 20.0)
    assert growing.toward(Bar(1.9, 1.8, 2.0)) == 5.5
    assert growing.toward(Bar(9.0, 8.9, 9.1)) == 12.0
    assert judge(growing, Bar(1.9, 1.8, 2.0)) is Verdict.FAIL
