"""`xb forecast` from the outside: a table in, an answer or a clear error out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crossbearing.cli.forecast import command
from crossbearing.growth.prior import LEVELS
from crossbearing.growth.table import TableError
from crossbearing.problems import UsageError

MONTHS = [f"{2024 + m // 12}-{m % 12 + 1:02d}" for m in range(30)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "revenue.csv"


def ask(table: Path, text: str, *options: str) -> Result:
    table.write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, [str(table), *options], catch_exceptions=False)


def rows(name: str, values: list[float], months: list[str] = MONTHS) -> str:
    return "".join(f"{name},{m},{v!r}\n" for m, v in zip(months, values, strict=False))


def steady(growth: float, n: int, start: float = 100.0) -> list[float]:
    return [start * growth**i * (1.01 if i % 2 else 0.99) for i in range(n)]


def test_a_monthly_series_is_answered_at_the_seventeen_levels(table: Path) -> None:
    result = ask(table, "series,period,value\n" + rows("acme", steady(1.05, 18)), "--format", "json")
    found = json.loads(result.output)
    assert [f["horizon"] for f in found] == [1, 2, 4, 8, 12]
    assert [f["period"] for f in found] == ["2025-07", "2025-08", "2025-10", "2026-02", "2026-06"]
    for one in found:
        assert list(one["quantiles"]) == [str(level) for level in LEVELS]
        values = list(one["quantiles"].values())
        assert values == sorted(values)
        assert len(set(values)) == len(values)
        assert (one["series"], one["interval_kind"], one["note"]) == ("acme", "predictive", "")
        assert 0 < one["own_weight"] < 1
    widths = [f["quantiles"]["0.9"] / f["quantiles"]["0.1"] for f in found]
    assert widths == sorted(widths)


def test_a_steady_grower_is_expected_to_go_on_and_a_flat_one_to_stay(table: Path) -> None:
    text = "series,period,value\n" + rows("grows", steady(1.06, 24)) + rows("flat", steady(1.0, 24))
    found = json.loads(ask(table, text, "--horizons", "4", "--format", "json").output)
    last = {"grows": steady(1.06, 24)[-1], "flat": steady(1.0, 24)[-1]}
    median = {f["series"]: f["quantiles"]["0.5"] / last[f["series"]] for f in found}
    assert 1.12 < median["grows"] < 1.35
    assert 0.97 < median["flat"] < 1.1


def test_quarters_gaps_order_and_extra_columns(table: Path) -> None:
    ordered = [
        ("2024-Q1", 100),
        ("2024-Q2", 108),
        ("2024-Q4", 131),
        ("2025-Q1", 140),
        ("2025-Q2", 155),
        ("2025-Q3", 170),
    ]
    lines = [f"x,{v},acme,{p}" for p, v in ordered]
    straight = ask(
        table, "\n".join(["note,value,series,period", *lines]), "--horizons", "1,2", "--format", "json"
    )
    turned = ask(
        table,
        "﻿" + "\n".join(["note,value,series,period", *lines[::-1]]),
        "--horizons",
        "1,2",
        "--format",
        "json",
    )
    assert straight.output == turned.output
    found = json.loads(straight.output)
    assert [f["period"] for f in found] == ["2025-Q4", "2026-Q1"]
    assert 170 < found[0]["quantiles"]["0.5"] < 215


def test_other_series_in_the_file_do_not_change_an_answer(table: Path) -> None:
    alone = ask(table, "series,period,value\n" + rows("b", steady(1.03, 12)), "--format", "json")
    text = rows("a", steady(1.2, 30)) + rows("b", steady(1.03, 12)) + "q,2024-Q1,5\nq,2024-Q2,6\n"
    crowd = ask(table, "series,period,value\n" + text, "--format", "json")
    assert json.loads(alone.output) == [f for f in json.loads(crowd.output) if f["series"] == "b"]


def test_the_unit_of_the_table_is_the_unit_of_the_answer(table: Path) -> None:
    values = steady(1.04, 15)
    small = json.loads(ask(table, "series,period,value\n" + rows("a", values), "--format", "json").output)
    large = json.loads(
        ask(table, "series,period,value\n" + rows("a", [v * 1e9 for v in values]), "--format", "json").output
    )
    for a, b in zip(small, large, strict=True):
        assert list(b["quantiles"].values()) == pytest.approx(
            [v * 1e9 for v in a["quantiles"].values()], rel=1e-7
        )


@pytest.mark.parametrize("points", [1, 2, 3, 4])
def test_few_figures_get_a_wide_answer_that_says_so(table: Path, points: int) -> None:
    few = json.loads(
        ask(table, "series,period,value\n" + rows("a", steady(1.05, points)), "--format", "json").output
    )
    many = json.loads(
        ask(table, "series,period,value\n" + rows("a", steady(1.05, 18)), "--format", "json").output
    )
    assert all("pooled prior" in f["note"] for f in few)
    for a, b in zip(few, many, strict=True):
        assert a["quantiles"]["0.9"] / a["quantiles"]["0.1"] > b["quantiles"]["0.9"] / b["quantiles"]["0.1"]


def test_a_company_far_outside_the_pool_leans_on_its_own_trend(table: Path) -> None:
    surge = [9 * 5 ** (i / 5) for i in range(6)]
    text = "series,period,value\n" + rows("surge", surge) + rows("pool", steady(1.06, 6))
    found = json.loads(ask(table, text, "--horizons", "4", "--format", "json").output)
    weight = {f["series"]: f["own_weight"] for f in found}
    assert weight["surge"] > 3 * weight["pool"]
    one = found[0]
    assert {one["pooled_median"] > surge[-1], one["own_median"] > surge[-1]} == {True}


def test_as_of_leaves_out_periods_that_had_not_ended(table: Path) -> None:
    text = "series,period,value\n" + rows("a", steady(1.05, 12))
    early = ask(table, text, "--as-of", "2024-09-29", "--horizons", "1", "--format", "json")
    assert json.loads(early.output)[0]["period"] == "2024-09"
    late = ask(table, text, "--as-of", "2024-09-30", "--horizons", "1", "--format", "json")
    assert json.loads(late.output)[0]["period"] == "2024-10"


def test_text_shows_the_fan_the_weight_and_the_kind(table: Path) -> None:
    out = ask(table, "series,period,value\n" + rows("acme", steady(1.05, 18)), "--horizons", "1,4").output
    assert "acme  (18 figures, last 2025-06:" in out
    assert "━" in out
    assert "●" in out
    assert "pooled rates" in out
    assert "Intervals are predictive" in out


def test_csv_has_a_row_a_horizon(table: Path) -> None:
    out = ask(table, "series,period,value\n" + rows("acme", steady(1.05, 18)), "--format", "csv").output
    lines = out.splitlines()
    assert lines[0].startswith("series,horizon,period,0.025,0.05,")
    assert len(lines) == 6


def test_the_chart_is_drawn(table: Path, tmp_path: Path) -> None:
    picture = tmp_path / "chart.svg"
    ask(table, "series,period,value\n" + rows("acme <b>", steady(1.05, 18)), "-o", str(picture))
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert "acme &lt;b&gt;" in drawn


BAD = {
    "zero": ("a,2024-01,5\na,2024-02,0\n", 3, 11, "zero revenue"),
    "negative": ("a,2024-01,-5\n", 2, 11, "negative revenue"),
    "words": ("a,2024-01,n/a\n", 2, 11, "cannot read the value"),
    "thousands": ('a,2024-01,"1,200"\n', 2, 11, "cannot read the value"),
    "infinite": ("a,2024-01,inf\n", 2, 11, "cannot read the value"),
    "enormous": ("a,2024-01,1e999\n", 2, 11, "revenue of 1e999"),
    "duplicate": ("a,2024-01,5\na,2024-02,6\na,2024-01,5\n", 4, 1, "a has 2024-01 twice"),
    "mixed": ("a,2024-01,5\na,2024-Q2,16\n", 3, 3, "a quarter in a series by the month"),
    "day": ("a,2024-01-31,5\n", 2, 3, "cannot read the period"),
    "month 13": ("a,2024-13,5\n", 2, 3, "cannot read the period"),
    "short": ("a,2024-01\n", 2, 1, "2 cells where"),
    "nameless": (",2024-01,5\n", 2, 1, "the series has no name"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_rows_are_named_with_line_and_column(table: Path, case: str) -> None:
    text, line, column, what = BAD[case]
    with pytest.raises(TableError) as caught:
        ask(table, "series,period,value\n" + text)
    (problem,) = caught.value.problems
    assert (problem.position.file, problem.position.line, problem.position.column) == (
        "revenue.csv",
        line,
        column,
    )
    assert problem.what.startswith(what)
    assert problem.mend
    assert caught.value.exit_code == 1


def test_all_bad_rows_are_shown_at_once(table: Path) -> None:
    with pytest.raises(TableError) as caught:
        ask(table, "series,period,value\na,2024-01,0\na,x,5\na,2024-03,5\na,2024-03,7\n")
    assert [p.position.line for p in caught.value.problems] == [2, 3, 5]


@pytest.mark.parametrize(
    ("text", "options", "what"),
    [
        ("", (), "no column series, period, value"),
        ("series,when,value\n", (), "no column period"),
        ("series,period,value,value\n", (), "two columns called value"),
        ("series,period,value\n", (), "no figures"),
        ("series,period,value\na,2024-05,5\n", ("--as-of", "2024-01-31"), "no figures"),
        ("series,period,value\na,2024-05,5\n", ("--horizons", "0"), "cannot use '0'"),
        ("series,period,value\na,2024-05,5\n", ("--horizons", "1,x"), "cannot use 'x'"),
        ("series,period,value\na,2024-05,5\n", ("--horizons", "61"), "cannot use '61'"),
        ("series,period,value\na,2024-05,5\n", ("-o", "chart.png"), "cannot draw chart.png"),
    ],
)
def test_wrong_use_is_refused(table: Path, text: str, options: tuple[str, ...], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        ask(table, text, *options)


def test_a_file_that_is_no_text_is_refused(table: Path) -> None:
    table.write_bytes(b"series,period,value\n\xff\xfe\x00")
    with pytest.raises(UsageError, match="no CSV text in UTF-8"):
        CliRunner().invoke(command, [str(table)], catch_exceptions=False)


def test_the_path_needs_no_scipy_and_no_pandas(table: Path) -> None:
    table.write_text("series,period,value\n" + rows("a", steady(1.05, 18)), encoding="utf-8")
    code = (
        "import sys; from crossbearing.cli.forecast import command; command(sys.argv[1:], standalone_mode=False);"
        "sys.exit(any(m.split('.')[0] in ('scipy', 'pandas', 'altair', 'pydantic') for m in sys.modules))"
    )
    run = [sys.executable, "-c", code, str(table), "--format", "json"]
    done = [subprocess.run(run, capture_output=True, check=True).stdout for _ in range(2)]
    assert done[0] == done[1]
    assert len(json.loads(done[0])) == 5
