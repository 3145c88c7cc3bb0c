"""Banque on its pages: the list, a line by hand, files seen before they are taken, labels."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from ledger.models import BankAccount
from office.models import Role
from payments.models import BankColumns, BankImport, BankLabel, BankTransaction
from tests.pages import at_work, cells, column, text_of
from tests.payments.test_banking_readers import OFX, OURS, cfonb, move

pytestmark = pytest.mark.django_db

IBAN = "FR7630006000011234567890189"
HEAD = "Date;Libellé;Montant\n"


@pytest.fixture
def books(client):
    return at_work(client, role=Role.ACCOUNTANT)


@pytest.fixture
def bank():
    return BankAccount.objects.create(label="Courant", iban=IBAN, account_id="512", is_default=True)


def upload(browser, content, name="releve.csv"):
    """Send a file; answers the address of the page that follows."""
    content = content.encode() if isinstance(content, str) else content
    answer = browser.post(reverse("bank_import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def book(browser, content, **fields):
    """Take a file of which the columns are known; answers what the booking answers."""
    return browser.post(upload(browser, content), {"key": str(uuid4())} | fields)


@pytest.fixture
def columns():
    """The headings that these tests use are known."""
    return BankColumns.objects.create(headings="date|libelle|montant", places={"day": 0, "label": 1, "amount": 2})


def lines():
    return list(BankTransaction.objects.order_by("day", "pk").values_list("day", "amount", "label", "rank"))


def test_a_line_by_hand_is_listed_with_its_totals(books, bank):
    address = reverse("bank_line_create")
    data = {"key": str(uuid4()), "bank": bank.pk, "day": "2026-03-05", "amount": "250,00", "label": "VIR DELMAS"}

    assert books.post(address, data).status_code == 302
    assert books.post(address, data).status_code == 302
    books.post(address, data | {"key": str(uuid4()), "amount": "-12,50", "label": "FRAIS"})

    page = books.get(reverse("bank_lines")).content.decode()
    assert column(page, "Montant") == [Decimal("-12.50"), Decimal("250.00")]
    assert "Entrées 250,00\u00a0€ Sorties −12,50\u00a0€ Solde des opérations 237,50\u00a0€" in text_of(page)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": "0"}, "Écrivez un autre montant que 0,00."),
        ({"amount": "1,234"}, "plus de 2 décimales"),
        ({"amount": "99999999999,00"}, "dépasse le plus grand montant possible"),
        ({"day": "2099-01-01"}, "est à venir"),
        ({"day": "2026-02-31"}, "Cette date n’existe pas"),
        ({"bank": "999"}, "Choisissez l’une des réponses proposées."),
        ({"label": " "}, "obligatoire"),
    ],
)
def test_a_faulty_line_by_hand_comes_back_filled_in(books, bank, fields, said):
    data = {"key": str(uuid4()), "bank": bank.pk, "day": "2026-03-05", "amount": "5", "label": "X", "reference": "R-7"}

    answer = books.post(reverse("bank_line_create"), data | fields)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="R-7"' in answer.content.decode()
    assert not BankTransaction.objects.exists()


def test_only_a_line_by_hand_is_taken_away(books, bank, columns):
    book(books, f"{HEAD}05/03/2026;VIR;12,00\n", bank=bank.pk)
    data = {"key": str(uuid4()), "bank": bank.pk, "day": "2026-03-06", "amount": "5", "label": "À la main"}
    books.post(reverse("bank_line_create"), data)
    imported, typed = BankTransaction.objects.order_by("pk")

    books.post(reverse("bank_line_remove", args=[imported.pk]))
    books.post(reverse("bank_line_remove", args=[typed.pk]))

    assert list(BankTransaction.objects.all()) == [imported]


def test_a_file_is_seen_then_taken_once_with_its_true_twins(books, bank, columns):
    twins = f"{HEAD}05/03/2026;Retrait;-20,00\n05/03/2026;Retrait;-20,00\n06/03/2026;VIR DELMAS;250,00\n"

    seen = books.get(upload(books, twins)).content.decode()
    assert not BankTransaction.objects.exists()
    assert cells(seen, "État") == ["Nouvelle", "Nouvelle, pareille à une autre", "Nouvelle"]
    book(books, twins, bank=bank.pk)
    again = books.get(upload(books, twins)).content.decode()
    book(books, twins, bank=bank.pk)

    day = date(2026, 3, 5)
    twin = (day, Decimal("-20.00"), "Retrait")
    assert lines() == [(*twin, 1), (*twin, 2), (date(2026, 3, 6), Decimal("250.00"), "VIR DELMAS", 1)]
    assert cells(again, "État") == ["Déjà connue"] * 3
    assert "il n’y a rien à ajouter" in again

    book(books, HEAD + "05/03/2026;Retrait;-20,00\n" * 3, bank=bank.pk)

    assert len(lines()) == 4
    assert BankImport.objects.latest("pk").added == 1


def test_lines_that_only_the_banks_identifier_tells_apart_are_all_taken(books, bank):
    same = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260305<TRNAMT>-4000.00<FITID>{}<NAME>OPERATION</STMTTRN>\n"
    content = OFX.format("".join(same.format(number) for number in (1, 2, 3))).encode()

    book(books, content, bank=bank.pk)
    book(books, content, bank=bank.pk)

    assert [(amount, rank) for _, amount, _, rank in lines()] == [(Decimal("-4000.00"), 1)] * 3


def test_the_account_that_a_file_names_takes_its_lines(books, bank):
    BankAccount.objects.create(label="Épargne", iban="FR7610278022040001234560365", account_id="512")
    content = cfonb(move("18", ("10278", "02204", "00012345603"), "050326", "VIR", "0000000002050{"))
    content = content.replace(b"".join(part.encode() for part in OURS[:1]), b"10278").replace(b"00001EUR", b"02204EUR")
    content = content.replace(b"12345678901", b"00012345603")

    assert "bank" not in books.get(upload(books, content, "releve.txt")).context["form"].fields
    book(books, content)

    assert BankTransaction.objects.get().bank.label == "Épargne"


def test_a_file_that_does_not_tie_is_said_so_before_anything_is_booked(books, bank):
    content = cfonb(move("18", OURS, "050326", "VIR", "0000000002048{"))

    address = upload(books, content, "releve.txt")
    page = books.get(address).content.decode()
    refused = books.post(address, {"key": str(uuid4())})

    assert (
        "ancien solde 100,00\u00a0€, opérations 204,80\u00a0€, nouveau solde 305,00\u00a0€. Écart\u00a0: 0,20\u00a0€."
        in text_of(page)
    )
    assert refused.status_code == 422
    assert not BankTransaction.objects.exists()

    books.post(address, {"key": str(uuid4()), "anyway": "on"})

    assert BankTransaction.objects.get().amount == Decimal("204.80")


def test_a_faulty_file_is_refused_whole_with_every_line(books, bank, columns):
    address = upload(books, f"{HEAD}05/03/2026;Bon;12,00\n31/02/2025;A;1,00\n06/03/2026;B;1.234\n")

    answer = books.get(address)
    posted = books.post(address, {"key": str(uuid4()), "bank": bank.pk})

    assert (answer.status_code, posted.status_code) == (200, 422)
    assert cells(answer.content.decode(), "Ligne") == ["3", "4"]
    assert not BankTransaction.objects.exists()


def test_the_columns_of_a_bank_are_asked_once_and_kept_by_their_headings(books, bank):
    content = "Titre du relevé\n\nJour;Texte;Sorties;Entrees\n05/03/2026;VIR;;12,00\n06/03/2026;CB;3,00;\n"
    address = upload(books, content)

    asked = books.get(address)
    assert asked.headers["Location"].startswith(address.split("?")[0] + "colonnes/")
    page = asked.headers["Location"]
    wrong = books.post(
        page, {"order": "DAY_FIRST", "column-0": "day", "column-1": "label", "column-2": "-", "column-3": "-"}
    )
    right = {"order": "DAY_FIRST", "column-0": "day", "column-1": "label", "column-2": "debit", "column-3": "credit"}
    books.post(page, right)
    book(books, content, bank=bank.pk)

    assert wrong.status_code == 422
    assert [amount for _, amount, _, _ in lines()] == [Decimal("12.00"), Decimal("-3.00")]
    assert books.get(upload(books, content.replace("VIR", "AUTRE"))).status_code == 200


def test_another_account_than_the_one_seen_is_shown_before_it_is_taken(books, bank, columns):
    other = BankAccount.objects.create(label="Épargne", iban="FR7610278022040001234560365", account_id="512")
    address = upload(books, f"{HEAD}05/03/2026;VIR;12,00\n")
    seen = books.get(address).context["seen"]

    shown = books.post(address, {"key": str(uuid4()), "bank": other.pk, "seen": seen})
    assert (seen, shown.context["seen"], lines()) == (bank.pk, other.pk, [])
    books.post(address, {"key": str(uuid4()), "bank": other.pk, "seen": other.pk})

    assert BankTransaction.objects.get().bank == other


def test_a_line_typed_before_its_file_came_is_not_doubled(books, bank, columns):
    data = {"key": str(uuid4()), "bank": bank.pk, "day": "2026-03-05", "amount": "250,00", "label": "Delmas"}
    books.post(reverse("bank_line_create"), data)
    content = f"{HEAD}05/03/2026;VIR SEPA DELMAS;250,00\n06/03/2026;VIR;1,00\n"

    seen = books.get(upload(books, content)).content.decode()
    book(books, content, bank=bank.pk, skip_typed="on")

    assert cells(seen, "État") == ["Saisie à la main\u202f?", "Nouvelle"]
    assert [label for _, _, label, _ in lines()] == ["Delmas", "VIR"]


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"<html></html>", b"PK\x03\x04 abc"])
def test_what_is_no_statement_is_refused_beside_the_field(books, bank, content):
    answer = books.post(reverse("bank_import"), {"file": SimpleUploadedFile("releve.csv", content)})

    assert answer.status_code == 422
    assert "Ce fichier n’est" in answer.content.decode()


def test_a_file_that_is_too_heavy_is_refused(books):
    answer = books.post(
        reverse("bank_import"), {"file": SimpleUploadedFile("releve.csv", b"x" * (5 * 1024 * 1024 + 1))}
    )

    assert answer.status_code == 422
    assert "pèse plus de 5" in answer.content.decode()


def test_labels_filter_the_list_and_a_used_one_stays(books, bank, columns):
    book(books, f"{HEAD}05/03/2026;FRAIS;-12,00\n06/03/2026;VIR;250,00\n", bank=bank.pk)
    fees = BankTransaction.objects.get(label="FRAIS")
    books.post(reverse("bank_label_create"), {"name": "Frais bancaires", "tone": "owed"})
    label = BankLabel.objects.get()

    books.post(reverse("bank_line_labels", args=[fees.pk]), {"labels": [label.pk], "new": "À vérifier"})
    books.post(reverse("bank_label_remove", args=[label.pk]))

    def shown(**filters):
        return column(books.get(reverse("bank_lines"), filters).content.decode(), "Montant")

    assert {one.name for one in fees.labels.all()} == {"Frais bancaires", "À vérifier"}
    assert shown(label=label.pk) == [Decimal("-12.00")]
    assert shown(state="open") == [Decimal("250.00")]
    assert shown(side="out") == [Decimal("-12.00")]
    assert shown(q="vir") == [Decimal("250.00")]
    assert shown(since="2026-03-06") == [Decimal("250.00")]
    assert BankLabel.objects.filter(pk=label.pk).exists()
    assert books.post(reverse("bank_label_create"), {"name": "Frais bancaires", "tone": "owed"}).status_code == 422


def test_exports_hold_what_is_filtered_and_no_formula(books, bank, columns):
    book(books, f"{HEAD}05/03/2026;=1+1;-12,00\n06/03/2026;VIR;250,00\n", bank=bank.pk)

    text = b"".join(books.get(reverse("bank_export", args=["csv"]), {"side": "out"})).decode("utf-8-sig")
    book_of_all = load_workbook(BytesIO(b"".join(books.get(reverse("bank_export", args=["xlsx"])))))

    assert [row[7] for row in book_of_all.active.values] == ["Montant", 250, -12]
    assert len(text.splitlines()) == 2
    assert ";'=1+1;" in text
    assert ";-12,00;EUR;" in text


def test_the_front_desk_has_no_bank(client):
    browser = at_work(client)

    assert "Banque" not in browser.get(reverse("client_list")).content.decode()
    assert browser.get(reverse("bank_lines")).status_code == 403
