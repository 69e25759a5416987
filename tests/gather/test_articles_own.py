"""The marked articles and sentences are sound in themselves: values, names and metrics; nothing is extracted here."""

from pathlib import Path

import pytest
from tests.gather.marked import read_marked
from tests.gather.test_articles_third import CANONICAL

HERE = Path(__file__).parent
ARTICLES = sorted((HERE / "articles_own").glob("*.txt")) + sorted((HERE / "articles_press").glob("*.txt"))
UNDATED = ("lab-23-two-ledgers",)
SENTENCES = [
    line
    for name in ("sentences_marked.txt", "sentences_usual.txt")
    for line in (HERE / name).read_text(encoding="utf-8").splitlines()
]


def test_there_are_enough() -> None:
    assert len(ARTICLES) >= 112
    assert len(SENTENCES) >= 550


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: p.stem)
def test_every_article_is_sound(path: Path) -> None:
    marked = read_marked(path.read_text(encoding="utf-8"), path.name)
    assert marked.published or path.stem in UNDATED
    assert "{" not in marked.text
    assert len(marked.claims) >= 10
    for row in marked.claims:
        assert marked.text[row["start"] : row["end"]] == row["value_text"]
        assert row["entity"] in marked.names or row["entity"] == "market"
        assert row["note"] or row["metric"] in CANONICAL


@pytest.mark.parametrize("line", SENTENCES, ids=lambda line: line[:40])
def test_every_sentence_is_sound(line: str) -> None:
    for row in read_marked(f"---\n{line}", "s").claims:
        assert row["note"] or (row["metric"] in CANONICAL and row["entity"])
