"""Drawings kept by content: made once, made anew when anything they depend on changes, and never needed."""

from pathlib import Path
from typing import Any

import pytest
from tests.outlook.books import write

from crossbearing.fix import reconcile
from crossbearing.pipeline import open_book, start_of
from crossbearing.publish.kept import book_text, kept
from crossbearing.publish.report import svg
from crossbearing.vocabulary.book import Book


def test_a_text_is_made_once_for_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSBEARING_CACHE", str(tmp_path))
    made: list[str] = []

    def make() -> str:
        made.append("x")
        return f"drawing {len(made)}"

    assert [kept("a", make), kept("a", make), kept("b", make)] == ["drawing 1", "drawing 1", "drawing 2"]
    monkeypatch.setenv("CROSSBEARING_CACHE", "")
    assert kept("a", make) == "drawing 3"


def test_a_drawing_is_the_same_with_and_without_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = {"data": {"values": [{"x": 1}, {"x": 3}]}, "mark": "point", "encoding": {"x": {"field": "x"}}}
    monkeypatch.setenv("CROSSBEARING_CACHE", "")
    plain = svg.render(spec, "one", "points")
    monkeypatch.setenv("CROSSBEARING_CACHE", str(tmp_path))
    assert svg.render(spec, "one", "points") == plain
    assert svg.render(spec, "one", "points") == plain
    other = {**spec, "data": {"values": [{"x": 1}, {"x": 4}]}}
    assert svg.render(other, "one", "points") != plain


def test_any_changed_claim_changes_the_text_of_a_book(tmp_path: Path) -> None:
    folder = write(tmp_path / "b")
    one, again = (book_text(open_book(folder).sound()) for _ in range(2))
    claims = folder / "claims.csv"
    claims.write_text(claims.read_text().replace("10B,USD/yr", "11B,USD/yr"))
    assert one == again != book_text(open_book(folder).sound())


def test_a_start_is_drawn_from_the_position_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    draws = reconcile.joint_draws

    def counted(book: Book, entity: str, *words: Any, **more: Any) -> Any:
        asked.append(entity)
        return draws(book, entity, *words, **more)

    monkeypatch.setattr(reconcile, "joint_draws", counted)
    book = open_book(write(tmp_path / "b")).sound()
    monkeypatch.setenv("CROSSBEARING_CACHE", "")
    plain = start_of(book, "Acme", 7)
    monkeypatch.setenv("CROSSBEARING_CACHE", str(tmp_path / "kept"))
    assert start_of(book, "Acme", 7) == plain
    assert start_of(book, "Acme", 7) == plain
    assert start_of(book, "Acme", 8) != plain
    assert len(asked) == 3
