"""The judgments of a book as operands. None has a hidden default: what is absent makes its results not computable."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crossbearing.problems import UsageError
from crossbearing.value.term import Term, judged, missing
from crossbearing.vocabulary.assumption import Assumption, Judgment, family_of, parse_judgment
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.unit import parse_unit


@dataclass(frozen=True, slots=True)
class Inputs:
    """Assumptions of one entity, its own before the book's.

    Attributes:
        book: The book.
        entity: Canonical name.
        seed: Seed of the random numbers.
        options: Judgments given with the command, by name; they stand in front of the book's.
    """

    book: Book
    entity: str
    seed: int = 0
    options: tuple[tuple[str, Judgment], ...] = ()

    def find(self, name: str) -> Assumption | None:
        """The assumption of that name for the entity, else for all, else None."""
        own = general = None
        for assumption in self.book.assumptions:
            bare = (
                assumption.name.removeprefix(f"{assumption.entity}.")
                if assumption.entity
                else assumption.name
            )
            if bare != name and assumption.name != f"{self.entity}.{name}":
                continue
            if assumption.entity == self.entity or assumption.name == f"{self.entity}.{name}":
                own = assumption
            elif not assumption.entity:
                general = assumption
        return own or general

    def term(self, name: str, label: str, unit: str) -> Term:
        """The judgment as an operand, or a term that says it needs it.

        Raises:
            UsageError: The assumption is in another currency or kind of unit than the quantity.
        """
        for key, judgment in self.options:
            if key == name:
                return judged(name, label, unit, judgment, f"option {name} = {judgment.text}", seed=self.seed)
        found = self.find(name)
        if found is None:
            return missing(name, label, unit, f"assumption {self.entity}.{name}")
        if found.unit and found.unit != unit and not _alike(found.unit, unit):
            raise UsageError(
                f"{found.position}: assumption {found.name} is in {found.unit}, not in {unit}".lstrip(": "),
                "quantities of unlike units are never combined",
                f"state it in {unit}",
            )
        term = judged(name, label, unit, found.judgment, found.name, seed=self.seed)
        return replace(term, lineage=replace(term.lineage, visibility=found.visibility))


def _alike(one: str, other: str) -> bool:
    """Whether two units are shares, multiples or counts under two names."""
    plain = {"ratio", "probability", "return", "x", "count", "years", "year", "days", ""}
    if one in plain and other in plain:
        return True
    try:
        return parse_unit(one) == parse_unit(other)
    except CellError:
        return False


def option(name: str, text: str) -> tuple[str, Judgment]:
    """A judgment from a command-line option.

    Raises:
        UsageError: Not in the notation of assumptions.
    """
    try:
        return name, parse_judgment(text, family_of(name))
    except CellError as fault:
        raise UsageError(f"{name}: {fault.what}", fault.why, fault.mend) from fault
