"""Speed of the rule extractor: articles of 10 KB a second, beside quantulum3, which finds quantities only.

usage: python bench/extract.py [COUNT]
"""

import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from crossbearing.cli.extract import read_all
from crossbearing.gather.extract import Document, extract
from crossbearing.vocabulary.metric import Registry, standard_registry

ARTICLES = Path(__file__).parents[1] / "tests" / "gather" / "articles"
DOCS = Path(__file__).parents[1] / "docs" / "explanation"
SIZE = 10_000


def articles(count: int, *, prose: int) -> list[str]:
    """Articles of 10 KB, put together from the labelled ones, each beginning at another of them.

    Args:
        count: How many.
        prose: Characters of prose without figures after each labelled article: the more, the fewer figures.
    """
    texts = [path.read_text(encoding="utf-8") for path in sorted(ARTICLES.glob("*.txt"))]
    pages = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md")))
    plain = [
        p for p in pages.split("\n\n") if p[:1].isalpha() and not any(c.isdigit() or c in "|$" for c in p)
    ]
    whole = "\n\n".join(plain * 20)
    found = []
    for number in range(count):
        order = texts[number % len(texts) :] + texts[: number % len(texts)]
        parts = [part for at, t in enumerate(order) for part in (t, whole[prose * at : prose * at + prose])]
        found.append("\n\n".join(parts)[:SIZE])
    return found


def per_second(work: Callable[[], object], count: int, repeat: int = 3) -> float:
    """Articles a second of processor time, the best of a few runs: the machine may be shared."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 56
    registry = standard_registry()
    print("| text | claims an article | articles of 10 KB a second of one core |")
    print("|---|---|---|")
    rates, sparse = [], articles(count, prose=4500)
    for prose, name in (
        (4500, "news density: a labelled article, then prose without figures"),
        (1500, "twice as dense"),
        (0, "labelled articles back to back"),
    ):
        texts = articles(count, prose=prose)
        claims = sum(len(extract(Document(t, "x"), (), registry)) for t in texts) / count
        rates.append(per_second(lambda t=texts: [extract(Document(x, "x"), (), registry) for x in t], count))
        print(f"| {name} | {claims:.0f} | {rates[-1]:.0f} |")
    warnings.simplefilter("ignore")
    from quantulum3 import parser

    parser.parse("It cost $3 million.")
    peer = per_second(lambda: parser.parse(texts[0]), 1, repeat=1)
    print(
        f"| quantulum3 on the latter, quantities only | | {peer:.2f} ({rates[-1] / peer:.0f} times slower) |"
    )
    print()
    print("| case | measured |")
    print("|---|---|")
    wall, processor = whole_folder(sparse)
    print(
        f"| folder of {8 * len(sparse)} articles of news density, every core, wall time | {wall:.0f} a second |"
    )
    print(f"| the same by processor time, of two cores that do nothing else | {2 * processor:.0f} a second |")
    for figures in (25_000, 50_000, 100_000):
        text, seconds = long_line(figures, registry)
        print(
            f"| one line of {text / 1e6:.1f} MB with {figures:,} figures, processor time | {seconds:.1f} s |"
        )
    print(f"| a fresh process, one article of the press: wall, processor | {start_up()} |")


def whole_folder(texts: list[str]) -> tuple[float, float]:
    """Articles a second of wall time, and of processor time of one core; worker processes included."""
    with tempfile.TemporaryDirectory() as folder:
        files: list[str] = []
        for number, text in enumerate(texts * 8):
            path = Path(folder) / f"{number:04}.txt"
            path.write_text(text, encoding="utf-8")
            files.append(str(path))
        start, used = time.perf_counter(), processor_time()
        rows = list(read_all(files, (), standard_registry(), None))
        return len(rows) / (time.perf_counter() - start), len(rows) / (processor_time() - used)


def processor_time() -> float:
    """Seconds of this process and of its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def long_line(figures: int, registry: Registry) -> tuple[int, float]:
    """Characters of one line with so many figures, and the processor time it takes: both grow alike."""
    text = " ".join(f"revenue of ${at % 900 + 1} million and" for at in range(figures))
    start = time.process_time()
    extract(Document(text, "x"), (), registry)
    return len(text), time.process_time() - start


def start_up(repeat: int = 5) -> str:
    """Least wall and processor time of `xb extract` on one article in a process of its own."""
    command = [str(Path(sys.executable).with_name("xb")), "extract", str(min(ARTICLES.glob("*.txt")))]
    rows = []
    for _ in range(repeat):
        start, used = time.perf_counter(), processor_time()
        subprocess.run(command, check=True, capture_output=True)
        rows.append((time.perf_counter() - start, processor_time() - used))
    return f"{min(w for w, _ in rows):.2f} s, {min(p for _, p in rows):.2f} s"


if __name__ == "__main__":
    main()
