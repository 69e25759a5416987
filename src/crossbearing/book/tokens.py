"""Exact places of cells. Runs only where something is wrong or a row is edited; the csv module reads the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')
_TO_BREAK = re.compile(r"[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Token:
    """One cell in the text of a file.

    Attributes:
        start, end: Offsets of the cell as written, its quotation marks included.
        value: The cell without quotation.
        quoted: Whether it stands in quotation marks.
        fault: What is wrong with its quotation, or an empty string.
    """

    start: int
    end: int
    value: str
    quoted: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row in the text of a file; `end` is past its line break."""

    start: int
    end: int
    tokens: tuple[Token, ...]


def record_at(text: str, start: int, delimiter: str = ",") -> Record:
    """The record that starts at an offset. A quotation left open or continued is closed at the end of its line."""
    tokens: list[Token] = []
    at = start
    while True:
        token = _token(text, at, delimiter)
        tokens.append(token)
        at = token.end
        if not text.startswith(delimiter, at):
            break
        at += len(delimiter)
    end = at + 2 if text.startswith("\r\n", at) else min(at + 1, len(text))
    return Record(start, end, tuple(tokens))


def _token(text: str, at: int, delimiter: str) -> Token:
    if not text.startswith('"', at):
        end = _plain_end(text, at, delimiter)
        return Token(at, end, text[at:end])
    match = _QUOTED.match(text, at)
    if match and (match.end() == len(text) or text[match.end()] in (delimiter, "\r", "\n")):
        return Token(at, match.end(), match[1].replace('""', '"'), quoted=True)
    fault = "text follows the closing quotation mark" if match else "a quotation mark is never closed"
    end = _plain_end(text, at, delimiter)
    return Token(at, end, text[at:end].strip('"'), quoted=True, fault=fault)


def _plain_end(text: str, at: int, delimiter: str) -> int:
    line_end = _TO_BREAK.match(text, at)
    assert line_end is not None
    found = text.find(delimiter, at, line_end.end())
    return found if found >= 0 else line_end.end()


def records(text: str, delimiter: str = ",") -> list[Record]:
    """Every record of a text, blank lines included."""
    found: list[Record] = []
    at = 0
    while at < len(text):
        record = record_at(text, at, delimiter)
        found.append(record)
        at = record.end
    return found
