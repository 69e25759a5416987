"""The command on a small book: what it answers, what it refuses, what it will not invent."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.outlook.books import CLAIMS, write
from tests.value.value_books import write_book

from crossbearing.cli import cli
from crossbearing.problems import CrossbearingError, Refusal, UsageError

FAST = ("--paths", "300", "--from-claims")


def run(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(cli, ["outlook", str(folder), *FAST, *more])


def data(folder: Path, *more: str) -> dict[str, Any]:
    result = run(folder, "--format", "json", *more)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def company(found: dict[str, Any], name: str = "Acme") -> dict[str, Any]:
    return next(c for c in found["companies"] if c["entity"] == name)


def fan(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(f for f in company(found)["fans"] if f["name"] == name)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("outlook") / "book")


def test_the_first_screen_answers_in_words(book: Path) -> None:
    text = run(book, "--scenario", "cut").output
    for words in (
        "Sales",
        "net of partners' fees",
        "Gross margin",
        "Cash need",
        "Capacity",
        "What moves sales most",
    ):
        assert words in text
    assert "the opening cash a company needs is an answer, not an input" in text
    assert "cut: prices halve" in text
    assert "Monte Carlo error" in text


def test_the_answers_stand_in_front_in_the_order_a_reader_asks(book: Path) -> None:
    lines = run(book).stdout.splitlines()
    heads = [line[:16].strip() for line in lines[3:12] if line[:1].strip()]
    assert heads == ["Acme", "What breaks it", "How sure"]
    short = " ".join(line.strip() for line in lines[3:12])
    for words in (" a year in ", "operating margin", "new money", "of power online", "largest doubt"):
        assert words in short


def test_a_scenario_is_a_line_of_changes_with_their_errors(book: Path) -> None:
    found = data(book, "--scenario", "cut", "--scenario", "base")
    text = run(book, "--scenario", "cut", "--scenario", "base").stdout
    line = next(row for row in text.splitlines() if row.strip().startswith("cut "))
    sales = next(d for d in company(found)["scenarios"][0]["differences"] if d["name"] == "gross_run_rate")
    assert sales["mean"] < -2 * sales["error"]
    assert "−$" in line
    assert "±" in line
    base = next(row for row in text.splitlines() if row.strip().startswith("base "))
    assert set(base.split()[1:]) == {"·"}


def test_intervals_name_their_kind_and_every_input_leads_back(book: Path) -> None:
    found = data(book)
    assert found["interval_kind"] == "predictive"
    for one in company(found)["inputs"]:
        assert one["claims"] or one["assumptions"], one["name"]
    start = next(i for i in company(found)["inputs"] if i["name"] == "stated_run_rate")
    assert start["claims"] == ["r1"]


def test_csv_has_a_row_a_month(book: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(book, "--format", "csv", "--until", "2027-05").stdout)))
    sales = [r for r in rows if r["name"] == "gross_run_rate"]
    assert len(sales) == 12
    assert {r["interval"] for r in rows} == {"predictive"}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(book: Path) -> None:
    one, two = run(book, "--format", "json"), run(book, "--format", "json")
    assert one.stdout == two.stdout
    assert run(book, "--format", "json", "--seed", "9").stdout != one.stdout


def test_without_a_cash_balance_solvency_is_not_computable(book: Path) -> None:
    found = company(data(book))
    assert found["not_computable"]["insolvent"] == ["opening_cash"]
    assert not any("solvent" in c["label"] for c in found["chances"])


def test_with_an_assumed_balance_it_is_labelled_calibrated(book: Path) -> None:
    found = company(data(book, "--assume", "opening_cash=2B to 8B"))
    odds = next(c for c in found["chances"] if "solvent" in c["label"])
    assert "calibrated" in odds["label"]
    assert found["not_computable"] == {}


def test_a_missing_input_takes_its_own_answers_away_and_no_others(tmp_path: Path) -> None:
    folder = write(tmp_path / "b", without=("training_share_of_compute",))
    found = data(folder)
    lacking = company(found)["not_computable"]
    assert lacking["operating_profit"] == ["training_share_of_compute"]
    assert "gross_revenue" not in lacking
    text = run(folder).output
    assert "not computable: " in text
    assert ": needs training_share_of_compute" in text


def test_without_power_sales_are_not_limited_and_it_says_so(tmp_path: Path) -> None:
    claims = "\n".join(line for line in CLAIMS.splitlines() if not line.startswith("p1"))
    folder = write(tmp_path / "b", claims=claims)
    for name in ("commitments.csv", "relations.csv"):
        (folder / name).write_text((folder / name).read_text().replace(",p1,", ",r1,"))
    text = run(folder).output
    assert "Sales are not limited by capacity" in text
    assert "needs power_at_start" in text


def test_without_any_judgment_sales_go_on_as_the_position_foresees_and_it_says_so(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path / "b",
        """
