"""The equation table and the stock-flow picture, made from the functions themselves."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping

from crossbearing.outlook.equation import Equation
from crossbearing.outlook.model import SECTORS, standard_equations
from crossbearing.outlook.sectors.start import cohort_starts

SHOWN = ("start", "start_gross", *SECTORS)


def equation_page() -> str:
    """The reference page of the standard model: one table a sector, and the picture. Markdown."""
    equations = {**standard_equations(SHOWN), **cohort_starts()}
    parts = [
        "# Equations of the outlook",
        "",
        "Made from the code by `publish/outlook/equations.py`; a test keeps the two the same. A stock's formula gives its value at",
        "the end of the month. Names that no equation computes are inputs: claims, assumptions, or schedules that shocks move.",
        "Contracts add three equations each from `commitments.csv`: the part that has come, the power, the payment.",
        "",
        "```mermaid",
        *picture(equations),
        "```",
    ]
    for sector in SHOWN:
        parts += [
            "",
            f"## {sector}",
            "",
            "| name | kind | unit | what it is | formula |",
            "| --- | --- | --- | --- | --- |",
        ]
        parts += [_row(e) for e in equations.values() if e.sector == sector]
    return "\n".join(parts) + "\n"


def _row(equation: Equation) -> str:
    cells = (f"`{equation.name}`", equation.kind, equation.unit, equation.words, f"`{formula(equation)}`")
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def formula(equation: Equation) -> str:
    """The computation as written: the returned expression, its local names replaced by what they stand for."""
    if equation.text:
        return equation.text
    tree = ast.parse(textwrap.dedent(inspect.getsource(equation.function)))
    body = tree.body[0]
    assert isinstance(body, ast.FunctionDef)
    known: dict[str, ast.expr] = {}
    for line in body.body:
        if isinstance(line, ast.Assign):
            known.update(_assigned(line, known))
        if isinstance(line, ast.Return) and line.value is not None:
            return ast.unparse(_Local(known).visit(line.value)).replace("np.", "")
    return ""


def _assigned(line: ast.Assign, known: Mapping[str, ast.expr]) -> dict[str, ast.expr]:
    target, value = line.targets[0], line.value
    pairs = (
        zip(target.elts, value.elts, strict=True)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        else [(target, value)]
    )
    return {t.id: _Local(known).visit(v) for t, v in pairs if isinstance(t, ast.Name)}


class _Local(ast.NodeTransformer):
    """Puts the expression of a local name in its place."""

    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The expression a local name stands for, else the name."""
        return self.known.get(node.id, node)


def picture(equations: Mapping[str, Equation]) -> list[str]:
    """Stocks and what reads and feeds them, as a Mermaid graph; the twelve cohorts are drawn as one."""
    stocks = {n for n, e in equations.items() if e.kind == "stock"}
    edges: dict[str, None] = {}
    for name, equation in equations.items():
        if equation.kind == "initial":
            continue
        for read in equation.inputs:
            touches = name in stocks or read in stocks
            if read in equations and equations[read].kind != "initial" and touches and read != name:
                edges[f"  {_node(read, stocks)} --> {_node(name, stocks)}"] = None
    return ["flowchart LR", *(e for e in edges if not _itself(e))]


def _node(name: str, stocks: Iterable[str]) -> str:
    shown = "sales_aged" if name.startswith("sales_aged_") else name
    return f"{shown}[{shown}]" if name in stocks else f"{shown}({shown})"


def _itself(edge: str) -> bool:
    one, _, two = edge.strip().partition(" --> ")
    return one == two
