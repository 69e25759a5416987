"""Observation operators: what each metric says of the latent paths. One small pure function a metric, registered here.

An operator takes an aligned statement and the evidence around it and returns a `Reading`, or a sentence saying why the
claim cannot be read. Further operators come from a Python file that the user names (`--operators FILE.py`) or from
installed plug-ins (entry point group `crossbearing.operators`); both call `observes`. See `fix.plugins`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crossbearing.fix.align import Aligned
from crossbearing.fix.model import Offset, Term
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim


@dataclass(frozen=True)
class Reading:
    """What a statement says of the paths.

    Attributes:
        terms: Functionals of paths.
        offsets: Scalars that enter.
        scalars: Prior mean and sd of the scalars it introduces.
        shift: Added to both ends of the printed interval.
        stretch: Multiplies both ends before the shift (a yearly growth over several years).
        error: Further error in the scale of the path, added in quadrature.
        doubt: Least prior probability of contamination.
        rests_on: Ids of further claims it uses.
        operator: What it is, in words.
    """

    terms: tuple[Term, ...]
    offsets: tuple[Offset, ...] = ()
    scalars: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    shift: float = 0.0
    stretch: float = 1.0
    error: float = 0.0
    doubt: float = 0.0
    rests_on: tuple[str, ...] = ()
    operator: str = ""


@dataclass(frozen=True)
class Evidence:
    """What an operator may look at beside its own statement.

    Attributes:
        book: The book as known.
        paths: Entities whose paths are fitted.
        bases: Presentation that each path is on.
        kept: Mean and sd of log(net / gross) by entity, where the bridge identifies it.
        anchors: Log of a typical annual figure of each path, for priors of scale.
        claims: Usable claims of the past, all entities.
    """

    book: Book
    paths: tuple[str, ...]
    bases: Mapping[str, Basis]
    kept: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    anchors: Mapping[str, float] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()

    def about(self, entity: str, metric: str) -> list[Claim]:
        """Usable claims of one metric of one entity."""
        return [c for c in self.claims if c.entity == entity and c.metric == metric]


Operator = Callable[[Aligned, Evidence], Reading | str]

OPERATORS: dict[str, Operator] = {}


def observes(*metrics: str) -> Callable[[Operator], Operator]:
    """Registers an operator for metrics; a later registration replaces an earlier one."""

    def register(operator: Operator) -> Operator:
        for metric in metrics:
            OPERATORS[metric] = operator
        return operator

    return register


def operators() -> dict[str, Operator]:
    """All operators by metric: those that ship with the program, of installed packages, and of files that were run."""
    global _loaded  # noqa: PLW0603 - the registry is filled once a process
    if not _loaded:
        _loaded = True
        from crossbearing.fix.observe import change, cost, growth, market, part, revenue, users
        from crossbearing.fix.plugins import installed_operators

        assert all((change, cost, growth, market, part, revenue, users))
        installed_operators()
    return OPERATORS


_loaded = False
