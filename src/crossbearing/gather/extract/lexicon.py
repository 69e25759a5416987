"""Lexicons are data: tables of words with an example each, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

NAMES = ("builds", "deals", "grammar", "numbers", "metrics", "names", "roles", "salience", "stance", "times")


@cache
def lexicon(name: str) -> Mapping[str, Any]:
    """A lexicon by name. Plain lists of words become frozen sets, for quick membership; tables stay tables."""
    import tomllib

    folder = files("crossbearing.gather.extract").joinpath("lexicons")
    table = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return {key: _ready(value) for key, value in table.items()}


def _ready(value: Any) -> Any:
    if isinstance(value, str) and "\n" in value:
        return frozenset(value.split())
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        return frozenset(value)
    return value


@cache
def trade_words() -> frozenset[str]:
    """Words of the lexicons of the trade, which at the start of a sentence are no names."""
    grammar = lexicon("grammar")
    cues = {
        word.lower()
        for row in lexicon("metrics")["cues"]
        for phrase in row["words"]
        for word in phrase.split()
    }
    return frozenset(cues).union(
        grammar["company_nouns"], grammar["countable"], grammar["buyers"], grammar["generic"]
    )
