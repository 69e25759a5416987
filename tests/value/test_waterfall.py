"""The waterfall against every possible set of conversions, and properties no cap table may break."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from crossbearing.problems import Refusal
from crossbearing.value.waterfall import ShareClass, liquidation, listing, ratchet_shares

COMMON = ShareClass("common", 60.0)
preferred = st.builds(
    ShareClass,
    st.sampled_from(["a", "b", "c"]),
    st.floats(1.0, 50.0),
    st.floats(1.0, 100.0),
    st.floats(0.5, 3.0),
    st.sampled_from([0.0, 0.0, float("inf"), 2.0, 4.0]),
    st.just(0.0),
    st.integers(0, 2),
)
tables = st.lists(preferred, min_size=1, max_size=3).map(lambda found: [COMMON, *found])


def conversion_game(classes: list[ShareClass], money: float) -> list[np.ndarray]:
    """Payouts of every set of conversions from which no class would depart alone (non-participating classes only)."""

    def payouts(converts: tuple[bool, ...]) -> np.ndarray:
        left, paid = money, np.zeros(len(classes))
        for rank in sorted({c.rank for c in classes}, reverse=True):
            due = {
                i: c.claim for i, c in enumerate(classes) if c.rank == rank and c.claim and not converts[i]
            }
            total = sum(due.values())
            part = min(left, total)
            for i, amount in due.items():
                paid[i] = part * amount / total
            left -= part
        sharing = [i for i, c in enumerate(classes) if not c.claim or converts[i]]
        count = sum(classes[i].shares for i in sharing)
        for i in sharing:
            paid[i] = left * classes[i].shares / count
        return paid

    stable = []
    for converts in product((False, True), repeat=len(classes)):
        if any(flag and not c.claim for flag, c in zip(converts, classes, strict=True)):
            continue
        base = payouts(converts)
        departs = False
        for i, c in enumerate(classes):
            if c.claim:
                other = tuple(not f if i == j else f for j, f in enumerate(converts))
                departs |= payouts(other)[i] > base[i] + 1e-9
        if not departs:
            stable.append(base)
    return stable


@given(tables, st.floats(0.0, 2000.0))
def test_non_participating_classes_play_the_conversion_game(classes: list[ShareClass], money: float) -> None:
    assume(all(c.participation == 0 for c in classes))
    ours = liquidation(classes, money)
    assert any(np.allclose(ours, other, rtol=1e-7, atol=1e-6) for other in conversion_game(classes, money))


@given(tables, st.floats(0.0, 5000.0))
def test_proceeds_are_shared_out_exactly(classes: list[ShareClass], money: float) -> None:
    paid = liquidation(classes, money)
    assert paid.sum() == pytest.approx(money, rel=1e-9, abs=1e-9)
    assert (paid >= -1e-9).all()


@given(tables, st.floats(1.0, 5000.0), st.floats(1.0, 2.0))
def test_more_preference_never_helps_common(classes: list[ShareClass], money: float, more: float) -> None:
    raised = [
        ShareClass(c.name, c.shares, c.invested, c.preference * more, c.participation, c.ratchet, c.rank)
        for c in classes
    ]
    assert liquidation(raised, money)[0] <= liquidation(classes, money)[0] + 1e-7


@given(tables, st.floats(0.0, 3000.0), st.floats(0.0, 3000.0))
def test_more_proceeds_never_hurt_anyone(classes: list[ShareClass], money: float, extra: float) -> None:
    assert (liquidation(classes, money + extra) >= liquidation(classes, money) - 1e-6).all()


@given(tables, st.floats(10.0, 5000.0))
def test_the_common_price_solves_the_balance(classes: list[ShareClass], money: float) -> None:
    """Against SciPy's root of the sum of payoffs where every preference is met."""
    assume(money > sum(c.claim for c in classes))

    def payoff(c: ShareClass, p: float) -> float:
        plain = c.shares * p
        if c.participation == 0:
            return max(c.claim, plain)
        if np.isinf(c.participation):
            return c.claim + plain
        return max(min(c.claim + plain, max(c.participation * c.invested, c.claim)), plain)

    price = brentq(lambda p: sum(payoff(c, p) for c in classes) - money, 0.0, money, xtol=1e-13)
    assert liquidation(classes, money)[0] == pytest.approx(COMMON.shares * price, rel=1e-6, abs=1e-6)


