"""The start where sales are stated gross, or the basis is not said and the company reports gross."""

from __future__ import annotations

from crossbearing.outlook.equation import Array, initial


@initial("USD/yr")
def sales_at_start(stated_run_rate: Array) -> Array:
    """Gross run rate at the start, as stated."""
    return stated_run_rate
