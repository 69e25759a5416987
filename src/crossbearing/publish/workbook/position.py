"""The position month by month, and the bridge from gross to net with its arithmetic alive."""

from __future__ import annotations

import math
from typing import Any

from crossbearing.publish.workbook.content import Export, source_note, sources_note
from crossbearing.publish.workbook.live import Live
from crossbearing.publish.workbook.sheet import (
    BLUE,
    GREY,
    Cell,
    Chart,
    Line,
    Sheet,
    address,
    fan_lines,
    figure,
    format_of,
    held,
    live,
    text,
)
from crossbearing.vocabulary.series import Series, SeriesPoint

QUANTILES = ("p5", "p25", "p50", "p75", "p95", "mean")


def position_sheet(content: Export, sheet: Sheet) -> None:
    """One block a company and basis: quantiles by month, growth of the median, the claims and their weight."""
    sheet.title(
        "Position: our reconciled estimate of the run rate",
        "Purple figures are crossbearing's estimate and change only when it is run again. Trailing 28 days, at each date.",
    )
    sheet.frozen = (2, 1)
    for series in content.positions:
        _series(content, sheet, series)
    for what, why in content.refused:
        if what.startswith("position"):
            sheet.line(text(f"{what}: {why}"))
    sheet.fit(A=13, B=13, C=13, D=13, E=13, F=13, G=13, H=16, I=15, J=40)


def _series(content: Export, sheet: Sheet, series: Series) -> None:
    sheet.section(
        f"{series.entity}, run rate, {series.basis}, {series.rate}, {series.unit}",
        f"Quantiles are of a {series.interval_kind} interval (p5 to p95 hold 90 %); as known on {series.as_of or 'the last day'}.",
    )
    top = sheet.heads("at", *QUANTILES, "growth of median", "kind", "why not")
    before: Live | None = None
    for point in series.points:
        before = _point(sheet, series, point, before)
    last = sheet.row - 1
    _fan(sheet, series, top + 1, last)
    sheet.section(f"What the estimate makes of each claim ({series.entity}, {series.basis})")
    sheet.heads("claim", "figure", "weight", "doubt", "influence", "said", "", "", "", "note")
    for weight in series.claims:
        claim = content.by_id.get(weight.id)
        sheet.line(
            text(weight.id),
            figure(claim.quantity.value, str(claim.unit), "input", source_note(content, weight.id))
            if claim
            else None,
            figure(weight.weight, "ratio"),
            figure(weight.outlier_probability, "ratio"),
            figure(weight.influence, "log"),
            text(str(claim.period or "") if claim else ""),
            None,
            None,
            None,
            text(weight.note),
        )
    for note in series.notes:
        sheet.line(text(note))


def _point(sheet: Sheet, series: Series, point: SeriesPoint, before: Live | None) -> Live | None:
    sheet.put(0, text(point.at))
    median = None
    for column, name in enumerate(QUANTILES, 1):
        value = getattr(point, name)
        found = held(sheet, column, figure(value, series.unit))
        median = found if name == "p50" and value is not None else median
    if median is not None and before is not None:
        sheet.put(7, live(median / before - 1, "return"))
    sheet.put(8, text(point.kind))
    sheet.put(9, text(point.why))
    sheet.row += 1
    return median


def _fan(sheet: Sheet, series: Series, first: int, last: int) -> None:
    known = [p.p50 for p in series.points if p.p50 is not None]
    if len(known) < 2:
        return
    lines = fan_lines(sheet, first, last, 0, (1, 3, 5))
    title = f"{series.entity}, run rate, {series.basis}: median and 90 % interval ({series.interval_kind})"
    sheet.charts.append(Chart("line", title, lines, address(first, 11), format_of(max(known), series.unit)))
    sheet.row = max(sheet.row, first + 18)


def bridge_sheet(content: Export, sheet: Sheet) -> None:
    """Gross to net by company: the estimate, the arithmetic by channel, the fee each share would need, the evidence."""
    sheet.title(
        "Bridge: gross to net presentation",
        "Purple: crossbearing's estimate. Black: arithmetic on it, alive. A ratio of medians need not be the median of ratios.",
    )
    sheet.frozen = (2, 1)
    for found in content.bridges:
        _bridge(content, sheet, found)
    for what, why in content.refused:
        if what.startswith("bridge"):
            sheet.line(text(f"{what}: {why}"))
    sheet.fit(A=42, B=15, C=15, D=15, E=15, F=15, G=44)


def _bridge(content: Export, sheet: Sheet, found: dict[str, Any]) -> None:
    unit, note = found["unit"], sources_note(content, tuple(found["claims"]))
    sheet.section(
        f"{found['entity']} at {found['at']}, {unit}, trailing",
        f"90 % credible intervals; rests on {', '.join(found['claims'])}",
    )
    sheet.heads("what", "p5", "median", "p95", "", "", "how")
    rows = {}
    for name, words in (
        ("gross", "gross run rate"),
        ("net", "net run rate"),
        ("net_to_gross", "net over gross"),
    ):
        kind = "ratio" if name == "net_to_gross" else unit
        sheet.put(0, text(words, note=note))
        ends = [held(sheet, k, figure(found[name][q], kind)) for k, q in enumerate(("p5", "p50", "p95"), 1)]
        rows[name] = ends[1]
        sheet.put(6, text("our estimate: quantiles of joint draws"))
        sheet.row += 1
    _calculated(sheet, "gap, gross less net", rows["gross"] - rows["net"], unit, "median gross - median net")
    _calculated(
        sheet,
        "net over gross, of the medians",
        rows["net"] / rows["gross"],
        "ratio",
        "median net / median gross",
    )
    _own_ratio(sheet, rows, unit)
    if found["channels"]:
        _channels(sheet, found, rows["gross"])
    _feasible(sheet, found, rows["net_to_gross"])
    _evidence(content, sheet, found, rows["net_to_gross"])


