"""DuckDB: embedded, larger than memory, the default engine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from crossbearing.gather.measure.engines import (
    Cell,
    Columns,
    Row,
    as_cell,
    file_kind,
    header,
    literal,
    physical_kind,
    placed,
    quoted,
    refuse_open_quote,
    unreadable,
)
from crossbearing.problems import UsageError


class DuckEngine:
    """Portable queries on an in-memory DuckDB that spills to a temporary folder."""

    name = "duckdb"

    def __init__(self, *, memory: str = "", threads: int = 0, folder: Path | None = None) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="crossbearing-", dir=folder)
        self.connection = duckdb.connect(":memory:", config={"temp_directory": self._spill.name})
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute(
            "SET enable_progress_bar = true"
        )  # counted, and not printed: the command line shows it
        self.connection.execute("SET enable_progress_bar_print = false")
        if memory:
            self._limit(memory)
        if threads:
            self.connection.execute(f"SET threads = {threads}")
        self._malformed: tuple[int, tuple[str, ...]] = (0, ())
        self._paths: list[Path] = []

    def _limit(self, memory: str) -> None:
        try:
            self.connection.execute(f"SET memory_limit = {literal(memory)}")
        except duckdb.Error as why:
            self.close()
            raise UsageError(
                f"{memory!r} is no amount of memory", "", "write a number and its unit: 1GB or 800MB"
            ) from why

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Errors of the data as messages; errors of a query stay what they are."""
        try:
            yield
        except duckdb.OutOfMemoryException as why:
            raise UsageError(
                "the memory allowed is too small for this table",
                " ".join(str(why).split())[:200],
                "give more with --memory, or fewer --threads",
            ) from why
        except (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException):
            raise
        except (duckdb.Error, OSError) as why:
            raise unreadable(self._paths, why) from why

    def read(self, name: str, paths: Sequence[Path]) -> dict[str, str]:
        """Makes the view of the files; CSV is read once, as text, with bad lines counted."""
        kind = file_kind(paths)
        self._paths = [*self._paths, *paths]
        try:
            return self._read_csv(name, paths) if kind == "csv" else self._read_typed(name, kind, paths)
        except (duckdb.Error, OSError, ValueError) as why:
            raise unreadable(paths, why) from why

    def _read_typed(self, name: str, kind: str, paths: Sequence[Path]) -> dict[str, str]:
        if kind == "arrow":
            from pyarrow import dataset

            files = quoted(f"{name}_files")
            self.connection.register(f"{name}_files", dataset.dataset([str(p) for p in paths], format="ipc"))
        else:
            listed = ", ".join(literal(str(p / "**/*.parquet" if p.is_dir() else p)) for p in paths)
            files = f"read_parquet([{listed}], union_by_name = true)"
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {files}").fetchall()  # noqa: S608 - quoted
        places = ", ".join(placed(i) for i in range(len(described)))
        self.view(name, f"SELECT * FROM {files} AS t({places})")  # noqa: S608 - quoted
        return {str(row[0]): physical_kind(str(row[1])) for row in described}

    def _read_csv(self, name: str, paths: Sequence[Path]) -> dict[str, str]:
        names, mark = header(paths)
        files = ", ".join(literal(str(p)) for p in paths)
        columns = ", ".join(f"'{placed(i)}': 'VARCHAR'" for i in range(len(names)))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT * FROM read_csv([{files}], header = true, "  # noqa: S608
            f"delim = {literal(mark)}, quote = '\"', escape = '\"', auto_detect = false, store_rejects = true, "
            f"columns = {{{columns}}})"
        )
        bad = self.connection.execute(
            "SELECT line, any_value(csv_line) FROM reject_errors GROUP BY scan_id, file_id, line ORDER BY line"
        ).fetchall()
        refuse_open_quote(paths, [(f"line {line}", str(text)) for line, text in bad])
        count, samples = self._malformed
        told = (f"line {line}: {str(text)[:60]}" for line, text in bad)
        self._malformed = count + len(bad), (*samples, *told)[:3]
        return dict.fromkeys(names, "text")

    def malformed(self) -> tuple[int, tuple[str, ...]]:
        """Number of lines with another number of cells than the header, and the first of them."""
        return self._malformed

    def lookup(self, name: str, columns: Columns) -> None:
        """Makes a small table of integers and texts."""
        lookup_rows = {key: _array(values) for key, values in columns.items()}  # noqa: F841 - named in the query
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT * FROM lookup_rows")  # noqa: S608 - quoted

    def view(self, name: str, sql: str) -> None:
        """Names a query without running it."""
        self.connection.execute(f"CREATE OR REPLACE TEMPORARY VIEW {quoted(name)} AS {sql}")

    def keep(self, name: str, sql: str) -> None:
        """Runs a query once and keeps its rows."""
        with self._explained():
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {sql}")

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query."""
        with self._explained():
            found = self.connection.execute(sql).fetchall()
        return [tuple(as_cell(v) for v in row) for row in found]

    def progress(self) -> float | None:
        """Percent of the running query."""
        done = float(self.connection.query_progress())
        return done if done >= 0 else None

    def close(self) -> None:
        """Gives back memory and temporary files."""
        self.connection.close()
        self._spill.cleanup()


def _array(values: Sequence[Cell]) -> NDArray[Any]:
    """Texts as objects: an Arrow table would bring in all of pandas, a second where it is installed."""
    texts = any(isinstance(v, str) for v in values)
    return np.array(values, object if texts else np.int64)
