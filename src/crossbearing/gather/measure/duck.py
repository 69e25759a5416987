"""DuckDB: embedded, larger than memory, the default engine."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from crossbearing.gather.measure.engines import (
    Columns,
    Row,
    as_cell,
    file_kind,
    header,
    literal,
    physical_kind,
    quoted,
    unreadable,
)


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
            self.connection.execute(f"SET memory_limit = {literal(memory)}")
        if threads:
            self.connection.execute(f"SET threads = {threads}")
        self._malformed: tuple[int, tuple[str, ...]] = (0, ())

    def read(self, name: str, paths: Sequence[Path]) -> dict[str, str]:
        """Makes the view of the files; CSV is read once, as text, with bad lines counted."""
        kind = file_kind(paths)
        try:
            getattr(self, f"_read_{kind}")(name, paths)
            described = self.connection.execute(f"DESCRIBE {quoted(name)}").fetchall()
        except (duckdb.Error, OSError, ValueError) as why:
            raise unreadable(paths, why) from why
        return {str(row[0]): physical_kind(str(row[1])) for row in described}

    def _read_parquet(self, name: str, paths: Sequence[Path]) -> None:
        files = ", ".join(literal(str(p / "**/*.parquet" if p.is_dir() else p)) for p in paths)
        self.view(name, f"SELECT * FROM read_parquet([{files}], union_by_name = true)")  # noqa: S608 - quoted

    def _read_csv(self, name: str, paths: Sequence[Path]) -> None:
        names, mark = header(paths)
        files = ", ".join(literal(str(p)) for p in paths)
        columns = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in names)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT * FROM read_csv([{files}], header = true, "  # noqa: S608
            f"delim = {literal(mark)}, quote = '\"', escape = '\"', auto_detect = false, store_rejects = true, "
            f"columns = {{{columns}}})"
        )
        bad = self.connection.execute(
            "SELECT line, any_value(csv_line) FROM reject_errors GROUP BY scan_id, file_id, line ORDER BY line"
        ).fetchall()
        self._malformed = len(bad), tuple(f"line {line}: {str(text)[:60]}" for line, text in bad[:3])

    def _read_arrow(self, name: str, paths: Sequence[Path]) -> None:
        from pyarrow import dataset

        self.connection.register(name, dataset.dataset([str(p) for p in paths], format="ipc"))

    def malformed(self) -> tuple[int, tuple[str, ...]]:
        """Number of lines with another number of cells than the header, and the first of them."""
        return self._malformed

    def lookup(self, name: str, columns: Columns) -> None:
        """Makes a small table of integers and texts."""
        import pyarrow as pa

        held = pa.table({key: _arrow(values) for key, values in columns.items()})  # named in the query below
        self.connection.register("lookup_rows", held)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT * FROM lookup_rows")  # noqa: S608 - quoted
        self.connection.unregister("lookup_rows")

    def view(self, name: str, sql: str) -> None:
        """Names a query without running it."""
        self.connection.execute(f"CREATE OR REPLACE TEMPORARY VIEW {quoted(name)} AS {sql}")

    def keep(self, name: str, sql: str) -> None:
        """Runs a query once and keeps its rows."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {sql}")

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query."""
        return [tuple(as_cell(v) for v in row) for row in self.connection.execute(sql).fetchall()]

    def progress(self) -> float | None:
        """Percent of the running query."""
        done = float(self.connection.query_progress())
        return done if done >= 0 else None

    def close(self) -> None:
        """Gives back memory and temporary files."""
        self.connection.close()
        self._spill.cleanup()


def _arrow(values: Sequence[object]) -> object:
    import pyarrow as pa

    texts = any(isinstance(v, str) for v in values)
    return pa.array(values, pa.string() if texts else pa.int64())
