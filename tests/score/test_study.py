"""The stored study belongs to the code and the book as they stand, and the documentation shows that study."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crossbearing.pipeline import open_book
from crossbearing.publish.score.calibration import calibration_section
from crossbearing.score import fingerprint
from crossbearing.score.study import stored

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "calibration.md"


def test_the_stored_study_is_of_this_code_and_this_book() -> None:
    study = stored()
    assert study is not None
    now = fingerprint.of_study(open_book(None).sound())
    stale = [part for part, digest in now.items() if study["from"].get(part) != digest]
    assert stale == [], f"{stale} moved on since the study was made: run `make study` (or `make study-quick`)"


def test_the_page_shows_the_stored_study() -> None:
    study = stored()
    assert study is not None
    page = PAGE.read_text(encoding="utf-8")
    worlds = study["calibration"]
    assert f"{worlds['worlds']} simulated worlds, {worlds['refused']} refused" in page
    for group in study["walk"]["walk_forward"]["by_metric"]:
        assert re.search(
            rf"\| {re.escape(group['name'])} \| {group['forecasts']} \|.*\| {group['crps']:.3f} \|", page
        )
    for group in study["panel"]["groups"]:
        assert (
            f"| {group['name']} | {group['forecasts']} | {group['companies']} | {group['crps']:.3f} |" in page
        )
    for picture in re.findall(r"\]\((\.\./images/[^)]+)\)", page):
        assert (PAGE.parent / picture).is_file()


def test_coverage_holds_where_a_surge_was_known() -> None:
    """The gate on the subset known at the origin: its 80 % range holds at least 70 %. What happened afterwards is no gate."""
    study = stored()
    assert study is not None
    groups = {g["name"]: g for g in study["panel"]["groups"]}
    surge = next(g for name, g in groups.items() if name.startswith("surge"))
    assert surge["inside_80"][0] >= 0.70
    assert groups["every origin"]["inside_80"][0] >= 0.75


def test_the_digest_sees_what_matters_and_nothing_else() -> None:
    plain = fingerprint._tree('"""Doc."""\nx = 1  # why\n')
    assert plain == fingerprint._tree("x = 1\n")
    assert plain != fingerprint._tree("x = 2\n")
    book = open_book(None).sound()
    digest = fingerprint.of_book(book)
    first = book.claims[0]
    noted = replace(book, claims=(*book.claims[1:], replace(first, note="another", locator="")))
    moved = replace(book, claims=(replace(first, known=None), *book.claims[1:]))
    assert fingerprint.of_book(noted) == digest
    assert fingerprint.of_book(moved) != digest


@pytest.mark.parametrize(
    "words", ["Simulated worlds", "Walk forward, bundled book", "Growth to come, a panel"]
)
def test_the_report_shows_the_study(words: str) -> None:
    registry = open_book(None).book.registry
    assert words in calibration_section(stored(), registry)
    assert calibration_section(None, registry) == ""
