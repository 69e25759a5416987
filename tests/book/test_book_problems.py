"""Bad input: every fault named with file, line, column, what, why and mend; all of them at once; never a traceback."""

import os
import threading
from pathlib import Path

import pytest
from tests.book.mills import ASSUMPTIONS, CLAIMS, COMMITMENTS, HEAD, SOURCES, Make

from crossbearing.book.layout import CLAIMS as CLAIMS_TABLE
from crossbearing.book.load import Loaded, load
from crossbearing.problems import Problem

CELLS = CLAIMS.splitlines()[1].split(",")


def with_cell(column: str, text: str) -> str:
    """The good claims with one cell of the first row replaced, quoted where needed."""
    cells = list(CELLS)
    cells[CLAIMS_TABLE.index(column)] = (
        '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text
    )
    return CLAIMS.replace(",".join(CELLS), ",".join(cells))


def column_of(column: str) -> int:
    """Where a cell of the first row starts."""
    place = CLAIMS_TABLE.index(column)
    return sum(len(c) + 1 for c in CELLS[:place]) + 1


def only(loaded: Loaded, code: str) -> Problem:
    """The one problem of a book, complete."""
    assert [p.code for p in loaded.problems] == [code], [p.as_text() for p in loaded.problems]
    problem = loaded.problems[0]
    assert problem.position.line >= 1
    assert problem.position.column >= 1
    assert problem.what
    assert problem.why
    assert problem.mend
    return problem


@pytest.mark.parametrize(
    ("column", "cell", "code", "says"),
    [
        ("value", "3E+10", "XB110", "scientific"),
        ("value", "30,000,000", "XB110", "thousand separators"),
        ("value", "30'000'000", "XB110", "thousand separators"),
        ("value", "NaN", "XB110", "not a number"),
        ("value", "inf", "XB110", "not a number"),
        ("value", "$30M", "XB110", "unit in words"),
        ("value", "500M..400M", "XB110", "upside down"),
        ("value", "-3M", "XB210", "negative"),
        ("value", "40%", "XB110", "not a figure in EUR/yr"),
        ("value", "", "XB110", "empty"),
        ("value", "#NAME?", "XB109", "error value"),
        ("value", "########", "XB109", "#"),
        ("value", "'+6.3pp", "XB109", "apostrophe"),
        ("value", "“30M”", "XB109", "typographic"),
        ("value", "30\u00a0M", "XB109", "blank"),
        ("value", "\u221230M", "XB109", "dash"),
        ("period", "Apr-26", "XB111", "spreadsheet"),
        ("period", "03/04/2026", "XB111", "ambiguous"),
        ("period", "2026-02-30", "XB111", "no calendar date"),
        ("period", "2026-13", "XB111", "no month 13"),
        ("period", "2026-04..2026-01", "XB208", "span"),
        ("period", "Q1 2026", "XB111", "order"),
        ("period", "FY2025", "XB208", "span"),
        ("entity", "Northmil", "XB201", "'Northmil'"),
        ("entity", "", "XB201", "missing"),
        ("metric", "revenue.runrate", "XB202", "revenue.runrate"),
        ("unit", "EURO", "XB203", "EURO"),
        ("unit", "EUT/yr", "XB203", "no currency"),
        ("unit", "count", "XB205", "does not fit"),
        ("basis", "grosss", "XB204", "basis"),
        ("basis", "n/a", "XB206", "not allowed"),
        ("status", "rumor", "XB204", "status"),
        ("status", "", "XB204", "missing"),
        ("modality", "guess", "XB204", "modality"),
        ("source", "dayly", "XB302", "unknown source"),
        ("source", "", "XB302", "missing"),
        ("known", "2026-01..2026-02", "XB112", "span"),
        ("qualifiers", "produkt=flour", "XB207", "not allowed"),
        ("qualifiers", "flour", "XB113", "qualifiers"),
        ("qualifiers", "product=a; product=b", "XB113", "twice"),
        ("locator", "doc=../../etc/passwd", "XB117", "leaves the folder"),
        ("locator", "doc=/etc/passwd", "XB117", "leaves the folder"),
        ("locator", "doc=..\\secret", "XB117", "leaves the folder"),
        ("locator", "doc=C:\\secret", "XB117", "leaves the folder"),
        ("locator", "doc=%2e%2e/secret", "XB117", "leaves the folder"),
        ("locator", "doc=a/../../b", "XB117", "leaves the folder"),
        ("locator", "chars=9-3", "XB117", "span"),
        ("locator", "../x", "XB117", "locator"),
        ("visibility", "secret", "XB204", "visibility"),
        ("id", "a b", "XB114", "no id"),
        ("id", "", "XB114", "empty"),
        ("id", "../a", "XB114", "no id"),
        ("id", "<script>", "XB114", "no id"),
    ],
)
def test_a_bad_cell_is_named_at_its_place(make: Make, column: str, cell: str, code: str, says: str) -> None:
    if column == "period" and cell == "2026-04..2026-01":
        code, says = "XB111", "backwards"
    claims = with_cell(column, cell)
    problem = only(make(claims__csv=claims, commitments__csv=None, assumptions__toml=None), code)
    assert says in problem.what
    assert problem.position.file == "claims.csv"
    assert problem.position.line == 2
    assert problem.position.column >= column_of(column)
    assert problem.position.column <= column_of(column) + len(cell) + 1
    assert problem.line_text == claims.splitlines()[1]


