"""Synthetic transactions with known truth: strata, churn, seasons, late rows and messy merchant text, at any size.

Each company has a correlated Gaussian state per vendor that moves from month to month (an autoregression with unit
variance); it pays while the state is below a threshold, so that the share of each stratum and month is exactly the
curve that was asked for, while single companies join, leave and hold several vendors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossbearing.gather.measure.vendors import RuleTable, load_rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SEASON = (0.94, 0.92, 1.0, 1.0, 1.01, 1.0, 0.97, 0.96, 1.02, 1.04, 1.05, 1.09)
OTHER_NAMES = (
    "OFFICE DEPOT", "UBER TRIP", "DELTA AIR", "SHELL OIL", "STAPLES", "FEDEX", "SLACK", "ZOOM US", "AMZN MKTP US",
    "GOOGLE *ADS", "MSFT *AZURE", "AWS EMEA", "CLAUDE'S BAKERY", "GEMINI PLUMBING LLC", "OPEN AIR CINEMA", "COPILOT CAR CARE",
)  # fmt: skip
DIRECT_TEXTS = (
    "{V}", "{V} INC", "{v} subscription", "SP * {V}", "PAYPAL *{V}", "{V}* USAGE", "{V} 888-555-01{n}", "{V} SAN FRANCISCO CA",
    "Stripe {v} #{n}", "{V}, LLC", "SQ *{V} {n}", "{v} bill {n}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What to generate.

    Attributes:
        companies: Companies of the panel.
        months: Months, the first of them `first_month` (12 x year + month - 1).
        vendors: Vendor names; merchant texts are built from them.
        start: Share of businesses of the population that pay each vendor in the first month.
        end: The same in the last month; the logit moves evenly between.
        industries: Number of industries; adoption rises from the first to the last.
        sizes: Number of size classes.
        tilt: How much more likely the last industry is in the panel than in the population (0 is a fair sample).
        spread: How much industries differ in adoption, in logits from first to last.
        persistence: Correlation of a company's state from one month to the next.
        shared: Correlation of a company's states across vendors: multi-homing above chance.
        other_rows: Mean rows a month of other merchants; at least one.
        vendor_rows: Mean rows a month of a paid vendor; at least one.
        turnover: Share of companies that enter after the first month or leave before the last.
        late: Share of rows recorded in a later month.
        seed: Seed.
    """

    companies: int = 2_000
    months: int = 12
    first_month: int = 12 * 2025
    vendors: tuple[str, ...] = ("Anthropic", "OpenAI", "Mistral", "Perplexity")
    start: tuple[float, ...] = (0.08, 0.33, 0.03, 0.02)
    end: tuple[float, ...] = (0.34, 0.32, 0.04, 0.05)
    industries: int = 5
    sizes: int = 3
    tilt: float = 0.0
    spread: float = 1.0
    persistence: float = 0.97
    shared: float = 0.3
    other_rows: float = 4.0
    vendor_rows: float = 1.5
    turnover: float = 0.2
    late: float = 0.05
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Truth:
    """What a perfect measurement of the population would find.

    Attributes:
        share: Share of businesses that pay. Shape: (vendor, month).
        by_stratum: The same by stratum. Shape: (vendor, month, stratum).
        population: Share of the population in each stratum (industry-major). Shape: (stratum,).
        panel: Share of the panel expected in each stratum. Shape: (stratum,).
        strata: (industry, size) of each stratum.
    """

    share: Floats
    by_stratum: Floats
    population: Floats
    panel: Floats
    strata: tuple[tuple[str, str], ...]


def truth_of(plan: Plan) -> Truth:
    """The population shares a plan implies; the vendor curves hold for the population as a whole by construction."""
    strata = [
        (f"industry-{i + 1:02d}", f"size-{s + 1}") for i in range(plan.industries) for s in range(plan.sizes)
    ]
    industry = np.repeat(
        np.linspace(-0.5, 0.5, plan.industries) if plan.industries > 1 else np.zeros(1), plan.sizes
    )
    size = np.tile(np.linspace(0.5, -0.5, plan.sizes) if plan.sizes > 1 else np.zeros(1), plan.industries)
    population = np.exp(0.6 * size)
    population /= population.sum()
    panel = population * np.exp(plan.tilt * industry)
    panel /= panel.sum()
    step = np.linspace(0, 1, plan.months)
    start, end = (np.log(np.asarray(v) / (1 - np.asarray(v)))[:, None] for v in (plan.start, plan.end))
    level = start + (end - start) * step
    by_stratum = _expit(level[:, :, None] + plan.spread * industry[None, None, :])
    return Truth(by_stratum @ population, by_stratum, population, panel, tuple(strata))


