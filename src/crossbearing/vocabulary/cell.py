"""The error every cell grammar raises, so that a loader can add file, line and column."""

from __future__ import annotations


class CellError(ValueError):
    """A cell that does not follow its grammar: what is wrong, why it matters, how to mend it.

    Attributes:
        what: One lower-case sentence, without a full stop.
        why: The reason the cell is refused.
        mend: What to write instead.
        offset: Zero-based offset of the fault inside the cell.
    """

    def __init__(self, what: str, why: str = "", mend: str = "", offset: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.mend = mend
        self.offset = offset
