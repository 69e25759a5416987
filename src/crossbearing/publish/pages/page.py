"""One answer as one offline page: the frame, the style and the panel of the report around a body of its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from crossbearing import __version__
from crossbearing.publish.report.access import operable
from crossbearing.publish.report.island import islands, safe_link
from crossbearing.publish.report.page import policy_of, tidy
from crossbearing.publish.templating import templates_of
from crossbearing.vocabulary.book import Book

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    made = templates_of("pages")
    made.filters["link"] = safe_link
    return made


def offline_page(
    template: str, kicker: str, title: str, books: Iterable[Book], used: Iterable[str] = (), **told: Any
) -> str:
    """An answer as one HTML document without any external request. The same answer gives the same bytes.

    Args:
        template: Body of the page, in `templates/`.
        kicker: What kind of page it is.
        title: Its heading.
        books: Where its claims stand; a later book goes before an earlier one.
        used: Ids of the claims it names: only these enter the page.
        told: What the template shows.
    """
    assets = files("crossbearing.publish.report")
    script = tidy(assets.joinpath("report.js").read_text(encoding="utf-8"))
    style = assets.joinpath("report.css").read_text(encoding="utf-8")
    own = files("crossbearing.publish.pages").joinpath("pages.css").read_text(encoding="utf-8")
    held = list(books)
    claims = {c.id: (c, b) for b in held for c in b.claims}
    listed = [
        (*claims[i], claims[i][1].sources.get(claims[i][0].source)) for i in sorted(set(used)) if i in claims
    ]
    visibility = max((b.visibility for b in held), key=lambda v: v.rank)
    page = (
        _environment()
        .get_template(template)
        .render(
            kicker=kicker,
            title=title,
            visibility=visibility,
            version=__version__,
            style=tidy(f"{style}\n{own}"),
            script=script,
            policy=policy_of(script),
            island=islands(held, set(used)),
            claims=listed,
            **told,
        )
    )
    return operable(tidy(page)) + "\n"
