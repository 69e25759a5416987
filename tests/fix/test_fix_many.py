"""Books of many claims: what they say together agrees with each drawn on its own, and a thousand pass the gate."""

from dataclasses import replace

import numpy as np
import pytest

from crossbearing.fix import compiled
from crossbearing.fix.grid import make_grid
from crossbearing.fix.infer import Posterior, infer
from crossbearing.fix.model import Model, Observation, Term, When
from crossbearing.fix.pareto import ess_quantile, weighted_quantile
from crossbearing.fix.path import PathPrior

LEVELS = (0.05, 0.5, 0.95)


def many(count: int, vague: float = 0.0) -> Model:
    """Run rates of one smooth path from so many independent origins, a share of them about some day of a month."""
    rng = np.random.default_rng(1)
    days = np.sort(rng.uniform(738000, 739000, count))
    truth = 0.5 * (days - 738000) / 365 + 0.2 * np.sin((days - 738000) / 150)
    low = np.floor((truth + 0.05 * rng.standard_normal(count)) / 0.02) * 0.02
    first = days - rng.uniform(0.0, 31.0, count)
    when = [
        When("uniform", f, f + 31.0) if v else When("exact", d)
        for f, d, v in zip(first, days, rng.random(count) < vague, strict=True)
    ]
    observations = tuple(
        Observation(f"c{i}", (Term("A"),), y, y + 0.02, "rounded", 0.05, 0.05, when[i], claims=(f"c{i}",))
        for i, y in enumerate(low)
    )
    return Model({"A": PathPrior()}, observations, make_grid(days[0] - 60, days[-1]))


def alike(one: Posterior, two: Posterior, nodes: tuple[int, ...]) -> None:
    """Quantiles of the path differ by no more than four combined Monte Carlo standard errors."""
    for k in nodes:
        for level in LEVELS:
            found, errors = [], []
            for p in (one, two):
                x = p.paths[0][:, k]
                q = weighted_quantile(x, p.weights, np.array([level, level - 0.04, level + 0.04]))
                size = ess_quantile(x, p.weights, level, p.groups)
                errors.append(np.sqrt(level * (1 - level) / size) * (q[2] - q[1]) / 0.08)
                found.append(q[0])
            assert abs(found[0] - found[1]) < 4.0 * np.hypot(*errors), (k, level, found, errors)


@pytest.mark.parametrize("vague", [pytest.param(0.0, marks=pytest.mark.slow), 0.4])
def test_claims_taken_together_agree_with_each_drawn_on_its_own(
    vague: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = many(70, vague)
    together = infer(model, 1)
    monkeypatch.setattr(compiled, "MANY", 1000)
    apart = infer(model, 2, ((96, 8), (160, 8), (320, 8)))
    assert together.is_trusted
    assert apart.ess > 400
    last = together.compiled.seen.size - 2
    alike(together, apart, (last // 3, 2 * last // 3, last))
    # beyond a few per cent, doubt of a claim is told by draws of its reading: half a dozen points a claim
    np.testing.assert_allclose(together.outlier, apart.outlier, atol=0.05)


def test_three_hundred_claims_pass_the_gate_and_find_the_truth() -> None:
    model = many(300, 0.2)
    found = infer(model, 1)
    assert found.is_trusted
    grid = found.compiled.grid
    days = np.array([738400.0, 738700.0, 738950.0])
    truth = 0.5 * (days - 738000) / 365 + 0.2 * np.sin((days - 738000) / 150)
    k, u = grid.cell(days)
    x = found.paths[0]
    level = x[:, k] + u * (x[:, k + 1] - x[:, k])
    middle = found.weights @ level
    spread = np.sqrt(found.weights @ np.square(level - middle))
    assert (spread < 0.05).all()
    assert (np.abs(middle - truth) < 4.0 * spread).all()


def test_a_false_claim_among_many_is_doubted_and_moves_nothing() -> None:
    model = many(90)
    odd = replace(
        model.observations[60], low=model.observations[60].low + 1.5, high=model.observations[60].high + 1.5
    )
    found = infer(replace(model, observations=(*model.observations[:60], odd, *model.observations[61:])), 1)
    plain = infer(replace(model, observations=(*model.observations[:60], *model.observations[61:])), 1)
    assert found.outlier[60] > 0.99
    last = found.compiled.seen.size - 2
    alike(found, plain, (last // 2, last))
