"""Known truth is recovered: shares, gaps and their intervals, on synthetic panels."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from crossbearing.gather.measure.engines import open_engine
from crossbearing.gather.measure.run_adoption import AdoptionResult, Wish, measure_adoption
from crossbearing.gather.measure.synthetic import Plan, Truth, truth_of, write_transactions
from crossbearing.gather.measure.transactions import Reading
from crossbearing.gather.measure.vendors import load_rules

PLAN = Plan(
    companies=1200,
    months=6,
    industries=4,
    sizes=2,
    tilt=2.5,
    spread=2.0,
    turnover=0.1,
    other_rows=2.0,
    late=0.0,
)


def measured(folder: Path, plan: Plan, *, weighted: bool = True) -> tuple[AdoptionResult, Truth]:
    truth, path, population = truth_of(plan), folder / "t.parquet", folder / "p.csv"
    write_transactions(plan, path)
    lines = [f"{i},{s},{w * 1e6:.3f}" for (i, s), w in zip(truth.strata, truth.population, strict=True)]
    population.write_text("industry,size,businesses\n" + "\n".join(lines))
    engine = open_engine("duckdb")
    try:
        wish = Wish(
            population=population if weighted else None, sections=(), gap=("OpenAI", "Anthropic"), by=()
        )
        return measure_adoption(engine, [path], load_rules(), Reading(), wish, lambda _: None), truth
    finally:
        engine.close()


def inside(result: AdoptionResult, truth: Truth, plan: Plan) -> list[bool]:
    vendors = {vendor: v for v, vendor in enumerate(plan.vendors)}
    months = sorted({row.month for row in result.index})
    return [
        row.low <= truth.share[vendors[row.vendor], months.index(row.month)] <= row.high
        for row in result.index if row.vendor in vendors
    ]  # fmt: skip


def gap_inside(result: AdoptionResult, truth: Truth) -> list[bool]:
    assert result.gap is not None
    gaps = 100 * (truth.share[1] - truth.share[0])  # OpenAI less Anthropic
    sign = 1 if result.gap.leader == "OpenAI" else -1
    return [row["low"] <= sign * gap <= row["high"] for row, gap in zip(result.gap.rows(), gaps, strict=True)]


def test_a_tilted_panel_is_wrong_unweighted_and_right_weighted(tmp_path: Path) -> None:
    plan = replace(PLAN, companies=6000)
    plain, truth = measured(tmp_path, plan, weighted=False)
    weighted, _ = measured(tmp_path, plan)
    assert np.mean(inside(plain, truth, plan)) < 0.3
    assert np.mean(inside(weighted, truth, plan)) > 0.6


@pytest.mark.slow
def test_coverage_over_two_hundred_panels(tmp_path: Path) -> None:
    """90 % intervals of shares and gaps hold the truth in 90 % of panels; months of one panel are not independent."""
    shares, gaps = [], []
    for seed in range(200):
        plan = replace(PLAN, seed=seed)
        result, truth = measured(tmp_path, plan)
        shares.append(np.mean(inside(result, truth, plan)))
        gaps.append(np.mean(gap_inside(result, truth)))
    for held in (shares, gaps):
        mean, error = float(np.mean(held)), float(stats.sem(held))
        assert abs(mean - 0.9) < 3 * error + 0.01
