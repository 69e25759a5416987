"""Planted private claims reach no output of any command, derived figures included. Commands are found, not listed.

Each command that takes a book runs on a public book with a private one laid over it, asked for what is public. Nothing planted
may show, and its JSON must be that of the public book alone.
"""

import importlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from crossbearing.cli import cli
from crossbearing.problems import BookError, CrossbearingError
from crossbearing.publish.kept import book_text

PUBLIC = Path(__file__).parents[1] / "check" / "planted" / "book"
ENTITY = "Halden Labs"
# What commands need to run at all, by the name of the parameter. A new command that needs more adds it here.
ARGUMENTS = {
    "entity": ENTITY,
    "metric": "revenue.run_rate",
    "a": ENTITY,
    "b": "Corvane",
    "what": "hal-03",
    "at": "2025-12-31",
    "left": ENTITY,
    "right": "Corvane",
    "before": "2026-05-31..2026-06-30",
    "filing": str(Path(__file__).parents[1] / "gather" / "filings" / "halden-xbrl.json"),
    "first": ENTITY,
    "second": "Corvane",
}
WRITTEN = {("export",): "out.xlsx"}  # what kind of file tells the command what to write
SERVERS = (
    "serve",
    "mcp",
)  # run until stopped; their answers come from the same functions and are tested beside them
LOOSE = (
    "redacted",
    "digest",
    "visibility",
    "manifest",
    "root",
    "book",
)  # what may tell that something was left out
WORDS = ("quokka", "Wombat", "777.77", "82716355", "777,77", "0.7777", "666.66", "73913957")

