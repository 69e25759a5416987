"""A generated book of any size, with labels: what a speed or recall measurement of the loader and the check runs on.

20 entities, 20 metrics, 60 months. How often an (entity, metric) is reported follows Zipf's law. Every statement of one entity,
metric and month prints one true figure, so statements agree unless a conflict is planted. 30 % are copies of an earlier claim,
with the chain to it in `via`. 5 % are planted conflicts, each of them the only odd one of its entity, metric and month:
`basis` (the net figure where the others are gross), `digits` (a factor of 10 or 1000), `vintage` (the figure of half a year
before, restated as new) and `genuine` (20 to 60 % off).

usage: python bench/generate_book.py DIR [--claims 100000] [--seed 1]
writes DIR/book.toml, sources.csv, claims.csv and labels.csv (claim, kind, others: the ids it is at odds with)
"""

from __future__ import annotations

import argparse
import csv
import random
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

ENTITIES, MONTHS, START = 20, 60, 2021
COPIES, CONFLICTS, SOURCES_A_MONTH = 0.30, 0.05, 24
NET_TO_GROSS = 0.72

# metric, unit, first value, growth a month (added for shares, else multiplied), suffix scale
METRICS = (
    ("revenue.run_rate", "USD/yr", 2e7, 1.06),
    ("customers.count", "count", 3e3, 1.05),
    ("users.mau", "count", 4e6, 1.05),
    ("users.wau", "count", 1.5e6, 1.05),
    ("headcount", "count", 1.2e2, 1.04),
    ("compute.power_online", "W", 8e6, 1.06),
    ("compute.chips", "count", 5e3, 1.06),
    ("cash.balance", "USD", 9e7, 1.05),
    ("customers.hundred_thousand_dollar", "count", 6e1, 1.05),
    ("customers.million_dollar", "count", 8, 1.05),
    ("installs", "count", 7e5, 1.06),
    ("customers.subscribers", "count", 2e5, 1.05),
    ("customers.seats", "count", 4e4, 1.05),
    ("product.users_at_customer", "count", 5e2, 1.06),
    ("adoption.business_share", "ratio", 0.04, 0.009),
    ("customers.revenue_concentration", "ratio", 0.11, 0.008),
    ("margin.gross", "ratio", 0.22, 0.009),
    ("retention.gross_dollar", "ratio", 0.31, 0.008),
    ("datacenter.power_draw", "W", 3e6, 1.06),
    ("retention.staff", "ratio", 0.28, 0.009),
)


@dataclass(slots=True)
class Statement:
    """One generated claim before it is written."""

    id: str
    entity: int
    metric: int
    month: int
    text: str
    basis: str
    source: str
    published: date
    via: str = ""


def true_value(entity: int, metric: int, month: int) -> float:
    """The figure every agreeing statement prints."""
    _, unit, first, growth = METRICS[metric]
    if unit == "ratio":
        return first + growth * month + 0.001 * entity
    return float(first * (1 + entity) ** 0.7 * growth**month)


def printed(value: float, unit: str) -> str:
    """Three significant digits in the notation of the book."""
    if unit == "ratio":
        return f"{value * 100:.1f}%"
    names = ("", "kW", "MW", "GW", "TW") if unit == "W" else ("", "K", "M", "B", "T")
    power = 0
    while value >= 999.5 and power < 4:
        value, power = value / 1000, power + 1
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{0 if not power else digits}f}{names[power]}"


def month_end(month: int) -> date:
    year, index = START + month // 12, month % 12
    return date(year + (index == 11), (index + 1) % 12 + 1, 1) - timedelta(days=1)


def zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 1) for rank in range(count)))


def draw(rng: random.Random, cumulative: list[float]) -> int:
    return bisect(cumulative, rng.random() * cumulative[-1])


