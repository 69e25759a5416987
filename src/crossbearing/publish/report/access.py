"""What a keyboard and a screen reader need and a template easily forgets: wide parts that scroll are reached and named."""

from __future__ import annotations

import re
from html import unescape

_PART = re.compile(
    r"<(h[234]|figcaption|summary)\b[^>]*>(?P<words>.*?)</\1>"
    r'|<div class="(?P<kind>table|chart)(?P<more>[^"]*)">(?P<empty></div>)?',
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]+>")


def operable(html: str) -> str:
    """The page with every scrolling table and chart in the order of the keyboard, named after the heading above it."""
    heading = ""

    def named(found: re.Match[str]) -> str:
        nonlocal heading
        if found["words"] is not None:
            heading = " ".join(unescape(_TAG.sub("", found["words"])).split())
            return found[0]
        label = (
            f"{heading}, {found['kind']}".replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        )
        opened = (
            f'<div class="{found["kind"]}{found["more"]}" tabindex="0" role="group" aria-label="{label}">'
        )
        return opened + (found["empty"] or "")

    return _PART.sub(named, html)
