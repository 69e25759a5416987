"""Products regrouped: what is the same in every month is multiplied once a block, what is the same in every draw once a month.

`power * price / 12 * load` reads as four operations a month; with the price over twelve taken together it is two. The order of
a product changes its last digit and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import reduce

import numpy as np

from crossbearing.outlook.tape import DRAW, TIME, Node, Symbol, Tape

EVERY_STEP = TIME | DRAW


def regrouped(tape: Tape, order: Iterable[int], roots: Iterable[int]) -> tuple[Tape, dict[int, int]]:
    """The same operations with products taken in a cheaper order.

    Args:
        tape: As recorded.
        order: Its operations that are needed, in order.
        roots: Those whose value is wanted.

    Returns:
        Another tape, and the place in it of every operation.
    """
    needed = list(order)
    uses = Counter(arg for n in needed for arg in tape.nodes[n].args)
    uses.update(roots)
    made, at = Tape(), dict[int, int]()
    factors: dict[int, tuple[int, ...]] = {}
    for number in needed:
        node = tape.nodes[number]
        if _is_product(node):
            factors[number] = tuple(f for a in node.args for f in _opened(tape, a, factors, uses))
            at[number] = _product(tape, made, at, factors[number])
        else:
            at[number] = made.add(
                node.kind, node.what, tuple(at[a] for a in node.args), node.dtype, node.depends
            )
    return made, at


def _is_product(node: Node) -> bool:
    return node.what is np.multiply and node.depends == EVERY_STEP


def _opened(
    tape: Tape, number: int, factors: dict[int, tuple[int, ...]], uses: Counter[int]
) -> tuple[int, ...]:
    """The factors of a factor: where others read it too, only if nothing that moves would be multiplied twice."""
    found = factors.get(number)
    if found is None:
        return (number,)
    moving = sum(tape.nodes[f].depends == EVERY_STEP for f in found)
    return found if uses[number] == 1 or moving <= 1 else (number,)


def _product(tape: Tape, made: Tape, at: dict[int, int], factors: tuple[int, ...]) -> int:
    """What moves in both ways, times what is the same in every month, times what is the same in every draw."""
    groups: list[Symbol] = []
    for kinds in ((EVERY_STEP,), (0, DRAW), (TIME,)):
        here = sorted(at[f] for f in factors if tape.nodes[f].depends in kinds)
        if here:
            groups.append(reduce(_times, (Symbol(made, n) for n in here)))
    return reduce(_times, groups).node


def _times(one: Symbol, other: Symbol) -> Symbol:
    return one.tape.apply(np.multiply, (one, other))
