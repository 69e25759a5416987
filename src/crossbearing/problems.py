"""Problems as values, and the two ways a command refuses: wrong use and numerical refusal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from crossbearing.vocabulary.claim import Position, Visibility


class Severity(StrEnum):
    """An error stops results; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the book: where, what, why and how to mend it.

    Attributes:
        code: XB1 syntax, XB2 vocabulary, XB3 sourcing, XB4 impossible, XB5 inference, XB6 simulation, XB7 valuation, XB9 lineage.
        position: File, line and column.
        what: One lower-case sentence without a full stop.
        why: The reason.
        mend: What to do.
        severity: error or warning.
        line_text: The line of the book, for display; may be empty.
        width: Characters to underline.
        visibility: Of the row it is about; its words quote the row.
    """

    code: str
    position: Position
    what: str
    why: str = ""
    mend: str = ""
    severity: Severity = Severity.ERROR
    line_text: str = ""
    width: int = 1
    visibility: Visibility = Visibility.PUBLIC

    def seen_by(self, highest: Visibility, hidden: Iterable[str] = ()) -> Problem:
        """The problem as a reader up to a visibility may see it: its place and code, without words of a row above it.

        Args:
            highest: The visibility.
            hidden: Names that must not be told, such as ids of private claims offered as a correction.
        """
        told = f"{self.what} {self.why} {self.mend} {self.line_text}"
        if self.visibility.rank <= highest.rank and not any(name in told for name in hidden):
            return self
        return Problem(
            self.code,
            self.position,
            f"a problem in a row above the visibility {highest}",
            "its words quote the row",
            "run the command without --visibility to see it",
            self.severity,
        )

    def as_json(self) -> dict[str, Any]:
        """The fields of the command-line contract."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "file": self.position.file,
            "line": self.position.line,
            "column": self.position.column,
            "what": self.what,
            "why": self.why,
            "mend": self.mend,
        }

    def as_text(self) -> str:
        """The message with the line of the book underlined."""
        lines = [f"{self.position}: {self.severity} {self.code}: {self.what}"]
        if self.line_text:
            lines += _excerpt(self.line_text, self.position, self.width)
        lines += [f"  {name}  {text}" for name, text in (("why: ", self.why), ("mend:", self.mend)) if text]
        return "\n".join(lines)


def _excerpt(text: str, position: Position, width: int, limit: int = 100) -> list[str]:
    """The line around the column with a caret under it, cut to a readable length."""
    column = max(position.column - 1, 0)
    start = max(0, column - limit // 2)
    shown = printable(text[start : start + limit])
    gutter = f"{position.line:>5} | "
    underline = "^" * max(1, min(width, limit - (column - start), len(shown) - (column - start)))
    return [gutter + shown, " " * (len(gutter) - 2) + "| " + " " * (column - start) + underline]


def printable(text: str) -> str:
    """Text with control characters replaced, one for one, so that a book cannot drive the terminal."""
    return "".join(ch if ch.isprintable() else " " if ch == "\t" else "�" for ch in text)


class CrossbearingError(Exception):
    """Base of the two refusals; `exit_code` is what a command returns."""

    exit_code = 2

    def __init__(self, what: str, why: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.mend = mend

    def as_text(self) -> str:
        """What, why and mend on lines of their own."""
        tail = [f"  {name}  {text}" for name, text in (("why: ", self.why), ("mend:", self.mend)) if text]
        return "\n".join([f"error: {self.what}", *tail])

    def as_json(self) -> dict[str, Any]:
        """The same fields as a problem, without a place."""
        return {"what": self.what, "why": self.why, "mend": self.mend}


class UsageError(CrossbearingError):
    """Wrong use of a command: unknown entity, a flow asked for at an instant, a file that is not there. Exit 2."""


class MissingExtra(UsageError):  # noqa: N818 - named as what it tells
    """A package that is not installed, told by the extra that brings it: the core stays light. Exit 2.

    Args:
        what: What was asked for.
        extra: Name of the extra in `pyproject.toml`.
        instead: What can be done without it.
    """

    def __init__(self, what: str, extra: str, instead: str = "") -> None:
        mend = f"pip install 'crossbearing[{extra}]'" + (f", or {instead}" if instead else "")
        super().__init__(
            f"{what} needs the extra {extra}",
            "packages that not everybody needs are not installed with the core",
            mend,
        )


class Refusal(CrossbearingError):  # noqa: N818 - the word of the contract
    """A numerical refusal: not converged, not identified, not computable. Exit 3."""

    exit_code = 3


class BookError(CrossbearingError):
    """The book has errors, so no result can be given. Carries all of them. Exit 1."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            f"the book has {len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}",
            "",
            "run `xb check` to see them with their places",
        )


def line_in(fault: BaseException, file: Path) -> str:
    """The last line of a file in the traceback of a fault, as `:12`; empty where the file is not in it."""
    found, trace = "", fault.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename) == file:
            found = f":{trace.tb_lineno}"
        trace = trace.tb_next
    return found
