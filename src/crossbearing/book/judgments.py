"""assumptions.toml and views.toml: dated, authored judgment, never mixed with claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crossbearing.book.faults import Fault, suggest, warning
from crossbearing.book.names import Names, spellings
from crossbearing.book.tomlfile import Path, TomlFile, a_day, a_table, a_text, texts
from crossbearing.vocabulary.assumption import Assumption, Judgment, Scenario, View, family_of, parse_judgment
from crossbearing.vocabulary.cell import CellError

_KEYS = ("value", "unit", "author", "date", "reason", "claims")
_SCENARIO_KEYS = ("label", "changes", "shocks", "author", "date", "reason")
_VIEW_KEYS = ("value", "author", "date", "reason", "until", "expect")


def read_assumptions(toml: TomlFile, names: Names) -> tuple[tuple[Assumption, ...], tuple[Scenario, ...]]:
    """Assumptions and scenarios of a file."""
    toml.only((), ("assumptions", "scenarios"))
    assumptions = [_assumption(toml, name, names) for name in toml.table(("assumptions",))]
    scenarios = [_scenario(toml, name, names) for name in toml.table(("scenarios",))]
    return tuple(a for a in assumptions if a), tuple(s for s in scenarios if s)


def read_views(toml: TomlFile, names: Names) -> tuple[View, ...]:
    """The user's own overrides."""
    toml.only((), ("views",))
    views = []
    for name in toml.table(("views",)):
        path = ("views", name)
        judgment = _judged(toml, path, name, _VIEW_KEYS)
        if judgment is None:
            continue
        views.append(
            View(
                name,
                judgment,
                toml.read((*path, "author"), a_text, ""),
                toml.read((*path, "date"), a_day),
                toml.read((*path, "reason"), a_text, ""),
                toml.read((*path, "until"), a_day),
                toml.read((*path, "expect"), _shown, ""),
                names.default,
                toml.position(path),
            )
        )
    return tuple(views)


def _assumption(toml: TomlFile, name: str, names: Names) -> Assumption | None:
    path = ("assumptions", name)
    judgment = _judged(toml, path, name, _KEYS)
    entity, canonical = _owner(toml, path, name, names)
    claims = _claims(toml, (*path, "claims"), names)
    if judgment is None:
        return None
    return Assumption(
        canonical,
        judgment,
        toml.read((*path, "unit"), a_text, ""),
        toml.read((*path, "author"), a_text, ""),
        toml.read((*path, "date"), a_day),
        toml.read((*path, "reason"), a_text, ""),
        claims,
        entity,
        names.default,
        toml.position(path),
    )


def _judged(toml: TomlFile, path: Path, name: str, keys: tuple[str, ...]) -> Judgment | None:
    """The judgment of a table, or of a bare figure in its place; who, when and why are asked for."""
    value: Any = toml.data
    for part in path:
        value = value[part]
    bare = not isinstance(value, Mapping)
    if not bare:
        toml.only(path, keys)
        path = (*path, "value")
        if "value" not in value:
            toml.blame(
                path[:-1],
                Fault(
                    "XB118",
                    f"{name} has no value",
                    "a judgment is a figure or a range",
                    'write value = "35% to 45%"',
                ),
            )
            return None
    lacking = [key for key in ("author", "date", "reason") if bare or key not in value]
    if lacking:
        toml.blame(
            path[: 2 if bare else -1],
            warning(
                "XB309",
                f"{name} has no {' and no '.join(lacking)}",
                "judgment is dated, signed and explained",
                f"add {', '.join(lacking)}",
            ),
        )
    found = toml.read(path, _reader(name))
    assert found is None or isinstance(found, Judgment)
    return found


def _reader(name: str) -> Callable[[Any], Judgment]:
    def read(value: Any) -> Judgment:
        return parse_judgment(_shown(value), family_of(name))

    return read


def _shown(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise CellError(
            f"{value!r} is no judgment", "a judgment is a figure or a range", 'write "35% to 45%" or 12'
        )
    return (
        value
        if isinstance(value, str)
        else format(value, "f").rstrip("0").rstrip(".")
        if isinstance(value, float)
        else str(value)
    )


def _owner(toml: TomlFile, path: Path, name: str, names: Names) -> tuple[str, str]:
    """The entity an assumption's name starts with, and the name with the canonical spelling."""
    known = spellings(names.entities or {})
    at = name.find(".")
    while at > 0:
        found = known.get(name[:at]) or known.get(name[:at].casefold())
        if found:
            return found, f"{found}{name[at:]}"
        at = name.find(".", at + 1)
    head = name.partition(".")[0]
    if names.entities is not None and "." in name and head[:1].isupper():
        toml.blame(
            path,
            Fault(
                "XB201",
                f"unknown entity {head!r}",
                "a name that starts with a capital is an entity's",
                "declare it in book.toml, or start with a small letter",
            ),
        )
    return "", name


def _claims(toml: TomlFile, path: Path, names: Names) -> tuple[str, ...]:
    listed = toml.read(path, texts, ())
    assert isinstance(listed, tuple)
    for claim in listed:
        if names.claims is not None and claim not in names.claims:
            toml.blame(
                path,
                Fault(
                    "XB303",
                    f"unknown claim {claim!r}",
                    "",
                    suggest(claim, tuple(names.claims), "add it to claims.csv or remove it here"),
                ),
            )
    return listed


def _scenario(toml: TomlFile, name: str, names: Names) -> Scenario | None:
    path = ("scenarios", name)
    if toml.read(path, a_table) is None:
        return None
    toml.only(path, _SCENARIO_KEYS)
    changes: dict[str, Judgment] = {}
    for changed in toml.table((*path, "changes")):
        _, canonical = _owner(toml, (*path, "changes", changed), changed, names)
        judgment = toml.read((*path, "changes", changed), _reader(changed))
        if judgment is not None:
            changes[canonical] = judgment
    return Scenario(
        name,
        toml.read((*path, "label"), a_text, ""),
        changes,
        toml.read((*path, "shocks"), _shocks, ()),
        toml.read((*path, "author"), a_text, ""),
        toml.read((*path, "date"), a_day),
        toml.read((*path, "reason"), a_text, ""),
        names.default,
        toml.position(path),
    )


def _shocks(value: Any) -> tuple[Mapping[str, object], ...]:
    if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
        raise CellError("shocks are tables", "", "write [[scenarios.NAME.shocks]] with kind and at")
    for number, shock in enumerate(value, start=1):
        for key in ("kind", "at"):
            if key not in shock:
                raise CellError(
                    f"shock {number} has no {key}",
                    "a shock happens to something on a date",
                    f"add {key} = ...",
                )
    return tuple(value)


def over(base: tuple[Any, ...], added: tuple[Any, ...]) -> tuple[Any, ...]:
    """Named judgments of two books; those laid over win."""
    merged = {item.name: item for item in base}
    merged.update({item.name: replace(item) for item in added})
    return tuple(merged.values())
