"""Tables that cannot be taken as they are: explained with counts and samples, nothing dropped in silence."""

from pathlib import Path

import pytest

from crossbearing.gather.measure.engines import open_engine
from crossbearing.gather.measure.run_adoption import AdoptionResult, Wish, measure_adoption
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
        (b"company,merchant,date,amount\n\xff\xfe,OPENAI,2026-01-01,1\n", "cannot read", ""),
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
