"""The spine: book -> claims -> positions -> paths -> values -> pages. Each stage is one call; effects are passed in here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from crossbearing.problems import BookError, Problem, Severity
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Visibility
from crossbearing.vocabulary.conflict import Conflict, IdentityCheck


@dataclass(frozen=True, slots=True)
class Opened:
    """A book as known on a date and visible to a reader, with the problems found while reading it.

    Conflicts and identities are there once the book is checked.
    """

    book: Book
    problems: tuple[Problem, ...]
    conflicts: tuple[Conflict, ...] = ()
    identities: tuple[IdentityCheck, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that stop results."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    def sound(self) -> Book:
        """The book, for commands that give results.

        Raises:
            BookError: It has errors.
        """
        if self.errors:
            raise BookError(self.errors)
        return self.book


def open_book(
    folder: Path | None = None,
    overlay: Path | None = None,
    as_of: date | None = None,
    visibility: Visibility | None = None,
) -> Opened:
    """The book of a folder, or the bundled one: joined with an overlay, as known on a day, up to a visibility."""
    from crossbearing.book.load import load
    from crossbearing.book.overlay import lay_over
    from crossbearing.vocabulary.secrecy import hidden_names

    loaded = load(folder)
    if overlay is not None:
        loaded = lay_over(loaded, overlay, visibility)
    if visibility is None:
        return Opened(loaded.book.as_of(as_of), loaded.problems)
    shown = loaded.book.visible(visibility)
    hidden = hidden_names(loaded.book, shown)
    return Opened(shown.as_of(as_of), tuple(p.seen_by(visibility, hidden) for p in loaded.problems))


def check_book(opened: Opened) -> Opened:
    """The book with what the rules find added: problems of the impossible, conflicts by cause, arithmetic recomputed."""
    from crossbearing.check.engine import check

    found = check(opened.book)
    return replace(
        opened,
        problems=(*opened.problems, *found.problems),
        conflicts=found.conflicts,
        identities=found.identities,
    )
