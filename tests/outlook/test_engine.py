"""The engine on models with known answers: growth, conservation, independence of blocks and threads, refusals."""

import numpy as np
import pytest
from scipy import stats

from crossbearing.outlook.engine import Block, Draw, Run, blocks, simulate
from crossbearing.outlook.equation import Array, auxiliary, equations_of, stock
from crossbearing.outlook.wiring import Wiring, wire
from crossbearing.problems import Refusal, UsageError

PATHS = 20_000


@auxiliary("count/month")
def joined(customers: Array, growth: Array, noise_joined: Array) -> Array:
    """Customers won in the month."""
    return np.asarray(customers * (np.exp(growth + 0.1 * noise_joined) - 1))


@stock("count", start="customers_at_start")
def customers(customers: Array, joined: Array) -> Array:
    """Customers."""
    return customers + joined


def model(*more: object) -> Wiring:
    """Customers that grow at random, and more equations."""
    found = {getattr(f, "__name__", ""): f for f in (joined, customers, *more)}
    return wire(equations_of(found))


def constant(value: float) -> Draw:
    return lambda block: np.full(block.count, value)


def run(months: int = 12, paths: int = PATHS, **given: float) -> Run:
    values = {"customers_at_start": 100.0, "growth": 0.05, **given}
    return Run(
        "Acme", 7, paths, months, {n: constant(v) for n, v in values.items()}, record=("customers", "joined")
    )


def test_a_lognormal_random_walk_has_its_closed_form() -> None:
    end = np.log(simulate(model(), run())["customers"][-1] / 100)
    assert stats.kstest(end, "norm", args=(12 * 0.05, 0.1 * np.sqrt(12))).pvalue > 1e-4


def test_stocks_change_by_their_flows() -> None:
    out = simulate(model(), run())
    before = np.vstack([np.full(PATHS, 100.0), out["customers"][:-1]])
    assert np.allclose(out["customers"], before + out["joined"], rtol=1e-12)


def test_neither_threads_nor_a_smaller_run_change_a_draw() -> None:
    one = simulate(model(), run(), threads=1)["customers"]
    two = simulate(model(), run(), threads=2)["customers"]
    fewer = simulate(model(), run(paths=3_000))["customers"]
    assert np.array_equal(one, two)
    assert np.array_equal(one[:, :3_000], fewer)


def test_blocks_cover_every_draw_once() -> None:
    covered = [n for b in blocks(20_001, 8192) for n in range(b.first, b.first + b.count)]
    assert covered == list(range(20_001))


def test_what_is_missing_is_named_with_its_reader() -> None:
    lacking = Run("Acme", 7, 10, 2, {"growth": lambda b: np.zeros(b.count)}, record=())
    with pytest.raises(UsageError, match="needs customers_at_start"):
        simulate(model(), lacking)


def test_an_unknown_name_to_record_is_wrong_use() -> None:
    wanted = Run("Acme", 7, 10, 2, run().given, record=("profit",))
    with pytest.raises(UsageError, match="no equation is called 'profit'"):
        simulate(model(), wanted)


def test_a_value_that_is_not_finite_names_function_step_and_draw() -> None:
    @auxiliary("ratio")
    def ratio(joined: Array) -> Array:
        """Undefined in the first draw."""
        return joined / np.where(np.arange(joined.size) == 3, 0.0, 1.0)

    with pytest.raises(Refusal, match=r"ratio is not a finite number in draw 3 at month 0"):
        simulate(model(ratio), run(paths=10))


def test_another_shape_is_refused() -> None:
    @auxiliary("ratio")
    def pair(joined: Array) -> Array:
        """Two values whatever the draws."""
        return np.ones(2)

    with pytest.raises(Refusal, match=r"shape \(2,\)"):
        simulate(model(pair), run(paths=10))


def test_a_stock_below_its_floor_is_refused() -> None:
    @stock("count", start="customers_at_start")
    def leaking(leaking: Array) -> Array:
        """Loses more than it has."""
        return leaking - 60.0

    with pytest.raises(Refusal, match="below 0"):
        simulate(model(leaking), run(paths=10))


def test_a_block_knows_its_draws() -> None:
    assert list(blocks(5)) == [Block(0, 5)]
