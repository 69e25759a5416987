"""The start where sales are stated net of the clouds' part."""

from __future__ import annotations

from crossbearing.outlook.equation import Array, initial


@initial("USD/yr")
def sales_at_start(stated_run_rate: Array, fee_share: Array) -> Array:
    """Gross run rate at the start: net over what is kept of a dollar of gross sales."""
    return stated_run_rate / (1 - fee_share)
