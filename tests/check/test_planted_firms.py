"""Three invented firms with planted conflicts whose answers were written before the rules saw them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from crossbearing.check.engine import Findings, check
from crossbearing.pipeline import open_book

HERE = Path(__file__).parent / "planted_firms"
BOOKS = ("robotics", "payments", "energy")
FUTURE = {"robotics": {"h30"}, "payments": {"p27"}, "energy": {"t06", "t45"}}


@cache
def found(name: str) -> Findings:
    opened = open_book(HERE / name / "book")
    assert not opened.errors
    return check(opened.book)


def labelled(name: str, truth: str) -> dict[frozenset[str], str]:
    with (HERE / name / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {
            frozenset(r["claims"].split("; ")): r["kind"]
            for r in csv.DictReader(file, strict=True)
            if r["truth"] == truth
        }


@pytest.mark.parametrize("name", BOOKS)
def test_every_planted_conflict_is_found(name: str) -> None:
    missed = [
        sorted(group)
        for group in labelled(name, "conflict")
        if not any(len(group & set(c.claims)) > 1 for c in found(name).conflicts)
    ]
    assert missed == []


@pytest.mark.parametrize("name", BOOKS)
def test_most_causes_are_named_as_planted(name: str) -> None:
    groups = labelled(name, "conflict")
    named = [
        kind in {str(c.kind) for c in found(name).conflicts if len(group & set(c.claims)) > 1}
        for group, kind in groups.items()
    ]
    assert sum(named) >= 0.8 * len(named)


@pytest.mark.parametrize("name", BOOKS)
def test_no_planted_agreement_is_reported(name: str) -> None:
    planted = set(labelled(name, "conflict"))
    for group in labelled(name, "agreement"):
        reported = [
            c.what
            for c in found(name).conflicts
            if len(group & set(c.claims)) > 1 and not any(len(p & set(c.claims)) > 1 for p in planted)
        ]
        assert reported == [], sorted(group)


@pytest.mark.parametrize("name", BOOKS)
def test_facts_told_of_a_time_to_come_are_problems(name: str) -> None:
    told = {p.position.line for p in found(name).problems if p.code == "XB405" and p.position}
    with (HERE / name / "book" / "claims.csv").open(encoding="utf-8", newline="") as file:
        lines = {row["id"]: i for i, row in enumerate(csv.DictReader(file), start=2)}
    assert told == {lines[i] for i in FUTURE[name]}
