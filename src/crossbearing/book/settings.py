"""book.toml: title, currency, format, entities, metrics of the book's own, settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from crossbearing.book.cells import one_of
from crossbearing.book.faults import Fault, suggest
from crossbearing.book.layout import ENTITY_KINDS, FORMAT
from crossbearing.book.tomlfile import TomlFile, a_day, a_text, texts
from crossbearing.vocabulary.book import Entity
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Basis, Visibility
from crossbearing.vocabulary.currency import CURRENCIES
from crossbearing.vocabulary.metric import UNIT_KINDS, Metric, Registry, metric_of

_BOOK_KEYS = ("title", "currency", "format", "ends", "visibility", "description")
_ENTITY_KEYS = tuple(
    f.name for f in fields(Entity) if f.name not in ("name", "visibility", "private_aliases", "position")
)


@dataclass(slots=True)
class Head:
    """What book.toml says."""

    title: str = ""
    currency: str = "USD"
    ends: date | None = None
    visibility: Visibility | None = None
    entities: dict[str, Entity] = field(default_factory=dict)
    registry: Registry = field(default_factory=lambda: Registry({}))
    settings: Mapping[str, Any] = field(default_factory=dict)


def too_new(toml: TomlFile) -> bool:
    """Whether the book is of a format this program does not know; the problem is then in the file's list."""
    written = toml.read(("book", "format"), _format, FORMAT)
    assert isinstance(written, int)
    if written <= FORMAT:
        return False
    toml.blame(
        ("book", "format"),
        Fault(
            "XB122",
            f"the book is of format {written}, this program reads up to {FORMAT}",
            "a newer program wrote it, and what is new in it would be misread",
            "update the program; nothing was read further and nothing is written",
        ),
    )
    return True


