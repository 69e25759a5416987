"""The trade in hand: what a price returns at each outcome, the odds it needs and the listing at which it breaks even."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from crossbearing.problems import Refusal
from crossbearing.value.holding import Holding
from crossbearing.value.returns import bull_needed, two_point_odds
from crossbearing.value.structure import NO_STRUCTURE, Structure, cost_stack
from crossbearing.value.term import Term, combine, same_currency

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
        net: After dilution, fees, first refusal, carry and yearly bills, if the transfer stands.
        expected: `net` with the risk that the transfer is void.
        annualised: Internal rate of return of the flows behind `expected`.
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


def pay_off(trade: Trade, outcome: Term) -> PayOff:
    """The trade at one exit valuation.

    Raises:
        Refusal: Entry and outcome are in different currencies, or the entry is not above zero.
    """
    _sound(trade, outcome)
    parts, words = Holding.of(trade.structure), outcome.label
    pair, all_of = (outcome, trade.entry), operands(trade, outcome)

    def row(name: str, label: str, formula: str, function: Any, *terms: Term, decimals: int = 1) -> Term:
        full = f"payoff.{outcome.name}.{name}"
        return combine(full, f"{words}: {label}", "return", formula, function, *terms, decimals=decimals)

    return PayOff(
        outcome,
        row("undiluted", "undiluted", "outcome / entry - 1", lambda v, e: v / e - 1, *pair),
        row("diluted", "diluted", DILUTED, lambda v, e, d: v / e * (1 - d) - 1, *pair, trade.dilution),
        row("net", "after dilution, fees and carry, if the transfer stands", NET, parts.net_return, *all_of),
        row(
            "expected", "expected, with the risk of a void transfer", EXPECTED, parts.expected_return, *all_of
        ),
        row(
            "annualised",
            f"annualised over {trade.hold.text}",
            RATE,
            parts.rate_of_return,
            *all_of,
            decimals=0,
        ),
    )


DILUTED = "outcome / entry x (1 - dilution) - 1"
NET = "share multiple through fees, first refusal and carry, over all money paid, - 1"
EXPECTED = "((1 - q) x net proceeds + q x recovery) over all money paid, - 1"
RATE = "internal rate of return of the money paid in, the yearly bills and the expected proceeds"
ODDS = "(needed - bear) / (bull - bear), in proceeds for the money paid in"


def _sound(trade: Trade, outcome: Term) -> None:
    same_currency(trade.entry, outcome)
    if trade.entry.value is not None and trade.entry.value <= 0:
        raise Refusal(
            "the entry price is not above zero", "nothing can be a return on nothing", "state what is paid"
        )


def operands(trade: Trade, outcome: Term) -> tuple[Term, ...]:
    """Operands of `Holding`, in its order: outcome, entry, dilution, hold, holding terms, layer terms."""
    return (outcome, trade.entry, trade.dilution, trade.hold, *trade.structure.holding, *trade.structure.flat)


def odds(trade: Trade, bull: Term, bear: Term) -> Odds:
    """Odds of the better outcome that the trade needs, on headline prices and after everything.

    Raises:
        Refusal: The bull outcome is not above the bear outcome.
    """
    _sound(trade, bull)
    same_currency(bull, bear)
    parts, nothing = Holding.of(trade.structure), Term("zero", "0%", "return", 0.0)

    def after_costs(low: Any, target: Any, *a: Any) -> Any:
        return two_point_odds(parts.expected(*a), parts.expected(low, *a[1:]), parts.needed(target, *a[1:]))

    def row(name: str, words: str, formula: str, function: Any, *terms: Term) -> Term:
        full = f"odds.{bull.name}.{bear.name}.{name}"
        label = f"two-point odds of {bull.label} against {bear.label}: {words}"
        return combine(full, label, "probability", formula, function, *terms)

    head, rest = (bull, bear, trade.entry), operands(trade, bull)
    timeless = operands(_timeless(trade), bull)
    wanted = trade.hurdle
    return Odds(
        bull,
        bear,
        trade.entry.label,
        row("zero", "zero return, after dilution and costs", ODDS, after_costs, bear, nothing, *timeless),
        row(
            "hurdle",
            f"{wanted.text} a year, after dilution and costs",
            ODDS,
            after_costs,
            bear,
            wanted,
            *rest,
        ),
        row(
            "zero_undiluted",
            "zero return, undiluted",
            "(entry - bear) / (bull - bear)",
            two_point_odds,
            *head,
        ),
        row(
            "hurdle_undiluted",
            f"{wanted.text} over the hold, undiluted",
            "(entry x (1 + hurdle) - bear) / (bull - bear)",
            lambda b, w, e, h: two_point_odds(b, w, e * (1 + h)),
            *head,
            wanted,
        ),
        _bull_at_even(trade, bull, bear),
    )


def _bull_at_even(trade: Trade, bull: Term, bear: Term) -> Term:
    """The bull outcome at which even odds give a zero return, on headline prices."""
    return combine(
        f"odds.{bull.name}.{bear.name}.bull_at_even",
        f"bull outcome at which even odds against {bear.label} give a zero return, undiluted",
        trade.entry.unit,
        "2 x entry - bear",
        lambda e, w: bull_needed(0.5, w, e),
        trade.entry,
        bear,
    )


def break_even(trade: Trade, required: Term | None = None) -> Term:
    """Exit valuation at which the trade returns its money, or `required` a year, after dilution, costs and carry.

    Args:
        trade: The purchase.
        required: Return a year; None for a zero return.
    """
    nothing = Term("zero", "0%", "return", 0.0)
    wanted = required or nothing
    words = f"{wanted.text} a year" if required else "a zero return"
    held = trade if required else _timeless(trade)
    return combine(
        f"break_even.{wanted.name}",
        f"listing value at which {trade.entry.label} gives {words}",
        trade.entry.unit,
        "proceeds needed, back through transfer risk, first refusal, carry and fees, x entry / (1 - dilution)",
        Holding.of(trade.structure).break_even,
        wanted,
        *operands(held, nothing)[1:],
    )


def _timeless(trade: Trade) -> Trade:
    """The trade held for any time: a direct holding pays no yearly bills, so that a zero return does not depend on it."""
    if trade.structure.holding or trade.hold.value is not None:
        return trade
    return replace(trade, hold=Term("hold", "any hold", "years", 1.0))


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
    if not trade.structure.holding:
        return (trade.entry.named("stack.headline", trade.entry.label),)
    return cost_stack(trade.entry, trade.structure)
