"""Beside each operator, the test that it changes a reported result when its claim is added; and operators of one's own."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
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


CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "compute as a ratio": (
        LEVELS,
        (
            claim("n", "cost.compute", "400M", "USD", "2026-Q1"),
            claim("m", "cost.compute_per_revenue", "50%", "ratio", "2026-Q1"),
        ),
        SERIES,
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
