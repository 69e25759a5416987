"""The report's section of the outlook: what it says is what was computed, and the loop answers as its equations do."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tests.outlook.books import write

from crossbearing.cli import cli
from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.loop_page import PARTS, STEPS, LoopPage, loop_page, wear_of
from crossbearing.outlook.prepare import Ready, Setting, prepare
from crossbearing.outlook.sensitivity import tornado
from crossbearing.outlook.study import outlook
from crossbearing.pipeline import open_book
from crossbearing.problems import UsageError
from crossbearing.publish.outlook.section import outlook_section, told
from crossbearing.vocabulary.assumption import Judgment
from crossbearing.vocabulary.words import say


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    folder = write(tmp_path_factory.mktemp("section") / "book")
    return Setting(open_book(folder).sound(), date(2026, 6, 1), 24, 300, 7)


@pytest.fixture(scope="module")
def ready(setting: Setting) -> Ready:
    return prepare(setting, "Acme", claimed_start(setting.book, "Acme"))


@pytest.fixture(scope="module")
def page(ready: Ready) -> LoopPage:
    return loop_page(ready, date(2026, 6, 1))


def test_every_dial_has_its_middle_in_the_middle_and_reaches_a_turn_that_is_near(page: LoopPage) -> None:
    for part in page.parts:
        assert list(part.values) == sorted(part.values), part.name
        assert part.values[0] <= part.low <= part.middle <= part.high <= part.values[-1], part.name
        assert len(part.values) == 2 * STEPS + 1
        if part.turning is not None and part.low / 5 < part.turning < part.high * 5:
            assert part.values[0] <= part.turning <= part.values[-1], part.name


def test_a_part_at_its_turning_point_brings_gain_to_depreciation(ready: Ready, page: LoopPage) -> None:
    for part in page.parts:
        if part.turning is None:
            continue
        moved = loop_page(ready, date(2026, 6, 1), moved={part.name: part.turning})
        here = part.turning if part.name == "capacity_depreciation_share" else None
        wear = wear_of(here) if here else page.depreciation
        assert moved.path["loop_gain"][0] == pytest.approx(wear, rel=1e-9), part.name


def test_a_higher_multiple_raises_everything_and_dearer_power_lowers_it(ready: Ready) -> None:
    def ends(part: str, name: str) -> list[float]:
        found = loop_page(ready, date(2026, 6, 1))
        dial = next(p for p in found.parts if p.name == part)
        return [loop_page(ready, date(2026, 6, 1), moved={part: v}).path[name][-1] for v in dial.values[::6]]

    for name in ("power_online", "sales", "valuation"):
        assert ends("multiple_run_rate", name) == sorted(ends("multiple_run_rate", name))
        assert ends("capex_per_power", name) == sorted(ends("capex_per_power", name), reverse=True)


def test_the_loop_settles_to_the_growth_its_root_says(ready: Ready) -> None:
    """With a steady yield and long after the start, power grows by the root of gain, depreciation and lag."""
    still = replace(
        ready,
        inputs=replace(
            ready.inputs,
            table={
                **ready.inputs.table,
                "yield_growth": replace(
                    ready.inputs.table["yield_growth"], judgment=Judgment("point", 0.0, 0.0, "0")
                ),
            },
        ),
    )
    path = loop_page(still, date(2026, 6, 1), months=400).path
    growth = 12 * np.log(path["power_online"][-1] / path["power_online"][-2])
    assert growth == pytest.approx(path["loop_root"][-1], abs=0.05)


def test_an_unknown_part_is_wrong_use(ready: Ready) -> None:
    with pytest.raises(UsageError, match="no part of the loop is called 'luck'"):
        loop_page(ready, date(2026, 6, 1), moved={"luck": 1.0})


def test_the_section_prints_what_was_computed(setting: Setting, page: LoopPage) -> None:
    found = outlook(setting, {"Acme": claimed_start(setting.book, "Acme")})
    section = outlook_section(found, [page])
    fan = found.companies[0].fans["gross_run_rate"]
    assert say(fan.at(11).p50, fan.unit) in section.html
    assert section.html.count("<svg") >= 7
    data = re.search(r'class="loop-data">(.*?)</script>', section.html, re.DOTALL)
    assert data is not None
    held = json.loads(data[1])
    assert set(held["parts"]) == set(PARTS)
    assert all(len(p["values"]) == len(p["words"]) == 2 * STEPS + 1 for p in held["parts"].values())
    assert told(page.path["valuation"][-1], page.units["valuation"]) in section.html
    assert "http" not in section.script


def test_a_name_from_the_book_cannot_leave_its_element(tmp_path: Path) -> None:
    folder = write(tmp_path / "book")
    for file in ("claims.csv", "commitments.csv", "relations.csv", "captable.csv"):
        path = folder / file
        path.write_text(path.read_text().replace("Work", "</script><b>x"))
    setting = Setting(open_book(folder).sound(), date(2026, 6, 1), 12, 200, 7)
    html = outlook_section(outlook(setting, {"Acme": claimed_start(setting.book, "Acme")})).html
    assert "<b>x" not in html


def test_a_tornado_bar_of_an_input_that_does_nothing_is_flat(ready: Ready) -> None:
    bars = {(b.answer, b.input): b for b in tornado(ready, ("token_intensity_growth", "yield_growth"))}
    flat, steep = bars["gross_run_rate", "token_intensity_growth"], bars["gross_run_rate", "yield_growth"]
    assert flat.low == flat.high == flat.base
    assert not np.isclose(steep.low, steep.high)


def test_the_page_is_whole_offline_and_every_link_has_its_target(tmp_path: Path) -> None:
    out = tmp_path / "outlook.html"
    folder = write(tmp_path / "book")
    result = CliRunner().invoke(
        cli, ["outlook", str(folder), "--from-claims", "--paths", "200", "-o", str(out)]
    )
    assert result.exit_code == 0, result.output
    page = out.read_text()
    assert page.rstrip().endswith("</html>")
    for target in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{target}"' in page, target
    assert not re.search(r'(?:src|srcset)="http', page)
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".html"] == ["outlook.html"]


@pytest.mark.parametrize(("basis", "named"), [("net", True), ("gross", False)])
def test_gross_sales_of_a_company_that_reports_net_are_called_a_judgment(
    setting: Setting, basis: str, named: bool
) -> None:
    start = claimed_start(setting.book, "Acme")
    assert start is not None
    found = outlook(setting, {"Acme": replace(start, basis=basis)})
    fees = [i for i in found.companies[0].inputs if i.name.startswith("partner_fee_share")]
    judged = bool(fees) and all(i.source == "assumption" for i in fees)
    note = "It reports net sales: gross adds what partners keep, by judgment"
    assert (note in outlook_section(found).html) == (named and judged)
    assert judged
