"""The report in a browser: nothing serious by axe, by keyboard alone, on a phone, and every figure to its source in two clicks."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crossbearing.cli import cli

pytestmark = pytest.mark.browser
WAYS = [(1280, "light"), (390, "dark")]


@pytest.fixture(scope="module")
def small(small_page: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the report of the small book."""
    path = tmp_path_factory.mktemp("small") / "r.html"
    path.write_text(small_page, encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def address(bundled_page: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the report of the bundled book."""
    path = tmp_path_factory.mktemp("report") / "r.html"
    path.write_text(bundled_page, encoding="utf-8")
    return path.as_uri()


def written(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["report", "-o", str(folder / "r.html"), *words])
    assert done.exit_code == 0, done.output
    return (folder / "r.html").as_uri()


def serious(browser: Any, address: str, width: int, scheme: str) -> list[str]:
    """What axe finds serious or critical, and the width of the page where it scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(address)
    found = [
        f"{v['id']}: {v['nodes'][0]['html'][:200]}"
        for v in Axe().run(page).response["violations"]
        if v["impact"] in {"serious", "critical"}
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    return found + [f"scrolls sideways: {wide}"] * (wide > width)


def sources_in_two_clicks(browser: Any, address: str) -> dict[str, int]:
    """Figures of the first screen with the number of source links and places in documents that one click brings."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda r: None if r.url.startswith("file:") else heard.append(r.url))
    page.goto(address)
    found = {}
    for figure in page.locator("#screen a.said").all():
        words = figure.inner_text()
        figure.click()
        body = page.locator("#panel-body")
        assert body.is_visible(), words
        places = body.locator("dt", has_text="place").count()
        found[words] = body.locator('a[href^="http"]').count() + places
        page.keyboard.press("Escape")
        assert not body.is_visible()
    page.close()
    assert heard == []
    return found


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_axe_finds_nothing_serious(browser: Any, small: str, width: int, scheme: str) -> None:
    assert serious(browser, small, width, scheme) == []


def test_a_click_on_a_figure_opens_its_claim(browser: Any, small: str) -> None:
    heard: list[str] = []
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda r: None if r.url.startswith("file:") else heard.append(r.url))
    page.goto(small)
    page.click("#sales a.figure >> nth=0")
    assert page.locator("#panel").is_visible()
    assert "$30bn/yr" in page.locator("#panel-body").inner_text()
    page.keyboard.press("Escape")
    page.fill("#filter", "bolt")
    assert page.locator("#claim-table tbody tr:visible").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()
    assert heard == []


def test_by_keyboard_alone_a_figure_is_opened_closed_and_stays_in_place(browser: Any, small: str) -> None:
    page = browser.new_page()
    page.goto(small)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") in ("said", "figure"):
            break
    words = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert page.locator("#panel").is_visible()
    assert page.evaluate("document.activeElement.closest('#panel') !== null")
    page.keyboard.press("Escape")
    assert not page.locator("#panel").is_visible()
    assert page.evaluate("document.activeElement.textContent") == words
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.close()


def test_without_javascript_a_figure_leads_to_the_row_of_its_claim(browser: Any, small: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(small)
    page.click("#sales a.figure >> nth=0")
    assert "#claim-" in page.url
    assert "https://daily.example/acme" in page.locator("tr:target").inner_html()
    context.close()


def test_a_copy_of_ones_own_is_named_in_the_panel(browser: Any, two_makers: Path, tmp_path: Path) -> None:
    from crossbearing.book.attached import attach

    attach(two_makers, "wire", "Sales ran at 22 billion, net.", {"c2": (0, 29)})
    page = browser.new_page()
    page.goto(written(tmp_path, "--book", str(two_makers)))
    page.click('#claims a.claim[href="#claim-c2"]')
    assert "documents/wire.txt, your copy" in page.locator("#panel-body").inner_text()
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [*WAYS, (1280, "dark"), (390, "light")])
def test_axe_finds_nothing_serious_in_the_report_of_the_bundled_book(
    browser: Any, address: str, width: int, scheme: str
) -> None:
    assert serious(browser, address, width, scheme) == []


@pytest.mark.slow
def test_every_number_of_the_first_screen_is_two_clicks_from_its_source(browser: Any, address: str) -> None:
    found = sources_in_two_clicks(browser, address)
    assert len(found) >= 12
    assert [words for words, ways in found.items() if ways == 0] == []


def test_every_number_of_a_small_book_is_two_clicks_from_its_source(
    browser: Any, two_makers: Path, tmp_path: Path
) -> None:
    from crossbearing.book.attached import attach

    attach(
        two_makers,
        "wire",
        "Sales ran at 22 billion and 20 billion.",
        dict.fromkeys(("c2", "c3", "c4"), (0, 39)),
    )
    found = sources_in_two_clicks(browser, written(tmp_path, "--book", str(two_makers)))
    assert found
    assert [words for words, ways in found.items() if ways == 0] == []


@pytest.mark.slow
def test_the_report_of_the_bundled_book_is_the_same_bytes_twice(tmp_path: Path) -> None:
    pages = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        written(tmp_path / name)
        pages.append((tmp_path / name / "r.html").read_bytes())
    assert pages[0] == pages[1]
    assert len(pages[0]) < 8_000_000
