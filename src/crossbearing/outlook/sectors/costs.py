"""Costs and margins, each margin under its definition."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, initial

LEAST_OTHER, MOST_OTHER = 0.02, 3.0  # what a margin may imply for other cost over sales


@auxiliary("USD/month")
def inference_cost(compute_cost: Array, training_share_of_compute: Array, inference_overrun: Array) -> Array:
    """Compute that serves customers, above or below plan by the overrun."""
    return compute_cost * (1 - training_share_of_compute) * np.maximum(1 + inference_overrun, 0.0)


@auxiliary("USD/month")
def training_cost(compute_cost: Array, training_share_of_compute: Array) -> Array:
    """Compute that trains models."""
    return compute_cost * training_share_of_compute


@initial("USD/yr")
def sales_at_margin(margin_sales_claimed: Array) -> Array:
    """Sales a year in the period of the claimed margin, as stated with it."""
    return margin_sales_claimed


@initial("ratio")
def other_share_at_margin(
    operating_margin_claimed: Array,
    sales_at_margin: Array,
    power_at_start: Array,
    price_per_power: Array,
    training_share_of_compute: Array,
    inference_overrun: Array,
    load_at_start: Array,
    take_or_pay_floor: Array,
    fee_share: Array,
) -> Array:
    """Other operating cost over sales that makes the claimed operating margin true: what nothing else explains.

    Source: the margin identity, 1 - margin - fees - compute over sales, all of the period of the claim.
    """
    waste = np.maximum(1 + inference_overrun, 0.0)
    compute = power_at_start * price_per_power * np.maximum(load_at_start, take_or_pay_floor)
    compute = compute * ((1 - training_share_of_compute) * waste + training_share_of_compute)
    return np.clip(
        1 - operating_margin_claimed - fee_share - compute / sales_at_margin, LEAST_OTHER, MOST_OTHER
    )


@initial("ratio")
def other_share_at_start(
    other_share_at_margin: Array, sales_at_margin: Array, sales_at_start: Array, other_cost_elasticity: Array
) -> Array:
    """Other operating cost over sales at the start: that of the claimed margin, moved on with sales by the elasticity."""
    return other_share_at_margin * (sales_at_start / sales_at_margin) ** (other_cost_elasticity - 1)


@auxiliary("ratio")
def other_growth(sellable_sales: Array, sales_at_start: Array, other_cost_elasticity: Array) -> Array:
    """Other operating cost over that of the start: it follows sales with an elasticity; 1 keeps its share, 0 its amount."""
    return (sellable_sales / np.maximum(sales_at_start, 1.0)) ** other_cost_elasticity


@auxiliary("USD/month")
def other_cost(
    sales_at_start: Array,
    other_share_at_start: Array,
    staff_share_at_start: Array,
    other_growth: Array,
    staff_cost: Array,
) -> Array:
    """Staff by head, and sales, administration, data and all else, which follow sales."""
    rest = np.maximum(other_share_at_start - staff_share_at_start, 0.0)
    return sales_at_start / 12 * rest * other_growth + staff_cost


@auxiliary("USD/month")
def operating_profit(
    gross_revenue: Array, partner_fees: Array, inference_cost: Array, training_cost: Array, other_cost: Array
) -> Array:
    """Revenue less partner fees, compute and other operating cost; the same on both bases. Before stock pay and tax."""
    return gross_revenue - partner_fees - inference_cost - training_cost - other_cost


@auxiliary("ratio")
def gross_margin(gross_revenue: Array, partner_fees: Array, inference_cost: Array) -> Array:
    """Gross margin with partner fees in the cost of sales, over gross revenue."""
    return 1 - (inference_cost + partner_fees) / np.maximum(gross_revenue, 1.0)


@auxiliary("ratio")
def gross_margin_net(net_revenue: Array, inference_cost: Array) -> Array:
    """Gross margin over net revenue."""
    return 1 - inference_cost / np.maximum(net_revenue, 1.0)


@auxiliary("ratio")
def inference_margin(gross_revenue: Array, inference_cost: Array) -> Array:
    """Margin after inference alone, over gross revenue: partner fees stand below this line."""
    return 1 - inference_cost / np.maximum(gross_revenue, 1.0)


@auxiliary("ratio")
def operating_margin(operating_profit: Array, gross_revenue: Array) -> Array:
    """Operating profit over gross revenue."""
    return operating_profit / np.maximum(gross_revenue, 1.0)
