"""Speed of the rule extractor: articles of 10 KB a second, beside quantulum3, which finds quantities only.

usage: python bench/extract.py [COUNT]
"""

import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from crossbearing.cli.extract import read_all
from crossbearing.gather.extract import Document, extract
from crossbearing.vocabulary.metric import standard_registry

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
    print(
        f"`xb extract` on a folder reads on every core: {whole_folder(sparse):.0f} articles of news density a second of wall time here."
    )


def whole_folder(texts: list[str]) -> float:
    """Articles a second of wall time, worker processes included."""
    with tempfile.TemporaryDirectory() as folder:
        files: list[str] = []
        for number, text in enumerate(texts * 8):
            path = Path(folder) / f"{number:04}.txt"
            path.write_text(text, encoding="utf-8")
            files.append(str(path))
        start = time.perf_counter()
        rows = list(read_all(files, (), standard_registry(), None))
        return len(rows) / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
