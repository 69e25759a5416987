"""Demand: developers become buyers, buyers sign, signed contracts go live and grow in place; subscriptions add linearly.

Sales here are annualised run rates in USD/yr, gross, at the prices of the day. A flow of sales is USD/yr a month.
"""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, stock


@auxiliary("USD/yr/month")
def interest(
    go_lives_at_start: Array,
    catch_up_share: Array,
    demand_sales: Array,
    sales_at_start: Array,
    interest_elasticity: Array,
    progress: Array,
) -> Array:
    """Spend that developers newly bring up inside their companies.

    What was not a one-off catch-up at the start goes on; it follows the sales in use with an elasticity: 0 keeps it constant
    (a linear business), 1 lets it grow with the installed base (a structural one).

    Source: the reading of step-like growth as backlog against structure; both are kept as assumptions.
    """
    follows = (demand_sales / sales_at_start) ** interest_elasticity
    return go_lives_at_start * (1 - catch_up_share) * follows * progress


@auxiliary("USD/yr/month")
def put_to_purchase(spend_adopted: Array, procurement_lag: Array) -> Array:
    """Spend that goes from developers' use to a purchase by the company."""
    return spend_adopted / np.maximum(procurement_lag, 1)


@auxiliary("USD/yr/month")
def signings(spend_in_sale: Array, sale_lag: Array) -> Array:
    """Spend signed in the month."""
    return spend_in_sale / np.maximum(sale_lag, 1)


@auxiliary("USD/yr/month")
def expected_go_lives(
    spend_signed: Array, integration_lag: Array, progress: Array, service_level: Array, go_live_limit: Array
) -> Array:
    """Signed spend expected to go live: what is integrated, no more than people can bring live, less what waits."""
    ready = np.minimum(spend_signed / np.maximum(integration_lag, 1), go_live_limit)
    return ready * progress * service_level


@stock("USD/yr", start="spend_adopted_at_start")
def spend_adopted(spend_adopted: Array, interest: Array, put_to_purchase: Array, step_months: float) -> Array:
    """Spend in developers' use that is not yet a purchase."""
    return spend_adopted + (interest - put_to_purchase) * step_months


@stock("USD/yr", start="spend_in_sale_at_start")
def spend_in_sale(spend_in_sale: Array, put_to_purchase: Array, signings: Array, step_months: float) -> Array:
    """Spend under negotiation."""
    return spend_in_sale + (put_to_purchase - signings) * step_months


@stock("USD/yr", start="spend_signed_at_start")
def spend_signed(spend_signed: Array, signings: Array, go_lives: Array, step_months: float) -> Array:
    """Spend signed and not yet live: the backlog."""
    return np.maximum(spend_signed + (signings - go_lives) * step_months, 0)


@auxiliary("USD/yr/month")
def subscriptions_added(
    subscription_sales_at_start: Array, subscription_adds_share: Array, progress: Array, service_level: Array
) -> Array:
    """Subscriptions added in the month: linear, a constant amount, as a share of the base at the start."""
    return subscription_sales_at_start * subscription_adds_share * progress * service_level


@auxiliary("USD/yr/month")
def subscriptions_lost(subscription_sales: Array, subscription_churn_share: Array) -> Array:
    """Subscriptions that end in the month: a constant share of those there are."""
    return subscription_sales * subscription_churn_share


@stock("USD/yr", start="subscription_sales_at_start")
def subscription_sales(
    subscription_sales: Array, subscriptions_added: Array, subscriptions_lost: Array, step_months: float
) -> Array:
    """Sales of subscriptions."""
    return subscription_sales + (subscriptions_added - subscriptions_lost) * step_months


@auxiliary("USD/yr")
def usage_sales(young_sales: Array, mature_sales: Array) -> Array:
    """Sales of usage by customers in their first year and after."""
    return young_sales + mature_sales


@auxiliary("USD/yr")
def demand_sales(
    usage_sales: Array,
    subscription_sales: Array,
    price_response: Array,
    rival_take: Array,
    substitution_take: Array,
    budget_stop: Array,
) -> Array:
    """Sales asked for, after what a price cut moves, what a rival or a cheaper model takes, and budgets that ran out."""
    usage = usage_sales * (1 - substitution_take) * (1 - budget_stop)
    return (usage + subscription_sales) * price_response * (1 - rival_take)
