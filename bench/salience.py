"""Estimates the weights of `lexicons/salience.toml` from the marked articles of the tests, and says how well they foresee.

A log-linear model of which name of a text most of its marked figures belong to (conditional logit; McFadden 1974), and a
logistic regression of whether a company or a product owns any, both with a ridge penalty on standardised features. Articles
are read without a book and with a book of their names.

usage: python bench/salience.py [FOLDER of marked articles ...]
"""

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.gather.marked import Marked, read_marked

from crossbearing.gather.extract import Document, extract, salience
from crossbearing.gather.extract.layout import Layout, lay_out
from crossbearing.vocabulary.book import Entity
from crossbearing.vocabulary.metric import standard_registry

HERE = Path(__file__).parents[1] / "tests" / "gather"
RIDGE = 0.02
LOGISTIC_RIDGE = 0.003
NEWTON_STEPS = 40
FOLDS = 6
STEPS = 600


@dataclass
class Choice:
    """One text: the features of each name, how many figures are its own, and what tells of companies and products alone."""

    doc: str
    features: np.ndarray
    figures: np.ndarray
    owning: np.ndarray
    actors: np.ndarray


def articles(folders: Sequence[Path]) -> Iterator[Marked]:
    """Marked articles in either form."""
    for folder in folders:
        for path in sorted(folder.glob("*.txt")):
            beside = path.with_suffix(".json")
            if not beside.exists():
                yield read_marked(path.read_text(encoding="utf-8"), path.name)
                continue
            table = tomllib.loads((folder / "entities.toml").read_text(encoding="utf-8"))["entities"]
            known = {name: tuple(row.get("aliases", ())) for name, row in table.items()}
            claims = json.loads(beside.read_text(encoding="utf-8"))["claims"]
            used = {row["entity"] for row in claims}
            yield Marked(
                path.read_bytes().decode(), None, {n: a for n, a in known.items() if n in used}, claims
            )


def choices(marked: Marked, number: int) -> Iterator[Choice]:
    """What there was to choose from, without a book and with one."""
    spelt = {_plain(s): name for name, more in marked.names.items() for s in (name, *more)}
    owned = Counter(
        row["entity"] for row in marked.claims if not (row["note"] or "").startswith(("VAGUE", "HYPO"))
    )
    named = {
        n: tuple(a for a in more if a[:1].isupper()) for n, more in marked.names.items() if n != "market"
    }
    for book in ((), tuple(Entity(name, aliases=more) for name, more in named.items())):
        seen: list[tuple[Layout, Sequence[salience.Claimant]]] = []

        def watch(
            layout: Layout, rows: Sequence[salience.Claimant], kept: list[object] = seen
        ) -> list[dict[str, float]]:
            kept.append((layout, rows))
            return OWN(layout, rows)

        salience.features = watch  # type: ignore[assignment]
        extract(Document(marked.text, f"{number}", marked.published), book, standard_registry())
        salience.features = OWN
        for layout, rows in seen:
            whose = np.array([owned.get(_spelt(spelt, " ".join(r.words)), 0) for r in rows], float)
            if whose.sum():
                yield Choice(
                    f"{number}",
                    _table(salience.features(layout, rows)),
                    whose,
                    _table(salience.owning_features(layout, rows, salience.features(layout, rows))),
                    np.array([r.kind in ("company", "product") for r in rows]),
                )


OWN = salience.features


def _table(rows: Sequence[dict[str, float]]) -> np.ndarray:
    return np.array([list(row.values()) for row in rows])


def _plain(spelling: str) -> str:
    """A spelling as names are split into words: "Brindle & Vexel" is "brindle vexel"."""
    return " ".join(lay_out(spelling).words)


def _spelt(spelt: dict[str, str], name: str) -> str:
    """The entity a printed name is, legal forms left out."""
    return spelt.get(name, next((e for s, e in spelt.items() if name.startswith(s + " ")), name))


