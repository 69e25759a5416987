"""Leads, crossings, growth, exit rates and evidence ratios in plain words; the documents are those of `pipeline.answers`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crossbearing.vocabulary.series import Series
from crossbearing.vocabulary.words import say, say_range

Document = Mapping[str, Any]
Spread = Mapping[str, float]


def chance(p: float | None) -> str:
    """A probability as people say it; never a certainty that draws cannot give."""
    if p is None:
        return "not identified"
    if p > 0.995:
        return "more than 99 in 100"
    if p < 0.005:
        return "less than 1 in 100"
    return f"{round(100 * p)} in 100"


def ranged(spread: Spread, unit: str) -> str:
    """A middle figure with its 90 % range."""
    return f"{say(spread['p50'], unit)} [{say_range(spread['p5'], spread['p95'], unit)}]"


def times(spread: Spread) -> str:
    """A ratio with its 90 % range."""
    return f"{spread['p50']:.2f}x [{spread['p5']:.2f}x to {spread['p95']:.2f}x]"


def lead_rows(found: Document) -> list[dict[str, str]]:
    """One row a presentation: both rates, who is ahead with what probability, and the haircut that flips it."""
    rows = []
    for lead in found["leads"]:
        label = {"as reported": "as each reports it", "net": "both net", "gross": "both gross"}[lead["basis"]]
        if lead["probability"] is None:
            rows.append(_row(label, found, ("", ""), "not identified", "", lead["why"]))
            continue
        first = lead["leader"] == found["first"]
        p = lead["probability"] if first else 1.0 - lead["probability"]
        told = [
            f"{ranged(rate, found['unit'])} {basis}"
            for rate, basis in zip(lead["rates"], lead["bases"], strict=True)
        ]
        unlike = len(set(lead["bases"])) > 1
        cut = f"a cut of {ranged(lead['haircut'], 'ratio')} of {lead['leader']}'s figure"
        rows.append(
            _row(
                label,
                found,
                (told[0], told[1]),
                f"{lead['leader']}, {chance(p)}",
                cut,
                "not like for like" if unlike else "",
            )
        )
    return rows


def _row(
    label: str, found: Document, rates: tuple[str, str], leads: str, flips: str, note: str
) -> dict[str, str]:
    return {
        "presentation": label,
        found["first"]: rates[0],
        found["second"]: rates[1],
        "who leads": leads,
        "flips at": flips,
        "note": note,
    }


def lead_lines(found: Document) -> list[str]:
    """What stands under the rows: each company's own net over gross, when the leader passed, whether growth changes."""
    lines = []
    for entity, kept in found["net_to_gross"].items():
        ratio = ranged(kept, "ratio") if kept else "not identified"
        lines.append(f"net over gross of {entity}, by its own channels: {ratio}")
    lines += [crossing_line(c) for c in found["overtaken"]]
    lines += [f"{entity}: {growth_line(g)}" for entity, g in found["growth"].items()]
    return lines


def crossing_line(found: Document) -> str:
    """When something was first passed, in one line."""
    what = f"{found['what']} ({found['basis']})"
    if found["why"]:
        return f"{what}: not identified, {found['why']}"
    if found["before"] > 0.5:
        return f"{what}: before {found['start']}, where the claims begin"
    dates = found["dates"]
    if dates["p50"] is None:
        return f"{what}: not by {found['horizon']} in {chance(found['never'])}"
    early = dates["p5"] or f"before {found['start']}"
    late = dates["p95"] or f"after {found['horizon']}"
    tail = f"; not by {found['horizon']} in {chance(found['never'])}" if found["never"] > 0.005 else ""
    return f"{what}: about {dates['p50']}, 90 % credible {early} to {late}{tail}"


def growth_line(growth: Document) -> str:
    """Pace and its change, in one line."""
    g = growth["log_a_month"]
    doubling = growth["doubling_days"]
    speed = f"log growth {g['p50']:.3f} a month [{g['p5']:.3f} to {g['p95']:.3f}]"
    if doubling:
        speed += f", doubling in {doubling['p50']:.0f} days [{doubling['p5']:.0f} to {doubling['p95']:.0f}]"
    change = growth["change"]
    told = f"{speed}; change {change['p50']:+.3f} a month [{change['p5']:+.3f} to {change['p95']:+.3f}]"
    return f"{told} (90 % credible): {growth['verdict']}"


def growth_rows(found: Document, unit: str) -> list[dict[str, str]]:
    """One row a day, then one a stretch between the days asked for."""
    named = [(p["at"], "the four weeks before", p) for p in found["points"]]
    named += [
        (f"{s['from']} to {s['to']}", f"{s['against'][0]} to {s['against'][1]}", s)
        for s in found["stretches"]
    ]
    return [
        {
            "at": at,
            "log growth a month": _plain(g["log_a_month"], ""),
            "added a month": ranged(g["added_a_month"], unit),
            "doubling days": _plain(g["doubling_days"], "", 0)
            if g["doubling_days"]
            else "a fall is not excluded",
            "change against": against,
            "change": _plain(g["change"], "+"),
            "growth": g["verdict"],
        }
        for at, against, g in named
    ]


def _plain(spread: Spread, sign: str, digits: int = 3) -> str:
    low, middle, high = (format(spread[k], f"{sign}.{digits}f") for k in ("p5", "p50", "p95"))
    return f"{middle} [{low} to {high}]"


