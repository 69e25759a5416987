"""The hand-labelled articles and sentences are well formed; nothing here runs the extractor."""

import json
import math
import re
import tomllib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ARTICLES = Path(__file__).parent / "articles"
FIELDS = {
    "doc",
    "start",
    "end",
    "value_text",
    "entity",
    "metric",
    "value",
    "low",
    "high",
    "bound",
    "unit",
    "as_of",
    "period",
    "basis",
    "status",
    "attributed_to",
    "note",
}
BOUNDS = {"exact", "approx", "over", "at_least", "at_most"}
UNITS = {
    "USD",
    "USD/yr",
    "USD/month",
    "USD/share",
    "USD/W",
    "EUR",
    "W",
    "count",
    "ratio",
    "fraction",
    "percentage_points",
    "year",
}
SENTENCE_UNITS = {"USD", "EUR", "GBP", "CHF", "JPY", "W", "count", "ratio", "fraction", "percentage_points"}
PERIODS = {"instant", "month", "quarter", "half", "year", "multi-year"}
BASES = {"gross", "net", "unspecified", "n/a"}
STATUSES = {"reported", "historical", "derived", "estimated", "forecast", "target", "talks"}
NEUTRAL = ("VAGUE: ", "HYPOTHETICAL: ")
AS_OF = re.compile(r"\d{4}(-\d{2}(-\d{2})?|-Q[1-4]|-H[12])?")
METRIC = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?")


def load(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ARTICLES / name).read_text(encoding="utf-8").splitlines()]


GOLD = load("gold.jsonl")
SENTENCES = load("sentences.jsonl")
DOCS = sorted(path.name for path in ARTICLES.glob("*.txt"))


def article(doc: str) -> str:
    return (ARTICLES / doc).read_bytes().decode("utf-8")


def check_value(row: dict[str, Any]) -> None:
    assert isinstance(row["value"], int | float)
    assert math.isfinite(row["value"])
    assert (row["low"] is None) == (row["high"] is None)
    if row["low"] is not None:
        assert row["low"] < row["high"]
        assert row["value"] == pytest.approx((row["low"] + row["high"]) / 2)


@pytest.mark.parametrize("doc", DOCS)
def test_article_has_the_size_and_rows_promised(doc: str) -> None:
    rows = [row for row in GOLD if row["doc"] == doc]
    assert 150 <= len(article(doc).split()) <= 450
    assert 12 <= len(rows) <= 30
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    assert all(a["end"] <= b["start"] for a, b in pairwise(rows))


def test_there_are_fourteen_articles_and_every_row_names_one() -> None:
    assert len(DOCS) == 14
    assert {row["doc"] for row in GOLD} == set(DOCS)


@pytest.mark.parametrize("row", GOLD, ids=lambda row: f"{row['doc'][:2]}-{row['start']}")
def test_row_points_at_its_value_and_uses_allowed_words(row: dict[str, Any]) -> None:
    assert set(row) == FIELDS
    assert article(row["doc"])[row["start"] : row["end"]] == row["value_text"]
    assert row["value_text"] == row["value_text"].strip() != ""
    check_value(row)
    assert row["bound"] in BOUNDS
    assert row["unit"] in UNITS
    assert row["period"] in PERIODS
    assert row["basis"] in BASES
    assert row["status"] in STATUSES
    assert row["as_of"] is None or AS_OF.fullmatch(row["as_of"])
    assert METRIC.fullmatch(row["metric"])


def test_firm_rows_use_canonical_metrics() -> None:
    registry = tomllib.loads(
        (files("crossbearing") / "vocabulary" / "metrics.toml").read_text(encoding="utf-8")
    )
    firm = {row["metric"] for row in GOLD if not (row["note"] or "").startswith(NEUTRAL)}
    assert firm <= set(registry)


def test_percentages_are_fractions_and_points_are_points() -> None:
    for row in GOLD:
        if "%" in row["value_text"] or "per cent" in row["value_text"]:
            assert row["unit"] == "fraction"
        if "point" in row["value_text"]:
            assert row["unit"] == "percentage_points"


def test_every_entity_is_listed_and_named_in_its_article() -> None:
    entities = json.loads((ARTICLES / "entities.json").read_text(encoding="utf-8"))
    assert set(entities) == set(DOCS)
    for row in GOLD:
        assert row["entity"] in entities[row["doc"]]
    for doc, names in entities.items():
        text = article(doc).casefold()
        assert set(names) == {row["entity"] for row in GOLD if row["doc"] == doc}
        written = [n for n in names if not n.startswith(("market", "a fund", "Greta"))]
        assert all(name.casefold() in text for name in written)


def test_thirty_sentences_with_exact_spans() -> None:
    assert len({sentence["text"] for sentence in SENTENCES}) == 30
    for sentence in SENTENCES:
        assert set(sentence) == {"text", "quantities"}
        assert sentence["quantities"]
        end = 0
        for quantity in sentence["quantities"]:
            assert set(quantity) == {"start", "end", "value", "low", "high", "unit", "relation"}
            assert end <= quantity["start"] < quantity["end"] <= len(sentence["text"])
            end = quantity["end"]
            words = sentence["text"][quantity["start"] : end]
            assert words == words.strip()
            check_value(quantity)
            assert quantity["unit"] in SENTENCE_UNITS
            assert quantity["relation"] in BOUNDS
