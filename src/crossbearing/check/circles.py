"""Circles of money in the relation map: an investor that is also a supplier gets part of its money back as sales."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crossbearing.vocabulary.book import Relation

LONGEST = 4
PAYS = {"invests_in": "giver", "buys_from": "giver", "distributes": "giver", "supplies": "taker"}


@dataclass(frozen=True, slots=True)
class Circle:
    """A closed path of money.

    Attributes:
        parties: Entities in the order in which money passes, starting with the alphabetically first.
        relations: Ids of the relations along it, one or more a step.
    """

    parties: tuple[str, ...]
    relations: tuple[str, ...]


def circles(relations: Iterable[Relation]) -> tuple[Circle, ...]:
    """Every simple closed path of money over at most four parties, shortest first.

    Money passes from investor to company, from buyer to supplier and from distributor to the company it sells for.
    A relation that names no payment (competes_with, partner_of, owns) closes no circle.
    """
    edges: dict[str, dict[str, list[str]]] = {}
    for relation in relations:
        payer = PAYS.get(relation.kind)
        if payer is None or relation.giver == relation.taker:
            continue
        start, end = (
            (relation.giver, relation.taker) if payer == "giver" else (relation.taker, relation.giver)
        )
        edges.setdefault(start, {}).setdefault(end, []).append(relation.id)
    found = [path for start in sorted(edges) for path in _closed_paths(edges, (start,))]
    return tuple(Circle(path, _along(edges, path)) for path in sorted(found, key=lambda p: (len(p), p)))


def _closed_paths(edges: dict[str, dict[str, list[str]]], path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Paths that lead back to their first party; a party before the first in the alphabet is left to its own turn."""
    found = []
    for following in sorted(edges.get(path[-1], ())):
        if following == path[0] and len(path) > 1:
            found.append(path)
        elif following > path[0] and following not in path and len(path) < LONGEST:
            found += _closed_paths(edges, (*path, following))
    return found


def _along(edges: dict[str, dict[str, list[str]]], path: tuple[str, ...]) -> tuple[str, ...]:
    steps = zip(path, (*path[1:], path[0]), strict=True)
    return tuple(dict.fromkeys(i for a, b in steps for i in edges[a][b]))
