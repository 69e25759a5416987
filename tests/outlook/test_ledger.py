"""The commitment ledger: words to months, money by term, overlap counted once."""

from datetime import date
from pathlib import Path

import pytest
from tests.outlook.books import write

from crossbearing.outlook.ledger import DAYS_A_MONTH, ledger_of, months_of_notice, months_of_term
from crossbearing.outlook.study import ledger_years
from crossbearing.pipeline import open_book

ORIGIN = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("10 years", 120),
        ("36 months", 36),
        ("a 5-year deal", 60),
        ("to May 2029", 36.5),
        ("through 2028", 31.5),
        ("until 2027-06", 13.5),
        ("term is not stated", None),
        ("", None),
        ("to May 2020", None),
    ],
)
def test_terms_in_words(text: str, months: float | None) -> None:
    found = months_of_term(text, date(2026, 5, 15))
    assert found == (None if months is None else pytest.approx(months, abs=0.05))


def test_notice_in_words() -> None:
    assert months_of_notice("90 days, either side") == pytest.approx(90 / DAYS_A_MONTH)
    assert months_of_notice("3 months") == 3
    assert months_of_notice("") is None


def test_rows_become_contracts_and_money_coming_in_stays_aside(tmp_path: Path) -> None:
    ledger = ledger_of(open_book(write(tmp_path / "b")).sound(), "Acme", ORIGIN)
    assert [c.id for c in ledger.contracts] == ["chips-a", "chips-b", "cloud"]
    assert ledger.aside == (("gift", "money comes in: not a purchase"),)
    cloud = ledger.contracts[2]
    assert cloud.money_a_month == pytest.approx(12e9 / 48)
    assert (cloud.floor, cloud.cancellable, cloud.ramp) == (0.8, 0.5, 24)


def test_the_years_add_up_to_the_contract_and_overlap_counts_once(tmp_path: Path) -> None:
    ledger = ledger_of(open_book(write(tmp_path / "b")).sound(), "Acme", ORIGIN)
    rows = ledger_years(ledger, ORIGIN)
    cloud = [r for r in rows if r.contracts == ("cloud",)]
    assert sum(r.money or 0 for r in cloud) == pytest.approx(12e9, rel=0.01)
    chips = {r.year: r.power for r in rows if "chips-b" in r.contracts}
    assert chips[2026] == 1e9
    assert chips[2027] == 2e9
