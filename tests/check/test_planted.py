"""Books of invented companies with planted conflicts and agreements, written by somebody who had not read the rules.

Found means that one conflict holds every claim of the planted group; a false alarm is a conflict that holds no planted group
and no two claims of one.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from crossbearing.check.engine import check
from crossbearing.pipeline import open_book
from crossbearing.vocabulary.conflict import Conflict

HERE = Path(__file__).parent


@cache
def reported(name: str) -> tuple[Conflict, ...]:
    opened = open_book(HERE / name / "book")
    assert not opened.errors
    return check(opened.book).conflicts


def planted(name: str, truth: str) -> list[frozenset[str]]:
    with HERE.joinpath(name, "labels.csv").open(encoding="utf-8", newline="") as file:
        return [
            frozenset(row["claims"].split("; "))
            for row in csv.DictReader(file, strict=True)
            if row["truth"] == truth
        ]


def false_alarms(name: str) -> list[Conflict]:
    groups = planted(name, "conflict")
    return [c for c in reported(name) if not any(len(group & set(c.claims)) > 1 for group in groups)]


@pytest.mark.parametrize("name", ["planted"])
def test_at_least_sixteen_of_twenty_are_found(name: str) -> None:
    found = [g for g in planted(name, "conflict") if any(g <= set(c.claims) for c in reported(name))]
    assert len(found) >= 16


@pytest.mark.parametrize("name", ["planted"])
def test_at_most_four_false_alarms(name: str) -> None:
    assert len(false_alarms(name)) <= 4, [c.what for c in false_alarms(name)]


@pytest.mark.parametrize("name", ["planted"])
def test_no_planted_agreement_is_reported(name: str) -> None:
    for group in planted(name, "agreement"):
        assert not any(len(group & set(c.claims)) > 1 for c in reported(name)), sorted(group)
