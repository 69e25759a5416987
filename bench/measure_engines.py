"""Adoption by month x vendor x industry on one table: this package on DuckDB and Spark, and peers, each in a process of its own.

    python bench/measure_engines.py --rows 50000000 --folder /tmp/bench [--only NAME ...]

Wall clock, processor seconds, peak memory of the whole process tree and peak size of its temporary folder. The package
matches the merchant texts itself; the peers get the finished table text -> vendor for nothing, which is in their favour.
Every line's total of payers must be the same; the script fails where it is not. Names ending in -tenth run on a tenth of the rows.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WAYS = (
    "duckdb-counts", "duckdb-weighted", "duckdb-1gb", "duckdb-everything", "duckdb-counts-tenth", "duckdb-weighted-tenth",
    "polars-streaming", "datafusion", "pandas", "spark-counts",
)  # fmt: skip
VENDORS = (
    "Anthropic",
    "OpenAI",
    "Mistral",
    "Perplexity",
    "Google",
    "Microsoft",
    "xAI",
    "DeepSeek",
    "Cohere",
    "Cursor",
)


def make_table(rows: int, folder: Path) -> tuple[Path, Path, Path]:
    """The table, the population and the text -> vendor map for the peers."""
    from crossbearing.gather.measure.engines import open_engine
    from crossbearing.gather.measure.synthetic import Plan, Texts, truth_of, write_transactions
    from crossbearing.gather.measure.vendors import load_rules, match_texts

    table, population, mapping = (
        folder / f"{name}-{rows}.{end}" for name, end in (("t", "parquet"), ("p", "csv"), ("m", "parquet"))
    )
    if not table.exists():
        plan = Plan(
            companies=round(rows / 228), months=24, industries=20, sizes=4, other_rows=9.4, vendors=VENDORS,
            start=(0.08, 0.33, 0.03, 0.02, 0.04, 0.05, 0.01, 0.01, 0.01, 0.02), end=(0.34, 0.32, 0.04, 0.05, 0.05, 0.08, 0.02, 0.02, 0.01, 0.06),
        )  # fmt: skip
        print(write_transactions(plan, table), "rows written", file=sys.stderr)
        truth = truth_of(plan)
        lines = [f"{i},{s},{w * 1e6:.3f}" for (i, s), w in zip(truth.strata, truth.population, strict=True)]
        population.write_text("industry,size,businesses\n" + "\n".join(lines))
        import pyarrow as pa
        from pyarrow import parquet

        rules, texts, engine = load_rules(), Texts(VENDORS, load_rules()), open_engine()
        pairs = sorted(set(zip(texts.merchants, texts.items, strict=True)))
        found = match_texts(engine, rules, [f"{m} | {i}" for m, i in pairs])
        vendor = [rules.vendor_number(rule.vendor) if rule else 0 for rule in found]
        parquet.write_table(
            pa.table({"merchant": [m for m, _ in pairs], "item": [i for _, i in pairs], "vendor": vendor}),
            mapping,
        )
    return table, population, mapping


def ours(way: str, table: Path, population: Path) -> int:
    """Payers over all cells, from this package."""
    from crossbearing.gather.measure.engines import open_engine
    from crossbearing.gather.measure.run_adoption import SECTIONS, Wish, measure_adoption
    from crossbearing.gather.measure.transactions import Reading
    from crossbearing.gather.measure.vendors import load_rules

    engine = open_engine(way.partition("-")[0], memory="1GB" if way.endswith("1gb") else "")
    begun = time.perf_counter()
    wish = Wish(
        population=population if "weighted" in way else None, by=("industry",),
        sections=SECTIONS if way.endswith("everything") else (),
    )  # fmt: skip
    result = measure_adoption(
        engine,
        [table],
        load_rules(),
        Reading(),
        wish,
        lambda step: print(f"{time.perf_counter() - begun:6.1f} {step}", file=sys.stderr),
    )
    return sum(row.payers for row in result.index if row.industry and row.vendor != "any listed vendor")


def pandas(table: Path, mapping: Path) -> int:
    """The same counts in pandas, with strings read as categories, which spares it most of its memory and time."""
    import pandas as pd

    columns = ["company_id", "merchant", "item", "date", "amount", "industry"]
    frame = pd.read_parquet(table, columns=columns, read_dictionary=["merchant", "item", "industry"])
    frame["month"] = (
        frame["date"].astype("datetime64[s]").dt.to_period("M").astype("int64")
        if frame["date"].dtype != object
        else pd.to_datetime(frame["date"]).dt.to_period("M").astype("int64")
    )
    frame["cents"] = (frame["amount"] * 100).round().astype("int64")
    firms = frame.groupby("company_id", observed=True)["industry"].first()
    frame = (
        frame.drop(columns=["date", "amount", "industry"])
        .merge(pd.read_parquet(mapping), on=["merchant", "item"])
        .drop(columns=["merchant", "item"])
    )
    active = frame[["company_id", "month"]].drop_duplicates()
    active["industry"] = active["company_id"].map(firms)
    active.groupby(["month", "industry"], observed=True).size()
    paid = frame[frame["vendor"] > 0].groupby(["company_id", "month", "vendor"])["cents"].sum()
    paid = paid[paid > 0].reset_index()
    paid["industry"] = paid["company_id"].map(firms)
    return int(paid.groupby(["month", "vendor", "industry"], observed=True).size().sum())


def polars(table: Path, mapping: Path) -> int:
    """The same counts in Polars' streaming engine."""
    import polars as pl

    rows = pl.scan_parquet(table).select(
        "company_id", pl.col("merchant").cast(pl.String), pl.col("item").cast(pl.String), pl.col("industry").cast(pl.String),
        (pl.col("date").dt.year() * 12 + pl.col("date").dt.month()).alias("month"), (pl.col("amount") * 100).round().cast(pl.Int64).alias("cents"),
    )  # fmt: skip
    firms = rows.group_by("company_id").agg(pl.col("industry").min()).collect(engine="streaming").lazy()
    active = (
        rows.group_by("company_id", "month")
        .agg(pl.len())
        .join(firms, on="company_id")
        .group_by("month", "industry")
        .agg(pl.len())
    )
    active.collect(engine="streaming")
    vendors = pl.scan_parquet(mapping).filter(pl.col("vendor") > 0)
    paid = (
        rows.join(vendors, on=["merchant", "item"])
        .group_by("company_id", "month", "vendor")
        .agg(pl.col("cents").sum())
        .filter(pl.col("cents") > 0)
    )
    cells = (
        paid.join(firms, on="company_id")
        .group_by("month", "vendor", "industry")
        .agg(pl.len().alias("n"))
        .collect(engine="streaming")
    )
    return int(cells["n"].sum())


