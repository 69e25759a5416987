"""What the bundled book said on each month's end: replays that say so, knew nothing later, and travel with a copy."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.score.books import claim, write

from crossbearing.book.load import bundled, folder_of, load
from crossbearing.cli import cli
from crossbearing.pipeline import open_book
from crossbearing.pipeline.scoring import score_book
from crossbearing.publish.score.page import frozen_section
from crossbearing.score.matching import match
from crossbearing.score.vintage import read_folder


def test_each_is_a_replay_that_knew_nothing_later() -> None:
    vintages, problems = read_folder(bundled())
    assert problems == []
    days = sorted({v.said_on for v in vintages})
    assert days[0] == date(2025, 11, 30)
    assert days[-1] == date(2026, 4, 30)
    assert all((day + timedelta(days=1)).day == 1 for day in days)
    assert len(days) == 6
    for v in vintages:
        assert v.replayed
        assert v.manifest.as_of == v.said_on.isoformat()
        assert v.manifest.knows_until is not None
        assert date.fromisoformat(v.manifest.knows_until) <= v.said_on
        assert v.manifest.visibility == "public"
        assert (v.heard > 0) is bool(v.points)


def test_they_are_scored_only_by_what_came_out_later() -> None:
    book = open_book().sound()
    vintages, _ = read_folder(folder_of(book))
    rows = [r for v in vintages if v.points for r in match(book, v).rows]
    assert len(rows) > 20
    for row in rows:
        claim = book.claim(row.truth)
        assert claim is not None
        assert claim.known is not None
        assert claim.known > row.said_on


def test_a_copy_takes_them_along_and_a_folder_of_the_same_name_is_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["new", "frontier", "--from", "frontier"], standalone_mode=False)
    assert done.exception is None
    assert "frontier/forecasts" in done.stdout
    assert len(read_folder(Path("frontier"))[0]) == len(read_folder(bundled())[0])
    (one, *rest) = sorted(Path("frontier/forecasts").iterdir())
    for file in rest:
        file.unlink()
    mine = load(Path("frontier")).book
    assert [v.file for v in read_folder(folder_of(mine))[0]] == [f"forecasts/{one.name}"]
    assert len(read_folder(folder_of(load(None).book))[0]) > 1


def test_the_report_shows_the_score_card_of_what_was_frozen(tmp_path: Path) -> None:
    opened = open_book(None)
    bare = write(tmp_path / "bare", [claim("a", "20M", "2026-01-31", "2026-02-02")])
    shown = frozen_section(score_book(opened, None, 1, walk=False), opened.book)
    assert "forecasts are kept beside this book" in shown
    assert "Scores by metric, frozen forecasts" in shown
    assert frozen_section(score_book(open_book(bare), None, 1, walk=False), opened.book) == ""
