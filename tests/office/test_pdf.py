"""PDFs: nothing from outside, no character without a glyph, the same bytes; and what is kept of them."""

import hashlib
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from office import pdf
from office.epc import epc_text
from office.kept import Damaged, hand_out, kept_file
from office.models import Event, KeptFile
from office.pdf import FatalURLFetchingError, Outside, OwnFiles, own_file, printable, render_pdf
from tests.factories import UserFactory
from tests.helpers import refused, without_rules
from tests.papers import faults, pages

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.png",
        "http://127.0.0.1/",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "data:text/html,x",
        "solde:static/../config/settings.py",
        "solde:static/paper/absent.css",
        "solde:media/../../etc/passwd",
        "solde:font/../../METADATA",
        "solde:other/a",
    ],
)
def test_nothing_but_our_own_files_is_fetched(address):
    assert own_file(address) is None
    with pytest.raises(FatalURLFetchingError):
        OwnFiles().fetch(address)


def test_a_lost_logo_keeps_no_invoice_from_being_printed(monkeypatch):
    html = '<html lang="fr"><title>x</title><img src="solde:media/lost.png" alt="Clinique du Parc"></html>'
    monkeypatch.setattr("office.pdf.render_to_string", lambda *_: html)

    assert "Clinique du Parc" in pages(render_pdf("x", {}, title="x", author="x", on=date(2026, 1, 1)))[0]


def test_our_own_files_are_found():
    assert b"@font-face" in own_file("solde:static/paper/tokens.css")
    assert own_file("solde:font/regular.ttf").startswith(b"\x00\x01\x00\x00")


def test_a_page_that_asks_for_more_is_not_printed(monkeypatch):
    monkeypatch.setattr("office.pdf.render_to_string", lambda *_: '<title>x</title><img src="https://example.org/a">')
    with pytest.raises(Outside):
        render_pdf("x", {}, title="x", author="x", on=date(2026, 1, 1))


def test_a_style_sheet_is_read_once_and_again_when_it_changes(monkeypatch):
    html = '<html lang="fr"><head><title>x</title><link rel="stylesheet" href="solde:static/a.css"></head>'
    monkeypatch.setattr("office.pdf.render_to_string", lambda *_: f"{html}<p>Bonjour</p></html>")
    sizes, read = [], []
    sheet = pdf.CSS
    monkeypatch.setattr(pdf, "CSS", lambda **given: read.append(given) or sheet(**given))
    for content in (b"@page { size: 300px }", b"@page { size: 300px }", b"@page { size: 400px }"):
        monkeypatch.setattr(pdf, "own_file", lambda _, content=content: content)
        paper = render_pdf("x", {}, title="x", author="x", on=date(2026, 1, 1))
        sizes.append(int(PdfReader(BytesIO(paper)).pages[0].mediabox.width))

    assert sizes == [225, 225, 300]
    assert len(read) == 2


def test_a_style_sheet_that_is_none_of_ours_is_refused(monkeypatch):
    html = (
        '<html lang="fr"><head><title>x</title><link rel="stylesheet" href="https://example.org/a.css"></head></html>'
    )
    monkeypatch.setattr("office.pdf.render_to_string", lambda *_: html)

    with pytest.raises(Outside):
        render_pdf("x", {}, title="x", author="x", on=date(2026, 1, 1))


def test_characters_without_a_glyph_become_one_sign():
    assert printable("Rex 🐶🦴, Żółć, Œuvre, Ελένη, Жанна") == "Rex ◊, Żółć, Œuvre, Ελένη, Жанна"
    assert printable("a\u200bb\x07c\u2009d") == "abc\u00a0d"


