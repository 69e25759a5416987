"""Sections of the report that other parts of the program draw: the outlook and the watch list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from crossbearing.problems import Refusal, UsageError
from crossbearing.publish.report.content import Extra
from crossbearing.vocabulary.book import Book


def extra_sections(book: Book, companies: Sequence[str], as_of: date | None, seed: int) -> Iterator[Extra]:
    """The outlook where the book holds what it needs, and the watch list where there is one."""
    from crossbearing.pipeline.outlooks import outlook_section_of

    try:
        found = outlook_section_of(book, companies, seed)
        yield Extra("outlook", "Outlook", found.html, found.style, found.script)
    except (Refusal, UsageError):
        pass  # `xb outlook` says what is missing
    if book.watch:
        from crossbearing.pipeline.scoring import watch_list
        from crossbearing.publish.score.page import watch_section

        table = watch_section(watch_list(book, as_of, seed))
        words = "<p>What is expected, by when, and our own chance of it where the position or the outlook gives one.</p>"
        html = f'<section id="watch"><h2>What to watch</h2>{words}<div class="table">{table}</div></section>'
        yield Extra("watch", "Watch", html)
