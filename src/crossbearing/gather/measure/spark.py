"""Apache Spark: the same queries in local mode or, with the user's own session settings, on a cluster."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import LongType, StringType, StructField, StructType

from crossbearing.gather.measure.engines import (
    Columns,
    Row,
    as_cell,
    file_kind,
    header,
    physical_kind,
    placed,
    refuse_open_quote,
    unreadable,
)
from crossbearing.problems import UsageError

BROKEN = "_broken_line"


class SparkEngine:
    """Portable queries on Spark; the master comes from SPARK_MASTER or is this machine."""

    name = "spark"

    def __init__(self, *, memory: str = "", threads: int = 0, folder: Path | None = None) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="crossbearing-", dir=folder)
        master = os.environ.get("SPARK_MASTER", f"local[{threads or '*'}]")
        builder = SparkSession.Builder().master(master).appName("crossbearing measure")
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "ERROR",
            "spark.local.dir": self._spill.name,
            "spark.sql.warehouse.dir": self._spill.name + "/warehouse",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.csv.parser.columnPruning.enabled": "false",
            "spark.driver.memory": memory.lower().removesuffix("b") or "2g",
        }
        if master.startswith("local"):
            settings["spark.sql.shuffle.partitions"] = "8"
        for key, value in settings.items():
            builder = builder.config(key, value)
        self.session = builder.getOrCreate()
        self._kept: list[DataFrame] = []
        self._malformed: tuple[int, tuple[str, ...]] = (0, ())

    def read(self, name: str, paths: Sequence[Path]) -> dict[str, str]:
        """Makes the view of the files; CSV as text, with bad lines counted and left out."""
        kind = file_kind(paths)
        try:
            frame = self._read_csv(paths) if kind == "csv" else self._read_files(kind, paths)
            found = {column: physical_kind(type_name) for column, type_name in frame.dtypes}
            frame.toDF(*(placed(i) for i in range(len(found)))).createOrReplaceTempView(name)
        except UsageError:
            raise
        except Exception as why:  # Spark raises Java errors of many classes
            raise unreadable(paths, why) from why
        return found

    def _read_files(self, kind: str, paths: Sequence[Path]) -> DataFrame:
        if kind != "parquet":
            raise UsageError(
                "Spark does not read Arrow files", "", "convert them to Parquet, or use --engine duckdb"
            )
        return self.session.read.parquet(*(str(path) for path in paths))

    def _read_csv(self, paths: Sequence[Path]) -> DataFrame:
        names, mark = header(paths)
        fields = [StructField(column, StringType()) for column in [*names, BROKEN]]
        frame = (
            self.session.read.option("header", True).option("sep", mark).option("quote", '"').option("escape", '"')
            .option("multiLine", True).option("mode", "PERMISSIVE").option("columnNameOfCorruptRecord", BROKEN)
            .schema(StructType(fields)).csv([str(path) for path in paths])
        ).persist(StorageLevel.MEMORY_AND_DISK)  # fmt: skip
        self._kept.append(frame)
        broken = frame.filter(frame[BROKEN].isNotNull())
        found = [str(row[0]) for row in broken.select(BROKEN).collect()]
        refuse_open_quote(paths, [("somewhere", text) for text in found])
        count, samples = self._malformed
        self._malformed = count + len(found), (*samples, *(text[:60] for text in found))[:3]
        return frame.filter(frame[BROKEN].isNull()).drop(BROKEN)

    def malformed(self) -> tuple[int, tuple[str, ...]]:
        """Number of lines with another number of cells than the header, and some of them."""
        return self._malformed

    def lookup(self, name: str, columns: Columns) -> None:
        """Makes a small table of integers and texts."""
        texts = {key: any(isinstance(v, str) for v in values) for key, values in columns.items()}
        schema = StructType([StructField(key, StringType() if texts[key] else LongType()) for key in columns])
        rows = list(zip(*columns.values(), strict=True))
        self.session.createDataFrame(rows, schema).createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        """Names a query without running it."""
        self.session.sql(sql).createOrReplaceTempView(name)

    def keep(self, name: str, sql: str) -> None:
        """Keeps the rows of a query in memory and on disk from its first use on."""
        frame = self.session.sql(sql).persist(StorageLevel.MEMORY_AND_DISK)
        self._kept.append(frame)
        frame.createOrReplaceTempView(name)

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query."""
        return [tuple(as_cell(v) for v in row) for row in self.session.sql(sql).collect()]

    def progress(self) -> float | None:
        """Not told: Spark shows its own stages in its log."""
        return None

    def close(self) -> None:
        """Gives back kept rows and the session."""
        for frame in self._kept:
            frame.unpersist()
        self.session.stop()
        self._spill.cleanup()
