"""No input gives a traceback: mutated tables, arbitrary bytes, arbitrary cells; and whatever is accepted is canonical."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.book.mills import good

from crossbearing.book.layout import CLAIMS as CLAIMS_TABLE
from crossbearing.book.layout import TABLES
from crossbearing.book.load import Loaded, load

NAMES = sorted(good())
nasty = st.sampled_from(
    [
        '"',
        ",",
        ";",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\x00",
        "\ufeff",
        "..",
        "=",
        "[",
        "]",
        "#",
        "'",
        '"""',
        "-",
        "e",
        "é",
        "🙂",
        " ",
        "1e999",
    ]
)
snippets = st.one_of(nasty, st.text(max_size=6))


def complete(loaded: Loaded) -> None:
    """Every problem says where, what and how to mend; claims with errors are not in the book."""
    for problem in loaded.problems:
        assert problem.code.startswith("XB")
        assert problem.what
        assert problem.mend
        assert problem.position.line >= 1
        assert problem.position.column >= 1
        assert problem.as_text()
    for claim in loaded.book.claims:
        assert claim.metric in loaded.book.registry
        assert claim.entity in loaded.book.entities or not loaded.book.entities


def write(folder: Path, files: dict[str, bytes]) -> Loaded:
    """The good book with some files replaced."""
    for name, content in good().items():
        assert isinstance(content, str)
        (folder / name).write_bytes(files.get(name, content.encode()))
    for name in files.keys() - good().keys():
        (folder / name).write_bytes(files[name])
    return load(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples."""
    return tmp_path_factory.mktemp("fuzzed")


@given(st.sampled_from(NAMES), st.integers(0, 600), st.integers(0, 12), snippets)
def test_a_file_with_a_piece_replaced(folder: Path, name: str, at: int, cut: int, text: str) -> None:
    content = good()[name]
    assert isinstance(content, str)
    at %= len(content) + 1
    complete(write(folder, {name: (content[:at] + text + content[at + cut :]).encode("utf-8", "replace")}))


@given(st.sampled_from([*NAMES, "watch.csv", "views.toml"]), st.binary(max_size=200))
def test_a_file_of_any_bytes(folder: Path, name: str, content: bytes) -> None:
    loaded = write(folder, {name: content})
    for extra in ("watch.csv", "views.toml"):
        (folder / extra).unlink(missing_ok=True)
    complete(loaded)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_cells_of_any_text_in_every_table(folder: Path, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(TABLES))
    cell = st.one_of(
        st.just(""), snippets, st.sampled_from(["a", "daily", "Northmill", "30M", "2026", "EUR/yr", "40%"])
    )
    rows = data.draw(
        st.lists(st.lists(cell, min_size=len(table.columns), max_size=len(table.columns)), max_size=3)
    )
    text = "\n".join(
        [",".join(table.names), *(",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)]
    )
    loaded = write(folder, {table.file: text.encode("utf-8", "replace")})
    if table.file not in good():
        (folder / table.file).unlink()
    complete(loaded)


@given(st.sampled_from(CLAIMS_TABLE.names), st.text(max_size=12))
def test_a_claim_with_one_cell_of_any_text_is_blamed_on_its_line_or_kept(
    folder: Path, column: str, text: str
) -> None:
    claims = good()["claims.csv"]
    assert isinstance(claims, str)
    cells = claims.splitlines()[1].split(",")
    cells[CLAIMS_TABLE.index(column)] = '"' + text.replace('"', '""') + '"'
    loaded = write(
        folder,
        {"claims.csv": claims.replace(claims.splitlines()[1], ",".join(cells)).encode("utf-8", "replace")},
    )
    complete(loaded)
    whole = [p for p in loaded.errors if p.position.file == "claims.csv"] or len(loaded.book.claims) == 2
    assert whole
