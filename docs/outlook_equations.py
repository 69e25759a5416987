"""Writes the equation table of the outlook: python docs/outlook_equations.py"""

from pathlib import Path

from crossbearing.publish.outlook.equations import equation_page

PAGE = Path(__file__).parent / "reference" / "outlook-equations.md"

if __name__ == "__main__":
    PAGE.write_text(equation_page(), encoding="utf-8")
    print(PAGE)
