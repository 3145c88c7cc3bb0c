"""PDFs from templates: PDF/A-3a and PDF/UA-1, the same bytes for the same content, and nothing fetched from outside.

A template names its files by addresses of three kinds: `solde:static/…`, `solde:media/…` and `solde:font/…`; a
drawing made for it is an inline SVG (`svg_address`).
"""

import gc
import hashlib
import re
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, partial
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.template.loader import render_to_string
from fontTools.ttLib import TTFont
from PIL import ImageFile
from pypdf import PdfReader, PdfWriter
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from office.pdf_metadata import tell_all_at_once

# WeasyPrint has Pillow take half an image for a whole one, in the whole process; here an upload cut off is refused.
ImageFile.LOAD_TRUNCATED_IMAGES = False

FONTS = files("font_source_sans_pro") / "files"
FONT_FILES = {f"{weight.lower()}.ttf": f"SourceSansPro-{weight}.ttf" for weight in ("Regular", "Semibold", "Bold")}
OTHER_SPACES = dict.fromkeys(map(ord, "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a"), "\u00a0")
UNSEEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xAD, 0x200B, 0xFEFF])
UNKNOWN = "◊"
INLINE = "data:image/svg+xml;base64,"
TYPES = {"css": "text/css", "png": "image/png", "svg": "image/svg+xml", "ttf": "font/ttf"}
VARIANT = "pdf/a-3a"
END = "end"  # of what is printed on a roll
POINT = 0.75  # in CSS pixels
LINE_ENDS = (b"\r", b"\n")
TRIES = 5  # each ends as lines once in 64


class Outside(ValueError):
    """A PDF asked for what is none of our files."""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """The XML of an e-invoice that a PDF carries."""

    xml: bytes
    name: str = "factur-x.xml"


class OwnFiles(URLFetcher):  # type: ignore[misc]  # untyped
    """Finds the files of templates, and nothing else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002  # of no use to a file
        """A file by its address. Stops the rendering for anything that isn't ours; a lost logo is told by its name."""
        content = own_file(url)
        if content is None and re.fullmatch(r"solde:media/[\w.-]+", url):
            raise FileNotFoundError(url)
        if content is None:
            raise FatalURLFetchingError(url[:200])
        kind = "svg" if url.startswith(INLINE) else url.rpartition(".")[2]
        return URLFetcherResponse(url, content, {"Content-Type": TYPES.get(kind, "application/octet-stream")})


def own_file(url: str) -> bytes | None:
    """The content of a file of ours; None if the address is none of theirs."""
    if url.startswith(INLINE):
        return b64decode(url.removeprefix(INLINE))
    scheme, _, path = url.partition(":")
    kind, _, name = path.partition("/")
    if scheme != "solde" or ".." in name.split("/"):
        return None
    if kind == "font" and name in FONT_FILES:
        return (FONTS / FONT_FILES[name]).read_bytes()
    if kind == "static" and (found := finders.find(name)):
        return Path(found).read_bytes()
    if kind == "media" and default_storage.exists(name):
        with default_storage.open(name) as file:
            content: bytes = file.read()
        return content
    return None


class Sheets(threading.local):
    """Style sheets as they were read, with their fonts: once in a thread, not for each document."""

    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        self.counters = CounterStyle()
        self._read: dict[tuple[str, bytes], CSS] = {}

    def of(self, html: HTML) -> list[CSS]:
        """The sheets that a document links to, whose links are taken out of it. Raises FatalURLFetchingError."""
        head = html.etree_element.find("head")
        links = head.findall("link[@rel='stylesheet']")
        for link in links:
            head.remove(link)
        return [self._sheet(link.get("href")) for link in links]

    def _sheet(self, address: str) -> CSS:
        content = own_file(address)
        if content is None:
            raise FatalURLFetchingError(address[:200])
        sheet = self._read.get((address, content))
        if sheet is None:
            sheet = self._read[address, content] = CSS(
                string=content.decode(),
                base_url=address,
                url_fetcher=OwnFiles(),
                font_config=self.fonts,
                counter_style=self.counters,
            )
        return sheet


_sheets = Sheets()


def svg_address(svg: bytes) -> str:
    """The address of a drawing, for an image of a template."""
    return INLINE + b64encode(svg).decode()


