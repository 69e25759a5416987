"""Consumers: most users pay nothing, cost inference, and may be shown advertising."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, stock

AD_RAMP = 24.0  # months until advertising reaches the yield judged


@stock("count", start="users_at_start")
def users(users: Array, users_at_start: Array, user_adds_share: Array, step_months: float) -> Array:
    """People who use the product in a month: linear adds, as a share of those there at the start."""
    return users + users_at_start * user_adds_share * step_months


@auxiliary("count")
def free_users(users: Array, free_user_share: Array) -> Array:
    """Users who pay nothing."""
    return users * free_user_share


@auxiliary("USD/month")
def free_inference_cost(free_users: Array, free_user_cost: Array) -> Array:
    """Compute that serves users who pay nothing; it is part of the compute paid for, not on top of it."""
    return free_users * free_user_cost


@auxiliary("W")
def free_load(
    users: Array, users_at_start: Array, free_user_share: Array, free_user_cost: Array, price_per_power: Array
) -> Array:
    """Power that free users take beyond what they took at the start: it cannot serve sales."""
    return (users - users_at_start) * free_user_share * free_user_cost * 12 / price_per_power


@auxiliary("USD/yr")
def advertising_sales(free_users: Array, ad_revenue_per_user: Array, month: Array) -> Array:
    """Sales of advertising, annualised: free users times what a user brings a year, coming in over two years."""
    come = np.minimum((month + 1) / AD_RAMP, 1.0)
    return free_users * ad_revenue_per_user * come


@auxiliary("ratio")
def gross_margin_paying(
    gross_revenue: Array,
    partner_fees: Array,
    inference_cost: Array,
    service_cost: Array,
    free_inference_cost: Array,
) -> Array:
    """Gross margin on paying users: inference for free users is left out of the cost of sales."""
    paid = np.maximum(inference_cost - free_inference_cost, 0.0)
    return 1 - (paid + service_cost + partner_fees) / np.maximum(gross_revenue, 1.0)
