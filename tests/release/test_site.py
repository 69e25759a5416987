"""The documentation site: built strictly, every page reachable, nothing loaded from elsewhere."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    if find_spec("mkdocs") is None:
        pytest.skip("the group docs is not installed: `make docs` brings it")
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-4000:]
    assert "WARNING" not in ran.stderr
    return out


def links(page: Path) -> set[Path]:
    """Pages a page links to."""
    found = re.findall(r'href="?([^"\s>#?]+\.html)', page.read_text(encoding="utf-8"))
    return {(page.parent / unquote(t)).resolve() for t in found if "://" not in t}


def test_every_page_is_reached_from_the_first_one(site: Path) -> None:
    every = {p.resolve() for p in site.rglob("*.html")} - {(site / "404.html").resolve()}
    seen, waiting = set(), [(site / "index.html").resolve()]
    while waiting:
        page = waiting.pop()
        assert page.exists(), f"a link leads to {page.relative_to(site)}, which is not there"
        if page not in seen:
            seen.add(page)
            waiting += links(page)
    assert every == seen
    names = {p.relative_to(site).as_posix().removesuffix(".html") for p in seen}
    written = {p.relative_to(ROOT / "docs").as_posix() for p in (ROOT / "docs").rglob("*.md")}
    assert {w.removesuffix(".md") for w in written} <= names
    assert {"reference/commands", "reference/python/pipeline", "decisions/index", "project/changes"} <= names


def test_commands_metrics_and_docstrings_are_in_the_reference(site: Path) -> None:
    from crossbearing.cli import SUMMARY, cli
    from crossbearing.vocabulary.metric import standard_registry

    commands = (site / "reference/commands.html").read_text(encoding="utf-8")
    there = [name for name in SUMMARY if name in cli.list_commands(None)]  # type: ignore[arg-type]
    assert all(f"xb {name}" in commands for name in there)
    metrics = (site / "reference/metrics.html").read_text(encoding="utf-8")
    assert all(f"<code>{name}</code>" in metrics for name in standard_registry())
    library = (site / "reference/python/pipeline.html").read_text(encoding="utf-8")
    assert "crossbearing.pipeline.open_book" in library


@pytest.mark.browser
def test_in_a_browser_no_page_asks_for_anything_from_elsewhere(site: Path, browser: Any) -> None:
    pages = (
        "index",
        "tutorials/walk",
        "reference/outlook-equations",
        "reference/python/fix",
        "decisions/index",
    )
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else asked.append(r.url))
    for name in pages:
        page.goto((site / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    assert asked == []
