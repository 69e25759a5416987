"""Where the outlook starts: the position's sales and growth, cut into the parts the model moves."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, Equation, initial

AGES = 12


@initial("USD/yr")
def subscription_sales_at_start(sales_at_start: Array, subscription_share: Array) -> Array:
    """Subscriptions in today's run rate."""
    return sales_at_start * subscription_share


@initial("USD/yr")
def usage_sales_at_start(sales_at_start: Array, subscription_share: Array) -> Array:
    """Usage in today's run rate."""
    return sales_at_start * (1 - subscription_share)


@initial("1/month")
def subscription_adds_share(
    growth_at_start: Array, subscription_churn_share: Array, subscription_adds_kept: Array
) -> Array:
    """Subscriptions added in a month over those at the start: what made the growth of late, as far as it goes on.

    Subscriptions that grow by g and lose a share c a month add exp(g) - 1 + c; never less than nothing.
    """
    return np.maximum(np.expm1(growth_at_start) + subscription_churn_share, 0.0) * subscription_adds_kept


@initial("ratio")
def mature_share_at_start(growth_at_start: Array) -> Array:
    """Part of usage sold to customers of more than a year: what was there a year ago, at the growth of late.

    Source: exponential growth, exp(-12 g); no more than all.
    """
    return np.asarray(np.exp(-AGES * np.maximum(growth_at_start, 0.0)))


@initial("USD/yr")
def mature_sales_at_start(usage_sales_at_start: Array, mature_share_at_start: Array) -> Array:
    """Usage sales to customers past their first renewal."""
    return usage_sales_at_start * mature_share_at_start


@initial("USD/yr/month")
def growth_in_place_at_start(
    usage_sales_at_start: Array,
    mature_share_at_start: Array,
    net_expansion: Array,
    mature_expansion: Array,
    retention_gross_dollar: Array,
    budget_limit: Array,
) -> Array:
    """Sales that customers there are add in the first month, less what lapses."""
    young = np.minimum(np.log(net_expansion / retention_gross_dollar) / AGES, budget_limit)
    old = np.log(mature_expansion) / AGES - (1 - retention_gross_dollar) / AGES
    return usage_sales_at_start * ((1 - mature_share_at_start) * young + mature_share_at_start * old)


@initial("USD/yr/month")
def go_lives_at_start(
    usage_sales_at_start: Array, growth_at_start: Array, growth_in_place_at_start: Array
) -> Array:
    """Sales of new customers a month at the start: the growth of late less what grows in place, not below zero."""
    return np.maximum(usage_sales_at_start * np.expm1(growth_at_start) - growth_in_place_at_start, 0.0)


@initial("USD/yr")
def spend_signed_at_start(go_lives_at_start: Array, integration_lag: Array) -> Array:
    """Backlog that feeds today's go-lives.

    Source: Little's law, stock = flow x time.
    """
    return go_lives_at_start * np.maximum(integration_lag, 1)


@initial("USD/yr")
def spend_in_sale_at_start(go_lives_at_start: Array, catch_up_share: Array, sale_lag: Array) -> Array:
    """Spend under negotiation: what feeds go-lives once the catch-up is through. Source: Little's law."""
    return go_lives_at_start * (1 - catch_up_share) * np.maximum(sale_lag, 1)


@initial("USD/yr")
def spend_adopted_at_start(go_lives_at_start: Array, catch_up_share: Array, procurement_lag: Array) -> Array:
    """Spend in developers' use before a purchase. Source: Little's law."""
    return go_lives_at_start * (1 - catch_up_share) * np.maximum(procurement_lag, 1)


@initial("USD/yr")
def account_size(usage_sales_at_start: Array, large_customers_at_start: Array) -> Array:
    """Usage sales for each large account: an index of size, since smaller accounts are in the numerator too."""
    return usage_sales_at_start / np.maximum(large_customers_at_start, 1)


def cohort_starts() -> dict[str, Equation]:
    """Sales by month of age at the start: the growth of late says how many came when."""
    return {f"sales_aged_{age:02d}_at_start": _aged(age) for age in range(1, AGES + 1)}


def _aged(age: int) -> Equation:
    def aged(usage: Array, mature: Array, growth: Array) -> Array:
        pace = np.maximum(growth, 0.0)
        total = sum(np.exp(-pace * k) for k in range(AGES))
        return np.asarray(usage * (1 - mature) * np.exp(-pace * (age - 1)) / total)

    name = f"sales_aged_{age:02d}_at_start"
    return Equation(
        name=name,
        kind="initial",
        unit="USD/yr",
        inputs=("usage_sales_at_start", "mature_share_at_start", "growth_at_start"),
        function=aged,
        sector="start",
        words=f"Usage sales of contracts live for {age} month{'s' if age > 1 else ''} at the start.",
        text=f"usage * (1 - mature share) * exp(-growth * {age - 1}), normalised",
    )
