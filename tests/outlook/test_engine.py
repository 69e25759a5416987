"""The engine on models with known answers: growth, conservation, independence of blocks and threads, refusals."""

import gc
import weakref
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

from crossbearing.outlook.careful import months_of
from crossbearing.outlook.draws import TILE
from crossbearing.outlook.engine import compiled, simulate, stream
from crossbearing.outlook.equation import Array, auxiliary, equations_of, stock
from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.frame import Frame
from crossbearing.outlook.labels import RECORDED
from crossbearing.outlook.prepare import Ready, Setting, prepare, recording
from crossbearing.outlook.program import Program
from crossbearing.outlook.runs import Block, Draw, Run, blocks
from crossbearing.outlook.shocks import composed
from crossbearing.outlook.wiring import Wiring, wire
from crossbearing.pipeline import main_companies, open_book
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.assumption import Judgment

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


def test_the_compiled_step_is_the_model_equation_by_equation() -> None:
    ready = bundled(months=30)
    kept = replace(recording(ready, tuple(ready.model.wiring.equations)), paths=600, single=False)
    fast = simulate(ready.model.wiring, kept, threads=2)
    for month, slow in enumerate(months_of(ready.model.wiring, kept, Block(0, 600))):
        for name in kept.record:
            scale = np.abs(slow[name]).max()
            assert np.allclose(fast[name][month], slow[name], rtol=1e-11, atol=1e-13 * scale), (name, month)


def test_every_equation_but_the_random_count_is_recorded() -> None:
    ready = bundled(months=12)
    program = compiled(ready.model.wiring, recording(ready, tuple(ready.model.wiring.equations))).program
    called = [program.tape.nodes[n].what.name for n in program.order if program.tape.nodes[n].kind == "call"]
    assert called == ["accounts_live"]


def test_single_precision_moves_no_answer_by_what_chance_moves_it() -> None:
    ready = bundled(months=24)
    kept = replace(recording(ready, RECORDED), paths=2000)
    one = simulate(ready.model.wiring, kept)
    two = simulate(ready.model.wiring, replace(kept, single=False))
    for name, drawn in two.items():
        assert one[name].dtype == np.float32
        for level in (0.05, 0.5, 0.95):
            exact = np.quantile(drawn, level, axis=1)
            noise = drawn.std(axis=1) / np.sqrt(2000)
            assert (
                np.abs(np.quantile(one[name], level, axis=1) - exact) <= 0.1 * noise + 1e-5 * np.abs(exact)
            ).all()


def bundled(months: int) -> Ready:
    """The first company of the bundled book, every kind of shock at work, opening cash assumed."""
    book = open_book(None).sound()
    entity = main_companies(book)[0]
    options = {"opening_cash": Judgment("lognormal", 5e9, 4e10, "5B to 40B")}
    setting = Setting(book, date(2026, 6, 1), months, 600, 1, options)
    names = [s.name for s in book.scenarios if not s.name.startswith("listing")]
    return prepare(setting, entity, claimed_start(book, entity), composed(book.scenarios, "+".join(names)))


def test_block_size_changes_no_draw() -> None:
    whole = simulate(model(), run(paths=5 * TILE))["customers"]
    cut = simulate(model(), replace(run(paths=5 * TILE), blocks=tuple(blocks(5 * TILE, TILE))))["customers"]
    assert np.array_equal(whole, cut)


def test_a_function_marked_to_be_called_is_called_at_every_step() -> None:
    months: list[int] = []

    @auxiliary("count")
    def seen(joined: Array, month: float) -> Array:
        """Notes when it is called."""
        months.append(int(month))
        return joined

    found = {**equations_of({"joined": joined, "customers": customers, "seen": seen})}
    found["seen"] = replace(found["seen"], called=True)
    simulate(wire(found), run(months=4, paths=100))
    assert months == [0, 1, 2, 3]


def test_a_block_leaves_no_arrays_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    @auxiliary("x")
    def odd(size: Array) -> Array:
        """A function that is called as it stands."""
        return size if size.sum() > 0 else -size

    wiring = wire(equations_of({"odd": odd}))
    run = Run("Acme", 1, 3 * TILE, 4, {"size": lambda b: np.ones(b.count)}, record=("odd",))
    made: list[weakref.ref[Frame]] = []
    real = Frame.__init__

    def watched(self: Frame, program: Program, count: int, dtype: type = np.float64) -> None:
        made.append(weakref.ref(self))
        real(self, program, count, dtype)

    monkeypatch.setattr(Frame, "__init__", watched)
    gc.disable()
    try:
        stream(wiring, run)
        assert made
        assert not [one for one in made if one() is not None]
    finally:
        gc.enable()


def test_an_infinite_value_in_a_kept_name_is_traced_to_its_equation() -> None:
    @auxiliary("ratio")
    def burst(joined: Array, month: float) -> Array:
        """Overflows in the third month."""
        return np.exp(joined * 0 + 400 * month)

    with pytest.raises(Refusal, match=r"burst is not a finite number in draw 0 at month 2"):
        simulate(model(burst), replace(run(paths=10), record=("burst",)))
