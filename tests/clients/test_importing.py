"""Paramètres > Importer: what files say, what is refused of them, and that all or nothing is taken over."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Visitor
from django.urls import reverse

from clients.importing.subjects import ClientFiles, OpeningFiles
from clients.models import Client
from clients.services import Details, open_client
from demo.examples import Desk
from ledger.balance import balance_of
from ledger.importing import BookedSubject, take_over
from ledger.models import ClientAccount, Operation, PeriodLock
from ledger.services import PeriodClosed, shut
from office.dates import DateOrder
from office.grids import AlreadyImported, FileRefused, read_grid
from office.importing.columns import Matching, suggested
from office.importing.subjects import File
from office.models import Event, Role
from tests.factories import SiteFactory, UserFactory

pytestmark = pytest.mark.usefixtures("sound_ledger")

TODAY = date(2026, 3, 16)
HEADINGS = "Code;Nom;Prénom;Téléphone;E-mail;SIREN;IBAN;Conditions de règlement;Établissement;Animal;Espèce;Né le;Puce"
CLAIRE = (
    "DEL;Delmas;Claire;06 00 00 00 01;claire@exemple.fr;;FR76 3000 6000 0112 3456 7890 189;30 jours;Nantes;"
    "Oslo;Chat;03/02/2021;250269500000001"
)


def op() -> Operation:
    return Desk().does(Operation.Kind.IMPORT, TODAY)


CLIENTS, OPENINGS = ClientFiles(), OpeningFiles()


def file(text: str, subject: BookedSubject, on: date | None = None) -> File:
    grid = read_grid(text.encode())
    places = {name: place for place, name in enumerate(suggested(subject.columns, grid.headings)) if name}
    return File(text.encode(), grid, Matching(places, DateOrder.DAY_FIRST, on))


def take(text: str, subject: BookedSubject = CLIENTS, on: date | None = None) -> Event:
    return take_over(subject, file(text, subject, on), op=op())


def faults(text: str, subject: BookedSubject = CLIENTS) -> list[str]:
    told = file(text, subject)
    return [str(fault) for fault in subject.check(told.grid, told.matching).faults]


@pytest.fixture
def nantes(db):
    return SiteFactory(name="Nantes", code="NAN")


# Clients


def test_a_client_comes_with_all_that_its_line_says(nantes):
    take(f"{HEADINGS}\n{CLAIRE}\n")

    client = Client.objects.get()
    assert (client.code, client.name, client.given_name, client.nature) == ("DEL", "Delmas", "Claire", "person")
    assert (client.iban, client.terms, client.site) == ("FR7630006000011234567890189", "days_30", nantes)
    animal = client.animals.get()
    assert (animal.name, animal.species, animal.born, animal.chip) == (
        "Oslo",
        "Chat",
        date(2021, 2, 3),
        "250269500000001",
    )
    assert "oslo" in client.search
    assert [change.about for change in client.history.all()] == ["Client importé"]


def test_several_lines_of_a_code_are_one_client_with_several_animals(nantes):
    take(f"{HEADINGS}\n{CLAIRE}\nDEL;Delmas;;;;;;;;Rex;Chien;;\nPET;Petit;;;;732829320;;;;;;;\n")

    assert list(Client.objects.order_by("code").values_list("code", "nature")) == [
        ("DEL", "person"),
        ("PET", "company"),
    ]
    assert sorted(Client.objects.get(code="DEL").animals.values_list("name", flat=True)) == ["Oslo", "Rex"]


def test_without_codes_each_line_is_a_client_with_the_next_number(db):
    take("Nom\nDelmas\nDelmas\n")

    assert list(Client.objects.order_by("code").values_list("code", "name")) == [
        ("C-00001", "Delmas"),
        ("C-00002", "Delmas"),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (";;Claire;;;;;;;;;;", "Ligne 2, «\u00a0Nom\u00a0»\u00a0: Le nom du client manque."),
        (
            "X;Delmas;;;sans-arobase;;;;;;;;",
            "Ligne 2, «\u00a0E-mail\u00a0»\u00a0: Écrivez l’adresse comme nom@exemple.fr.",
        ),
        (
            "X;Delmas;;;;732829321;;;;;;;",
            "Ligne 2, «\u00a0SIREN\u00a0»\u00a0: Ce SIREN n’est pas exact\u00a0: vérifiez ses 9 chiffres.",
        ),
        (
            "X;Delmas;;;;;FR7630006000011234567890188;;;;;;",
            "Ligne 2, «\u00a0IBAN\u00a0»\u00a0: Cet IBAN n’est pas exact\u00a0: vérifiez ses chiffres.",
        ),
        (
            "X;Delmas;;;;;;;Brest;;;;",
            "Ligne 2, «\u00a0Établissement\u00a0»\u00a0: «\u00a0Brest\u00a0» n’est pas connu ici\u00a0: Nantes.",
        ),
        (
            "X;Delmas;;;;;;;;;Chat;;",
            "Ligne 2, «\u00a0Animal\u00a0»\u00a0: Cette donnée manque, alors que d’autres en dépendent.",
        ),
        (
            "X;Delmas;;;;;;;;Oslo;;31/02/2021;",
            "Ligne 2, «\u00a0Né le\u00a0»\u00a0: «\u00a031/02/2021\u00a0» n’est pas une date JJ/MM/AAAA.",
        ),
        (
            "PRIS;Delmas;;;;;;;;;;;",
            "Ligne 2, «\u00a0Code\u00a0»\u00a0: Le code PRIS est déjà celui de Mme Petit.",
        ),
        ("X;Delmas;;", "Ligne 2\u00a0: Il y a 4 colonnes au lieu de 13."),
    ],
)
def test_a_faulty_line_is_told_by_number_column_and_reason(nantes, line, fault):
    open_client(Details("Mme Petit", code="PRIS"))

    assert faults(f"{HEADINGS}\n{line}\n{CLAIRE}\n") == [fault]
    with pytest.raises(FileRefused):
        take(f"{HEADINGS}\n{line}\n{CLAIRE}\n")
    assert list(Client.objects.values_list("code", flat=True)) == ["PRIS"]


def test_lines_of_one_code_that_disagree_are_refused(nantes):
    assert faults(f"{HEADINGS}\n{CLAIRE}\nDEL;Delmotte;;;;;;;;;;;\n") == [
        "Ligne 3, «\u00a0Nom\u00a0»\u00a0: Le client DEL est dit autrement à la ligne 2."
    ]


def test_the_same_file_is_taken_over_once(nantes):
    take(f"{HEADINGS}\n{CLAIRE}\n")
    with pytest.raises(AlreadyImported, match="déjà été importé"):
        take(f"{HEADINGS}\n{CLAIRE}\n")

    assert ClientAccount.objects.count() == 1


# Opening balances


def balances() -> dict[str, Decimal]:
    return {
        client.code: balance_of(client.account, today=TODAY).balance.amount
        for client in Client.objects.select_related("account")
    }


def test_opening_balances_are_owed_or_to_be_spent(db):
    for code in ("A", "B", "C", "D"):
        open_client(Details(f"Client {code}", code=code))

    take("Code;Solde;Échéance\nA;1 500,00;01/02/2026\nB;-20,00;\nC;0,00;\n", OPENINGS, date(2026, 1, 1))

    assert balances() == {"A": Decimal(-1500), "B": Decimal(20), "C": Decimal(0), "D": Decimal(0)}
    late = balance_of(Client.objects.get(code="A").account, today=TODAY)
    assert late.overdue.amount == 1500


def test_opening_balances_in_two_columns(db):
    for code in ("A", "B"):
        open_client(Details(f"Client {code}", code=code))

    take("Code client;Débit;Crédit\nA;50,00;\nB;;12,50\n", OPENINGS, date(2026, 1, 1))

    assert balances() == {"A": Decimal(-50), "B": Decimal("12.50")}


def test_opening_balances_are_checked_against_the_books(db):
    open_client(Details("Client A", code="A"))
    open_client(Details("Passagers", code="P", walk_in=True))
    take("Code;Solde\nA;10,00\n", OPENINGS, date(2026, 1, 1))

    assert faults("Code;Solde\nA;5,00\nP;5,00\nZ;5,00\nZ;6,00\nA;\n;3\nB;1.234\n", OPENINGS) == [
        (
            "Ligne 2, «\u00a0Code\u00a0»\u00a0: Le client A a déjà un solde à nouveau, du 01/01/2026\u00a0: "
            "changez-le sur sa fiche."
        ),
        (
            "Ligne 3, «\u00a0Code\u00a0»\u00a0: Le client P est un client passager\u00a0: "
            "son solde est celui de chaque passager."
        ),
        "Ligne 4, «\u00a0Code\u00a0»\u00a0: Aucun client n’a le code Z.",
        "Ligne 5, «\u00a0Code\u00a0»\u00a0: Le client Z est déjà à la ligne 4.",
        "Ligne 6, «\u00a0Solde\u00a0»\u00a0: Le montant manque.",
        "Ligne 7, «\u00a0Code\u00a0»\u00a0: Le code du client manque.",
        (
            "Ligne 8, «\u00a0Solde\u00a0»\u00a0: «\u00a01.234\u00a0» peut se lire de deux façons\u00a0: "
            "écrivez-le avec deux décimales."
        ),
    ]


def test_opening_balances_bear_no_closed_day(db):
    open_client(Details("Client A", code="A"))
    shut(PeriodLock.Scope.BOOKS, date(2026, 1, 31))

    with pytest.raises(PeriodClosed):
        take("Code;Solde\nA;10,00\n", OPENINGS, date(2026, 1, 1))

    assert balances() == {"A": Decimal(0)}


# On screen


@pytest.fixture
def admin(db) -> Visitor:
    visitor = Visitor()
    visitor.force_login(UserFactory(role=Role.ADMINISTRATOR))
    return visitor


def dropped(admin: Visitor, tmp_path, text: str, subject: str = "clients") -> str:
    path = tmp_path / "clients.csv"
    path.write_text(text, encoding="cp1252")
    with path.open("rb") as sent:
        return admin.post(reverse("import_start"), {"subject": subject, "file": sent}).headers["Location"]


def test_a_file_is_matched_checked_and_imported(admin, tmp_path):
    address = dropped(admin, tmp_path, "Raison sociale;Tél.;Inconnue\nDéménageurs Œuvre;0600000001;x\n")
    choices = {"column_0": "name", "column_1": "phone", "column_2": "-", "order": "DAY_FIRST"}

    page = admin.get(address).content.decode()
    assert '<option value="name" selected>' in page
    assert "Importer 1 client" in " ".join(admin.post(address, choices).content.decode().split())
    assert Client.objects.count() == 0
    assert admin.post(address, {**choices, "book": "1"}).status_code == 302

    assert Client.objects.get().name == "Déménageurs Œuvre"
    again = admin.post(address, {**choices, "book": "1"})
    assert (again.status_code, "déjà été importé" in again.content.decode()) == (422, True)


def test_refused_lines_are_shown_and_downloaded(admin, tmp_path):
    address = dropped(admin, tmp_path, "Nom;E-mail\n=Delmas;faux\nPetit;petit@exemple.fr\n")
    choices = {"column_0": "name", "column_1": "email", "order": "DAY_FIRST"}

    page = admin.post(address, {**choices, "book": "1"})
    refused = admin.get(f"{address}refus/", choices)

    assert page.status_code == 422
    assert "Écrivez l’adresse comme nom@exemple.fr." in page.content.decode()
    assert Client.objects.count() == 0
    assert b"".join(refused.streaming_content).decode("utf-8-sig").splitlines() == [
        "Nom;E-mail;Ligne;Motif",
        "'=Delmas;faux;2;E-mail\u00a0: Écrivez l’adresse comme nom@exemple.fr.",
    ]


def test_a_column_is_said_once_and_the_name_is_needed(admin, tmp_path):
    address = dropped(admin, tmp_path, "A;B\n1;2\n")

    twice = admin.post(address, {"column_0": "phone", "column_1": "phone", "order": "DAY_FIRST"})

    assert twice.status_code == 422
    assert "La colonne «\u00a0A\u00a0» le dit déjà." in twice.content.decode()
    assert "Indiquez la colonne «\u00a0Nom\u00a0»." in twice.content.decode()


@pytest.mark.parametrize("content", [b"", b"Nom;Ville\n", b"PK\x03\x04faux", b"\x81\x8d"])
def test_an_unreadable_file_is_told_beside_its_field(admin, tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with path.open("rb") as sent:
        assert admin.post(reverse("import_start"), {"subject": "clients", "file": sent}).status_code == 422


def test_a_file_that_waits_no_more_is_not_found(admin):
    assert admin.get("/parametres/importer/clients/abcdef/").status_code == 404
    assert admin.get("/parametres/importer/ailleurs/abcdef/").status_code == 404


def test_a_closed_day_is_told_beside_its_field(admin, tmp_path):
    open_client(Details("Client A", code="A"))
    shut(PeriodLock.Scope.BOOKS, date(2026, 1, 31))
    address = dropped(admin, tmp_path, "Code;Solde\nA;10,00\n", "openings")

    page = admin.post(
        address, {"column_0": "code", "column_1": "amount", "order": "DAY_FIRST", "day": "2026-01-01", "book": "1"}
    )

    assert page.status_code == 422
    assert page.context["form"].errors == {"day": ["La comptabilité est verrouillée jusqu’au 31/01/2026."]}
