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


def lay_over(below: Loaded, root: Path) -> Loaded:
    """The book of a folder laid over another one, with the problems of both."""
    above = load_over(root, below.book)
    problems: list[Problem] = [*below.problems, *above.problems]
    base, top = below.book, above.book
    joined = replace(
        base,
        title=top.title or base.title,
        ends=max((d for d in (base.ends, top.ends) if d), default=None),
        root=f"{base.root} with {top.root}",
        registry=top.registry,
        entities=top.entities,
        sources={s.id: s for s in _join(base.sources.values(), top.sources.values(), problems)},
        claims=_join(base.claims, top.claims, problems),
        commitments=_join(base.commitments, top.commitments, problems),
        relations=_join(base.relations, top.relations, problems),
        rounds=_join(base.rounds, top.rounds, problems),
        watch=_join(base.watch, top.watch, problems),
        assumptions=over(base.assumptions, top.assumptions),
        scenarios=over(base.scenarios, top.scenarios),
        views=over(base.views, top.views),
        settings={**base.settings, **top.settings},
        digest=hashlib.sha256(f"{base.digest}+{top.digest}".encode()).hexdigest(),
    )
    return Loaded(joined, tuple(problems))


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
    )
