"""The qualifier cell: `key=value; key="value with ; in it"`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from crossbearing.vocabulary.cell import CellError

_PAIR = re.compile(
    r'\s*(?P<key>[a-z][a-z0-9_]*)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^;="]*?))\s*(?:;|$)'
)
_MEND = "write key=value; key=value, and quote a value that holds ; or ="


@lru_cache(maxsize=16384)
def parse_qualifiers(cell: str) -> tuple[tuple[str, str], ...]:
    """Sorted (key, value) pairs of a qualifier cell.

    Raises:
        CellError: A pair is malformed or a key stands twice.
    """
    pairs: dict[str, str] = {}
    at = 0
    while cell[at:].strip():
        match = _PAIR.match(cell, at)
        if not match or (match["bare"] is not None and not match["bare"]):
            raise CellError(
                f"cannot read the qualifiers from {cell[at : at + 40]!r}",
                "qualifiers are typed pairs",
                _MEND,
                at,
            )
        if match["key"] in pairs:
            raise CellError(
                f"qualifier {match['key']} stands twice",
                "a claim has one value a key",
                "split the claim or remove one",
                at,
            )
        pairs[match["key"]] = match["bare"] or re.sub(r"\\(.)", r"\1", match["quoted"] or "")
        at = match.end()
    return tuple(sorted(pairs.items()))


def print_qualifiers(pairs: Iterable[tuple[str, str]]) -> str:
    """The cell that parses back to the pairs."""
    return "; ".join(f"{key}={_print(value)}" for key, value in pairs)


def _print(value: str) -> str:
    if value and value == value.strip() and not re.search(r'[;="\\]', value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@lru_cache(maxsize=16384)
def parse_list(cell: str) -> tuple[str, ...]:
    """Parts of a `; ` separated cell, empty parts dropped."""
    return tuple(part for part in (p.strip() for p in cell.split(";")) if part)