@pytest.mark.parametrize(
    ("column", "cell", "offer"),
    [
        ("entity", "Nortmill", "'Northmill'"),
        ("entity", "northmil", "'Northmill'"),
        ("metric", "revenue.runrate", "'revenue.run_rate'"),
        ("source", "dayly", "'daily'"),
        ("status", "Reported", "reported"),
        ("qualifiers", "prodct=x", "'product'"),
    ],
)
def test_the_nearest_name_is_offered(make: Make, column: str, cell: str, offer: str) -> None:
    loaded = make(claims__csv=with_cell(column, cell), commitments__csv=None, assumptions__toml=None)
    assert offer in loaded.problems[0].mend


def test_every_fault_of_every_row_at_once(make: Make) -> None:
    row = (
        "c d,Eastmill,revenue.runrate,3E+10,EURO,Apr-26,grosss,,rumor,guess,dayly,,03/04/26,x,../y,secret,\n"
    )
    loaded = make(
        claims__csv=CLAIMS + row + row.replace("c d", "e f"),
        book__toml=HEAD + "currency = 3\n",
        sources__csv=SOURCES.replace(",B,", ",Z,"),
    )
    codes = [p.code for p in loaded.problems if p.position.file == "claims.csv" and p.position.line == 4]
    assert codes == [
        "XB114",
        "XB201",
        "XB202",
        "XB110",
        "XB203",
        "XB111",
        "XB204",
        "XB204",
        "XB204",
        "XB302",
        "XB112",
        "XB113",
        "XB117",
        "XB204",
    ]
    assert codes == [
        p.code for p in loaded.problems if p.position.file == "claims.csv" and p.position.line == 5
    ]
    columns = [
        p.position.column for p in loaded.problems if p.position.line == 4 and p.position.file == "claims.csv"
    ]
    assert columns == sorted(set(columns))
    assert {p.position.file for p in loaded.problems} == {"claims.csv", "sources.csv", "book.toml"}


def test_a_fault_of_a_source_does_not_spill_over_its_claims(make: Make) -> None:
    assert [p.code for p in make(sources__csv=SOURCES.replace("2026-03-05", "Apr-26")).errors] == ["XB112"]


def test_a_share_outside_its_range(make: Make) -> None:
    row = "c,Northmill,revenue.market_share,140%,ratio,2026-03,,,company,actual,daily,,,,,,\n"
    problem = only(make(claims__csv=CLAIMS + row), "XB210")
    assert "140%" in problem.what
    assert make(commitments__csv=COMMITMENTS.replace("40%", "140%")).errors[0].code == "XB118"


def test_a_flow_at_an_instant_names_the_right_form(make: Make) -> None:
    problem = only(make(claims__csv=CLAIMS.replace("FY2025", "2026-03-05")), "XB208")
    assert "2026-Q1" in problem.mend


def test_a_duplicate_id_names_the_first(make: Make) -> None:
    problem = only(make(claims__csv=CLAIMS.replace("\nb,", "\na,")), "XB301")
    assert (problem.position.line, "line 2" in problem.why) == (3, True)


# ── the form of a table ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_separators_are_explained_once_and_the_rows_still_checked(
    make: Make, mark: str, name: str
) -> None:
    claims = CLAIMS.replace('"one, two"', "one").replace(",", mark).replace("30M", "3E+7")
    loaded = make(claims__csv=claims)
    assert [p.code for p in loaded.problems] == ["XB104", "XB110"]
    assert name in loaded.problems[0].what
    assert len(loaded.book.claims) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_explained(make: Make, encoding: str) -> None:
    problem = only(make(claims__csv=CLAIMS.encode(encoding)), "XB102")
    assert "UTF-16" in problem.what


def test_a_byte_of_another_encoding_is_shown_with_what_it_was(make: Make) -> None:
    problem = only(make(claims__csv=CLAIMS.encode().replace(b"one, two", b"caf\xe9")), "XB102")
    assert (problem.position.line, "é" in problem.why) == (3, True)