r0,Acme,revenue.run_rate,1.7B,USD/yr,2025-09-30,gross,company,actual,news,2026-05-16,
r1,Acme,revenue.run_rate,2.0B,USD/yr,2025-12-31,gross,company,actual,news,2026-05-16,
r2,Acme,revenue.run_rate,2.3B,USD/yr,2026-03-31,gross,company,actual,news,2026-05-16,
r3,Acme,revenue.run_rate,2.5B,USD/yr,2026-05-15,gross,company,actual,news,2026-05-16,
n3,Acme,revenue.run_rate,1.5B,USD/yr,2026-05-15,net,company,actual,news,2026-05-16,
""",
        "",
        "",
    )
    asked = CliRunner().invoke(cli, ["outlook", str(folder), "--paths", "2000", "--format", "json"])
    found = json.loads(asked.stdout)
    sales = fan(found, "gross_run_rate")["points"]
    words = ["series", "Acme", "revenue.run_rate", "--rate", "instantaneous", "--format", "json", "--book"]
    series = CliRunner().invoke(cli, [*words, str(folder), "--at", "2026-05-16", "--at", "2026-11-14"])
    now, later = json.loads(series.stdout)["points"]
    half = sales[5]
    assert half["p50"] == pytest.approx(later["p50"], rel=0.1)
    assert half["p95"] / half["p5"] == pytest.approx(later["p95"] / later["p5"], rel=0.25)
    assert sales[0]["p50"] == pytest.approx(now["p50"], rel=0.1)
    net = fan(found, "net_run_rate")["points"][0]
    assert net["p50"] / sales[0]["p50"] == pytest.approx(0.6, abs=0.05)
    assert any("as the position foresees" in note for note in company(found)["notes"])


def test_sales_stated_net_without_any_partner_are_gross_too(tmp_path: Path) -> None:
    folder = write(tmp_path / "book")
    claims, relations = folder / "claims.csv", folder / "relations.csv"
    claims.write_text(claims.read_text(encoding="utf-8").replace(",gross,", ",net,"), encoding="utf-8")
    relations.write_text(relations.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    found = data(folder)
    gross, net = fan(found, "gross_run_rate"), fan(found, "net_run_rate")
    assert gross["points"][0]["p50"] == pytest.approx(net["points"][0]["p50"])


def test_a_company_without_a_run_rate_says_what_it_needs(book: Path) -> None:
    found = company(data(book, "--entity", "Brill"), "Brill")
    assert found["why_not"] == "not computable for Brill: needs a run rate"


def refused(folder: Path, *more: str) -> BaseException | None:
    return run(folder, *more).exception


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--scenario", "boom"), "no scenario is called 'boom'"),
        (("--scenario", "late"), "after the end"),
        (("--until", "2020-01"), "gives -"),
        (("--entity", "Nobody"), "unknown entity Nobody"),
        (("--assume", "opening_cash"), "cannot read --assume"),
        (("--assume", "opening_chash=20B"), "no input is called opening_chash"),
        (("--assume", "opening_cash=50B to 20B"), "upside down"),
        (("--model", "nowhere.py"), "no file nowhere.py"),
    ],
)
def test_wrong_use_is_told(book: Path, asked: tuple[str, ...], words: str) -> None:
    fault = refused(book, *asked)
    assert isinstance(fault, UsageError)
    assert words in fault.as_text()


def test_a_wrong_unit_is_told_with_its_place(tmp_path: Path) -> None:
    folder = write(tmp_path / "b", without=("price_per_power",), more="price_per_power = 10 to 14 # USD/yr")
    fault = refused(folder)
    assert isinstance(fault, UsageError)
    assert "assumptions.toml:" in fault.what
    assert "is in USD/yr, not in USD/W/yr" in fault.what


def test_a_users_equation_replaces_one_and_a_bad_one_is_named(book: Path, tmp_path: Path) -> None:
    own = tmp_path / "model.py"
    head = "from crossbearing.outlook.equation import auxiliary\nimport numpy as np\n"
    own.write_text(
        head
        + "@auxiliary('USD/month')\ndef other_cost(gross_revenue):\n    'None.'\n    return gross_revenue * 0\n"
    )
    plain, changed = (
        fan(data(book), "operating_margin"),
        fan(data(book, "--model", str(own)), "operating_margin"),
    )
    assert changed["points"][0]["p50"] > plain["points"][0]["p50"] + 0.1
    own.write_text(
        head
        + "@auxiliary('USD/month')\ndef other_cost(gross_revenue):\n    'Bad.'\n    return gross_revenue * np.nan\n"
    )
    fault = refused(book, "--model", str(own))
    assert isinstance(fault, Refusal)
    assert "other_cost is not a finite number in draw 0 at month 0" in " ".join(fault.what.split())
    own.write_text("def f(:\n")
    fault = refused(book, "--model", str(own))
    assert isinstance(fault, CrossbearingError)
    assert "does not run" in fault.what


OWN = """from crossbearing.outlook.equation import auxiliary, stock
import numpy as np