def exit_lines(found: Document) -> list[str]:
    """What each stated revenue of a period implies for its end."""
    unit = found["unit"]
    money = unit.removesuffix("/yr")
    lines = []
    for row in found["implied"]:
        who = f"{row['claim']}, {row['modality']}" if row["claim"] else "your figure"
        lines.append(
            f"if {found['period']} comes to {row['says']} ({who}), the run rate on {found['ends']} is"
            f" {ranged(row['trailing'], unit)} over the last 28 days, {ranged(row['on_the_day'], unit)} on the day itself"
        )
        lines.append(
            f"  the position alone expects {ranged(row['expected'], money)} for {found['period']};"
            f" with the rate held where the last claim leaves it, {ranged(row['against_flat'], money)}"
        )
    if lines:
        lines.append("  in brackets 90 % predictive intervals")
    return lines + [f"{r['claim']}: not computable: {r['why']}" for r in found["refused"]]


def presented_rows(found: Iterable[Document]) -> list[dict[str, str]]:
    """Evidence for gross against net recognised revenue, one row a window and belief; one alone where no window matters."""
    rows = list(found)
    told: dict[tuple[Any, ...], list[Document]] = {}
    for e in rows:
        told.setdefault((tuple(e["claims"]), e["belief"]), []).append(e)
    alike = {key: len({e["ratio"] for e in group}) == 1 < len(group) for key, group in told.items()}
    kept = [e for e in rows if not alike[key := (tuple(e["claims"]), e["belief"])] or e is told[key][0]]
    return [
        {
            "figures": " ".join(e["claims"]),
            "run rate averages over": "as each claim defines it"
            if alike[tuple(e["claims"]), e["belief"]]
            else e["window"],
            "net over gross taken from": f"{e['belief']} ({e['net_to_gross']:.2f})",
            "gross : net": "–" if e["ratio"] is None else _odds(e["ratio"]),
            "reading": e["verdict"],
        }
        for e in kept
    ]


def _odds(ratio: float) -> str:
    return f"{ratio:.2g} : 1" if ratio >= 1 else f"1 : {1 / ratio:.2g}"


def both_lines(found: Document) -> list[str]:
    """What would have to be true for two claims to hold at once."""
    one, two = found["claims"]
    lines = [f"{one}: {found['says'][0]}", f"{two}: {found['says'][1]}"]
    if found["factor"]:
        lines.append(
            f"on one day and footing, by the other claims, {one} is {times(found['factor'])} {two} (90 % credible)"
        )
    lines.append("for both to hold, one of these would have to be true:")
    for c in found["conditions"]:
        p = "" if c["probability"] is None else f": {chance(c['probability'])} by the evidence"
        lines.append(f"  {c['kind']}: {c['needs']}{p}")
    return lines


def channel_rows(found: Iterable[Document]) -> list[dict[str, str]]:
    """Principal or agent by channel: what is recorded, and what nobody says."""
    return [
        {
            "channel": c["name"],
            "presented": c["presentation"] or "not recorded",
            "indicators": "; ".join(f"{i}: {v} ({claim})" for i, claim, v in c["indicators"])
            or "none recorded",
            "points to": c["points_to"],
            "nobody says": "; ".join(c["missing"])
            if c["indicators"]
            else "fulfilment, inventory risk, pricing",
            "relation": c["relation"],
        }
        for c in found
    ]


def position_rows(found: Iterable[Document]) -> list[dict[str, str]]:
    """Every entity's run rate, or every metric of one entity, at its last known day, or why there is none."""
    listed = list(found)
    named = len({row["metric"] for row in listed}) > 1
    return [
        {
            **({"metric": row["metric"]} if named else {"entity": row["entity"]}),
            "at": row["at"],
            "estimate" if named else "run rate": say(row["p50"], row["unit"])
            if row["p50"] is not None
            else "no position",
            "90 %": "" if row["p50"] is None else say_range(row["p5"], row["p95"], row["unit"]),
            "kind": row["interval_kind"] or "",
            "basis": row["basis"] or "",
            "claims": str(len(row["claims"])),
            "note": row["why"],
        }
        for row in listed
    ]


def influence_rows(series: Series, said: Mapping[str, str]) -> list[dict[str, str]]:
    """What each claim does to the last point answered, most first: moved by a hundredth, and left out.

    Args:
        series: With influence by fitting again, and the median without each claim.
        said: Figure of each claim as printed, by id.
    """
    point = next((p for p in reversed(series.points) if p.p50 is not None), None)
    weighed = [c for c in series.claims if c.weight is not None]
    rows = []
    for c in sorted(weighed, key=lambda c: (-abs(c.influence or 0.0), c.id)):
        gone = "" if c.without is None else say(c.without, series.unit)
        change = "" if c.without is None or point is None or not point.p50 else c.without / point.p50 - 1.0
        rows.append(
            {
                "claim": c.id,
                "says": said.get(c.id, ""),
                "doubt": f"{c.outlier_probability or 0.0:.0%}",
                "1 % more moves it": "" if c.influence is None else f"{c.influence:+.2f} %",
                "without it": gone,
                "that is": change if isinstance(change, str) else f"{change:+.1%}",
                "note": c.note,
            }
        )
    return rows


def move_words(moves: Mapping[str, Spread]) -> list[str]:
    """How net over gross moves from year to year."""
    lines = []
    for years, m in moves.items():
        sign = "falls" if m["p95"] < 0 else "rises" if m["p5"] > 0 else "which way is not identified"
        low, middle, high = (f"{100 * m[k] + 0.0:+.1f}".replace("-0.0", "0.0") for k in ("p5", "p50", "p95"))
        lines.append(f"net over gross, {years}: {middle} points [{low} to {high}]: {sign}")
    return lines
