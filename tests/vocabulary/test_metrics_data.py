"""The registry file alone: every table is whole, its words are from closed lists, and no spelling means two metrics."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "src" / "crossbearing" / "vocabulary" / "metrics.toml"
METRICS: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
FIELDS = {
    "label": str,
    "unit_kind": str,
    "kind": str,
    "period": str,
    "bases": list,
    "concept": str,
    "over_time": str,
    "over_parts": str,
    "positive": bool,
    "qualifiers": list,
    "aliases": list,
    "description": str,
}
CLOSED = {
    "unit_kind": {
        *("money", "money_rate", "share", "ratio", "points", "count"),
        *("power", "year", "multiple", "price", "probability", "score", "derived"),
    },
    "kind": {"stock", "flow", "rate", "ratio", "event"},
    "period": {"instant", "duration", "either"},
    "over_time": {"none", "sum", "mean", "last"},
    "over_parts": {"none", "sum", "mean"},
}


@pytest.mark.parametrize("name", METRICS)
def test_every_field_is_there_and_typed(name: str) -> None:
    table = METRICS[name]
    assert {key: type(value) for key, value in table.items()} == FIELDS
    assert {key: table[key] for key in CLOSED if table[key] not in CLOSED[key]} == {}
    assert set(table["bases"]) <= {"gross", "net", "unspecified"}
    assert re.fullmatch(r"((us-gaap|dei):[A-Z][A-Za-z]+1?)?", table["concept"])
    assert table["description"].endswith(".")


def test_one_spelling_means_one_metric() -> None:
    spellings = Counter(spelling for name, table in METRICS.items() for spelling in [name, *table["aliases"]])
    assert [spelling for spelling, times in spellings.items() if times > 1] == []


def test_one_concept_belongs_to_one_metric() -> None:
    concepts = Counter(table["concept"] for table in METRICS.values() if table["concept"])
    assert [concept for concept, times in concepts.items() if times > 1] == []


def test_flows_add_over_time_and_stocks_do_not() -> None:
    sums = {name for name, table in METRICS.items() if table["over_time"] == "sum"}
    assert {METRICS[name]["kind"] for name in sums} == {"flow"}
    assert [
        name for name, table in METRICS.items() if table["kind"] == "stock" and table["over_time"] == "sum"
    ] == []


def test_only_revenue_presentations_have_a_basis() -> None:
    with_basis = {name.split(".")[0] for name, table in METRICS.items() if table["bases"]}
    assert with_basis <= {"revenue", "product", "volume", "margin", "market", "valuation", "arithmetic"}
