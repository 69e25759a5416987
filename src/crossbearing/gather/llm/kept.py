"""Replies kept by content, so that the same passage is paid for once. Losing the cache, or having none, changes no result."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from crossbearing.gather.llm.reply import Reply
from crossbearing.gather.llm.settings import Settings

LARGEST_BYTES = 100_000_000


def folder() -> Path | None:
    """Where replies are kept: under $CROSSBEARING_CACHE, else the user's cache folder; None if the variable is set to nothing."""
    named = os.environ.get("CROSSBEARING_CACHE")
    if named is not None:
        return Path(named) / "replies" if named else None
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(base) / "crossbearing" / "replies"


def key_of(settings: Settings, task: str, asked: str) -> str:
    """SHA-256 over everything a reply depends on: model, address, way of asking, schema, task and passage."""
    schema = json.dumps(Reply.model_json_schema(), sort_keys=True)
    parts = (settings.family, settings.model, settings.endpoint, settings.output, schema, task, asked)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def kept(key: str) -> Reply | None:
    """The reply kept under a key, or None; one that is damaged counts as none."""
    place = folder()
    if place is None:
        return None
    try:
        return Reply.model_validate_json((place / f"{key}.json").read_bytes())
    except (OSError, ValidationError):
        return None


def keep(key: str, reply: Reply) -> None:
    """Keeps a reply for this user alone, whole or not at all."""
    place = folder()
    if place is None:
        return
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=place, suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(reply.model_dump_json())
        Path(name).replace(place / f"{key}.json")
        _evict(place)


def _evict(place: Path) -> None:
    """Removes the oldest replies beyond the size allowed."""
    total = 0
    for file in sorted(place.glob("*.json"), key=lambda f: f.stat().st_mtime, reverse=True):
        total += file.stat().st_size
        if total > LARGEST_BYTES:
            file.unlink(missing_ok=True)
