"""A file or link to a document: what it is by its first bytes, its text, and title, publisher and date as found or given."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from crossbearing.gather.documents.content import Content
from crossbearing.gather.documents.letters import decode, refuse_binary
from crossbearing.gather.documents.places import is_link
from crossbearing.gather.documents.plain import read_plain
from crossbearing.gather.extract.document import Document
from crossbearing.problems import UsageError

MAX_BYTES = 32_000_000
MAX_PDF_BYTES = 200_000_000
_PAGE = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


def read_document(
    place: str,
    *,
    published: date | None = None,
    publisher: str = "",
    title: str = "",
    fetch: Callable[[str], tuple[bytes, str, str]] | None = None,
) -> Document:
    """The document at a place.

    Args:
        place: A path or an http(s) link.
        published: Day of publication, where the user says it; it wins over what the document says.
        publisher: The same.
        title: The same.
        fetch: Gives bytes, content type and final address of a link; by default over the network, to public addresses only.

    Raises:
        UsageError: It cannot be fetched or read, is too large, encrypted, broken, hostile, or holds no text.
    """
    if is_link(place):
        from crossbearing.gather.documents.fetch import fetch as over_network

        raw, said, url = (fetch or over_network)(place)
        name, path = _name_of(url), None
    else:
        path, said, url = Path(place), "", ""
        name = path.name
        raw = _bytes_of(path)
    content = read_content(raw, name, said=said, url=url, path=path)
    return document_from(content, name, url=url, published=published, publisher=publisher, title=title)


def document_from(
    content: Content,
    name: str,
    *,
    url: str = "",
    published: date | None = None,
    publisher: str = "",
    title: str = "",
) -> Document:
    """A document of what was read; what the user says of it wins over what it says itself.

    Raises:
        UsageError: It holds no text.
    """
    notes = content.notes
    if published is not None:
        notes = tuple(n for n in notes if "--published" not in n)
    if publisher:
        notes = tuple(n for n in notes if "--publisher" not in n)
    lost = content.text.count("\ufffd")
    if lost:
        notes += (
            f"{lost} letter{'s' if lost > 1 else ''} could not be read: broken, or in another encoding than told",
        )
    if not content.text.strip():
        raise UsageError(f"{name} holds no text", "", "check that it is the right file")
    return Document(
        text=content.text,
        name=name,
        published=published or content.published,
        title=title or " ".join(content.title.split()),
        publisher=publisher or " ".join(content.publisher.split()) or _host(url),
        url=url,
        kind=content.kind,
        pages=content.pages,
        notes=notes,
    )


def read_content(
    raw: bytes, name: str, *, said: str = "", url: str = "", path: Path | None = None
) -> Content:
    """The text of bytes, by what they are.

    Args:
        raw: The bytes; of a PDF the first suffice where its path is given.
        name: Base name, for messages and its suffix.
        said: Content type a server names, or an empty string.
        url: Where it came from.
        path: Its file, where it has one.

    Raises:
        UsageError: As `read_document`.
    """
    if not raw.strip():
        raise UsageError(f"{name} is empty", "", "check that it is the right file")
    suffix = Path(name).suffix.lower()
    if raw[:1024].lstrip().startswith(b"%PDF-") or suffix == ".pdf":
        return _of_pdf(raw, name, path)
    if raw.startswith(b"PK\x03\x04") or suffix == ".docx":
        from crossbearing.gather.documents.word import read_word

        return read_word(raw, name)
    if suffix == ".eml" or "message/rfc822" in said:
        from crossbearing.gather.documents.mail import read_mail

        return read_mail(raw, name)
    refuse_binary(raw, name)
    if suffix in (".html", ".htm", ".xhtml") or "html" in said or _PAGE.match(raw[:8192]):
        from crossbearing.gather.documents.webpage import declared_charset, read_page

        return read_page(decode(raw, _charset(said) or declared_charset(raw)), name, url)
    return read_plain(decode(raw, _charset(said)))


def _of_pdf(raw: bytes, name: str, path: Path | None) -> Content:
    from crossbearing.gather.documents.dates import stated_date
    from crossbearing.gather.documents.pdf import read_pdf
    from crossbearing.gather.documents.plain import headline

    if not raw[:1024].lstrip().startswith(b"%PDF-"):
        raise UsageError(f"{name} is no PDF", "it does not begin as one", "check that it is the right file")
    if path is not None:
        content = read_pdf(path, name)
    else:
        import tempfile

        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(raw)
            file.flush()
            content = read_pdf(Path(file.name), name)
    content = replace(content, title=content.title or headline(content.text))
    stated = stated_date(content.text)
    if stated is not None:
        return replace(content, published=stated)
    if content.published is None:
        return content
    note = f"date taken from when the file was made: {content.published}; --published overrides it"
    return replace(content, notes=(*content.notes, note))


def _bytes_of(path: Path) -> bytes:
    """The bytes of a file, never more than a document may have.

    Raises:
        UsageError: It is not there, cannot be read, or is too large.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
            most = MAX_PDF_BYTES if head.lstrip().startswith(b"%PDF-") else MAX_BYTES
            if size > most:
                raise _too_large(str(path), size, most)
            return head if most == MAX_PDF_BYTES else head + file.read(most)
    except OSError as fault:
        raise UsageError(f"cannot read {path}", fault.strerror or str(fault), "check the path") from fault


def _too_large(name: str, size: int, most: int) -> UsageError:
    return UsageError(
        f"{name} has {size / 1e6:.0f} MB",
        f"a document may have {most / 1e6:.0f} MB, so that memory stays bounded",
        "split it, or name the part that matters",
    )


def _charset(said: str) -> str:
    match = re.search(r"charset=[\"']?([\w-]+)", said, re.IGNORECASE)
    return match[1] if match else ""


def _name_of(url: str) -> str:
    """A base name for a page: the last part of its path, else its host."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return re.sub(r"[^\w.-]+", "-", last)[-80:].strip("-.") or (parts.hostname or "page")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
