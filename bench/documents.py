"""Speed of reading a PDF of 300 pages: text out with paragraphs joined, in its own process; beside pdfplumber on a part.

usage: python bench/documents.py [PAGES]
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.gather.documents.made import ARTICLE, pdf, wrapped

from crossbearing.gather.documents import read_document
from crossbearing.gather.extract import extract
from crossbearing.vocabulary.metric import standard_registry


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    body = [line for text in ARTICLE * 7 for line in (*wrapped(text), "")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        path.write_bytes(pdf([[*body, f"page {n}"] for n in range(count)]))
        start = time.perf_counter()
        document = read_document(str(path))
        read = time.perf_counter() - start
        claims = extract(document, (), standard_registry())
        whole = time.perf_counter() - start
        peer, part = plumbed(path, min(count, 20))
    print("| step | seconds |")
    print("|---|---|")
    print(f"| {count} pages, {len(document.text) / 1e6:.2f} M characters, to text | {read:.2f} |")
    print(f"| and {len(claims)} claims proposed by rules | {whole:.2f} |")
    print(f"| pdfplumber, text alone, as if for all pages (measured on {part}) | {peer / part * count:.1f} |")


def plumbed(path: Path, pages: int) -> tuple[float, int]:
    """Seconds that pdfplumber takes for the first pages."""
    import pdfplumber

    start = time.perf_counter()
    with pdfplumber.open(path) as document:
        for page in document.pages[:pages]:
            page.extract_text()
    return time.perf_counter() - start, pages


if __name__ == "__main__":
    main()