def test_one_class_in_closed_form() -> None:
    a = ShareClass("a", 40.0, 100.0, 1.0)
    table = [COMMON, a]
    assert liquidation(table, 50.0).tolist() == [0.0, 50.0]
    assert liquidation(table, 200.0).tolist() == pytest.approx([100.0, 100.0])
    assert liquidation(table, 500.0).tolist() == pytest.approx([300.0, 200.0])
    full = ShareClass("a", 40.0, 100.0, 1.0, float("inf"))
    assert liquidation([COMMON, full], 200.0).tolist() == pytest.approx([60.0, 140.0])
    capped = ShareClass("a", 40.0, 100.0, 1.0, 1.5)
    assert liquidation([COMMON, capped], 300.0).tolist() == pytest.approx([150.0, 150.0])
    assert liquidation([COMMON, capped], 1000.0).tolist() == pytest.approx([600.0, 400.0])


def test_draws_are_shared_out_like_numbers() -> None:
    table = [
        COMMON,
        ShareClass("a", 40.0, 100.0, 1.0, 2.0, 0.0, 1),
        ShareClass("b", 20.0, 80.0, 1.5, 0.0, 0.0, 2),
    ]
    money = np.array([10.0, 150.0, 400.0, 3000.0])
    together = liquidation(table, money)
    for k, value in enumerate(money):
        np.testing.assert_allclose(together[:, k], liquidation(table, value))


def test_a_listing_converts_everybody_and_a_ratchet_is_made_good_in_shares() -> None:
    late = ShareClass("late", 10.0, 100.0, 1.0, 0.0, 1.2)
    table = [COMMON, ShareClass("early", 30.0, 20.0, 1.0), late]
    rich = listing(table, 2000.0)
    assert rich.tolist() == pytest.approx([1200.0, 600.0, 200.0])
    assert ratchet_shares(table, 2000.0) == {"late": pytest.approx(0.0)}
    poor = listing(table, 500.0)
    price = (500.0 - 120.0) / 90.0
    assert poor.tolist() == pytest.approx([60 * price, 30 * price, 120.0])
    new = ratchet_shares(table, 500.0)["late"]
    assert (10.0 + new) * price == pytest.approx(120.0)


@given(st.floats(0.0, 2.0), st.floats(0.0, 1.0))
def test_more_ratchet_never_helps_common(ratchet: float, more: float) -> None:
    def common(r: float) -> float:
        return float(listing([COMMON, ShareClass("late", 10.0, 100.0, 1.0, 0.0, r)], 400.0)[0])

    assert common(ratchet + more) <= common(ratchet) + 1e-9


@pytest.mark.parametrize(
    ("table", "money", "what"),
    [
        ([COMMON], -1.0, "negative"),
        ([ShareClass("a", 1.0, 1.0, 1.0)], 1.0, "no common"),
        ([COMMON, ShareClass("a", 1.0, 0.0, 1.0, 0.0, 1.5)], 1.0, "on no money"),
        ([COMMON, ShareClass("a", -1.0, 1.0, 1.0)], 1.0, "impossible"),
    ],
)
def test_impossible_tables_are_refused(table: list[ShareClass], money: float, what: str) -> None:
    with pytest.raises(Refusal, match=what):
        liquidation(table, money)


def test_ratchets_beyond_the_equity_are_refused() -> None:
    with pytest.raises(Refusal, match="ratchets"):
        listing([COMMON, ShareClass("late", 10.0, 100.0, 1.0, 0.0, 1.5)], 150.0)
