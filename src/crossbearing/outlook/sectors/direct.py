"""Channels of a company that sells direct: the book names no distributor."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary


@auxiliary("USD/month")
def partner_fees(gross_revenue: Array) -> Array:
    """Fees of partners: none."""
    return np.zeros_like(gross_revenue)
