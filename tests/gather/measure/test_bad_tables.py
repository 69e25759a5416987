"""Tables that cannot be taken as they are: explained with counts and samples, nothing dropped in silence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from crossbearing.cli import cli
from crossbearing.gather.measure.engines import open_engine
from crossbearing.gather.measure.run_adoption import AdoptionResult, Wish, headline, measure_adoption
from crossbearing.gather.measure.synthetic import Plan, write_transactions
from crossbearing.gather.measure.transactions import Reading
from crossbearing.gather.measure.vendors import load_rules
from crossbearing.problems import UsageError

GOOD = "company,merchant,date,amount\n" + "".join(f"c{i},OPENAI,2026-0{1 + i % 3}-01,10\n" for i in range(30))


def measure(path: Path, text: str | bytes | None = None, reading: Reading | None = None) -> AdoptionResult:
    if text is not None:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    engine = open_engine("duckdb", threads=1)
    try:
        return measure_adoption(
            engine, [path], load_rules(), reading or Reading(), Wish(sections=()), lambda _: None
        )
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("firm_name,merchant,date,amount\na,b,2026-01-01,1\n", "no column 'company'", "--column company="),
        ("company,merchant,when,amount\na,b,2026-01-01,1\n", "no column 'date'", "--column date="),
        ("company,merchant,date,amount\n", "no rows", ""),
        ("", "no header", ""),
        ("company,merchant,date,date\n", "twice", ""),
        ("company,merchant,date,amount\na,OPENAI,01/02/2026,1\nb,OPENAI,01/03/2026,2\n", "date not readable", "2026-04-03"),
        ('company,merchant,date,amount\na,OPENAI,2026-01-02,"1,000.00"\n', "amount not readable", "plain numbers"),
        ("company,merchant,date,amount,currency\na,OPENAI,2026-01-02,1,USD\nb,OPENAI,2026-01-02,1,EUR\n", "mixes 2 currencies", "--currency"),
        ("company,business,merchant,date,amount\na,a,OPENAI,2026-01-02,1\n", "", ""),
        ("customer,business,merchant,date,amount\na,a,OPENAI,2026-01-02,1\n", "could both be", "--column company="),
        ("company,merchant,date,amount\na,b\nc,d\ne,f,2026-01-01,1\n", "another number of cells", "delimiter"),
        (b"company,merchant,date,amount\n\xff\xfe,OPENAI,2026-01-01,1\n", "t.csv:2", "UTF-8"),
        ((GOOD + "\xe9,OPENAI,2026-01-01,1\n").encode("latin-1"), "t.csv:32", "UTF-8"),
        (GOOD + '"c1,OPENAI,2026-01-01,1\n' + "c2,OPENAI,2026-01-01,1\n" * 400, "line 32: a quote is opened and not closed", "twice"),
        (GOOD.replace(",10", ",-10"), "30 of 30 amounts are negative", "--negate"),
    ],
)  # fmt: skip
def test_a_bad_table_is_explained(tmp_path: Path, text: str | bytes, what: str, hint: str) -> None:
    if not what:
        measure(tmp_path / "t.csv", text)
        return
    with pytest.raises(UsageError) as refused:
        measure(tmp_path / "t.csv", text)
    assert what in refused.value.as_text()
    assert hint in refused.value.as_text()


def test_a_corrupt_parquet_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        measure(tmp_path / "t.parquet", b"PAR1" + b"\0" * 100 + b"PAR1")


def test_a_missing_file_and_an_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no table"):
        measure(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="as one table"):
        measure(tmp_path / "t.docx", "x")


def test_a_renamed_column_can_be_mapped(tmp_path: Path) -> None:
    found = measure(tmp_path / "t.csv", GOOD.replace("company", "who"), Reading(columns={"company": "who"}))
    assert found.prepared.account.accepted == 30


def test_mapping_to_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column 'whom'"):
        measure(tmp_path / "t.csv", GOOD, Reading(columns={"company": "whom"}))
    with pytest.raises(UsageError, match="to map"):
        measure(tmp_path / "t.csv", GOOD, Reading(columns={"firma": "company"}))


def test_malformed_lines_are_counted_with_their_places(tmp_path: Path) -> None:
    found = measure(tmp_path / "t.csv", GOOD + "c1,OPENAI\nc2,OPENAI,2026-01-01,1,2\n")
    account = found.prepared.account
    assert (account.malformed, account.total, account.accepted) == (2, 32, 30)
    assert account.malformed_samples[0].startswith("line 32:")


def test_one_company_with_most_rows_an_empty_month_and_unmatched_vendors_are_noted(tmp_path: Path) -> None:
    text = GOOD + "c0,Staples,2026-05-01,1\n" * 300
    found = measure(tmp_path / "t.csv", text)
    notes = " ".join(found.notes)
    assert "one company holds 91% of the rows" in notes
    assert "no rows in 2026-04" in notes
    assert found.prepared.unmatched == (("Staples", 300),)
    assert all(row.month != "2026-04" for row in found.index)  # a gap is no zero


def test_an_ai_only_table_says_what_its_share_means(tmp_path: Path) -> None:
    assert any("buy from a listed vendor at all" in note for note in measure(tmp_path / "t.csv", GOOD).notes)


def test_knowledge_time_needs_a_recording_day(tmp_path: Path) -> None:
    from datetime import date

    with pytest.raises(UsageError, match="--as-of"):
        measure(tmp_path / "t.csv", GOOD, Reading(as_of=date(2026, 2, 1)))


def test_semicolons_a_byte_order_mark_and_month_dates_are_read(tmp_path: Path) -> None:
    text = '\ufeffcompany;merchant;month;amount\na;OPENAI;2026-01;1.50\nb;"x; y";202602;2\n'
    found = measure(tmp_path / "t.csv", text)
    assert found.prepared.account.accepted == 2
    assert found.prepared.months == (24312, 24313)


def test_corrupt_pages_of_a_parquet_file_are_told(tmp_path: Path) -> None:
    """The footer is whole, so the file opens; the data behind it is not."""
    path = tmp_path / "t.parquet"
    write_transactions(Plan(companies=60, months=3), path)
    data = bytearray(path.read_bytes())
    for place in range(100, len(data) * 3 // 4, 7):
        data[place] ^= 0xFF
    with pytest.raises(UsageError, match="cannot read"):
        measure(path, bytes(data))


def test_a_column_of_lists_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "t.parquet"
    parquet.write_table(
        pa.table({"company": [["a"]], "merchant": ["OPENAI"], "date": ["2026-01-01"], "amount": [1]}), path
    )
    with pytest.raises(UsageError, match="lists or records"):
        measure(path)


def test_any_column_name_can_be_read_or_mapped(tmp_path: Path) -> None:
    text = GOOD.replace(
        "company,merchant,date,amount", "Customer-ID,Merchant Name,\u65e5\u4ed8,Amount (\u20ac)"
    )
    reading = Reading(columns={"date": "\u65e5\u4ed8", "amount": "Amount (\u20ac)"})
    assert measure(tmp_path / "t.csv", text, reading).prepared.account.accepted == 30


def test_negative_payments_are_turned_round_when_asked(tmp_path: Path) -> None:
    plain = measure(tmp_path / "a.csv", GOOD)
    turned = measure(tmp_path / "b.csv", GOOD.replace(",10", ",-10"), Reading(negate=True))
    assert turned.index == plain.index


def test_copies_without_an_id_are_counted_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(GOOD + "c1,OPENAI,2026-02-01,10\n" * 4)
    done = CliRunner().invoke(cli, ["measure", "adoption", str(path)], catch_exceptions=False)
    assert "34 rows, 34 accepted" in done.stderr
    assert "4 of 34 rows equal another" in done.stderr


def test_a_stray_last_month_is_no_headline(tmp_path: Path) -> None:
    """One misread year must not become the figure of the day."""
    found = measure(tmp_path / "t.csv", GOOD + "c1,OPENAI,2031-01-05,10\n")
    assert {row.month for row in headline(found)} == {"2026-03"}
    assert any("far fewer rows than usual in 2031-01" in note for note in found.notes)


def test_unmatched_texts_are_shown_with_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(GOOD + "c1,QZX HOLDINGS,2026-02-01,10\n" * 20)
    done = CliRunner().invoke(cli, ["measure", "adoption", str(path)], catch_exceptions=False)
    assert "20 rows (40%) fit no vendor rule; most often in the table QZX HOLDINGS (20)" in done.stderr


def test_nobody_paid(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(GOOD.replace(",10", ",0"))
    done = CliRunner().invoke(cli, ["measure", "adoption", str(path)], catch_exceptions=False)
    assert "30 rows: zero amount" in done.stderr
    assert "no company paid a listed vendor" in done.stdout


def test_a_month_that_hangs_on_one_company_has_no_gap(tmp_path: Path) -> None:
    """Taking the only company of March away leaves nobody, so no error of the gap can be told."""
    text = GOOD + "".join(f"c{i},ANTHROPIC,2026-0{1 + i % 3}-01,10\n" for i in range(60))
    found = measure(tmp_path / "t.csv", text + "c1,OPENAI,2026-04-01,10\n")
    assert found.gap is None
    assert any("hangs on one random group" in note for note in found.notes)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--memory", "lots"], "no amount of memory"),
        (["--gap", "OpenAI"], "no two vendors"),
        (["--gap", "OpenAI:openai"], "no two vendors"),
    ],
)
def test_options_that_say_nothing(tmp_path: Path, words: list[str], what: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(GOOD)
    with pytest.raises(UsageError, match=what):
        CliRunner().invoke(cli, ["measure", "adoption", str(path), *words], catch_exceptions=False)
