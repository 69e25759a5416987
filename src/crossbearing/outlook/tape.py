"""Records what the equations compute as a graph of NumPy operations, so that one step runs without calling them again.

Each function is called once with symbols instead of arrays. What it does with them is written down: equal operations once,
constants at once. A function that cannot be recorded (it asks for a shape, or branches on a value) is kept as a call.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from crossbearing.outlook.equation import Equation

TIME, DRAW = 1, 2  # what a value depends on; both together: it is computed at every step
FLOAT, BOOL = np.dtype(np.float64), np.dtype(np.bool_)


class NotRecordableError(TypeError):
    """A function does something with a value that is no elementwise operation."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation.

    Attributes:
        kind: input, constant, ufunc, where, cast or call.
        what: Name of the input, value of the constant, the ufunc, or the equation called.
        args: Numbers of the nodes it reads.
        dtype: Of the result.
        depends: TIME, DRAW, both, or neither.
    """

    kind: str
    what: Any
    args: tuple[int, ...]
    dtype: np.dtype[Any]
    depends: int


@dataclass(slots=True)
class Tape:
    """Operations in an order in which each comes after what it reads.

    Attributes:
        nodes: The operations.
        names: Value of a model to its node.
    """

    nodes: list[Node] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    _seen: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def add(self, kind: str, what: Any, args: tuple[int, ...], dtype: np.dtype[Any], depends: int = 0) -> int:
        """The number of an operation; an equal one is not written twice."""
        named = kind in ("input", "constant")
        key = (kind, repr(what) if named else id(what), args)
        found = self._seen.get(key)
        if found is None:
            for arg in args:
                depends |= self.nodes[arg].depends
            found = self._seen[key] = len(self.nodes)
            self.nodes.append(Node(kind, what, args, dtype, depends))
        return found

    def put(self, name: str, depends: int) -> None:
        """An input of the model."""
        self.names[name] = self.add("input", name, (), FLOAT, depends)

    def constant(self, value: float | bool) -> int:
        """A number known beforehand."""
        dtype = BOOL if isinstance(value, bool | np.bool_) else FLOAT
        return self.add("constant", value if dtype == BOOL else float(value), (), dtype)

    def number(self, value: object) -> int:
        """The node of a symbol or of a plain number.

        Raises:
            NotRecordableError: It is an array or something else.
        """
        if isinstance(value, np.ndarray) and value.shape == ():
            value = value.item()  # numpy.asarray of a symbol holds the symbol
        if isinstance(value, Symbol):
            return value.node
        if isinstance(value, bool | int | float | np.bool_ | np.integer | np.floating):
            return self.constant(value)  # type: ignore[arg-type]
        raise NotRecordableError

    def apply(self, ufunc: np.ufunc, given: tuple[object, ...]) -> Symbol:
        """An elementwise operation; of constants its value."""
        args = tuple([self.number(g) for g in given])
        nodes = [self.nodes[a] for a in args]
        fixed = [n.kind == "constant" for n in nodes]
        if all(fixed):
            with np.errstate(all="ignore"):
                return Symbol(self, self.constant(ufunc(*[n.what for n in nodes])))
        plain = _simplified(ufunc, args, nodes) if any(fixed) else None
        if plain is not None:
            return Symbol(self, plain if isinstance(plain, int) else self.constant(plain))
        if ufunc is np.divide and nodes[1].depends in (0, DRAW) and nodes[0].depends == TIME | DRAW:
            return self.apply(np.multiply, (given[0], self.apply(np.divide, (1.0, given[1]))))
        return Symbol(self, self.add("ufunc", ufunc, args, _result(ufunc, *[n.dtype for n in nodes])))

    def where(self, condition: object, one: object, other: object) -> Symbol:
        """A choice; of 1 and 0 it is the truth value as a number."""
        args = tuple(self.number(g) for g in (condition, one, other))
        if [self.nodes[a].what for a in args[1:]] == [1.0, 0.0] and self.nodes[args[0]].dtype == BOOL:
            return Symbol(self, self.add("cast", np.float64, args[:1], FLOAT))
        return Symbol(self, self.add("where", np.where, args, FLOAT))

    def record(self, equation: Equation) -> int:
        """Writes down an equation, as a call where it cannot be recorded; the number of its result."""
        args = tuple(self.names[i] for i in equation.inputs)
        if not equation.called:
            with suppress(Exception):  # whatever a function cannot do with a symbol, it may do with an array
                found = self.number(equation.function(*[Symbol(self, a) for a in args]))
                node = self.nodes[found]
                if node.kind != "constant" or math.isfinite(node.what):
                    return found
        depends = DRAW if equation.kind == "initial" else TIME | DRAW
        return self.add("call", equation, args, FLOAT, depends)


@cache
def _result(ufunc: np.ufunc, *given: np.dtype[Any]) -> np.dtype[Any]:
    """The type an operation gives."""
    return ufunc.resolve_dtypes((*given, None))[-1]


def _simplified(ufunc: np.ufunc, args: tuple[int, ...], nodes: list[Node]) -> int | float | None:
    """What an operation with 0 or 1 comes to: the node it leaves as it is (int), 0.0, or None."""
    if len(args) != 2 or any(n.dtype == BOOL for n in nodes):
        return None
    left, right = (n.what if n.kind == "constant" else None for n in nodes)
    if ufunc is np.multiply and 0 in (left, right):
        return 0.0
    for value, other in ((left, args[1]), (right, args[0])):
        if (ufunc is np.multiply and value == 1) or (ufunc is np.add and value == 0):
            return other
    if (ufunc in (np.divide, np.power) and right == 1) or (ufunc is np.subtract and right == 0):
        return args[0]
    return None


class Symbol(NDArrayOperatorsMixin):
    """Stands for an array while an equation is recorded."""

    __slots__ = ("node", "tape")

    def __init__(self, tape: Tape, node: int) -> None:
        """A symbol of one node."""
        self.tape, self.node = tape, node

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *given: object, **options: object) -> Symbol:
        """Every operator and ufunc comes here."""
        if method != "__call__" or options or ufunc.nout != 1:
            raise NotRecordableError
        return self.tape.apply(ufunc, given)

    def __array_function__(
        self, function: Callable[..., Any], _: object, given: tuple[Any, ...], options: Mapping[str, Any]
    ) -> Symbol:
        """The few array functions that are elementwise."""
        if function is np.where and len(given) == 3 and not options:
            return self.tape.where(*given)
        if function is np.clip and len(given) == 3 and not options:
            raised = self.tape.apply(np.maximum, (given[0], given[1]))
            return self.tape.apply(np.minimum, (raised, given[2]))
        if function in (np.zeros_like, np.ones_like) and not options:
            return Symbol(self.tape, self.tape.constant(float(function is np.ones_like)))
        raise NotRecordableError

    def astype(self, dtype: object) -> Symbol:
        """Truth values as 0 and 1; a float stays."""
        if dtype not in (np.float64, float):
            raise NotRecordableError
        if self.tape.nodes[self.node].dtype == FLOAT:
            return self
        return Symbol(self.tape, self.tape.add("cast", np.float64, (self.node,), FLOAT))

    def __bool__(self) -> bool:
        """A symbol has no truth value: a branch cannot be recorded."""
        raise NotRecordableError

    def __float__(self) -> float:
        """A symbol has no value."""
        raise NotRecordableError
