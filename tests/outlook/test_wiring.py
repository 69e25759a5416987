"""Wiring by parameter names."""

import pytest

from crossbearing.outlook.equation import auxiliary, equations_of, stock
from crossbearing.outlook.wiring import wire
from crossbearing.problems import UsageError


@auxiliary("USD/month")
def sales(customers: float, price: float) -> float:
    """Sales of the month."""
    return customers * price


@auxiliary("count/month")
def joined(sales: float, response: float) -> float:
    """Customers won by last month's sales.

    Source: a test.
    """
    return sales * response


@stock("count", start="customers_at_start")
def customers(customers: float, joined: float) -> float:
    """Customers."""
    return customers + joined


def test_what_is_read_is_computed_first_and_the_rest_is_asked_for() -> None:
    wiring = wire(equations_of({"joined": joined, "sales": sales, "customers": customers}))
    assert [e.name for e in wiring.auxiliaries] == ["sales", "joined"]
    assert wiring.inputs == ("customers_at_start", "price", "response")
    assert wiring.readers("customers") == ("sales", "customers")
    assert wiring.equations["joined"].source == "a test."


def test_a_circle_without_a_stock_is_named() -> None:
    @auxiliary("USD/month")
    def price(joined: float) -> float:
        """A price that reads the customers it wins."""
        return joined

    with pytest.raises(UsageError, match="circular wiring"):
        wire(equations_of({"joined": joined, "sales": sales, "customers": customers, "price": price}))
