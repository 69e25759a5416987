"""Amounts over a span: a quarter of costs is told as a quarter, and quarters add up to their year."""

from pathlib import Path

import pytest
from tests.check.example_books import book_from
from tests.outlook.books import CLAIMS, write

from crossbearing.pipeline import open_book, position
from crossbearing.problems import Refusal

BOOK = """
id,entity,metric,value,unit,period,status,source
a,Acme,cost.capex,318.4M,USD,2025,filed,report
b,Acme,cost.capex,122.6M,USD,2026-Q1,filed,prospectus
"""


@pytest.mark.parametrize(
    ("metric", "period", "said"),
    [
        ("cost.capex", "2025", 318.4e6),
        ("cost.capex", "2026-Q1", 122.6e6),
    ],
)
def test_a_filed_amount_is_given_back_over_its_own_span(metric: str, period: str, said: float) -> None:
    (point,) = position(book_from(BOOK), "Acme", metric, at=[period]).points
    assert point.p50 == pytest.approx(said, rel=0.02)


def test_a_month_is_a_twelfth_of_what_a_year_of_it_would_be() -> None:
    month, quarter = position(book_from(BOOK), "Acme", "cost.capex", at=["2026-02", "2026-Q1"]).points
    assert month.p50 is not None
    assert quarter.p50 is not None
    assert month.p50 / quarter.p50 == pytest.approx(28 / 90, rel=0.05)


def test_signed_money_of_which_only_plans_speak_is_refused_in_words(tmp_path: Path) -> None:
    plan = CLAIMS.replace(
        "o1,Acme,profit.operating,-200M,USD,2026-Q1,n/a,company,actual",
        "o1,Acme,profit.operating,-200M,USD,2027-Q1,n/a,company,forecast",
    )
    book = open_book(write(tmp_path / "b", claims=plan)).sound()
    with pytest.raises(Refusal, match="only plans and forecasts speak of it"):
        position(book, "Acme", "profit.operating", at=("2026-Q1",), seed=1)
