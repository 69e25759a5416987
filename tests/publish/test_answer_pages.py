"""Comparisons, differences and readings as offline pages: safe, the same bytes again, every claim named on the page."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from tests.publish.conftest import written_to
from tests.publish.web.conftest import client_of

from crossbearing.cli import cli
from crossbearing.pipeline.serving import Live

HOSTILE = "<script>alert(1)</script> Acme said on 28 March 2026 that its annualised run rate is $31 billion."
CALLS = {
    "compare": ["compare", "Acme", "Bolt"],
    "diff": ["diff", "2026-03-21..2026-03-31"],
    "read": ["read", "note.txt", "--published", "2026-03-29"],
}


def page_of(folder: Path, out: Path, words: list[str]) -> str:
    """The page a command writes."""
    (out.parent / "note.txt").write_text(HOSTILE, encoding="utf-8")
    placed = [str(out.parent / w) if w == "note.txt" else w for w in words]
    done = CliRunner().invoke(cli, [*placed, "--book", str(folder), "-o", str(out)])
    assert done.exit_code == 0, done.output
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The page of each command."""
    base = tmp_path_factory.mktemp("pages")
    book = written_to(base / "book")
    return {name: page_of(book, base / f"{name}.html", words) for name, words in CALLS.items()}


@pytest.mark.parametrize("name", CALLS)
def test_a_page_loads_nothing_holds_no_markup_of_the_book_and_is_the_same_again(
    two_makers: Path, tmp_path: Path, pages: dict[str, str], name: str
) -> None:
    page = pages[name]
    assert page == page_of(two_makers, tmp_path / "b.html", CALLS[name])
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"<(script|img|link|iframe)[^>]+(src|href)=", page)
    assert "alert(1)</script>" not in page
    assert "<img src=x" not in page
    assert page.count("</script>") == 2
    named = {i for cell in re.findall(r'data-claims="([^"]*)"', page) for i in cell.split()}
    linked = set(re.findall(r'href="#claim-([^"]+)"', page))
    assert named | linked <= set(re.findall(r'<tr id="claim-([^"]+)"', page))
    assert linked


def test_the_difference_names_what_came_and_what_moved(pages: dict[str, str]) -> None:
    page = pages["diff"]
    assert "2026-03-21 against 2026-03-31" in page
    assert "3 claims added, 0 changed, 0 withdrawn" in page
    assert "$22bn/yr" in page


def test_the_reading_shows_its_sentence_and_what_it_is_against(pages: dict[str, str]) -> None:
    page = pages["read"]
    assert "annualised run rate is $31 billion" in page
    assert "annualised run-rate revenue $31bn/yr, " in page  # the row in words, not as a cell is written
    assert 'class="tag new"' in page or 'class="tag contradicts"' in page


def test_a_private_claim_reaches_no_public_page(two_makers: Path, tmp_path: Path) -> None:
    for words in CALLS.values():
        page = page_of(two_makers, tmp_path / "a.html", [*words, "--visibility", "public"])
        assert "77.7" not in page
        assert not re.search(r'claim-c4|"c4"|kept secret', page)
        assert "Highest visibility inside: public" in page


def test_the_live_pages_lead_to_them(
    two_makers: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CROSSBEARING_STATE", str(tmp_path / "state"))
    live = Live(two_makers)
    client: TestClient = client_of(live)
    assert "/page/compare?" in client.get("/compare?first=Acme&second=Bolt").text
    assert 'action="/page/diff"' in client.get("/changes").text
    compared = client.get("/page/compare?first=Acme&second=Bolt")
    assert compared.status_code == 200
    assert "Who leads, Acme or Bolt" in compared.text
    assert "sha256-" in compared.headers["content-security-policy"]
    assert "3 claims added" in client.get("/page/diff?before=2026-03-21&after=2026-03-31").text
    assert client.get("/page/diff?before=2026-03-31&after=2026-03-21").status_code == 400
    assert client.get("/page/compare?first=Acme&second=Acme").status_code == 400
    assert client.get("/page/read/nothing").status_code == 400
    live.close()