def render_pdf(
    template: str, context: Mapping[str, Any], *, title: str, author: str, on: date, e_invoice: EInvoice | None = None
) -> bytes:
    """Render a template to a PDF of fixed bytes. on: the day that its metadata tell.

    A template with an element `end` is of a roll of paper: its last page is cut there.
    Characters that the font lacks, as an emoji in a name, become one sign: without a glyph it would be no PDF/A.
    Raises Outside.
    """
    told = {"title": title, "author": author, "created": f"{on:%Y-%m-%d}T00:00:00Z"}
    html = printable(render_to_string(template, {**told, **context}))
    attached = [_attachment(e_invoice, on)] if e_invoice else []
    with no_cyclic_garbage():
        try:
            document = _render(html)
        except FatalURLFetchingError as error:
            raise Outside(str(error)) from None
        tell_all_at_once(document.metadata, e_invoice.name if e_invoice else "")
        identifier = hashlib.sha256(html.encode()).digest()[:16]
        pdf = b""
        for spare in range(TRIES):
            pdf = document.write_pdf(
                pdf_variant=VARIANT,
                pdf_identifier=identifier,
                attachments=attached,
                finisher=partial(_finish, spare=spare),
            )
            if not ends_as_lines(pdf):
                break
    return pdf


def ends_as_lines(pdf: bytes) -> bool:
    """Whether the streams that are written last, of objects and of their places, end in what readers may take for the
    line end that follows them: then /Length would not be what they count."""
    return any(end.endswith(LINE_ENDS) for end in pdf.rsplit(b"\nendstream", 2)[:-1])


def _render(text: str) -> Document:
    html = HTML(string=text, base_url="solde:page", url_fetcher=OwnFiles())
    return html.render(
        stylesheets=_sheets.of(html),
        font_config=_sheets.fonts,
        counter_style=_sheets.counters,
        pdf_variant=VARIANT,
    )


def pdf_response(name: str, content: bytes) -> HttpResponse:
    """A PDF to look at or keep. No cache may answer in our place: each print is logged."""
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def printable(text: str) -> str:
    """A text of characters that the font has; a run of others becomes one sign."""
    known, text = _characters(), text.translate(OTHER_SPACES | UNSEEN)
    if known.issuperset(map(ord, set(text))):
        return text
    return re.sub("\x00+", UNKNOWN, "".join(sign if ord(sign) in known else "\x00" for sign in text))


def stamped(pdf: bytes, text: str) -> bytes:
    """The same pages, each with a text across its top: DUPLICATA."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    html = printable(render_to_string("office/print/stamp.html", {"text": text}))
    for page in writer.pages:
        size = CSS(string=f"@page {{ size: {float(page.mediabox.width)}pt {float(page.mediabox.height)}pt }}")
        stamp = HTML(string=html, base_url="solde:page", url_fetcher=OwnFiles()).write_pdf(stylesheets=[size])
        page.merge_translated_page(PdfReader(BytesIO(stamp)).pages[0], page.mediabox.left, page.mediabox.bottom)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


@cache
def _characters() -> frozenset[int]:
    with TTFont(BytesIO((FONTS / FONT_FILES["regular.ttf"]).read_bytes()), lazy=True) as font:
        return frozenset(font.getBestCmap()) | {ord(sign) for sign in "\n\r\t"}


def _attachment(e_invoice: EInvoice, on: date) -> Attachment:
    moment = datetime.combine(on, time(), UTC)
    return Attachment(
        string=e_invoice.xml,
        name=e_invoice.name,
        description="Facture électronique",
        created=moment,
        modified=moment,
        relationship="Data",
    )


def _finish(document: Document, pdf: pydyf.PDF, *, spare: int = 0) -> None:
    """What strict readers and printers want before the file is written.

    spare: of how many objects that nothing refers to, so that what is written last ends otherwise.
    """
    for rank in range(spare):
        pdf.add_object(pydyf.Dictionary({"Spare": rank}))
    for row in pdf.objects:
        if isinstance(row, pydyf.Stream) and row.compress:
            if row.extra.get("Type") == "/Metadata":
                row.compress = False
            else:
                _pack(row)
    last = document.pages[-1]
    if end := last.anchors.get(END):
        _cut([row for row in pdf.objects if isinstance(row, dict) and row.get("Type") == "/Page"][-1], end[1] * POINT)


def _pack(stream: pydyf.Stream) -> None:
    """Compress a stream once: pydyf would again each time that it looks at it.

    One that would then end in what readers may take for the line end that follows it stays as it is.
    """
    told: bytes = stream.data
    packed = told.removesuffix(b"\nendstream").partition(b"\nstream\n")[2]
    stream.compress = False
    if not packed.endswith(LINE_ENDS):
        stream.stream = [packed]
        stream.extra = {**stream.extra, "Filter": "/FlateDecode"}


def _cut(page: pydyf.Dictionary, at: float) -> None:
    """End a page at a distance from its top, in points."""
    left, _, right, top = page["MediaBox"]
    for box in ("MediaBox", "TrimBox", "BleedBox"):
        page[box] = pydyf.Array([left, top - at, right, top])


@contextmanager
def no_cyclic_garbage() -> Iterator[None]:
    """Collect no cycles while a document is laid out, which makes millions of objects: a quarter faster."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