def _calculated(sheet: Sheet, words: str, value: Live, unit: str, how: str) -> None:
    sheet.put(0, text(words))
    sheet.put(2, live(value, unit))
    sheet.put(6, text(how))
    sheet.row += 1


def _own_ratio(sheet: Sheet, rows: dict[str, Live], unit: str) -> None:
    """A ratio of the user's own, which starts as ours."""
    sheet.put(0, text("net over gross of your own"))
    own = held(
        sheet, 2, figure(rows["net_to_gross"].value, "ratio", "input", "starts as our median; type your own")
    )
    sheet.put(6, text("an input: type your own"))
    sheet.row += 1
    _calculated(sheet, "net at your ratio", rows["gross"] * own, unit, "median gross x your ratio")


def _channels(sheet: Sheet, found: dict[str, Any], gross: Live) -> None:
    """Fees by channel, from the median share and fee, and a waterfall."""
    unit = found["unit"]
    sheet.section(
        "By channel",
        "Share and fee are medians of our estimate; fee: the part of its gross sales a channel keeps.",
    )
    top = sheet.heads("channel", "share of gross", "fee", "gross", "fees kept", "net", "")
    fees: list[Live] = []
    for channel in found["channels"]:
        sheet.put(0, text(channel["name"]))
        share = held(sheet, 1, figure(channel["share"], "ratio"))
        fee = held(sheet, 2, figure(channel["fee"], "ratio"))
        sold = gross * share
        kept = sold * fee
        for column, value in ((3, sold), (4, kept), (5, sold - kept)):
            sheet.put(column, live(value, unit, form=format_of(gross.value or 0.0, unit)))
        fees.append(kept)
        sheet.row += 1
    total = sum(fees[1:], fees[0])
    sheet.line(
        text("all channels"),
        None,
        live(total / gross, "ratio"),
        live(gross, unit),
        live(total, unit),
        live(gross - total, unit),
    )
    _waterfall(sheet, top + 1, sheet.row - 1, unit, gross.value or 0.0)


def _waterfall(sheet: Sheet, first: int, last: int, unit: str, size: float) -> None:
    """Steps of the waterfall as a small table, and its chart."""
    sheet.row += 1
    top = sheet.heads("step", "below", "figure")
    form = format_of(size, unit)

    def step(words: str, below: str, value: str, shown: tuple[float, float]) -> None:
        sheet.line(
            text(words),
            Cell(shown[0], "formula", form, f"={below}"),
            Cell(shown[1], "formula", form, f"={value}"),
        )

    gross = _number(sheet, last, 3)
    step("gross", "0", address(last, 3), (0.0, gross))
    left, above = gross, address(last, 3)
    for row in range(first, last):
        fee = _number(sheet, row, 4)
        if not fee:
            continue
        left -= fee
        step(
            f"kept by {sheet.cells[row, 0].value}", f"{above}-{address(row, 4)}", address(row, 4), (left, fee)
        )
        above = address(sheet.row - 1, 1)
    step("net", "0", address(last, 5), (0.0, _number(sheet, last, 5)))
    names = sheet.span(top + 1, sheet.row - 1, 0)
    lines = (
        Line("below", names, sheet.span(top + 1, sheet.row - 1, 1), GREY, "hidden"),
        Line("run rate", names, sheet.span(top + 1, sheet.row - 1, 2), BLUE),
    )
    sheet.charts.append(Chart("column", "Gross to net at the medians", lines, address(first - 2, 8), form))


def _number(sheet: Sheet, row: int, column: int) -> float:
    value = sheet.cells[row, column].value
    return float(value) if isinstance(value, int | float) else math.nan


def _feasible(sheet: Sheet, found: dict[str, Any], ratio: Live) -> None:
    """The share of sales partners must carry at each fee; more than all of them is impossible."""
    sheet.section(
        "What share partners must sell, at each fee, for our net over gross",
        "share = (1 - net over gross) / fee",
    )
    sheet.heads("", "fee", "share needed", "possible")
    for row in found["feasible"]:
        fee = held(sheet, 1, figure(row["fee"], "ratio", "input", "a case, not a claim: type any fee"))
        share = (1 - ratio) / fee
        ref = sheet.put(2, live(share, "ratio"))
        words = "possible" if row["possible"] else "impossible"
        sheet.put(3, Cell(words, "formula", "", f'=IF({ref}<=1,"possible","impossible")'))
        sheet.row += 1


def _evidence(content: Export, sheet: Sheet, found: dict[str, Any], ratio: Live) -> None:
    sheet.section("The evidence on the ratio, and the ratio without each piece")
    sheet.heads("claim", "doubt", "ratio without it", "moves the ratio by", "interested", "year", "says")
    for piece in found["evidence"]:
        sheet.put(0, text(piece["claim"], note=source_note(content, piece["claim"])))
        sheet.put(1, figure(piece["outlier_probability"], "ratio"))
        without = held(sheet, 2, figure(piece["without"], "ratio"))
        if without.value is not None:
            sheet.put(3, live(ratio - without, "return"))
        sheet.put(4, text("yes" if piece["interested"] else "no"))
        sheet.put(5, text(piece["year"] or ""))
        sheet.put(6, text(piece["says"]))
        sheet.row += 1
