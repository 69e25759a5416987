"""Power under contract: the least firm and the most spoken of, by hand."""

from crossbearing.check.contracted import contracted
from crossbearing.vocabulary.book import Amount, Commitment
from crossbearing.vocabulary.quantity import parse_quantity
from crossbearing.vocabulary.unit import parse_unit


def contract(name: str, power: str, firmness: str, group: str = "", direction: str = "pays") -> Commitment:
    amount = Amount(parse_quantity(power, parse_unit("W")), parse_unit("W"))
    return Commitment(
        name,
        "Acme",
        "Grid",
        direction,
        firmness=firmness,
        power=amount,
        overlap_group=group,
        claims=(f"c-{name}",),
    )


def test_of_a_group_the_largest_firm_contract_counts_and_up_to_is_no_promise() -> None:
    found = contracted(
        [
            contract("a", "3GW", "firm", "g"),
            contract("b", "2GW", "firm", "g"),
            contract("c", "1GW", "firm"),
            contract("d", "up to 5GW", "firm"),
            contract("e", "10GW", "loi"),
            contract("f", "7GW", "firm", direction="receives"),
        ],
        "Acme",
    )
    assert found
    assert (found.least, found.most) == (4e9, 21e9)
    assert found.claims == ("c-a", "c-b", "c-c", "c-d", "c-e")


def test_without_a_contract_on_power_there_is_none() -> None:
    assert contracted([contract("a", "3GW", "firm")], "Bolt") is None
