"""The report as a user gets it: one offline page, safe, the same bytes each time, every figure leading to a claim."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from crossbearing.cli import cli
from crossbearing.publish.report.content import ReportContent
from crossbearing.publish.report.island import safe_link
from crossbearing.vocabulary.words import say


def page_of(folder: Path, out: Path, *words: str) -> str:
    """The page that the command writes."""
    done = CliRunner().invoke(cli, ["report", "--book", str(folder), "-o", str(out), *words])
    assert done.exit_code == 0, done.output
    return out.read_text(encoding="utf-8")


def test_the_page_loads_nothing_from_anywhere(small_page: str) -> None:
    page = small_page
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"<(script|img|link|iframe)[^>]+(src|href)=", page)
    assert not re.search(r"@import|url\(\s*['\"]?https?:", page)


def test_text_of_the_book_cannot_become_markup(small_page: str) -> None:
    page = small_page
    assert "<b>makers</b>" not in page
    assert "<img src=x" not in page
    assert "alert('title')</script>" not in page
    assert page.count("</script>") == 2


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://", "http://[", "ftp://a.b"]
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert safe_link(url) == ""
    assert safe_link("https://daily.example/a?b=c") == "https://daily.example/a?b=c"


def test_the_same_book_gives_the_same_bytes(two_makers: Path, small_page: str, tmp_path: Path) -> None:
    assert page_of(two_makers, tmp_path / "a.html") == small_page


def test_every_figure_leads_to_claims_that_are_on_the_page(small_page: str) -> None:
    page = small_page
    named = {i for cell in re.findall(r'data-claims="([^"]*)"', page) for i in cell.split()}
    linked = set(re.findall(r'href="#claim-([^"]+)"', page))
    present = set(re.findall(r'<tr id="claim-([^"]+)"', page))
    assert named
    assert named | linked <= present


def test_both_bases_and_the_age_are_on_the_first_screen(small_page: str) -> None:
    first = small_page.partition('<section id="timeline"')[0]
    assert "$30bn/yr" in first
    assert "$22bn/yr" in first
    assert "Newest claim 2026-03-25, 6 days earlier" in first
    assert 'role="alert"' not in first


def test_an_old_book_carries_a_banner(two_makers: Path, tmp_path: Path) -> None:
    page = page_of(two_makers, tmp_path / "r.html", "--as-of", "2026-12-31")
    assert 'role="alert"' in page
    assert "281 days old" in page


def test_what_was_not_yet_known_is_not_shown(two_makers: Path, tmp_path: Path) -> None:
    page = page_of(two_makers, tmp_path / "r.html", "--as-of", "2026-03-20")
    assert "$30bn/yr" in page
    assert "$22bn/yr" not in page


def test_a_private_claim_reaches_a_public_page_in_no_form(
    two_makers: Path, small_page: str, tmp_path: Path
) -> None:
    assert "Highest visibility inside: private" in small_page
    assert "77.7" in small_page
    public = page_of(two_makers, tmp_path / "b.html", "--visibility", "public")
    assert "Highest visibility inside: public; 1 claims above it are left out" in public
    for trace in ("77.7", "kept secret", "claim-c4"):
        assert trace not in public


def test_circles_of_money_are_named(small_page: str) -> None:
    assert "Acme → Bolt → Acme" in small_page


def test_a_folder_that_is_not_there_is_wrong_use_before_any_work(
    two_makers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("crossbearing.fix.reconcile.reconcile")
    done = CliRunner().invoke(
        cli, ["report", "--book", str(two_makers), "-o", str(tmp_path / "no" / "r.html")]
    )
    assert done.exit_code != 0
    assert "cannot write" in str(done.exception)


def test_the_bundled_book_makes_a_page_of_bearable_size(bundled_page: str) -> None:
    assert len(bundled_page.encode()) < 6_000_000
    assert "Anthropic" in bundled_page
    assert "Traceback" not in bundled_page


def test_readers_meet_metrics_and_expectations_in_words(bundled: ReportContent, bundled_page: str) -> None:
    """Ids of metrics and the grammar of the watch list stand nowhere a reader reads, but for the small print of the claims."""
    shown = bundled_page.partition('<section id="claims"')[0].partition("<main")[2]
    text = re.sub(r"<(script|svg)\b.*?</\1>|<[^>]+>", " ", shown, flags=re.DOTALL)
    found = {
        m
        for m in bundled.book.registry
        if re.search(rf"(?<![\w.]){re.escape(m)}(?![\w.])", text) and "." in m
    }
    assert not found
    assert not [w for w in bundled.book.watch if w.predicate in text]


def test_one_figure_is_not_told_in_two_roundings(bundled: ReportContent, bundled_page: str) -> None:
    """Net sales are told by the first screen, the card and the waterfall, all from one fit."""
    shown = {say(s.points[-1].p50, s.unit).removesuffix("/yr") for s in bundled.positions}
    drawn = set(re.findall(r'aria-label="(?:gross|net): (\S+), 90', bundled_page))
    assert drawn
    assert drawn <= shown
