"""What stands in when the book does not give what an equation needs. Each use is said with the result."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, initial


@auxiliary("USD/yr")
def demand_sales(
    sales_at_start: Array,
    growth_ahead: Array,
    growth_noise: Array,
    growth_score: Array,
    growth_long_run: Array,
    growth_reversion: Array,
    month: float,
) -> Array:
    """Sales go on as the position foresees them, their growth pulled to that of a pool of companies; no drivers are behind it.

    Each draw keeps its rank of the position's forecast; what it strays from the middle grows with the root of time.

    Source: the mean of an Ornstein-Uhlenbeck rate of log growth, Gillespie (1996); a random walk around it.
    """
    years = month / 12
    faded = (1 - np.exp(-growth_reversion * years)) / growth_reversion
    centre = growth_long_run * years + (growth_ahead - growth_long_run) * faded
    return np.asarray(sales_at_start * np.exp(centre + growth_noise * np.sqrt(years) * growth_score))


@auxiliary("USD/yr")
def sellable_sales(demand_sales: Array) -> Array:
    """Sales are not limited by capacity."""
    return demand_sales


@auxiliary("USD/yr/month")
def go_lives(expected_go_lives: Array, spend_signed: Array) -> Array:
    """Customers go live smoothly, not in steps."""
    return np.minimum(expected_go_lives, spend_signed)


@auxiliary("W")
def power_bought(sales_at_start: Array) -> Array:
    """No round is simulated, so no power is bought with new money."""
    return np.zeros_like(sales_at_start)


@auxiliary("USD/yr/month")
def go_live_limit(spend_signed: Array) -> Array:
    """Hiring limits no go-lives."""
    return spend_signed


@auxiliary("USD/month")
def staff_cost(gross_revenue: Array) -> Array:
    """Staff is part of the other operating cost."""
    return np.zeros_like(gross_revenue)


@initial("ratio")
def staff_share_at_start(sales_at_start: Array) -> Array:
    """Staff is part of the other operating cost."""
    return np.zeros_like(sales_at_start)


@initial("ratio")
def load_at_start(sales_at_start: Array) -> Array:
    """All power online at the start is in use."""
    return np.ones_like(sales_at_start)


@initial("USD/yr")
def sales_at_margin(sales_at_start: Array, growth_at_start: Array, margin_months_ago: Array) -> Array:
    """Sales in the period of the claimed margin are today's less the growth of late."""
    return sales_at_start * np.exp(-growth_at_start * margin_months_ago)


@initial("ratio")
def gross_margin_at_start(margin_gross: Array) -> Array:
    """The gross margin of late is judged, not claimed."""
    return margin_gross


@initial("ratio")
def service_share(sales_at_start: Array) -> Array:
    """Cost of sales is inference and partners' fees alone, held to no gross margin."""
    return np.zeros_like(sales_at_start)


@initial("ratio")
def other_share_at_start(other_operating_cost_share: Array) -> Array:
    """Other operating cost is as judged, held to no claim of a margin."""
    return other_operating_cost_share


@auxiliary("ratio")
def other_growth(sellable_sales: Array, sales_at_start: Array) -> Array:
    """Other operating cost goes in step with sales."""
    return sellable_sales / np.maximum(sales_at_start, 1.0)


@auxiliary("W")
def free_load(sales_at_start: Array) -> Array:
    """More free users take no power from sales."""
    return np.zeros_like(sales_at_start)


@auxiliary("USD/yr")
def advertising_sales(sales_at_start: Array) -> Array:
    """No advertising is sold."""
    return np.zeros_like(sales_at_start)


@initial("1/month")
def budget_limit(sales_at_start: Array) -> Array:
    """Customers' budgets limit no growth in place."""
    return np.ones_like(sales_at_start)


@auxiliary("ratio")
def substitution_take(usage_sales: Array) -> Array:
    """Customers move no work to cheaper models."""
    return np.zeros_like(usage_sales)
