"""A TOML file with the places of its keys, found in the text, since the parser forgets them."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crossbearing.book.faults import Fault, suggest, warning
from crossbearing.book.reading import line_starts, line_text, place
from crossbearing.problems import Problem, Severity
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Position

Path = tuple[str, ...]
_PART = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_LINE = re.compile(
    rf"^[ \t]*(?:(?P<open>\[\[?)[ \t]*(?P<table>{_DOTTED})[ \t]*\]|(?P<key>{_DOTTED})[ \t]*=)", re.MULTILINE
)
_WHERE = re.compile(r"at line (\d+), column (\d+)")


@dataclass(slots=True)
class TomlFile:
    """One TOML file: its content, the offsets of its keys and its problems."""

    file: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: bool = False
    _offsets: dict[Path, int] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)

    def position(self, path: Path) -> Position:
        """Where a key stands, or the nearest table above it."""
        return Position(self.file, *self._place(self._offset(path)))

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset; where lines begin is found once, not for every key."""
        if not self._starts:
            self._starts = [0, *line_starts(self.text)]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def _offset(self, path: Path) -> int:
        if not self._offsets:
            self._offsets = _offsets(self.text)
        while path and path not in self._offsets:
            path = path[:-1]
        return self._offsets.get(path, 0)

    def blame(self, path: Path, fault: CellError, code: str = "XB120") -> None:
        """Add a problem at a key."""
        offset = self._offset(path)
        severity = fault.severity if isinstance(fault, Fault) else Severity.ERROR
        self.problems.append(
            Problem(
                fault.code if isinstance(fault, Fault) else code,
                Position(self.file, *self._place(offset)),
                fault.what,
                fault.why,
                fault.mend,
                severity,
                line_text(self.text, offset),
                len(path[-1]) if path else 1,
            )
        )

    def read(self, path: Path, parse: Callable[[Any], Any], default: Any = None) -> Any:
        """The parsed value at a path; the default where it is absent or has a fault."""
        value: Any = self.data
        for part in path:
            if not isinstance(value, Mapping) or part not in value:
                return default
            value = value[part]
        try:
            return parse(value)
        except CellError as fault:
            self.blame(path, fault)
            return default

    def table(self, path: Path) -> Mapping[str, Any]:
        """The table at a path; empty where it is absent or is none."""
        found = self.read(path, a_table, {})
        assert isinstance(found, Mapping)
        return found

    def only(self, path: Path, known: Iterable[str]) -> None:
        """Warn of keys nobody reads."""
        listed = tuple(known)
        for key in self.table(path) if path else self.data:
            if key not in listed:
                self.blame(
                    (*path, key),
                    warning(
                        "XB121",
                        f"{key!r} is not read",
                        f"{'.'.join(path) or 'the file'} has {', '.join(listed)}",
                        suggest(key, listed, "remove it or correct its name"),
                    ),
                )


def read_toml(text: str, file: str) -> TomlFile:
    """The file, with one problem at the exact place where its syntax breaks."""
    read = TomlFile(file, text)
    try:
        read.data = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        found = _WHERE.search(str(fault))
        line, column = (int(found[1]), int(found[2])) if found else place(text, len(text))
        what = str(fault).partition(" (at ")[0]
        lines = text.splitlines()
        read.broken = True
        read.problems.append(
            Problem(
                "XB108",
                Position(file, line, column),
                f"the file is not valid TOML: {what[0].lower()}{what[1:]}"
                if what
                else "the file is not valid TOML",
                "nothing after this place can be read",
                "texts stand in quotation marks, tables in [brackets], and a name with a blank or a dot is quoted",
                line_text=lines[line - 1] if line <= len(lines) else "",
            )
        )
    return read


def _offsets(text: str) -> dict[Path, int]:
    """Offset of every key and table that starts a line; the first of an array of tables also stands for the array."""
    found: dict[Path, int] = {}
    base: Path = ()
    counts: dict[Path, int] = {}
    for match in _LINE.finditer(text):
        if match["table"]:
            base = _parts(match["table"])
            if match["open"] == "[[":
                number = counts[base] = counts.get(base, -1) + 1
                found.setdefault(base, match.start("table"))
                base = (*base, str(number))
            found.setdefault(base, match.start("table"))
        else:
            path = base
            for part in _parts(match["key"]):
                path = (*path, part)
                found.setdefault(path, match.start("key"))
    return found


def _parts(dotted: str) -> Path:
    found = re.findall(_PART, dotted)
    return tuple(p[1:-1] if p[0] in "\"'" else p for p in found)


def a_table(value: Any) -> Mapping[str, Any]:
    """A table.

    Raises:
        CellError: Anything else.
    """
    if not isinstance(value, Mapping):
        raise CellError("this is no table", "", "write it as [table] with keys below, or as { key = value }")
    return value


def a_text(value: Any) -> str:
    """A text.

    Raises:
        CellError: Anything else.
    """
    if not isinstance(value, str):
        raise CellError(f"{value!r} is no text", "", "put it in quotation marks")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts.

    Raises:
        CellError: Anything else.
    """
    if isinstance(value, str) or not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise CellError(f"{value!r} is no list of texts", "", 'write ["one", "two"]')
    return tuple(value)


def a_day(value: Any) -> date:
    """A day, as a TOML date or as text.

    Raises:
        CellError: Anything else.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise CellError(f"{str(value)[:40]!r} is no day", "judgment is dated", "write 2026-05-29") from None
