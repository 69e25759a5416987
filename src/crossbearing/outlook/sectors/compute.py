"""Compute: power there is, power under contract, power bought with new money; what it can serve and what it costs.

The equations of the single contracts are made from the commitment ledger, see `contracts`.
"""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, initial, stock


@stock("W", start="power_at_start")
def power_existing(power_existing: Array, capacity_depreciation_share: Array, step_months: float) -> Array:
    """Power online at the start that still stands: accelerators leave service at a yearly share."""
    return power_existing * (1 - capacity_depreciation_share) ** (step_months / 12)


@auxiliary("W")
def power_online(power_existing: Array, power_contracted: Array, power_bought: Array) -> Array:
    """All power online: from before, from contracts, and from what new money bought."""
    return power_existing + power_contracted + power_bought


@initial("ratio")
def load_at_start(utilisation: Array) -> Array:
    """Part of the power online at the start that is in use: the rest is room to serve more."""
    return utilisation


@auxiliary("USD/yr")
def capacity_sales(
    power_existing: Array,
    power_contracted: Array,
    power_bought: Array,
    sales_at_start: Array,
    load_at_start: Array,
    power_at_start: Array,
    revenue_per_power: Array,
    free_load: Array,
    price_cut: Array,
    yield_index: Array,
) -> Array:
    """Sales the power can serve at the prices of the day.

    Power online at the start serves the sales of the start and what its idle part leaves room for. New power serves what a
    watt is judged to serve, less what more free users take. Both move with the yield of a watt and with a
    price cut.
    """
    old = power_existing * sales_at_start / (power_at_start * load_at_start)
    new = np.maximum(power_contracted + power_bought - free_load, 0.0) * revenue_per_power
    return (old + new) * price_cut * yield_index


@auxiliary("USD/yr")
def sellable_sales(demand_sales: Array, capacity_sales: Array) -> Array:
    """Sales that can be made: what is asked for, no more than capacity serves."""
    return np.minimum(demand_sales, capacity_sales)


@auxiliary("USD/yr")
def served_sales(sellable_sales: Array, switched_on: Array) -> Array:
    """Sales made: what can be sold while the models are switched on."""
    return sellable_sales * switched_on


@auxiliary("ratio")
def load(served_sales: Array, capacity_sales: Array) -> Array:
    """Part of the capacity that is sold."""
    return served_sales / np.maximum(capacity_sales, 1.0)


@auxiliary("USD/month")
def compute_cost(
    contract_payments: Array,
    power_existing: Array,
    power_bought: Array,
    price_per_power: Array,
    take_or_pay_floor: Array,
    load: Array,
) -> Array:
    """What compute costs in the month: contracts as they are owed, other power by use and at least its floor."""
    other = (power_existing + power_bought) * price_per_power / 12 * np.maximum(take_or_pay_floor, load)
    return contract_payments + other
