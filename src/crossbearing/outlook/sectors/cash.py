"""Cash before new money: what flows, and how deep the hole becomes. It needs no opening balance."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, stock


@auxiliary("USD/month")
def cash_flow(operating_profit: Array, compute_cost: Array, supplier_credit: Array) -> Array:
    """Cash of the month before new money: operating profit, and the part of compute that suppliers let stand."""
    return operating_profit + compute_cost * supplier_credit


@auxiliary("USD/month")
def burn(cash_flow: Array) -> Array:
    """Cash used in the month, zero when cash comes in."""
    return np.maximum(-cash_flow, 0.0)


@stock("USD", start="nothing", floor=None)
def cumulative_cash_flow(cumulative_cash_flow: Array, cash_flow: Array, step_months: float) -> Array:
    """Cash that has come in since the start, less what went out, before new money."""
    return cumulative_cash_flow + cash_flow * step_months


@stock("USD", start="nothing")
def cash_need(cash_need: Array, cumulative_cash_flow: Array, cash_flow: Array, step_months: float) -> Array:
    """Opening cash, undrawn credit included, that would have been enough so far without new money."""
    return np.maximum(cash_need, -(cumulative_cash_flow + cash_flow * step_months))


@stock("USD", start="nothing")
def owed_to_suppliers(
    owed_to_suppliers: Array, compute_cost: Array, supplier_credit: Array, step_months: float
) -> Array:
    """Compute that suppliers let stand: a debt."""
    return owed_to_suppliers + compute_cost * supplier_credit * step_months
