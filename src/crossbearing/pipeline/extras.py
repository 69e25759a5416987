"""Sections of the report that other parts of the program draw: the outlook, the watch list, how right it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from crossbearing.problems import Refusal, UsageError
from crossbearing.publish.report.content import Extra
from crossbearing.vocabulary.book import Book


def extra_sections(book: Book, companies: Sequence[str], as_of: date | None, seed: int) -> Iterator[Extra]:
    """The outlook where the book holds what it needs, the watch list where there is one, the stored calibration study."""
    from crossbearing.pipeline.outlooks import outlook_section_of
    from crossbearing.publish.kept import book_text, kept, program

    try:
        found = outlook_section_of(book, companies, seed)
        yield Extra("outlook", "Outlook", found.html, found.style, found.script)
    except (Refusal, UsageError):
        pass  # `xb outlook` says what is missing
    if book.watch:
        key = f"watch {program()} {as_of} {seed} {book_text(book)}"
        html = kept(key, lambda: _watch(book, as_of, seed))
        yield Extra("watch", "Watch", html)
    tables = "\n".join(part for part in (_scored(book, as_of, seed), _calibration(book)) if part)
    if tables:
        html = f'<section id="calibration"><h2>How right we were</h2>{tables}</section>'
        yield Extra("calibration", "How right", html)


def _scored(book: Book, as_of: date | None, seed: int) -> str:
    """The score card of the forecasts frozen beside the book; empty where none is."""
    from crossbearing.pipeline import Opened
    from crossbearing.pipeline.scoring import score_book
    from crossbearing.publish.score.page import frozen_section

    card = score_book(Opened(book, ()), as_of, seed, walk=False, visibility=book.visibility)
    return frozen_section(card, book)


def _calibration(book: Book) -> str:
    from crossbearing.publish.score.calibration import calibration_section
    from crossbearing.score.study import stored

    words = (
        "<h3>A test of the method on what is already known</h3><p>What it would have said, against what came later. "
        "Percentages near the stated ones are good; lower means too sure.</p>"
    )
    tables = calibration_section(stored(), book.registry)
    return words + tables if tables else ""


def _watch(book: Book, as_of: date | None, seed: int) -> str:
    from crossbearing.pipeline.scoring import watch_list
    from crossbearing.publish.score.page import watch_section

    return f'<section id="watch">{watch_section(watch_list(book, as_of, seed), book.registry)}</section>'
