"""Channels: what is sold through clouds carries a partner's fee. Gross sales less fees are net sales, always."""

from __future__ import annotations

from crossbearing.outlook.equation import Array, auxiliary, initial


@initial("ratio")
def fee_share(cloud_share: Array, partner_fee_share: Array) -> Array:
    """Part of gross sales that clouds keep: the share sold through them times their fee."""
    return cloud_share * partner_fee_share


@auxiliary("USD/month")
def gross_revenue(served_sales: Array, advertising_sales: Array, switched_on: Array) -> Array:
    """Revenue of the month, advertising included, as if the company were principal in every channel (ASC 606-10-55-36)."""
    return (served_sales + advertising_sales * switched_on) / 12


@auxiliary("USD/month")
def partner_fees(served_sales: Array, fee_share: Array) -> Array:
    """What clouds keep of sales made through them."""
    return served_sales / 12 * fee_share


@auxiliary("USD/month")
def net_revenue(gross_revenue: Array, partner_fees: Array) -> Array:
    """Revenue of the month as if the company were agent in the clouds."""
    return gross_revenue - partner_fees


@auxiliary("USD/month")
def reported_revenue(gross_revenue: Array, partner_fees: Array, net_reporting: Array) -> Array:
    """Revenue as reported: gross, or net once the clouds' part is reported net."""
    return gross_revenue - net_reporting * partner_fees


@auxiliary("USD/yr")
def gross_run_rate(gross_revenue: Array) -> Array:
    """Gross revenue of the month, annualised."""
    return gross_revenue * 12


@auxiliary("USD/yr")
def net_run_rate(net_revenue: Array) -> Array:
    """Net revenue of the month, annualised."""
    return net_revenue * 12
