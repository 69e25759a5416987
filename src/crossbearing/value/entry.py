"""The trade in hand: what a price returns at each outcome, the odds it needs and the listing at which it breaks even."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crossbearing.problems import Refusal
from crossbearing.value.returns import annualised, bull_needed, two_point_odds
from crossbearing.value.structure import Structure, back, cost_stack, rofr_factor, through
from crossbearing.value.term import Term, combine, same_currency

NO_STRUCTURE = Structure("direct", "not stated", (), ())
TWO_POINT = "two-point odds: only these two outcomes are possible"


@dataclass(frozen=True, slots=True)
class Trade:
    """A purchase at a price, held for a time.

    Attributes:
        entry: Headline valuation (or price a share) paid.
        hold: Years from paying to being paid.
        dilution: Part of the company given to new holders before the exit.
        hurdle: Return a year that is asked for.
        structure: Vehicle and share terms; `NO_STRUCTURE` for a direct holding without fees.
    """

    entry: Term
    hold: Term
    dilution: Term
    hurdle: Term
    structure: Structure = NO_STRUCTURE


@dataclass(frozen=True, slots=True)
class PayOff:
    """One outcome of a trade.

    Attributes:
        outcome: The exit valuation.
        undiluted: Outcome over headline, less one: what articles compute.
        diluted: The same after dilution.
        net: After dilution, fees, first refusal and carry, if the transfer stands.
        expected: `net` with the risk that the transfer is void.
        annualised: `expected` as a rate a year over the hold.
    """

    outcome: Term
    undiluted: Term
    diluted: Term
    net: Term
    expected: Term
    annualised: Term


@dataclass(frozen=True, slots=True)
class Odds:
    """Chance of the better outcome that a trade needs, against one worse outcome. Two-point by construction.

    Attributes:
        bull, bear: The two outcomes.
        entry: Label of the price paid.
        zero: Probability of the bull outcome for an expected return of zero; above one: cannot be reached.
        hurdle: The same for the hurdle.
        zero_undiluted: The same for zero on headline prices alone, without dilution and costs.
        hurdle_undiluted: The same for the hurdle over the hold.
        bull_at_even: Bull outcome at which even odds give a zero return, on headline prices.
        note: What the odds are.
    """

    bull: Term
    bear: Term
    entry: str
    zero: Term
    hurdle: Term
    zero_undiluted: Term
    hurdle_undiluted: Term
    bull_at_even: Term
    note: str = TWO_POINT


def money_multiple(
    exit_value: Any, entry: Any, dilution: Any, years: Any, *, rofr: Sequence[Any], flat: Sequence[Any]
) -> Any:
    """Money back for money paid if the transfer stands: share multiple through fees, first refusal and carry."""
    multiple = through(exit_value / entry * (1.0 - dilution), years, *flat)
    return multiple / rofr_factor(*rofr) if rofr else multiple


def pay_off(trade: Trade, outcome: Term) -> PayOff:
    """The trade at one exit valuation.

    Raises:
        Refusal: Entry and outcome are in different currencies, or the entry is not above zero.
    """
    _sound(trade, outcome)
    tag, parts = f"payoff.{outcome.name}", trade.structure
    undiluted = combine(
        f"{tag}.undiluted",
        f"{outcome.label}: undiluted",
        "return",
        "outcome / entry - 1",
        lambda v, e: v / e - 1,
        outcome,
        trade.entry,
    )
    diluted = combine(
        f"{tag}.diluted",
        f"{outcome.label}: diluted",
        "return",
        "outcome / entry x (1 - dilution) - 1",
        lambda v, e, d: v / e * (1 - d) - 1,
        outcome,
        trade.entry,
        trade.dilution,
    )
    net = combine(
        f"{tag}.net",
        f"{outcome.label}: after dilution, fees and carry, if the transfer stands",
        "return",
        "share multiple through fees, first refusal and carry - 1",
        lambda *a: _net(parts, *a) - 1,
        *_operands(trade, outcome),
    )
    expected = combine(
        f"{tag}.expected",
        f"{outcome.label}: expected, with the risk of a void transfer",
        "return",
        "(1 - q) x net + q x recovery - 1",
        lambda *a: _expected(parts, *a) - 1,
        *_operands(trade, outcome),
    )
    yearly = combine(
        f"{tag}.annualised",
        f"{outcome.label}: annualised over {trade.hold.text}",
        "return",
        "(1 + expected) ** (1 / years) - 1",
        lambda *a: annualised(_expected(parts, *a), a[3]),
        *_operands(trade, outcome),
        decimals=0,
    )
    return PayOff(outcome, undiluted, diluted, net, expected, yearly)


def _sound(trade: Trade, outcome: Term) -> None:
    same_currency(trade.entry, outcome)
    if trade.entry.value is not None and trade.entry.value <= 0:
        raise Refusal(
            "the entry price is not above zero", "nothing can be a return on nothing", "state what is paid"
        )


def _operands(trade: Trade, outcome: Term) -> tuple[Term, ...]:
    """Operands in the order outcome, entry, dilution, hold, share terms, layer terms."""
    return (outcome, trade.entry, trade.dilution, trade.hold, *trade.structure.share, *trade.structure.flat)


def _net(parts: Structure, *a: Any) -> Any:
    count = len(parts.share)
    share, flat = a[4 : 4 + count], a[4 + count :]
    return money_multiple(a[0], a[1], a[2], a[3], rofr=share[1:3], flat=flat)


def _expected(parts: Structure, *a: Any) -> Any:
    net = _net(parts, *a)
    if not parts.share:
        return net
    void, recovery = a[4 + 3], a[4 + 4]
    return (1 - void) * net + void * recovery


def odds(trade: Trade, bull: Term, bear: Term) -> Odds:
    """Odds of the better outcome that the trade needs, on headline prices and after everything.

    Raises:
        Refusal: The bull outcome is not above the bear outcome.
    """
    _sound(trade, bull)
    same_currency(bull, bear)
    tag, parts, terms = f"odds.{bull.name}.{bear.name}", trade.structure, _operands(trade, bull)

    def after_costs(need: Any) -> Any:
        return lambda low, target, *a: two_point_odds(
            _expected(parts, *a), _expected(parts, low, *a[1:]), need(target, a)
        )

    zero = combine(
        f"{tag}.zero",
        f"two-point odds of {bull.label} against {bear.label}: zero return, after dilution and costs",
        "probability",
        "(1 - bear) / (bull - bear), in money multiples",
        lambda low, *a: two_point_odds(_expected(parts, *a), _expected(parts, low, *a[1:]), 1.0),
        bear,
        *terms,
    )
    hurdle = combine(
        f"{tag}.hurdle",
        f"two-point odds of {bull.label} against {bear.label}: {trade.hurdle.text} a year, after dilution and costs",
        "probability",
        "((1 + hurdle) ** years - bear) / (bull - bear), in money multiples",
        after_costs(lambda h, a: (1 + h) ** a[3]),
        bear,
        trade.hurdle,
        *terms,
    )
    return Odds(bull, bear, trade.entry.label, zero, hurdle, *_headline_odds(trade, bull, bear, tag))


def _headline_odds(trade: Trade, bull: Term, bear: Term, tag: str) -> tuple[Term, Term, Term]:
    """The odds on headline prices alone, and the bull outcome that even odds would need."""
    zero = combine(
        f"{tag}.zero_undiluted",
        f"two-point odds of {bull.label} against {bear.label}: zero return, undiluted",
        "probability",
        "(entry - bear) / (bull - bear)",
        two_point_odds,
        bull,
        bear,
        trade.entry,
    )
    hurdle = combine(
        f"{tag}.hurdle_undiluted",
        f"two-point odds of {bull.label} against {bear.label}: {trade.hurdle.text} over the hold, undiluted",
        "probability",
        "(entry x (1 + hurdle) - bear) / (bull - bear)",
        lambda b, w, e, h: two_point_odds(b, w, e * (1 + h)),
        bull,
        bear,
        trade.entry,
        trade.hurdle,
    )
    even = combine(
        f"{tag}.bull_at_even",
        f"bull outcome at which even odds against {bear.label} give a zero return, undiluted",
        trade.entry.unit,
        "2 x entry - bear",
        lambda e, w: bull_needed(0.5, w, e),
        trade.entry,
        bear,
    )
    return zero, hurdle, even


def break_even(trade: Trade, required: Term | None = None) -> Term:
    """Exit valuation at which the trade returns its money, or `required` a year, after dilution, costs and carry.

    Args:
        trade: The purchase.
        required: Return a year; None for a zero return.
    """
    parts = trade.structure
    count = len(parts.share)

    def solve(target: Any, entry: Any, dilution: Any, years: Any, *a: Any) -> Any:
        share, flat = a[:count], a[count:]
        needed = (1 + target) ** years
        if share:
            needed = (needed - share[3] * share[4]) / (1 - share[3]) * rofr_factor(*share[1:3])
        return np.asarray(back(needed, years, *flat)) * entry / (1 - dilution)

    nothing = Term("zero", "0%", "return", 0.0)
    wanted = required or nothing
    words = f"{wanted.text} a year" if required else "a zero return"
    return combine(
        f"break_even.{wanted.name}",
        f"listing value at which {trade.entry.label} gives {words}",
        trade.entry.unit,
        "required multiple back through carry, first refusal and fees, x entry / (1 - dilution)",
        solve,
        wanted,
        trade.entry,
        trade.dilution,
        trade.hold,
        *parts.share,
        *parts.flat,
    )


def per_share(valuation: Term, fully_diluted: Term) -> Term:
    """Price of one share: valuation over the fully diluted count, so that price x count gives the valuation back."""
    unit = f"{valuation.unit}/share"
    how = "valuation / fully diluted shares"
    return combine(
        f"{valuation.name}.per_share",
        f"{valuation.label}, a share",
        unit,
        how,
        np.divide,
        valuation,
        fully_diluted,
    )


def stack(trade: Trade) -> tuple[Term, ...]:
    """Rungs from headline to effective price; the headline alone where the holding is direct."""
    if not trade.structure.share:
        return (trade.entry.named("stack.headline", trade.entry.label),)
    return cost_stack(trade.entry, trade.structure)
