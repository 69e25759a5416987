"""Mail (.eml): the words of the message; subject, sender and date are its title, publisher and day."""

from __future__ import annotations

import contextlib
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from crossbearing.gather.documents.content import Content
from crossbearing.gather.documents.letters import decode
from crossbearing.gather.documents.webpage import read_page
from crossbearing.problems import UsageError

OWN_LEAST = 0.2  # own words to quoted ones, below which a mail passes a quoted text on


def read_mail(raw: bytes, name: str) -> Content:
    """The text of a mail; attachments are named and not read.

    Raises:
        UsageError: It has no text.
    """
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    if not isinstance(body, EmailMessage):
        raise UsageError(f"{name} is a mail without text", "", "save its attachment and name that")
    text = decode(_payload(body), body.get_content_charset() or "").replace("\r\n", "\n")
    notes: tuple[str, ...] = ()
    if body.get_content_type() == "text/html":
        page = read_page(text, name)
        text, notes = page.text, page.notes
    else:
        text, notes = _without_quoted(text)
    attached = [a.get_filename() or a.get_content_type() for a in message.iter_attachments()]
    if attached:
        notes = (*notes, f"{len(attached)} attached and not read: {', '.join(attached[:5])}")
    sender, address = parseaddr(str(message.get("From", "")))
    who = sender or address.rpartition("@")[2]
    subject = " ".join(str(message.get("Subject", "")).split())
    return Content(text, subject, who, _day(message), "memo", notes=notes)


def _without_quoted(text: str) -> tuple[str, tuple[str, ...]]:
    """The sender's own words, the lines quoted from an earlier mail left out and counted; all of it where little else stands there."""
    lines = text.split("\n")
    quoted = [line for line in lines if line.startswith(">")]
    own = [line for line in lines if not line.startswith(">")]
    if not quoted or sum(map(len, own)) < sum(map(len, quoted)) * OWN_LEAST:
        return text, ()
    count = f"{len(quoted)} line{'s' if len(quoted) != 1 else ''}"
    return "\n".join(own), (f"{count} quoted from an earlier mail left out: read that one too",)


def _payload(part: EmailMessage) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _day(message: EmailMessage) -> date | None:
    with contextlib.suppress(AttributeError, TypeError, ValueError):
        found = message["Date"].datetime
        return date(found.year, found.month, found.day)
    return None
