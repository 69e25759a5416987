"""The live page in a browser: add a claim, see what it moved, undo; a document read and accepted; nothing serious by axe."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.publish.web.conftest import ARTICLE, Site

pytestmark = pytest.mark.browser


@pytest.fixture
def page(small: Site, browser: Any) -> Iterator[Any]:
    """A tab on a served book that fails the test on any message of the console and any request to elsewhere."""
    heard: list[str] = []
    context = browser.new_context(
        base_url=small.address, viewport={"width": 390, "height": 900}, bypass_csp=True
    )
    context.set_default_timeout(40_000)
    tab = context.new_page()
    tab.on("console", lambda m: heard.append(m.text))
    tab.on("request", lambda r: None if r.url.startswith(small.address) else heard.append(r.url))
    yield tab
    context.close()
    assert heard == []


def test_a_claim_is_added_moves_the_book_and_is_undone(page: Any, small: Site) -> None:
    before = (small.folder / "claims.csv").read_bytes()
    page.goto("/add")
    for name, text in {"value": "33B", "unit": "USD/yr", "period": "2026-03-28"}.items():
        page.fill(f'[name="{name}"]', text)
    for name, text in {
        "entity": "Acme",
        "metric": "revenue.run_rate",
        "basis": "gross",
        "status": "company",
        "modality": "actual",
        "source": "wire",
    }.items():
        field = page.locator(f'main [name="{name}"]').first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    page.click("main button.main")
    page.wait_for_load_state()
    assert "/changes/" in page.url, page.locator("main").inner_text()[:600]
    assert b"33B" in (small.folder / "claims.csv").read_bytes()
    page.wait_for_selector("text=Undo")
    page.click("main button:has-text('Undo')")
    page.wait_for_load_state()
    assert (small.folder / "claims.csv").read_bytes() == before


def test_a_document_is_pasted_and_accepted_and_its_conflict_appears(page: Any, small: Site) -> None:
    page.goto("/read")
    page.fill('textarea[name="text"]', ARTICLE)
    page.fill('[name="published"]', "2026-03-29")
    page.click("main form button.main, main form button >> nth=0")
    page.wait_for_url("**/read/*")
    assert "/page/read/" in page.content()
    page.wait_for_selector("text=Would move Acme revenue.run_rate")
    page.click("text=Accept what is ticked")
    page.wait_for_url("**/changes/*")
    assert b"12B" in (small.folder / "claims.csv").read_bytes()
    page.goto("/conflicts")
    assert "$12bn/yr" in page.locator("main").inner_text()


def test_axe_finds_nothing_serious_on_a_phone(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for path in ("/", "/claims", "/claims/c1", "/conflicts", "/add", "/read", "/changes", "/watch"):
        page.goto(path)
        found = [
            f"{path} {v['id']}: {v['nodes'][0]['html'][:200]}"
            for v in Axe().run(page).response["violations"]
            if v["impact"] in {"serious", "critical"}
        ]
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
