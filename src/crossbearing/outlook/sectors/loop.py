"""The loop: value -> money -> commitments -> power -> sales -> value. Its gain, its depreciation and its root."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, stock


@auxiliary("W/month")
def power_ordered_now(raised: Array, commitments_per_equity: Array, capex_per_power: Array) -> Array:
    """Power ordered with new money: what is committed for each dollar raised, over what a watt costs to build."""
    return raised * commitments_per_equity / capex_per_power


@auxiliary("W/month")
def power_delivered(power_ordered: Array, build_lag: Array) -> Array:
    """Ordered power that comes online in the month."""
    return power_ordered / np.maximum(build_lag, 1)


@stock("W", start="nothing")
def power_ordered(
    power_ordered: Array, power_ordered_now: Array, power_delivered: Array, step_months: float
) -> Array:
    """Power ordered and not yet online."""
    return power_ordered + (power_ordered_now - power_delivered) * step_months


@stock("W", start="nothing")
def power_bought(
    power_bought: Array, power_delivered: Array, capacity_depreciation_share: Array, step_months: float
) -> Array:
    """Power that new money brought online and that still stands."""
    return (power_bought + power_delivered * step_months) * (1 - capacity_depreciation_share) ** (
        step_months / 12
    )


@auxiliary("1/yr")
def loop_gain(
    rounds_per_year: Array,
    round_dilution_share: Array,
    commitments_per_equity: Array,
    multiple_now: Array,
    reported_revenue: Array,
    power_online: Array,
    capex_per_power: Array,
) -> Array:
    """Watts that a year of the loop orders for each watt online.

    Rounds a year x share sold x commitments a dollar x multiple x sales a watt, over the cost of a watt.

    Source: the linearised loop, C' = (g - d) C with g = k f m r / c for immediate delivery.
    """
    a_watt = reported_revenue * 12 / np.maximum(power_online, 1.0)
    return (
        rounds_per_year
        * round_dilution_share
        * commitments_per_equity
        * multiple_now
        * a_watt
        / capex_per_power
    )


@auxiliary("1/yr")
def loop_root(loop_gain: Array, capacity_depreciation_share: Array, build_lag: Array) -> Array:
    """Growth a year the loop settles to at today's gain: the dominant eigenvalue of orders and capacity.

    Above zero value pays for more capacity than wears out; below, the loop shrinks.

    Source: O' = g C - O / L, C' = O / L - d C; largest root of (s + 1/L)(s + d) = g / L, L in years.
    """
    pace, wear = 12 / np.maximum(build_lag, 1), -np.log1p(-capacity_depreciation_share)
    return (-(pace + wear) + np.sqrt((pace - wear) ** 2 + 4 * np.maximum(loop_gain, 0) * pace)) / 2
