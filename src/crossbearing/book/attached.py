"""A user's own copies of documents, kept beside a book and never part of it: where each claim's sentence stands in them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from crossbearing.book.saving import edit, write_aside
from crossbearing.problems import UsageError
from crossbearing.vocabulary.claim import Claim

FOLDER = "documents"
INDEX = "index.json"
Place = tuple[int, int]


def attach(root: Path, name: str, text: str, places: Mapping[str, Place], exact: Collection[str] = ()) -> str:
    """Keep the text of a document beside a book, with the characters of each claim's sentence; the name it is kept under.

    Args:
        root: The book's folder.
        name: Name to keep it under.
        text: The text.
        places: Where the sentence of each claim stands in it.
        exact: Claims whose sentence stands at its very place; of the others, one attached before stays.

    Raises:
        UsageError: The bundled book, or the disk refused.
    """
    edit(root)
    folder = root / FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as fault:
        raise UsageError(
            f"cannot make {folder}", fault.strerror or str(fault), "get the right to write"
        ) from fault
    file, number = f"{name}.txt", 2
    while (folder / file).exists() and (folder / file).read_text(encoding="utf-8") != text:
        file, number = f"{name}-{number}.txt", number + 1
    before = _index(root)
    stays = {c for c in before if c not in exact and (folder / Path(str(before[c][0])).name).is_file()}
    index = {**before, **{c: [file, *place] for c, place in places.items() if c not in stays}}
    contents = {file: text.encode("utf-8", errors="replace"), INDEX: json.dumps(index, indent=1).encode()}
    if not (folder / ".gitignore").exists():
        contents[".gitignore"] = b"# copies of other people's texts: never committed by default\n*\n"
    write_aside(folder, contents)
    return file


def sentence_of(root: str, claim: Claim) -> tuple[str, str] | None:
    """The sentence a claim rests on and the copy it stands in; None where no copy of it is attached."""
    found = _index(Path(root)).get(claim.id)
    if found is None:
        return None
    file, start, end = str(found[0]), int(found[1]), int(found[2])
    path = Path(root) / FOLDER / Path(file).name
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return None
    return " ".join(text[start:end].split()), f"{FOLDER}/{path.name}"


def _index(root: Path) -> dict[str, list[str | int]]:
    """Where sentences stand, by claim; empty where nothing is attached or the file was damaged."""
    try:
        found = json.loads((root / FOLDER / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    sound = isinstance(found, dict)
    return {k: v for k, v in found.items() if isinstance(v, list) and len(v) == 3} if sound else {}
