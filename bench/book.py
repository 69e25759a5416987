"""Loading and starting: time and memory by size of the book, beside two peers in the same run.

usage: python bench/book.py [--runs 5]
Peers: reading the same file with the csv module alone (the floor), and checking each row with a pydantic model of typed fields.
"""

from __future__ import annotations

import argparse
import csv
import gc
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from generate_book import generate

SIZES = (1_000, 10_000, 100_000)

LOAD = """
import resource, sys, time
from pathlib import Path
from crossbearing.pipeline import open_book
open_book(Path(sys.argv[2]))
before = time.perf_counter()
opened = open_book(Path(sys.argv[1]))
assert not opened.problems
print(time.perf_counter() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def best(runs: int, measure: Callable[[], float]) -> float:
    """The least of several times: what the machine can do when others leave it alone."""
    return min(measure() for _ in range(runs))


def loading(folder: Path, small: Path) -> tuple[float, float]:
    """Seconds and peak MiB of loading a book in a process of its own, imports done before."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder), str(small)], capture_output=True, text=True, check=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def reading(file: Path) -> float:
    """Seconds of the csv module alone."""
    before = time.perf_counter()
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))
    assert rows
    return time.perf_counter() - before


def modelled(file: Path) -> float:
    """Seconds of a pydantic model of typed fields over csv rows; it knows no grammar of figures or periods."""
    from typing import Literal

    from pydantic import BaseModel, Field, TypeAdapter

    class Row(BaseModel):
        id: str = Field(min_length=1)
        entity: str = Field(min_length=1)
        metric: str = Field(min_length=1)
        value: str = Field(pattern=r"^[<>~]?=?[0-9.]+([KMBT%xW]|pp|kW|MW|GW|TW)?$")
        unit: str = Field(min_length=1)
        period: str
        basis: Literal["gross", "net", "unspecified", "n/a"]
        definition: str
        status: Literal["filed", "audited", "measured", "company", "reported", "leaked", "estimate", "rumour"]
        modality: Literal["actual", "forecast", "target", "talks", "up_to", "hypothetical", "derived"]
        source: str = Field(min_length=1)
        via: str
        known: str
        qualifiers: str
        locator: str
        visibility: Literal["", "public", "private", "restricted"]
        note: str

    adapter = TypeAdapter(list[Row])
    gc.collect()
    before = time.perf_counter()
    with file.open(encoding="utf-8", newline="") as text:
        rows = adapter.validate_python(list(csv.DictReader(text)))
    assert rows
    return time.perf_counter() - before


def process(*words: str) -> float:
    """Seconds of a command as a whole process."""
    code = "from crossbearing.cli import main; main()"
    before = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False)
    return time.perf_counter() - before


def main(runs: int) -> None:
    print("| claims | load | peak | csv alone | pydantic rows | load / pydantic |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as root:
        small = Path(root) / "small"
        generate(small, 100)
        for size in SIZES:
            folder = Path(root) / str(size)
            generate(folder, size)
            times = [loading(folder, small) for _ in range(runs)]
            seconds, peak = min(t for t, _ in times), max(p for _, p in times)
            raw = best(runs, lambda f=folder: reading(f / "claims.csv"))  # type: ignore[misc]
            model = best(runs, lambda f=folder: modelled(f / "claims.csv"))  # type: ignore[misc]
            print(
                f"| {size:,} | {seconds:.3f} s | {peak:.0f} MiB | {raw:.3f} s | {model:.3f} s | {seconds / model:.2f} |"
            )
    print("\n| command, whole process | time |\n| --- | --- |")
    for words in (("--help",), ("claims",), ("check",)):
        print(f"| xb {' '.join(words)} (bundled book) | {best(runs, lambda w=words: process(*w)):.2f} s |")  # type: ignore[misc]
    print(
        f"\npeak of the measuring process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    main(parser.parse_args().runs)
