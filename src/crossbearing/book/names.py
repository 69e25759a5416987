"""The names a book knows: entities, metrics, sources, claims. Unknown ones get the nearest known spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crossbearing.book.faults import Fault, suggest
from crossbearing.vocabulary.book import Entity
from crossbearing.vocabulary.claim import Source, Visibility
from crossbearing.vocabulary.metric import Metric, Registry, standard_registry
from crossbearing.vocabulary.qualifiers import parse_list


@dataclass(slots=True)
class Names:
    """What rows may refer to.

    Attributes:
        entities, sources, claims: None where the file that declares them could not be read, so that no row is blamed for it.
        default: Visibility of a row that states none.
    """

    entities: Mapping[str, Entity] | None = None
    sources: dict[str, Source] | None = None
    claims: set[str] | None = None
    registry: Registry = field(default_factory=standard_registry)
    default: Visibility = Visibility.PUBLIC
    _spellings: dict[str, str] = field(default_factory=dict)
    _metrics: dict[str, Metric] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._spellings = spellings(self.entities or {})

    def entity(self, cell: str) -> str:
        """Canonical entity name of a spelling.

        Raises:
            CellError: No entity of the book.
        """
        found = self._spellings.get(cell) or self._spellings.get(cell.casefold())
        if found or (self.entities is None and cell):
            return found or cell
        if not cell:
            raise Fault(
                "XB201",
                "the entity is missing",
                "a figure belongs to somebody",
                "name an entity of book.toml",
            )
        raise Fault(
            "XB201",
            f"unknown entity {cell[:80]!r}",
            "entities are declared once, so that spellings do not split one company in two",
            suggest(
                cell, dict.fromkeys(self._entity_spellings()), f'add [entities."{cell[:40]}"] to book.toml'
            ),
        )

    def _entity_spellings(self) -> list[str]:
        return [
            name for e in (self.entities or {}).values() for name in (e.name, *e.aliases, *e.private_aliases)
        ]

    def spelling(self, name: str) -> str | None:
        """The canonical name behind a spelling, or None."""
        return self._spellings.get(name) or self._spellings.get(name.casefold())

    def optional_entity(self, cell: str) -> str:
        """The same, empty allowed."""
        return self.entity(cell) if cell else ""

    def party(self, cell: str) -> str:
        """Counterparties, canonical where they are entities; `; ` between several.

        Raises:
            CellError: Empty.
        """
        if not cell:
            raise Fault(
                "XB201",
                "the counterparty is missing",
                "a contract has two sides",
                "name it, or write unknown",
            )
        return "; ".join(self._spellings.get(part.casefold(), part) for part in parse_list(cell))

    def metric(self, cell: str) -> Metric:
        """Metric behind a spelling.

        Raises:
            CellError: No metric of the registry.
        """
        found = self._metrics.get(cell)
        if found is None:
            name = self.registry.canonical(cell)
            if name is None:
                raise _no_metric(cell, self.registry)
            found = self._metrics[cell] = self.registry[name]
        return found

    def source(self, cell: str) -> str:
        """Id of a source.

        Raises:
            CellError: No source of sources.csv.
        """
        if cell and (self.sources is None or cell in self.sources):
            return cell
        if not cell:
            raise Fault(
                "XB302",
                "the source is missing",
                "every figure leads back to a document",
                "name an id of sources.csv",
            )
        raise Fault(
            "XB302",
            f"unknown source {cell[:80]!r}",
            "every figure leads back to a row of sources.csv",
            suggest(cell, tuple(self.sources or ()), "add it to sources.csv"),
        )

    def optional_source(self, cell: str) -> str:
        """The same, empty allowed."""
        return self.source(cell) if cell else ""

    def claim_ids(self, cell: str) -> tuple[str, ...]:
        """Ids of claims.

        Raises:
            CellError: One is no claim of the book.
        """
        found = parse_list(cell)
        for name in found:
            if self.claims is not None and name not in self.claims:
                raise Fault(
                    "XB303",
                    f"unknown claim {name[:80]!r}",
                    "a row leads back to the claims it rests on",
                    suggest(name, tuple(self.claims), "add it to claims.csv or remove it here"),
                    max(cell.find(name), 0),
                )
        return found

    def visibility(self) -> Callable[[str], Visibility]:
        """A reader of the visibility column; empty is the book's own."""
        from crossbearing.book.cells import one_of

        read = one_of(tuple(Visibility), "visibility", self.default)
        return lambda cell: Visibility(read(cell))


def _no_metric(cell: str, registry: Registry) -> Fault:
    if not cell:
        return Fault(
            "XB202", "the metric is missing", "a figure measures something", "name a metric of the registry"
        )
    return Fault(
        "XB202",
        f"unknown metric {cell[:80]!r}",
        "only figures of one metric are compared",
        suggest(cell, registry.spellings, f'add [metrics."{cell[:40]}"] to book.toml'),
    )


def spellings(entities: Mapping[str, Entity]) -> dict[str, str]:
    """Canonical name by spelling, as written and folded; names go before aliases."""
    found: dict[str, str] = {}
    for entity in entities.values():
        for alias in (*entity.aliases, *entity.private_aliases):
            found.setdefault(alias, entity.name)
            found.setdefault(alias.casefold(), entity.name)
    for entity in entities.values():
        found[entity.name] = entity.name
        found[entity.name.casefold()] = entity.name
    return found
