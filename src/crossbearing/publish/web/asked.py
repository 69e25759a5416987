"""What an address asks for: the world it supposes, and how a world is written into addresses."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from crossbearing.pipeline.asking import day_of
from crossbearing.pipeline.worlds import MOST_NAMES, World
from crossbearing.problems import UsageError

MOST_LETTERS = 200


def world_of(query: QueryParams) -> World:
    """The world an address supposes.

    Raises:
        UsageError: No date, or too many or too long names.
    """
    return world_from(query.get("as_of", ""), query.getlist("without"), query.getlist("right"))


def world_from(as_of: str, without: Iterable[str], right: Iterable[str]) -> World:
    """A world from the texts of an address."""
    left_out, believed = _names(without), _names(right)
    if len(left_out) + len(believed) > MOST_NAMES:
        raise UsageError("too much is supposed at once", f"at most {MOST_NAMES} claims and sources", "")
    return World(day_of(as_of[:MOST_LETTERS], "as_of"), left_out, believed)


def _names(given: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(name.strip() for name in given if name.strip()))
    if any(len(name) > MOST_LETTERS for name in found):
        raise UsageError("a name is too long", f"names have at most {MOST_LETTERS} letters", "")
    return found


def pairs_of(world: World) -> list[tuple[str, str]]:
    """A world as names and values of an address."""
    day = [("as_of", world.as_of.isoformat())] if world.as_of else []
    return [*day, *(("without", n) for n in world.without), *(("right", n) for n in world.right)]


def query_of(world: World, **more: str) -> str:
    """A world and more, as the query of an address; an empty string where there is nothing to say."""
    told = [*pairs_of(world), *((k, v) for k, v in more.items() if v)]
    return f"?{urlencode(told)}" if told else ""


def with_one(world: World, **more: str) -> World:
    """A world with one more claim or source left out, or one more claim taken as right."""
    without, right = more.get("without"), more.get("right")
    return World(
        world.as_of,
        tuple(dict.fromkeys((*world.without, *([without] if without else [])))),
        tuple(dict.fromkeys((*world.right, *([right] if right else [])))),
    )


def less_one(world: World, name: str) -> World:
    """A world without one of its suppositions; `as_of` names the date."""
    return World(
        None if name == "as_of" else world.as_of,
        tuple(n for n in world.without if n != name),
        tuple(n for n in world.right if n != name),
    )
