"""The outlook as a page of its own: the section, the claims it links to, nothing loaded from anywhere."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from urllib.parse import urlsplit

from crossbearing.publish.outlook.section import OutlookSection
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.words import say_quantity


def outlook_page(book: Book, section: OutlookSection) -> str:
    """One HTML document without any external request.

    Args:
        book: Whose claims the section links to.
        section: The outlook.
    """
    digest = b64encode(sha256(section.script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:"
    style = files("crossbearing.publish.report").joinpath("report.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(book.title)} – outlook</title><style>{style}{section.style}</style></head><body>"
        f'<header><div class="wrap"><p class="kicker">Crossbearing · outlook</p><h1>{escape(book.title)}</h1>'
        f'<p class="lead">Highest visibility inside: {escape(str(book.visibility))}.</p></div></header>'
        f'<main class="wrap">{section.html}{_claims(book, section.html)}</main>'
        f"<script>{section.script}</script></body></html>\n"
    )


def _claims(book: Book, html: str) -> str:
    """The claims that the section links to, each with its source."""
    wanted = set(re.findall(r'href="#claim-([^"]+)"', html))
    wanted |= {c for ids in re.findall(r'data-claims="([^"]*)"', html) for c in ids.split()}
    rows = []
    for claim in (c for c in book.claims if c.id in wanted):
        source = book.sources.get(claim.source)
        words = escape(" ".join(p for p in (source.publisher, source.title) if p) if source else claim.source)
        parts = urlsplit(source.url) if source else None
        if source and parts and parts.scheme in ("http", "https") and parts.netloc:
            words = f'<a href="{escape(source.url)}" rel="noopener noreferrer">{words}</a>'
        figure = escape(say_quantity(claim.quantity, claim.unit))
        rows.append(
            f'<tr id="claim-{escape(claim.id)}"><td>{escape(claim.id)}</td><td>{escape(claim.entity)}</td>'
            f"<td>{escape(claim.metric)}</td><td>{figure}</td><td>{escape(str(claim.period or ''))}</td><td>{words}</td></tr>"
        )
    heads = "".join(
        f'<th scope="col">{h}</th>' for h in ("claim", "company", "metric", "figure", "about", "source")
    )
    return (
        '<section id="claims"><h2>Claims it rests on</h2><div class="table"><table class="register">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></section>"
    )
