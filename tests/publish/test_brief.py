"""The brief: two pages, the same bytes again, the words of the first screen, and no markup from the book."""

from datetime import date
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument
from tests.publish.conftest import written_to

from crossbearing import pipeline
from crossbearing.publish.report.brief import write_brief
from crossbearing.publish.report.content import ReportContent
from crossbearing.publish.report.drawings import drawings, write_slides


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> ReportContent:
    two_makers = written_to(tmp_path_factory.mktemp("brief") / "book")
    toml = two_makers / "book.toml"
    hostile = 'title = "#eval(\\"1+1\\") *bold* $x$ @ref"'
    toml.write_text(
        toml.read_text(encoding="utf-8").replace('title = "Two <b>makers</b> & co"', hostile),
        encoding="utf-8",
    )
    opened = pipeline.check_book(pipeline.open_book(two_makers))
    return pipeline.report_content(opened, as_of=date(2026, 3, 31), seed=0)


def words_of(path: Path) -> list[str]:
    return [" ".join(page.get_textpage().get_text_range().split()) for page in PdfDocument(path)]


def test_two_pages_with_the_first_screen_and_the_same_bytes(small: ReportContent, tmp_path: Path) -> None:
    first, again = tmp_path / "a.pdf", tmp_path / "b.pdf"
    write_brief(small, first)
    write_brief(small, again)
    pages = words_of(first)
    assert len(pages) == 2
    assert first.read_bytes() == again.read_bytes()
    assert "Acme sells at" in pages[0]
    assert "whom to ask" in pages[1]


def test_the_text_of_a_book_is_never_markup(small: ReportContent, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    write_brief(small, path)
    assert '#eval("1+1") *bold* $x$ @ref' in words_of(path)[0]


def test_every_chart_becomes_a_picture_and_a_drawing(small: ReportContent, tmp_path: Path) -> None:
    written = write_slides(small, tmp_path / "slides")
    assert len(written) == 2 * len(drawings(small)) > 0
    assert all(p.stat().st_size > 1000 for p in written)
    assert {p.suffix for p in written} == {".png", ".svg"}
