"""`xb extract` as a user calls it."""

import csv
import io
import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from crossbearing.cli import cli
from crossbearing.problems import UsageError

TEXT = (
    "Quarrel Labs said its run rate had passed $30 million in March 2024. Quarrel Labs has 400 employees.\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.html").write_text(f"<p>{TEXT}</p><script>$9 million revenue</script>", encoding="utf-8")
    (tmp_path / "c.bin").write_bytes(b"\0\1\2")
    return tmp_path


def test_a_folder_gives_one_object_a_line_in_the_shape_of_the_contract(folder: Path) -> None:
    out = folder / "claims.jsonl"
    run = CliRunner().invoke(cli, ["extract", str(folder), "--out", str(out)], catch_exceptions=False)
    assert run.exit_code == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["doc"] for row in rows] == ["a.txt", "a.txt", "b.html", "b.html"]
    first = rows[0]
    assert list(first) == [
        "doc",
        "start",
        "end",
        "value_text",
        "entity",
        "metric",
        "value",
        "low",
        "high",
        "relation",
        "unit",
        "period",
        "basis",
        "status",
        "modality",
        "attributed_to",
    ]
    schema = json.loads((files("crossbearing.cli") / "schemas" / "extract.json").read_text(encoding="utf-8"))
    for row in rows:
        Draft202012Validator(schema).validate(row)
    assert TEXT[first["start"] : first["end"]] == first["value_text"] == "$30 million"
    assert (first["entity"], first["metric"], first["value"]) == ("Quarrel Labs", "revenue.run_rate", 30e6)
    assert (first["relation"], first["unit"], first["period"]) == ("over", "USD/yr", "2024-03")
    assert (first["status"], first["modality"], first["attributed_to"]) == (
        "company",
        "actual",
        "Quarrel Labs",
    )
    assert "4 proposals from 2 documents" in run.stderr


def test_csv_and_text_say_the_same(folder: Path) -> None:
    path = str(folder / "a.txt")
    table = CliRunner().invoke(cli, ["extract", path, "--format", "csv"], catch_exceptions=False).stdout
    assert [row["value_text"] for row in csv.DictReader(io.StringIO(table))] == ["$30 million", "400"]
    text = CliRunner().invoke(cli, ["extract", path, "--format", "text"], catch_exceptions=False).stdout
    assert "$30m/yr" in text


def test_publication_date_dates_what_is_relative(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Last month the run rate of Quarrel Labs was $3 million.", encoding="utf-8"
    )
    run = CliRunner().invoke(
        cli, ["extract", str(tmp_path), "--published", "2024-04-01"], catch_exceptions=False
    )
    assert json.loads(run.stdout)["period"] == "2024-03"


def test_faults_are_said(folder: Path) -> None:
    for arguments, words in (
        ([str(folder / "none.txt")], "is not there"),
        ([str(folder / "c.bin")], r"c\.bin:1:1: c\.bin is no text"),
        ([str(folder / "a.txt"), "--published", "soon"], "--published"),
        ([str(folder / "a.txt"), "--out", str(folder / "none" / "x.jsonl")], "cannot write"),
        ([str(folder / "a.txt"), "--out", str(folder)], "cannot write"),
    ):
        with pytest.raises(UsageError, match=words):
            CliRunner().invoke(cli, ["extract", *arguments], catch_exceptions=False)


def test_a_file_of_200_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(UsageError, match="200 MB"):
        CliRunner().invoke(cli, ["extract", str(path)], catch_exceptions=False)


def test_much_text_is_read_on_every_core_and_comes_out_in_order(tmp_path: Path) -> None:
    for number in range(4):
        filler = "The weather was fine and nobody counted anything.\n\n" * 6000
        (tmp_path / f"{number}.txt").write_text(TEXT + filler + TEXT, encoding="utf-8")
    out = tmp_path / "claims.jsonl"
    CliRunner().invoke(cli, ["extract", str(tmp_path), "--out", str(out)], catch_exceptions=False)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["doc"] for row in rows] == sorted(row["doc"] for row in rows)
    assert len(rows) == 4 * 4