def fit(rows: Sequence[Choice]) -> np.ndarray:
    """Weights of the model, by Adam on the mean log-likelihood."""
    every = np.vstack([r.features for r in rows])
    mean, spread = every.mean(0), every.std(0) + 1e-9
    weights = np.zeros(every.shape[1])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    scaled = [((r.features - mean) / spread, r.figures / r.figures.sum()) for r in rows]
    for step in range(1, STEPS + 1):
        slope = RIDGE * weights
        for table, share in scaled:
            odds = table @ weights
            chance = np.exp(odds - odds.max())
            slope = slope + table.T @ (chance / chance.sum() - share) / len(rows)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights / spread


def actors_of(rows: Sequence[Choice]) -> tuple[np.ndarray, np.ndarray]:
    """Features of every company and product, and 1 where it owns a figure."""
    return np.vstack([r.owning[r.actors] for r in rows]), np.concatenate(
        [(r.figures[r.actors] > 0).astype(float) for r in rows]
    )


def fit_owning(rows: Sequence[Choice]) -> np.ndarray:
    """Weights of the logistic regression, by Newton's method; the constant is not penalised."""
    table, owns = actors_of(rows)
    mean, spread = table.mean(0), table.std(0)
    mean[0], spread = 0.0, np.where(spread < 1e-9, 1.0, spread)
    scaled, ridge = (table - mean) / spread, np.full(len(mean), LOGISTIC_RIDGE * len(owns))
    ridge[0], weights = 1e-6, np.zeros(len(mean))
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + np.diag(ridge)
        weights += np.linalg.solve(curve, scaled.T @ (owns - chance) - ridge * weights)
    plain = weights / spread
    plain[0] -= (plain * mean)[1:].sum()
    return plain


def told_apart(rows: Sequence[Choice], weights: np.ndarray) -> float:
    """How often the weights put a name that owns a figure above one that owns none (area under the ROC curve)."""
    table, owns = actors_of(rows)
    odds = table @ weights
    apart = odds[owns > 0][:, None] - odds[owns == 0][None, :]
    return float((apart > 0).mean() + (apart == 0).mean() / 2)


def foreseen(rows: Sequence[Choice], weights: np.ndarray) -> float:
    """Part of the figures of each text's first company that goes to the name the weights choose."""
    return float(
        sum(r.figures[int(np.argmax(r.features @ weights))] for r in rows)
        / sum(r.figures.max() for r in rows)
    )


def main() -> None:
    folders = [Path(a) for a in sys.argv[1:]] or [
        HERE / n
        for n in ("articles_own", "articles_third", "articles_fourth", "articles_fifth", "articles_press")
    ]
    rows = [c for number, marked in enumerate(articles(folders)) for c in choices(marked, number)]
    left = apart = 0.0
    for fold in range(FOLDS):
        held = [r for r in rows if int(r.doc) % FOLDS == fold]
        others = [r for r in rows if int(r.doc) % FOLDS != fold]
        left += len(held) * foreseen(held, fit(others))
        apart += len(held) * told_apart(held, fit_owning(others))
    print(
        f"# {len(rows)} readings; of the first company's figures, foreseen where left out: {left / len(rows):.3f}, today: {foreseen(rows, today()):.3f}"
    )
    print("[weights]")
    for name, weight in zip(FEATURES, fit(rows), strict=True):
        print(f"{name} = {weight:.2f}")
    print(f"\n# owners of figures told from other names where left out: {apart / len(rows):.3f}")
    print("[owning]")
    for name, weight in zip(OWNING, fit_owning(rows), strict=True):
        print(f"{name} = {weight:.2f}")


_ONE = lay_out("Acme earns."), [salience.Claimant(("acme",), [(0, 1)], "company")]
FEATURES = tuple(salience.features(*_ONE)[0])
OWNING = tuple(salience.owning_features(*_ONE, salience.features(*_ONE))[0])


def today() -> np.ndarray:
    """The weights of the lexicon."""
    return np.array([salience.lexicon("salience")["weights"][name] for name in FEATURES])


if __name__ == "__main__":
    main()
