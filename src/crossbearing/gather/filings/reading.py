"""A file -> a filing: what it is by its first bytes, bounded in size, refused where hostile."""

from __future__ import annotations

import json
import re
from pathlib import Path

from crossbearing.gather.filings.fact import Filing
from crossbearing.gather.filings.json_forms import read_json
from crossbearing.problems import UsageError

MAX_BYTES = 120_000_000
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def read_filing(path: Path) -> Filing:
    """The facts of a filing.

    Args:
        path: An inline XBRL document (.htm), an XBRL instance (.xml), xBRL-JSON or company-facts JSON.

    Raises:
        UsageError: It is not there, too large, hostile, of another form, or holds no tagged number.
    """
    raw = _bytes_of(path)
    start = raw[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        filing = read_json(_parsed(raw, path.name), path.name)
    elif start[:1] == b"<":
        if _ENTITY.search(raw):
            raise UsageError(
                f"{path.name} declares entities",
                "a filing needs none, and they can be made to fill the memory or to read other files",
                "take the document from the regulator's site",
            )
        from crossbearing.gather.filings.instance import read_instance

        filing = read_instance(path)
    else:
        raise UsageError(
            f"{path.name} is no filing",
            "a filing is inline XBRL, an XBRL instance, xBRL-JSON or company-facts JSON",
            "read prose and PDFs with `xb read`",
        )
    if not filing.facts:
        raise UsageError(f"{path.name} holds no tagged number", "", "read prose with `xb read`")
    return filing


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError(f"there is no file {path}", "", "give the path of a filing saved on this machine")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UsageError(
            f"{path.name} has {size:,} bytes", f"a filing may have {MAX_BYTES:,}", "give its main document"
        )
    return path.read_bytes()


def _parsed(raw: bytes, name: str) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as fault:
        line = getattr(fault, "lineno", 0)
        where = f" at line {line}, column {getattr(fault, 'colno', 0)}" if line else ""
        raise UsageError(f"{name} is broken JSON{where}", "", "fetch it again") from fault
