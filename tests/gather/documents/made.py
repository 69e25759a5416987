"""Files made for the tests: PDFs written by hand, Word files and archives, each as small as it can be."""

import io
import zipfile

ARTICLE = (
    (
        "Quarrel Labs said on Monday that its annualised run rate had passed $30 million in March 2024, twice the level of the "
        "autumn before."
    ),
    (
        "The maker of warehouse robots has 412 employees, up from 260 a year earlier, and expects to hire a hundred more before the "
        "winter, its head of people told the staff in a letter."
    ),
    (
        "Two of its backers said that the company was in talks to raise $80 million at a valuation of $900 million, although nothing "
        "was signed and the terms could still change."
    ),
)


def pdf(pages: list[list[str]], *, extra: bytes = b"", info: str = "") -> bytes:
    """A PDF with lines of text in Helvetica; `extra` goes into its trailer."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, lines in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents "
            + f"{5 + 2 * number} 0 R >>".encode()
        )
        shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
        stream = f"BT /F1 9 Tf 12 TL 40 760 Td {shown}ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    if info:
        objects.append(f"<< {info} >>".encode())
        extra += b" /Info %d 0 R" % len(objects)
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(
        b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, extra, start)
    )
    return out.getvalue()


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def encrypted_pdf() -> bytes:
    """A PDF whose pages open with a password that nobody knows."""
    lock = b" /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]"
    lock += (
        b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"ab" * 32 + b"> /U <" + b"cd" * 32 + b"> >>"
    )
    return pdf([["secret"]], extra=lock)


def wrapped(text: str, width: int = 90) -> list[str]:
    """The lines of a paragraph set to a width."""
    import textwrap

    return textwrap.wrap(text, width)


def word(paragraphs: list[str], rows: list[list[str]] | None = None, title: str = "") -> bytes:
    """A Word file."""
    import docx

    document = docx.Document()
    document.core_properties.title = title
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                table.cell(i, j).text = cell
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    """A zip archive; `__` in a name is a slash and `_dot_` a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


PAGE = """<!doctype html><html><head><title>Robots | The Harbour Post</title>
<meta property="og:site_name" content="The Harbour Post"><meta property="og:title" content="Quarrel Labs doubles">
<meta property="article:published_time" content="2024-04-02T08:00:00Z">
<script>var x = "$9 million revenue";</script><style>p {{ color: red }}</style></head><body>
<nav><a href="/">Home</a> <a href="/m">Markets</a> <a href="/t">Tech</a></nav>
<article><h1>Quarrel Labs doubles</h1>{body}</article>
<aside><h2>Read next</h2><ul><li><a href="/a">Brightmoor raises $350 million in a month</a></li>
<li><a href="/b">Tallowick sells shares at $11 billion</a></li></ul></aside>
<footer>Subscribe for $4 a month. Copyright 2024.</footer></body></html>"""


def page() -> str:
    """A news page with menus, teasers and a script around its article."""
    return PAGE.format(body="".join(f"<p>{text}</p>" for text in ARTICLE))
