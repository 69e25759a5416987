"""What was known when: vintages and the share of a month's payers still to come."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crossbearing.gather.measure.engines import open_engine
from crossbearing.gather.measure.run_adoption import AdoptionResult, Wish, measure_adoption
from crossbearing.gather.measure.synthetic import Plan, write_transactions
from crossbearing.gather.measure.transactions import Reading
from crossbearing.gather.measure.vendors import load_rules

PLAN = Plan(companies=1500, months=8, late=0.3, turnover=0.0, seed=5)


def measure(path: Path, as_of: date | None = None) -> AdoptionResult:
    engine = open_engine("duckdb", threads=1)
    try:
        return measure_adoption(
            engine,
            [path],
            load_rules(),
            Reading(as_of=as_of),
            Wish(sections=("completeness",), by=()),
            lambda _: None,
        )
    finally:
        engine.close()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("late") / "t.parquet"
    write_transactions(PLAN, path)
    return path


def test_an_earlier_vintage_is_the_table_without_later_rows(table: Path, tmp_path: Path) -> None:
    import pyarrow.compute as pc
    from pyarrow import parquet

    known = date(2025, 6, 30)
    rows = parquet.read_table(table)
    cut = tmp_path / "cut.parquet"
    parquet.write_table(rows.filter(pc.less_equal(rows["recorded"], known)), cut)
    assert measure(table, known).index == measure(cut).index


def test_the_expected_payers_are_the_ones_that_come(table: Path) -> None:
    """As of the end of June the chain ladder says how many payers of June will be on record in the end."""
    early = {row["month"]: row for row in measure(table, date(2025, 6, 30)).sections["completeness"]}
    final = {row["month"]: row["recorded"] for row in measure(table).sections["completeness"]}
    june = early["2025-06"]
    assert june["complete"] < 0.95
    assert june["expected"] == pytest.approx(final["2025-06"], rel=0.05)
    assert abs(june["expected"] - final["2025-06"]) < abs(june["recorded"] - final["2025-06"])


def test_without_late_rows_there_is_nothing_to_complete(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_transactions(replace(PLAN, companies=200, late=0.0), path)
    assert measure(path).sections["completeness"] == []
