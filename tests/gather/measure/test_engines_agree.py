"""The same queries on DuckDB and on Spark give the same rows, table by table; the arithmetic after them is shared."""

import shutil
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from crossbearing.gather.measure.accounts import LABELS
from crossbearing.gather.measure.engines import as_cell, open_engine
from crossbearing.gather.measure.ledger import LedgerReading
from crossbearing.gather.measure.policy import Policy
from crossbearing.gather.measure.run_adoption import Wish, measure_adoption
from crossbearing.gather.measure.run_revenue import measure_revenue
from crossbearing.gather.measure.synthetic import Plan, write_transactions
from crossbearing.gather.measure.synthetic_ledger import LedgerPlan, write_ledger
from crossbearing.gather.measure.transactions import Reading
from crossbearing.gather.measure.vendors import load_rules
from crossbearing.problems import UsageError

MESSY = """company,merchant,item,date,amount,currency,industry,size,employees,recorded,id
a,OPENAI *CHATGPT,,2026-01-05,20.005,usd,tech,s,3,2026-01-06,1
 a ,"GOOGLE *CLOUD","Vertex AI, Claude",2026-01-31,1_000,USD,tech,s,3,2026-02-01,2
b,Claude’s   Bakery,,20260105,-7.5,USD,retail,,,2026-01-05,3
b,claude.ai,,2026-02,1e3,USD,retail,,x,2026-03-01,4
b,claude.ai,,2026-02,1e3,USD,retail,,x,2026-03-01,4
c,"SP * ANTHROPIC, PBC",,2026-02-30,5,USD,retail,l,9,,5
c,"SP * ANTHROPIC, PBC",,2026-02-28T10:00:00,0.005,EUR,retail,l,9,2026-02-28,6
,OPENAI,,2026-02-28,5,USD,retail,l,9,2026-02-28,7
d,OPENAI,,2026-03-01,NaN,USD,retail,l,9,2026-03-02,8
d,OPENAI,,2026-03-01,,USD,retail,l,9,2026-03-02,9
d,OPENAI,,2026-03-01,0,USD,retail,l,9,2026-03-02,10
d,OPENAI
d,OPENAI,,2026-03-01,3,USD,retail,l,9,2026-03-02,11,extra
""" + "".join(
    f"e{i},Mistral AI,,2026-03-{i + 10},{i}.5,USD,tech,s,1,2026-03-{i + 11},{20 + i}\n" for i in range(12)
)


def engines() -> tuple[str, ...]:
    """Both engines, or a reason to skip."""
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: uv sync --extra spark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    return ("duckdb", "spark")


def adoption(name: str, path: Path, reading: Reading) -> dict[str, Any]:
    engine = open_engine(name, threads=2)
    try:
        found = measure_adoption(
            engine, [path], load_rules(), reading, Wish(seen=1), lambda _: None
        ).as_json()
    finally:
        engine.close()
    return found


def revenue(name: str, path: Path) -> dict[str, Any]:
    engine = open_engine(name, threads=2)
    try:
        return measure_revenue(
            engine, [path], LedgerReading(), Policy({}, {}, stated=False), lambda _: None
        ).as_json()
    finally:
        engine.close()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_adoption_is_the_same_on_spark(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_transactions(Plan(companies=600, months=8, seed=9), path)
    one, other = (adoption(name, path, Reading()) for name in engines())
    assert one == other


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_messy_csv_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(MESSY, encoding="utf-8")
    one, other = (
        adoption(name, path, Reading(currency="USD", as_of=date(2026, 3, 31))) for name in engines()
    )
    malformed = [
        fate.pop("samples")
        for found in (one, other)
        for fate in found["account"]["fates"]
        if fate["status"] not in LABELS.values()
    ]
    assert len(malformed) == 2  # the lines' numbers are known to DuckDB only
    assert one == other


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_revenue_is_the_same_on_spark(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_ledger(LedgerPlan(customers=60, days=420, seed=9), path)
    one, other = (revenue(name, path) for name in engines())
    assert one == other


@pytest.mark.parametrize("value", [1.5, "x", None, 3, 4.0])
def test_a_query_returns_integers_or_texts_and_nothing_else(value: object) -> None:
    if value == 1.5:
        with pytest.raises(TypeError, match="not an integer"):
            as_cell(value)
    else:
        assert as_cell(value) == value


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_roster_and_odd_names_are_read_alike(tmp_path: Path) -> None:
    """Numbers as company names in one file, texts in the other; payments negative; columns named as people name them."""
    roster, path = tmp_path / "roster.csv", tmp_path / "t.csv"
    roster.write_text(
        "Company ID,from,to,industry\n"
        + "".join(f"{i},{'2026-02' if i % 7 == 0 else ''},,x{i % 2}\n" for i in range(50))
    )
    path.write_text(
        "Company,Merchant Name,Transaction-Date,Betrag in €\n"
        + "".join(
            f"{i},{('ANTHROPIC', 'OPENAI', 'STAPLES')[i % 3]},2026-0{1 + i % 4}-05,-{i}.5\n"
            for i in range(60)
        )
        + "3,AWS MARKETPLACE,2026-01-05,0\n" * 3
    )
    reading = Reading(
        columns={"date": "Transaction-Date", "amount": "Betrag in €"}, roster=roster, negate=True
    )
    one, other = (adoption(name, path, reading) for name in engines())
    assert one == other
    assert one["scope"].startswith("roster")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_open_quote_is_refused_by_both(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('company,merchant,date,amount\n"a,OPENAI,2026-01-01,1\n' + "b,OPENAI,2026-01-01,1\n" * 50)
    for name in engines():
        with pytest.raises(UsageError, match="quote is opened"):
            adoption(name, path, Reading())
