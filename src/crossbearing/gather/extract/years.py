"""Years that may be a value, as in "break even in 2029"."""

from __future__ import annotations

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.quantities import Mention


def find_years(layout: Layout) -> list[Mention]:
    """Years that may be a value, as in "break even in 2029": not part of a date, a quarter or a number."""
    grammar, found = lexicon("grammar"), []
    for at in layout.figures:
        word = layout.words[at]
        if not (word[:2] == "20" and len(word) == 4 and word.isdigit()) and not (
            len(word) == 2 and word.isdigit()
        ):
            continue
        before = layout.word(at - 1)
        joined = layout.gap(at) == "" and before in ("fy", "cy")
        if len(word) == 2 and not joined:
            continue
        text, end = layout.text, layout.ends[at]
        if (
            before in grammar["months"]
            or before.isdigit()
            or text[end : end + 1] in ("-", "/", "%", "\u2013")
        ):
            continue
        if layout.gap(at).strip() not in ("", "(", ",", ":") or (layout.gap(at) == "" and not joined):
            continue
        first = at - 1 if joined else at
        value = float(word) if len(word) == 4 else 2000.0 + float(word)
        start = layout.starts[first]
        found.append(Mention(first, at + 1, start, end, value, "year", opens=first, scaled=True))
    return found
