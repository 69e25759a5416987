"""`xb check` as a whole process on generated books and on the bundled one: seconds, memory, planted conflicts found.

usage: python bench/check.py [--runs 3]
prints a Markdown table. The peer is the standard library's `csv` reading the same claims file into dictionaries: a floor.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
XB = Path(sys.executable).with_name("xb")
SIZES = (1_000, 10_000, 100_000)
READ = "import csv, sys\nwith open(sys.argv[1], newline='', encoding='utf-8') as f: print(len(list(csv.DictReader(f))))"


def timed(command: list[str], runs: int) -> tuple[float, float, float, str]:
    """Least wall time and least processor time in seconds, greatest memory in MB, and the output of the last run."""
    best, spent, memory, out = float("inf"), float("inf"), 0.0, ""
    for _ in range(runs):
        with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            best = min(best, time.perf_counter() - start)
            process.returncode = os.waitstatus_to_exitcode(status)
            spent = min(spent, usage.ru_utime + usage.ru_stime)
            memory = max(memory, usage.ru_maxrss / 1024)
            file.seek(0)
            out = file.read()
    return best, spent, memory, out


def found(folder: Path, conflicts: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Planted conflicts found, planted, and conflicts reported without a planted claim."""
    groups: dict[str, list[set[str]]] = defaultdict(list)
    for conflict in conflicts:
        claims = set(conflict["claims"])
        for claim in claims:
            groups[claim].append(claims)
    with folder.joinpath("labels.csv").open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file))
    hits = sum(any(g & set(x["others"].split("; ")) for g in groups[x["claim"]]) for x in labels)
    odd = {x["claim"] for x in labels}
    return hits, len(labels), sum(not odd & set(c["claims"]) for c in conflicts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    print(
        "| book | claims | xb check, s | of it processor, s | csv alone, processor s | ratio | peak MB | conflicts | planted found | without a planted claim |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as place:
        for size in SIZES:
            folder = Path(place, str(size))
            generate = [sys.executable, str(HERE / "generate_book.py"), str(folder), "--claims", str(size)]
            subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
            seconds, spent, memory, out = timed([str(XB), "check", str(folder), "--format", "json"], runs)
            _, floor, _, _ = timed([sys.executable, "-c", READ, str(folder / "claims.csv")], runs)
            conflicts = json.loads(out)["conflicts"]
            hits, planted, alone = found(folder, conflicts)
            print(
                f"| generated | {size:,} | {seconds:.2f} | {spent:.2f} | {floor:.2f} | {spent / floor:.1f} | {memory:.0f} "
                f"| {len(conflicts):,} | {hits / planted:.3f} ({hits:,} of {planted:,}) | {alone:,} |"
            )
    seconds, spent, memory, out = timed([str(XB), "check", "--format", "json"], runs)
    text, _, _, _ = timed([str(XB), "check"], runs)
    count = len(json.loads(out)["conflicts"])
    print(f"| bundled | | {seconds:.2f} (text {text:.2f}) | {spent:.2f} | | | {memory:.0f} | {count} | | |")


if __name__ == "__main__":
    main()
