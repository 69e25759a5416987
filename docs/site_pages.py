"""Pages of the documentation site that are made from the code, and the list of all pages; a hook of MkDocs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import click
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SECTIONS = (
    ("Tutorials", "tutorials"),
    ("How-to", "how-to"),
    ("Explanation", "explanation"),
    ("Reference", "reference"),
)
MADE = {
    "reference/commands.md": "Commands",
    "reference/metrics.md": "Metrics",
    "reference/schemas.md": "Schemas of the outputs",
    "reference/http.md": "The API over HTTP",
    "reference/python/index.md": "The library",
}
TAKEN = {
    "project/measurements.md": "bench/README.md",
    "project/growth-study.md": "bench/growth.md",
    "project/changes.md": "CHANGELOG.md",
    "project/contributing.md": "CONTRIBUTING.md",
}
LIBRARY = {
    "pipeline": "The spine: from a book to pages",
    "vocabulary": "The nouns",
    "problems": "Problems and refusals",
    "book": "Books: loading, checking cells, writing back",
    "gather": "Gathering: documents and tables",
    "check": "Checks and conflicts",
    "fix": "The position",
    "outlook": "The outlook",
    "value": "Value",
    "growth": "Growth",
    "score": "Watch and score",
    "trace": "Trace",
}


def on_config(config: Any) -> Any:
    """List every page, section by section, so that none can be left out."""
    nav: list[dict[str, Any]] = [{"Start": "index.md"}]
    for label, folder in SECTIONS:
        written = [f"{folder}/{p.name}" for p in (DOCS / folder).glob("*.md")]
        made = [p for p in MADE if p.startswith(f"{folder}/") and "python/" not in p]
        pages = {page: title_of(page) for page in [*written, *made]}
        listed: list[Any] = [{t: page} for page, t in sorted(pages.items(), key=lambda x: x[1].casefold())]
        if folder == "reference":
            parts = [{words: f"reference/python/{part}.md"} for part, words in LIBRARY.items()]
            listed.append({"The library": ["reference/python/index.md", *parts]})
        nav.append({label: listed})
    decisions = sorted(p.name for p in (DOCS / "decisions").glob("*.md"))
    held = [{title_of(f"decisions/{n}"): f"decisions/{n}"} for n in decisions]
    nav.append({"Decisions": ["decisions/index.md", *held]})
    nav.append({"Project": [{title_of_file(ROOT / src): page} for page, src in TAKEN.items()]})
    config.nav = nav
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the pages made from the code and those that lie outside the docs folder."""
    pages = {
        "reference/commands.md": commands(),
        "reference/metrics.md": metrics(),
        "reference/schemas.md": schemas(),
        "reference/http.md": http(),
        "reference/python/index.md": library_index(),
        "decisions/index.md": decisions_index(),
        **{f"reference/python/{part}.md": library(part) for part in LIBRARY},
        **{page: outside(ROOT / src) for page, src in TAKEN.items()},
    }
    for page, text in pages.items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Mermaid is drawn by a script from elsewhere, and this site loads nothing: its text is folded away."""
    del page
    return re.sub(
        r"^```mermaid\n(.*?)^```$",
        lambda m: '??? note "The same as a Mermaid diagram"\n' + _indented(f"```text\n{m[1]}```"),
        markdown,
        flags=re.MULTILINE | re.DOTALL,
    )


def title_of(page: str) -> str:
    """The first heading of a page."""
    return MADE.get(page) or title_of_file(DOCS / page)


def title_of_file(path: Path) -> str:
    """The first heading of a file."""
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").strip()


def outside(path: Path) -> str:
    """A page that lies beside the docs folder, its links turned to where things are on the site."""
    text = path.read_text(encoding="utf-8")

    def turned(match: re.Match[str]) -> str:
        target = match[2]
        if "://" in target or target.startswith("#"):
            return match[0]
        file, _, anchor = target.partition("#")
        at = (path.parent / file).resolve().relative_to(ROOT)
        known = {src: page for page, src in TAKEN.items()}
        if str(at) in known:
            return f"[{match[1]}]({Path(known[str(at)]).name})"
        if at.parts[0] == "docs" and at.suffix == ".md":
            return f"[{match[1]}](../{at.relative_to('docs')}{'#' + anchor if anchor else ''})"
        return f"{match[1]} (`{at}`)"

    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", turned, text)


def commands() -> str:
    """Every command with its arguments and options, as the program tells them."""
    from crossbearing.cli import cli

    context = click.Context(cli, info_name="xb")
    lines = ["# Commands", "", "Made from the program. `crossbearing` and `xb` are the same.", ""]
    for name in cli.list_commands(context):
        found = cli.get_command(context, name)
        assert found is not None
        lines += _command(found, click.Context(found, info_name=f"xb {name}"), 2)
    return "\n".join(lines)


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    words = " ".join(command.collect_usage_pieces(context))
    yield f"{'#' * level} {context.info_name}\n"
    yield f"{command.help or ''}\n".replace("\b\n", "")
    yield f"```sh\n{context.info_name} {words}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                inner = click.Context(found, info_name=f"{context.info_name} {name}")
                yield from _command(found, inner, level + 1)
        return
    rows = [o.get_help_record(context) for o in command.params if isinstance(o, click.Option)]
    yield "| option | meaning |\n| --- | --- |"
    for row in rows:
        if row is not None:
            yield f"| <code>{_cell(row[0])}</code> | {_cell(row[1])} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "&#124;")


def metrics() -> str:
    """The registry of metrics."""
    from crossbearing.vocabulary.metric import standard_registry

    lines = [
        "# Metrics",
        "",
        "Made from the registry. A book adds its own under `[metrics]` in [`book.toml`](book.md).",
        "",
        "| metric | what it is | kind | bases | standard concept |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, metric in sorted(standard_registry().items()):
        words = _cell(metric.description or metric.label)
        bases = ", ".join(str(b) for b in metric.bases) or "–"
        lines.append(f"| `{name}` | {words} | {metric.kind} | {bases} | {metric.concept or '–'} |")
    return "\n".join(lines) + "\n"


def schemas() -> str:
    """JSON Schemas of what commands print."""
    from crossbearing.cli.schema import names, schema

    lines = ["# Schemas of the outputs", "", "Made from the program: `xb schema NAME` prints the same.", ""]
    for name in names():
        text = json.dumps(schema(name), indent=2, ensure_ascii=False)
        lines += [f"## {name}", "", '??? note "JSON Schema"', _indented(f"```json\n{text}\n```"), ""]
    return "\n".join(lines)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def http() -> str:
    """Addresses of the API, from its OpenAPI description."""
    from crossbearing.pipeline.serving import Live
    from crossbearing.publish.web.app import create_app
    from crossbearing.publish.web.guard import LOOPBACK, Gate

    live = Live(None)
    inside: Any = create_app(live, Gate(frozenset(LOOPBACK), "", cookie="xb"), warm=False)
    told = inside.app.openapi()
    live.close()
    lines = ["# The API over HTTP", ""]
    lines.append("Made from the OpenAPI description, which a running server gives at `/api/openapi.json`.")
    lines += ["How to run one: [serve a book](../how-to/serve.md).", ""]
    for path, methods in told["paths"].items():
        for method, call in methods.items():
            lines += [
                f"## {method.upper()} {path}",
                "",
                call.get("description") or call.get("summary", ""),
                "",
            ]
            rows = call.get("parameters", [])
            lines += ["| parameter | in | meaning |", "| --- | --- | --- |"] * bool(rows)
            lines += [f"| `{p['name']}` | {p['in']} | {_cell(_bounds(p))} |" for p in rows]
            lines.append("")
    return "\n".join(lines)


def _bounds(parameter: dict[str, Any]) -> str:
    """What a parameter means and may be."""
    words = parameter.get("description", "")
    limits = {
        k: v for k, v in parameter.get("schema", {}).items() if k not in {"title", "type", "description"}
    }
    told = ", ".join(f"{k} {v}" for k, v in limits.items() if not isinstance(v, list | dict))
    return f"{words}{' (' if words and told else ''}{told}{')' if words and told else ''}"


def library_index() -> str:
    """What the packages are."""
    rows = [f"- [{words}]({part}.md): `crossbearing.{part}`" for part, words in LIBRARY.items()]
    return "\n".join([
        "# The library",
        "",
        "Made from the docstrings of the code. `crossbearing.pipeline` is the place to begin.",
        "",
        *rows,
        "",
    ])  # fmt: skip


def library(part: str) -> str:
    """The public names of a part of the package."""
    lines = [f"# {LIBRARY[part]}", ""]
    for name in modules(f"crossbearing.{part}"):
        lines += [f"## {name.removeprefix('crossbearing.')}", "", f"::: {name}", ""]
        lines += ["    options:", "      show_root_heading: false", "      show_root_toc_entry: false", ""]
    return "\n".join(lines)


def modules(name: str) -> Iterator[str]:
    """A module and those below it."""
    yield name
    path = getattr(import_module(name), "__path__", None)
    for found in iter_modules(path or []):
        if not found.name.startswith("_") and found.name != "spark":
            inner = f"{name}.{found.name}"
            yield from modules(inner) if found.ispkg else (inner,)


def decisions_index() -> str:
    """Every decision, with its number."""
    lines = ["# Decisions", "", "Context, choice, cost, and what would change our mind.", ""]
    paths = sorted((DOCS / "decisions").glob("*.md"))
    lines += [f"- [{path.name[:4]}: {title_of_file(path)}]({path.name})" for path in paths]
    return "\n".join(lines) + "\n"
