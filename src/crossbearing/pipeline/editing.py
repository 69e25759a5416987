"""A book edited by several people at once: rows added, changed, withdrawn and undone; nobody's change is written over.

Every change is kept in a journal outside the book, with what is needed to take it back.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crossbearing.book import journal
from crossbearing.book.layout import CLAIMS, SOURCES, TABLES, VIEWS_FILE
from crossbearing.book.saving import Edit, edit
from crossbearing.problems import UsageError

Cells = dict[str, str]
TRIES = 5
SHOWN_CHANGES = 200
JOURNAL_BYTES = 20_000_000


class EditConflict(UsageError):  # noqa: N818 - the word of the matter
    """Somebody else changed the same row meanwhile. Nothing was written.

    Attributes:
        theirs: The row as it is now; empty where it is gone.
    """

    def __init__(self, what: str, why: str, mend: str, theirs: Cells) -> None:
        super().__init__(what, why, mend)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after; None where it was not there."""

    file: str
    id: str
    before: Cells | None
    after: Cells | None


@dataclass(frozen=True, slots=True)
class Splice:
    """The bytes of one file that changed, as text, with digests of the whole file before and after."""

    file: str
    start: int
    before: str
    after: str
    digest_before: str
    digest_after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One accepted change.

    Attributes:
        id: Of the change.
        at: Time, UTC, ISO 8601.
        who: Name given by the editor.
        what: One sentence.
        rows: Rows it touched.
        splices: Bytes it touched.
        undoes: Id of the change it took back, or an empty string.
        reading: Number of the reading it accepted from, or an empty string.
    """

    id: str
    at: str
    who: str
    what: str
    rows: tuple[RowChange, ...] = ()
    splices: tuple[Splice, ...] = ()
    undoes: str = ""
    reading: str = ""


def etag(cells: Mapping[str, str] | None) -> str:
    """A short digest of a row as read; `none` for a row that is not there."""
    if cells is None:
        return "none"
    told = json.dumps({k: v for k, v in sorted(cells.items()) if v}, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:20]


@dataclass(slots=True)
class Editor:
    """Changes to one book and their journal.

    Attributes:
        root: Folder of the book; None or the bundled book cannot be edited.
        kept_in: File the changes are kept in: the journal.
    """

    root: Path | None
    kept_in: Path

    def row(self, file: str, name: str) -> Cells | None:
        """The cells of a row as they stand in the file now, or None."""
        return _cells(edit(self.root), file, name)

    def add(self, rows: Mapping[str, list[Cells]], what: str, who: str = "") -> Change:
        """Add rows to tables, all or none.

        Raises:
            UsageError: An id is taken, a column is unknown, or the book cannot be written.
            BookError: The book would have an error it had not before.
        """

        def work(changing: Edit) -> None:
            for file, listed in rows.items():
                for cells in listed:
                    changing.table(file).add(cells)

        touched = [(file, cells["id"]) for file, listed in rows.items() for cells in listed]
        return self._commit(work, touched, what, who)

    def change(self, file: str, name: str, cells: Cells, seen: str, who: str = "") -> Change:
        """Change cells of a row that is still as it was seen.

        Args:
            file: Table of the row.
            name: Id of the row.
            cells: New cells by column; others stay.
            seen: `etag` of the row as the editor saw it.
            who: Name of the editor.

        Raises:
            EditConflict: The row is no longer as seen.
            BookError: The book would have an error it had not before.
        """

        def work(changing: Edit) -> None:
            _as_seen(changing, file, name, seen)
            changing.table(file).replace(name, cells)

        return self._commit(work, [(file, name)], f"changed {name}", who)

    def withdraw(self, file: str, name: str, seen: str, who: str = "") -> Change:
        """Take a row out of the book.

        Raises:
            EditConflict: The row is no longer as seen.
            BookError: Something else in the book rests on it.
        """

        def work(changing: Edit) -> None:
            _as_seen(changing, file, name, seen)
            changing.table(file).remove(name)

        return self._commit(work, [(file, name)], f"withdrew {name}", who)

    def set_view(self, name: str, text: str, who: str = "") -> Change:
        """Put a view of the user's own into views.toml, in place of an earlier one of that name."""

        def work(changing: Edit) -> None:
            changing.drop_table(VIEWS_FILE, f"[views.{_toml(name)}]")
            changing.append(VIEWS_FILE, text)

        return self._commit(work, [], f"own view on {name}", who)

    def undo(self, change_id: str, who: str = "") -> Change:
        """Take a change back: byte for byte where the file is as it left it, else row by row where the rows are.

        Raises:
            UsageError: No such change, or it is taken back already.
            EditConflict: A row it touched was changed since.
        """
        every = self.history()
        found = next((c for c in every if c.id == change_id), None)
        if found is None:
            raise UsageError("there is no such change", "the journal does not hold it", "reload the page")
        if any(c.undoes == change_id for c in every):
            raise UsageError("this change is taken back already", "", "undo that undoing to have it again")

        if found.reading and self.root and found.reading in journal.changes(self.root):
            return self._unread(found, who)

        def work(changing: Edit) -> None:
            if not _spliced_back(changing, found.splices):
                _rows_back(changing, found)

        touched = [(r.file, r.id) for r in found.rows]
        return self._commit(work, touched, f"undid: {found.what}", who, undoes=change_id)

    def read(self, accepting: Callable[[Path], journal.Change], who: str = "") -> Change:
        """Accept proposals of a document, in the way of `xb read`, and keep the change among the others.

        Raises:
            UsageError, BookError: As `pipeline.accepting.accept`.
        """
        root = edit(self.root).root
        before = set(edit(root).table(SOURCES.file).ids)
        done = accepting(root)
        now = edit(root)
        names = [(SOURCES.file, done.source)] if done.source not in before else []
        names += [(CLAIMS.file, name) for name in done.claims]
        rows = tuple(RowChange(*key, None, _cells(now, *key)) for key in names)
        count = f"{len(done.claims)} claim{'s' if len(done.claims) != 1 else ''}"
        return self._kept(f"read {done.document}: {count}", who, rows, reading=done.id)

    def _unread(self, found: Change, who: str) -> Change:
        assert self.root is not None
        journal.undo(self.root, found.reading)
        rows = tuple(RowChange(r.file, r.id, r.after, r.before) for r in reversed(found.rows))
        return self._kept(f"undid: {found.what}", who, rows, undoes=found.id)

    def _kept(self, what: str, who: str, rows: tuple[RowChange, ...], **more: Any) -> Change:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        change = Change(secrets.token_hex(8), now, who[:80], what[:200], rows, **more)
        self._keep(change)
        return change

    def history(self) -> list[Change]:
        """The last changes, newest first. A line of the journal cut short by a crash is passed over."""
        try:
            lines = self.kept_in.read_text(encoding="utf-8").splitlines()[-SHOWN_CHANGES:]
        except OSError:
            return []
        return [c for line in reversed(lines) if (c := _change(line))]

    def _commit(
        self,
        work: Callable[[Edit], None],
        touched: list[tuple[str, str]],
        what: str,
        who: str,
        undoes: str = "",
    ) -> Change:
        """Try until no other program writes in between; every try starts from the files as they are."""
        for attempt in range(TRIES):
            changing = edit(self.root)
            old = dict(changing.before)
            before = {key: _cells(changing, *key) for key in touched}
            work(changing)
            try:
                changing.save()
            except UsageError as refused:
                if "changed by somebody else" in refused.what and attempt < TRIES - 1:
                    continue
                raise
            after = {key: _cells(changing, *key) for key in touched}
            rows = tuple(RowChange(*key, before[key], after[key]) for key in touched)
            splices = tuple(_splices(old, changing.before))
            return self._kept(what, who, rows, splices=splices, undoes=undoes)
        raise UsageError("the book is being changed all the time", "", "try again in a moment")

    def _keep(self, change: Change) -> None:
        """Append to the journal and force it to the disk."""
        self.kept_in.parent.mkdir(parents=True, exist_ok=True)
        if self.kept_in.exists() and self.kept_in.stat().st_size > JOURNAL_BYTES:
            self.kept_in.replace(self.kept_in.with_suffix(".old"))
        line = json.dumps(asdict(change), ensure_ascii=False) + "\n"
        handle = os.open(self.kept_in, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)


