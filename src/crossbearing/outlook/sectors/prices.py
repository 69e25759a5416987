"""Prices and tokens: the price of a token of constant quality falls, a watt makes more of them, a cut moves volume.

What a watt sells is judged as one figure: prices fall because watts make more, so the two must not vary apart.
"""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary


@auxiliary("index")
def price_index(month: float, price_decline: Array, price_cut: Array) -> Array:
    """Price of a token of constant quality, 1 at the start, after any cut in a price war."""
    return np.exp(np.log(np.maximum(1 - price_decline, 0.01)) * (month / 12)) * price_cut


@auxiliary("index")
def price_response(price_cut: Array, price_elasticity: Array) -> Array:
    """Sales after a price cut over sales before it: the price falls, the volume answers with its elasticity.

    The gradual decline is inside what customers add in place; only a cut beyond it acts here.

    Source: constant elasticity, q = q0 (p / p0) ** e, so p q = p0 q0 (p / p0) ** (1 + e).
    """
    return np.exp((1 + price_elasticity) * np.log(price_cut))


@auxiliary("ratio")
def substitution_take(
    rival_value_growth: Array,
    substitutable_share: Array,
    substitution_sensitivity: Array,
    price_cut: Array,
    month: Array,
) -> Array:
    """Part of usage that moves to other models as their quality for the price pulls ahead; a price cut narrows the gap.

    Source: logit choice between two models on the log of quality over price, measured from today's balance.
    """
    gap = rival_value_growth * (month / 12) + np.log(price_cut)
    return substitutable_share * np.maximum(np.tanh(substitution_sensitivity * gap / 2), 0.0)


@auxiliary("index")
def yield_index(month: float, yield_growth: Array) -> Array:
    """Sales a watt can serve, 1 at the start: it makes more tokens, and each sells for less."""
    return np.exp(np.log(np.maximum(1 + yield_growth, 0.01)) * (month / 12))


@auxiliary("index")
def tokens_served(served_sales: Array, sales_at_start: Array, price_index: Array) -> Array:
    """Tokens of constant quality served, 1 at the start."""
    return served_sales / sales_at_start / price_index


@auxiliary("index")
def tasks_served(tokens_served: Array, token_intensity_growth: Array, month: float) -> Array:
    """Tasks done for customers, 1 at the start: tokens over the tokens a task takes."""
    return tokens_served * np.exp(-np.log(np.maximum(1 + token_intensity_growth, 0.01)) * (month / 12))