CLAIMS = """id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note
quokka-1,Halden Labs,revenue.run_rate,777.77B,USD/yr,end 2025-12,gross,month*12,company,actual,quokka-memo,,,,,private,quokka
quokka-2,Halden Labs,revenue.run_rate,666.66B,USD/yr,2026-01,net,,leaked,actual,quokka-memo,,,,,restricted,<b>quokka</b>
quokka-3,Wombat Secret,headcount,82716355,count,2026-01,n/a,,leaked,actual,quokka-memo,,,,,,no visibility is private here
quokka-4,Project Quokka,headcount,73913957,count,2026-01,n/a,,leaked,actual,quokka-memo,hal-07,,,,private,
"""
OVERLAY = {
    "book.toml": '[book]\ntitle = "quokka diligence"\nformat = 1\n\n[entities."Wombat Secret"]\n[entities."Halden Labs"]\naliases = ["Project Quokka"]\ndescription = "quokka"\n[metrics."quokka.count"]\nlabel = "quokka"\nunit_kind = "count"\nkind = "stock"\n',
    "sources.csv": "id,publisher,title,url,published,kind,origin,grade,note\nquokka-memo,quokka,quokka,,2026-02-01,memo,,A,quokka\n",
    "claims.csv": CLAIMS,
    "commitments.csv": "id,entity,counterparty,direction,kind,firmness,power,money,start,ramp,term,take_or_pay,cancellable_share,notice,overlap_group,prepaid,equity_linked,claims,note\nquokka-k,Halden Labs,Wombat Secret,pays,cloud,firm,777.77GW,666.66B USD,2026,,,,,,,,,,quokka\n",
    "relations.csv": "id,from,to,kind,exclusive,start,end,claims,note\nquokka-r,Wombat Secret,Halden Labs,owns,yes,,,,quokka\n",
    "captable.csv": "id,entity,round,date,share_class,price_per_share,shares,raised,valuation,valuation_basis,preference,participation,ratchet,fully_diluted,status,claims,note\nquokka-c,Halden Labs,quokka,2026-01,,,,,777.77B USD,post,,,,,closed,quokka-1,\n",
    "watch.csv": "id,entity,predicate,by,state,said_by,source,probability,claims,note\nquokka-w,Halden Labs,Halden Labs revenue.run_rate gross at 2026-12-31 > 777.77B,2026-12-31,pending,quokka,quokka-memo,0.7777,quokka-1,\n",
    "assumptions.toml": '[assumptions."Halden Labs.cloud_share"]\nvalue = "77.777%"\nauthor = "quokka"\ndate = 2026-02-01\nreason = "quokka"\n',
    "views.toml": '[views."Halden Labs revenue.run_rate gross"]\nvalue = "777.77B"\nauthor = "quokka"\ndate = 2026-02-01\nreason = "quokka"\n',
}


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The private book."""
    folder = tmp_path_factory.mktemp("private")
    for name, text in OVERLAY.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


ANSWERS = ("fix.reconcile.reconcile", "pipeline.presentation.bridge_of", "pipeline.answers.who_leads")


@pytest.fixture(scope="module", autouse=True)
def answered_once() -> Iterator[None]:
    """The dear answers are computed once for all that a book says to the last letter, and shown in every form."""
    kept: dict[Any, Any] = {}

    def once(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def answer(book: Any, *words: Any, **more: Any) -> Any:
            said = book_text(replace(book, root="", digest=""))  # where it lies moves no answer
            key = (name, said, repr(words), repr(sorted(more.items())))
            if key not in kept:
                kept[key] = real(book, *words, **more)
            return deepcopy(kept[key])

        return answer

    with pytest.MonkeyPatch.context() as patched:
        for path in ANSWERS:
            package, _, name = path.rpartition(".")
            module = importlib.import_module(f"crossbearing.{package}")
            patched.setattr(module, name, once(path, getattr(module, name)))
        yield


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that takes a book, groups followed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))
        elif found and name not in SERVERS and any(p.name == "book_option" for p in found.params):
            yield (*path, name)


FOUND = sorted(commands(cli))


def command_of(path: tuple[str, ...]) -> click.Command:
    """The command of a path of names."""
    found: click.Command = cli
    for name in path:
        assert isinstance(found, click.Group)
        child = found.get_command(click.Context(found), name)
        assert child is not None
        found = child
    return found


def run(path: tuple[str, ...], folder: Path, *options: str) -> tuple[int, str, str]:
    """Exit code, standard output, and everything that was put out, files included."""
    command = command_of(path)
    words: list[str] = []
    for parameter in command.params:
        if parameter.name in ("output", "out") and isinstance(parameter, click.Option):
            if path not in WRITTEN:
                words += [parameter.opts[-1], str(folder / "out.html")]
            elif options[-1] == "text":
                words += [parameter.opts[-1], str(folder / WRITTEN[path])]
        elif parameter.name == "book_argument":
            continue
        elif parameter.nargs == -1:
            reads = (parameter.metavar or "").startswith("FILE")
            words += [_document(folder)] if reads else [ENTITY, "Corvane"]
        elif isinstance(parameter, click.Argument) and (parameter.required or parameter.name in ARGUMENTS):
            words.append(_value(parameter, folder))
        elif isinstance(parameter, click.Option) and parameter.required:
            words += [parameter.opts[-1], _value(parameter, folder)]
    done = CliRunner().invoke(cli, [*path, *words, "--book", str(PUBLIC), *options], standalone_mode=False)
    shown = done.stdout + done.stderr
    if isinstance(done.exception, CrossbearingError):
        shown += done.exception.as_text()
        problems = done.exception.problems if isinstance(done.exception, BookError) else ()
        shown += "".join(p.as_text() for p in problems)
    elif isinstance(done.exception, click.ClickException):
        shown += done.exception.format_message()
    elif done.exception is not None:
        raise done.exception
    code = getattr(done.exception, "exit_code", None) or done.return_value or 0
    files = "".join(_content(p) for p in sorted(folder.iterdir()) if p.is_file())
    return code, done.stdout, shown + files


def _content(file: Path) -> str:
    """What a file holds; a packed one is unpacked."""
    if not zipfile.is_zipfile(file):
        return file.read_bytes().decode("utf-8", "replace")
    with zipfile.ZipFile(file) as packed:
        return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def _value(parameter: click.Parameter, folder: Path) -> str:
    if isinstance(parameter.type, click.Path) and parameter.name not in ARGUMENTS:
        return _document(folder)
    return ARGUMENTS.get(parameter.name or "", ENTITY)


def _document(folder: Path) -> str:
    file = folder / "input.txt"
    file.write_text("Halden Labs said its annualised run rate is over $5 billion.\n", encoding="utf-8")
    return str(file)


def loosened(value: Any) -> Any:
    """JSON without the keys that may tell that something was left out."""
    if isinstance(value, dict):
        return {k: loosened(v) for k, v in value.items() if k not in LOOSE}
    return [loosened(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", FOUND, ids=" ".join)
def test_nothing_private_reaches_any_output(path: tuple[str, ...], overlay: Path, tmp_path: Path) -> None:
    codes = []
    for form in ("text", "json", "csv"):
        folder = tmp_path / form
        folder.mkdir()
        code, out, everything = run(
            path, folder, "--with", str(overlay), "--visibility", "public", "--format", form
        )
        codes.append(code)
        assert [word for word in WORDS if word.casefold() in everything.casefold()] == []
        if form == "json" and code == 0 and out.strip():
            alone = tmp_path / "alone"
            alone.mkdir()
            assert loosened(_json(out)) == loosened(_json(run(path, alone, "--format", "json")[1]))
    assert codes[0] != 2, f"{path} needs arguments to run at all: add them to ARGUMENTS in this file"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def test_the_planted_words_would_be_seen(overlay: Path, tmp_path: Path) -> None:
    _, _, everything = run(("claims",), tmp_path, "--with", str(overlay), "--format", "json")
    assert [
        w for w in ("quokka", "777.77", "666.66", "82716355", "73913957", "Wombat") if w not in everything
    ] == []
    _, _, private = run(
        ("claims",), tmp_path, "--with", str(overlay), "--format", "json", "--visibility", "private"
    )
    assert ("777.77" in private, "666.66" in private) == (True, False)
    assert "highest visibility private" in private


def test_faults_of_private_rows_are_counted_and_not_quoted(overlay: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in overlay.iterdir():
        (broken / file.name).write_bytes(file.read_bytes().replace(b"666.66B", b"quokka"))
    (broken / "book.toml").write_bytes((overlay / "book.toml").read_bytes() + b"[entities.quokka\n")
    code, _, shown = run(
        ("check",), tmp_path, "--with", str(broken), "--visibility", "public", "--format", "json"
    )
    assert code == 1
    told = [p for p in json.loads(shown[: shown.rindex("}") + 1])["problems"] if p["severity"] == "error"]
    assert {p["code"] for p in told} >= {"XB108", "XB110"}
    assert "quokka" not in json.dumps(told).casefold()


@pytest.mark.parametrize("command", ["check", "series", "bridge", "compare", "trace", "claims", "report"])
def test_every_export_names_the_highest_visibility_inside(
    command: str, overlay: Path, tmp_path: Path
) -> None:
    for visibility in ("public", "private"):
        folder = tmp_path / visibility
        folder.mkdir()
        _, _, everything = run((command,), folder, "--with", str(overlay), "--visibility", visibility)
        assert re.search(rf"highest visibility (inside: )?{visibility}", everything, re.IGNORECASE)
