"""Forecasts frozen in the folder `forecasts/` of a book: written once, with what made them, and read back to be scored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from crossbearing.problems import Problem, UsageError
from crossbearing.vocabulary.claim import Position, Visibility

FOLDER = "forecasts"
KINDS = ("estimate", "forecast")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made a forecast, so that it can be made again.

    Attributes:
        book: SHA-256 over the files of the book.
        version: Of the program.
        seed: Of the random numbers; None where none were used.
        as_of: Knowledge date asked for; None for all the book knew.
        visibility: The highest inside.
        knows_until: Day on which the newest claim behind it became known; None where none is dated.
    """

    book: str
    version: str
    seed: int | None
    as_of: str | None
    visibility: str = "public"
    knows_until: str | None = None


@dataclass(frozen=True, slots=True)
class Vintage:
    """One frozen file.

    Attributes:
        file: Its name.
        said_on: Day up to which the book knew.
        made_by: series, report or outlook.
        manifest: What made it.
        entity, metric, basis, unit: Of a series; empty for a list of probabilities.
        points: Quantiles by time, as said; a point without them says why.
        chances: Probability of each expectation, by its text.
        heard: Number of claims the position weighed; 0 where the file does not list them.
        replayed: Whether a knowledge date was asked for: it was made afterwards, from what was known then.
    """

    file: str
    said_on: date
    made_by: str
    manifest: Manifest
    entity: str = ""
    metric: str = ""
    basis: str = ""
    unit: str = ""
    points: tuple[Mapping[str, Any], ...] = ()
    chances: Mapping[str, float] = field(default_factory=dict)
    heard: int = 0

    @property
    def replayed(self) -> bool:
        """Whether it was made afterwards, from what was known on a day."""
        return self.manifest.as_of is not None

    @property
    def knows_until(self) -> date:
        """Day up to which it knew: a book that was not kept up knew less than the day on which it was asked."""
        newest = self.manifest.knows_until
        return (
            self.said_on if self.replayed or newest is None else min(self.said_on, date.fromisoformat(newest))
        )


def file_name(said_on: date, made_by: str, *words: str) -> str:
    """The name of a frozen file: the day, what made it where that is not a single series, and what it is of."""
    maker = () if made_by == "series" else (made_by,)
    text = " ".join((said_on.isoformat(), *maker, *words)).lower()
    return re.sub(r"[^a-z0-9.-]+", "-", text).strip("-.") + ".json"


def own(folder: Path | None) -> Path:
    """The folder of a book that may be written to; asked before the work, so that nobody computes in vain.

    Args:
        folder: Of the book; None for the bundled one.

    Raises:
        UsageError: The bundled book.
    """
    if folder is None:
        raise UsageError(
            "the bundled book is never written to", "", "make your own with `xb new DIR --from frontier`"
        )
    return folder


def freeze(folder: Path | None, files: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Path]:
    """Write forecasts under `forecasts/` of a book, all or none; what was said on a date is never rewritten.

    Args:
        folder: Of the book; None for the bundled one.
        files: Names and contents.

    Raises:
        UsageError: The bundled book, a file that is there already, or a folder that cannot be written.
    """
    folder = own(folder)
    wanted = [(folder / FOLDER / name, content) for name, content in files]
    for path, _ in wanted:
        if path.exists():
            raise UsageError(
                f"{path} is there already", "what was said on a date is not rewritten", "remove it first"
            )
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
        for path, content in wanted:
            path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"cannot write in {folder / FOLDER}", str(fault), "choose another book") from fault
    return [path for path, _ in wanted]


def content(said_on: date, made_by: str, manifest: Manifest, body: Mapping[str, Any]) -> dict[str, Any]:
    """A frozen file: the day, what made it, the manifest, then the forecast in the form of its command."""
    return {"said_on": said_on.isoformat(), "made_by": made_by, "manifest": asdict(manifest), **body}


def read_folder(
    root: Path | Traversable, highest: Visibility | None = None
) -> tuple[list[Vintage], list[Problem]]:
    """Every frozen forecast of a book, and what cannot be read, with its place.

    Args:
        root: Folder of the book.
        highest: Forecasts with anything above it inside are left out.
    """
    found, problems = [], []
    kept = root / FOLDER
    files = [f for f in kept.iterdir() if f.name.endswith(".json")] if kept.is_dir() else []
    for path in sorted(files, key=lambda f: f.name):
        shown = f"{FOLDER}/{path.name}"
        try:
            vintage = _read(shown, path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as fault:
            place = Position(shown, fault.lineno, fault.colno)
            problems.append(_problem(place, f"not valid JSON: {fault.msg.lower()}"))
        except (OSError, UnicodeDecodeError) as fault:
            problems.append(_problem(Position(shown, 1, 1), f"cannot be read: {fault}"))
        except _Misshapen as fault:
            problems.append(_problem(Position(shown, 1, 1), str(fault)))
        else:
            rank = Visibility(vintage.manifest.visibility).rank
            if highest is None or rank <= highest.rank:
                found.append(vintage)
    return found, problems


class _Misshapen(Exception):  # noqa: N818 - becomes a problem, is never shown as such
    """A file that is JSON but no frozen forecast; carries why."""


def _read(name: str, text: str) -> Vintage:
    data = json.loads(text)
    if not isinstance(data, dict):
        raise _Misshapen("not a frozen forecast: it is no table of fields")
    try:
        manifest = Manifest(**data["manifest"])
        vintage = Vintage(
            name,
            date.fromisoformat(data["said_on"]),
            str(data["made_by"]),
            manifest,
            str(data.get("entity", "")),
            str(data.get("metric", "")),
            str(data.get("basis", "")),
            str(data.get("unit", "")),
            points=tuple(_point(p) for p in data.get("points", [])),
            chances={str(k): float(v) for k, v in data.get("chances", {}).items()},
            heard=sum(c.get("weight") is not None for c in data.get("claims", [])),
        )
        Visibility(manifest.visibility)
        _ = vintage.knows_until
    except KeyError as fault:
        raise _Misshapen(f"the field {fault} is missing") from fault
    except (TypeError, ValueError, AttributeError) as fault:
        raise _Misshapen(f"a field has another form: {fault}") from fault
    if not vintage.points and not vintage.chances:
        raise _Misshapen("it foretells nothing: neither points nor chances")
    return vintage


def _point(point: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(point["at"], str):
        raise TypeError("`at` is no text")
    for name in ("p5", "p25", "p50", "p75", "p95"):
        value = point[name]
        if value is not None and not isinstance(value, int | float):
            raise TypeError(f"{name} is no number")
    return point


def _problem(place: Position, what: str) -> Problem:
    return Problem(
        "XB124",
        place,
        what,
        "frozen forecasts are written by --freeze and scored as they were said",
        "restore the file from your history, or remove it",
    )
