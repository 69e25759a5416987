"""A private book over a public one: what is added, what is refused, what stays hidden."""

from datetime import date
from pathlib import Path

import pytest
from tests.book.mills import ASSUMPTIONS, CLAIMS, Make

from crossbearing.book.load import load
from crossbearing.book.overlay import lay_over
from crossbearing.pipeline import open_book
from crossbearing.vocabulary.claim import Visibility
from crossbearing.vocabulary.secrecy import hidden_names

HEADER = CLAIMS.splitlines()[0]
OURS = "p,the big mill,revenue.run_rate,36M,EUR/yr,2026-03,gross,,leaked,actual,daily,,,,,,ours\n"


@pytest.fixture
def over(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the upper book, with a claim under a spelling of its own."""
    folder = tmp_path_factory.mktemp("over")
    (folder / "book.toml").write_text(
        '[book]\ntitle = "Ours"\n[entities."Northmill"]\naliases = ["The Big Mill"]\n'
    )
    (folder / "claims.csv").write_text(f"{HEADER}\n{OURS}")
    return folder


def test_rows_are_added_and_lean_on_the_book_below(make: Make, over: Path) -> None:
    joined = lay_over(make(), over)
    assert joined.problems == ()
    assert [c.id for c in joined.book.claims] == ["a", "b", "p"]
    claim = joined.book.claims[2]
    assert (claim.entity, claim.known, claim.visibility) == (
        "Northmill",
        date(2026, 3, 5),
        Visibility.PRIVATE,
    )
    assert claim.position.file.endswith("/claims.csv")
    assert joined.book.title == "Mills"


def test_a_row_of_the_same_id_must_say_the_same(make: Make, over: Path) -> None:
    (over / "claims.csv").write_text(CLAIMS)
    assert lay_over(make(), over).problems == ()
    (over / "claims.csv").write_text(CLAIMS.replace("30M", "31M"))
    joined = lay_over(make(), over)
    assert [p.code for p in joined.errors] == ["XB310"]
    assert joined.book.claims[0].quantity.text == "30M"


def test_judgments_of_the_upper_book_win_where_they_may_be_seen(
    make: Make, over: Path, tmp_path: Path
) -> None:
    (over / "assumptions.toml").write_text(ASSUMPTIONS.replace("20% to 60%", "70% to 80%"))
    make()
    assert open_book(tmp_path, over).book.assumptions[0].judgment.low == 0.7
    assert open_book(tmp_path, over, visibility=Visibility.PUBLIC).book.assumptions[0].judgment.low == 0.2


def test_a_book_may_say_that_it_is_public(make: Make, over: Path, tmp_path: Path) -> None:
    make()
    head = over / "book.toml"
    head.write_text(head.read_text().replace('title = "Ours"', 'title = "Ours"\nvisibility = "public"'))
    shown = open_book(tmp_path, over, visibility=Visibility.PUBLIC).book
    assert [c.id for c in shown.claims] == ["a", "p"]
    assert shown.canonical_entity("the big mill") == "Northmill"


def test_the_problems_of_both_books_come_together(make: Make, over: Path) -> None:
    (over / "claims.csv").write_text(f"{HEADER}\n{OURS.replace('36M', '3E7')}")
    below = make(claims__csv=CLAIMS.replace("30M", "3E+7"), commitments__csv=None, assumptions__toml=None)
    assert [p.position.file for p in lay_over(below, over).errors] == [
        "claims.csv",
        f"{over.name}/claims.csv",
    ]


def test_what_may_be_seen_leaves_no_trace_of_the_rest(make: Make, over: Path, tmp_path: Path) -> None:
    (over / "sources.csv").write_text(
        "id,publisher,title,url,published,kind,origin,grade,note\nmemo,X,Y,,2026-01,memo,,,\n"
    )
    (over / "claims.csv").write_text(f"{HEADER}\n{OURS.replace('daily', 'memo')}")
    (over / "relations.csv").write_text(
        "id,from,to,kind,exclusive,start,end,claims,note\nr,Southmill,Northmill,owns,,,,p,\n"
    )
    make()
    full, shown = open_book(tmp_path, over), open_book(tmp_path, over, visibility=Visibility.PUBLIC)
    assert full.book.visibility is Visibility.PRIVATE
    assert shown.book.visibility is Visibility.PUBLIC
    assert hidden_names(full.book, shown.book) == {"p", "b", "memo", "relay", "r", "The Big Mill"}
    assert shown.redacted == 2
    assert shown.book.canonical_entity("the big mill") is None
    assert set(shown.book.sources) == {"daily"}
    assert set(shown.book.entities) == {"Northmill", "Southmill"}
    alone = open_book(tmp_path, visibility=Visibility.PUBLIC).book
    assert (shown.book.claims, shown.book.relations, shown.book.digest) == (
        alone.claims,
        alone.relations,
        alone.digest,
    )


def test_a_row_that_rests_on_a_private_claim_in_part_goes_too(make: Make) -> None:
    book = make(assumptions__toml=ASSUMPTIONS.replace('["a"]', '["a", "b"]')).book
    assert len(book.visible(Visibility.PUBLIC).assumptions) == 0
    assert len(book.visible(Visibility.PUBLIC).commitments) == 1
    assert book.visible(Visibility.RESTRICTED) is book


def test_a_private_name_is_not_offered_as_a_correction(make: Make, tmp_path: Path) -> None:
    claims = CLAIMS.replace("\nb,", "\nsecretclaim,")
    make(claims__csv=claims, assumptions__toml=ASSUMPTIONS.replace('["a"]', '["secretclaims"]'))
    assert "secretclaim'" in open_book(tmp_path).problems[0].mend
    told = open_book(tmp_path, visibility=Visibility.PUBLIC).problems[0]
    assert "secretclaim" not in told.as_text()
    assert (told.code, told.position.line) == ("XB303", 6)


def test_an_overlay_that_is_not_there(make: Make, tmp_path: Path) -> None:
    assert [p.code for p in lay_over(make(), tmp_path / "nowhere").errors] == ["XB101"]


def test_the_book_below_is_not_changed_by_loading(make: Make, over: Path, tmp_path: Path) -> None:
    below = make()
    lay_over(below, over)
    assert below.book == load(tmp_path).book