def journal_of(root: Path | None) -> Path:
    """Where the journal of a book is kept: $CROSSBEARING_STATE, else the user's state folder."""
    named = os.environ.get("CROSSBEARING_STATE")
    base = os.environ.get("XDG_STATE_HOME") or str(Path("~/.local/state").expanduser())
    folder = Path(named) if named else Path(base) / "crossbearing"
    name = hashlib.sha256(str(root.resolve() if root else "bundled").encode()).hexdigest()[:24]
    return folder / "journals" / f"{name}.jsonl"


def new_id(taken: set[str], *words: str) -> str:
    """A readable id that is not taken, from words such as entity, metric and period."""
    stem = re.sub(r"[^a-z0-9]+", "-", " ".join(w for w in words if w).lower()).strip("-")[:60].strip("-")
    stem = stem or "row"
    if stem not in taken:
        return stem
    return next(f"{stem}-{n}" for n in range(2, len(taken) + 3) if f"{stem}-{n}" not in taken)


def view_text(name: str, cells: Mapping[str, str]) -> str:
    """A table of views.toml; empty cells are left out."""
    lines = [f"{key} = {_toml(text)}" for key, text in cells.items() if text]
    return "\n".join([f"[views.{_toml(name)}]", *lines])


def _toml(text: str) -> str:
    """A basic TOML string: JSON's escapes are TOML's, except that DEL must be escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _cells(changing: Edit, file: str, name: str) -> Cells | None:
    if file not in changing.before and not any(t.file == file for t in TABLES):
        return None
    table = changing.table(file)
    return table.cells(name) if name in table.ids else None


def _as_seen(changing: Edit, file: str, name: str, seen: str) -> None:
    """Raises EditConflict where a row is not what the editor saw."""
    now = _cells(changing, file, name)
    if etag(now) == seen:
        return
    gone = now is None
    raise EditConflict(
        f"{name} was {'withdrawn' if gone else 'changed'} by somebody else since you opened it",
        "writing now would overwrite that",
        "look at it as it is now and decide again; what you typed is kept below",
        now or {},
    )


def _splices(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[Splice]:
    found = []
    for name, data in new.items():
        was = old.get(name, b"")
        if was == data:
            continue
        start = _alike(was, data)
        tail = _alike(was[start:][::-1], data[start:][::-1])
        found.append(
            Splice(
                name,
                start,
                was[start : len(was) - tail].decode("latin-1"),
                data[start : len(data) - tail].decode("latin-1"),
                hashlib.sha256(was).hexdigest(),
                hashlib.sha256(data).hexdigest(),
            )
        )
    return found


def _alike(one: bytes, other: bytes) -> int:
    """Length of the common beginning, by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _spliced_back(changing: Edit, splices: tuple[Splice, ...]) -> bool:
    """Whether every file is as the change left it; then its bytes are put back."""
    files = {s.file: changing.before.get(s.file, b"") for s in splices}
    if any(hashlib.sha256(files[s.file]).hexdigest() != s.digest_after for s in splices):
        return False
    for s in splices:
        data, new = files[s.file], s.after.encode("latin-1")
        changing.put(s.file, data[: s.start] + s.before.encode("latin-1") + data[s.start + len(new) :])
    return bool(splices)


def _rows_back(changing: Edit, change: Change) -> None:
    if not change.rows:
        raise EditConflict(
            "the file was changed by somebody else since",
            "this change is not a row of a table, so it can only be taken back while the file is as it left it",
            "edit the file by hand",
            {},
        )
    for row in change.rows:
        _as_seen(changing, row.file, row.id, etag(row.after))
    for row in reversed(change.rows):
        table = changing.table(row.file)
        if row.after is None:
            table.add(row.before or {})
        elif row.before is None:
            table.remove(row.id)
        else:
            table.replace(row.id, row.before)


def _change(line: str) -> Change | None:
    try:
        raw: dict[str, Any] = json.loads(line)
        rows = tuple(RowChange(**r) for r in raw.pop("rows"))
        splices = tuple(Splice(**s) for s in raw.pop("splices"))
        return Change(**raw, rows=rows, splices=splices)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
