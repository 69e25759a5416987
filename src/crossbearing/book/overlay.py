"""One book over another: what is added, and what may never be replaced in silence.

The rule: rows of tables are joined by id. A row the book below already has is accepted when it says the same and refused
otherwise, so nobody's claim changes by laying a book over it. Judgments (assumptions, scenarios, views) and settings of the
upper book win, since they are the user's own. Entities may gain spellings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from crossbearing.book.judgments import over
from crossbearing.book.load import Loaded, load_over
from crossbearing.problems import Problem
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Visibility
from crossbearing.vocabulary.metric import Registry


def lay_over(below: Loaded, root: Path, highest: Visibility | None = None) -> Loaded:
    """The book of a folder laid over another one, with the problems of both.

    Args:
        below: The book it is laid over.
        root: The folder.
        highest: Visibility up to which the result will be shown: a judgment above it does not displace the one below.
    """
    above = load_over(root, below.book)
    problems: list[Problem] = [*below.problems, *above.problems]
    base, top = below.book, above.book
    joined = replace(
        base,
        ends=max((d for d in (base.ends, top.ends) if d), default=None),
        registry=_metrics(base, top, highest),
        entities=top.entities,
        sources={s.id: s for s in _join(base.sources.values(), top.sources.values(), problems)},
        claims=_join(base.claims, top.claims, problems),
        commitments=_join(base.commitments, top.commitments, problems),
        relations=_join(base.relations, top.relations, problems),
        rounds=_join(base.rounds, top.rounds, problems),
        watch=_join(base.watch, top.watch, problems),
        assumptions=over(base.assumptions, _seen(top.assumptions, highest)),
        scenarios=over(base.scenarios, _seen(top.scenarios, highest)),
        views=over(base.views, _seen(top.views, highest)),
        settings={**base.settings, **top.settings},
        digest=hashlib.sha256(f"{base.digest}+{top.digest}".encode()).hexdigest(),
    )
    return Loaded(joined, tuple(problems))


def _seen(judgments: tuple[Any, ...], highest: Visibility | None) -> tuple[Any, ...]:
    return tuple(j for j in judgments if highest is None or j.visibility.rank <= highest.rank)


def _metrics(base: Book, top: Book, highest: Visibility | None) -> Registry:
    """Metrics of both; with a visibility asked for, an upper one only where a claim that may be seen is of it."""
    if highest is None:
        return top.registry
    seen = {c.metric for c in top.claims if c.visibility.rank <= highest.rank}
    added = {name: metric for name, metric in top.registry.items() if name in seen}
    return Registry({**base.registry, **added})


def _join(below: Iterable[Any], above: Iterable[Any], problems: list[Problem]) -> tuple[Any, ...]:
    """Rows of both, by id; a differing row under one id is a problem and the lower one stays."""
    rows = {row.id: row for row in below}
    for row in above:
        first = rows.setdefault(row.id, row)
        if first is not row and first != replace(row, visibility=first.visibility):
            problems.append(_replaces(row, first))
    return tuple(rows.values())


def _replaces(row: Any, first: Any) -> Problem:
    return Problem(
        "XB310",
        row.position,
        f"{row.id} is already in the book below and says something else there ({first.position})",
        "a book laid over another adds rows and never replaces one, so that figures keep leading to what was said",
        "give it an id of its own; to disagree, add your claim, or state a view in views.toml",
        visibility=max(row.visibility, first.visibility, key=lambda v: v.rank),
    )
