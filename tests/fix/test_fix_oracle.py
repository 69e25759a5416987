"""The engine against an independent sampler of the same density: a stored run, and a slow test that makes it anew."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.fix.fix_study import GRID, study

from crossbearing.fix.grid import cumulated, integral_to
from crossbearing.fix.infer import Posterior, infer
from crossbearing.fix.pareto import ess_quantile, weighted_quantile

STORED = Path(__file__).with_name("oracle.json")
DAYS = {"rate 2026-03-31": 739706.0, "rate 2026-05-15": 739751.0}


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    return infer(study(), 5, ((2048, 12),))


def rates(posterior: Posterior, day: float) -> Any:
    speed = np.exp(posterior.paths[0])
    total = cumulated(speed, GRID)
    end = integral_to(speed, total, GRID, np.array([[day]]))
    return ((end - integral_to(speed, total, GRID, day - posterior.window)) / posterior.window)[:, 0]


def error_of(values: Any, posterior: Posterior, level: float) -> float:
    """Monte Carlo standard error of a quantile: the spread of its level over its effective size, through the density."""
    ess = ess_quantile(values, posterior.weights, level, posterior.groups)
    half = np.sqrt(level * (1 - level) / ess)
    low, high = weighted_quantile(
        values, posterior.weights, np.array([level - half, level + half]).clip(0, 1)
    )
    return float((high - low) / 2)


def agree(oracle: dict[str, Any], posterior: Posterior) -> None:
    for name, day in DAYS.items():
        found = oracle["quantities"][name]
        assert found["rhat"] <= 1.01
        values = rates(posterior, day)
        for p, allowed in (("5", 0.03), ("50", 0.01), ("95", 0.03)):
            mine = weighted_quantile(values, posterior.weights, np.array([int(p) / 100]))[0]
            theirs = found["quantiles"][p]
            error = np.hypot(error_of(values, posterior, int(p) / 100), found["mcse"][p])
            assert abs(mine - theirs) <= 4 * error, (name, p, mine, theirs, error)
            assert mine == pytest.approx(theirs, rel=allowed)


def test_the_engine_agrees_with_the_stored_oracle(posterior: Posterior) -> None:
    oracle = json.loads(STORED.read_text(encoding="utf-8"))
    for name in DAYS:
        assert min(oracle["quantities"][name]["ess"].values()) >= 4000
    agree(oracle, posterior)
    doubt = dict(zip([o.name for o in study().observations], posterior.outlier, strict=True))
    assert doubt["A6"] == pytest.approx(oracle["outlier"]["A6"]["mean"], abs=0.04)


@pytest.mark.slow
def test_the_oracle_made_anew_agrees_too(posterior: Posterior) -> None:
    from tests.fix.oracle import run

    agree(json.loads(json.dumps(run(draws=2500, tune=1000))), posterior)
