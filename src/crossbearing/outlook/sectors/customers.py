"""Customers: go-lives arrive as events, twelve monthly cohorts grow in place, every contract is renewed at twelve months."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.arrivals import poisson
from crossbearing.outlook.equation import Array, Equation, auxiliary, initial, stock

AGES = 12


@auxiliary("count/month")
def accounts_live(expected_go_lives: Array, account_size: Array, noise_go_lives: Array) -> Array:
    """Large accounts that go live in the month: arrivals at random, so sales rise in steps.

    Source: a Poisson process whose mean is the spend expected over the mean account.
    """
    return poisson(expected_go_lives / account_size, noise_go_lives)


@auxiliary("USD/yr/month")
def go_lives(
    accounts_live: Array,
    account_size: Array,
    account_spread: Array,
    noise_account_size: Array,
    spend_signed: Array,
) -> Array:
    """Sales that go live: the accounts of the month times their size, no more than what was signed.

    Source: a compound Poisson sum; a sum of n lognormal sizes is matched by one lognormal of the same mean and variance.
    """
    several = np.maximum(accounts_live, 1)
    variance = np.log1p(account_spread**2 / several)
    size = np.exp(np.sqrt(variance) * noise_account_size - variance / 2)
    return np.minimum(accounts_live * account_size * size, spend_signed)


@initial("1/month")
def budget_limit(budget_headroom: Array) -> Array:
    """Growth a month at which a year's contract uses up its budget: beyond it, use stops until the renewal.

    Source: a budget of a year spent in n months is a burn multiple of 12 / n; headroom is the multiple customers bear.
    """
    return np.log(np.maximum(budget_headroom, 1.0)) / AGES


@auxiliary("ratio")
def customer_concentration(account_spread: Array, large_customers: Array) -> Array:
    """Concentration (HHI) of usage over large customers, as if all usage were theirs: an upper bound.

    Source: n sizes with coefficient of variation v have HHI (1 + v**2) / n.
    """
    return np.minimum((1 + account_spread**2) / np.maximum(large_customers, 1), 1.0)


@auxiliary("USD/yr")
def usage_per_large_customer(usage_sales: Array, large_customers: Array) -> Array:
    """Usage for each large customer: an index of deepening against widening, smaller accounts included."""
    return usage_sales / np.maximum(large_customers, 1)


@auxiliary("count")
def account_loss(large_customers: Array, retention_gross_dollar: Array, customer_loss: Array) -> Array:
    """Large accounts lost in the month, at the pace at which their spend is lost."""
    return large_customers * ((1 - retention_gross_dollar) / 12 + customer_loss)


@stock("count", start="large_customers_at_start")
def large_customers(
    large_customers: Array, accounts_live: Array, account_loss: Array, step_months: float
) -> Array:
    """Accounts above the threshold that defines a large customer."""
    return np.maximum(large_customers + (accounts_live - account_loss) * step_months, 0)


@auxiliary("ratio")
def young_growth(
    net_expansion: Array,
    retention_gross_dollar: Array,
    budget_limit: Array,
    progress: Array,
    service_level: Array,
) -> Array:
    """Growth a month of a contract in its first year, before the renewal: no more than the customer's budget allows.

    The net figure is of a whole year with its renewal, so the growth before it is net over gross retention.
    """
    whole = np.minimum(np.log(net_expansion / retention_gross_dollar) / AGES, budget_limit)
    return np.expm1(np.where(whole > 0, whole * progress * service_level, whole))


@auxiliary("ratio")
def mature_growth(mature_expansion: Array, progress: Array, service_level: Array) -> Array:
    """Growth a month of contracts past their first renewal."""
    whole = np.log(mature_expansion) / AGES
    return np.expm1(np.where(whole > 0, whole * progress * service_level, whole))


@auxiliary("USD/yr/month")
def expansion(young_sales: Array, young_growth: Array, mature_sales: Array, mature_growth: Array) -> Array:
    """Sales added by customers there are."""
    return young_sales * young_growth + mature_sales * mature_growth


@auxiliary("USD/yr/month")
def up_for_renewal(sales_aged_12: Array, young_growth: Array) -> Array:
    """Sales of contracts that reach twelve months."""
    return sales_aged_12 * (1 + young_growth)


@auxiliary("USD/yr/month")
def lapsed(up_for_renewal: Array, mature_sales: Array, retention_gross_dollar: Array) -> Array:
    """Sales not renewed: first renewals, and a twelfth of the older contracts each month."""
    return (up_for_renewal + mature_sales / AGES) * (1 - retention_gross_dollar)


@auxiliary("USD/yr/month")
def lost_by_shock(
    young_sales: Array, mature_sales: Array, expansion: Array, lapsed: Array, customer_loss: Array
) -> Array:
    """Sales lost at once when a large customer leaves."""
    return (young_sales + mature_sales + expansion - lapsed) * customer_loss


@stock("USD/yr", start="mature_sales_at_start")
def mature_sales(
    mature_sales: Array,
    mature_growth: Array,
    up_for_renewal: Array,
    retention_gross_dollar: Array,
    customer_loss: Array,
) -> Array:
    """Usage sales by customers past their first renewal."""
    stayed = mature_sales * (1 + mature_growth - (1 - retention_gross_dollar) / AGES)
    return (stayed + up_for_renewal * retention_gross_dollar) * (1 - customer_loss)


def cohort_equations() -> dict[str, Equation]:
    """The conveyor of the first year: one stock for each month of age, and their sum.

    Source: XMILE 1.0, conveyors; written as twelve stocks so that a cohort never mixes with another.
    """
    cohorts = {f"sales_aged_{age:02d}": _cohort(age) for age in range(1, AGES + 1)}

    def young(*ages: Array) -> Array:
        return np.asarray(sum(ages[1:], ages[0]))

    total = Equation(
        name="young_sales",
        kind="auxiliary",
        unit="USD/yr",
        inputs=tuple(cohorts),
        function=young,
        sector="customers",
        words="Usage sales by customers in their first year.",
        text="sum of sales_aged_01 ... sales_aged_12",
    )
    return {**cohorts, total.name: total}


def _cohort(age: int) -> Equation:
    """Sales of one month of age: the younger cohort a month later, grown in place."""

    def first(go_lives: Array, customer_loss: Array) -> Array:
        return go_lives * (1 - customer_loss)

    def older(younger: Array, young_growth: Array, customer_loss: Array) -> Array:
        return younger * (1 + young_growth) * (1 - customer_loss)

    before = f"sales_aged_{age - 1:02d}"
    return Equation(
        name=f"sales_aged_{age:02d}",
        kind="stock",
        unit="USD/yr",
        inputs=("go_lives", "customer_loss") if age == 1 else (before, "young_growth", "customer_loss"),
        function=first if age == 1 else older,
        start=f"sales_aged_{age:02d}_at_start",
        sector="customers",
        words=f"Usage sales of contracts live for {age} month{'s' if age > 1 else ''}.",
        text="go_lives * (1 - customer_loss)"
        if age == 1
        else f"{before} * (1 + young_growth) * (1 - customer_loss)",
    )
