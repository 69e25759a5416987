"""The workbook and the tables: a book in, a file out that opens, recalculates to our figures and runs nothing it quotes."""

import io
import json
import re
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner

from crossbearing.cli import cli
from crossbearing.pipeline import exporting
from crossbearing.problems import UsageError
from crossbearing.publish.workbook.live import called, cell
from crossbearing.publish.workbook.outcome import plain
from crossbearing.publish.workbook.sheet import format_of, sheet_names
from crossbearing.vocabulary.conflict import IdentityCheck, Operand, Verdict

COMPUTED = exporting.export_of
HOSTILE = ('=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "'=1")
NAME = "Acme's [AI]"
BOOK = f"""[book]
title = "=cmd|' /C calc'!A0"
format = 1
ends = "2026-03-31"

[entities."{NAME}"]
kind = "company"

[entities."Bolt"]
kind = "company"
"""
SOURCES = """id,publisher,title,url,published,kind,origin,grade,note
daily,Daily,"=HYPERLINK(""http://evil.example"",""x"")",https://daily.example/acme,2026-03-20,article,,B,+1+1
wire,@SUM(A1),-2+3,,2026-03-25,article,,B,
"""
CLAIMS = f"""id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note
c1,{NAME},revenue.run_rate,30B,USD/yr,2026-03-15,gross,,reported,actual,daily,,,,,,"=HYPERLINK(""http://evil.example"",""x"")"
c2,{NAME},revenue.run_rate,22B,USD/yr,2026-03-15,net,,estimate,actual,wire,,,,,,@SUM(A1)
c3,Bolt,revenue.run_rate,20B,USD/yr,2026-03-01,net,,company,actual,wire,,,,,,+1+1
c5,{NAME},valuation.round,300B,USD,2026-02,n/a,,company,actual,daily,,,,,,
c6,{NAME},valuation.talks,>900B,USD,2026-03,n/a,,reported,talks,daily,,,,,,
c7,{NAME},valuation.ipo_estimate,400B..500B,USD,2026-10,n/a,,reported,forecast,wire,,,,,,
c8,{NAME},valuation.multiple,10x,x,2026-03,gross,,reported,derived,daily,,,,,,-2+3
c9,{NAME},revenue.run_rate,2B,USD/month,2026-01-15,gross,,reported,actual,daily,,,,,,
"""
ASSUMPTIONS = f"""[assumptions."{NAME}.ipo_dilution_share"]
value = "8%"
author = "=1+1"
date = 2026-03-01
reason = "a judgment"

[assumptions."{NAME}.ipo_bull"]
value = "1T"
author = "desk"
date = 2026-03-01
reason = "a judgment"

[assumptions."{NAME}.multiple.run_rate"]
value = "12 to 30"
author = "desk"
date = 2026-03-01
reason = "a judgment"
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose names, titles and notes would run in a careless spreadsheet."""
    folder = tmp_path_factory.mktemp("book")
    for name, text in (
        ("book.toml", BOOK),
        ("sources.csv", SOURCES),
        ("claims.csv", CLAIMS),
        ("assumptions.toml", ASSUMPTIONS),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", autouse=True)
def computed_once() -> Iterator[None]:
    """The results of a book are computed once for the tests of what is written from them."""
    real, kept = exporting.export_of, {}

    def once(opened: Any, **given: Any) -> Any:
        key = (opened.book.digest, str(given["asking"].args[2]), given["seed"], str(given["structure"]))
        if key not in kept:
            kept[key] = real(opened, **given)
        return kept[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exporting, "export_of", once)
        yield


def run(*words: str) -> Any:
    """A command as typed; refusals are raised."""
    done = CliRunner().invoke(cli, ["export", *words], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done


@pytest.fixture(scope="module")
def made(book: Path) -> Path:
    """The workbook, with a hold of one year."""
    out = book.parent / "model.xlsx"
    run(str(book), "-o", str(out), "--hold", "1y")
    return out


def opened(path: Path, *, values: bool) -> Any:
    """The workbook as openpyxl reads it; read once for the same bytes."""
    return _opened(path.read_bytes(), values)


@cache
def _opened(data: bytes, values: bool) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def cells(path: Path, *, values: bool) -> dict[tuple[str, str], Any]:
    """Every cell that is not empty."""
    loaded = opened(path, values=values)
    return {(s.title, c.coordinate): c.value for s in loaded for row in s.iter_rows() for c in row if c.value is not None}  # fmt: skip


def formulas_of(path: Path) -> dict[tuple[str, str], str]:
    kinds = openpyxl_types(path)
    return {k: v for k, v in cells(path, values=False).items() if isinstance(v, str) and v.startswith("=") and kinds[k] == "f"}  # fmt: skip


def openpyxl_types(path: Path) -> dict[tuple[str, str], str]:
    loaded = opened(path, values=False)
    return {(s.title, c.coordinate): c.data_type for s in loaded for row in s.iter_rows() for c in row}


MODELS: dict[bytes, Any] = {}  # what `formulas` read, for the same bytes once


def by_formulas(
    path: Path, changed: dict[tuple[str, str], float] | None = None
) -> dict[tuple[str, str], Any]:
    """Recalculated by the `formulas` package, with some inputs changed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import formulas

        data = path.read_bytes()
        if data not in MODELS:
            MODELS[data] = formulas.ExcelModel().loads(str(path)).finish()
        model = MODELS[data]

        def name(key: tuple[str, str]) -> str:
            return f"'[{path.name}]{key[0].upper()}'!{key[1]}"

        found = model.calculate({name(k): v for k, v in (changed or {}).items()})
    return {key: found[name(key)].value[0, 0] for key in formulas_of(path) if name(key) in found}


def by_libreoffice(path: Path, folder: Path) -> dict[tuple[str, str], Any]:
    """Recalculated by LibreOffice, on loading."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip(
            "LibreOffice is not installed: the workbook was recalculated by the formulas package only"
        )
    command = [
        office,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return cells(folder / path.name, values=True)


def assert_equal(path: Path, again: dict[tuple[str, str], Any]) -> int:
    """Every formula gives what the file showed before it was recalculated; how many there are."""
    shown, written = cells(path, values=True), formulas_of(path)
    for key in written:
        assert key in again, key
        before, after = shown.get(key), again[key]
        if isinstance(before, int | float) and not isinstance(before, bool):
            assert float(after) == pytest.approx(before, rel=1e-9, abs=1e-12), (key, written[key])
        else:
            assert str(after) == str(before), (key, written[key])
    return len(written)


def test_recalculated_by_formulas_it_is_what_we_wrote(made: Path) -> None:
    assert assert_equal(made, by_formulas(made)) > 60


def test_recalculated_by_libreoffice_it_is_what_we_wrote(made: Path, tmp_path: Path) -> None:
    assert assert_equal(made, by_libreoffice(made, tmp_path)) > 60


def where(path: Path, sheet: str, row: str, column: str) -> tuple[str, str]:
    """The cell of a row and a column of a table, both by their words."""
    page = opened(path, values=True)[sheet]
    heads: dict[str, int] = {}
    for cells_ in page.iter_rows():
        words = [c.value for c in cells_]
        if words[0] == row and column in heads:
            return sheet, page.cell(cells_[0].row, heads[column]).coordinate
        found = {str(c.value): c.column for c in cells_ if isinstance(c.value, str)}
        if column in found:
            heads = found
    raise AssertionError(f"no {row} with {column} on {sheet}")


SHEET = "Value Acme’s -AI-"


def test_the_arithmetic_is_the_closed_form(made: Path) -> None:
    shown = cells(made, values=True)
    middle = "banker's view of a listing, middle"
    assert shown[where(made, SHEET, "run rate, net, 2026-03-15", "talks, 2026-03")] == pytest.approx(900 / 22)
    assert shown[where(made, SHEET, "run rate, gross, 2026-01-15", "talks, 2026-03")] == pytest.approx(
        900 / 24
    )
    assert shown[where(made, SHEET, middle, "undiluted")] == pytest.approx(-0.5)
    assert shown[where(made, SHEET, middle, "diluted")] == pytest.approx(450 / 900 * 0.92 - 1)
    assert shown[where(made, SHEET, middle, "annualised")] == pytest.approx(450 / 900 * 0.92 - 1)
    assert shown[where(made, SHEET, middle, "zero, undiluted")] == pytest.approx((900 - 450) / (1000 - 450))
    assert shown[where(made, SHEET, middle, "better case at even odds")] == pytest.approx(1350e9)


def test_an_input_that_is_changed_moves_what_follows(made: Path) -> None:
    page = opened(made, values=False)["Claims"]
    talks = next(c.row for (c,) in page.iter_rows(min_col=1, max_col=1) if c.value == "c6")
    hold = next(
        c for row in opened(made, values=False)[SHEET].iter_rows() for c in row if c.value == "hold, years"
    )
    again = by_formulas(made, {("Claims", f"D{talks}"): 600e9, (SHEET, f"B{hold.row}"): 2.0})
    middle = "banker's view of a listing, middle"
    assert float(again[where(made, SHEET, middle, "undiluted")]) == pytest.approx(450 / 600 - 1)
    assert float(again[where(made, SHEET, middle, "annualised")]) == pytest.approx(
        (450 / 600 * 0.92) ** 0.5 - 1
    )
    row = where(made, SHEET, "run rate, net, 2026-03-15", "talks, 2026-03")
    assert float(again[row]) == pytest.approx(600 / 22)


def test_every_figure_ties_to_ours(made: Path) -> None:
    page = opened(made, values=True)["Checks"]
    rows = [[c.value for c in row] for row in page.iter_rows(min_row=5)]
    assert len(rows) > 30
    assert [r for r in rows if r[4] != "yes"] == []
    assert [r for r in rows if r[5] == "exactly" and abs(r[3]) > 1e-6] == []


SPV = """[vehicle]
name = "two layers"
share_class = "common"

[[layer]]
upfront_fee = "2%"
management_fee = "1%"
management_years = 2
carry = "20%"
carry_hurdle = "8%"

[[layer]]
upfront_fee = "1%"
management_fee = "0%"
management_years = 0
carry = "10%"
carry_hurdle = "0%"

[holding]
class_discount = "10%"
rofr_probability = "20%"
rofr_cost = "1%"
void_probability = "5%"
void_recovery = "50%"
yearly_bill = "BILL"
"""


@pytest.mark.parametrize("bill", [pytest.param("0%", marks=pytest.mark.slow), "0.5%"])
def test_a_vehicle_pays_off_in_formulas_as_it_does_with_us(book: Path, tmp_path: Path, bill: str) -> None:
    (tmp_path / "spv.toml").write_text(SPV.replace("BILL", bill), encoding="utf-8")
    out = tmp_path / "spv.xlsx"
    run(
        str(book),
        "-o",
        str(out),
        "--entity",
        NAME,
        "--hold",
        "17m",
        "--structure",
        str(tmp_path / "spv.toml"),
    )
    again = by_formulas(out)
    assert_equal(out, again)
    rows = {cell.value: cell.row for cell in opened(out, values=False)[SHEET]["A"] if cell.value}
    top = next(r for words, r in rows.items() if str(words).startswith("Pay-off through the vehicle"))
    found = next(r for r in range(top + 1, top + 9) if (SHEET, f"D{r}") in again)
    value, stands, expected = (float(again[SHEET, f"{c}{found}"]) for c in "BCD")
    hold, fees = 17 / 12, float(bill.rstrip("%")) / 100 * 1  # one bill before seventeen months
    inner = value / 900e9 * 0.92 * 0.99
    inner -= 0.10 * max(0.0, inner - 1.0)
    outer = inner * (1 - 0.02 - 0.02)
    outer -= 0.20 * max(0.0, outer - 1.08**hold)
    net = outer / (1 + 0.01 * 0.2 / 0.8)
    assert stands == pytest.approx(net / (1 + fees) - 1)
    assert expected == pytest.approx((0.95 * net + 0.05 * 0.5) / (1 + fees) - 1)


def test_a_missing_input_says_what_it_needs(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "open.xlsx"
    run(str(book), "-o", str(out))
    key = where(out, SHEET, "banker's view of a listing, low", "annualised")
    assert cells(out, values=True)[key] == "needs hold, years"
    assert re.fullmatch(r'=IF\(COUNT\([A-Z0-9,]+\)=4,.*,"needs hold, years"\)', formulas_of(out)[key])


@pytest.mark.slow
def test_a_missing_input_counts_once_typed(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "open.xlsx"
    run(str(book), "-o", str(out))
    key = where(out, SHEET, "banker's view of a listing, low", "annualised")
    hold = next(
        c for row in opened(out, values=False)[SHEET].iter_rows() for c in row if c.value == "hold, years"
    )
    typed = tmp_path / "typed.xlsx"
    loaded = openpyxl.load_workbook(out)
    loaded[SHEET][f"B{hold.row}"] = 2
    loaded.save(typed)
    assert float(by_formulas(typed)[key]) == pytest.approx((400 / 900 * 0.92) ** 0.5 - 1)


def test_nothing_of_the_book_runs_as_a_formula(made: Path) -> None:
    kinds, shown = openpyxl_types(made), cells(made, values=False)
    quoted = [k for k, v in shown.items() if isinstance(v, str) and v.startswith(HOSTILE)]
    assert {shown[k] for k in quoted} >= {HOSTILE[0], "+1+1", "-2+3", "@SUM(A1)"}
    assert {kinds[k] for k in quoted} == {"s"}
    loaded = opened(made, values=False)
    assert all(loaded[s][c].quotePrefix for s, c in quoted)
    allowed = re.compile(r"^=[-+*/^(),.<>=A-Z0-9$e]+$")
    names = {"IF", "COUNT", "ABS", "ISNUMBER"}
    for key, formula in formulas_of(made).items():
        bare = re.sub(r"'(?:[^']|'')*'!|\"[^\"]*\"", "", formula)
        assert allowed.match(bare), (key, formula)
        assert set(re.findall(r"([A-Z]+)\(", bare)) <= names, (key, formula)


def test_the_file_is_sound_xml_without_outside_parts(made: Path) -> None:
    with zipfile.ZipFile(made) as packed:
        names = packed.namelist()
        assert len(names) == len(set(names))
        assert packed.testzip() is None
        for name in names:
            ET.fromstring(packed.read(name))
        types = packed.read("[Content_Types].xml").decode()
        parts = [n for n in names if n.startswith("xl/") and n.endswith(".xml") and "_rels" not in n]
        assert [n for n in parts if f"/{n}" not in types] == []
        links = "".join(packed.read(n).decode() for n in names if n.endswith(".rels"))
    outside = re.findall(r'Target="([^"]+)" TargetMode="External"', links)
    assert outside == ["https://daily.example/acme"]


def test_sheets_are_ready_to_read(made: Path) -> None:
    loaded = opened(made, values=False)
    wanted = {
        "Cover",
        "Position",
        "Bridge",
        SHEET,
        "Outlook",
        "Claims",
        "Sources",
        "Assumptions",
        "Identities",
        "Checks",
    }
    assert wanted <= set(loaded.sheetnames)
    for name in ("Claims", "Sources", "Assumptions"):
        assert loaded[name].freeze_panes is not None
        assert loaded[name].auto_filter.ref is not None
    value = loaded["Claims"]["D5"]
    assert (value.font.color.rgb, value.value) == ("FF0000FF", 30_000_000_000)
    assert "Daily" in value.comment.text
    assert "https://daily.example/acme" in value.comment.text
    assert value.number_format == '$#,##0.0,,,"bn/yr"'
    assert len(loaded["Position"]._charts) + len(loaded[SHEET]._charts) >= 2
    key = where(made, SHEET, "banker's view of a listing, low", "undiluted")[1]
    assert loaded[SHEET][key].font.color.rgb == "FF000000"


def test_the_same_book_gives_the_same_bytes(
    book: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "export_of", COMPUTED)  # anew, not what the other tests keep
    again = tmp_path / "again.xlsx"
    run(str(book), "-o", str(again), "--hold", "1y")
    assert again.read_bytes() == made.read_bytes()


def test_json_follows_its_schema_and_carries_every_table(book: Path) -> None:
    found = json.loads(run(str(book), "--format", "json").stdout)
    schema = json.loads((files("crossbearing.cli") / "schemas" / "export.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema)
    assert set(found["tables"]) == set(schema["properties"]["tables"]["properties"])
    by_id = {c["id"]: c for c in found["tables"]["claims"]}
    assert (by_id["c7"]["low"], by_id["c7"]["high"], by_id["c1"]["value"]) == (400e9, 500e9, 30e9)
    assert {r["interval_kind"] for r in found["tables"]["position"]} <= {
        "credible",
        "predictive",
        "claim_range",
    }


def test_tables_as_csv_and_parquet_hold_the_same(book: Path, tmp_path: Path) -> None:
    import csv

    import pyarrow.parquet as pq

    from crossbearing.publish.workbook.tables import TABLES

    run(str(book), "-o", str(tmp_path / "t"), "--to", "csv")
    run(str(book), "-o", str(tmp_path / "t"), "--to", "parquet")
    for name in TABLES:
        rows = list(csv.DictReader(io.StringIO((tmp_path / "t" / f"{name}.csv").read_text(encoding="utf-8"))))
        table = pq.read_table(tmp_path / "t" / f"{name}.parquet")
        assert len(rows) == table.num_rows, name
        assert list(rows[0] if rows else ()) == (table.column_names if rows else []), name
    claims = list(csv.DictReader(io.StringIO((tmp_path / "t" / "claims.csv").read_text(encoding="utf-8"))))
    assert claims[0]["note"].startswith("'=HYPERLINK")
    told = pq.read_table(tmp_path / "t" / "claims.parquet")
    assert told["value"].to_pylist()[0] == 30e9
    assert told.schema.metadata[b"visibility"] == b"public"
    printed = run(str(book), "--format", "csv", "--table", "claims").stdout
    assert printed == (tmp_path / "t" / "claims.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-o", "out.csv"), "one csv file holds one table"),
        (("-o", "out.xlsx", "--to", "csv"), "is not a csv file"),
        (("-o", "out.html"), "cannot tell what to write"),
        (("--format", "csv"), "one csv file holds one table"),
        (("--table", "nothing", "--format", "csv"), "no table nothing"),
        (("-o", "x.xlsx", "--table", "claims"), "holds every table"),
        (("-o", "x.xlsx", "--entity", "Nobody"), "unknown entity Nobody"),
        (("-o", "x.xlsx", "--scenario", "nope"), "no scenario nope"),
        (("-o", "/dev/null/x/model.xlsx"), "cannot write"),
        (("-o", "x.xlsx", "--hold", "soon"), "cannot read --hold"),
    ],
)
def test_wrong_use_is_told(book: Path, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        run(str(book), *words)
    assert refused.value.mend


@pytest.mark.parametrize(
    ("module", "extra", "words"),
    [
        ("xlsxwriter", "workbook", ("-o", "x.xlsx")),
        ("pyarrow", "tables", ("-o", "x.parquet", "--table", "claims")),
    ],
)
def test_a_missing_extra_is_named(
    book: Path, monkeypatch: pytest.MonkeyPatch, module: str, extra: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError) as refused:
        run(str(book), *words)
    assert f"crossbearing[{extra}]" in refused.value.mend


def test_a_formula_and_its_number_say_the_same() -> None:
    price, sales, empty = cell("B1", 900.0), cell("B2", 30.0), cell("B3", None, "hold")
    assert (price / sales).formula == "=B1/B2"
    assert ((price - sales) * 2 / 3).formula == "=((B1-B2)*2)/3"
    assert ((price - sales) * 2 / 3).value == 580.0
    assert (price**empty).formula == '=IF(COUNT(B1,B3)=2,(B1^B3),"needs hold")'
    assert (price**empty).shown == "needs hold"
    assert (price / (sales - 30)).shown == "n/a"
    assert called("ABS", abs, sales - price).formula == "=ABS((B2-B1))"
    assert (sales * -1).formula == "=B2*(-1)"
    wordy = cell("B4", None, 'a "long" need ' * 60)
    assert len(re.findall(r'"([^"]*)"', (price / wordy).formula)[0]) <= 255


def test_what_a_sheet_cannot_hold_is_written_as_words() -> None:
    from datetime import date

    from crossbearing.publish.workbook.sheet import Cell, Sheet, figure, text
    from crossbearing.publish.workbook.write import workbook_bytes

    sheet = Sheet("odd")
    sheet.line(
        figure(float("inf"), "USD"),
        Cell(date(1789, 7, 14), "text"),
        text("x" * 40_000),
        text("a\x00\x1b[31mb"),
    )
    page = openpyxl.load_workbook(io.BytesIO(workbook_bytes([sheet], "odd", "")))["odd"]
    assert [c.value for c in page[1]][:2] == [None, "1789-07-14"]
    assert page["C1"].value.endswith("(cut)")
    assert "\x00" not in page["D1"].value


def test_number_formats_show_billions_and_keep_base_units() -> None:
    assert format_of(30e9, "USD/yr") == '$#,##0.0,,,"bn/yr"'
    assert format_of(2e6, "EUR") == '#,##0.0,,"m EUR"'
    assert format_of(3.5e9, "W") == '0.00,,,"GW"'
    assert format_of(0.4, "ratio") == "0.0%"
    assert format_of(42.2, "x") == '0.0"x"'


def test_sheet_names_fit_a_workbook() -> None:
    names = sheet_names(["Value a/b[c]", "value A-B-C-", "x" * 40, "'quoted'", "History", ""])
    assert len({n.casefold() for n in names}) == 6
    assert all(0 < len(n) <= 31 and not set(n) & set("[]:*?/\\") for n in names)


@pytest.mark.parametrize(
    ("name", "values", "expected", "found"),
    [
        ("multiple = valuation / revenue", (900.0, 30.0), 30.0, ("/", 2, 1.0)),
        ("growth = later / earlier - 1", (12.0, 8.0), 0.5, ("/-1", 2, 1.0)),
        ("a year = 12 times a month", (16.2,), 194.4, ("1", 1, 12.0)),
        ("gross - net = fees", (30.0, 22.0), 8.0, ("-", 2, 1.0)),
        ("change a month = (now - before) / months", (0.306, 0.195), 5.55, ("-", 2, 50.0)),
        ("cost (1 - margin) times revenue", (0.4, 10.9), 26.16, ("(1-)*", 2, 4.0)),
        ("mean of the run rate over the period", (9.0, 14.0), 11.3, None),
    ],
)
def test_plain_arithmetic_of_an_identity_is_recognised(
    name: str, values: tuple[float, ...], expected: float, found: tuple[str, int, float] | None
) -> None:
    operands = tuple(Operand(f"c{i}", "", v, str(v)) for i, v in enumerate((*values, 1.0)))
    check = IdentityCheck(
        f"xb450-c{len(values)}-c0", name, operands, expected, 1.0, 0.1, "", Verdict.PASS, "", "XB450"
    )
    got = plain(check)
    assert (got and (got[0], len(got[1]), got[2])) == found


@pytest.mark.slow
def test_the_bundled_book_recalculates_too(tmp_path: Path) -> None:
    out = tmp_path / "bundled.xlsx"
    run("-o", str(out), "--hold", "11m")
    assert assert_equal(out, by_formulas(out)) > 400
    page = openpyxl.load_workbook(out, data_only=True)["Checks"]
    assert [r[0].value for r in page.iter_rows(min_row=5) if r[4].value != "yes"] == []
    assert io.BytesIO(out.read_bytes()).getbuffer().nbytes < 3e6
