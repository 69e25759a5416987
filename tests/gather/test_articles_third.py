"""The third set of labelled articles is sound in itself: spans, names, units and values; nothing is extracted here."""

import json
import tomllib
from pathlib import Path

import pytest

import crossbearing

HERE = Path(__file__).parent / "articles_third"
REGISTRY = tomllib.loads(
    (Path(crossbearing.__file__).parent / "vocabulary" / "metrics.toml").read_text(encoding="utf-8")
)
CANONICAL = {alias: name for name, spec in REGISTRY.items() for alias in (name, *spec["aliases"])}
ENTITIES = tomllib.loads((HERE / "entities.toml").read_text(encoding="utf-8"))["entities"]
UNITS = {
    "money": {"USD", "EUR", "GBP", "CNY"},
    "money_rate": {"USD/yr", "EUR/yr"},
    "ratio": {"fraction", "ratio", "percentage_points"},
    "share": {"fraction"},
    "multiple": {"ratio"},
    "count": {"count"},
    "power": {"W"},
    "points": {"percentage_points"},
    "year": {"year", "months"},
    "price": {"USD/token", "USD/W/yr"},
    "probability": {"fraction"},
}
UNITS["derived"] = set().union(*UNITS.values())  # a difference or a ratio of anything
ARTICLES = sorted(HERE.glob("*.json"))


def test_there_are_fourteen() -> None:
    assert len(ARTICLES) == 14
    assert {p.stem for p in ARTICLES} == {p.stem for p in HERE.glob("*.txt")}


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: p.stem)
def test_every_label_is_sound(path: Path) -> None:
    article = json.loads(path.read_text(encoding="utf-8"))
    text = (HERE / article["doc"]).read_text(encoding="utf-8")
    assert 400 <= len(text.split()) <= 900
    ends = 0
    for row in article["claims"]:
        assert row["doc"] == article["doc"] == f"{path.stem}.txt"
        assert text[row["start"] : row["end"]] == row["value_text"]
        assert row["sent_start"] <= row["start"] >= ends
        assert row["end"] <= row["sent_end"]
        assert row["entity"] in ENTITIES
        assert row["unit"] in UNITS[REGISTRY[CANONICAL[row["metric"]]]["unit_kind"]], row
        assert row["bound"] in {"exact", "approx", "over", "at_least", "at_most"}
        assert row["status"] in {"reported", "historical", "derived", "estimated", "forecast", "target"}
        assert isinstance(row["value"], int | float)
        if row["low"] is not None:
            assert row["low"] < row["value"] < row["high"]
        ends = row["end"]
