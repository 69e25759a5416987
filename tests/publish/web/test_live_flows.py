"""What a reader does on the live page, done in a browser: one server of a small book, one of the bundled book, one browser.

Every tab fails its test on any message of the console and any request to elsewhere.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.publish.web.conftest import Site, served

from crossbearing.gather.extract.document import Document
from crossbearing.gather.llm.reply import Figure
from crossbearing.pipeline import open_book
from crossbearing.pipeline.pending import enqueue, verified_reading

GOLDEN = Path(__file__).parent / "golden"
pytestmark = pytest.mark.browser


Tab = Callable[..., Any]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The bundled book, read only."""
    base = tmp_path_factory.mktemp("whole")
    with served(base) as address:
        yield Site(address, base)


@pytest.fixture
def tab(browser: Any) -> Iterator[Tab]:
    """Opens tabs on a site."""
    opened, heard = [], []

    def opens(site: Site, path: str = "/", **how: Any) -> Any:
        context = browser.new_context(
            base_url=site.address, **{"viewport": {"width": 1280, "height": 900}, **how}
        )
        context.set_default_timeout(60_000)
        made = context.new_page()
        made.on("console", lambda m: heard.append(m.text))
        made.on("pageerror", lambda e: heard.append(str(e)))
        made.on("request", lambda r: None if r.url.startswith(site.address) else heard.append(r.url))
        opened.append(context)
        made.goto(path)
        return made

    yield opens
    for context in opened:
        context.close()
    assert [
        h for h in heard if "409 (Conflict)" not in h
    ] == []  # Chromium's own note of the answer we ask for


def until(page: Any, true: str) -> None:
    """Waits for a page; its policy forbids the evaluation that Playwright's own waiting needs."""
    from playwright.sync_api import Error

    for _ in range(600):
        try:
            if page.evaluate(true):
                return
        except Error as gone:  # the page went for the next one while it was asked
            if "navigation" not in str(gone):
                raise
        page.wait_for_timeout(100)
    raise AssertionError(f"{true} never came true: {page.locator('main').inner_text()[:800]}")


def settled(page: Any) -> Any:
    """The page when nothing on it is being computed any more."""
    until(page, "document.readyState === 'complete' && !document.querySelector('[aria-busy=true], .soon')")
    return page


def drawn(page: Any, where: str = "#position .chart") -> str:
    """The chart as it is drawn now."""
    return str(page.locator(where).first.inner_html())


def said(page: Any) -> str:
    """The words of a page."""
    return str(page.locator("main").inner_text())


def test_the_day_the_basis_and_a_source_move_the_chart(small: Site, tab: Tab) -> None:
    page = settled(tab(small))
    first = drawn(page)
    page.locator("#days").focus()
    page.keyboard.press("ArrowLeft")
    until(page, "document.querySelector('#said').textContent.includes('2026-03-20')")
    early = drawn(settled(page))
    assert early != first
    assert "as_of=2026-03-20" in page.url
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('#said').textContent.includes('2026-03-25')")
    page.check("[name=basis][value=net]")
    until(page, "location.search.includes('basis=net')")
    assert drawn(settled(page)) not in (first, early)
    page.check("[name=basis][value='']")
    settled(page)
    page.fill("[name=without]", "daily")
    page.click("button:has-text('Remove')")
    assert "without daily" in page.locator("#supposed").inner_text()
    assert drawn(settled(page)) != first
    page.click("#supposed a:has-text('take back')")
    assert page.locator("#supposed").count() == 0 or "daily" not in page.locator("#supposed").inner_text()


def test_the_sceptic_taken_as_right_moves_the_estimate_and_says_what_it_was(small: Site, tab: Tab) -> None:
    page = settled(tab(small))
    page.click("a:has-text('Assume the sceptic on Acme is right')")
    assert "right=c2" in page.url
    settled(page)
    assert "in the book as it is" in said(page)
    page.click("#position a.figure >> nth=0")
    page.wait_for_selector("#panel[open]")
    assert "Assume it is right" in page.locator("#panel").inner_text()
    page.keyboard.press("Escape")


def test_an_own_view_stands_beside_the_estimate(small: Site, tab: Tab) -> None:
    page = settled(tab(small))
    page.click("a:has-text('own view') >> nth=0")
    for name, text in {"value": "26B to 34B", "reason": "my own count", "author": "A. Analyst"}.items():
        page.fill(f"main [name={name}]", text)
    page.click("main button.main")
    page.wait_for_url("**/changes/*")
    page.goto("/")
    told = said(settled(page))
    assert "Own view of A. Analyst" in told
    assert "$26bn/yr to $34bn/yr" in told
    assert "90 % " in told


def test_two_companies_stand_side_by_side(small: Site, tab: Tab) -> None:
    page = settled(tab(small, "/compare"))
    assert "Acme" in said(page)
    assert page.locator("main table tbody tr").count() >= 3
    page.goto("/page/compare?first=Acme&second=Bolt")
    assert "Acme" in page.locator("main").inner_text()


def test_two_tabs_edit_one_claim_and_the_second_sees_the_first(small: Site, tab: Tab) -> None:
    one, two = tab(small, "/claims/c3/edit"), tab(small, "/claims/c3/edit")
    for page, value in ((one, "21B"), (two, "24B")):
        page.fill("main [name=value]", value)
        page.click("main button.main")
        page.wait_for_load_state()
    assert "/changes/" in one.url
    told = said(two)
    assert "changed by somebody else" in told
    assert "21B" in told
    assert two.input_value("main [name=value]") == "24B"
    assert b"21B" in (small.folder / "claims.csv").read_bytes()
    two.click("main button.main")
    two.wait_for_url("**/changes/*")
    assert b"24B" in (small.folder / "claims.csv").read_bytes()