def test_a_missing_column(make: Make) -> None:
    lines = [line.replace('"one, two"', "x").split(",") for line in CLAIMS.splitlines()]
    place = CLAIMS_TABLE.index("unit")
    problem = only(make(claims__csv="\n".join(",".join(c[:place] + c[place + 1 :]) for c in lines)), "XB105")
    assert "unit is missing" in problem.what
    assert "after value" in problem.mend


def test_an_optional_column_may_be_missing_with_a_warning(make: Make) -> None:
    lines = [line.replace('"one, two"', "x").split(",") for line in CLAIMS.splitlines()]
    place = CLAIMS_TABLE.index("definition")
    loaded = make(claims__csv="\n".join(",".join(c[:place] + c[place + 1 :]) for c in lines))
    assert [(p.code, str(p.severity)) for p in loaded.problems] == [("XB105", "warning")]
    assert len(loaded.book.claims) == 2


def test_a_moved_column_is_read_by_name_and_pointed_out(make: Make) -> None:
    lines = [line.replace('"one, two"', "x").split(",") for line in CLAIMS.splitlines()]
    loaded = make(claims__csv="\n".join(",".join([*c[:3], c[4], c[3], *c[5:]]) for c in lines))
    assert [(p.code, str(p.severity)) for p in loaded.problems] == [("XB105", "warning")]
    assert loaded.book.claims[0].quantity.value == 30e6


def test_a_doubled_and_an_unknown_column(make: Make) -> None:
    lines = CLAIMS.replace('"one, two"', "x").splitlines()
    doubled = "\n".join([lines[0] + ",note,confidense", *(line + ",," for line in lines[1:])])
    loaded = make(claims__csv=doubled)
    assert ["twice" in p.what or "no column" in p.what for p in loaded.problems] == [True, True]


def test_a_header_that_is_no_header(make: Make) -> None:
    loaded = make(claims__csv="\n".join(CLAIMS.splitlines()[1:]))
    assert loaded.errors
    assert all(p.code == "XB105" for p in loaded.errors)


def test_too_few_and_too_many_cells_and_the_rest_of_the_row(make: Make) -> None:
    short = CLAIMS.replace(",chars=1-5,,\n", "\n").replace("30M", "3E+7")
    loaded = make(claims__csv=short)
    assert [p.code for p in loaded.problems] == ["XB106", "XB110"]
    comma = CLAIMS.replace("month*12", "month*12, about")
    loaded = make(claims__csv=comma.replace("company", "compny"))
    assert [(p.code, p.position.line) for p in loaded.problems] == [("XB106", 2), ("XB204", 2)]
    assert "quotation marks" in loaded.problems[0].mend


def test_an_open_quotation_mark_does_not_swallow_the_file(make: Make) -> None:
    loaded = make(claims__csv=CLAIMS.replace("2,month*12", '2,"month*12').replace(",month*12", ',"month*12'))
    assert loaded.problems[0].code == "XB107"
    assert loaded.problems[0].position.line == 2
    assert [c.id for c in loaded.book.claims] == ["a", "b"] or loaded.errors


def test_an_empty_table_and_an_empty_head(make: Make) -> None:
    assert "XB105" in [p.code for p in make(claims__csv="").problems]
    assert "XB201" in [p.code for p in make(book__toml="").problems]


def test_a_control_character(make: Make) -> None:
    problem = only(make(claims__csv=CLAIMS.replace("one, two", "one\x00two")), "XB102")
    assert problem.position.line == 3


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["book.toml", "sources.csv", "claims.csv"])
def test_a_missing_file_is_named_and_nobody_else_is_blamed(make: Make, name: str) -> None:
    loaded = make(**{name.replace(".", "__"): None})
    assert [(p.code, p.position.file) for p in loaded.errors] == [("XB101", name)]


def test_a_missing_folder(tmp_path: Path) -> None:
    assert [p.code for p in load(tmp_path / "nowhere").problems][:1] == ["XB101"]


def test_a_file_of_nearly_the_right_name(make: Make, tmp_path: Path) -> None:
    (tmp_path / "asumptions.toml").write_text("")
    problem = only(make(assumptions__toml=None), "XB101")
    assert "assumptions.toml" in problem.mend


def test_a_line_of_a_gigabyte_is_refused_without_being_read(make: Make, tmp_path: Path) -> None:
    make()
    with (tmp_path / "claims.csv").open("ab") as file:
        file.truncate(2**30)
    assert [p.code for p in load(tmp_path).errors] == ["XB103"]


