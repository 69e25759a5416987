"""From a table to the book: measured claims are read, kept apart by method, and go where they are told."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crossbearing.cli.measure import command
from crossbearing.gather.measure.synthetic import Plan, write_transactions
from crossbearing.pipeline import check_book, open_book
from crossbearing.problems import UsageError
from crossbearing.vocabulary.claim import Status, Visibility

BOOK = '[book]\ntitle = "t"\nformat = 1\n'


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims") / "spend.parquet"
    write_transactions(Plan(companies=400, months=4, seed=2), path)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.toml").write_text(BOOK)
    return folder


def test_measured_claims_enter_a_book_once(table: Path, book: Path) -> None:
    first = run("adoption", table, "--into", book)
    again = run("adoption", table, "--into", book)
    assert "claims added" in first.stderr
    assert "0 claims added" in again.stderr
    opened = open_book(book)
    assert opened.errors == ()
    shares = [c for c in opened.book.claims if c.metric == "adoption.business_share"]
    assert {c.status for c in shares} == {Status.MEASURED}
    assert {c.visibility for c in shares} == {Visibility.PRIVATE}
    assert all(
        c.locator.startswith("sha256=") and c.qualifier("method").startswith("v1-rules-") for c in shares
    )
    assert any(c.metric == "adoption.gap" for c in opened.book.claims)


def test_an_overlay_is_a_book_of_its_own_and_lies_over_another(
    table: Path, book: Path, tmp_path: Path
) -> None:
    run("adoption", table, "--out", tmp_path / "measured", "--by", "none")
    assert open_book(tmp_path / "measured").errors == ()
    assert open_book(None, tmp_path / "measured").errors == ()


def test_the_bundled_book_is_not_written_to(table: Path) -> None:
    import crossbearing

    root = Path(crossbearing.__file__).parent / "books" / "frontier"
    before = (root / "claims.csv").read_bytes()
    with pytest.raises(UsageError, match="bundled book"):
        run("adoption", table, "--into", root)
    assert (root / "claims.csv").read_bytes() == before


def test_two_method_versions_stay_apart(table: Path) -> None:
    """A break names its months and is never joined."""
    found = json.loads(
        run("adoption", table, "--break", "2025-03=v2", "--format", "json", "--by", "none").stdout
    )
    method = {row["month"]: row["method"].partition("-")[0] for row in found["index"]}
    assert method == {"2025-01": "v1", "2025-02": "v1", "2025-03": "v2", "2025-04": "v2"}
    assert any("not one series" in note for note in found["notes"])
    assert found["crossing"] is None  # two months since the break tell no speed


def test_a_revenue_ledger_enters_the_book(book: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "customer,date,amount,channel,fee\n"
        + "".join(f"c{d % 5},2025-{m:02d}-{d:02d},10,cloud,2\n" for m in range(1, 7) for d in range(1, 29))
    )
    with pytest.raises(UsageError, match="--entity"):
        run("revenue", ledger, "--into", book)
    run("revenue", ledger, "--into", book, "--entity", "Acme", "--visibility", "restricted")
    opened = open_book(book)
    assert opened.errors == ()
    quarter = {
        str(c.basis): c.quantity.value
        for c in opened.book.claims
        if c.metric == "revenue.recognised" and str(c.period) == "2025-Q1"
    }
    assert quarter == {"gross": 840.0, "net": 672.0}
    assert opened.book.visibility is Visibility.RESTRICTED


def test_a_sample_is_written_with_its_truth(tmp_path: Path) -> None:
    run("sample", "adoption", tmp_path / "a.csv", "--rows", 2000, "--months", 3)
    run("sample", "revenue", tmp_path / "b.parquet", "--rows", 2000, "--months", 3)
    truth = json.loads((tmp_path / "a-truth.json").read_text())
    assert set(truth["share"]) == set(truth["plan"]["vendors"])
    found = json.loads(run("adoption", tmp_path / "a.csv", "--format", "json").stdout)
    assert found["account"]["rows"] > 1500
    assert json.loads((tmp_path / "b-truth.json").read_text())["plan"]["alpha"] == 1.4
    shutil.rmtree(tmp_path)


def test_the_rules_are_shown_and_tried() -> None:
    assert "none" in run("vendors", "CLAUDE'S BAKERY").stdout
    assert "all examples behave" in run("vendors").stderr


def test_another_panel_is_another_claim_and_the_checks_say_why_they_disagree(book: Path, table: Path) -> None:
    """The same table by two panels, and a published index by another method: scope and method stand in the conflict."""
    run("adoption", table, "--into", book, "--by", "none")
    assert " 0 were there" in run("adoption", table, "--into", book, "--by", "none", "--panel", "span").stderr
    (book / "sources.csv").write_bytes(
        (book / "sources.csv").read_bytes() + b"idx,Index,,,2025-05-10,index,,,\n"
    )
    published = (
        b"x1,OpenAI,adoption.business_share,60.0%,ratio,2025-04,n/a,,measured,actual,idx,,,method=other,,,\n"
    )
    (book / "claims.csv").write_bytes((book / "claims.csv").read_bytes() + published)
    conflicts = check_book(open_book(book)).conflicts
    found = [c for c in conflicts if "x1" in c.claims]
    assert found
    assert {str(c.kind) for c in found} == {"scope"}


@pytest.mark.parametrize("form", ["text", "csv"])
def test_what_was_left_out_is_told_on_stderr_in_every_form(tmp_path: Path, form: str) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "customer,date,amount,currency\n"
        + "".join(f"a,2025-0{m}-{d},10,{c}\n" for m in (1, 2, 3) for d, c in ((10, "USD"), (28, "EUR")))
    )
    done = run("revenue", ledger, "--currency", "USD", "--format", form, "--at", "2025-03-31")
    assert "3 rows: other currency: its money is left out" in done.stderr
    assert "month*12" in done.stdout
