"""The books that ship with the program. They are package data: read them, never write to them."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def bundled_book(name: str = "frontier") -> Traversable:
    """The folder of a book that ships with the program.

    Raises:
        KeyError: No book of that name ships with the program.
    """
    folder = files(__name__).joinpath(name)
    if not folder.joinpath("book.toml").is_file():
        raise KeyError(name)
    return folder
