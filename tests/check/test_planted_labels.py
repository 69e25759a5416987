"""The labelled books of invented companies are consistent in themselves; whether rules find the conflicts is tested elsewhere."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BOOKS = ("planted", "planted2")
KINDS = {"basis", "definition", "date", "copy", "arithmetic", "digits", "vintage", "scope", "genuine"}


def rows(*parts: str) -> list[dict[str, str]]:
    with HERE.joinpath(*parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def claims_of(label: dict[str, str]) -> list[str]:
    return label["claims"].split("; ")


@pytest.mark.parametrize("name", BOOKS)
def test_twenty_conflicts_of_every_kind_and_twenty_agreements(name: str) -> None:
    labels = rows(name, "labels.csv")
    assert Counter(label["truth"] for label in labels) == {"conflict": 20, "agreement": 20}
    assert {label["kind"] for label in labels if label["truth"] == "conflict"} == KINDS
    assert {label["kind"] for label in labels if label["truth"] == "agreement"} == {""}
    assert len({label["id"] for label in labels}) == len(labels)
    assert all(label["why"] for label in labels)


@pytest.mark.parametrize("name", BOOKS)
def test_every_label_names_claims_of_the_book(name: str) -> None:
    known = [claim["id"] for claim in rows(name, "book", "claims.csv")]
    assert len(set(known)) == len(known)
    for label in rows(name, "labels.csv"):
        named = claims_of(label)
        assert len(set(named)) == len(named) >= 2, label["id"]
        assert set(named) <= set(known), label["id"]


@pytest.mark.parametrize("name", BOOKS)
def test_no_claim_of_an_agreement_is_in_a_conflict_or_in_another_agreement(name: str) -> None:
    labels = rows(name, "labels.csv")
    conflicting = {c for label in labels if label["truth"] == "conflict" for c in claims_of(label)}
    agreeing = [c for label in labels if label["truth"] == "agreement" for c in claims_of(label)]
    assert not conflicting & set(agreeing)
    assert len(set(agreeing)) == len(agreeing)


@pytest.mark.parametrize("name", BOOKS)
def test_every_claim_has_a_source_and_every_chain_ends_in_one(name: str) -> None:
    sources = {source["id"] for source in rows(name, "book", "sources.csv")}
    for claim in rows(name, "book", "claims.csv"):
        chain = [claim["source"], *(step for step in claim["via"].split("; ") if step)]
        assert set(chain) <= sources, claim["id"]


def test_the_hold_out_shares_nothing_with_the_first_book() -> None:
    first, second = ({claim["entity"] for claim in rows(name, "book", "claims.csv")} for name in BOOKS)
    assert not first & second
    first, second = ({source["id"] for source in rows(name, "book", "sources.csv")} for name in BOOKS)
    assert not first & second
