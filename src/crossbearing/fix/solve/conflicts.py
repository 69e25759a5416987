"""Minimal sets of statements that cannot hold together, and the fewest statements whose fall frees the rest.

Source: conflict sets, diagnoses and the hitting-set tree, Reiter (1987).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

Names = frozenset[str]
Consistent = Callable[[Names], bool]

MOST_SETS = 24
MOST_NODES = 400
LARGEST_MEND = 3


def minimal_conflicts(names: Iterable[str], consistent: Consistent) -> tuple[Names, ...]:
    """Every minimal set of statements that cannot all hold, smallest first.

    Args:
        names: The statements.
        consistent: Whether a set of them may hold together; taking statements away never makes a set inconsistent.
    """
    everything = tuple(sorted(names))
    found: set[Names] = set()
    seen: set[Names] = set()
    open_nodes: list[Names] = [frozenset()]
    while open_nodes and len(found) < MOST_SETS and len(seen) < MOST_NODES:
        removed = open_nodes.pop(0)
        if removed in seen:
            continue
        seen.add(removed)
        known = next((s for s in found if not s & removed), None)
        rest = [n for n in everything if n not in removed]
        conflict = known if known is not None else _one(rest, consistent)
        if conflict is None:
            continue
        found.add(conflict)
        open_nodes += [removed | {name} for name in sorted(conflict)]
    return tuple(sorted(found, key=lambda s: (len(s), sorted(s))))


def _one(names: list[str], consistent: Consistent) -> Names | None:
    """One minimal conflict, by deletion; None where there is none."""
    if consistent(frozenset(names)):
        return None
    kept = list(names)
    for name in names:
        fewer = [n for n in kept if n != name]
        if not consistent(frozenset(fewer)):
            kept = fewer
    return frozenset(kept)


def mends(conflicts: Iterable[Names]) -> tuple[Names, ...]:
    """The smallest sets of statements that meet every conflict: if they fall, the rest can hold."""
    sets = list(conflicts)
    if not sets:
        return ()
    found: list[Names] = []
    level: set[Names] = {frozenset()}
    for _ in range(LARGEST_MEND):
        grown: set[Names] = set()
        for chosen in level:
            missed = next((s for s in sets if not s & chosen), None)
            if missed is not None:
                grown |= {chosen | {name} for name in missed}
        found = [g for g in grown if all(s & g for s in sets)]
        if found:
            break
        level = grown
    return tuple(sorted(found, key=sorted))
