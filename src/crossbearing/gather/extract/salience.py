"""Whom a text is about, and which names own figures at all: a few things that hold in any text, weighed by estimates from marked articles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from crossbearing.gather.extract.evidence import Candidate
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon

if TYPE_CHECKING:
    from crossbearing.gather.extract.names import Name

NAMES_OTHERS = frozenset(("by", "at"))
OPENING = 8.0
ARTICLES = frozenset(("the", "a", "an"))
ENDS = (",", "(", ":", ".")


class Weighed(NamedTuple):
    """What is estimated of a name.

    Attributes:
        salience: How much the text is about it; log-odds but for a constant.
        owning: Log-odds that it owns at least one figure of the text.
    """

    salience: float
    owning: float


@dataclass(slots=True)
class Claimant:
    """A name that the text may be about.

    Attributes:
        words: The name in lower case.
        places: First word and stop of each mention.
        kind: What the rules of names take it for; empty where they found too little.
        company, place, person, outlet, product: Evidence of the words around it.
        small: Whether its first word is also written small.
        known: Whether a book declares it.
    """

    words: tuple[str, ...]
    places: Sequence[tuple[int, int]]
    kind: str
    company: int = 0
    place: int = 0
    person: int = 0
    outlet: int = 0
    product: int = 0
    small: bool = False
    known: bool = False


def weigh_names(
    layout: Layout,
    candidates: dict[tuple[str, ...], Candidate],
    kinds: dict[tuple[str, ...], str],
    lower: set[str],
    known: Sequence[Name],
) -> dict[tuple[str, ...], Weighed]:
    """How much the text is about each name and how likely it owns figures, known ones by their entity alone.

    The first of all becomes a company in `kinds`, whatever the rules took it for.

    Args:
        layout: The document.
        candidates: New names by their words.
        kinds: What the rules take each of them for; empty where they found too little.
        lower: Words that are also written small.
        known: Mentions of names that a book declares.
    """
    rows = {words: _of_text(c, kinds[words], lower) for words, c in candidates.items() if c.places}
    for name in known:
        words = tuple(name.entity.lower().split())
        row = rows.setdefault((name.entity,), Claimant(words, [], name.kind, known=True))
        row.places = [*row.places, (name.first, name.stop)]
    whom = list(rows.values())
    told = features(layout, whom)
    both = zip(saliences(told), ownings(layout, whom, told), strict=True)
    weights = {words: Weighed(*row) for words, row in zip(rows, both, strict=True)}
    best = max(weights, key=lambda words: (weights[words].salience, words), default=())
    if best in kinds and kinds[best] not in ("company", "product"):
        kinds[best] = "company"
    return weights


def _of_text(candidate: Candidate, kind: str, lower: set[str]) -> Claimant:
    """A name of the text itself."""
    return Claimant(
        candidate.words,
        candidate.places,
        kind,
        max(candidate.company, 0),
        max(candidate.place, 0),
        candidate.person,
        candidate.outlet,
        candidate.product,
        candidate.words[0] in lower,
    )


def saliences(rows: Sequence[dict[str, float]]) -> list[float]:
    """How much each name is what the text is about; log-odds but for a constant.

    A log-linear model of whose figures a text has, fitted to marked articles (`bench/salience.py`), its weights in
    lexicons/salience.toml.
    """
    weights = lexicon("salience")["weights"]
    return [sum(weights[name] * value for name, value in row.items()) for row in rows]


def features(layout: Layout, claimants: Sequence[Claimant]) -> list[dict[str, float]]:
    """What is weighed of each name: shares are of its mentions, `late` grows with the words before the first of them."""
    return [_features(layout, who) for who in claimants]


def _features(layout: Layout, who: Claimant) -> dict[str, float]:
    many, names = len(who.places), lexicon("names")
    whole = many + 1  # one mention more, so that a name with one mention is not all of anything
    before = [layout.word(first - 1) for first, _ in who.places]
    after = [layout.word(stop) for _, stop in who.places]
    return {
        "mentions": math.log1p(many),
        "late": math.log1p(min(who.places)[0] / OPENING),
        "owns": sum(layout.owner[stop - 1] for _, stop in who.places) / whole,
        "acts": sum(word in names["verbs"] for word in after) / whole,
        "named_by_others": sum(word in NAMES_OTHERS for word in before) / whole,
        "evidence_company": math.log1p(who.company),
        "evidence_place": math.log1p(who.place),
        "small": float(who.small),
        "financier": float(who.words[-1] in names["financiers"]),
        "known": float(who.known),
        "company": float(who.kind == "company"),
        "product": float(who.kind == "product"),
        "person": float(who.kind == "person"),
        "outlet": float(who.kind == "outlet"),
    }


def ownings(layout: Layout, claimants: Sequence[Claimant], told: Sequence[dict[str, float]]) -> list[float]:
    """Log-odds that each name owns at least one figure of the text.

    A logistic regression over names that the rules take for companies and products, fitted to marked articles
    (`bench/salience.py`), its weights in lexicons/salience.toml.
    """
    weights = lexicon("salience")["owning"]
    rows = owning_features(layout, claimants, told)
    return [sum(weights[name] * value for name, value in row.items()) for row in rows]


def owning_features(
    layout: Layout, claimants: Sequence[Claimant], told: Sequence[dict[str, float]]
) -> list[dict[str, float]]:
    """What tells of each name, beside its `features`, whether it owns figures; a `figure` is a mention in a sentence with digits."""
    counted = {layout.of_word[at] for at, word in enumerate(layout.words) if word[:1].isdigit()}
    return [_owning_features(layout, who, row, counted) for who, row in zip(claimants, told, strict=True)]


def _owning_features(
    layout: Layout, who: Claimant, told: dict[str, float], counted: set[int]
) -> dict[str, float]:
    row = {name: value for name, value in told.items() if name not in ("company", "person", "outlet")}
    whole = len(who.places) + 1
    return {
        "constant": 1.0,
        **row,
        "evidence_person": math.log1p(who.person),
        "evidence_outlet": math.log1p(who.outlet),
        "evidence_product": math.log1p(who.product),
        "several_words": float(len(who.words) > 1),
        "figures": math.log1p(sum(layout.of_word[first] in counted for first, _ in who.places)),
        "article_before": sum(layout.word(first - 1) in ARTICLES for first, _ in who.places) / whole,
        "breaks_off": sum(layout.gap(stop)[:1] in ENDS for _, stop in who.places) / whole,
    }
