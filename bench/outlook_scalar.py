"""The same model as a loop over plain floats: every operation of the equations written out as Python, one path at a time.

What depends on time or on the draw alone stands outside the loop; products are as the equations write them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from crossbearing.outlook.engine import Engine
from crossbearing.outlook.runs import NORMAL, Block
from crossbearing.outlook.tape import DRAW, TIME, Node

INFIX = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "power": "**",
    "less": "<",
    "greater": ">",
    "less_equal": "<=",
    "greater_equal": ">=",
    "equal": "==",
    "logical_and": "and",
    "logical_or": "or",
}
CALLED = ("exp", "expm1", "log", "log1p", "sqrt", "tanh", "floor")
Path = Callable[[dict[str, float]], dict[str, list[float]]]


def float_path(engine: Engine) -> Path:
    """A function from one path's inputs to the recorded values by month; random numbers are drawn inside."""
    program, nodes = engine.program, engine.program.tape.nodes
    outer, inner = [], []
    for number in program.order:
        node = nodes[number]
        if node.kind == "constant":
            outer.append(f"v{number} = {float(node.what)!r}")
        elif node.kind == "input":
            _input(engine, number, node, outer, inner)
        elif node.depends == TIME:
            inner.append(f"v{number} = series[{number}][month]")
        else:
            (outer if node.depends in (0, DRAW) else inner).append(f"v{number} = {_expression(number, node)}")
    lines = ["def path(given):", "    kept = {name: [] for name in names}"]
    lines += [f"    {line}" for line in outer]
    stocks = {name: f"s_{name}" for name in program.ends}
    lines += [f"    {stocks[name]} = v{start}" for name, start in program.starts.items()]
    lines.append("    for month in range(months):")
    lines += [f"        {line}" for line in inner]
    lines += [f"        {stocks[name]} = v{end}" for name, end in program.ends.items()]
    lines += [f"        kept[{name!r}].append(v{node})" for name, node in program.kept.items()]
    lines.append("    return kept")
    scope: dict[str, Any] = {
        "names": list(program.kept),
        "months": engine.run.months,
        "series": {n: s.tolist() for n, s in program.series.items()},
        "gauss": random.gauss,
        "uniform": random.random,
        "call": {n: nodes[n].what.function for n in program.order if nodes[n].kind == "call"},
        "array": np.array,
        **{name: getattr(math, name) for name in CALLED},
    }
    exec("\n".join(lines), scope)
    return scope["path"]  # type: ignore[no-any-return]


def drawn(
    engine: Engine, count: int, given: dict[str, Callable[[Block], np.ndarray]]
) -> list[dict[str, float]]:
    """The inputs of the first draws of a run, as floats."""
    block = Block(0, count)
    wanted = [
        n.what for n in (engine.program.tape.nodes[i] for i in engine.program.order) if n.kind == "input"
    ]
    values = {n: np.broadcast_to(given[n](block), count).tolist() for n in wanted if n in given}
    return [{n: v[k] for n, v in values.items()} for k in range(count)]


def _input(engine: Engine, number: int, node: Node, outer: list[str], inner: list[str]) -> None:
    if node.what in engine.program.ends:
        inner.append(f"v{number} = s_{node.what}")
    elif node.depends == DRAW:
        outer.append(f"v{number} = given[{node.what!r}]")
    elif node.depends == TIME:
        inner.append(f"v{number} = series[{number}][month]")
    else:
        inner.append(f"v{number} = {'gauss(0.0, 1.0)' if node.what.startswith(NORMAL) else 'uniform()'}")


def _expression(number: int, node: Node) -> str:
    args = [f"v{a}" for a in node.args]
    name = getattr(node.what, "__name__", "")
    if node.kind == "where":
        return f"{args[1]} if {args[0]} else {args[2]}"
    if node.kind == "cast":
        return f"float({args[0]})"
    if node.kind == "call":
        return f"float(call[{number}]({', '.join(f'array([{a}])' for a in args)})[0])"
    if name in INFIX:
        return f"{args[0]} {INFIX[name]} {args[1]}"
    if name in ("maximum", "minimum"):
        sign = ">" if name == "maximum" else "<"
        return f"{args[0]} if {args[0]} {sign} {args[1]} else {args[1]}"
    if name == "negative":
        return f"-{args[0]}"
    if name == "logical_not":
        return f"not {args[0]}"
    if name not in CALLED:
        raise ValueError(f"no float form of {name}")
    return f"{name}({args[0]})"
