"""A copy of a book with rows deleted from its files, as an analyst would delete them: no part of the program is used."""

import csv
import re
import shutil
import tomllib
from collections.abc import Callable, Collection
from pathlib import Path

Row = dict[str, str]


def cut(source: Path, folder: Path, gone: Collection[str]) -> Path:
    """The book without some claims: their rows, every mention of them, and rows that rested on them alone."""
    shutil.copytree(source, folder)
    keep_rows(folder / "claims.csv", lambda row: row["id"] not in gone)
    for path in folder.glob("*.csv"):
        if path.name != "claims.csv":
            keep_rows(path, lambda row: _mended(row, gone))
    for path in folder.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(r"^claims = \[(.*)\]$", lambda m: _array(m[1], gone), text, flags=re.MULTILINE),
            encoding="utf-8",
        )
    return folder


def keep_rows(path: Path, wanted: Callable[[Row], bool]) -> None:
    """The rows of a CSV file for which something holds; it may change them."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        names, rows = list(reader.fieldnames or ()), [row for row in reader if wanted(row)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _mended(row: Row, gone: Collection[str]) -> bool:
    """Takes claims out of a row's list; whether any are left of those it had."""
    had = [name for name in re.split(r"[;\s]+", row.get("claims") or "") if name]
    left = [name for name in had if name not in gone]
    if len(left) < len(had):
        row["claims"] = "; ".join(left)
    return bool(left) or not had


def _array(inside: str, gone: Collection[str]) -> str:
    names = [name for name in re.findall(r'"([^"]*)"', inside) if name not in gone]
    return "claims = [" + ", ".join(f'"{n}"' for n in names) + "]"


def keep_tables(path: Path, wanted: Callable[[dict[str, object]], bool]) -> None:
    """The tables [kind."name"] of a TOML file for which something holds, with the tables inside them."""
    whole = tomllib.loads(path.read_text(encoding="utf-8"))
    gone = {
        f'[{kind}."{name}"'
        for kind, named in whole.items()
        for name, table in named.items()
        if isinstance(table, dict) and not wanted(table)
    }
    parts = re.split(r"(?m)^(?=\[)", path.read_text(encoding="utf-8"))
    kept = [text for text in parts if not any(text.startswith((f"{g}]", f"{g}.")) for g in gone)]
    path.write_text("".join(kept), encoding="utf-8")
