"""Documents that are one: the same text, or a syndicated copy of it, among those read together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from zlib import crc32

from crossbearing.gather.extract.document import Document

WORDS = 5
SAMPLE = 4  # one shingle in so many is kept, by its hash: enough to tell copies, whatever the order
COPY = 0.6
ENOUGH = (
    12  # runs in common, of those kept, from which a part is a copy of a whole; a quoted sentence has fewer
)
ALIKE = 0.5  # share of the longer one's size from which a short text may be a copy of it
_WORD = re.compile(r"\w+")


def shingles(text: str) -> frozenset[int]:
    """Hashes of runs of five words, a fixed quarter of them. Broder, "On the resemblance and containment of documents" (1997)."""
    hashes = [crc32(word.encode(errors="replace")) for word in _WORD.findall(text.casefold())]
    runs = zip(*(hashes[i:] for i in range(WORDS)), strict=False)
    found = frozenset(h for run in runs if (h := hash(run)) % SAMPLE == 0)
    return found or frozenset(hash(pair) for pair in pairwise(hashes))


def copies(documents: Sequence[Document]) -> dict[int, tuple[int, float]]:
    """For each document that copies another of the list: which one, and the share of the smaller one they have in common.

    The earliest published is the original, then the first named. A short text that repeats a sentence of a long one quotes it.
    """
    marked = [shingles(d.text) for d in documents]
    order = sorted(range(len(documents)), key=lambda i: (documents[i].published or date.max, i))
    seen: dict[int, list[int]] = {}
    found: dict[int, tuple[int, float]] = {}
    for i in order:
        shared = Counter(j for s in marked[i] for j in seen.get(s, ()))
        best = max(shared.items(), key=lambda item: (item[1], -item[0]), default=None)
        if best is not None and (share := _share(marked[i], marked[best[0]], best[1])) >= COPY:
            found[i] = best[0], share
            continue
        _remember(seen, i, marked[i])
    return found


def _share(one: frozenset[int], two: frozenset[int], common: int) -> float:
    """The share of the smaller of two texts that stands in the other; 0 where that is no more than a quotation."""
    small, large = sorted((len(one), len(two)))
    return common / small if common >= ENOUGH or small >= ALIKE * large else 0.0


def _remember(seen: dict[int, list[int]], index: int, marks: Iterable[int]) -> None:
    for mark in marks:
        seen.setdefault(mark, []).append(index)
