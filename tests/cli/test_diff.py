"""`xb diff` as a user calls it: two folders, two dates, two versions, and what each side says."""

import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from crossbearing.book.new import make
from crossbearing.cli import cli
from crossbearing.problems import UsageError


@pytest.fixture
def book(tmp_path: Path) -> Path:
    make(tmp_path / "one")
    return tmp_path / "one"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["diff", *words], catch_exceptions=False, standalone_mode=False)


def change(folder: Path) -> None:
    """One claim corrected, one withdrawn, one added, one under another id; one judgment changed."""
    path = folder / "claims.csv"
    text = path.read_text(encoding="utf-8").replace(
        "lark-margin,Larkspur,margin.gross,45%", "lark-margin,Larkspur,margin.gross,47%"
    )
    lines = [line for line in text.splitlines() if not line.startswith("lark-2026-plan")]
    lines = [line.replace("lark-round,", "lark-b-price,", 1) for line in lines]
    lines.append("staff,Larkspur,headcount,120,count,2026-03,n/a,,company,actual,larkspur-2026-03-12,,,,,,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in ("captable.csv", "watch.csv"):
        rows = (folder / name).read_text(encoding="utf-8").replace("lark-round,", "lark-b-price,")
        (folder / name).write_text(rows.replace("lark-2026-plan", ""), encoding="utf-8")
    judged = folder / "assumptions.toml"
    judged.write_text(
        judged.read_text(encoding="utf-8").replace("15% to 30%", "15% to 25%"), encoding="utf-8"
    )


def test_two_folders_claims_added_changed_withdrawn_and_renamed(book: Path, tmp_path: Path) -> None:
    other = tmp_path / "two"
    shutil.copytree(book, other)
    change(other)
    told = json.loads(run(str(book), str(other), "--format", "json").stdout)
    schema = json.loads((files("crossbearing.cli") / "schemas" / "diff.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(told)
    assert [c["id"] for c in told["added"]] == ["staff"]
    assert [c["id"] for c in told["withdrawn"]] == ["lark-2026-plan"]
    assert told["renamed"] == [{"before": "lark-round", "after": "lark-b-price"}]
    assert told["changed"] == [
        {"id": "lark-margin", "cells": [{"column": "value", "before": "45%", "after": "47%"}]}
    ]
    assert told["judgments"] == [{"name": "assumption Larkspur.partner_fee_share", "change": "changed"}]
    by_id = {r["id"]: r for r in told["results"] if r["clock"] == "same date"}
    staff = by_id["larkspur.headcount"]
    assert staff["before"]["value"] is None
    assert 100 < staff["after"]["value"] < 150
    assert staff["after"]["interval_kind"] in ("credible", "predictive")


def test_a_version_is_compared_with_the_book_as_it_is(book: Path) -> None:
    git = ("git", "-C", str(book), "-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "first")):
        subprocess.run([*git, *words], check=True)
    change(book)
    done = run("HEAD", "--book", str(book), "--results", "0")
    assert "claims: 1 added, 1 changed, 1 withdrawn, 1 under another id" in done.stdout
    assert "value 45% -> 47%" in done.stdout
    assert "HEAD -> now" in done.stderr
    with pytest.raises(UsageError, match="no git revision"):
        run("--book", str(book), "--", "--output=x")


def test_two_dates_in_each_way_of_writing_them(book: Path) -> None:
    texts = {
        run(*words, "--book", str(book), "--results", "0", "--format", "csv").stdout
        for words in (
            ("2026-04-01", "2026-04-20"),
            ("2026-04-01..2026-04-20",),
            ("--as-of", "2026-04-01..2026-04-20"),
        )
    }
    assert len(texts) == 1
    assert "added,lark-q1-revenue,Larkspur revenue.recognised,,6.1M" in texts.pop()


def test_a_book_does_not_differ_from_itself(book: Path) -> None:
    done = run(str(book), str(book))
    assert "claims: 0 added, 0 changed, 0 withdrawn" in done.stdout
    assert "no result is touched" in done.stdout


def test_wrong_use_is_said(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError, match="is no book"):
        run(str(tmp_path / "none"), str(book))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no date and no folder"):
        run("v1", "v2")
