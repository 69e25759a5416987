"""Every cell grammar under fuzzing: no input gives anything but a value or a CellError; every value prints and parses back."""

import math
import string
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbearing.vocabulary.assumption import Judgment, family_of, parse_judgment
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.period import Duration, Instant, parse_known, parse_period
from crossbearing.vocabulary.qualifiers import parse_list, parse_qualifiers, print_qualifiers
from crossbearing.vocabulary.quantity import Relation, parse_quantity, print_number, quantity_of
from crossbearing.vocabulary.unit import Unit, parse_unit

UNITS = [
    parse_unit(u)
    for u in (
        "USD",
        "USD/yr",
        "EUR/month",
        "W",
        "count",
        "count/yr",
        "ratio",
        "pp",
        "year",
        "x",
        "USD/share",
        "score",
        "date",
    )
]
units = st.sampled_from(UNITS)
T = TypeVar("T")
signs = st.sampled_from(["", ">", ">=", "<", "<=", "~", "up to ", "up to", "=", "> ", "±"])
digits = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(
        ["0", "00", "1e9", "1,000", ".5", "5.", "--1", "9" * 31, "0." + "0" * 31, "٣", "nan", "inf", "Ⅷ", ""]
    ),
)
suffixes = st.sampled_from(
    ["", "K", "M", "B", "T", "%", "pp", "x", "W", "kW", "MW", "GW", "TW", "bn", "k", "G", " ", "$"]
)
number = st.builds(str.__add__, digits, suffixes)
quantities = st.one_of(
    st.builds("{}{}".format, signs, number),
    st.builds("{}{}{}{}".format, signs, number, st.sampled_from(["..", " .. ", "...", "-", " to "]), number),
    st.text(max_size=30),
)
years = st.sampled_from(["2026", "2025", "0000", "0001", "9999", "FY2025", "FY0001", "FY9999", "26", "20260"])
tails = st.sampled_from(
    ["", "-03", "-13", "-00", "-03-05", "-02-30", "-02-29", "-Q1", "-Q5", "-H2", "-H3", "-12-31", "/03"]
)
whole = st.builds(str.__add__, years, tails)
parts = st.sampled_from(["", "early ", "mid ", "late ", "end ", "by ", "about ", "Early "])
periods = st.one_of(
    st.builds(str.__add__, parts, whole),
    st.builds("{}..{}".format, whole, whole),
    st.text(max_size=20),
    st.text(alphabet="0123456789-QHFY. earlymidthbn", max_size=20),
)
closings = st.sampled_from(["12-31", "06-30", "01-31", "03-31", "02-28"])


def outcome(parse: Callable[..., T], *given: object, **named: object) -> T | CellError:
    """What a grammar says of a text: a value, or its refusal. Anything else is a traceback and fails the test."""
    try:
        return parse(*given, **named)
    except CellError as refused:
        return refused


def refused(found: object, text: str = "") -> bool:
    """Whether a text was refused, in the proper way."""
    if not isinstance(found, CellError):
        return False
    assert found.what
    assert 0 <= found.offset <= len(text)
    return True


@given(quantities, units)
def test_a_quantity_is_read_or_refused_and_prints_back_to_itself(text: str, unit: Unit) -> None:
    found = outcome(parse_quantity, text, unit)
    if refused(found, text) or isinstance(found, CellError):
        return
    assert parse_quantity(str(found), unit) == found
    assert math.isfinite(found.value)
    assert found.half_unit > 0
    assert (
        0
        <= found.tolerance
        <= 0.05 * max(abs(found.value), abs(found.low or 0), abs(found.high or 0)) + 1e-12
    )
    low, high = found.bounds
    assert low <= found.value <= high
    if found.relation is Relation.BETWEEN:
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
    else:
        assert found.low is None
        assert found.high is None


@given(quantities, units)
def test_a_quantity_survives_its_own_numbers(text: str, unit: Unit) -> None:
    found = outcome(parse_quantity, text, unit)
    if refused(found, text) or isinstance(found, CellError):
        return
    again = outcome(quantity_of, found.value, unit, found.relation, low=found.low, high=found.high)
    if isinstance(again, CellError):
        assert "beyond the range" in again.what
        return
    assert (again.relation, again.low, again.high) == (found.relation, found.low, found.high)
    assert again.value == pytest.approx(found.value, rel=1e-15)


