"""An edit touches only its line: every other byte of the file stays."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.book.mills import CLAIMS, SOURCES

from crossbearing.book.edit import TableEdit
from crossbearing.book.layout import CLAIMS as CLAIMS_TABLE
from crossbearing.book.layout import SOURCES as SOURCES_TABLE
from crossbearing.problems import UsageError

BOM = b"\xef\xbb\xbf"


def lines(data: bytes) -> list[bytes]:
    """Lines with their breaks."""
    return data.splitlines(keepends=True)


@pytest.mark.parametrize("break_", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", BOM])
def test_a_cell_is_replaced_and_nothing_else(break_: bytes, mark: bytes) -> None:
    data = mark + CLAIMS.encode().replace(b"\n", break_)
    edit = TableEdit(CLAIMS_TABLE, data)
    edit.replace("b", {"value": "~8M", "note": "one, two"})
    after = edit.result()
    assert after == data.replace(b'"~7M"', b'"~8M"')
    assert [a == b for a, b in zip(lines(data), lines(after), strict=True)] == [True, True, False]


def test_doing_nothing_gives_the_same_bytes() -> None:
    strange = (
        BOM
        + CLAIMS.replace("\n", "\r\n").encode()
        + b'\r\n\r\n"c","Northmill",x,"a ""b""",,,,,,,,,,,,,\r\n  ,,'
    )
    edit = TableEdit(CLAIMS_TABLE, strange)
    assert edit.result() == strange
    edit.replace("c", {"value": 'a "b"'})
    assert edit.result() == strange


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_row_is_added_at_the_end_in_the_files_own_style(end: str) -> None:
    data = (SOURCES.rstrip("\n") + end).encode().replace(b"\n", b"\r\n")
    edit = TableEdit(SOURCES_TABLE, data)
    edit.add({"id": "new", "title": 'He said "no", twice', "published": "2026-04"})
    after = edit.result()
    assert after.startswith(data)
    assert after[len(data) :].strip(b"\r\n") == b'new,,"He said ""no"", twice",,2026-04,,,,'
    assert after.endswith(b"\r\n") == bool(end)
    assert b"\n" not in after.replace(b"\r\n", b"")


def test_a_file_that_quotes_everything_goes_on_quoting() -> None:
    header = ",".join(f'"{n}"' for n in SOURCES_TABLE.names)
    edit = TableEdit(SOURCES_TABLE, f"{header}\n".encode())
    edit.add({"id": "x"})
    assert edit.result().decode().splitlines()[1] == ",".join(['"x"'] + ['""'] * 8)


def test_a_row_is_removed_with_its_line() -> None:
    edit = TableEdit(CLAIMS_TABLE, CLAIMS.encode())
    edit.replace("a", {"value": "1M"})
    edit.remove("a")
    assert edit.result() == b"".join(lines(CLAIMS.encode())[i] for i in (0, 2))
    assert list(edit.ids) == ["b"]
    edit.add({"id": "a", "value": "2M"})
    assert list(edit.ids) == ["b", "a"]
    edit.remove("a")
    assert list(edit.ids) == ["b"]


def test_columns_go_by_name_wherever_they_stand() -> None:
    edit = TableEdit(SOURCES_TABLE, b"title,id,published\nOn mills,a,2026\n")
    edit.add({"id": "b", "published": "2025", "title": "x", "grade": ""})
    edit.replace("a", {"published": "2024"})
    assert edit.result() == b"title,id,published\nOn mills,a,2024\nx,b,2025\n"


def test_what_cannot_be_done_is_refused() -> None:
    edit = TableEdit(SOURCES_TABLE, b"id,title\na,x\n")
    for change in (
        lambda: edit.add({"id": "a"}),
        lambda: edit.add({"title": "x"}),
        lambda: edit.add({"id": "b", "colour": "red"}),
        lambda: edit.add({"id": "b", "grade": "A"}),
        lambda: edit.replace("z", {"title": "y"}),
        lambda: edit.remove("z"),
        lambda: TableEdit(SOURCES_TABLE, b"id,title\na,\xff\n"),
        lambda: TableEdit(SOURCES_TABLE, b'id,title\na,"open\n'),
        lambda: TableEdit(SOURCES_TABLE, b"name,title\na,x\n"),
    ):
        with pytest.raises(UsageError) as refused:
            change()
        assert refused.value.as_text().startswith("error: ")
    assert edit.result() == b"id,title\na,x\n"


# no lone \r: the writer of the csv module leaves it unquoted, and its reader then ends the row there
cell = st.text(
    alphabet=st.one_of(st.sampled_from(',"\n ;='), st.characters(codec="utf-8", exclude_characters="\x00\r")),
    max_size=8,
)
ids = st.from_regex(r"[a-z]{1,4}", fullmatch=True)
tables = st.dictionaries(ids, st.lists(cell, min_size=2, max_size=2), min_size=1, max_size=5)


def written(rows: dict[str, list[str]], end: str, quoting: int) -> bytes:
    """A table of sources as another program would write it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["id", "title", "note"])
    writer.writerows([name, *cells] for name, cells in rows.items())
    return out.getvalue().encode()


def read(data: bytes) -> list[list[str]]:
    """Rows by the csv module."""
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


@given(
    tables,
    cell,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.data(),
)
def test_edits_mean_what_they_say_to_another_reader(
    rows: dict[str, list[str]], text: str, end: str, quoting: int, data: st.DataObject
) -> None:
    before = written(rows, end, quoting)
    name = data.draw(st.sampled_from(sorted(rows)))
    edit = TableEdit(SOURCES_TABLE, before)
    assert edit.result() == before
    edit.replace(name, {"note": text})
    expected = [["id", "title", "note"], *([k, v[0], text if k == name else v[1]] for k, v in rows.items())]
    assert read(edit.result()) == expected
    edit.add({"id": "zzzzz", "title": text})
    assert read(edit.result()) == [*expected, ["zzzzz", text, ""]]
    edit.remove("zzzzz")
    edit.remove(name)
    assert read(edit.result()) == [expected[0], *(row for row in expected[1:] if row[0] != name)]
