"""Reading files into text: bounded memory, encodings recognised, nothing trusted."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from importlib.resources.abc import Traversable
from pathlib import Path

from crossbearing.book.faults import suggest
from crossbearing.book.layout import FILES
from crossbearing.problems import Problem, Severity
from crossbearing.vocabulary.claim import Position

FILE_LIMIT = 256 * 2**20
LINE_LIMIT = 2**20
_CHUNK = 2**20
BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Folder:
    """The files of a book as bytes, and what went wrong while reading them.

    Attributes:
        label: Put before file names in positions; empty for the book itself, the folder's name for an overlay.
        files: Bytes by file name.
        problems: Of reading.
    """

    label: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def shown(self, name: str) -> str:
        """The file as named in messages."""
        return f"{self.label}/{name}" if self.label else name


def read_folder(root: Path | Traversable, label: str = "") -> Folder:
    """The known files of a book folder. Files of other names are not read; a name close to a known one is pointed out."""
    folder = Folder(label)
    try:
        names = sorted(item.name for item in root.iterdir())
    except OSError as fault:
        missing = not isinstance(root, Path) or not root.exists()
        what = f"there is no folder {root}" if missing else f"cannot read the folder {root}"
        folder.problems.append(
            Problem(
                "XB101",
                Position(str(root), 1, 1),
                what,
                fault.strerror or "",
                "name the folder that holds book.toml",
            )
        )
        folder.unread.update(FILES)
        return folder
    for name in FILES:
        if name in names:
            _read_one(folder, root, name)
    folder.problems += [_misnamed(folder, name) for name in names if _is_misnamed(name, names)]
    return folder


def _is_misnamed(name: str, names: list[str]) -> bool:
    if name in FILES or not name.endswith((".csv", ".toml")):
        return False
    return any(SequenceMatcher(None, name, f).ratio() > 0.8 for f in FILES if f not in names)


def _misnamed(folder: Folder, name: str) -> Problem:
    return Problem(
        "XB101",
        Position(folder.shown(name), 1, 1),
        f"{name} is no file of a book and is not read",
        f"a book has {', '.join(FILES)}",
        f"rename it: {suggest(name, FILES)}",
        Severity.WARNING,
    )


def _read_one(folder: Folder, root: Path | Traversable, name: str) -> None:
    path = root / name
    try:
        if isinstance(path, Path):
            data, refused = _read_bounded(path)
        else:
            data, refused = path.read_bytes(), None
    except OSError as fault:
        data, refused = (
            None,
            (1, f"cannot read {name}", fault.strerror or str(fault), "check that it is a readable file"),
        )
    if refused is not None or data is None:
        line, what, why, mend = refused or (1, f"cannot read {name}", "", "")
        folder.problems.append(Problem("XB103", Position(folder.shown(name), line, 1), what, why, mend))
        folder.unread.add(name)
        return
    folder.files[name] = data


_Refused = tuple[int, str, str, str]


def _read_bounded(path: Path) -> tuple[bytes | None, _Refused | None]:
    """The bytes of a regular file, or why it is refused; a line over the limit is never held whole."""
    with open(path, "rb", opener=_no_wait) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None, (
                1,
                f"{path.name} is no ordinary file",
                "a book is made of plain files",
                "put a text file there",
            )
        if status.st_size > FILE_LIMIT:
            return None, (
                1,
                f"{path.name} holds {status.st_size / 2**20:.0f} MB",
                f"files over {FILE_LIMIT // 2**20} MB are not read",
                "split the book",
            )
        chunks: list[bytes] = []
        tail = lines = 0
        while chunk := file.read(_CHUNK):
            first, last = _newline(chunk), _newline(chunk, last=True)
            longest = tail + (first if first >= 0 else len(chunk))
            lines_here = chunk.count(b"\n") or chunk.count(b"\r")
            if longest > LINE_LIMIT:
                return None, _long_line(lines + 1)
            tail = tail + len(chunk) if last < 0 else len(chunk) - last - 1
            lines += lines_here
            chunks.append(chunk)
    if tail > LINE_LIMIT:
        return None, _long_line(lines + 1)
    return b"".join(chunks), None


def _no_wait(name: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _newline(chunk: bytes, *, last: bool = False) -> int:
    find = chunk.rfind if last else chunk.find
    at = find(b"\n")
    return at if at >= 0 else find(b"\r")


def _long_line(line: int) -> _Refused:
    return (
        line,
        f"line {line} is longer than {LINE_LIMIT // 2**20} MB",
        "a row of a book is a few hundred characters; a quotation mark may have been left open, or this is another file",
        "split the line, or put the right file in its place",
    )


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of a file without its byte order mark, and what is wrong with its encoding."""

    text: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, shown: str) -> Decoded:
    """The text of a file. UTF-8 with or without a byte order mark is accepted; anything else is explained.

    Undecodable bytes become replacement characters, so that the rest of the file is still checked.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_wide(data):
        return Decoded(_from_wide(data), (_wide(shown),))
    body = data.removeprefix(BOM)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        return Decoded(body.decode("utf-8", errors="replace"), (_not_utf8(body, fault, shown),))
    control = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if control:
        line, column = place(text, control.start())
        problem = Problem(
            "XB102",
            Position(shown, line, column),
            f"the file holds the control character {control[0]!a}",
            "it is invisible and may hide or break text",
            "delete it",
            line_text=line_text(text, control.start()),
        )
        return Decoded(text, (problem,))
    return Decoded(text)


def _looks_wide(data: bytes) -> bool:
    head = data[:400]
    return len(head) >= 4 and head.count(0) * 3 >= len(head)


def _from_wide(data: bytes) -> str:
    name = (
        "utf-16"
        if data.startswith((b"\xff\xfe", b"\xfe\xff"))
        else "utf-16-le"
        if data[1:2] == b"\0"
        else "utf-16-be"
    )
    return data.decode(name, errors="replace")


def _wide(shown: str) -> Problem:
    return Problem(
        "XB102",
        Position(shown, 1, 1),
        "the file is UTF-16",
        "spreadsheets save it as 'Unicode text'; other tools read it as noise",
        "save it as 'CSV UTF-8 (comma separated)'",
    )


def _not_utf8(body: bytes, fault: UnicodeDecodeError, shown: str) -> Problem:
    byte = body[fault.start]
    legacy = bytes([byte]).decode("cp1252", errors="replace")
    before = body[: fault.start].decode("utf-8")
    line, column = place(before, len(before))
    meant = f"; in Windows-1252 it would be {legacy}" if legacy.isprintable() and legacy != "�" else ""
    return Problem(
        "XB102",
        Position(shown, line, column),
        f"byte 0x{byte:02X} is not UTF-8",
        f"a book is UTF-8, so that every tool reads the same letters{meant}",
        "save the file as UTF-8",
    )


_BREAK = re.compile(r"\r\n|\n|\r")


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset."""
    line, start = 1, 0
    for found in _BREAK.finditer(text, 0, offset):
        line, start = line + 1, found.end()
    return line, offset - start + 1


def line_starts(text: str) -> list[int]:
    """Offsets at which the second and later lines begin."""
    return [found.end() for found in _BREAK.finditer(text)]


def line_text(text: str, offset: int) -> str:
    """The line an offset stands in, without its break."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    end = _BREAK.search(text, offset)
    return text[start : end.start() if end else len(text)]
