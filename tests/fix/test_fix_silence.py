"""What has no position says why, in words that name what was said; what hangs on one claim says that."""

from pathlib import Path

import pytest
from tests.fix.test_fix_commands import asked
from tests.fix.test_fix_series import LEVELS, at, series, write

from crossbearing.problems import Refusal

PLAN = "{id},Acme,profit.operating,{v},USD,{p},n/a,,company,{m},b,,2026-04-10,,,,"


def test_a_profit_of_which_only_plans_speak_says_so(tmp_path: Path) -> None:
    rows = (
        PLAN.format(id="f1", v="20M", p="2026-Q2", m="forecast"),
        PLAN.format(id="f2", v="300M", p="FY2027", m="target"),
    )
    with pytest.raises(Refusal) as none:
        series(write(tmp_path, *LEVELS, *rows), "Acme", "profit.operating")
    assert none.value.what.endswith("only plans and forecasts speak of it, and a plan is no fact")
    assert none.value.why == "f1 for 2026-Q2, f2 for FY2027"
    assert "as it came out" in none.value.mend


def test_each_reason_is_told_once(tmp_path: Path) -> None:
    rows = (
        PLAN.format(id="f1", v="20M", p="2026-Q2", m="forecast"),
        *(PLAN.format(id=f"h{i}", v="20M", p="2026-Q2", m="hypothetical") for i in range(8)),
    )
    with pytest.raises(Refusal) as none:
        series(write(tmp_path, *rows), "Acme", "profit.operating")
    assert none.value.why == (
        "f1: a forecast, not a fact of the past; h0, h1, h2, h3, h4, h5 and 2 more: hypothetical"
    )


def test_a_range_that_only_plans_speak_of_says_so(tmp_path: Path) -> None:
    row = "v1,Acme,valuation.ipo_estimate,60B,USD,2027,n/a,,estimate,forecast,b,,2026-04-10,,,,"
    with pytest.raises(Refusal, match="only plans and forecasts speak of it"):
        series(write(tmp_path, row), "Acme", "valuation.ipo_estimate")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("x,Rival,revenue.recognised,375M,USD,,gross,,reported,actual,b,,2026-04-10,,,,", "needs a period"),
        (
            "x,Rival,revenue.growth,15%,ratio,2026-Q1,gross,,filed,actual,b,,2026-04-10,,,,",
            "revenue.growth gives no level",
        ),
        ("x,Rival,revenue.recognised,9B,USD,FY2027,gross,,company,forecast,b,,2026-04-10,,,,", "a forecast"),
    ],
)
def test_no_level_of_revenue_names_every_claim_of_revenue(tmp_path: Path, row: str, says: str) -> None:
    rows = {r["entity"]: r for r in asked(write(tmp_path, *LEVELS, row), "series")["positions"]}
    assert rows["Rival"]["kind"] == "no position"
    assert "x: " in rows["Rival"]["why"]
    assert says in rows["Rival"]["why"]
    assert rows["Acme"]["p50"] is not None


def test_a_single_claim_in_a_currency_of_its_own_is_wide_and_says_so(tmp_path: Path) -> None:
    row = "n1,Acme,revenue.run_rate,1.2B,JPY/yr,2026-03-31,gross,,reported,actual,a,,2026-04-05,,,,"
    found = series(
        write(tmp_path, row),
        "Acme",
        "revenue.run_rate",
        "--at",
        "2026-03-31",
        "--at",
        "2025-12-31",
        "--at",
        "2026-09-30",
    )
    now, before, ahead = (at(found, k) for k in range(3))
    assert found["unit"] == "JPY/yr"
    assert now[0] < 1.2e9 < now[2]
    for away in (before, ahead):  # away from its date the prior speaks, and it is wide
        assert away[2] / away[0] > 1.5 * now[2] / now[0]
    assert "one claim only: the interval is driven by the prior of growth, not by evidence" in found["notes"]


def test_a_day_before_the_computation_begins_is_not_identified(tmp_path: Path) -> None:
    row = "n1,Acme,revenue.run_rate,1.2B,JPY/yr,2026-03-31,gross,quarter*4,reported,actual,a,,2026-04-05,,,,"
    days = [word for day in ("2025-04-30", "2025-12-31") for word in ("--at", day)]
    for rate in ("trailing", "instantaneous", "as_stated"):
        found = series(write(tmp_path / rate, row), "Acme", "revenue.run_rate", *days, "--rate", rate)
        early, near = found["points"]
        assert (early["kind"], early["p50"]) == ("not identified", None)
        assert "before the first claim" in early["why"]
        assert near["p5"] > 1e7


def test_a_figure_in_another_currency_is_set_beside_nothing(tmp_path: Path) -> None:
    """It has no exchange rate: it moves no position, no ratio of net to gross, no arithmetic and no range of what is stated."""
    net = "n,Acme,revenue.run_rate,2.4B,USD/yr,2026-03,net,,estimate,actual,b,,2026-04-10,by=Rival; interested=yes,,,"
    euro = "e,Acme,revenue.run_rate,250M,EUR/yr,2026-03,gross,,reported,actual,b,,2026-04-10,,,,"
    said = []
    for name, rows in (("1", (*LEVELS, net)), ("2", (*LEVELS, net, euro))):
        folder = write(tmp_path / name, *rows)
        one = series(folder, "Acme", "revenue.run_rate", "--at", "2026-03-31")
        one["claims"] = [c for c in one["claims"] if c["id"] != "e"]
        bridge = asked(folder, "bridge", "Acme", "--at", "2026-03-31")
        checked = asked(folder, "check")
        traced = asked(folder, "trace", "r3")
        said.append(
            (one, bridge, checked["conflicts"], traced["copies"], [f["text"] for f in traced["figures"]])
        )
    assert said[0] == said[1]
    assert said[0][1]["evidence"][0]["claim"] == "n"
