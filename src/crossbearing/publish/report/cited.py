"""Ids of claims inside running text become links to the claims."""

from __future__ import annotations

import re
from collections.abc import Collection

from markupsafe import Markup, escape

_WORD = re.compile(r"[\w.-]*\w")


def cited(text: object, ids: Collection[str]) -> Markup:
    """The text escaped, with every id of a claim in it as a link to the claim.

    Args:
        text: As written; markup in it is escaped unless it is Markup already.
        ids: Ids of the claims on the page.
    """
    return Markup(_WORD.sub(lambda found: _link(found[0], ids), str(escape(text))))  # noqa: S704 escaped above


def _link(word: str, ids: Collection[str]) -> str:
    return f'<a class="claim" href="#claim-{word}">{word}</a>' if word in ids else word