def test_a_line_of_two_megabytes_is_refused_with_its_number(make: Make) -> None:
    problem = only(make(claims__csv=CLAIMS + "x" * 2_100_000), "XB103")
    assert problem.position.line == 4
    inside = make(claims__csv=CLAIMS + "x" * 1_000_000 + "y" * 1_000_000 + "\n" + CLAIMS)
    assert [p.code for p in inside.problems] == ["XB103"]


def test_a_pipe_does_not_hang(make: Make, tmp_path: Path) -> None:
    make(claims__csv=None)
    os.mkfifo(tmp_path / "claims.csv")
    found: list[Loaded] = []
    thread = threading.Thread(target=lambda: found.append(load(tmp_path)), daemon=True)
    thread.start()
    thread.join(5)
    assert [p.code for p in found[0].errors] == ["XB103"]


def test_a_folder_in_place_of_a_file(make: Make, tmp_path: Path) -> None:
    (tmp_path / "views.toml").mkdir()
    assert [p.code for p in make().errors] == ["XB103"]


def test_toml_that_does_not_parse(make: Make) -> None:
    problem = only(make(book__toml=HEAD + "[entities\n"), "XB108")
    assert problem.position.line == 11
    assert only(make(assumptions__toml='[assumptions.x]\nvalue = "a'), "XB108").position.line == 2


def test_a_book_of_a_newer_format_is_not_read_further(make: Make) -> None:
    loaded = make(book__toml=HEAD.replace("format = 1", "format = 2"), claims__csv="nonsense")
    problem = only(loaded, "XB122")
    assert problem.position.line == 4
    assert loaded.book.claims == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('currency = "EUR"', 'currency = "EUX"', "XB203"),
        ('currency = "EUR"', "currency = 3", "XB120"),
        ("format = 1", 'format = "one"', "XB120"),
        ('title = "Mills"', 'titel = "Mills"', "XB121"),
        ('fiscal_year_end = "06-30"', 'fiscal_year_end = "30.06."', "XB120"),
        ('[entities."Southmill"]', '[entities."Southmill"]\nparent = "Westmill"', "XB201"),
        ('[entities."Southmill"]', '[entities."Southmill"]\naliases = ["north mill"]', "XB212"),
        ('[entities."Southmill"]', '[entities."Southmill"]\nkind = "mill"', "XB204"),
        ('[entities."Southmill"]', '[entities."Southmill"]\n[metrics.m]\nlabel = "m"', "XB211"),
    ],
)
def test_the_head_of_the_book(make: Make, old: str, new: str, code: str) -> None:
    assert [p.code for p in make(book__toml=HEAD.replace(old, new)).problems] == [code]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("20% to 60%", "60% to 20%", "XB120", 2),
        ("20% to 60%", "a lot", "XB120", 2),
        ("20% to 60%", "20% to 160%", "XB120", 2),
        ('value = "20% to 60%"\n', "", "XB118", 1),
        ('author = "me"\n', "", "XB309", 1),
        ("date = 2026-04-01", 'date = "spring"', "XB120", 4),
        ('["a"]', '["z"]', "XB303", 6),
        ('"Northmill.cloud_share"', '"Eastmill.cloud_share"', "XB201", 1),
    ],
)
def test_a_bad_judgment_is_named_at_its_key(make: Make, old: str, new: str, code: str, line: int) -> None:
    loaded = make(assumptions__toml=ASSUMPTIONS.replace(old, new))
    assert [(p.code, p.position.line) for p in loaded.problems] == [(code, line)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Northmill", "Eastmill", "XB201"),
        ("pays", "paid", "XB204"),
        (">3MW", ">3kg", "XB110"),
        ("45M EUR", "45M", "XB203"),
        ("45M EUR", "45M W", "XB205"),
        ("2026-Q2", "2026-01..2026-02", "XB111"),
        (",a,", ",nobody,", "XB303"),
        ("Power Co", "", "XB201"),
    ],
)
def test_a_bad_contract(make: Make, old: str, new: str, code: str) -> None:
    assert [p.code for p in make(commitments__csv=COMMITMENTS.replace(old, new)).problems] == [code]


def test_markup_and_formulas_are_kept_as_data(make: Make) -> None:
    note = "<script>alert(1)</script> <b>x</b>"
    assert make(claims__csv=with_cell("note", note)).book.claims[0].note == note
    problem = only(make(claims__csv=with_cell("note", "=HYPERLINK(1)")), "XB119")
    assert str(problem.severity) == "warning"
    assert only(make(sources__csv=SOURCES.replace("https://example.org/a", "javascript:alert(1)")), "XB116")


def test_a_suggestion_is_the_word_and_not_its_code(make: Make) -> None:
    loaded = make(claims__csv=CLAIMS.replace(",gross,", ",gros,", 1))
    assert any("did you mean 'gross'?" in p.mend for p in loaded.problems)