class Generator:
    """Draws statements one after the other and remembers what the labels need."""

    def __init__(self, claims: int, seed: int) -> None:
        self.rng = random.Random(seed)
        self.claims = claims
        self.statements: list[Statement] = []
        self.cells: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        self.planted: dict[tuple[int, int, int, int], tuple[int, str]] = {}

    def run(self) -> None:
        entities, metrics = zipf(ENTITIES), zipf(len(METRICS))
        conflicts = round(CONFLICTS * self.claims)
        copies = round(COPIES * self.claims)
        for _ in range(self.claims - conflicts - copies):
            self.state(draw(self.rng, entities), draw(self.rng, metrics), self.rng.randrange(MONTHS))
        for _ in range(copies):
            self.copy()
        self.plant(conflicts)

    def state(self, entity: int, metric: int, month: int) -> None:
        value = true_value(entity, metric, month)
        self.add(
            entity, metric, month, value, "gross" if METRICS[metric][0].startswith("revenue.run") else ""
        )

    def add(self, entity: int, metric: int, month: int, value: float, basis: str) -> int:
        number = self.rng.randrange(SOURCES_A_MONTH)
        text = printed(value, METRICS[metric][1])
        index = len(self.statements)
        published = month_end(month) + timedelta(days=1 + number)
        source = f"s{month:02d}-{number:02d}"
        self.statements.append(
            Statement(f"c{index:06d}", entity, metric, month, text, basis, source, published)
        )
        self.cells[entity, metric, month].append(index)
        return index

    def copy(self) -> None:
        first = self.statements[self.rng.randrange(len(self.statements))]
        origin = first.via.rpartition("; ")[2] or first.source
        number = self.rng.randrange(SOURCES_A_MONTH)
        index = len(self.statements)
        source = f"s{first.month:02d}-{number:02d}"
        self.statements.append(
            Statement(
                f"c{index:06d}",
                first.entity,
                first.metric,
                first.month,
                first.text,
                first.basis,
                source,
                month_end(first.month) + timedelta(days=1 + number),
                "" if source == origin else origin,
            )
        )
        self.cells[first.entity, first.metric, first.month].append(index)

    def plant(self, wanted: int) -> None:
        """Odd ones, at most one a cell while cells last, else one more beside the first."""
        cells = list(self.cells)
        self.rng.shuffle(cells)
        for number in range(wanted):
            cell = cells[number % len(cells)]
            entity, metric, month = cell
            kind = self.kind(metric, month)
            value, basis = self.odd(kind, entity, metric, month)
            self.planted[(*cell, number)] = (self.add(entity, metric, month, value, basis), kind)

    def kind(self, metric: int, month: int) -> str:
        kinds = ["genuine"]
        if METRICS[metric][1] != "ratio":
            kinds.append("digits")
        if METRICS[metric][0] == "revenue.run_rate":
            kinds.append("basis")
        if month >= 6:
            kinds.append("vintage")
        return self.rng.choice(kinds)

    def odd(self, kind: str, entity: int, metric: int, month: int) -> tuple[float, str]:
        value = true_value(entity, metric, month)
        basis = "gross" if METRICS[metric][0] == "revenue.run_rate" else ""
        if kind == "basis":
            return value * NET_TO_GROSS, "net"
        if kind == "digits":
            return value * self.rng.choice((0.1, 10.0, 0.001, 1000.0)), basis
        if kind == "vintage":
            return true_value(entity, metric, month - 6), basis
        factor = 1 + self.rng.choice((-1, 1)) * self.rng.uniform(0.2, 0.6)
        if METRICS[metric][1] == "ratio":
            factor = min(factor, 0.98 / value)
            factor = factor if abs(factor - 1) > 0.15 else 0.7
        return value * factor, basis

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "book.toml").write_text(head(), encoding="utf-8")
        used = sorted({(s.source, s.published) for s in self.statements})
        write(
            folder / "sources.csv",
            "id,publisher,title,url,published,kind,origin,grade,note",
            (
                [name, f"Publisher {name[-2:]}", "", "", day.isoformat(), "article", "", "C", ""]
                for name, day in used
            ),
        )
        write(
            folder / "claims.csv",
            "id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note",
            (self.row(s) for s in self.statements),
        )
        write(folder / "labels.csv", "claim,kind,others", self.labels())

    @staticmethod
    def row(s: Statement) -> list[str]:
        metric, unit, *_ = METRICS[s.metric]
        basis = s.basis or ("unspecified" if metric == "margin.gross" else "n/a")
        end = month_end(s.month)
        return [s.id, f"Company {s.entity:02d}", metric, s.text, unit, f"end {end:%Y-%m}", basis, "", "reported", "actual", s.source, s.via, "", "", "", "", ""]  # fmt: skip

    def labels(self) -> list[list[str]]:
        odd = {index for index, _ in self.planted.values()}
        rows = []
        for (entity, metric, month, _), (index, kind) in self.planted.items():
            others = [self.statements[i].id for i in self.cells[entity, metric, month] if i not in odd]
            rows.append([self.statements[index].id, kind, "; ".join(others)])
        return rows


def head() -> str:
    entities = "\n".join(f'[entities."Company {n:02d}"]\nkind = "company"\n' for n in range(ENTITIES))
    return f'[book]\ntitle = "Generated"\ncurrency = "USD"\nformat = 1\n\n{entities}'


def write(path: Path, header: str, rows: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)  # type: ignore[arg-type]


def generate(folder: Path, claims: int = 100_000, seed: int = 1) -> None:
    """Write a generated book and its labels into a folder."""
    generator = Generator(claims, seed)
    generator.run()
    generator.write(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generate(given.folder, given.claims, given.seed)
