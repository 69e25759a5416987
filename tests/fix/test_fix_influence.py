"""Influence is what it says: a claim moved in the file, or its row deleted, moves the fitted series as printed."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.fix.cutting import cut
from tests.fix.test_fix_series import series, write

from crossbearing.cli import cli
from crossbearing.pipeline import open_book, position
from crossbearing.pipeline.deleting import with_deletions

BUNDLED = Path(__file__).parents[2] / "src" / "crossbearing" / "books" / "frontier"

QUARTER = "q1,Acme,revenue.recognised,{},USD,2026-Q1,gross,,reported,actual,c,,2026-05-10,,,,"
RATE = "{},Acme,revenue.run_rate,{},USD/yr,{},gross,28d*13,{},actual,{},,{},,,,"
ROWS = {
    "r1": RATE.format("r1", "{}", "2025-06-30", "company", "a", "2025-07-05"),
    "r2": RATE.format("r2", "{}", "2025-12-31", "company", "a", "2026-01-05"),
    "r3": RATE.format("r3", "{}", "2026-02-28", "reported", "b", "2026-04-10"),
    "r4": RATE.format("r4", "{}", "2026-03-31", "company", "b", "2026-04-10"),
    "q1": QUARTER,
}
SAID = {"r1": 1.00e9, "r2": 1.90e9, "r3": 2.90e9, "r4": 3.10e9, "q1": 0.640e9}
ASK = ("Acme", "revenue.run_rate", "--at", "2026-03-31")
WINDOWS = 365 / 364  # 28 days times 13
MEDIAN_ERROR = 1.2533  # times sd / sqrt(ESS): of a median


def book(folder: Path, gone: str = "", moved: str = "", by: float = 1.0) -> Path:
    """The book, one row deleted or one figure moved; six digits, so that a thousandth is not rounded away."""
    rows = [
        row.format(f"{SAID[name] / 1e6 * (by if name == moved else 1.0):.6g}M")
        for name, row in ROWS.items()
        if name != gone
    ]
    return write(folder, *rows)


def median(found: Any) -> float:
    return float(found["points"][-1]["p50"])


def error(*fits: Any) -> float:
    """Monte Carlo standard error of the difference of log medians of separate fits."""
    variances = []
    for found in fits:
        point = found["points"][-1]
        sd = math.log(point["p95"] / point["p5"]) / (2 * 1.645)
        variances.append((MEDIAN_ERROR * sd) ** 2 / found["diagnostics"]["ess"])
    return math.sqrt(sum(variances))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return series(book(tmp_path_factory.mktemp("influence") / "b"), *ASK, "--influence")


def test_a_deleted_row_gives_the_median_printed_without_it(tmp_path: Path, whole: Any) -> None:
    effects = []
    for claim in whole["claims"]:
        less = series(book(tmp_path / claim["id"], gone=claim["id"]), *ASK)
        assert claim["without"] == pytest.approx(median(less), rel=1e-12)
        effects.append(abs(math.log(claim["without"] / median(whole))) / error(whole, less))
    assert max(effects) > 10  # and it is no noise that is reproduced


def test_a_deletion_is_its_influence_times_its_surprise(tmp_path: Path, whole: Any) -> None:
    """In a linear model the median moves by influence x log(figure / what the others foretell of it), and no other amount."""
    first = {c["id"]: c["influence"] for c in series(book(tmp_path / "b"), *ASK)["claims"]}
    told = 0
    for claim in whole["claims"]:
        name = claim["id"]
        if claim["influence"] is None or abs(claim["influence"]) < 0.1:
            continue
        folder = book(tmp_path / name, gone=name)
        if name == "q1":
            foretold = series(folder, "Acme", "revenue.recognised", "--at", "2026-Q1")
            surprise = math.log(SAID[name] / median(foretold))
        else:
            foretold = series(folder, *ASK[:3], ROWS[name].split(",")[5])
            surprise = math.log(SAID[name] / median(foretold) / WINDOWS)
        moved = math.log(median(whole) / claim["without"])
        allowed = 3 * error(whole, foretold) + 0.2 * abs(
            moved
        )  # its curvature: the multiplier of errors is learnt
        assert moved == pytest.approx(claim["influence"] * surprise, abs=allowed)
        assert first[name] is not None
        assert moved == pytest.approx(first[name] * surprise, abs=allowed)
        told += 1
    assert told >= 2


def test_a_figure_edited_in_the_file_moves_the_median_as_printed(tmp_path: Path, whole: Any) -> None:
    step = 0.02
    for claim in (c for c in whole["claims"] if c["id"] in ("q1", "r4")):
        name = claim["id"]
        up, down = (
            median(series(book(tmp_path / f"{name}{s}", moved=name, by=math.exp(s * step)), *ASK))
            for s in (1, -1)
        )
        assert math.log(up / down) / (2 * step) == pytest.approx(claim["influence"], abs=0.03)


def test_the_table_leads_with_the_claim_that_moves_most(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["series", *ASK, "--influence", "--book", str(book(tmp_path / "b"))], catch_exceptions=False
    )
    assert done.exit_code == 0
    table = done.stdout[done.stdout.index("What each claim does") :].splitlines()
    assert [word in table[1] for word in ("claim", "1 % more moves it", "without it")] == [True] * 3
    assert table[2].startswith("r4")
    assert "rests on q1 r1 r2 r3 r4" in done.stderr


def test_a_claim_that_stands_alone_has_no_median_without_it(tmp_path: Path) -> None:
    (lone,) = series(write(tmp_path / "b", ROWS["r4"].format("3.1B")), *ASK, "--influence")["claims"]
    assert "without" not in lone
    assert "no position" in lone["note"]
    json.dumps(lone)


@pytest.mark.slow
@pytest.mark.parametrize("entity", ["Anthropic", "OpenAI"])
def test_rows_deleted_from_the_bundled_book_give_what_was_printed_without_them(
    tmp_path: Path, entity: str
) -> None:
    opened, day = open_book(None).sound(), "2026-04-13"
    found = position(opened, entity, "revenue.run_rate", at=[day])
    told = sorted((c for c in found.claims if c.influence), key=lambda c: -abs(c.influence or 0.0))[:3]
    assert len(told) >= 2
    asked = with_deletions(opened, replace(found, claims=tuple(told)), lambda share: None)
    for claim in asked.claims:
        less = series(cut(BUNDLED, tmp_path / claim.id, {claim.id}), entity, "revenue.run_rate", "--at", day)
        assert claim.without == pytest.approx(median(less), rel=1e-12)
