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
    found = run(folder, *ask)
    point = found["net_to_gross"] if ask[0] == "bridge" else found["points"][0]
    return tuple(point[k] for k in ("p5", "p50", "p95"))


SERIES = ("series", *RATE)
BRIDGE = ("bridge", "Acme", "--at", "2025-12-31")


def of(metric: str, at: str) -> tuple[str, ...]:
    return ("series", "Acme", metric, "--at", at)


SHARE = "n,{who},revenue.market_share,{share},ratio,2026-Q1,unspecified,,estimate,actual,c,,2026-05-10,method=p,,,"
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "28 days x 13": (
        LEVELS,
        (claim("n", "revenue.run_rate", "3.4B", "USD/yr", "2026-03-31", "28d*13"),),
        SERIES,
    ),
    "28 days x 13 and subscriptions": (
        LEVELS,
        (claim("n", "revenue.run_rate", "3.4B", "USD/yr", "2026-03-31", "28d*13+subs*12"),),
        SERIES,
    ),
    "month x 12": (
        LEVELS,
        (claim("n", "revenue.run_rate", "3.4B", "USD/yr", "2026-03-31", "month*12"),),
        SERIES,
    ),
    "quarter x 4": (
        LEVELS,
        (claim("n", "revenue.run_rate", "2.7B", "USD/yr", "2026-03-31", "quarter*4"),),
        SERIES,
    ),
    "unknown window": (LEVELS, (claim("n", "revenue.run_rate", "3.4B", "USD/yr", "2026-03-31"),), SERIES),
    "recognised over two months": (
        LEVELS,
        (claim("n", "revenue.recognised", "560M", "USD", "2026-02..2026-03"),),
        SERIES,
    ),
    "tripled in four months": (
        LEVELS,
        (claim("n", "revenue.growth_multiple", "3x", "x", "2025-12-01..2026-03-31"),),
        SERIES,
    ),
    "change of run rate": (
        LEVELS,
        (claim("n", "revenue.run_rate_change", "600M", "USD/yr", "2026-Q1"),),
        SERIES,
    ),
    "net by the company itself": (
        (*LEVELS, FEE, YEAR),
        (claim("n", "revenue.run_rate", "2.7B", "USD/yr", "2026-03-31").replace("gross", "net"),),
        SERIES,
    ),
    "restated by a rival": ((*LEVELS, FEE, YEAR), (RIVAL,), BRIDGE),
    "channel share": (
        (*LEVELS, FEE, YEAR, RIVAL),
        (
            "n,Acme,revenue.mix,90%,ratio,FY2025,gross,,company,actual,c,,2026-05-10,channel=cloud,,,",
            "x,Acme,cost.partner_profit_share,30%,ratio,FY2025,n/a,,company,actual,c,,2026-05-10,channel=cloud,,,",
        ),
        BRIDGE,
    ),
    "fees of revenue": ((*LEVELS, RIVAL), (FEE.replace("f,", "n,", 1), YEAR), BRIDGE),
    "fees of gross profit": (
        (*LEVELS, RIVAL),
        (
            "n,Acme,cost.partner_profit_share,10%,ratio,FY2025,n/a,,company,actual,c,,2026-05-10,channel=cloud,,,",
        ),
        BRIDGE,
    ),
    "product as part of the whole": (
        LEVELS,
        (
            claim("n", "product.run_rate", "2.8B", "USD/yr", "2026-03-31", who="P"),
            claim("m", "revenue.mix", "85%", "ratio", "2026-03-31", "|product=P"),
        ),
        SERIES,
    ),
    "share of market, two companies": (
        (*LEVELS, claim("z", "revenue.recognised", "1.5B", "USD", "2026-Q1", who="Rival")),
        (
            SHARE.format(who="Acme", share="40%"),
            SHARE.format(who="Rival", share="60%").replace("n,", "o,", 1),
        ),
        SERIES,
    ),
    "revenue a user x users": (
        LEVELS,
        (
            claim("n", "revenue.arpu", "50", "USD/user/month", "2026-Q1"),
            claim("m", "users.mau", "9M", "count", "2026-03-31"),
        ),
        SERIES,
    ),
    "gross margin and cost": (
        LEVELS,
        (
            claim("n", "cost.revenue", "400M", "USD", "2026-Q1"),
            claim("m", "margin.gross", "50%", "ratio", "2026-Q1"),
        ),
        SERIES,
    ),
    "compute as a ratio": (
        LEVELS,
        (
            claim("n", "cost.compute", "400M", "USD", "2026-Q1"),
            claim("m", "cost.compute_per_revenue", "50%", "ratio", "2026-Q1"),
        ),
        SERIES,
    ),
    "adoption, another method": (
        (
            claim("a", "adoption.business_share", "20%", "ratio", "2026-01-31", "|method=one"),
            claim("b", "adoption.business_share", "22%", "ratio", "2026-02-28", "|method=one"),
        ),
        (claim("n", "adoption.business_share", "35%", "ratio", "2026-03-31", "|method=two"),),
        of("adoption.business_share", "2026-03-31"),
    ),
    "customers": (
        (claim("a", "customers.count", "1000", "count", "2025-12-31"),),
        (claim("n", "customers.count", "2000", "count", "2026-03-31"),),
        of("customers.count", "2026-03-31"),
    ),
    "compute online": (
        (claim("a", "compute.power_online", "1.0GW", "W", "2025-12-31"),),
        (claim("n", "compute.power_online", "1.4GW", "W", "2026-03-31"),),
        of("compute.power_online", "2026-03-31"),
    ),
}


@pytest.mark.parametrize("name", list(CASES))
def test_every_operator_changes_a_reported_result(tmp_path: Path, name: str) -> None:
    before, added, ask = CASES[name]
    one = middle(write(tmp_path / "1", *before), ask)
    folder = write(tmp_path / "2", *before, *added)
    two = middle(folder, ask)
    assert any(abs(a / b - 1) > 1e-3 for a, b in zip(one, two, strict=True))
    found = run(folder, *ask)
    if ask[0] == "bridge":
        assert "n" in found["claims"]
    else:
        assert next(c for c in found["claims"] if c["id"] == "n")["weight"] is not None


def test_a_break_of_method_is_not_joined_silently(tmp_path: Path) -> None:
    """A jump of 13 points with a change of method moves the estimate little; without the change, much."""
    base, (jump,), ask = CASES["adoption, another method"]
    before = middle(write(tmp_path / "1", *base), ask)[1]
    broken = middle(write(tmp_path / "2", *base, jump), ask)[1]
    joined = middle(write(tmp_path / "3", *base, jump.replace("method=two", "method=one")), ask)[1]
    assert abs(broken - before) < 0.5 * abs(joined - before)


def test_a_change_of_run_rate_says_which_level_it_needs(tmp_path: Path) -> None:
    alone = (claim("q", "revenue.recognised", "1.2B", "USD", "FY2025"),)
    added = claim("n", "revenue.run_rate_change", "600M", "USD/yr", "2026-Q1")
    found = run(write(tmp_path, *alone, added), "series", *RATE)
    assert "a change alone gives no level" in next(c for c in found["claims"] if c["id"] == "n")["note"]


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
