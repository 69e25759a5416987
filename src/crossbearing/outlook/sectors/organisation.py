"""Organisation: people bring customers live, hiring takes time, and people cost money."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary, initial, stock


@initial("ratio")
def staff_share_at_start(
    headcount_at_start: Array, staff_cost_per_head: Array, sales_at_start: Array
) -> Array:
    """Cost of staff over sales at the start."""
    return headcount_at_start * staff_cost_per_head / np.maximum(sales_at_start, 1.0)


@auxiliary("count/month")
def hires(headcount: Array, hiring_share: Array, progress: Array) -> Array:
    """People hired in the month less those who leave: no more than an organisation takes in."""
    return headcount * hiring_share * progress


@stock("count", start="headcount_at_start")
def headcount(headcount: Array, hires: Array, step_months: float) -> Array:
    """People employed."""
    return headcount + hires * step_months


@auxiliary("USD/month")
def staff_cost(headcount: Array, staff_cost_per_head: Array) -> Array:
    """Pay of everybody employed, stock left out."""
    return headcount * staff_cost_per_head / 12


@auxiliary("USD/yr/month")
def go_live_limit(
    go_lives_at_start: Array, integration_slack: Array, headcount: Array, headcount_at_start: Array
) -> Array:
    """Sales that the organisation can bring live in a month: today's pace with some slack, growing with the people.

    Source: go-lives per head as the limit on growth of an organisation that sells to enterprises.
    """
    return go_lives_at_start * integration_slack * headcount / headcount_at_start