def datafusion(table: Path, mapping: Path) -> int:
    """The same counts in DataFusion."""
    from datafusion import SessionContext

    context = SessionContext()
    context.register_parquet("t", str(table))
    context.register_parquet("m", str(mapping))
    month = "CAST(date_part('year', t.date) * 12 + date_part('month', t.date) AS BIGINT)"
    firms = "(SELECT company_id, MIN(CAST(industry AS VARCHAR)) AS industry FROM t GROUP BY company_id) f"
    context.sql(
        f"SELECT a.month, f.industry, COUNT(*) FROM (SELECT DISTINCT company_id, {month} AS month FROM t) a JOIN {firms} ON a.company_id = f.company_id GROUP BY a.month, f.industry"
    ).collect()
    paid = (
        f"SELECT t.company_id, {month} AS month, m.vendor, SUM(CAST(round(t.amount * 100) AS BIGINT)) AS cents FROM t "
        "JOIN m ON CAST(t.merchant AS VARCHAR) = m.merchant AND CAST(t.item AS VARCHAR) = m.item "
        f"WHERE m.vendor > 0 GROUP BY t.company_id, {month}, m.vendor"
    )
    cells = context.sql(
        f"SELECT p.month, p.vendor, f.industry, COUNT(*) AS n FROM ({paid}) p JOIN {firms} ON p.company_id = f.company_id WHERE p.cents > 0 GROUP BY p.month, p.vendor, f.industry"
    ).collect()
    return sum(int(sum(batch.column(3).to_pylist())) for batch in cells)


