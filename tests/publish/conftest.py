"""A small book with two companies, contradictions, a hostile note and a private claim."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crossbearing import pipeline
from crossbearing.cli import cli
from crossbearing.publish.report.content import ReportContent
from crossbearing.publish.report.page import report_page

MadeOnce = Callable[[str, Callable[[], Any]], Any]
BOOK = """[book]
title = "Two <b>makers</b> & co"
format = 1
ends = "2026-03-31"

[entities."Acme"]
kind = "company"

[entities."Bolt"]
kind = "company"
"""
SOURCES = """id,publisher,title,url,published,kind,origin,grade,note
daily,Daily,"<script>alert('title')</script>",https://daily.example/acme,2026-03-20,article,,B,
wire,Wire,Sales,,2026-03-25,article,,B,
"""
CLAIMS = """id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note
c1,Acme,revenue.run_rate,30B,USD/yr,2026-03-15,gross,,reported,actual,daily,,,,,,"</script><img src=x onerror=alert(1)>"
c2,Acme,revenue.run_rate,22B,USD/yr,2026-03-15,net,,estimate,actual,wire,,,,,,
c3,Bolt,revenue.run_rate,20B,USD/yr,2026-03-01,net,,company,actual,wire,,,,,,
c4,Bolt,revenue.run_rate,77.7B,USD/yr,2026-03-02,net,,company,actual,wire,,,,,private,kept secret
c5,Acme,valuation.round,300B,USD,2026-02,n/a,,company,actual,daily,,,,,,
"""
RELATIONS = """id,from,to,kind,exclusive,start,end,claims,note
r1,Bolt,Acme,supplies,no,,,c1,
r2,Bolt,Acme,invests_in,no,,,c5,
"""


def written_to(folder: Path) -> Path:
    """The book, written into a folder."""
    folder.mkdir()
    for name, text in (
        ("book.toml", BOOK),
        ("sources.csv", SOURCES),
        ("claims.csv", CLAIMS),
        ("relations.csv", RELATIONS),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def two_makers(tmp_path: Path) -> Path:
    """The folder of the book."""
    return written_to(tmp_path / "book")


@pytest.fixture(scope="session")
def small_page(tmp_path_factory: pytest.TempPathFactory, made_once: MadeOnce) -> str:
    """The report of the book as the command writes it."""

    def make() -> str:
        folder = tmp_path_factory.mktemp("small")
        book, out = written_to(folder / "book"), folder / "r.html"
        done = CliRunner().invoke(cli, ["report", "--book", str(book), "-o", str(out)])
        assert done.exit_code == 0, done.output
        return out.read_text(encoding="utf-8")

    return str(made_once("small-page", make))


@pytest.fixture(scope="session")
def bundled(made_once: MadeOnce) -> ReportContent:
    """What the report of the bundled book shows; made once, for it takes longest of all tests here."""

    def make() -> ReportContent:
        return pipeline.report_content(pipeline.check_book(pipeline.open_book()), as_of=None, seed=0)

    found: ReportContent = made_once("bundled", make)
    return found


@pytest.fixture(scope="session")
def bundled_page(bundled: ReportContent, made_once: MadeOnce) -> str:
    """The report of the bundled book as a page."""
    return str(made_once("bundled-page", lambda: report_page(bundled)))
