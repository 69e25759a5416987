"""The loop in a browser: whatever dials a reader moves, the script says what the equations in Python give."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.outlook.books import write

from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.loop_page import PARTS, STEPS, loop_page
from crossbearing.outlook.prepare import Ready, Setting, prepare
from crossbearing.outlook.study import outlook
from crossbearing.pipeline import open_book
from crossbearing.publish.outlook.page import outlook_page
from crossbearing.publish.outlook.section import LOOP_WORDS, RING, outlook_section, told

DAY = date(2026, 6, 1)
MOVE = """(positions) => {
  const card = document.querySelector("[data-loop]");
  for (const [name, position] of Object.entries(positions)) {
    const dial = card.querySelector(`input[data-part="${name}"]`);
    dial.value = position;
    dial.dispatchEvent(new Event("input"));
  }
  const rows = [...card.querySelectorAll(".answers tbody tr")];
  return {
    rows: Object.fromEntries(rows.map((r) => [r.dataset.name, [...r.querySelectorAll("td")].map((c) => c.textContent)])),
    ring: Object.fromEntries([...card.querySelectorAll(".ring li")].map((i) => [i.dataset.name, i.querySelector("b").textContent])),
    lines: [...card.querySelectorAll(".panels path")].map((p) => p.getAttribute("d")),
    verdict: card.querySelector(".verdict").textContent,
  };
}"""
pytestmark = pytest.mark.browser


def expected(ready: Ready, positions: dict[str, int]) -> tuple[dict[str, list[str]], dict[str, str], str]:
    """What Python says of the same positions."""
    dials = {p.name: p.values for p in loop_page(ready, DAY).parts}
    page = loop_page(ready, DAY, moved={n: dials[n][k] for n, k in positions.items()})
    quarters = [k for k, end in enumerate(page.ends) if end.month % 3 == 0]
    shown = [k for k in quarters if k in (quarters[0], quarters[-1]) or page.ends[k].month == 12]
    rows = {n: [told(page.path[n][k], page.units[n], n) for k in shown] for n in LOOP_WORDS}
    wear = -np.log1p(
        -dials["capacity_depreciation_share"][positions.get("capacity_depreciation_share", STEPS)]
    )
    return (
        rows,
        {n: told(page.path[n][-1], page.units[n], n) for n in RING},
        "grows" if page.path["loop_gain"][0] > wear else "shrinks",
    )


def test_the_script_says_what_python_says(tmp_path: Path, browser: Any) -> None:
    book = open_book(write(tmp_path / "book")).sound()
    setting = Setting(book, DAY, 12, 200, 7)
    starts = {"Acme": claimed_start(book, "Acme")}
    ready = prepare(setting, "Acme", starts["Acme"])
    file = tmp_path / "loop.html"
    section = outlook_section(outlook(setting, starts), [loop_page(ready, DAY)])
    file.write_text(outlook_page(book, section), encoding="utf-8")
    rng, lines = np.random.default_rng(3), set()
    page = browser.new_page()
    page.goto(file.as_uri())
    for _ in range(12):
        positions = {name: int(rng.integers(0, 2 * STEPS + 1)) for name in PARTS}
        seen: dict[str, Any] = page.evaluate(MOVE, positions)
        rows, ring, verdict = expected(ready, positions)
        assert seen["rows"] == rows, positions
        assert seen["ring"] == ring, positions
        assert verdict in seen["verdict"], positions
        lines.add(tuple(seen["lines"]))
    assert len(lines) == 12, "the charts move with the dials"
    page.locator(".reset").first.click()
    assert page.evaluate(MOVE, {})["rows"] == expected(ready, {})[0]
