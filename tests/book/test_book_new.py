"""A first book in ten minutes, and the schemas that describe it."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from crossbearing.book.edit import TableEdit
from crossbearing.book.layout import FILES, TABLES
from crossbearing.book.load import bundled, load
from crossbearing.book.new import make
from crossbearing.book.schema import data_package, table_schema
from crossbearing.cli import cli
from crossbearing.problems import UsageError

FRONTIER = Path(str(bundled()))


def rows_of(file: Path) -> list[dict[str, str]]:
    """Rows of a table as objects of texts."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_the_tutorial_book_is_sound_and_shows_a_contradiction(tmp_path: Path) -> None:
    written = make(tmp_path / "mine", title='Mills & "Co"')
    assert set(written) == {"README.md", "datapackage.json", *FILES}
    loaded = load(tmp_path / "mine")
    assert loaded.problems == ()
    assert loaded.book.title == 'Mills & "Co"'
    levels = {c.quantity.value for c in loaded.book.claims if c.metric == "revenue.run_rate"}
    assert len(levels) == 3
    assert '# Mills & "Co"' in (tmp_path / "mine" / "README.md").read_text()


def test_a_book_of_a_company_has_no_example_and_takes_a_document_in_at_once(tmp_path: Path) -> None:
    folder, note = tmp_path / "own", tmp_path / "note.txt"
    note.write_text("Gull Foods' annualised revenue was $35 million in April 2026.\n", encoding="utf-8")
    words = ["new", str(folder), "--company", 'Gull "G" Foods', "--company", "Gull Foods"]
    assert CliRunner().invoke(cli, words, catch_exceptions=False).exit_code == 0
    loaded = load(folder)
    assert loaded.problems == ()
    assert list(loaded.book.entities) == ['Gull "G" Foods', "Gull Foods"]
    assert (loaded.book.title, loaded.book.claims, loaded.book.sources) == ('Gull "G" Foods', (), {})
    text = "".join((folder / name).read_text(encoding="utf-8") for name in (*FILES, "README.md"))
    kept = (folder / "assumptions.toml").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") for line in kept if line)
    assert ("Larkspur" in text, "{" in (folder / "README.md").read_text(encoding="utf-8")) == (False, False)
    read = [
        "read",
        str(note),
        "--book",
        str(folder),
        "--published",
        "2026-05-04",
        "--no-moves",
        "--accept",
        "all",
    ]
    assert CliRunner().invoke(cli, read, catch_exceptions=False).exit_code == 0
    (claim,) = load(folder).book.claims
    assert (claim.entity, claim.quantity.value) == ("Gull Foods", 35e6)
    for wrong in (["--from", "frontier"], ["--company", "a\nb"]):
        with pytest.raises(UsageError):
            CliRunner().invoke(
                cli, ["new", str(tmp_path / "b"), "--company", "A", *wrong], catch_exceptions=False
            )
    assert not (tmp_path / "b").exists()


def test_every_command_of_the_tutorial_exists(tmp_path: Path) -> None:
    make(tmp_path / "mine")
    text = (tmp_path / "mine" / "README.md").read_text()
    for name in ("check", "claims", "schema"):
        assert f"`xb {name}" in text
        assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def test_a_copy_of_the_bundled_book_may_be_written(tmp_path: Path) -> None:
    make(tmp_path / "copy", origin="frontier", title="My frontier")
    loaded = load(tmp_path / "copy")
    assert loaded.errors == ()
    assert loaded.book.title == "My frontier"
    assert loaded.book.claims == load().book.claims
    for name in FILES[1:]:
        assert (tmp_path / "copy" / name).read_bytes() == (FRONTIER / name).read_bytes()


def test_nothing_is_overwritten_and_nothing_left_behind(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    (tmp_path / "file").write_text("x")
    broken = tmp_path / "broken"
    make(broken)
    (broken / "claims.csv").write_text("nonsense")
    for target, origin, title in (
        ("full", None, None),
        ("file", None, None),
        ("a", "nowhere", None),
        ("b", str(broken), None),
        ("c", None, " "),
        ("file/d", None, None),
    ):
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(UsageError):
            make(tmp_path / target, title=title, origin=origin)
        assert sorted(tmp_path.rglob("*")) == before
    (tmp_path / "empty").mkdir()
    assert make(tmp_path / "empty")


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["new", str(tmp_path / "mine"), "--title", "Mills"])
    assert done.exit_code == 0
    assert "xb check" in done.stderr
    code = "from crossbearing.cli import main; main()"
    again = subprocess.run(
        [sys.executable, "-c", code, "new", str(tmp_path / "mine")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 2
    assert "never overwrites" in again.stderr


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.file)
def test_the_books_that_ship_follow_their_schemas(table: object, tmp_path: Path) -> None:
    make(tmp_path / "mine")
    spec = next(t for t in TABLES if t is table)
    schema = table_schema(spec)
    jsonschema.Draft202012Validator.check_schema(schema)
    for folder in (FRONTIER, tmp_path / "mine"):
        jsonschema.validate(rows_of(folder / spec.file), schema)


@pytest.mark.parametrize(
    ("column", "cell"),
    [("value", "3E+10"), ("period", "Apr-26"), ("status", "rumor"), ("unit", ""), ("basis", "grosss")],
)
def test_the_schema_refuses_what_the_loader_refuses(column: str, cell: str) -> None:
    rows = rows_of(FRONTIER / "claims.csv")[:1]
    claims = next(t for t in TABLES if t.file == "claims.csv")
    jsonschema.validate(rows, table_schema(claims))
    rows[0][column] = cell
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(rows, table_schema(claims))


def test_the_data_package_of_the_bundled_book_is_in_step() -> None:
    described = json.loads((FRONTIER / "datapackage.json").read_text(encoding="utf-8"))
    present = tuple(t.file for t in TABLES if (FRONTIER / t.file).is_file())
    assert described == data_package(load().book.title, present)
    for resource in described["resources"]:
        header = (FRONTIER / resource["path"]).read_text(encoding="utf-8").splitlines()[0]
        assert header == ",".join(field["name"] for field in resource["schema"]["fields"])


def test_xb_schema_prints_and_writes(tmp_path: Path) -> None:
    listed = CliRunner().invoke(cli, ["schema"]).stdout.split()
    for name in listed:
        printed = json.loads(CliRunner().invoke(cli, ["schema", name]).stdout)
        assert printed.get("$schema") or printed["profile"] == "tabular-data-package"
    make(tmp_path / "mine")
    (tmp_path / "mine" / "datapackage.json").unlink()
    assert CliRunner().invoke(cli, ["schema", "--write", str(tmp_path / "mine")]).exit_code == 0
    assert json.loads((tmp_path / "mine" / "datapackage.json").read_text())["name"] == "crossbearing-book"
    refused = CliRunner().invoke(cli, ["schema", "--write", str(FRONTIER)])
    assert isinstance(refused.exception, UsageError)


@pytest.mark.parametrize("command", ["claims", "check"])
def test_outputs_follow_their_schemas(command: str) -> None:
    schema = json.loads(CliRunner().invoke(cli, ["schema", command]).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    done = CliRunner().invoke(cli, [command, "--book", str(FRONTIER), "--format", "json"])
    jsonschema.validate(json.loads(done.stdout), schema)


def test_every_file_of_the_bundled_book_goes_through_an_edit_unchanged() -> None:
    for table in TABLES:
        data = (FRONTIER / table.file).read_bytes()
        assert TableEdit(table, data).result() == data