def _expit(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


def blocks(plan: Plan, size: int = 4_000) -> Iterator[dict[str, Any]]:
    """Columns of the table, a block of companies at a time, so that any size fits in memory."""
    truth = truth_of(plan)
    texts = Texts(plan.vendors, load_rules())
    thresholds = np.vectorize(NormalDist().inv_cdf)(truth.by_stratum)
    for block, first in enumerate(range(0, plan.companies, size)):
        random = np.random.default_rng([plan.seed, block])
        yield _block(plan, truth, thresholds, texts, first, min(size, plan.companies - first), random)


def _block(
    plan: Plan,
    truth: Truth,
    thresholds: Floats,
    texts: Texts,
    first: int,
    count: int,
    random: np.random.Generator,
) -> dict[str, Any]:
    stratum = random.choice(len(truth.population), size=count, p=truth.panel)
    present = _presence(plan, count, random)
    pays = _paying(plan, thresholds, stratum, random) & present[:, None, :]
    scale = random.lognormal(0.0, 0.8, count)
    others = np.where(present, 1 + random.poisson(max(plan.other_rows - 1, 0), present.shape), 0)
    firm_o, month_o = (np.repeat(axis, others.ravel()) for axis in _grid(count, plan.months))
    buys = np.where(pays, 1 + random.poisson(max(plan.vendor_rows - 1, 0), pays.shape), 0)
    firm_v, vendor_v, month_v = (np.repeat(axis.ravel(), buys.ravel()) for axis in np.indices(buys.shape))
    firm, month = np.concatenate([firm_o, firm_v]), np.concatenate([month_o, month_v])
    text = np.concatenate([texts.other(len(firm_o), random), texts.vendor(vendor_v, random)])
    season = np.asarray(SEASON)[(plan.first_month + month) % 12]
    cents = np.maximum(np.round(random.lognormal(8.0, 1.1, len(firm)) * scale[firm] * season), 100).astype(
        np.int64
    )
    refund = random.random(len(firm)) < 0.005
    day = random.integers(1, 29, len(firm))
    lag = np.where(random.random(len(firm)) < plan.late, 1 + random.geometric(0.6, len(firm)) - 1, 0)
    return {
        "company": firm + first, "merchant": text, "month": plan.first_month + month, "day": day,
        "cents": np.where(refund, -cents // 4, cents), "stratum": stratum[firm], "lag": lag,
        "employees": np.maximum(1, np.round(20 * scale)).astype(np.int64)[firm], "merchants": texts.merchants, "items": texts.items,
    }  # fmt: skip


def _grid(companies: int, months: int) -> tuple[Ints, Ints]:
    firm, month = np.indices((companies, months))
    return firm.ravel(), month.ravel()


def _presence(plan: Plan, count: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Whether each company is on the panel in each month. Shape: (company, month)."""
    enters = np.where(random.random(count) < plan.turnover / 2, random.integers(0, plan.months, count), 0)
    leaves = np.where(
        random.random(count) < plan.turnover / 2, random.integers(1, plan.months + 1, count), plan.months
    )
    month = np.arange(plan.months)
    return np.asarray((month >= enters[:, None]) & (month < np.maximum(leaves, enters + 1)[:, None]))


def _paying(plan: Plan, thresholds: Floats, stratum: Ints, random: np.random.Generator) -> NDArray[np.bool_]:
    """Whether each company pays each vendor in each month. Shape: (company, vendor, month)."""
    shape = (len(stratum), len(plan.vendors), plan.months)
    state = _walk(random.standard_normal(shape), plan.persistence)
    common = _walk(random.standard_normal((shape[0], 1, shape[2])), plan.persistence)
    mixed = np.sqrt(1 - plan.shared) * state + np.sqrt(plan.shared) * common
    return np.asarray(mixed < thresholds[:, :, stratum].transpose(2, 0, 1))


def _walk(noise: Floats, persistence: float) -> Floats:
    """A stationary autoregression with unit variance along the last axis."""
    walk = noise.copy()
    fresh = np.sqrt(1 - persistence**2)
    for t in range(1, noise.shape[-1]):
        walk[..., t] = persistence * walk[..., t - 1] + fresh * noise[..., t]
    return walk


class Texts:
    """Merchant and item texts: a pool of distinct spellings for each vendor, all told by the rules, and for everybody else."""

    def __init__(
        self, vendors: tuple[str, ...], rules: RuleTable, each: int = 40, others: int = 4_000
    ) -> None:
        random = np.random.default_rng(0)
        pool = [text for vendor in vendors for text in _vendor_texts(vendor, rules, each)]
        pool += [f"{OTHER_NAMES[k % len(OTHER_NAMES)]} {random.integers(100, 9999)}" for k in range(others)]
        self.merchants = [text.partition("|")[0].strip() for text in pool]
        self.items = [text.partition("|")[2].strip() for text in pool]
        self._each, self._others, self._vendors = each, others, len(vendors)

    def vendor(self, vendor: Ints, random: np.random.Generator) -> Ints:
        """A spelling of each vendor."""
        return np.asarray(vendor * self._each + random.integers(0, self._each, len(vendor)))

    def other(self, count: int, random: np.random.Generator) -> Ints:
        """Spellings of other merchants."""
        return self._vendors * self._each + random.integers(0, self._others, count)


def _vendor_texts(vendor: str, rules: RuleTable, each: int) -> list[str]:
    """Spellings that the rules give to the vendor: their own examples and their phrases in usual statement forms."""
    own = [rule for rule in rules.rules if rule.vendor == vendor]
    phrases = [group[0] for rule in own for group in rule.groups[:1] if len(rule.groups) == 1]
    texts = [example for rule in own for example in rule.examples]
    for k in range(each - len(texts) if phrases else 0):
        phrase = phrases[k % len(phrases)]
        texts.append(DIRECT_TEXTS[k % len(DIRECT_TEXTS)].format(V=phrase.upper(), v=phrase, n=10 + k))
    return [texts[k % len(texts)] for k in range(each)]


def write_transactions(plan: Plan, path: Path, *, every: Any = None) -> int:
    """Writes the table as Parquet or CSV, told by the ending; rows written.

    Args:
        plan: What to generate.
        path: Where to write.
        every: Called with the companies done so far, for progress.
    """
    strata = truth_of(plan).strata
    rows = 0
    with TableWriter(path) as write:
        for done, block in enumerate(blocks(plan), 1):
            rows += write(_table(block, strata))
            if every:
                every(min(done * 4_000, plan.companies))
    return rows


def _table(block: dict[str, Any], strata: tuple[tuple[str, str], ...]) -> Any:
    import pyarrow as pa

    month, day = block["month"], block["day"]
    dates = _dates(month, day)
    texts = [pa.array(block[k]).take(pa.array(block["merchant"])) for k in ("merchants", "items")]
    groups = [pa.array([s[k] for s in strata]).take(pa.array(block["stratum"])) for k in (0, 1)]
    return pa.table({
        "company_id": pa.array(block["company"]),
        "merchant": texts[0],
        "item": texts[1],
        "date": pa.array(dates, pa.date32()),
        "amount": pa.array(block["cents"] / 100),
        "industry": groups[0],
        "size": groups[1],
        "employees": pa.array(block["employees"]),
        "recorded": pa.array(_dates(month + block["lag"], day), pa.date32()),
    })  # fmt: skip


def _dates(month: Ints, day: Ints) -> Any:
    start = (month - 12 * 1970).astype("datetime64[M]").astype("datetime64[D]")
    return start + (day - 1).astype("timedelta64[D]")


class TableWriter:
    """Writes tables one after the other into a Parquet or CSV file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.open: Any = None

    def __enter__(self) -> Any:
        return self.write

    def write(self, table: Any) -> int:
        """Adds a table; its rows."""
        if self.open is None:
            self.open = self._start(table.schema)
        self.open.write_table(table)
        return int(table.num_rows)

    def _start(self, schema: Any) -> Any:
        if self.path.suffix == ".csv":
            from pyarrow import csv

            return csv.CSVWriter(str(self.path), schema)
        from pyarrow import parquet

        return parquet.ParquetWriter(str(self.path), schema)

    def __exit__(self, *_: object) -> None:
        if self.open is not None:
            self.open.close()