SENTENCE = "Acme said its annualised revenue run rate is $36 billion."


def proposal(folder: Path, amount: str, number: float) -> str:
    """Queue a claim as an assistant does; its key."""
    text = SENTENCE.replace("$36 billion", amount)
    document = Document(text, "note.txt", date(2026, 3, 29), publisher="Gazette")
    figure = Figure(
        quote=text, value_text=amount, value=number, entity="Acme", metric="revenue.run_rate", period="2026-03-29",
        basis="gross", status="reported", modality="actual", attributed_to="", threshold="",
    )  # fmt: skip
    return enqueue(folder, verified_reading(open_book(folder), document, figure, 1), "a helper")


def test_what_an_assistant_proposed_is_accepted_taken_back_and_thrown_away(small: Site, tab: Tab) -> None:
    before = (small.folder / "claims.csv").read_bytes()
    kept, gone = proposal(small.folder, "$36 billion", 36e9), proposal(small.folder, "$37 billion", 37e9)
    page = tab(small)
    page.click("nav a:has-text('Proposals (2)')")
    told = said(page)
    assert "$36 billion" in told
    assert "proposed by a helper" in told
    page.click(f"#pending-{gone} button:has-text('Throw away')")
    until(page, "!document.body.textContent.includes('$37 billion')")
    page.click(f"#pending-{kept} button:has-text('Accept')")
    page.wait_for_url("**/changes/*")
    assert b"36B" in (small.folder / "claims.csv").read_bytes()
    settled(page)
    page.click("main button:has-text('Undo')")
    page.wait_for_load_state()
    assert (small.folder / "claims.csv").read_bytes() == before
    page.goto("/pending")
    assert "Nothing waits" in said(page)


def test_the_pages_are_read_without_javascript(small: Site, tab: Tab) -> None:
    settled(tab(small))
    page = tab(small, java_script_enabled=False)
    for _ in range(40):
        if page.locator(".soon").count() == 0:
            break
        page.wait_for_timeout(1000)  # the page asks itself anew
    assert page.locator("#position svg").count() == 1
    assert page.locator("#days").is_hidden()
    page.fill("[name=as_of]", "2026-03-20")
    page.click("button:has-text('Show')")
    assert "as known on 2026-03-20" in page.locator("#supposed").inner_text()
    page.click("nav a:has-text('Claims')")
    page.click("#claim-c1 a >> nth=0")
    assert "/claims/c1" in page.url


def test_a_scenario_slider_redraws_the_chart_and_reset_brings_it_back(whole: Site, tab: Tab) -> None:
    page = tab(whole, "/outlook")
    page.wait_for_selector("#sliders input[type=range]")
    settled(page)
    before = page.locator("[data-fan] svg .mid").first.get_attribute("d")
    page.locator("#knob-1").focus()
    page.keyboard.press("End")
    until(page, "document.querySelector('#said').textContent === 'Redrawn.'")
    after = page.locator("[data-fan] svg .mid").first.get_attribute("d")
    assert after != before
    assert "fixed at" in page.locator("#out-knob-1").inner_text()
    assert page.locator("[data-fan] svg .was").count() >= 1
    page.click("#reset")
    until(page, "!document.querySelector('[data-fan] svg .was')")
    assert page.locator("[data-fan] svg .mid").first.get_attribute("d") == before


LOOKS = [
    ("/", 1280, "light"),
    ("/", 390, "dark"),
    ("/outlook", 1280, "light"),
    ("/conflicts", 390, "light"),
    ("/value", 1280, "dark"),
]
SMALL, APART, ALIKE = (
    (128, 110),
    0.06,
    0.92,
)  # thumbnail, mean difference of grey, share of blocks that are alike


def thumbnail(page: Any) -> Any:
    """The first screen in few grey dots, so that letters blur and the layout stays. Shape: (110, 128), 0 to 1."""
    import io

    import numpy as np
    from PIL import Image

    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    return np.asarray(taken.convert("L").resize(SMALL, Image.Resampling.BOX), float) / 255


@pytest.mark.parametrize("looks", [LOOKS[:3], pytest.param(LOOKS[3:], marks=pytest.mark.slow)])
def test_the_main_pages_look_as_they_did(
    whole: Site, browser: Any, tab: Tab, request: pytest.FixtureRequest, looks: list[tuple[str, int, str]]
) -> None:
    """Against pictures of the first screens: what is where, how dark, how wide; a few figures may differ."""
    import numpy as np
    from PIL import Image

    update, kept = request.config.getoption("--update-golden"), GOLDEN / "chromium.txt"
    major = str(browser.version).partition(".")[0]
    if update:
        GOLDEN.mkdir(exist_ok=True)
        kept.write_text(f"{major}\n", encoding="utf-8")
    elif kept.read_text(encoding="utf-8").strip() != major:
        pytest.skip(
            f"the pictures were taken with Chromium {kept.read_text(encoding='utf-8').strip()}, this is {major}"
        )
    for path, width, scheme in looks:
        page = settled(tab(whole, path, viewport={"width": width, "height": 1100}, color_scheme=scheme))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        now, file = thumbnail(page), GOLDEN / f"{path.strip('/') or 'home'}-{width}-{scheme}.png"
        if update:
            Image.fromarray((now * 255).astype("uint8")).save(file, optimize=True)
            continue
        apart = np.abs(now - np.asarray(Image.open(file), float) / 255)
        assert apart.mean() <= APART, (path, apart.mean())
        assert (apart <= 0.25).mean() >= ALIKE, (path, (apart <= 0.25).mean())
