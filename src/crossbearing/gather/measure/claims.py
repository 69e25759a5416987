"""Measurements -> claims and their source, as rows of the book's own tables."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crossbearing.vocabulary.qualifiers import print_qualifiers

CLAIM_COLUMNS = (
    "id", "entity", "metric", "value", "unit", "period", "basis", "definition", "status", "modality", "source", "via",
    "known", "qualifiers", "locator", "visibility", "note",
)  # fmt: skip
SOURCE_COLUMNS = ("id", "publisher", "title", "url", "published", "kind", "origin", "grade", "note")


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured figure, ready to be a claim.

    Attributes:
        entity: Who it is about.
        metric: Metric of the registry.
        value: Cell of the value column.
        unit: Base unit.
        period: Cell of the period column.
        basis: gross, net or n/a.
        definition: Definition of a run rate, or empty.
        qualifiers: What makes it comparable: method, industry, threshold, window and the like.
        note: The query or rows behind it, in words.
    """

    entity: str
    metric: str
    value: str
    unit: str
    period: str
    basis: str = "n/a"
    definition: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TableSource:
    """The measured table as a source.

    Attributes:
        id: Its name, made of the file's name and hash.
        digest: SHA-256 of its bytes.
        title: Its files.
        published: Day up to which it was recorded, or of the measurement.
        note: Engine, rows, rules.
        visibility: private unless the user says otherwise: such tables are seldom public.
    """

    id: str
    digest: str
    title: str
    published: date
    note: str = ""
    visibility: str = "private"


def table_source(
    paths: Sequence[Path], published: date, *, note: str = "", visibility: str = "private", name: str = ""
) -> TableSource:
    """The source of a table; one digest over its files in order."""
    files = [
        file for path in paths for file in (sorted(path.rglob("*.parquet")) if path.is_dir() else [path])
    ]
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as data:
            total.update(hashlib.file_digest(data, "sha256").digest() if len(files) > 1 else b"")
            if len(files) == 1:
                total = hashlib.file_digest(data, "sha256")
    digest = total.hexdigest()
    stem = slug(name or paths[0].name.partition(".")[0])
    return TableSource(
        f"measured-{stem}-{digest[:8]}",
        digest,
        ", ".join(path.name for path in paths),
        published,
        note,
        visibility,
    )


def slug(text: str) -> str:
    """Lower-case letters and digits joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "table"


def claim_rows(found: Iterable[Measured], source: TableSource) -> list[dict[str, str]]:
    """Rows of claims.csv, each with an id made of what it says."""
    rows, used = [], set()
    for item in found:
        parts = [
            source.id.removeprefix("measured-"),
            item.entity,
            item.metric.split(".")[-1],
            item.basis if item.basis != "n/a" else "",
            item.definition,
            item.period,
        ]
        parts += [value for key, value in item.qualifiers if key not in {"method", "scope", "adjusted_for"}]
        said = hashlib.sha256(repr((item.value, item.qualifiers)).encode()).hexdigest()[
            :6
        ]  # another panel is another claim
        parts.append(said)
        name = slug("m " + " ".join(parts))
        while name in used:
            name += "-2"
        used.add(name)
        rows.append({
            "id": name, "entity": item.entity, "metric": item.metric, "value": item.value, "unit": item.unit,
            "period": item.period, "basis": item.basis, "definition": item.definition, "status": "measured",
            "modality": "actual", "source": source.id, "via": "", "known": source.published.isoformat(),
            "qualifiers": print_qualifiers(item.qualifiers), "locator": f"sha256={source.digest}",
            "visibility": source.visibility, "note": item.note,
        })  # fmt: skip
    return rows


def source_row(source: TableSource) -> dict[str, str]:
    """Row of sources.csv."""
    return {
        "id": source.id, "publisher": "own measurement", "title": source.title, "url": "",
        "published": source.published.isoformat(), "kind": "register", "origin": "", "grade": "", "note": source.note,
    }  # fmt: skip


def as_csv(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """Rows as the book writes them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_overlay(
    folder: Path, claims: Sequence[Mapping[str, str]], source: TableSource, entities: Mapping[str, str]
) -> None:
    """A small book with the claims, to lay over another with --with.

    Args:
        folder: Made where it is not there; its claims.csv and sources.csv are written anew.
        claims: Rows of claims.csv.
        source: Their source.
        entities: Entity -> kind, for a book.toml where there is none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "claims.csv").write_text(as_csv(claims, CLAIM_COLUMNS), encoding="utf-8")
    (folder / "sources.csv").write_text(as_csv([source_row(source)], SOURCE_COLUMNS), encoding="utf-8")
    book = folder / "book.toml"
    if not book.exists():
        lines = ["[book]", f'title = "Measured from {source.title}"'.replace("\\", "/"), "format = 1", ""]
        for entity, kind in entities.items():
            lines += [f'[entities."{entity}"]', f'kind = "{kind}"', ""]
        book.write_text("\n".join(lines), encoding="utf-8")
