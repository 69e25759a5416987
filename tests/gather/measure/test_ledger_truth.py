"""A synthetic ledger's truth is found again, and the tail and step finders against known answers."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from crossbearing.gather.measure.concentration import concentrate, pareto_tail
from crossbearing.gather.measure.engines import open_engine
from crossbearing.gather.measure.golive import customer_steps
from crossbearing.gather.measure.ledger import LedgerReading
from crossbearing.gather.measure.policy import Policy
from crossbearing.gather.measure.run_revenue import measure_revenue
from crossbearing.gather.measure.synthetic_ledger import LedgerPlan, ledger_truth, write_ledger


def test_the_tail_exponent_is_recovered() -> None:
    random = np.random.default_rng(1)
    sample = np.sort(1e4 * (1 + random.pareto(1.4, 5000)))[::-1]
    tail = pareto_tail(sample)
    assert tail is not None
    assert abs(tail.alpha - 1.4) < 4 * tail.error


def test_a_herfindahl_index_with_a_rest_is_bounded() -> None:
    whole = [50, 30, 10, 5, 5]
    exact = concentrate(whole, 5, 100)
    low, high = concentrate(whole[:3], 5, 100).herfindahl
    assert exact.herfindahl == pytest.approx((0.355, 0.355))
    assert low <= 0.355 <= high
    assert exact.top[1] == pytest.approx(0.5)


def test_growth_alone_is_no_step_and_a_step_is_found_in_its_week() -> None:
    random = np.random.default_rng(2)
    growing = 1e5 * np.exp(0.03 * np.arange(80)) * random.lognormal(0, 0.05, 80)
    assert customer_steps("a", growing) == []
    stepped = np.where(np.arange(80) >= 50, 6.0, 1.0) * growing
    (step,) = customer_steps("a", stepped)
    assert step.week == 79 - 50
    assert step.ratio == pytest.approx(6.0, rel=0.15)


def test_the_steps_channels_and_fees_of_a_ledger_are_found(tmp_path: Path) -> None:
    plan = LedgerPlan(customers=150, days=500, churn=0.0, seed=3)
    path = tmp_path / "ledger.parquet"
    write_ledger(plan, path)
    engine = open_engine("duckdb", threads=1)
    try:
        found = measure_revenue(engine, [path], LedgerReading(), Policy({}, {}, stated=False), lambda _: None)
    finally:
        engine.close()
    for row in found.channels():
        assert row["fees"] / row["gross"] == pytest.approx(
            plan.fees[plan.channels.index(row["channel"])], abs=1e-3
        )
    true_steps: dict[str, int] = ledger_truth(plan)["steps"]  # type: ignore[assignment]
    last = (found.ledger.at - date(2024, 1, 1)).days
    listed = {step.customer: step for step in found.steps if np.isfinite(step.ratio) and step.week > 3}
    hits = [
        name
        for name, step in listed.items()
        if name in true_steps and abs((last - true_steps[name]) // 7 - step.week) <= 2
    ]
    late = [name for name, day in true_steps.items() if 10 < (last - day) // 7 < (last // 7) - 12]
    assert len(hits) >= 0.8 * len(late)
    assert len(hits) >= 0.8 * len(listed)
