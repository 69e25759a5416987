"""Bytes to letters: the encoding by its mark, by what is said of it, by what it can be, and a refusal where it is no text."""

from __future__ import annotations

import codecs
import re

from crossbearing.problems import UsageError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UNLIKELY = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")  # bytes that Windows-1252 does not define
HEAD = 1 << 16
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOSTLY_LATIN = 0.12  # share of bytes above 127 up to which a single-byte text is taken for a western one


def decode(raw: bytes, said: str = "") -> str:
    """The text behind bytes: by its mark, else UTF-8, else as said, else UTF-16 by its noughts, else a single-byte encoding.

    Args:
        raw: The bytes.
        said: Encoding that a header names, or an empty string.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, errors="replace")
    wide = _wide(raw)
    if wide:
        return raw.decode(wide, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.start > len(raw) - 4 and fault.reason.startswith("unexpected end"):
            return raw.decode("utf-8", errors="replace")
    name = _named(said)
    if name == "utf-8" and not _mostly_utf8(raw):  # a page may declare what it is not
        name = ""
    return raw.decode(name or _likely(raw), errors="replace")


def _mostly_utf8(raw: bytes) -> bool:
    """Whether more of the letters beyond ASCII are sound UTF-8 than are not: a text with a few broken bytes."""
    told = raw.decode("utf-8", errors="replace")
    broken = told.count("\ufffd")
    return sum(letter > "\x7f" for letter in told) - broken > broken


def looks_binary(raw: bytes) -> bool:
    """Whether bytes are no text of any encoding: noughts or other control bytes among them."""
    head = raw[:HEAD]
    if any(head.startswith(mark) for mark, _ in _MARKS) or _wide(head):
        return False
    return b"\0" in head or len(_CONTROLS.findall(head)) > 0.02 * len(head)


def refuse_binary(raw: bytes, name: str) -> None:
    """Nothing, for a text.

    Raises:
        UsageError: The bytes are no text; names line and column of the first byte that no text has.
    """
    if not looks_binary(raw):
        return
    if raw.startswith(OLD_OFFICE):
        raise UsageError(
            f"{name} is a document of an old Office program",
            "its form was never published as text",
            "open it and save it as .docx or PDF",
        )
    found = _CONTROLS.search(raw)
    at = found.start() if found else 0
    line = raw.count(b"\n", 0, at) + 1
    column = at - raw.rfind(b"\n", 0, at)
    raise UsageError(
        f"{name}:{line}:{column}: {name} is no text",
        f"it holds bytes that no text has (the first is 0x{raw[at]:02X})",
        "name a text, Markdown, HTML, PDF, .docx or .eml file, or convert it to one",
    )


def _wide(raw: bytes) -> str:
    """UTF-16 without a mark: every other byte nought."""
    head = raw[:400]
    if len(head) < 8 or head.count(0) * 3 < len(head):
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) * 8 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _named(said: str) -> str:
    try:
        return codecs.lookup(said.strip("\"' ")).name if said else ""
    except LookupError:
        return ""


def _likely(raw: bytes) -> str:
    """Windows-1252 for a western text; what its letters suggest for others, where a detector is installed."""
    head = raw[:HEAD]
    high = sum(byte > 127 for byte in head)
    if high <= MOSTLY_LATIN * len(head) and not _UNLIKELY.search(head):
        return "cp1252"
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return "cp1252"
    best = from_bytes(head).best()
    return best.encoding if best is not None else "cp1252"
