"""Service: a company that is sold out cannot bring customers live; the level of last month slows what comes next."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, stock


@stock("ratio", start="one")
def service_level(served_sales: Array, demand_sales: Array) -> Array:
    """Part of the demand that was served in the month before."""
    return served_sales / np.maximum(demand_sales, 1.0)
