"""Claims that an assistant proposes: held beside the book until a person accepts or drops them. No other code writes them in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossbearing.book.journal import FOLDER, Change
from crossbearing.book.saving import write_aside
from crossbearing.pipeline import Opened
from crossbearing.pipeline.accepting import accept
from crossbearing.pipeline.reading import edited, propose
from crossbearing.problems import UsageError
from crossbearing.vocabulary.reading import Proposed, Reading, Verdict

if TYPE_CHECKING:
    from crossbearing.gather.extract.document import Document
    from crossbearing.gather.llm.reply import Figure

QUEUE = "pending"
MOST = 200
_KEY = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that waits for a person.

    Attributes:
        key: Its name in the queue.
        reading: The document with this one proposal, compared with the book as it is now.
        by: Who proposed it.
    """

    key: str
    reading: Reading
    by: str

    @property
    def proposal(self) -> Proposed:
        """The proposal."""
        return self.reading.proposals[0]


def verified_reading(opened: Opened, document: Document, figure: Figure, seed: int) -> Reading:
    """One figure that somebody says stands in a document, verified there and compared with the book. Nothing is written.

    Args:
        opened: The book.
        document: The document.
        figure: The figure with its quote, its number and what it is said to be.
        seed: Of the random numbers.

    Raises:
        UsageError: The quote does not stand in the document, its number is another, or it fits no metric of the book.
    """
    from crossbearing.gather.llm.verify import evidence_of, verified

    evidence = evidence_of(document, tuple(opened.book.entities.values()), opened.book.registry)
    found, dropped = verified(evidence, [figure], 0, len(document.text))
    if not found:
        raise UsageError(
            f"refused: {dropped[0].reason}",
            f"the figure given is {dropped[0].value_text!r}",
            "copy the sentence and the figure from the document character by character, and give that number",
        )
    return propose(opened, document, lambda *_: tuple(found), seed=seed, moves=False)


def enqueue(root: Path, reading: Reading, by: str) -> str:
    """Put a proposal into the queue of a book; the same proposal again is the same entry.

    Args:
        root: Folder of the book.
        reading: With one proposal.
        by: Who proposes it.

    Returns:
        Its key.

    Raises:
        UsageError: The queue is full, or the folder cannot be written.
    """
    proposal = reading.proposals[0]
    held = {"by": by[:80], **reading.as_json(), "proposals": [proposal.as_json()]}
    told = json.dumps([dict(reading.source), dict(proposal.cells)], sort_keys=True, ensure_ascii=False)
    key = hashlib.sha256(told.encode()).hexdigest()[:12]
    folder = root / FOLDER / QUEUE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = root / FOLDER / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        if len(_keys(root)) >= MOST and key not in _keys(root):
            raise UsageError(
                f"{MOST} proposals wait already", "somebody has to decide on them first", "run xb pending"
            )
        write_aside(folder, {f"{key}.json": json.dumps(held, indent=1, ensure_ascii=False).encode()})
    except OSError as fault:
        raise UsageError(f"cannot write into {folder}", str(fault), "") from fault
    return key


def waiting(opened: Opened, root: Path) -> tuple[Waiting, ...]:
    """Every proposal of the queue, compared with the book as it is now; a damaged entry is left out."""
    found = []
    for key in _keys(root):
        try:
            told = json.loads((root / FOLDER / QUEUE / f"{key}.json").read_text(encoding="utf-8"))
            reading = _reading(told)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        now = edited(opened, reading, reading.proposals[0].id, {}, moves=False)
        found.append(Waiting(key, replace(reading, proposals=(now,)), str(told.get("by", ""))))
    return tuple(found)


def queued(root: Path | None) -> int:
    """How many proposals wait, by their files alone."""
    return len(_keys(root)) if root else 0


def take_in(
    opened: Opened,
    root: Path,
    keys: Sequence[str],
    edits: Mapping[str, Mapping[str, str]],
    *,
    add_entities: bool = False,
) -> tuple[Change, ...]:
    """Accept proposals into the book: a person's decision. Each is a change of its own and can be undone.

    Raises:
        UsageError: No such proposal, or it cannot enter.
        BookError: The book would have errors it had not before.
    """
    held = {w.key: w for w in waiting(opened, root)}
    unknown = [key for key in (*keys, *edits) if key not in held]
    if unknown:
        raise UsageError(f"no proposal {unknown[0]} waits", "", f"these do: {', '.join(held) or 'none'}")
    made = []
    for key in keys:
        one = held[key]
        cells = {one.proposal.id: edits[key]} if key in edits else {}
        note = f"proposed by {one.by}" if one.by else ""
        made.append(accept(root, one.reading, [one.proposal.id], cells, add_entities=add_entities, note=note))
        (root / FOLDER / QUEUE / f"{key}.json").unlink(missing_ok=True)
    return tuple(made)


def drop(root: Path, keys: Sequence[str]) -> None:
    """Take proposals out of the queue.

    Raises:
        UsageError: No such proposal.
    """
    known = _keys(root)
    for key in keys:
        if key not in known:
            raise UsageError(f"no proposal {key} waits", "", f"these do: {', '.join(known) or 'none'}")
    for key in keys:
        (root / FOLDER / QUEUE / f"{key}.json").unlink(missing_ok=True)


def _keys(root: Path) -> tuple[str, ...]:
    folder = root / FOLDER / QUEUE
    if not folder.is_dir():
        return ()
    files = [p for p in folder.glob("*.json") if _KEY.fullmatch(p.stem)]
    return tuple(p.stem for p in sorted(files, key=lambda p: (p.stat().st_mtime_ns, p.stem)))


def _reading(told: Mapping[str, Any]) -> Reading:
    """A reading from its JSON; how it stands to the book is found anew."""
    rows = [
        Proposed(
            id=str(p["id"]),
            cells={str(k): str(v) for k, v in p["claim"].items()},
            value_text=str(p["value_text"]),
            sentence=str(p["sentence"]),
            start=int(p["start"]),
            end=int(p["end"]),
            line=int(p["line"]),
            column=int(p["column"]),
            page=p["page"],
            places=tuple((int(a), int(b)) for a, b in p["places"]),
            attributed_to=str(p["attributed_to"]),
            verdict=Verdict.NEW,
        )
        for p in told["proposals"]
    ]
    source = {str(k): str(v) for k, v in told["source"].items()}
    return Reading(
        str(told["document"]), source, bool(told["source_is_new"]), str(told["copy_of"]), tuple(rows[:1])
    )