def _format(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise CellError(f"{value!r} is no format number", "", f"write format = {FORMAT}")
    return value


def read_head(
    toml: TomlFile, registry: Registry, inherited: Mapping[str, Entity], visibility: Visibility
) -> Head:
    """What book.toml says, on top of what the book below an overlay declares.

    Args:
        toml: The file.
        registry: Metrics known without it.
        inherited: Entities of the book below.
        visibility: Of what the file declares, where it does not say.
    """
    toml.only((), ("book", "settings", "entities", "metrics"))
    toml.only(("book",), _BOOK_KEYS)
    stated = toml.read(("book", "visibility"), one_of(tuple(Visibility), "visibility"))
    head = Head(
        title=toml.read(("book", "title"), a_text, ""),
        currency=toml.read(("book", "currency"), _currency, "USD"),
        ends=toml.read(("book", "ends"), a_day),
        visibility=Visibility(stated) if stated else None,
        settings=toml.table(("settings",)),
    )
    head.registry = _registry(toml, registry)
    head.entities = dict(inherited)
    for name in toml.table(("entities",)):
        entity = _entity(toml, name, head.visibility or visibility)
        head.entities[name] = _joined(inherited[name], entity) if name in inherited else entity
    _spellings_once(toml, head.entities)
    _parents(toml, head.entities)
    return head


def _currency(value: Any) -> str:
    code = a_text(value)
    if code not in CURRENCIES:
        raise Fault(
            "XB203",
            f"{code[:20]!r} is no currency",
            "currencies are written as in ISO 4217",
            suggest(code, sorted(CURRENCIES), "write USD"),
        )
    return code


def _registry(toml: TomlFile, registry: Registry) -> Registry:
    for name, table in toml.table(("metrics",)).items():
        path = ("metrics", name)
        try:
            _metric_shape(table)
            metric = metric_of(name, table, registry.get(name))
            _metric_values(metric)
            registry = Registry({**registry, name: metric})
        except CellError as fault:
            toml.blame(path, fault, "XB211")
    return registry


_ARRAYS = ("bases", "qualifiers", "aliases")


def _metric_shape(table: Any) -> None:
    if not isinstance(table, Mapping):
        raise CellError("a metric is a table", "", '[metrics."x.y"] with label, unit_kind and kind')
    for key, value in table.items():
        if key in _ARRAYS:
            texts(value)
        elif key == "positive":
            if not isinstance(value, bool):
                raise CellError(f"positive = {value!r} is neither true nor false", "", "write true or false")
        elif not isinstance(value, str):
            raise CellError(f"{key} = {value!r} is no text", "", "put it in quotation marks")


def _metric_values(metric: Metric) -> None:
    allowed = {
        "unit_kind": tuple(UNIT_KINDS),
        "kind": ("stock", "flow", "rate", "ratio", "event"),
        "period": ("instant", "duration", "either"),
        "over_time": ("none", "sum", "mean", "last"),
        "over_parts": ("none", "sum", "mean"),
    }
    for name, words in allowed.items():
        value = getattr(metric, name)
        if value not in words:
            raise CellError(
                f"{name} = {value!r} is no word of the registry", "", f"write one of {', '.join(words)}"
            )
    wrong = [b for b in metric.bases if b not in tuple(Basis)]
    if wrong:
        raise CellError(f"{wrong[0]!r} is no basis", "", f"write one of {', '.join(Basis)}")


def _entity(toml: TomlFile, name: str, visibility: Visibility) -> Entity:
    path = ("entities", name)
    if not name.strip() or name != name.strip():
        toml.blame(
            path,
            Fault(
                "XB212",
                f"{name!r} is no name",
                "names are compared as written",
                "write it without blanks around it",
            ),
        )
    toml.only(path, _ENTITY_KEYS)
    presentation = {
        channel: Basis(basis)
        for channel in toml.table((*path, "presentation"))
        if (basis := toml.read((*path, "presentation", channel), one_of(tuple(Basis), "basis")))
    }
    return Entity(
        name,
        toml.read((*path, "kind"), one_of(ENTITY_KINDS, "kind of entity"), "company"),
        toml.read((*path, "aliases"), texts, ()),
        toml.read((*path, "parent"), a_text, ""),
        toml.read((*path, "fiscal_year_end"), _closing, "12-31"),
        presentation,
        toml.read((*path, "description"), a_text, ""),
        visibility,
        position=toml.position(path),
    )


def _closing(value: Any) -> str:
    text = a_text(value)
    if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", text):
        raise CellError(
            f"{text[:20]!r} is no month and day",
            "a fiscal year closes on a day of the year",
            'write "12-31" or "06-30"',
        )
    return text


def _joined(base: Entity, over: Entity) -> Entity:
    """An overlay may add spellings to an entity; what the book below says of it stays."""
    added = tuple(a for a in over.aliases if a not in base.aliases)
    if over.visibility is Visibility.PUBLIC:
        return replace(base, aliases=(*base.aliases, *added))
    return replace(base, private_aliases=(*base.private_aliases, *added))


def _spellings_once(toml: TomlFile, entities: Mapping[str, Entity]) -> None:
    owner: dict[str, str] = {}
    for entity in entities.values():
        for spelling in dict.fromkeys(
            s.casefold() for s in (entity.name, *entity.aliases, *entity.private_aliases)
        ):
            first = owner.setdefault(spelling, entity.name)
            if first != entity.name:
                toml.blame(
                    ("entities", entity.name),
                    Fault(
                        "XB212",
                        f"{spelling!r} names both {first} and {entity.name}",
                        "a spelling leads to one entity",
                        "remove it from one of them",
                    ),
                )


def _parents(toml: TomlFile, entities: Mapping[str, Entity]) -> None:
    for entity in entities.values():
        if entity.parent and entity.parent not in entities:
            toml.blame(
                ("entities", entity.name, "parent"),
                Fault(
                    "XB201",
                    f"unknown parent {entity.parent!r}",
                    "a product belongs to an entity of the book",
                    suggest(entity.parent, tuple(entities), "declare it"),
                ),
            )
        seen, up = {entity.name}, entity.parent
        while up in entities and up not in seen:
            seen.add(up)
            up = entities[up].parent
        if up == entity.name:
            toml.blame(
                ("entities", entity.name, "parent"),
                Fault("XB212", f"{entity.name} is its own parent", "owners form no circle", "correct parent"),
            )