@auxiliary("{unit}")
def demand_sales({reads}):
    "Sales asked for."
    {body}
"""


@pytest.mark.parametrize(
    ("unit", "reads", "body", "words"),
    [
        (
            "USD/yr",
            "month",
            "raise ValueError('boom')",
            "raises ValueError: boom, in draws 0 to 299 at month 0",
        ),
        ("USD/yr", "subscription_sales", "return 1 if subscription_sales > 1 else 2", "truth value"),
        ("USD/yr", "month", "pass", "gives nothing, in draws 0 to 299 at month 0"),
        ("USD/yr", "month", "return 'much'", "gives str that is no number"),
        ("USD/yr", "subscription_sales", "return subscription_sales[:3]", "gives shape (3,) for 300 draws"),
        (
            "USD/yr",
            "month",
            "return np.where((month == 4) & (np.arange(300) == 7), np.nan, 1.0)",
            "is not a finite number in draw 7 at month 4",
        ),
        ("USD/yr", "moonth", "return moonth", "reads moonth, which is no equation and no input"),
        ("USD/fortnightly", "month", "return month", "which is no unit"),
        ("W", "month", "return month", "is in W, not in USD/yr"),
        ("USD/yr", "usage_sales, load", "return usage_sales * load", "circular wiring"),
    ],
)
def test_a_bad_equation_of_the_user_is_told_with_function_step_and_draw(
    book: Path, tmp_path: Path, unit: str, reads: str, body: str, words: str
) -> None:
    own = tmp_path / "mine.py"
    own.write_text(OWN.format(unit=unit, reads=reads, body=body))
    fault = refused(book, "--model", str(own))
    assert isinstance(fault, CrossbearingError), fault
    assert words in fault.as_text()
    assert "demand_sales" in fault.as_text()


@pytest.mark.parametrize(
    ("shock", "words"),
    [
        ('kind = "price_war"\nat = "2020-01"\ncut = "10%"', "before the start"),
        ('kind = "progress_delay"\nat = "start"\nmonths = -3', "months = -3"),
        ('kind = "progress_delay"\nat = "start"\ndays = 3', "has days, which it does not read"),
        ('kind = "progress_delay"\nat = "start"\nentity = "Nobody"', "no company is called 'Nobody'"),
        ('kind = "supplier_exit"\nat = "start"\nsupplier = "Nobody"', "no contract with 'Nobody'"),
        ('kind = "customer_loss"\nat = "start"\nshare = "140%"', "is no share"),
        ('kind = "flood"\nat = "start"', "unknown kind of shock 'flood'"),
    ],
)
def test_a_bad_shock_is_told(tmp_path: Path, shock: str, words: str) -> None:
    folder = write(tmp_path / "b")
    text = (folder / "assumptions.toml").read_text()
    head = '[scenarios.bad]\nlabel = "bad"\nauthor = "a"\ndate = "2026-05-29"\nreason = "r"\n[[scenarios.bad.shocks]]\n'
    (folder / "assumptions.toml").write_text(f"{text}\n{head}{shock}\n")
    fault = refused(folder, "--scenario", "bad")
    assert isinstance(fault, UsageError)
    assert words in fault.as_text()