def one(way: str, rows: int, folder: Path) -> None:
    """Runs one way and prints its total."""
    table, population, mapping = make_table(rows, folder)
    run = {"polars-streaming": polars, "pandas": pandas, "datafusion": datafusion}.get(way)
    print(json.dumps({"payers": run(table, mapping) if run else ours(way, table, population)}))


def tree_memory(pid: int) -> int:
    """Resident bytes of a process and its descendants."""
    total, waiting = 0, [pid]
    while waiting:
        one_pid = waiting.pop()
        try:
            total += int(Path(f"/proc/{one_pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            for task in Path(f"/proc/{one_pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (OSError, ValueError):
            continue
    return total


def disk(folder: Path) -> int:
    """Bytes of the files in a folder that others write to."""
    total = 0
    for place, _, names in os.walk(folder):  # a folder that vanishes meanwhile is passed over
        for name in names:
            try:
                total += (Path(place) / name).stat().st_size
            except OSError:
                continue
    return total


def timed(way: str, rows: int, folder: Path) -> dict[str, object]:
    """Wall clock, processor seconds, peak memory, peak size of temporary files and answer of one way."""
    with tempfile.TemporaryDirectory(dir=folder) as spill:
        return _timed(way, rows, folder, Path(spill))


def _timed(way: str, rows: int, folder: Path, spill: Path) -> dict[str, object]:
    load, before, begun = os.getloadavg()[0], os.times(), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, "--rows", str(rows), "--folder", str(folder), "--one", way],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(spill)},
    )
    peak = spilled = 0
    while process.poll() is None:
        peak, spilled = max(peak, tree_memory(process.pid)), max(spilled, disk(spill))
        time.sleep(0.05)
    after, wall = os.times(), time.perf_counter() - begun
    out = process.stdout.read().strip().splitlines() if process.stdout else []
    used = after.children_user + after.children_system - before.children_user - before.children_system
    payers = (
        json.loads(out[-1])["payers"] if process.returncode == 0 and out else f"failed ({process.returncode})"
    )
    return {
        "way": way,
        "rows": rows,
        "wall_s": round(wall, 1),
        "cpu_s": round(used, 1),
        "peak_gib": round(peak / 2**30, 2),
        "disk_gib": round(spilled / 2**30, 2),
        "payers": payers,
        "load_before": round(load, 1),
    }


def main() -> None:
    """Prints a Markdown table, a line a way."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=50_000_000)
    options.add_argument("--folder", type=Path, default=Path("bench-data"))
    options.add_argument("--only", nargs="*", default=WAYS)
    options.add_argument("--one", default="")
    asked = options.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.one:
        one(asked.one, asked.rows, asked.folder)
        return
    make_table(asked.rows, asked.folder)
    make_table(asked.rows // 10, asked.folder)
    print(
        "| way | rows | wall s | CPU s | peak GiB | disk GiB | payers | load before |\n|---|---|---|---|---|---|---|---|"
    )
    told: dict[int, set[object]] = {}
    for way in asked.only:
        rows = asked.rows // 10 if way.endswith("-tenth") else asked.rows
        found = timed(way, rows, asked.folder)
        told.setdefault(rows, set()).add(found["payers"])
        print("| " + " | ".join(str(cell) for cell in found.values()) + " |", flush=True)
    if any(len(answers) > 1 for answers in told.values()):
        raise SystemExit(f"the answers differ: {told}")


if __name__ == "__main__":
    main()
