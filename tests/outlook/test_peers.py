"""The engine against PySD on a common core, and its Monte Carlo error."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crossbearing.outlook.draws import TILE
from crossbearing.outlook.engine import simulate, stream
from crossbearing.outlook.equation import Array, auxiliary, equations_of, stock
from crossbearing.outlook.runs import BLOCK, Block, Run
from crossbearing.outlook.wiring import Wiring, wire

MONTHS = 36
INPUTS = {
    "start_funnel": 40.0,
    "start_sales": 100.0,
    "start_power": 2.0,
    "lag": 7.0,
    "pull": 0.03,
    "churn": 0.02,
    "yield_of_power": 70.0,
    "ordering": 0.06,
    "wear": 0.015,
    "cost_share": 0.7,
}
VENSIM = """{UTF-8}
interest = pull * sales ~~|
live = funnel / lag ~~|
lost = churn * sales ~~|
served = MIN(sales, power * yield of power) ~~|
ordered = ordering * served / yield of power ~~|
worn = wear * power ~~|
profit = served - cost share * power * yield of power ~~|
funnel = INTEG(interest - live, start funnel) ~~|
sales = INTEG(live - lost, start sales) ~~|
power = INTEG(ordered - worn, start power) ~~|
cash = INTEG(profit, 0) ~~|
{constants}
INITIAL TIME = 0 ~~|
FINAL TIME = {months} ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""


@auxiliary("x")
def interest(pull: Array, sales: Array) -> Array:
    """Into the funnel."""
    return pull * sales


@auxiliary("x")
def live(funnel: Array, lag: Array) -> Array:
    """Out of the funnel."""
    return funnel / lag


@auxiliary("x")
def served(sales: Array, power: Array, yield_of_power: Array) -> Array:
    """Sales made."""
    return np.minimum(sales, power * yield_of_power)


@auxiliary("x")
def profit(served: Array, cost_share: Array, power: Array, yield_of_power: Array) -> Array:
    """Profit."""
    return served - cost_share * power * yield_of_power


@stock("x", start="start_funnel")
def funnel(funnel: Array, interest: Array, live: Array) -> Array:
    """Funnel."""
    return funnel + interest - live


@stock("x", start="start_sales")
def sales(sales: Array, live: Array, churn: Array) -> Array:
    """Sales."""
    return sales + live - churn * sales


@stock("x", start="start_power")
def power(power: Array, ordering: Array, served: Array, yield_of_power: Array, wear: Array) -> Array:
    """Power."""
    return power + ordering * served / yield_of_power - wear * power


@stock("x", start="zero", floor=None)
def cash(cash: Array, profit: Array) -> Array:
    """Cash."""
    return cash + profit


def core() -> Wiring:
    return wire(equations_of(dict(globals())))


def core_run(paths: int = 4, spread: float = 0.0) -> Run:
    def draw(name: str, value: float) -> object:
        place = sorted(INPUTS).index(name)
        return lambda b: (
            value * np.exp(spread * np.sin(np.arange(b.first, b.first + b.count) * (place + 1.7)))
        )

    given = {n: draw(n, v) for n, v in INPUTS.items()}
    given["zero"] = lambda b: np.zeros(b.count)
    return Run("Acme", 1, paths, MONTHS, given, record=("funnel", "sales", "power", "cash", "served"))  # type: ignore[arg-type]


def vensim(values: dict[str, float]) -> str:
    constants = "\n".join(f"{n.replace('_', ' ')} = {v!r} ~~|" for n, v in values.items())
    return VENSIM.replace("{constants}", constants).replace("{months}", str(MONTHS))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_pysd_gives_the_same_core(tmp_path: Path) -> None:
    try:
        import pysd
    except ImportError:
        pytest.skip("PySD is not installed: it comes with the group peers")
    file = tmp_path / "core.mdl"
    file.write_text(vensim(INPUTS))
    model = pysd.read_vensim(str(file))
    ours, spread = simulate(core(), core_run(6, 0.2)), core_run(6, 0.2)
    for draw in range(6):
        inputs = {n.replace("_", " "): float(spread.given[n](Block(0, 6))[draw]) for n in INPUTS}
        theirs = model.run(params=inputs, return_columns=["funnel", "sales", "power", "cash"])
        for name in ("funnel", "sales", "power", "cash"):
            expected = theirs[name].to_numpy()[1:]
            assert np.allclose(
                ours[name][:, draw], expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max()
            ), name


@auxiliary("x")
def shaken(noise_a: Array, luck_b: Array) -> Array:
    """A skewed random quantity."""
    return np.exp(0.8 * noise_a) - 3 * luck_b


def shaken_run(paths: int, seed: int = 1) -> Run:
    return Run("Acme", seed, paths, 3, {}, record=("shaken",))


def test_twice_the_paths_halve_the_squared_error_and_not_the_range() -> None:
    wiring = wire(equations_of({"shaken": shaken}))

    def spread(paths: int) -> tuple[float, float]:
        runs = [simulate(wiring, shaken_run(paths, seed))["shaken"] for seed in range(400)]
        means = [r.mean() for r in runs]
        widths = [np.subtract(*np.quantile(r, (0.95, 0.05))) for r in runs]
        return float(np.var(means)), float(np.mean(widths))

    (few, narrow), (many, wide) = spread(200), spread(400)
    # The ratio of two variances of 400 normal means each has a standard error of about 10 %.
    assert few / many == pytest.approx(2, rel=0.35)
    assert wide == pytest.approx(narrow, rel=0.02)


def test_streamed_quantiles_agree_with_exact_ones_and_threads_change_no_bit() -> None:
    wiring = wire(equations_of({"shaken": shaken}))
    run = shaken_run(40 * TILE)
    exact = simulate(wiring, run)["shaken"]
    one, two = (stream(wiring, run, threads)["shaken"] for threads in (1, 2))
    assert np.array_equal(one.counts, two.counts)
    assert np.array_equal(one.mean(), two.mean())
    band = np.subtract(*np.quantile(exact, (0.95, 0.05), axis=1))
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        apart = np.abs(one.quantile(level) - np.quantile(exact, level, axis=1))
        assert (apart < 0.005 * band).all()
    assert np.allclose(one.mean(), exact.mean(axis=1), rtol=1e-9)
    assert np.allclose(one.error(), exact.std(axis=1) / np.sqrt(exact.shape[1]), rtol=1e-9)


def test_first_order_shares_of_a_linear_answer() -> None:
    from crossbearing.outlook.draws import normal
    from crossbearing.outlook.summary import first_order

    x, y, z = (normal(1, "a", n, 0, 32 * TILE)[0] for n in "xyz")
    answer = 3 * x + 2 * y
    assert first_order(x, answer) == pytest.approx(9 / 13, abs=0.03)
    assert first_order(y, answer) == pytest.approx(4 / 13, abs=0.03)
    assert first_order(z, answer) == pytest.approx(0, abs=0.005)


def test_numbers_drawn_for_a_block_are_let_go_with_it() -> None:
    wiring = wire(equations_of({"shaken": shaken}))

    def most(blocks: int) -> int:
        tracemalloc.start()
        stream(wiring, replace(shaken_run(blocks * BLOCK), months=24))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert most(9) < 1.3 * most(3)
