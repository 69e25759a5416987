"""Channels of a company that sells direct: the book names no distributor."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, initial


@initial("ratio")
def fee_share(stated_run_rate: Array) -> Array:
    """Part of gross sales that partners keep: none."""
    return np.zeros_like(stated_run_rate)