@given(st.floats(-1e30, 1e30).filter(lambda v: v == 0 or abs(v) > 1e-15), units)
def test_a_number_prints_exactly(value: float, unit: Unit) -> None:
    text = outcome(print_number, value, unit)
    if isinstance(text, CellError):
        assert "beyond the range" in text.what
        return
    assert parse_quantity(text, unit).value == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(CellError, match="not a number"):
        quantity_of(value, UNITS[0])


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[A-Z]{2,4}(/[A-Za-z]{1,5}){0,3}", fullmatch=True)))
def test_a_unit_is_read_or_refused_and_prints_back_to_itself(text: str) -> None:
    found = outcome(parse_unit, text)
    if refused(found) or isinstance(found, CellError):
        return
    assert parse_unit(str(found)) == found
    assert found.per_year > 0
    assert (found.currency != "") == (found.kind in ("money", "money_rate", "price"))


@given(periods, st.sampled_from(["instant", "duration"]), closings)
def test_a_period_is_read_or_refused_and_prints_back_to_itself(text: str, prefers: str, closing: str) -> None:
    found = outcome(parse_period, text, prefers, closing)
    if found is None or refused(found) or isinstance(found, CellError):
        return
    assert parse_period(str(found), prefers, closing) == found
    first, last = (found.first, found.last) if isinstance(found, Instant) else (found.start, found.end)
    assert first <= found.middle <= last
    if isinstance(found, Duration):
        assert found.days >= 1


@given(whole, st.sampled_from(["early", "mid", "late", "end", "by"]), closings)
def test_a_part_lies_within_its_whole(text: str, part: str, closing: str) -> None:
    entire = outcome(parse_period, text, "duration", closing)
    some = outcome(parse_period, f"{part} {text}", "duration", closing)
    if not isinstance(some, Instant) or not isinstance(entire, (Instant, Duration)):
        return
    first, last = (entire.first, entire.last) if isinstance(entire, Instant) else (entire.start, entire.end)
    assert first <= some.first <= some.last <= last


@given(periods, st.dates())
def test_a_date_of_knowledge_is_read_or_refused_and_cut_never_turns_around(text: str, known: date) -> None:
    found = outcome(parse_known, text)
    if isinstance(found, Instant):
        cut = found.cut(known)
        assert cut.first <= cut.last <= max(known, found.last)


keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.dictionaries(keys, texts, max_size=4))
def test_qualifiers_print_and_parse_back(pairs: dict[str, str]) -> None:
    listed = tuple(sorted(pairs.items()))
    assert parse_qualifiers(print_qualifiers(listed)) == listed


@given(st.one_of(st.text(max_size=40), st.text(alphabet='ab=;" \\', max_size=12)))
def test_qualifiers_are_read_or_refused(text: str) -> None:
    found = outcome(parse_qualifiers, text)
    if refused(found, text) or isinstance(found, CellError):
        return
    assert parse_qualifiers(print_qualifiers(found)) == found


@given(st.text(max_size=40))
def test_a_list_has_no_empty_parts_and_prints_back(text: str) -> None:
    found = parse_list(text)
    assert all(part and part == part.strip() for part in found)
    assert parse_list("; ".join(found)) == found


words = st.sampled_from(["normal", "lognormal", "logitnormal", "uniform", "beta", "Normal"])
judgments = st.one_of(
    st.builds("{} to {}".format, number, number),
    st.builds("{}({}, {})".format, words, number, number),
    number,
    st.text(max_size=30),
    st.text(alphabet=string.digits + " to%KMB.-", max_size=16),
)


@given(judgments, st.sampled_from(["lognormal", "logitnormal", "normal"]))
def test_a_judgment_is_read_or_refused_and_prints_back_to_itself(text: str, family: str) -> None:
    found = outcome(parse_judgment, text, family)
    if refused(found) or isinstance(found, CellError):
        return
    assert parse_judgment(found.text, family) == found
    assert all(map(math.isfinite, (found.low, found.high, found.centre)))
    assert found.low <= found.centre <= found.high
    quantiles(found)


def quantiles(found: Judgment) -> None:
    """The percentiles come back, and quantiles rise."""
    if found.family != "uniform":
        scale = 1e-12 * (abs(found.low) + abs(found.high)) if found.family == "normal" else 0.0
        assert found.quantile(-1.6448536269514722) == pytest.approx(found.low, rel=1e-9, abs=scale)
        assert found.quantile(1.6448536269514722) == pytest.approx(found.high, rel=1e-9, abs=scale)
    assert found.quantile(-1) <= found.quantile(0) <= found.quantile(1)


@given(st.text(max_size=30))
def test_a_family_is_always_known(name: str) -> None:
    assert family_of(name) in ("lognormal", "logitnormal", "normal")


@pytest.mark.parametrize("text", ["0001", "0026-03-31", "FY9999", "2026-01..9999-12", "1799-12-31", "2201"])
def test_a_year_no_claim_is_about_is_a_slip(text: str) -> None:
    """Date arithmetic near the ends of the calendar fails, and a position from the year 26 is nonsense."""
    with pytest.raises(CellError) as raised:
        parse_period(text, "duration")
    assert "1800 to 2200" in raised.value.why
