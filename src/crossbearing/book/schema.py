"""The tables described for other tools: a Frictionless data package and JSON Schemas, made from the layout.

The patterns accept a little more than the loader (they know no calendar and no registry) and never less.
"""

from __future__ import annotations

from typing import Any

from crossbearing.book.layout import FORMAT, TABLES, Column, TableSpec

_NUMBER = r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([KMBT%xW]|pp|kW|MW|GW|TW)?"
_QUANTITY = rf"((>=|<=|>|<|~|up to )?\s*{_NUMBER}|~?\s*{_NUMBER}\s*\.\.\s*{_NUMBER})"
_UNIT = r"(W|count(/yr|/month)?|ratio|pp|year|date|x(/yr)?|tokens?|score|[A-Z]{3}(/[A-Za-z]+){0,2})"
_WHOLE = r"([0-9]{4}(-([0-9]{2}(-[0-9]{2})?|Q[1-4]|H[12]))?|FY[0-9]{4}(-(Q[1-4]|H[12]))?)"
_PERIOD = rf"((early|mid|late|end|by) {_WHOLE}|{_WHOLE}(\s*\.\.\s*{_WHOLE})?)"
_ID = r"[\w][\w.:+/-]{0,159}"
PATTERNS = {
    "id": _ID,
    "value": _QUANTITY,
    "unit": _UNIT,
    "period": _PERIOD,
    "instant": _PERIOD,
    "date": _PERIOD,
    "url": r"https?://\S+",
    "share": rf"~?\s*{_NUMBER}",
    "multiple": _NUMBER,
    "power": rf"{_QUANTITY}( {_UNIT})?",
    "count": rf"{_QUANTITY}( {_UNIT})?",
    "money": rf"{_QUANTITY} {_UNIT}",
    "share_price": rf"{_QUANTITY} {_UNIT}",
    "qualifiers": r'[^=;]+=("([^"\\]|\\.)*"|[^;="]*)(;[^=;]+=("([^"\\]|\\.)*"|[^;="]*))*;?\s*',
    "locator": r"[a-z0-9]+=[^;]*(;\s*[a-z0-9]+=[^;]*)*",
}


def data_package(title: str = "A book of claims", files: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The Frictionless descriptor of a book.

    Args:
        title: Of the book.
        files: Tables that are there; all by default.

    Source: Data Package and Table Schema, version 1.
    """
    present = tuple(t for t in TABLES if files is None or t.file in files)
    return {
        "profile": "tabular-data-package",
        "name": "crossbearing-book",
        "title": title,
        "version": f"{FORMAT}.0.0",
        "resources": [_resource(table, {t.file for t in present}) for table in present],
    }


def _resource(table: TableSpec, present: set[str]) -> dict[str, Any]:
    keys = [
        {"fields": c.name, "reference": {"resource": "sources", "fields": "id"}}
        for c in table.columns
        if c.kind == "source" and "sources.csv" in present
    ]
    return {
        "name": table.file.removesuffix(".csv"),
        "path": table.file,
        "title": table.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(c) for c in table.columns],
            "missingValues": [""],
            "primaryKey": "id",
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.name == "id":
        constraints["unique"] = True
    if column.words:
        constraints["enum"] = list(column.words)
    elif column.kind in PATTERNS:
        constraints["pattern"] = PATTERNS[column.kind]
    field: dict[str, Any] = {"name": column.name, "type": "string", "description": column.description}
    if column.example and not column.words:
        field["example"] = column.example
    return {**field, **({"constraints": constraints} if constraints else {})}


def table_schema(table: TableSpec) -> dict[str, Any]:
    """JSON Schema (2020-12) of the rows of a table, each an object of texts."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.file,
        "description": table.title,
        "type": "array",
        "items": {
            "type": "object",
            "properties": {c.name: _property(c) for c in table.columns},
            "required": [c.name for c in table.columns if c.needed],
            "additionalProperties": False,
        },
    }


def _property(column: Column) -> dict[str, Any]:
    base: dict[str, Any] = {"type": "string", "description": column.description}
    if column.words:
        return {**base, "enum": [*column.words, *([] if column.required else [""])]}
    if column.kind in PATTERNS:
        body = PATTERNS[column.kind]
        return {**base, "pattern": f"^({body})$" if column.required else f"^({body})?$"}
    return {**base, **({"minLength": 1} if column.required else {})}