def test_what_is_written_last_never_ends_as_a_line_does(monkeypatch):
    html = '<html lang="fr"><head><title>x</title></head><p>Bonjour</p></html>'
    monkeypatch.setattr("office.pdf.render_to_string", lambda *_: html)
    plain = render_pdf("x", {}, title="x", author="x", on=date(2026, 1, 1))
    told = iter((True, True, False))
    monkeypatch.setattr(pdf, "ends_as_lines", lambda _: next(told))

    mended = render_pdf("x", {}, title="x", author="x", on=date(2026, 1, 1))

    assert PdfReader(BytesIO(mended)).trailer["/Size"] == PdfReader(BytesIO(plain)).trailer["/Size"] + 2
    assert faults(mended) == []
    assert pages(mended) == pages(plain)


@pytest.mark.parametrize(
    ("first", "last", "is_taken"),
    [(b"a\r", b"b", True), (b"a", b"b\n", True), (b"a\r\n", b"b", True), (b"\ra", b"\nb", False)],
)
def test_the_two_streams_that_are_written_last_are_looked_at(first, last, is_taken):
    written = [b"x\r", first, last]

    assert pdf.ends_as_lines(b"".join(b"stream\n%b\nendstream\nendobj\n" % data for data in written)) == is_taken


# What is kept


@pytest.mark.django_db
def test_a_file_is_made_once_and_its_copies_are_counted_and_logged():
    made = []

    def make() -> bytes:
        made.append(1)
        return b"%PDF-x"

    user = UserFactory()
    first = kept_file("invoice", 1, name="F-1.pdf", at=NOW, make=make)
    again = kept_file("invoice", 1, name="other.pdf", at=NOW, make=make)

    assert (len(made), again.pk, again.name) == (1, first.pk, "F-1.pdf")
    assert again.sha256 == hashlib.sha256(b"%PDF-x").hexdigest()
    assert [hand_out(again, by=user, what="Facture F-1") for _ in range(3)] == [1, 2, 3]
    logged = Event.objects.filter(kind=Event.Kind.PRINT, user=user)
    assert [event.detail["exemplaire"] for event in logged.order_by("pk")] == [1, 2, 3]


@pytest.mark.django_db
def test_the_database_lets_nothing_of_a_kept_file_change():
    file = kept_file("invoice", 1, name="F-1.pdf", at=NOW, make=lambda: b"%PDF-x")
    hand_out(file, by=None, what="Facture F-1")

    for change in ({"content": b"other"}, {"name": "other"}, {"key": 2}, {"prints": 0}):
        with refused("office_kept_file_unchanged"):
            KeptFile.objects.filter(pk=file.pk).update(**change)
    with refused("office_kept_file_kept"):
        KeptFile.objects.filter(pk=file.pk).delete()
    with refused("office_kept_file_digest"):
        KeptFile.objects.create(subject="x", key=1, name="x", content=b"a", sha256="0" * 64, made_at=NOW)


def test_bytes_that_are_no_longer_those_are_told(own_database):
    kept_file("invoice", 1, name="F-1.pdf", at=NOW, make=lambda: b"%PDF-x")
    with without_rules(own_database) as connection:
        connection.execute("ALTER TABLE office_keptfile DROP CONSTRAINT office_kept_file_digest")
        connection.execute("UPDATE office_keptfile SET content = 'other'")

    with pytest.raises(Damaged):
        kept_file("invoice", 1, name="F-1.pdf", at=NOW, make=lambda: b"")


# The QR code of a transfer


def test_a_code_says_who_is_paid_how_much_and_for_what():
    said = epc_text(
        name="Clinique  du Parc", iban="FR76 3000 6000 0112 3456 7890 189", amount=100, text="F-2026-0001", bic="x"
    )

    assert said.split("\n") == [
        *("BCD", "002", "1", "SCT", "X", "Clinique du Parc", "FR7630006000011234567890189"),
        *("EUR100.00", "", "", "F-2026-0001"),
    ]


def test_a_code_never_passes_its_331_bytes_and_says_nothing_of_nothing():
    long = epc_text(name="É" * 200, iban="FR7630006000011234567890189", amount=1, text="É" * 300)

    assert len(long.encode()) <= 331
    assert epc_text(name="x", iban="", amount=1, text="x") == ""
    assert epc_text(name="x", iban="FR7630006000011234567890189", amount=0, text="x") == ""
