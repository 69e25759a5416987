"""The map of who supplies, distributes, invests in, buys from and competes with whom, drawn as plain SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from crossbearing.check.circles import Circle
from crossbearing.vocabulary.book import Relation

KINDS = {
    "invests_in": ("invests in", "third", ""),
    "supplies": ("supplies", "gross", ""),
    "distributes": ("distributes", "fifth", ""),
    "buys_from": ("buys from", "net", ""),
    "owns": ("owns", "ink", ""),
    "partner_of": ("partner of", "muted", "2 4"),
    "competes_with": ("competes with", "muted", "6 4"),
}
WIDTH, HEIGHT, RADIUS_X, RADIUS_Y, NODE = 900, 620, 330, 250, 46


def relation_map(relations: Sequence[Relation], circles: Iterable[Circle], centre: Sequence[str]) -> str:
    """An SVG of the relations, money circles drawn thick; parties most connected stand inside, the others around.

    Args:
        relations: Edges, read from giver to taker; a purchase that mirrors a supply is drawn once.
        circles: Closed paths of money, whose edges are marked.
        centre: Parties to draw inside.
    """
    marked = {i for c in circles for i in c.relations}
    supplied = {(r.giver, r.taker) for r in relations if r.kind == "supplies"}
    relations = [r for r in relations if r.kind != "buys_from" or (r.taker, r.giver) not in supplied]
    places = _places(relations, centre)
    edges = "".join(
        _edge(r, n, places, r.id in marked)
        for n, r in _numbered(relations)
        if r.giver in places and r.taker in places
    )
    nodes = "".join(_node(name, x, y, name in centre) for name, (x, y) in places.items())
    label = "Map of relations: " + "; ".join(
        f"{r.giver} {KINDS.get(r.kind, (r.kind,))[0]} {r.taker}" for r in relations
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{escape(label)}" class="map" style="max-width:{WIDTH}px">'
        f"<defs>{_arrows()}</defs>{edges}{nodes}</svg>"
    )


def _numbered(relations: Sequence[Relation]) -> list[tuple[int, Relation]]:
    """Each relation with its count among those that join the same two parties, so that their curves do not overlap."""
    seen: dict[frozenset[str], int] = {}
    numbered = []
    for relation in relations:
        pair = frozenset((relation.giver, relation.taker))
        numbered.append((seen.get(pair, 0), relation))
        seen[pair] = seen.get(pair, 0) + 1
    return numbered


def _places(relations: Sequence[Relation], centre: Sequence[str]) -> dict[str, tuple[float, float]]:
    names = list(dict.fromkeys(n for r in relations for n in (r.giver, r.taker)))
    inner = [n for n in centre if n in names]
    outer = [n for n in names if n not in inner]
    places = {n: _ring(i, len(inner), 0.38 if len(inner) > 1 else 0.0, math.pi) for i, n in enumerate(inner)}
    return places | {n: _ring(i, len(outer), 1.0, -math.pi / 2) for i, n in enumerate(outer)}


def _ring(index: int, count: int, scale: float, start: float) -> tuple[float, float]:
    angle = start + 2 * math.pi * index / max(count, 1)
    return WIDTH / 2 + scale * RADIUS_X * math.cos(angle), HEIGHT / 2 + scale * RADIUS_Y * math.sin(angle)


def _arrows() -> str:
    return "".join(
        f'<marker id="arrow-{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto" markerUnits="userSpaceOnUse">'
        f'<path d="M0 0L8 4L0 8z" fill="var(--{colour})"/></marker>'
        for kind, (_, colour, _) in KINDS.items()
    )


def _edge(relation: Relation, number: int, places: dict[str, tuple[float, float]], marked: bool) -> str:
    (x1, y1), (x2, y2) = places[relation.giver], places[relation.taker]
    words, colour, dash = KINDS.get(relation.kind, (relation.kind, "muted", ""))
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    bend = (0.10 + 0.09 * number) * length * (1 if relation.giver < relation.taker else -1)
    mx, my = (x1 + x2) / 2 - uy * bend, (y1 + y2) / 2 + ux * bend
    sx, sy = _rim(x1, y1, mx, my)
    ex, ey = _rim(x2, y2, mx, my)
    target = f"#relation-{escape(relation.id)}"
    stroke = f'stroke="var(--{colour})" stroke-width="{3 if marked else 1.4}"' + (
        f' stroke-dasharray="{dash}"' if dash else ""
    )
    title = escape(
        f"{relation.giver} {words} {relation.taker}" + (" (part of a circle of money)" if marked else "")
    )
    arrow = (
        f'marker-end="url(#arrow-{relation.kind})"'
        if relation.kind in KINDS and relation.kind != "competes_with"
        else ""
    )
    return f'<a href="{target}"><path d="M{sx:.1f} {sy:.1f}Q{mx:.1f} {my:.1f} {ex:.1f} {ey:.1f}" fill="none" opacity="0.8" {stroke} {arrow}><title>{title}</title></path></a>'


def _rim(x: float, y: float, toward_x: float, toward_y: float) -> tuple[float, float]:
    """Where the curve leaves the box of a party."""
    dx, dy = toward_x - x, toward_y - y
    scale = 1 / max(abs(dx) / (NODE + 14), abs(dy) / 17, 1e-9)
    return x + dx * min(scale, 1.0), y + dy * min(scale, 1.0)


def _node(name: str, x: float, y: float, inner: bool) -> str:
    weight = "600" if inner else "400"
    return (
        f'<rect x="{x - NODE - 12:.1f}" y="{y - 15:.1f}" width="{2 * NODE + 24}" height="30" rx="15" fill="var(--card)" stroke="var(--ink)" stroke-width="{1.6 if inner else 0.8}"/>'
        f'<text x="{x:.1f}" y="{y + 4.5:.1f}" text-anchor="middle" font-size="13" font-weight="{weight}" fill="var(--ink)">{escape(name)}</text>'
    )
