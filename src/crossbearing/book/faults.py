"""Faults of single cells, before they get a place: a code and a severity on top of the vocabulary's own error."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache

from crossbearing.problems import Severity
from crossbearing.vocabulary.cell import CellError


class Fault(CellError):  # noqa: N818 - a value that is collected, seldom raised to a user
    """A cell error that knows its code, and whether it stops results."""

    def __init__(
        self,
        code: str,
        what: str,
        why: str = "",
        mend: str = "",
        offset: int = 0,
        *,
        severity: Severity = Severity.ERROR,
    ) -> None:
        super().__init__(what, why, mend, offset)
        self.code = code
        self.severity = severity


def warning(code: str, what: str, why: str = "", mend: str = "") -> Fault:
    """A fault that does not stop results."""
    return Fault(code, what, why, mend, severity=Severity.WARNING)


def suggest(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """`did you mean 'x'?` with the nearest known spellings, or other advice where nothing is near."""
    near = _near(name, tuple(known))
    if not near:
        return otherwise
    return f"did you mean {' or '.join(repr(str(n)) for n in near)}?"


@lru_cache(maxsize=4096)
def _near(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    folded = {k.casefold(): k for k in reversed(known)}
    found = difflib.get_close_matches(name.casefold()[:200], folded, n=2, cutoff=0.6)
    return tuple(folded[f] for f in found)


_QUOTES = "“”„«»‘’‚′″"
_BLANKS = "\u00a0\u202f\u2007\u2009\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MINUS = "−–—‒‐‑"
_ERRORS = ("#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!")


def damage(cell: str) -> tuple[str, str, str, int] | None:
    """What a spreadsheet or word processor did to a typed cell, where its mark is unmistakable: what, why, mend, offset."""
    if cell.startswith(_ERRORS):
        return (
            f"{cell[:12]} is a spreadsheet's error value",
            "a cell such as +6.3pp was run as a formula and its text is lost",
            "write the cell again from its source; format the column as text",
            0,
        )
    if cell and set(cell) == {"#"}:
        return (
            "the cell is a row of #",
            "a column too narrow was exported as shown",
            "write the cell again",
            0,
        )
    if len(cell) > 1 and cell[0] == "'":
        return (
            f"{cell[:30]} starts with an apostrophe",
            "spreadsheets put it before text they would run as a formula",
            f"write {cell[1:30]}",
            0,
        )
    for marks, name, mend in (
        (_QUOTES, "a typographic quotation mark", "delete it; only the plain quotation mark has a meaning"),
        (_BLANKS, "an invisible or non-breaking blank", "delete it or write a plain blank"),
        (_MINUS, "a dash where a minus sign or hyphen belongs", "write the plain hyphen -"),
    ):
        at = next((i for i, ch in enumerate(cell) if ch in marks), None)
        if at is not None:
            return (
                f"the cell holds {name}, {cell[at]!a}",
                "word processors and spreadsheets put it there",
                mend,
                at,
            )
    return None
