"""Every row of the raw facts, and every sum that the articles state, is kept, merged or left out with a reason."""

import csv
import os
import re
from pathlib import Path

import pytest

from crossbearing.books import bundled_book

TABLE = Path(__file__).with_name("frontier_accounting.csv")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def accounting() -> list[dict[str, str]]:
    return read(TABLE.read_text(encoding="utf-8"))


def claims() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in read(bundled_book().joinpath("claims.csv").read_text(encoding="utf-8"))}


def facts() -> Path:
    shared = Path(os.environ.get("XB_SHARED", Path(__file__).parents[3] / "shared"))
    if not (shared / "facts" / "claims.csv").is_file():
        pytest.skip("the raw facts are not beside this checkout, nor named by XB_SHARED")
    return shared / "facts"


@pytest.fixture
def raw() -> list[dict[str, str]]:
    return read((facts() / "claims.csv").read_text(encoding="utf-8"))


def test_every_raw_row_and_every_stated_sum_is_accounted_for_once(raw: list[dict[str, str]]) -> None:
    conflicts = (facts() / "CONFLICTS.md").read_text(encoding="utf-8")
    sums = re.findall(r"^\| (A\d+) \|", conflicts, re.MULTILINE)
    assert len(sums) == 33
    assert sorted(row["row"] for row in accounting()) == sorted([*(row["id"] for row in raw), *sums])


def test_outcomes_name_claims_that_exist_and_reasons_where_something_changed() -> None:
    known = claims()
    for row in accounting():
        assert row["outcome"] in {"kept", "merged", "left out"}, row
        assert row["outcome"] == "left out" or row["claim"] in known, row
        assert row["outcome"] == "kept" or row["reason"], row
        own = re.sub(r"^A(\d+)$", lambda found: f"a{int(found[1]):02d}", row["row"])
        assert (row["outcome"] == "kept") == (row["claim"] == own), row


def test_every_claim_comes_from_a_raw_row() -> None:
    kept = {row["claim"]: row["reason"] for row in accounting() if row["outcome"] == "kept"}
    named = {word for reason in kept.values() for word in reason.split()}
    assert [claim for claim in claims() if claim not in kept and claim not in named] == []


def test_kept_figures_are_the_raw_figures(raw: list[dict[str, str]]) -> None:
    """Values by an own reading of the cell, apart from three figures that became the ends of a range."""
    ranges = {"p001", "p054", "p098"}
    known = claims()
    differing = {
        row["id"]
        for row in raw
        if row["id"] in known
        and abs(figure(known[row["id"]]) - float(row["value"])) > 1e-9 * abs(float(row["value"]))
    }
    assert differing == ranges
    assert all(known[name]["value"].count("..") == 1 for name in ranges)


def figure(claim: dict[str, str]) -> float:
    scale = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "k": 1e3, "G": 1e9, "%": 0.01}
    points = 0.01 if claim["metric"] == "margin.operating_change" else 1.0

    def number(text: str) -> float:
        text = (
            text.strip("<>=~").removeprefix("up to ").removesuffix("W").removesuffix("pp").removesuffix("x")
        )
        return float(text.rstrip("KMBTG%")) * scale.get(text[-1], 1.0) * points

    ends = [number(end) for end in claim["value"].split("..")]
    return sum(ends) / len(ends)
