"""Power under contract: the least that is firm, and the most that is spoken of, where contracts may be parts of one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crossbearing.vocabulary.book import Commitment


@dataclass(frozen=True, slots=True)
class Contracted:
    """What a company's contracts for power come to.

    Attributes:
        entity: Canonical name.
        least: W, firm and not "up to"; of each overlap group the largest contract alone.
        most: W, every contract as if it came whole and none were part of another.
        claims: Claims the contracts rest on.
    """

    entity: str
    least: float
    most: float
    claims: tuple[str, ...]


def contracted(commitments: Iterable[Commitment], entity: str) -> Contracted | None:
    """The range between which the contracted power of a company lies; None where no contract says any.

    Args:
        commitments: Contracts as claimed.
        entity: Canonical name.
    """
    held = [c for c in commitments if c.entity == entity and c.power and c.direction != "receives"]
    if not held:
        return None
    firm: dict[str, float] = {}
    most = 0.0
    for contract in held:
        assert contract.power
        quantity = contract.power.quantity
        most += quantity.value
        if contract.firmness == "firm" and not quantity.relation.is_ceiling:
            group = contract.overlap_group or f"alone {contract.id}"
            firm[group] = max(firm.get(group, 0.0), quantity.value)
    claims = dict.fromkeys(i for c in held for i in c.claims)
    return Contracted(entity, sum(firm.values()), most, tuple(claims))
