"""`xb measure sample`: a synthetic table with known truth."""

from __future__ import annotations

from pathlib import Path

import click

from crossbearing.cli.measure.tables import steps
from crossbearing.cli.output import talk
from crossbearing.problems import UsageError


@click.command("sample")
@click.argument("kind", type=click.Choice(["adoption", "revenue"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--rows",
    type=click.IntRange(1_000, 10_000_000_000),
    default=100_000,
    show_default=True,
    help="About how many rows.",
)
@click.option("--months", type=click.IntRange(2, 240), default=12, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
def sample(kind: str, file: Path, rows: int, months: int, seed: int) -> None:
    """Write a synthetic table (.parquet or .csv) with known truth, and the truth beside it as JSON."""
    from crossbearing.gather.measure.samples import write_sample

    if file.suffix not in {".parquet", ".csv"}:
        raise UsageError(f"cannot write {file.name}", "", "end its name in .parquet or .csv")
    with steps() as step:
        written, truth = write_sample(kind, file, rows, months, seed, step)
    talk(f"{written:,} rows in {file}; what a perfect measurement would find in {truth}")
