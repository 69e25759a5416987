"""The conflicts of the bundled book against a list labelled by hand; precision and recall are recomputed by claim ids."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from crossbearing.check.engine import check
from crossbearing.pipeline import open_book
from crossbearing.vocabulary.conflict import Conflict

LIST = Path(__file__).with_name("frontier_conflicts.csv")
Label = tuple[frozenset[str], bool, str]


@cache
def reported() -> tuple[Conflict, ...]:
    return check(open_book().book).conflicts


@cache
def labels() -> tuple[Label, ...]:
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    return tuple((frozenset(r["claims"].split("; ")), r["truth"] == "true", r["reference"]) for r in rows)


def names(conflict: Conflict, *, truth: bool) -> bool:
    """Whether a conflict holds all claims of some label of that truth."""
    return any(claims <= set(conflict.claims) for claims, true, _ in labels() if true is truth)


def found(claims: frozenset[str]) -> bool:
    return any(claims <= set(c.claims) for c in reported())


def test_the_list_names_claims_of_the_book_once() -> None:
    known = {c.id for c in open_book().book.claims}
    assert all(claims <= known and len(claims) > 1 for claims, _, _ in labels())
    assert len({claims for claims, _, _ in labels()}) == len(labels())


def test_precision_is_at_least_nine_in_ten() -> None:
    """A reported conflict counts as true only if the list has a true group inside it; unlabelled ones count as false."""
    true = [c for c in reported() if names(c, truth=True)]
    false = [c.id for c in reported() if not names(c, truth=True)]
    assert len(true) / len(reported()) >= 0.9, false


def test_recall_is_at_least_nine_in_ten() -> None:
    wanted = [claims for claims, true, _ in labels() if true]
    missed = [sorted(claims) for claims in wanted if not found(claims)]
    assert 1 - len(missed) / len(wanted) >= 0.9, missed


def test_the_fifteen_of_the_register_are_all_found() -> None:
    register: dict[str, list[bool]] = {}
    for claims, true, reference in labels():
        for mark in reference.split():
            if mark.startswith("G") and true:
                register.setdefault(mark, []).append(found(claims))
    assert sorted(register, key=lambda g: int(g[1:])) == [f"G{i}" for i in range(1, 16)]
    assert all(all(hits) for hits in register.values()), register


def test_agreements_of_the_list_are_no_conflict_of_their_own() -> None:
    """Two agreeing claims may stand in one conflict against a third, but no conflict is only about them."""
    for claims, true, _ in labels():
        if not true:
            assert not any(set(c.claims) == claims for c in reported())


def test_every_conflict_says_what_why_and_what_resolves_it() -> None:
    for c in reported():
        assert len(c.claims) > 1
        assert all(text and text == text.strip() for text in (c.what, c.why, c.resolution))
        assert c.size >= 0
        assert all(i in c.what or len(c.claims) > 3 for i in c.claims[:2]) or "more" in c.what
