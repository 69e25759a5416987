"""The fifth set of labelled articles is sound in itself: spans, names, units and values; nothing is extracted here."""

import json
import tomllib
from pathlib import Path

import pytest
from tests.gather.test_articles_third import CANONICAL, REGISTRY, UNITS

HERE = Path(__file__).parent / "articles_fifth"
ENTITIES = tomllib.loads((HERE / "entities.toml").read_text(encoding="utf-8"))["entities"]
BESIDES = {"money": {"KRW"}, "price": {"USD/user/month"}}
ARTICLES = sorted(HERE.glob("*.json"))


def test_there_are_sixteen() -> None:
    assert len(ARTICLES) == 16
    assert {p.stem for p in ARTICLES} == {p.stem for p in HERE.glob("*.txt")}
    used = {row["entity"] for p in ARTICLES for row in json.loads(p.read_text(encoding="utf-8"))["claims"]}
    assert used == set(ENTITIES)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: p.stem)
def test_every_label_is_sound(path: Path) -> None:
    article = json.loads(path.read_text(encoding="utf-8"))
    text = (HERE / article["doc"]).read_text(encoding="utf-8")
    assert 300 <= len(text.split()) <= 700
    ends = 0
    for row in article["claims"]:
        assert row["doc"] == article["doc"] == f"{path.stem}.txt"
        assert text[row["start"] : row["end"]] == row["value_text"]
        assert row["start"] >= ends
        ends = row["end"]
        kind = REGISTRY[CANONICAL[row["metric"]]]["unit_kind"]
        neutral = (row["note"] or "").startswith(("VAGUE", "HYPOTHETICAL"))
        assert neutral or row["unit"] in UNITS[kind] | BESIDES.get(kind, set()), row
        assert row["bound"] in {"exact", "approx", "over", "at_least", "at_most"}
        if row["low"] is not None:
            assert row["low"] < row["value"] < row["high"]
