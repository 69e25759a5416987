"""Costs and margins, each margin under its definition."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary


@auxiliary("USD/month")
def inference_cost(compute_cost: Array, training_share_of_compute: Array, inference_overrun: Array) -> Array:
    """Compute that serves customers, above or below plan by the overrun."""
    return compute_cost * (1 - training_share_of_compute) * np.maximum(1 + inference_overrun, 0.0)


@auxiliary("USD/month")
def training_cost(compute_cost: Array, training_share_of_compute: Array) -> Array:
    """Compute that trains models."""
    return compute_cost * training_share_of_compute


@auxiliary("USD/month")
def other_cost(gross_revenue: Array, other_operating_cost_share: Array) -> Array:
    """Staff, sales and administration, as a share of gross revenue."""
    return gross_revenue * other_operating_cost_share


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
