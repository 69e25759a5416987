"""The equation table: every formula is written out, and the page in the docs is the one the code makes."""

import ast
from pathlib import Path

from crossbearing.outlook.model import SECTORS, standard_equations
from crossbearing.publish.outlook.equations import equation_page, formula

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "outlook-equations.md"


def test_the_page_is_the_one_the_code_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == equation_page(), "run python docs/outlook_equations.py"


def test_every_formula_reads_the_names_it_is_wired_to() -> None:
    for equation in standard_equations(SECTORS).values():
        if equation.text:
            continue
        names = {n.id for n in ast.walk(ast.parse(formula(equation))) if isinstance(n, ast.Name)}
        assert set(equation.inputs) <= names, equation.name


def test_every_equation_says_what_it_is() -> None:
    for equation in standard_equations(SECTORS).values():
        assert equation.words.endswith("."), equation.name
        assert equation.unit, equation.name
