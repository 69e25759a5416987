"""What stands in when the book does not give what an equation needs. Each use is said with the result."""

from __future__ import annotations

import numpy as np

from crossbearing.outlook.equation import Array, auxiliary


@auxiliary("USD/yr")
def served_sales(demand_sales: Array, switched_on: Array) -> Array:
    """Sales are not limited by capacity."""
    return demand_sales * switched_on


@auxiliary("USD/yr/month")
def go_lives(expected_go_lives: Array, spend_signed: Array) -> Array:
    """Customers go live smoothly, not in steps."""
    return np.minimum(expected_go_lives, spend_signed)


@auxiliary("W")
def power_bought(sales_at_start: Array) -> Array:
    """No round is simulated, so no power is bought with new money."""
    return np.zeros_like(sales_at_start)
