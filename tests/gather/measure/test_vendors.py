"""The rule table: its own examples, and the SQL against an independent matcher."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossbearing.gather.measure.engines import Engine, open_engine
from crossbearing.gather.measure.vendors import Rule, RuleTable, load_rules, match_texts, try_rules
from crossbearing.problems import UsageError


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    held = open_engine("duckdb", threads=1)
    yield held
    held.close()


def test_every_example_and_counterexample_of_the_shipped_rules_behaves(engine: Engine) -> None:
    rules = load_rules()
    assert all(rule.examples and rule.counterexamples for rule in rules.rules)
    assert try_rules(engine, rules) == []


def test_an_example_that_does_not_fit_is_told(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[rule]]\nid = "a"\nvendor = "A"\nany = ["acme"]\nexamples = ["ACNE"]\ncounterexamples = ["Acme Inc"]\n'
    )
    assert len(try_rules(engine, load_rules(path))) == 2


def independent(rules: RuleTable, text: str) -> Rule | None:
    """The same rules by regular expressions over words."""
    words = [
        re.sub(r"\s+", " ", re.sub(r"['’]", "", re.sub(r"[^\w'’]|_", " ", part.lower()))).strip()
        for part in text.split("|", 1)
    ]
    words = [*words, ""][:2]

    def occurs(rule: Rule, phrase: str) -> bool:
        fields = {"merchant": words[:1], "item": words[1:], "both": words}[rule.field]
        return any(re.search(rf"(?:^| ){re.escape(phrase)}(?: |$)", field) for field in fields)

    for rule in rules.rules:
        if all(any(occurs(rule, p) for p in group) for group in rule.groups) and not any(
            occurs(rule, p) for p in rule.none
        ):
            return rule
    return None


WORDS = st.sampled_from(
    [
        "Claude",
        "PRO",
        "openai",
        "OPEN",
        "AI",
        "air",
        "Azure",
        "google",
        "CLOUD",
        "gemini",
        "aws",
        "x",
        "'s",
        "misanthropic",
        "anthropic",
    ]
)
TEXTS = st.lists(
    st.tuples(WORDS, st.sampled_from([" ", "*", "  ", ".", "-", "|", "", "'", "’"])), min_size=1, max_size=6
).map(lambda parts: "".join(word + gap for word, gap in parts))


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_the_query_matches_like_an_independent_reader(engine: Engine, texts: list[str]) -> None:
    rules = load_rules()
    found = match_texts(engine, rules, texts)
    assert [independent(rules, t) for t in texts] == found


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no rules"),
        ("[[rule]]\nid='a'\nvendor='A'\n", "phrases"),
        ("[[rule]]\nid='a'\nvendor='A'\nany=['*']\n", "no phrase"),
        ("[[rule]]\nid='a'\nvendor='A'\nany=['b']\nroute='post'\n", "route"),
        ("[[rule]]\nid='a'\nvendor='A'\nany=['b']\n[[rule]]\nid='a'\nvendor='A'\nany=['c']\n", "same id"),
        ("[[rule]]\nid='a'\nvendor='A'\nany=['b']\nprio=1\n", "unknown key"),
        ("not toml", "cannot read"),
    ],
)
def test_a_wrong_rule_file_is_explained(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=what):
        load_rules(path)
