"""Writing a book: checked before, written aside, never over somebody else's change."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crossbearing.book.edit import TableEdit
from crossbearing.book.layout import FILES, TABLES, TableSpec
from crossbearing.book.load import Loaded, bundled, load
from crossbearing.book.reading import read_folder
from crossbearing.book.tokens import records
from crossbearing.problems import BookError, UsageError

# A newer format, TOML that does not parse, a missing file: what is written then cannot be checked.
_BLIND = ("XB101", "XB108", "XB122")
_SPECS = {spec.file: spec for spec in TABLES}


@dataclass(slots=True)
class Edit:
    """Changes to a book, from reading it to saving them.

    Attributes:
        root: Folder of the book.
        before: Bytes of its files as first read.
    """

    root: Path
    before: Mapping[str, bytes] = field(default_factory=dict)
    _tables: dict[str, TableEdit] = field(default_factory=dict)
    _texts: dict[str, bytes] = field(default_factory=dict)

    def table(self, file: str) -> TableEdit:
        """A table to add to, replace in or remove from; a missing one starts with its header."""
        if file not in self._tables:
            self._tables[file] = TableEdit(_SPECS[file], self.before.get(file, b""))
        return self._tables[file]

    def append(self, file: str, text: str) -> None:
        """Add text at the end of a TOML file, after a blank line."""
        old = self._texts.get(file, self.before.get(file, b""))
        line_end = b"\r\n" if b"\r\n" in old else b"\n"
        gap = b"" if not old else line_end if old.endswith(b"\n") else line_end * 2
        self._texts[file] = old + gap + text.strip("\n").encode().replace(b"\n", line_end) + line_end

    def put(self, file: str, data: bytes) -> None:
        """Put the whole of a file, for a change taken back byte for byte."""
        self._tables.pop(file, None)
        self._texts[file] = data

    def drop_table(self, file: str, heading: str) -> None:
        """Remove one table of a TOML file, from its heading to the next heading; nothing where it is not there."""
        lines = self._texts.get(file, self.before.get(file, b"")).splitlines(keepends=True)
        wanted = heading.encode()
        starts = [n for n, line in enumerate(lines) if line.strip() == wanted]
        if not starts:
            return
        first = starts[0]
        last = next(
            (n for n in range(first + 1, len(lines)) if lines[n].lstrip().startswith(b"[")), len(lines)
        )
        self._texts[file] = b"".join(lines[:first] + lines[last:])

    def changed(self) -> dict[str, bytes]:
        """Files whose bytes differ from what was read; sources before claims, so that a crash leaves nothing dangling."""
        after = {**{name: t.result() for name, t in self._tables.items()}, **self._texts}
        return {name: after[name] for name in FILES if name in after and after[name] != self.before.get(name)}

    def save(self) -> tuple[str, ...]:
        """Write the changes; the names of the files written.

        Raises:
            BookError: The changed book would have errors it had not before. Nothing is written.
            UsageError: Somebody else changed one of the files meanwhile, or the disk refused. Nothing is written over.
        """
        changed = self.changed()
        if not changed:
            return ()
        with locked(self.root):
            _unchanged(self.root, {name: self.before.get(name) for name in changed})
            _still_sound(self.root, changed)
            write_aside(self.root, changed)
        self.before = {**self.before, **changed}
        self._tables.clear()
        self._texts.clear()
        return tuple(changed)


def edit(root: Path | None) -> Edit:
    """Start changing a book.

    Raises:
        UsageError: It is the bundled book, or no folder.
    """
    if root is None or is_bundled(root):
        raise UsageError(
            "the bundled book is not written to",
            "it is part of the program and the same for everybody",
            "make your own copy with `xb new DIR --from frontier`",
        )
    if not root.is_dir():
        raise UsageError(f"there is no folder {root}", "", "make a book with `xb new DIR`")
    folder = read_folder(root)
    refused = [p for p in folder.problems if p.code == "XB103"]
    if refused:
        raise BookError(refused)
    return Edit(root, dict(folder.files))


def is_bundled(root: Path) -> bool:
    """Whether a folder is, or lies inside, the books that ship with the program."""
    shipped = Path(str(bundled())).parent.resolve()
    return root.resolve().is_relative_to(shipped)


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """One writer at a time. Where the system has no such lock, the comparison of contents still holds."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _unchanged(root: Path, before: Mapping[str, bytes | None]) -> None:
    """Raises UsageError where a file is no longer what the edit started from."""
    now = read_folder(root).files
    for name, old in before.items():
        if now.get(name) != old:
            raise UsageError(
                f"{name} was changed by somebody else since it was read: {difference(name, old, now.get(name))}",
                "writing now would overwrite that change",
                "run the command again; it starts from the file as it is now",
            )


def difference(name: str, old: bytes | None, new: bytes | None) -> str:
    """What changed between two states of a file: ids of rows added, removed and changed, or lines."""
    if old is None or new is None:
        return "the file was removed" if new is None else "the file is new"
    before, after = _by_id(_SPECS.get(name), old), _by_id(_SPECS.get(name), new)
    parts = [
        ("added", [k for k in after if k not in before]),
        ("removed", [k for k in before if k not in after]),
        ("changed", [k for k in after if k in before and after[k] != before[k]]),
    ]
    listed = [f"{verb} {', '.join(keys[:5])}{' and more' * (len(keys) > 5)}" for verb, keys in parts if keys]
    return "; ".join(listed) or "only blanks, quotation or order changed"


def _by_id(spec: TableSpec | None, data: bytes) -> dict[str, tuple[str, ...]]:
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
    if spec is None:
        return {f"line {n}": (line,) for n, line in enumerate(text.splitlines(), start=1)}
    rows = [tuple(t.value for t in r.tokens) for r in records(text)]
    return {row[0]: row for row in rows[1:] if any(row)}


def _still_sound(root: Path, changed: Mapping[str, bytes]) -> None:
    """Raises BookError with the errors that the change would bring in."""
    after = load(root, replaced=changed)
    had = Counter(_kinds(load(root))) if after.errors else Counter()
    new = []
    for problem in after.errors:
        kind = (problem.code, problem.position.file, problem.what)
        if had[kind] and problem.code not in _BLIND:
            had[kind] -= 1
        else:
            new.append(problem)
    if new:
        raise BookError(new)


def _kinds(loaded: Loaded) -> Iterator[tuple[str, str, str]]:
    for problem in loaded.errors:
        yield problem.code, problem.position.file, problem.what


def write_aside(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write files so that a crash or a full disk leaves each as it was or as it is to be.

    All are written beside their place and forced to the disk first, then each takes its place in one step.

    Raises:
        UsageError: The disk refused. No file was changed, unless it refused while taking places; then the message says which.
    """
    aside: list[tuple[Path, Path]] = []
    done: list[str] = []
    try:
        for name, data in contents.items():
            target = (root / name).resolve()
            aside.append((_write_one(target, data), target))
        for temporary, target in aside:
            temporary.replace(target)
            done.append(target.name)
        _force(root)
    except OSError as fault:
        raise UsageError(
            f"cannot write to {root}: {fault.strerror or fault}",
            f"already written: {', '.join(done)}" if done else "nothing was changed",
            "make room or get the right to write, and run the command again",
        ) from fault
    finally:
        for temporary, _ in aside:
            temporary.unlink(missing_ok=True)


def _write_one(target: Path, data: bytes) -> Path:
    """The file written beside its place, with the rights of the one it will replace."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".aside", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _force(folder: Path) -> None:
    """Force the names of a folder to the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
