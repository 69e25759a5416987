"""Tracing: numbers as printed, claims forward and back, and the book without one of them."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crossbearing.cli import cli
from crossbearing.problems import UsageError
from crossbearing.trace.numbers import parse_number

SOURCES = "id,publisher,title,url,published,kind,origin,grade,note\ndaily,Daily,T,https://d.example,2026-03-20,article,,B,\nwire,Wire,T,,2026-03-25,article,,B,\n"
HEAD = "id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note\n"
CLAIMS = HEAD + (
    "c1,Acme,revenue.run_rate,30B,USD/yr,2026-03-15,gross,,reported,actual,daily,,,,,,\n"
    "c2,Acme,revenue.run_rate,30B,USD/yr,2026-03-15,gross,,reported,actual,wire,daily,,,,,\n"
    "c3,Acme,revenue.run_rate,9B,USD/yr,2026-03-10,gross,,reported,actual,wire,,,,,,\n"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of three claims, one a copy of another."""
    (tmp_path / "book.toml").write_text(
        '[book]\ntitle = "Acme"\nformat = 1\nends = "2026-03-31"\n[entities."Acme"]\nkind = "company"\n'
    )
    (tmp_path / "sources.csv").write_text(SOURCES)
    (tmp_path / "claims.csv").write_text(CLAIMS)
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    """Exit code and standard output of a trace."""
    done = CliRunner().invoke(cli, ["trace", *words])
    return done.exit_code, done.stdout if done.exit_code == 0 else str(done.exception)


def test_a_claim_leads_to_its_source_place_and_copies(book: Path) -> None:
    code, out = run("c2", "--book", str(book), "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["chain"] == ["wire", "daily"]
    assert found["copies"] == ["c1"]
    assert (found["claim"]["file"], found["claim"]["line"]) == ("claims.csv", 3)
    assert any(f["id"].startswith("acme.revenue.run_rate.gross") for f in found["figures"]) == (
        "c2" in str(found["figures"])
    )


@pytest.mark.parametrize("number", ["30bn", "$30bn", "30B", "30", "30,000,000,000"])
def test_a_number_as_printed_leads_to_its_claims(book: Path, number: str) -> None:
    code, out = run(number, "--book", str(book), "--format", "json")
    assert code == 0
    assert {c["claim"]["id"] for c in json.loads(out)["claims"]} == {"c1", "c2"}


def test_a_figure_is_recomputed_without_a_claim(book: Path) -> None:
    code, out = run("--without", "c3", "--book", str(book), "--format", "json")
    assert code == 0
    rows = {r["figure"]: r for r in json.loads(out)}
    assert rows["acme.revenue.run_rate.gross.low@2026-03-15"]["with"] == "$9bn/yr"


def test_a_number_nobody_said_is_wrong_use(book: Path) -> None:
    code, message = run("123.4bn", "--book", str(book))
    assert code != 0
    assert "prints like" in message


def test_nonsense_is_wrong_use(book: Path) -> None:
    assert run("c99x", "--book", str(book))[0] != 0
    assert run("--without", "nobody", "--book", str(book))[0] != 0


@given(st.floats(min_value=0.01, max_value=999), st.sampled_from(["bn", "m", "tn", "%", "x", "k"]))
def test_a_number_covers_what_prints_like_it(value: float, word: str) -> None:
    scale = {"bn": 1e9, "m": 1e6, "tn": 1e12, "%": 1e-2, "x": 1.0, "k": 1e3}[word]
    assert parse_number(f"{value:.2f}{word}").fits(value * scale)


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_wrong_use(text: str) -> None:
    with suppress(UsageError):
        assert parse_number(text).ranges


@pytest.mark.parametrize("text", ["3,5", "30,00", ",5", "1,2345"])
def test_a_decimal_comma_is_refused_not_read_as_another_number(text: str) -> None:
    with pytest.raises(UsageError):
        parse_number(text)


def test_zero_does_not_print_like_everything(book: Path) -> None:
    assert not parse_number("0").fits(9e9)
    assert parse_number("0").fits(0.0)
    assert run("0", "--book", str(book))[0] != 0


def test_a_negative_number_is_no_option(book: Path) -> None:
    code, message = run("-5bn", "--book", str(book))
    assert code != 0
    assert "prints like -5bn" in message
