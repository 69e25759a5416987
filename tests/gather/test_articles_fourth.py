"""The fourth set of labelled articles is sound in itself: spans, names, units and values; nothing is extracted here."""

import json
import tomllib
from pathlib import Path

import pytest
from tests.gather.test_articles_third import CANONICAL, REGISTRY, UNITS

HERE = Path(__file__).parent / "articles_fourth"
ENTITIES = tomllib.loads((HERE / "entities.toml").read_text(encoding="utf-8"))["entities"]
BESIDES = {"price": {"USD/month", "GBP/month"}, "money_rate": {"GBP/yr"}}
ARTICLES = sorted(HERE.glob("*.json"))


def test_there_are_eight() -> None:
    assert len(ARTICLES) == 8
    assert {p.stem for p in ARTICLES} == {p.stem for p in HERE.glob("*.txt")}


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: p.stem)
def test_every_label_is_sound(path: Path) -> None:
    article = json.loads(path.read_text(encoding="utf-8"))
    text = (HERE / article["doc"]).read_text(encoding="utf-8")
    assert 240 <= len(text.split()) <= 420
    ends = 0
    for row in article["claims"]:
        assert row["doc"] == article["doc"] == f"{path.stem}.txt"
        assert text[row["start"] : row["end"]] == row["value_text"]
        assert row["start"] >= ends
        assert row["entity"] in ENTITIES
        kind = REGISTRY[CANONICAL[row["metric"]]]["unit_kind"]
        assert row["unit"] in UNITS[kind] | BESIDES.get(kind, set()), row
        assert row["bound"] in {"exact", "approx", "over", "at_least", "at_most"}
        assert row["status"] in {
            "reported",
            "historical",
            "derived",
            "estimated",
            "forecast",
            "target",
            "talks",
        }
        if row["low"] is not None:
            assert row["low"] < row["value"] < row["high"]
        ends = row["end"]
