"""What tests read of PDFs: whether they are what they claim, their words, their codes."""

import re
from io import BytesIO

import page
import pypdfium2
import zxingcpp
from pypdf import PdfReader

MILLIMETRE = 72 / 25.4


def faults(pdf: bytes) -> list[str]:
    """What keeps a PDF from being PDF/A-3a and PDF/UA-1."""
    reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in ("3a", "ua1")]
    return [f"{failure.rule_id} {failure.message}" for report in reports for failure in report.failures]


def pages(pdf: bytes) -> list[str]:
    """The words of each page, with single spaces."""
    return [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in PdfReader(BytesIO(pdf)).pages]


def codes(pdf: bytes) -> list[str]:
    """What the QR codes say."""
    with pypdfium2.PdfDocument(pdf) as document:
        images = [sheet.render(scale=3).to_pil() for sheet in document]
    return [code.text for image in images for code in zxingcpp.read_barcodes(image)]


def places(pdf: bytes) -> dict[str, tuple[float, float]]:
    """Where each text of the first page stands: millimetres from the left and from the top to its base line."""
    sheet = PdfReader(BytesIO(pdf)).pages[0]
    found: dict[str, tuple[float, float]] = {}

    def visit(text: str, matrix: list[float], inner: list[float], *_: object) -> None:
        if text.strip():
            x, y = matrix[0] * inner[4] + matrix[4], matrix[3] * inner[5] + matrix[5]
            found[text.strip()] = (x / MILLIMETRE, (float(sheet.mediabox.height) - y) / MILLIMETRE)

    sheet.extract_text(visitor_text=visit)
    return found
