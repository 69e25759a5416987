"""A new book: the tutorial skeleton, or a copy of another book. Never over something that is there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from crossbearing.book.layout import BOOK_FILE, FILES
from crossbearing.book.load import bundled, load
from crossbearing.book.schema import data_package
from crossbearing.problems import UsageError

FORECASTS = "forecasts"  # what the book said on each day goes with it
DEFAULT_TITLE = "My first book"
EXAMPLE = "Larkspur"  # the company of the example
EXAMPLE_LINE = (
    f'# Everything in the other files about "{EXAMPLE}" is invented. Replace it with your own company.\n'
)


def make(
    target: Path, title: str | None = None, origin: str | None = None, companies: Sequence[str] = ()
) -> tuple[str, ...]:
    """Make a book in a folder that does not exist yet or is empty.

    Args:
        target: The folder.
        title: Of the book; that of the origin by default.
        origin: `frontier`, or the folder of a book to copy; the skeleton by default.
        companies: Names that the book is about: it declares them and holds no example.

    Returns:
        The files written.

    Raises:
        UsageError: There is something in the folder, the origin is no book, a name is none, companies and an origin are both
            named, or the disk refused. Nothing is left behind.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(
            f"{target} is there already",
            "a new book never overwrites anything",
            "name a folder that does not exist yet",
        )
    contents = _own(companies, origin) if companies else _contents(origin)
    title = companies[0] if title is None and companies else title
    if title is not None:
        contents[BOOK_FILE] = _titled(contents[BOOK_FILE], title)
    if "README.md" in contents:
        contents["README.md"] = contents["README.md"].replace(b"{title}", (title or DEFAULT_TITLE).encode())
    tables = tuple(name for name in contents if name.endswith(".csv"))
    described = data_package(title or _title_of(contents[BOOK_FILE]), tables)
    contents["datapackage.json"] = f"{json.dumps(described, indent=2, ensure_ascii=False)}\n".encode()
    _write_new(target, contents)
    return tuple(contents)


def _contents(origin: str | None) -> dict[str, bytes]:
    if origin is None:
        skeleton = files("crossbearing.book") / "skeleton"
        return {name: (skeleton / name).read_bytes() for name in ("README.md", *FILES)}
    source: Traversable | Path = bundled() if origin == "frontier" else Path(origin)
    if not source.is_dir() or not (source / BOOK_FILE).is_file():
        raise UsageError(
            f"{origin} is no book to start from",
            f"a book is a folder with {BOOK_FILE}",
            "write --from frontier, or a folder",
        )
    if load(source).errors:
        raise UsageError(
            f"the book {origin} has errors",
            "a copy would have them, too",
            f"run xb check {origin} and mend them",
        )
    said = source / FORECASTS
    kept = sorted(f.name for f in said.iterdir() if f.name.endswith(".json")) if said.is_dir() else []
    names = [name for name in FILES if (source / name).is_file()] + [f"{FORECASTS}/{name}" for name in kept]
    return {name: source.joinpath(*name.split("/")).read_bytes() for name in names}


def _own(companies: Sequence[str], origin: str | None) -> dict[str, bytes]:
    """The skeleton without its example: the tables' heads, the companies declared, and how to fill it."""
    if origin is not None:
        raise UsageError(
            "a copy has its companies already", "--from and --company are two ways to start", "drop one"
        )
    skeleton = files("crossbearing.book") / "skeleton"
    contents = {name: (skeleton / name).read_bytes() for name in FILES}
    for name, data in contents.items():
        if name.endswith(".csv"):
            contents[name] = data.splitlines(keepends=True)[0]
        elif name != BOOK_FILE:
            lines = data.replace(EXAMPLE.encode(), companies[0].encode()).splitlines(keepends=True)
            contents[name] = b"".join(map(_commented, lines))
    head, _, rest = contents[BOOK_FILE].decode().partition("# One table an entity.")
    advice = rest[rest.index("# A metric the program") :]
    tables = "".join(_declared(name) for name in dict.fromkeys(companies))
    book = head.replace(EXAMPLE_LINE, "")
    contents[BOOK_FILE] = (
        f"{book}# One table an entity.{rest.partition(chr(10))[0]}\n{tables}{advice}".encode()
    )
    told = (skeleton / "README.company.md").read_bytes().replace(b"{company}", companies[0].encode())
    return {"README.md": told, **contents}


def _commented(line: bytes) -> bytes:
    return line if not line.strip() or line.startswith(b"#") else b"# " + line


def _declared(name: str) -> str:
    """A table of book.toml for a company."""
    if not name.strip() or not name.isprintable():
        raise UsageError(f"{name!r} is no name", "a name is one line of text", 'write --company "Acme"')
    shown = json.dumps(name.strip(), ensure_ascii=False)
    return f'[entities.{shown}]\nkind = "company"\naliases = []              # its other spellings, such as "Acme Inc."\nfiscal_year_end = "12-31" # month and day\n\n'


def _title_of(data: bytes) -> str:
    import tomllib

    book = tomllib.loads(data.decode("utf-8-sig")).get("book", {})
    return str(book.get("title", ""))


def _titled(data: bytes, title: str) -> bytes:
    """The head of a book with another title; the rest of it as it is."""
    if not title.strip() or not title.isprintable():
        raise UsageError(f"{title!r} is no title", "a title is one line of text", 'write --title "My book"')
    text = data.decode("utf-8-sig")
    shown = json.dumps(title, ensure_ascii=False)
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith("title"):
            lines[number] = f"title = {shown}\n"
            return "".join(lines).encode()
        if line.startswith("[") and not line.startswith("[book]"):
            break
    return text.replace("[book]", f"[book]\ntitle = {shown}", 1).encode()


def _write_new(target: Path, contents: dict[str, bytes]) -> None:
    """The folder made whole beside its place, then moved there in one step."""
    parent = target.resolve().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=parent))
    except OSError as fault:
        raise UsageError(
            f"cannot make {target}: {fault.strerror}", "", "choose a folder you may write to"
        ) from fault
    try:
        for name, data in contents.items():
            (aside / name).parent.mkdir(exist_ok=True)
            with (aside / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        aside.chmod(0o755)
        if target.is_dir():
            target.rmdir()
        aside.rename(target.resolve())
    except OSError as fault:
        raise UsageError(
            f"cannot make {target}: {fault.strerror}", "nothing was left behind", "make room and try again"
        ) from fault
    finally:
        shutil.rmtree(aside, ignore_errors=True)
