"""The report of a served book, made in a process of its own: it needs more memory and time than all pages together.

What goes through the pipe is our own book and our own page, between a parent and the child it started.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import date

from crossbearing.pipeline import Opened, report
from crossbearing.problems import CrossbearingError, Refusal


def report_apart(opened: Opened, *, as_of: date | None, seed: int) -> str:
    """The page of a book, as `pipeline.report` makes it, without its memory staying here.

    Raises:
        Refusal: The report refuses, or its process ended before it was done.
    """
    asked = pickle.dumps((opened, as_of, seed))
    done = subprocess.run(  # noqa: S603 - this interpreter with this module
        [sys.executable, "-m", __name__], input=asked, capture_output=True, check=False
    )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Refusal(
            "the report was not made", words[-1][:300] if words else "its process was ended", "try again"
        )
    page, told = pickle.loads(done.stdout)  # noqa: S301 - of our own child
    if told is not None:
        raise Refusal(*told)
    return str(page)


def main() -> None:
    """The child: a book from standard input, its page to standard output."""
    opened, as_of, seed = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    page, told = "", None
    try:
        page = report(opened, as_of=as_of, seed=seed)
    except CrossbearingError as refused:
        told = refused.what, refused.why, refused.mend
    sys.stdout.buffer.write(pickle.dumps((page, told)))


if __name__ == "__main__":
    main()
