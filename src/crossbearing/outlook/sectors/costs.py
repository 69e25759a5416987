"""Costs and margins, each margin under its definition."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, initial, stock

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


@initial("USD/yr")
def compute_at_start(
    power_at_start: Array, price_per_power: Array, load_at_start: Array, take_or_pay_floor: Array
) -> Array:
    """Compute paid for a year at the start: the power online at its price, used or owed."""
    return power_at_start * price_per_power * np.maximum(load_at_start, take_or_pay_floor)


@initial("ratio")
def gross_margin_at_start(gross_margin_claimed: Array) -> Array:
    """The gross margin of late, as claims state it: which costs count is the claims' own."""
    return gross_margin_claimed


@initial("ratio")
def service_share(
    gross_margin_at_start: Array,
    fee_share: Array,
    compute_at_start: Array,
    training_share_of_compute: Array,
    inference_overrun: Array,
    sales_at_start: Array,
) -> Array:
    """Cost of sales beyond inference on own power and partners' fees, over sales: what makes the claimed gross margin true.

    Inference on power that is not counted as the company's, hosting, support, payment: claims do not part them.

    Source: the margin identity, 1 - gross margin - fees - inference over sales.
    """
    inference = compute_at_start * (1 - training_share_of_compute) * np.maximum(1 + inference_overrun, 0.0)
    return np.clip(1 - gross_margin_at_start - fee_share - inference / sales_at_start, 0.0, 1.0)


@initial("ratio")
def other_share_at_margin(
    operating_margin_claimed: Array,
    sales_at_margin: Array,
    compute_at_start: Array,
    training_share_of_compute: Array,
    inference_overrun: Array,
    fee_share: Array,
    service_share: Array,
) -> Array:
    """Other operating cost over sales that makes the claimed operating margin true: what nothing else explains.

    Source: the margin identity, 1 - margin - fees - service - compute over sales, all of the period of the claim.
    """
    waste = np.maximum(1 + inference_overrun, 0.0)
    compute = compute_at_start * ((1 - training_share_of_compute) * waste + training_share_of_compute)
    rest = 1 - operating_margin_claimed - fee_share - service_share - compute / sales_at_margin
    return np.clip(rest, LEAST_OTHER, MOST_OTHER)


@initial("ratio")
def other_share_at_start(
    other_share_at_margin: Array, sales_at_margin: Array, sales_at_start: Array, other_cost_elasticity: Array
) -> Array:
    """Other operating cost over sales at the start: that of the claimed margin, moved on with sales by the elasticity."""
    return other_share_at_margin * (sales_at_start / sales_at_margin) ** (other_cost_elasticity - 1)


@stock("USD/yr", start="sales_at_start")
def peak_sales(peak_sales: Array, sellable_sales: Array) -> Array:
    """The highest sales so far: people and contracts taken on for them stay when sales fall."""
    return np.maximum(peak_sales, sellable_sales)


@auxiliary("ratio")
def other_growth(
    peak_sales: Array, sellable_sales: Array, sales_at_start: Array, other_cost_elasticity: Array
) -> Array:
    """Other operating cost over that of the start: it follows sales up with an elasticity, and does not follow them down.

    An elasticity of 1 keeps its share, 0 its amount.

    Source: costs that are sticky when sales fall, Anderson, Banker and Janakiraman (2003), here wholly so.
    """
    most = np.maximum(peak_sales, sellable_sales)
    return (most / np.maximum(sales_at_start, 1.0)) ** other_cost_elasticity


@auxiliary("USD/month")
def service_cost(gross_revenue: Array, service_share: Array) -> Array:
    """Cost of sales beyond inference on own power and partners' fees: it keeps its share of sales."""
    return gross_revenue * service_share


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
    gross_revenue: Array,
    partner_fees: Array,
    inference_cost: Array,
    service_cost: Array,
    training_cost: Array,
    other_cost: Array,
) -> Array:
    """Revenue less partner fees, compute, service and other operating cost; the same on both bases. Before stock pay and tax."""
    return gross_revenue - partner_fees - inference_cost - service_cost - training_cost - other_cost


@auxiliary("ratio")
def gross_margin(
    gross_revenue: Array, partner_fees: Array, inference_cost: Array, service_cost: Array
) -> Array:
    """Gross margin with partner fees in the cost of sales, over gross revenue."""
    return 1 - (inference_cost + service_cost + partner_fees) / np.maximum(gross_revenue, 1.0)


@auxiliary("ratio")
def gross_margin_net(net_revenue: Array, inference_cost: Array, service_cost: Array) -> Array:
    """Gross margin over net revenue."""
    return 1 - (inference_cost + service_cost) / np.maximum(net_revenue, 1.0)


@auxiliary("ratio")
def inference_margin(gross_revenue: Array, inference_cost: Array) -> Array:
    """Margin after inference alone, over gross revenue: partner fees stand below this line."""
    return 1 - inference_cost / np.maximum(gross_revenue, 1.0)


@auxiliary("ratio")
def operating_margin(operating_profit: Array, gross_revenue: Array) -> Array:
    """Operating profit over gross revenue."""
    return operating_profit / np.maximum(gross_revenue, 1.0)
