"""Figures in words."""

import pytest

from crossbearing.vocabulary.quantity import parse_quantity
from crossbearing.vocabulary.unit import parse_unit
from crossbearing.vocabulary.words import as_typed, say, say_quantity, say_range


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (30e9, "USD/yr", "$30bn/yr"),
        (4.8e9, "USD", "$4.8bn"),
        (1.05e12, "USD", "$1.05tn"),
        (999.9999e9, "USD", "$1tn"),
        (-559e6, "USD", "−$559m"),
        (3460000, "CNY", "CN¥3.46m"),
        (0.314, "ratio", "31.4%"),
        (-1.22, "ratio", "−122%"),
        (6.3, "pp", "6.3 pp"),
        (3.333, "x", "3.33x"),
        (1.4e9, "W", "1.4 GW"),
        (1000, "count", "1,000"),
        (134e6, "count", "134m"),
        (2028, "year", "2028"),
        (16.2, "USD/user/month", "$16.2/user/month"),
        (None, "USD", "–"),
        (12.0, "furlongs", "12 furlongs"),
    ],
)
def test_a_figure_in_words(value: float | None, unit: str, words: str) -> None:
    assert say(value, unit) == words


def test_a_range_in_words() -> None:
    assert say_range(25.7e9, 29.2e9, "USD/yr") == "$25.7bn/yr to $29.2bn/yr"


@pytest.mark.parametrize(
    ("cell", "unit", "words"),
    [
        (">30B", "USD/yr", "over $30bn/yr"),
        ("400B..500B", "USD", "$400bn to $500bn"),
        ("up to 5GW", "W", "up to 5 GW"),
        ("~25B", "USD", "about $25bn"),
        ("<=1K", "count", "at most 1,000"),
        ("61.5B", "USD", "$61.5bn"),
    ],
)
def test_a_claims_figure_in_words(cell: str, unit: str, words: str) -> None:
    base = parse_unit(unit)
    assert say_quantity(parse_quantity(cell, base), base) == words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("$30bn", "30B"),
        ("30 billion", "30B"),
        ("$30,000 million", "30000M"),
        (">1.5m", ">1.5M"),
        ("2b..3b", "2B..3B"),
        ("30B", "30B"),
        ("5GW", "5GW"),
        ("40%", "40%"),
        ("120", "120"),
        ("\u20ac30bn", "\u20ac30B"),
        ("30 EUR", "30 EUR"),
    ],
)
def test_a_figure_typed_at_a_prompt_is_read_as_meant(typed: str, read: str) -> None:
    """The sign of another currency stays, and the grammar refuses it."""
    assert as_typed(typed, "USD") == read
