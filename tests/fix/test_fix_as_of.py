"""A book as of a day is the book of that day: with everything written later deleted from its files, every byte stays."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.fix.cutting import cut, keep_rows, keep_tables
from tests.fix.test_fix_bridge import FEE, RIVAL, YEAR
from tests.fix.test_fix_commands import OTHER
from tests.fix.test_fix_series import LEVELS, write

from crossbearing.cli import cli
from crossbearing.pipeline import open_book
from crossbearing.vocabulary.book import Book

BUNDLED = Path(__file__).parents[2] / "src" / "crossbearing" / "books" / "frontier"
DAY = "2026-04-15"
LATER = (
    "x1,Acme,revenue.run_rate,2.0B,USD/yr,2026-03-31,gross,,filed,actual,c,,2026-05-10,,,,",
    "x2,Acme,cost.partner_fees,900M,USD,FY2025,n/a,,filed,actual,c,,2026-05-10,,,,",
    "x3,Rival,revenue.run_rate,9.0B,USD/yr,2026-03-31,net,,filed,actual,c,,2026-05-10,,,,",
)
VIEW = '[views."Acme revenue.run_rate gross"]\nvalue = "2.5B to 3.5B"\nauthor = "me"\ndate = "{}"\nreason = "my own count"\n'
ASSUMED = '[assumptions."Acme.cloud_share"]\nvalue = "20% to 60%"\nunit = "ratio"\nauthor = "me"\ndate = "{}"\nreason = "r"\n'


def printed(folder: Path, words: tuple[str, ...], form: str, day: str = DAY) -> tuple[int, bytes, bytes]:
    done = CliRunner().invoke(cli, [*words, "--book", str(folder), "--as-of", day, "--format", form])
    return done.exit_code, done.stdout_bytes, done.stderr_bytes


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The whole book, that of the day, and where a book stands when it is asked: its path is no part of the comparison."""
    root = tmp_path_factory.mktemp("as_of")
    known = (*LEVELS[:3], *OTHER, FEE, YEAR, RIVAL)
    whole = write(root / "whole", *known, LEVELS[3], *LATER)
    early = write(root / "early", *known)
    keep_rows(early / "sources.csv", lambda row: row["published"] <= DAY)
    for folder, days in ((whole, ("2026-03-01", "2026-05-01")), (early, ("2026-03-01",))):
        for name, text in (("views.toml", VIEW), ("assumptions.toml", ASSUMED)):
            one, *more = (text.format(day) for day in days)
            (folder / name).write_text(
                one + "".join(t.replace("gross", "net").replace("cloud", "direct") for t in more),
                encoding="utf-8",
            )
    return whole, early, root / "book"


RATE = ("series", "Acme", "revenue.run_rate", "--at", "2026-03-31", "--at", "2026-06-30")
COMMANDS = [
    ("series",),
    ("series", "Acme"),
    (*RATE, "--growth", "--crossed", "2.0B"),
    ("bridge", "Acme", "--at", "2026-03-31"),
    ("compare", "Acme", "Rival", "--at", "2026-03-31"),
    ("check",),
    ("claims",),
    ("claims", "--conflicts"),
]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_was_written_later_leaves_no_byte(
    pair: tuple[Path, Path, Path], words: tuple[str, ...], form: str
) -> None:
    *folders, place = pair
    said = []
    for folder in folders:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder, place)
        said.append(printed(place, words, form))
    assert said[0] == said[1]
    assert said[0][1]


def test_without_the_day_the_two_books_differ(pair: tuple[Path, Path, Path]) -> None:
    whole, early, _ = pair
    assert printed(whole, RATE, "json", "2026-05-20")[1] != printed(early, RATE, "json", "2026-05-20")[1]


def of_the_day(folder: Path, book: Book, day: date) -> Path:
    """The bundled book with everything known or written after a day deleted from its files."""
    gone = {c.id for c in book.claims if c.known is None or c.known > day}
    cut(BUNDLED, folder, gone)
    then = book.as_of(day)
    left = {name for c in then.claims for name in (c.source, c.origin, *c.via)} | {
        w.source for w in then.watch
    }
    for _ in then.sources:  # down to the first report
        left |= {o for name in left if name in then.sources for o in then.sources[name].origin}
    keep_rows(folder / "sources.csv", lambda row: row["id"] in left)
    said = {w.id for w in then.watch}
    keep_rows(folder / "watch.csv", lambda row: row["id"] in said)
    for name in ("assumptions", "scenarios", "views"):
        path = folder / f"{name}.toml"
        if path.exists():
            keep_tables(path, lambda table: str(table.get("date", "")) <= day.isoformat())
    shutil.rmtree(folder / "forecasts")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2026-02-28", "2026-04-14"])
def test_the_bundled_book_as_of_a_day_is_the_book_cut_by_hand(tmp_path: Path, day: str) -> None:
    early = of_the_day(tmp_path / "early", open_book(None).sound(), date.fromisoformat(day))
    asked = [
        ("series",),
        ("series", "Anthropic"),
        ("series", "Anthropic", "revenue.run_rate", "--at", day, "--at", "2026-05-15"),
        ("bridge", "Anthropic", "--at", day),
        ("compare", "Anthropic", "OpenAI", "--at", day),
        ("check",),
        ("claims", "--conflicts"),
    ]
    for words in asked:
        # JSON of claims tells the line in the file; the text of check counts sources that only later claims name
        forms = {"claims": ("text",), "check": ("json",)}.get(words[0], ("text", "json"))
        for form in forms:
            code, out, err = printed(BUNDLED, words, form, day)
            told = err.replace(str(BUNDLED).encode(), b"")
            assert (code, out, told) == tuple(
                part.replace(str(early).encode(), b"") if isinstance(part, bytes) else part
                for part in printed(early, words, form, day)
            ), f"{words} {form}"
            assert out, f"{words} {form}: {err.decode()}"
