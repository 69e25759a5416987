"""Funding: a round when the runway is short, at the price of the loop; dilution; insolvency as a state."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, stock

SMALLEST_GAP = 6  # months between rounds


@auxiliary("ratio")
def round_now(
    cash: Array,
    burn: Array,
    runway_trigger: Array,
    months_since_round: Array,
    window_open: Array,
    insolvent: Array,
) -> Array:
    """1 when a round closes this month: cash covers fewer months of burn than the trigger, and the window is open."""
    short = cash < runway_trigger * burn
    ready = (months_since_round >= SMALLEST_GAP) & (window_open > 0.5) & (insolvent < 0.5)
    return (short & ready).astype(np.float64)


@auxiliary("USD/month")
def raised(round_now: Array, valuation: Array, round_dilution_share: Array) -> Array:
    """Money raised: the share sold, of the value after the money."""
    return round_now * valuation * round_dilution_share / (1 - round_dilution_share)


@stock("months", start="months_since_round_at_start")
def months_since_round(months_since_round: Array, round_now: Array, step_months: float) -> Array:
    """Months since the last round."""
    return np.where(round_now > 0.5, 0.0, months_since_round + step_months)


@stock("USD", start="opening_cash", floor=None)
def cash(cash: Array, cash_flow: Array, raised: Array, step_months: float) -> Array:
    """Cash. Below zero it is the shortfall of an insolvent company, not a loan."""
    return cash + (cash_flow + raised) * step_months


@stock("ratio", start="nothing")
def insolvent(insolvent: Array, cash: Array, cash_flow: Array, raised: Array, step_months: float) -> Array:
    """1 from the month in which cash does not suffice; the company stays in the picture, without further rounds."""
    return np.maximum(insolvent, (cash + (cash_flow + raised) * step_months < 0).astype(np.float64))


@stock("ratio", start="one")
def ownership(ownership: Array, round_now: Array, round_dilution_share: Array) -> Array:
    """Part of the company that today's holders keep."""
    return ownership * (1 - round_now * round_dilution_share)
