"""Work grows with the length of a text and no faster, counted in calls of functions: the same on every machine."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from crossbearing.gather.extract import Document, extract
from crossbearing.vocabulary.metric import standard_registry

SHAPES: dict[str, Callable[[int], str]] = {
    "one line": lambda n: " ".join(f"revenue of ${at + 1} million and" for at in range(n)),
    "names": lambda n: " ".join(
        f"Acme{chr(97 + at % 26)} Corp said revenue was ${at} million." for at in range(n)
    ),
    "counts": lambda n: " ".join(f"{at + 1000} customers" for at in range(n)),
}
REGISTRY = standard_registry()


def calls(text: str) -> int:
    """Calls of Python functions while a text is read."""
    count = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        extract(Document(text), (), REGISTRY)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_text_is_twice_the_work(shape: str) -> None:
    write = SHAPES[shape]
    calls(write(20))
    assert calls(write(240)) <= 2.3 * calls(write(120))


def test_a_page_of_dots_is_read_at_once() -> None:
    found = extract(Document("Acme said revenue was $5 million in 2025 " + "." * 300_000), (), REGISTRY)
    assert [p.value for p in found] == [5e6]
