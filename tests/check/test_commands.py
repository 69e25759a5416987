"""`xb check`, `xb explain` and `xb claims --conflicts` from the user's side."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from crossbearing.check.rule import all_rules
from crossbearing.cli import cli
from crossbearing.vocabulary.conflict import ConflictKind

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"
BOOK = """[book]
title = "Two figures"
currency = "USD"
format = 1
[entities."Acme"]
kind = "company"
"""
SOURCES = """id,publisher,title,url,published,kind,origin,grade,note
wire,Wire,,,2026-04-08,article,,,
blog,Blog,,,2026-04-10,article,,,
"""
HEAD = "id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note\n"


def book(folder: Path, *rows: str) -> Path:
    """A book of those rows: id, value, period, basis, source of a run rate, or a whole row."""
    folder.joinpath("book.toml").write_text(BOOK, encoding="utf-8")
    folder.joinpath("sources.csv").write_text(SOURCES, encoding="utf-8")
    folder.joinpath("claims.csv").write_text(HEAD + "".join(f"{r}\n" for r in rows), encoding="utf-8")
    return folder


def rate(name: str, value: str, source: str, basis: str = "gross", visibility: str = "") -> str:
    return f"{name},Acme,revenue.run_rate,{value},USD/yr,2026-03-31,{basis},,reported,actual,{source},,,,,{visibility},"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)


def checked(folder: Path, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", str(folder), "--format", "json", *more).stdout)
    return found


def test_a_contradiction_is_no_error_and_exits_0(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire"), rate("b", "9B", "blog"))
    result = run("check", str(folder))
    assert result.return_value == 0
    assert "$12bn/yr gross" in result.stdout
    assert "1 conflict" in result.stdout


def test_the_impossible_is_an_error_and_exits_1(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire", "net"), rate("b", "9B", "wire"))
    result = run("check", str(folder))
    assert result.return_value == 1
    assert "claims.csv:2" in result.stdout
    assert "XB401" in result.stdout


def test_json_is_the_contract(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire"), rate("b", "9B", "blog", "net"))
    found = checked(folder)
    assert set(found) == {"problems", "conflicts", "identities"}
    (conflict,) = found["conflicts"]
    assert {"id", "kind", "claims", "size", "what", "why", "resolution"} <= set(conflict)
    assert conflict["kind"] == "basis"
    assert conflict["claims"] == ["a", "b"]
    assert conflict["size"] == 0.3333


def test_csv_has_a_row_a_conflict(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire"), rate("b", "9B", "blog"))
    rows = list(csv.DictReader(io.StringIO(run("check", str(folder), "--format", "csv").stdout)))
    assert [(r["severity"], r["claims"]) for r in rows] == [("conflict: genuine", "a; b")]


def test_agreeing_claims_are_not_reported(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire"), rate("b", "~12.2B", "blog"))
    assert checked(folder)["conflicts"] == []
    assert "no problems, 0 conflicts" in run("check", str(folder)).stdout


def test_a_private_claim_reaches_no_public_check(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire"), rate("secret", "9.87B", "blog", visibility="private"))
    assert "secret" in run("check", str(folder)).stdout
    for form in ("text", "json", "csv"):
        shown = run("check", str(folder), "--visibility", "public", "--format", form).output
        assert "secret" not in shown
        assert "9.87" not in shown


def test_as_of_hides_later_claims(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire"), rate("b", "9B", "blog"))
    assert len(checked(folder, "--as-of", "2026-04-10")["conflicts"]) == 1
    assert checked(folder, "--as-of", "2026-04-09")["conflicts"] == []


def test_a_book_switches_a_rule_off(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire"), rate("b", "9B", "blog"))
    with folder.joinpath("book.toml").open("a", encoding="utf-8") as file:
        file.write('[settings]\nrules_off = ["XB429"]\n')
    assert checked(folder)["conflicts"] == []


def test_claims_conflicts_lists_each_conflict_with_its_claims(tmp_path: Path) -> None:
    folder = book(tmp_path, rate("a", "12B", "wire"), rate("b", "9B", "blog"), rate("c", "12B", "blog"))
    rows = json.loads(run("claims", str(folder), "--conflicts", "--format", "json").stdout)
    assert {r["id"] for r in rows} == {"a", "b", "c"}
    assert {r["kind"] for r in rows} == {"genuine"}
    text = run("claims", str(folder), "--conflicts").stdout
    assert "genuine" in text


def test_conflicts_of_the_bundled_book_keep_the_contract() -> None:
    result = run("check", "--format", "json")
    assert result.return_value == 0
    for conflict in json.loads(result.stdout)["conflicts"]:
        assert conflict["kind"] in set(ConflictKind)
        assert conflict["id"].startswith(conflict["kind"])


def test_explain_shows_the_rule() -> None:
    text = run("explain", "xb425").stdout
    assert text.startswith("XB425: a level is the sum of two others")
    assert "reported:" in text
    listed = [
        r["code"] for r in json.loads(run("explain", "--format", "json").stdout) if r["family"] != "file"
    ]
    assert listed == [r.code for r in all_rules()]


def test_explain_names_the_codes_there_are() -> None:
    result = CliRunner().invoke(cli, ["explain", "XB499"], standalone_mode=False)
    assert "no rule has the code XB499" in str(result.exception)


def test_the_reference_page_is_in_step_with_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == run("explain", "--format", "markdown").stdout
