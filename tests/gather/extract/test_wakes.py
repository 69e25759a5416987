"""Words that wake a rule only save time: with every rule asked for every figure, the claims are the same."""

from pathlib import Path

import pytest

from crossbearing.gather.extract import Document, constructions, extract
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.vocabulary.metric import standard_registry

ARTICLES = Path(__file__).parents[1] / "articles"


def test_rules_that_no_word_wakes_would_have_said_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = "\n\n".join(row["text"] for row in lexicon("builds")["examples"])
    texts = [examples, *(path.read_text(encoding="utf-8") for path in sorted(ARTICLES.glob("*.txt")))]
    woken = [extract(Document(text), (), standard_registry()) for text in texts]
    monkeypatch.setattr(constructions, "WAKES", {})
    constructions._awake.cache_clear()
    try:
        asked = [extract(Document(text), (), standard_registry()) for text in texts]
    finally:
        constructions._awake.cache_clear()
    assert sum(map(len, woken)) > 200
    assert woken == asked


def test_only_listed_rules_are_woken_by_words() -> None:
    rules = {rule for rows in constructions.RULES.values() for rule in rows}
    assert constructions.WAKES.keys() <= rules
