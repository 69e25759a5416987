"""The portable queries, one file each under sql/."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


@cache
def _text(name: str) -> str:
    return (files("crossbearing.gather.measure") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def query(name: str, **values: object) -> str:
    """The query `adoption/firms` or the like, with its $names filled.

    Raises:
        KeyError: A $name of the file has no value.
    """
    return Template(_text(name)).substitute({key: str(value) for key, value in values.items()})
