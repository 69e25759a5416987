"""Grammars of the cells that are no figure and no period: ids, words, names, links, locators, shares, amounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from crossbearing.book.faults import Fault, suggest
from crossbearing.vocabulary.book import Amount
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.currency import CURRENCIES
from crossbearing.vocabulary.period import Duration, Instant, parse_known, parse_period
from crossbearing.vocabulary.quantity import Relation, parse_quantity
from crossbearing.vocabulary.unit import Unit, parse_unit

_ID = re.compile(r"\w[\w.:+/-]{0,159}")
_LOCATOR_KEYS = {
    "doc",
    "chars",
    "page",
    "cell",
    "sheet",
    "sha256",
    "section",
    "line",
    "row",
    "table",
    "fact",
    "time",
}


def text(cell: str) -> str:
    """Any text, as it is."""
    return cell


def identifier(cell: str) -> str:
    """A name of a row: letters, digits and . _ : + / - without blanks.

    Raises:
        CellError: Empty, or another character.
    """
    if _ID.fullmatch(cell) and ".." not in cell:
        return cell
    if not cell:
        raise Fault(
            "XB114", "the id is empty", "every row is named, so that a figure can lead back to it", "name it"
        )
    raise Fault(
        "XB114",
        f"{cell[:60]!r} is no id",
        "ids go on the command line and into links",
        "use letters, digits and . _ : + / - without blanks, at most 160",
    )


def one_of(words: Iterable[str], name: str, default: str | None = None) -> Callable[[str], str]:
    """A reader of one word of a list.

    Args:
        words: The vocabulary.
        name: What it is, for the message.
        default: What an empty cell means; None where a word is required.
    """
    listed = tuple(words)
    table = {word: word for word in listed}
    if default is not None:
        table[""] = default

    def read(cell: str) -> str:
        try:
            return table[cell]
        except KeyError:
            pass
        folded = cell.casefold().replace(" ", "_").replace("-", "_")
        near = (
            f"write {folded}"
            if folded in listed
            else suggest(cell, listed, f"write one of {', '.join(listed)}")
        )
        what = f"{cell[:60]!r} is no {name}" if cell else f"the {name} is missing"
        raise Fault("XB204", what, f"{name} is one of {', '.join(listed)}", near)

    return read


def link(cell: str) -> str:
    """A public link, or nothing.

    Raises:
        CellError: Not an http(s) address.
    """
    if not cell or re.fullmatch(r"https?://[^\s<>\"'\\^`{|}]+", cell):
        return cell
    raise Fault(
        "XB116",
        f"{cell[:60]!r} is no link",
        "a link is opened from the report, so only http and https are let in",
        "write https://..., or leave it empty and say in the note where the document is",
    )


def known_date(cell: str) -> Instant | None:
    """A day, month or year of knowledge."""
    return parse_known(cell)


def instant(cell: str) -> Instant | None:
    """A point in time, possibly imprecise.

    Raises:
        CellError: A span.
    """
    found = parse_period(cell, "instant")
    if isinstance(found, Duration):
        raise CellError(f"{cell} is a span, not a date", "", "write 2026-05-13, 2026-05, 2026-Q2 or 2026")
    return found


def unit(cell: str) -> Unit:
    """A unit whose currency exists.

    Raises:
        CellError: No unit of the book format, or no ISO 4217 currency.
    """
    found = parse_unit(cell)
    if found.currency and found.currency not in CURRENCIES:
        raise Fault(
            "XB203",
            f"{found.currency} is no currency",
            "currencies are written as in ISO 4217",
            suggest(found.currency, sorted(CURRENCIES), "write USD, EUR, CNY ..."),
        )
    return found


@lru_cache(maxsize=16384)
def locator(cell: str) -> str:
    """Where in the document, never a way out of its folder.

    Raises:
        CellError: A path, an unknown key or a malformed place.
    """
    for part in cell.split(";") if cell else ():
        key, equals, value = part.strip().partition("=")
        at = cell.find(part) + len(part) - len(part.lstrip())
        if not equals or key not in _LOCATOR_KEYS:
            raise Fault(
                "XB117",
                f"cannot read the locator from {part.strip()[:40]!r}",
                "a locator is key=value; key=value",
                f"write chars=100-120;sha256=..., page=3, cell=B7 or doc=a.txt; keys are {', '.join(sorted(_LOCATOR_KEYS))}",
                at,
            )
        fault = _place_fault(key, value.strip())
        if fault:
            raise Fault("XB117", *fault, at + len(key) + 1)
    return cell


_PLACES: dict[str, tuple[str, str, str, str]] = {
    "chars": (
        r"[0-9]{1,12}-[0-9]{1,12}",
        "span of characters",
        "a span is start-end, start first",
        "chars=100-120",
    ),
    "sha256": (
        r"[0-9a-f]{8,64}",
        "SHA-256",
        "it is 64 hexadecimal digits, or the first 8 and more",
        "it again",
    ),
    "page": (r"[1-9][0-9]{0,6}(-[1-9][0-9]{0,6})?", "page number", "pages count from 1", "page=3"),
    "line": (r"[1-9][0-9]{0,6}(-[1-9][0-9]{0,6})?", "line number", "lines count from 1", "line=3"),
    "row": (r"[1-9][0-9]{0,6}(-[1-9][0-9]{0,6})?", "row number", "rows count from 1", "row=3"),
}
_WAY_OUT = re.compile(r"(^|[/\\])\.\.|^[/\\~]|^[A-Za-z]:|\\|%2e|%2f|%5c|//|^$", re.IGNORECASE)


def _place_fault(key: str, value: str) -> tuple[str, str, str] | None:
    """What is wrong with one part of a locator: what, why, mend."""
    if key == "doc" and _WAY_OUT.search(value):
        return (
            f"document {value[:60]!r} leaves the folder of documents",
            "a locator may only name a file below documents/",
            "write its bare name, such as doc=a.txt",
        )
    if key in _PLACES:
        pattern, name, why, mend = _PLACES[key]
        start, _, end = value.partition("-")
        backwards = key == "chars" and start.isdigit() and end.isdigit() and int(start) >= int(end)
        if backwards or not re.fullmatch(pattern, value):
            return (f"{value[:40]!r} is no {name}", why, f"write {mend}")
    return (
        None if value else (f"{key} is empty", "a place needs a value", f"write {key}=..., or leave it out")
    )


def share(cell: str) -> float | None:
    """A share between 0 and 1, as 40% or 0.4; None where empty.

    Raises:
        CellError: Not a plain figure, or outside 0..1.
    """
    if not cell:
        return None
    found = parse_quantity(cell, RATIO)
    if found.relation not in (Relation.EXACT, Relation.ABOUT):
        raise Fault("XB118", f"{cell} is no single share", "a share here is one figure", "write 40% or 0.4")
    if not 0 <= found.value <= 1:
        raise Fault(
            "XB118",
            f"{cell} is outside 0 to 100%",
            "a share or probability lies between 0 and 1",
            "correct it",
        )
    return found.value


def multiple(cell: str) -> float | None:
    """A multiple such as 1x, or None where empty.

    Raises:
        CellError: Not a plain figure.
    """
    if not cell:
        return None
    found = parse_quantity(cell, parse_unit("x"))
    if found.relation is not Relation.EXACT or found.value < 0:
        raise Fault(
            "XB118", f"{cell} is no multiple", "a preference is a multiple of the money put in", "write 1x"
        )
    return found.value


RATIO = parse_unit("ratio")


def amount(kinds: tuple[str, ...], default: str, example: str) -> Callable[[str], Amount | None]:
    """A reader of a figure with its unit in one cell, such as `45B USD`; empty is None.

    Args:
        kinds: Kinds of unit that fit.
        default: The unit where none is written, or an empty string where it must be.
        example: A good cell, for the message.
    """

    def read(cell: str) -> Amount | None:
        if not cell:
            return None
        figure, _, tail = cell.rpartition(" ")
        if figure and re.match(r"[A-Za-z]", tail) and figure != "up to":
            found = unit(tail)
        elif default:
            figure, found = cell, parse_unit(default)
        else:
            raise Fault(
                "XB203",
                f"{cell[:40]!r} has no unit",
                "amounts of unlike units are never added",
                f"write {example}",
            )
        if found.kind not in kinds:
            raise Fault(
                "XB205",
                f"{found} does not fit here",
                f"the column holds {' or '.join(kinds)}",
                f"write {example}",
            )
        return Amount(parse_quantity(figure, found), found)

    return read


def grammar(kind: str, words: tuple[str, ...], name: str, default: str | None) -> Callable[[str], Any] | None:
    """The reader of a column whose grammar needs nothing else of the book; None for the others."""
    readers: dict[str, Callable[[str], Any]] = {
        "id": identifier,
        "text": text,
        "url": link,
        "date": known_date,
        "instant": instant,
        "unit": unit,
        "locator": locator,
        "share": share,
        "multiple": multiple,
        "power": amount(("power",), "W", "3.5GW"),
        "money": amount(("money", "money_rate"), "", "45B USD or 1.25B USD/month"),
        "count": amount(("count",), "count", "120M"),
        "share_price": amount(("price", "money"), "", "12.5 USD/share"),
    }
    return one_of(words, name, default) if kind == "word" else readers.get(kind)
