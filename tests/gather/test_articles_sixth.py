"""The sixth set, marked twice, is sound in itself: one text, known metrics and names; nothing is extracted here."""

from pathlib import Path

import pytest
from tests.gather.marked import read_marked
from tests.gather.test_articles_third import CANONICAL

HERE = Path(__file__).parent / "articles_sixth"
ARTICLES = sorted((HERE / "one").glob("*.txt"))


def test_there_are_sixteen_and_each_is_marked_twice() -> None:
    assert len(ARTICLES) == 16
    assert [p.name for p in sorted((HERE / "two").glob("*.txt"))] == [p.name for p in ARTICLES]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: p.stem)
def test_both_marked_the_same_text_with_known_metrics_and_names(path: Path) -> None:
    both = [
        read_marked((HERE / who / path.name).read_text(encoding="utf-8"), path.name) for who in ("one", "two")
    ]
    assert both[0].text == both[1].text
    assert 400 <= len(both[0].text.split()) <= 700
    for marked in both:
        assert len(marked.claims) >= 15
        for row in marked.claims:
            assert marked.text[row["start"] : row["end"]] == row["value_text"]
            assert row["note"] or row["metric"] in CANONICAL, row["metric"]
            assert row["note"] or row["entity"] in marked.names or row["entity"] == "market", row["entity"]
