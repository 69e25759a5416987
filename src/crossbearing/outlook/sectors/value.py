"""What paper is worth in the model: the run rate as reported at the multiple of the day."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary


@auxiliary("x")
def multiple_now(multiple_run_rate: Array, multiple_move: Array) -> Array:
    """Value over the run rate as reported, after what a listing or a shut window did to prices."""
    return multiple_run_rate * multiple_move


@auxiliary("USD")
def valuation(multiple_now: Array, reported_revenue: Array) -> Array:
    """Value of the company at the price of the loop: multiple times reported revenue, annualised."""
    return multiple_now * reported_revenue * 12


@auxiliary("ratio")
def dilution_to_cover_need(cash_need: Array, valuation: Array) -> Array:
    """Part of the company that would go if the cash needed so far were raised now: need over the value after it."""
    return cash_need / np.maximum(cash_need + valuation, 1.0)
