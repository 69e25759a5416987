"""What the engine must and must not call a conflict, on small books and as properties."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.check.example_books import book_from

from crossbearing.check.engine import check
from crossbearing.check.rule import all_rules
from crossbearing.pipeline import open_book
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.conflict import ConflictKind

HEAD = "id,entity,metric,value,unit,period,modality,source,known,qualifiers\n"
PLANTED = Path(__file__).parent / "planted" / "book"


def rates(*rows: tuple[str, str, str]) -> Book:
    """Run rates of one company: id, value, period; each from a source of its own."""
    return book_from(
        HEAD + "".join(f"{i},Acme,revenue.run_rate,{v},USD/yr,{p},actual,{i}-paper,,\n" for i, v, p in rows)
    )


def conflicts(book: Book) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(c.kind), c.claims) for c in check(book).conflicts]


@pytest.mark.parametrize("modality", ["forecast", "target", "talks", "derived", "superseded", "hypothetical"])
def test_what_is_no_actual_contradicts_no_actual(modality: str) -> None:
    book = book_from(
        HEAD
        + "a,Acme,customers.count,500,count,2026-03-31,actual,wire,,\n"
        + f"b,Acme,customers.count,900,count,2026-03-31,{modality},blog,,\n"
    )
    assert conflicts(book) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("30B", "30.4B"),
        ("~30B", "28B"),
        (">30B", "34B"),
        ("28B..33B", "30B"),
        ("<40B", "30B"),
        ("30B", "30B"),
        (">=20B", ">25B"),
    ],
)
def test_words_that_allow_a_common_value_agree(first: str, second: str) -> None:
    assert conflicts(rates(("a", first, "2026-03-31"), ("b", second, "2026-03-31"))) == []


@pytest.mark.parametrize(
    ("first", "second"), [("30B", "34B"), (">34B", "30B"), ("10B..20B", "30B"), ("<20B", "30B")]
)
def test_words_that_allow_none_contradict(first: str, second: str) -> None:
    found = conflicts(rates(("a", first, "2026-03-31"), ("b", second, "2026-03-31")))
    assert [claims for _, claims in found] == [("a", "b")]


@pytest.mark.parametrize("key", ["product", "segment", "region", "customer", "counterparty"])
def test_two_parts_are_two_quantities(key: str) -> None:
    book = book_from(
        HEAD
        + f"a,Acme,revenue.recognised,5B,USD,2026-Q1,actual,wire,,{key}=one\n"
        + f"b,Acme,revenue.recognised,9B,USD,2026-Q1,actual,blog,,{key}=two\n"
    )
    assert conflicts(book) == []


@settings(max_examples=60)
@given(
    st.floats(-0.002, 0.012),
    st.lists(st.integers(0, 700), min_size=3, max_size=12, unique=True),
    st.integers(1, 4),
)
def test_figures_on_one_growing_path_agree(growth: float, days: list[int], decimals: int) -> None:
    """Exact dates on an exponential path, rounded in print: nothing is a conflict."""
    start = date(2024, 1, 1)
    rows = [
        (
            f"c{d}",
            f"{2e9 * math.exp(growth * d) / 1e9:.{decimals}f}B",
            (start + timedelta(days=d)).isoformat(),
        )
        for d in sorted(days)
    ]
    assert [c for c in check(rates(*rows)).conflicts if c.kind is not ConflictKind.DATE] == []


@settings(max_examples=40)
@given(st.floats(0.001, 0.01), st.integers(3, 20), st.sampled_from([0.5, 0.6, 1.6, 2.0]))
def test_one_figure_off_a_dense_path_is_found_and_stands_alone(growth: float, month: int, off: float) -> None:
    start = date(2024, 1, 15)
    rows = []
    for m in range(24):
        day = start + timedelta(days=30 * m)
        figure = f"{3.0 * math.exp(growth * 30 * m):.3f}B"
        rows += [(f"x{m}", figure, day.isoformat()), (f"y{m}", figure, day.isoformat())]
    bad = start + timedelta(days=30 * month)
    rows.append(("bad", f"{3.0 * off * math.exp(growth * 30 * month):.3f}B", bad.isoformat()))
    found = check(rates(*rows)).conflicts
    assert found
    assert all("bad" in c.claims for c in found)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("place", [None, PLANTED], ids=["bundled", "planted"])
def test_the_order_of_claims_does_not_matter(place: Path | None, seed: int) -> None:
    book = open_book(place).book
    shuffled = list(book.claims)
    random.Random(seed).shuffle(shuffled)
    one, two = check(book), check(replace(book, claims=tuple(shuffled)))
    assert {(c.kind, c.claims, c.rule) for c in one.conflicts} == {
        (c.kind, c.claims, c.rule) for c in two.conflicts
    }
    assert sorted((i.rule, str(i.verdict)) for i in one.identities) == sorted(
        (i.rule, str(i.verdict)) for i in two.identities
    )


def test_a_second_quotation_makes_no_second_conflict() -> None:
    rows = [("a", "12B", "2026-03-31"), ("b", "9B", "2026-03-31")]
    once = check(rates(*rows)).conflicts
    twice = check(rates(*rows, ("c", "9B", "2026-03-31"))).conflicts
    assert len(once) == len(twice) == 1
    assert set(twice[0].claims) == {"a", "b", "c"}


def test_the_figures_stand_in_the_words_of_a_reader() -> None:
    (conflict,) = check(rates(("a", "12B", "2026-03-31"), ("b", "<9B", "2026-03-31"))).conflicts
    assert "$12bn/yr on 2026-03-31 [a]" in conflict.what
    assert "under $9bn/yr on 2026-03-31 [b]" in conflict.what


def test_every_conflict_has_an_id_of_its_own() -> None:
    found = check(open_book(PLANTED).book).conflicts
    assert len({c.id for c in found}) == len(found)


def test_an_installed_rule_is_asked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution beside ours names a rule by the entry point, and a book can switch it off like any other."""
    info = tmp_path / "house_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: house-rules\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        "[crossbearing.rules]\nround = house_rules:RULE\n", encoding="utf-8"
    )
    (tmp_path / "house_rules.py").write_text(
        "from crossbearing.check.rule import Rule\n"
        "from crossbearing.problems import Problem\n"
        "def find(evidence):\n"
        "    for s in evidence.stated:\n"
        "        if s.claim.quantity.value % 10 == 0:\n"
        "            yield Problem('XB499', s.claim.position, 'a suspiciously round figure')\n"
        "RULE = Rule('XB499', 'a round figure', 'why', 'mend', '', '', 'error', find=find)\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    book = rates(("a", "30B", "2026-03-31"))
    assert "XB499" in {r.code for r in all_rules()}
    assert [p.code for p in check(book).problems] == ["XB499"]
    assert check(replace(book, settings={"rules_off": ["XB499"]})).problems == ()


def test_an_entry_point_that_is_no_rule_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "odd_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-rules\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[crossbearing.rules]\nodd = math:pi\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UsageError, match="the rule odd of math:pi is a float"):
        all_rules()


DEFINED = "id,entity,metric,value,unit,period,definition,source\n"
RELEASE = (
    "a,Acme,revenue.run_rate,6.8B,USD/yr,2026-03-31,month*12,release\n"
    "z,Acme,revenue.run_rate,5.8B,USD/yr,2026-03-31,quarter*4,release\n"
)


def test_two_figures_that_one_speaker_reconciles_do_not_excuse_a_third() -> None:
    """A blog's 6.8B by the quarter contradicts the release's 5.8B by the quarter, though the release says 6.8B by the month."""
    assert conflicts(book_from(DEFINED + RELEASE)) == []
    third = "c,Acme,revenue.run_rate,6.8B,USD/yr,2026-03-31,quarter*4,blog\n"
    found = conflicts(book_from(DEFINED + RELEASE + third))
    assert ("genuine", {"c", "z"}) in [(kind, set(ids)) for kind, ids in found]


def test_a_third_that_may_be_the_reconciled_figure_is_excused_with_it() -> None:
    third = "c,Acme,revenue.run_rate,6.8B,USD/yr,2026-03-31,,blog\n"
    assert conflicts(book_from(DEFINED + RELEASE + third)) == []
