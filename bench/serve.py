"""The live server under load: readers and writers at once, sliders, memory, and what a kill leaves.

python bench/serve.py [--seconds 120] [--readers 20] [--writers 2]
"""

import argparse
import csv
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np

PAGES = (
    "/",
    "/claims",
    "/claims?entity=OpenAI",
    "/conflicts",
    "/claims/s055",
    "/changes",
    "/health",
    "/api/claims",
    "/api/watch",
)


def started(folder: Path, state: Path) -> tuple["subprocess.Popen[bytes]", str]:
    log = state / f"log-{time.time_ns()}"
    command = [sys.executable, "-m", "crossbearing", "serve", str(folder), "--port", "0"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stderr=out, env={**os.environ, "CROSSBEARING_STATE": str(state)})
    for _ in range(600):
        found = re.search(r"at (http://\S+?)/\n", log.read_text(encoding="utf-8"))
        if found:
            return process, found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def peak(process: "subprocess.Popen[bytes]") -> float:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def load(address: str, seconds: float, readers: int, writers: int, killed: threading.Event) -> dict[str, Any]:
    """Reads and writes until the time is up or the server is gone; every accepted write is remembered."""
    stop = time.monotonic() + seconds
    times: dict[str, list[float]] = {}
    wrong: list[str] = []
    accepted: dict[str, str] = {}
    writes: list[float] = []
    turned_away, later = [0], [0]

    def reader(number: int) -> None:
        dice = random.Random(number)
        with httpx.Client(base_url=address, timeout=60) as client:
            while time.monotonic() < stop and not killed.is_set():
                page, began = dice.choice(PAGES), time.perf_counter()
                try:
                    status = client.get(page).status_code
                except httpx.HTTPError as fault:
                    if not killed.is_set():
                        wrong.append(f"{page}: {fault!r}")
                    continue
                times.setdefault(page, []).append(time.perf_counter() - began)
                if status == 202:
                    later[0] += 1
                elif status != 200:
                    wrong.append(f"{page}: {status}")
                time.sleep(dice.random() * 0.5)

    def writer(number: int) -> None:
        names = [f"s{n:03d}" for n in range(2 + number, 40, 2)]
        with httpx.Client(base_url=address, timeout=60) as client:
            turn = 0
            while time.monotonic() < stop and not killed.is_set():
                name, note = names[turn % len(names)], f"load {number} {turn}"
                turn += 1
                try:
                    row = client.get(f"/api/claims/{name}")
                    if row.status_code == 404:
                        continue
                    began = time.perf_counter()
                    sent = {"If-Match": row.headers["etag"]}
                    answer = client.put(f"/api/claims/{name}", json={"note": note}, headers=sent)
                except httpx.HTTPError as fault:
                    if not killed.is_set():
                        wrong.append(f"write {name}: {fault!r}")
                    continue
                writes.append(time.perf_counter() - began)
                if answer.status_code == 200:
                    accepted[name] = note
                elif answer.status_code == 409:
                    turned_away[0] += 1
                else:
                    wrong.append(f"write {name}: {answer.status_code} {answer.text[:200]}")
                time.sleep(0.2)

    threads = [threading.Thread(target=reader, args=(n,)) for n in range(readers)]
    threads += [threading.Thread(target=writer, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "times": times,
        "wrong": wrong,
        "accepted": accepted,
        "writes": writes,
        "away": turned_away[0],
        "later": later[0],
    }


def lost(folder: Path, accepted: dict[str, str]) -> list[str]:
    """Accepted writes that the file does not hold; a later one of the same row may have come through unanswered."""
    with (folder / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row["note"] for row in csv.DictReader(file)}
    return [n for n, note in accepted.items() if int(rows[n].split()[-1]) < int(note.split()[-1])]


def sliders(address: str, entity: str, count: int) -> list[float]:
    """Seconds from a moved slider to its fans, each value new to the server."""
    with httpx.Client(base_url=address, timeout=120) as client:
        page = ""
        for _ in range(120):
            page = client.get("/outlook", params={"entity": entity}).text
            if 'type="range"' in page:
                break
            time.sleep(1)
        found = re.findall(r'<input[^>]*type="range"[^>]*>', page)
        knobs = []
        for text in found:
            told = dict(re.findall(r'([a-z-]+)="([^"]*)"', text))
            name = told.get("name", "")
            if "data-low" in told:
                knobs.append((name, float(told["data-low"]), float(told["data-high"])))
        dice, times = random.Random(1), []
        for turn in range(count + 3):
            name, low, high = knobs[turn % len(knobs)]
            value = low + (high - low) * dice.random()
            began = time.perf_counter()
            answer = client.get("/api/slide", params={"entity": entity, "set": f"{name}={value:.6g}"})
            assert answer.status_code == 200, answer.text
            times.append(time.perf_counter() - began)
    return times[3:]


def line(name: str, times: list[float]) -> str:
    p50, p95 = (1000 * float(np.quantile(times, q)) for q in (0.5, 0.95))
    return f"| {name} | {len(times)} | {p50:.0f} | {p95:.0f} | {1000 * max(times):.0f} |"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=120)
    asked.add_argument("--readers", type=int, default=20)
    asked.add_argument("--writers", type=int, default=2)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, state = Path(place) / "book", Path(place) / "state"
        state.mkdir()
        subprocess.run(
            [sys.executable, "-m", "crossbearing", "new", str(folder), "--from", "frontier"],
            check=True,
            capture_output=True,
        )
        process, address = started(folder, state)
        moved = sliders(address, "Anthropic", 60)
        print(f"load of the machine at the start {os.getloadavg()[0]:.1f}\n")
        print("| request | n | p50 ms | p95 ms | slowest ms |\n| --- | --- | --- | --- | --- |")
        print(line("a slider moved, nothing else going on", moved))
        found = load(address, given.seconds, given.readers, given.writers, threading.Event())
        for page, times in sorted(found["times"].items()):
            print(line(f"GET {page}", times))
        print(line("PUT /api/claims/ID", found["writes"]))
        print(
            f"\nerrors {len(found['wrong'])} {found['wrong'][:3]}; edits accepted {len(found['writes']) - found['away']}, shown as conflicts {found['away']}, told to ask again {found['later']}, lost {lost(folder, found['accepted'])}"
        )
        print(f"peak memory of the server {peak(process):.0f} MB")
        killed = threading.Event()
        timer = threading.Timer(5, lambda: (killed.set(), process.send_signal(signal.SIGKILL)))
        timer.start()
        found = load(address, 30, 4, given.writers, killed)
        process.wait()
        again, address = started(folder, state)
        health = httpx.get(f"{address}/health", timeout=60).json()
        print(
            f"kill -9 after 5 s of writing: {len(found['accepted'])} rows accepted, lost {lost(folder, found['accepted'])}; started again: {json.dumps(health)}"
        )
        again.send_signal(signal.SIGTERM)
        again.wait(20)


if __name__ == "__main__":
    main()
