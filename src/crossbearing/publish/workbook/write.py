"""Sheets into an .xlsx file: the same bytes for the same content, and no text that runs as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from crossbearing.publish.workbook.sheet import Cell, Chart, Sheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
MOST_NOTE = 1_500
MOST_LINKS = 60_000  # a sheet takes 65,530
FIRST_YEAR = 1900  # of dates in a sheet
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that equal content gives equal bytes
_COLOURS = {"input": "#0000FF", "formula": "#000000", "link": "#007A33", "estimate": "#7030A0"}

_LOOKS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bg_color": "#E7EAF0", "bottom": 1, "text_wrap": True},
    "title": {"bold": True, "font_size": 15},
    "section": {"bold": True, "font_size": 11, "bottom": 1},
    "note": {"italic": True, "font_color": "#595959"},
    "input": {"bg_color": "#FFFBE6"},
}


def workbook_bytes(sheets: Sequence[Sheet], title: str, comment: str) -> bytes:
    """The file.

    Args:
        sheets: In order.
        title: Of the document.
        comment: What made it.
    """
    import xlsxwriter

    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title[:250], "comments": comment, "created": MADE})
    book.set_calc_mode("auto")
    drawn = _Writer(book)
    for sheet in sheets:
        drawn.add(sheet)
    book.close()
    return out.getvalue()


class _Writer:
    """One workbook being written; formats are made once."""

    def __init__(self, book: Any) -> None:
        self.book, self._linked = book, 0
        self._formats: dict[tuple[str, str, bool], Any] = {}

    def add(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(sheet.name)
        self._linked = 0
        page.hide_gridlines(2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        for column, width in sorted(sheet.widths.items()):
            page.set_column(column, column, width)
        if sheet.frozen != (0, 0):
            page.freeze_panes(*sheet.frozen)
            page.repeat_rows(max(sheet.frozen[0] - 1, 0))
        if sheet.filtered:
            first, last, columns = sheet.filtered
            page.autofilter(first, 0, max(last, first), columns)
        for (row, column), cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
            self._write(page, row, column, cell)
        for chart in sheet.charts:
            self._draw(page, chart)

    def _write(self, page: Any, row: int, column: int, cell: Cell) -> None:
        value = cell.value
        risky = isinstance(value, str) and value.startswith(FORMULA_STARTS)
        style = self._format(cell.role, cell.form, risky=risky)
        if cell.formula:
            page.write_formula(row, column, cell.formula, style, value)
        elif isinstance(value, bool) or value is None or value == "":
            page.write_string(row, column, "yes" if value is True else "no", style) if isinstance(
                value, bool
            ) else page.write_blank(row, column, None, style)
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            page.write_datetime(row, column, value, self._format(cell.role, "yyyy-mm-dd", risky=False))
        elif isinstance(value, int | float):
            page.write_number(row, column, value, style)
        elif cell.target and self._linked < MOST_LINKS:
            self._linked += 1
            page.write_url(row, column, cell.target, style, str(value))
        else:
            page.write_string(row, column, str(value), style)
        if cell.note:
            size = {"x_scale": 2.2, "y_scale": min(4.0, 0.6 + cell.note.count("\n") * 0.28)}
            page.write_comment(row, column, cell.note[:MOST_NOTE], {"author": "Crossbearing", **size})

    def _format(self, role: str, form: str, *, risky: bool) -> Any:
        key = (role, form, risky)
        if key not in self._formats:
            made: dict[str, Any] = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
            made |= {"font_color": _COLOURS[role]} if role in _COLOURS else {}
            made |= {"num_format": form} if form else {}
            made |= {"quote_prefix": True} if risky else {}
            made |= _LOOKS.get(role, {})
            self._formats[key] = self.book.add_format(made)
        return self._formats[key]

    def _draw(self, page: Any, chart: Chart) -> None:
        kind: dict[str, Any] = {"type": chart.kind}
        if chart.kind != "line":
            kind["subtype"] = "stacked"
        drawn = self.book.add_chart(kind)
        for line in chart.lines:
            drawn.add_series(_series(chart, line.kind, line.colour) | {
                "name": line.name, "categories": line.categories, "values": line.values,
            })  # fmt: skip
        drawn.set_title({"name": chart.title, "name_font": {"size": 11}})
        axis = {"num_format": chart.form, "num_font": {"size": 9}, "major_gridlines": {"visible": True}}
        names = {"num_font": {"size": 9}}
        if chart.kind == "bar":
            drawn.set_x_axis(axis)
            drawn.set_y_axis({**names, "reverse": True})
        else:
            drawn.set_y_axis(axis)
            drawn.set_x_axis(names)
        hidden = [i for i, line in enumerate(chart.lines) if line.kind == "hidden"]
        drawn.set_legend({"position": "bottom", "delete_series": hidden})
        drawn.set_size({"width": 760, "height": 330})
        page.insert_chart(chart.at, drawn)


def _series(chart: Chart, kind: str, colour: str) -> dict[str, Any]:
    """How one line or group of columns is painted."""
    if chart.kind == "line":
        dash = {"dash_type": "dash"} if kind == "band" else {}
        return {"line": {"color": colour, "width": 1.0 if kind == "band" else 2.25, **dash}}
    if kind == "hidden":
        return {"fill": {"none": True}, "border": {"none": True}}
    return {"fill": {"color": colour}, "border": {"none": True}, "gap": 60}
