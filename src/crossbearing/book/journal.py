"""Changes of a book remembered, so that each can be taken back: kept beside the book's files, never read as part of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from crossbearing.book.layout import CLAIMS, FILES, SOURCES
from crossbearing.book.reading import read_folder
from crossbearing.book.saving import Edit, edit, locked, write_aside
from crossbearing.problems import UsageError

FOLDER = ".crossbearing"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a book.

    Attributes:
        id: Its number, such as 0007.
        document: Base name of the document it came from.
        source: Id of its row in sources.csv.
        claims: Ids of the claims added.
        entities: Names added to book.toml.
        note: What it is remembered by.
        files: Names of the files written.
        exact: After undoing, whether every byte is as it was; else the rows were removed and later changes kept.
    """

    id: str
    document: str
    source: str
    claims: tuple[str, ...]
    entities: tuple[str, ...]
    note: str
    files: tuple[str, ...]
    exact: bool = True


def save(
    changing: Edit,
    document: str,
    source: str,
    claims: Mapping[str, Mapping[str, str]],
    entities: Sequence[str],
    note: str,
) -> Change:
    """Save an edit of a book and remember how to take it back. The memory is written first, so that no change lacks one.

    Args:
        changing: The edit, its rows added.
        document: Base name of the document they came from.
        source: Id of its row.
        claims: The rows added to claims.csv, by id.
        entities: Names added to book.toml.
        note: What the change is remembered by.

    Raises:
        BookError, UsageError: As `Edit.save`; nothing is written or remembered then.
    """
    after = changing.changed()
    folder = changing.root / FOLDER / "changes"
    folder.mkdir(parents=True, exist_ok=True)
    ignore = changing.root / FOLDER / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    number = max((int(p.stem) for p in folder.glob("[0-9]*.json") if p.stem.isdigit()), default=0) + 1
    change = Change(f"{number:04d}", document, source, tuple(claims), tuple(entities), note, tuple(after))
    states = {name: _state(changing.before.get(name), data) for name, data in after.items()}
    path = folder / f"{change.id}.json"
    rows = {name: dict(cells) for name, cells in claims.items()}
    write_aside(folder, {path.name: _written({**asdict(change), "states": states, "rows": rows})})
    try:
        changing.save()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return change


def undo(root: Path, change_id: str = "") -> Change:
    """Take a change back.

    Raises:
        UsageError: There is none, or rows of it were changed since.
        BookError: Other rows rest on it.
    """
    edit(root)
    path = _entry(root, change_id)
    told = json.loads(path.read_text(encoding="utf-8"))
    states, rows = told.pop("states"), told.pop("rows")
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
    change = Change(**fields)
    exact = _restored(root, states)
    if not exact:
        _remove_rows(root, change, rows)
    path.unlink()
    return replace(change, exact=exact)


def changes(root: Path) -> tuple[str, ...]:
    """Ids of the changes that can be taken back, the oldest first."""
    folder = root / FOLDER / "changes"
    return tuple(sorted(p.stem for p in folder.glob("[0-9]*.json"))) if folder.is_dir() else ()


def _entry(root: Path, change_id: str) -> Path:
    known = changes(root)
    if not known or (change_id and change_id not in known):
        raise UsageError(
            f"no change {change_id} to undo" if change_id else "nothing to undo",
            "changes made by hand are not remembered",
            f"changes that can be undone: {', '.join(known)}" if known else "use git for others",
        )
    return root / FOLDER / "changes" / f"{change_id or known[-1]}.json"


def _written(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _state(before: bytes | None, after: bytes) -> dict[str, Any]:
    """How a file gets back to what it was: its length where only something was added at its end, else its bytes."""
    appended = before is not None and after.startswith(before)
    return {
        "existed": before is not None,
        "after": hashlib.sha256(after).hexdigest(),
        "length": len(before) if appended and before is not None else None,
        "bytes": None if appended or before is None else base64.b64encode(before).decode(),
    }


def _restored(root: Path, states: Mapping[str, Any]) -> bool:
    """Put the files back as they were, if each is still as the change left it."""
    with locked(root):
        now = read_folder(root).files
        if any(hashlib.sha256(now.get(n, b"")).hexdigest() != s["after"] for n, s in states.items()):
            return False
        back = {
            n: _before(now[n], states[n]) for n in reversed(FILES) if n in states and states[n]["existed"]
        }
        write_aside(root, back)
        for name, state in states.items():
            if not state["existed"]:
                (root / name).unlink()
    return True


def _before(now: bytes, state: Mapping[str, Any]) -> bytes:
    return now[: state["length"]] if state["bytes"] is None else base64.b64decode(state["bytes"])


def _remove_rows(root: Path, change: Change, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Remove the rows of a change and leave everything else as it is now."""
    changing = edit(root)
    claims, sources = changing.table(CLAIMS.file), changing.table(SOURCES.file)
    for name in (n for n in change.claims if n in claims.ids):
        if any(value != rows[name].get(column, "") for column, value in claims.cells(name).items()):
            raise UsageError(
                f"claim {name} was changed since it was accepted",
                "undoing would lose that change",
                "remove the row by hand if it is to go",
            )
        claims.remove(name)
    used = {claims.cells(n).get("source") for n in claims.ids}
    if SOURCES.file in change.files and change.source in sources.ids and change.source not in used:
        sources.remove(change.source)
    changing.save()
