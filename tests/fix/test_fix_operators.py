"""Beside each operator, the test that it changes a reported result when its claim is added; and operators of one's own."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.fix.test_fix_bridge import FEE, RIVAL, YEAR
from tests.fix.test_fix_series import LEVELS, RATE, series, write

from crossbearing.cli import cli
from crossbearing.fix import plugins
from crossbearing.fix.observe import OPERATORS, operators
from crossbearing.problems import UsageError

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "operators.md"


def claim(
    name: str, metric: str, value: str, unit: str, period: str, more: str = "", who: str = "Acme"
) -> str:
    basis = (
        "gross" if metric.startswith("revenue.") else "unspecified" if metric.startswith("margin.") else "n/a"
    )
    definition, _, qualifiers = more.partition("|")
    return f"{name},{who},{metric},{value},{unit},{period},{basis},{definition},company,actual,c,,2026-05-10,{qualifiers},,,"


def run(folder: Path, *words: str) -> Any:
    done = CliRunner().invoke(
        cli, [*words, "--book", str(folder), "--format", "json"], catch_exceptions=False
    )
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def middle(folder: Path, ask: Sequence[str]) -> tuple[float, ...]:
    point = run(folder, *ask)["points"][0]
    return tuple(point[k] for k in ("p5", "p50", "p95"))


SERIES = ("series", *RATE)


def of(metric: str, at: str) -> tuple[str, ...]:
    return ("series", "Acme", metric, "--at", at)


NET = "n,Acme,revenue.run_rate,2.6B,USD/yr,2026-03-31,net,,filed,actual,c,,2026-05-10,,,,"
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "compute as a ratio": (
        LEVELS,
        (
            claim("n", "cost.compute", "400M", "USD", "2026-Q1"),
            claim("m", "cost.compute_per_revenue", "50%", "ratio", "2026-Q1"),
        ),
        SERIES,
    ),
    "a net figure through the bridge": (
        (*LEVELS, FEE, YEAR),
        (NET,),
        SERIES,
    ),
    "gross margin": (
        (claim("a", "margin.gross", "40%", "ratio", "FY2025"),),
        (claim("n", "margin.gross", "55%", "ratio", "2026-Q1"),),
        of("margin.gross", "2026-03-31"),
    ),
    "adoption by another method": (
        (claim("a", "adoption.business_share", "20%", "ratio", "2026-01", "|method=cards"),),
        (claim("n", "adoption.business_share", "30%", "ratio", "2026-03", "|method=survey"),),
        of("adoption.business_share", "2026-03-15"),
    ),
    "compute online": (
        (claim("a", "compute.power_online", "1GW", "W", "2025-12-31"),),
        (claim("n", "compute.power_online", "2GW", "W", "2026-03-31"),),
        of("compute.power_online", "2026-03-31"),
    ),
    "customers": (
        (claim("a", "customers.count", "1000", "count", "2025-12-31"),),
        (claim("n", "customers.count", "2000", "count", "2026-03-31"),),
        of("customers.count", "2026-03-31"),
    ),
}
"""Further operators have theirs in test_fix_series, gross to net in test_fix_bridge."""


@pytest.mark.parametrize("name", list(CASES))
def test_every_operator_changes_a_reported_result(tmp_path: Path, name: str) -> None:
    before, added, ask = CASES[name]
    one = middle(write(tmp_path / "1", *before), ask)
    folder = write(tmp_path / "2", *before, *added)
    two = middle(folder, ask)
    assert any(abs(a / b - 1) > 1e-3 for a, b in zip(one, two, strict=True))
    found = run(folder, *ask)
    assert next(c for c in found["claims"] if c["id"] == "n")["weight"] is not None


TO_NET = {
    "partner fees over revenue": (claim("n", "cost.partner_fees", "90M", "USD", "2026-Q1"),),
    "a share of the channel's gross profit": (
        claim("n", "cost.partner_profit_share", "50%", "ratio", "2026"),
        claim("m", "margin.gross", "60%", "ratio", "FY2025"),
    ),
    "the channel's share of revenue": (
        claim("n", "revenue.mix", "70%", "ratio", "2026-Q1", "|channel=cloud"),
    ),
    "a rival's restatement": (RIVAL,),
}


@pytest.mark.parametrize("name", list(TO_NET))
def test_every_kind_of_evidence_changes_the_ratio_of_net_to_gross(tmp_path: Path, name: str) -> None:
    words = ("bridge", "Acme", "--at", "2026-03-31")
    one = run(write(tmp_path / "1", *LEVELS, FEE, YEAR), *words)
    two = run(write(tmp_path / "2", *LEVELS, FEE, YEAR, *TO_NET[name]), *words)
    assert "n" in {e["claim"] for e in two["evidence"]}
    assert abs(two["net_to_gross"]["p50"] / one["net_to_gross"]["p50"] - 1) > 1e-3


def test_each_rule_reads_the_same_figure_its_own_way(tmp_path: Path) -> None:
    """At rising sales a mean over a longer window stands for a higher rate today; a long month counts for more than a twelfth."""
    said = {}
    for k, rule in enumerate(("28d*13", "28d*13+subs*12", "month*12", "quarter*4", "")):
        row = f"n,Acme,revenue.run_rate,2.90B,USD/yr,2026-03-31,gross,{rule},filed,actual,b,,2026-04-10,,,,"
        (low, said[rule], high) = middle(write(tmp_path / str(k), *LEVELS[:2], row), SERIES)
        assert low < said[rule] < high
    assert said["28d*13"] == pytest.approx(2.9e9 * 365 / 364, rel=4e-3)
    march = 2.9e9 * 365 / (12 * 31)  # of the mean rate of March
    assert march < said["month*12"] < march * 1.02
    assert said["month*12"] < said["28d*13+subs*12"] < said["28d*13"] < said["quarter*4"]
    assert said["quarter*4"] > 1.03 * said["28d*13"]
    assert said["28d*13"] * 0.98 < said[""] < said["quarter*4"]


@pytest.fixture
def _registry() -> Iterator[None]:
    operators()
    before = dict(OPERATORS)
    yield
    OPERATORS.clear()
    OPERATORS.update(before)


def page_files(folder: Path) -> Path:
    """The files that the how-to page shows, written out."""
    for name, text in re.findall(r"```\w+ file=(\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("_registry")
def test_the_worked_example_of_the_docs_runs(tmp_path: Path) -> None:
    folder = page_files(tmp_path)
    ask = ("Lumen", "revenue.run_rate", "--at", "2026-05-15")
    before = series(folder, *ask)["points"][0]
    found = series(folder, *ask, "--operators", str(folder / "operators.py"))
    after = found["points"][0]
    assert next(c for c in found["claims"] if c["id"] == "seats")["weight"] > 0.5
    assert after["p50"] == pytest.approx(700e3 * 240, rel=0.15)
    assert after["p95"] / after["p5"] < 0.7 * before["p95"] / before["p5"]


def test_a_books_file_is_mentioned_and_never_run_unasked(tmp_path: Path) -> None:
    folder = page_files(tmp_path)
    (folder / "operators.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    done = CliRunner().invoke(
        cli, ["series", "Lumen", "revenue.run_rate", "--book", str(folder)], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert "not run unless you say --operators" in done.stderr


@pytest.mark.usefixtures("_registry")
@pytest.mark.parametrize(
    ("text", "says"),
    [("x = 1\n", "registers no operator"), ("\nboom\n", "operators.py:2: the operators do not load")],
)
def test_a_file_that_brings_nothing_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "operators.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as wrong:
        plugins.own_operators(file)
    assert says in wrong.value.what


@pytest.mark.usefixtures("_registry")
def test_an_installed_package_brings_operators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page_files(tmp_path)
    (tmp_path / "seats_plugin.py").write_text((tmp_path / "operators.py").read_text(), encoding="utf-8")
    info = tmp_path / "seats_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: seats-plugin\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        "[crossbearing.operators]\nseats = seats_plugin\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "seats.paid" not in OPERATORS
    plugins.installed_operators()
    assert "seats.paid" in OPERATORS
