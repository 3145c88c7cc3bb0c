"""The catalogue from a file: what its lines say, what is refused of them, and that all or nothing is taken over."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.test import Client as Visitor
from django.urls import reverse

from demo.examples import Desk
from invoicing.importing.subject import CatalogueFiles
from invoicing.models import Category, Item, Tariff
from invoicing.services import archive_item
from ledger.importing import take_over
from ledger.models import Operation
from office.dates import DateOrder
from office.grids import AlreadyImported, FileRefused, read_grid
from office.importing.columns import Matching, suggested
from office.importing.subjects import File
from office.models import Company, Event, Role
from tests.factories import UserFactory
from tests.pages import text_of
from tests.shelf import a_tariff, an_item

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 16)
SINCE = date(2026, 1, 1)
CATALOGUE = CatalogueFiles()
HEADINGS = (
    "Catégorie;Code;Article;Type;Nature;Compte de produit;Tarif;Prix;TTC ou HT;TVA %;Valable du;Valable au;Archivé"
)
CONSULTATION = "Consultations;CONS;Consultation;acte;service;706;;42,00;TTC;20;01/01/2026;;"
BREEDER = "Consultations;CONS;Consultation;;;;Éleveur;36,00;TTC;20;01/01/2026;31/12/2026;"


def file(content: str | bytes, order: DateOrder = DateOrder.DAY_FIRST, on: date | None = SINCE) -> File:
    content = content.encode() if isinstance(content, str) else content
    grid = read_grid(content)
    places = {name: place for place, name in enumerate(suggested(CATALOGUE.columns, grid.headings)) if name}
    return File(content, grid, Matching(places, order, on))


def take(content: str | bytes, **how) -> Event:
    return take_over(CATALOGUE, file(content, **how), op=Desk().does(Operation.Kind.IMPORT, TODAY))


def faults(content: str, **how) -> list[str]:
    told = file(content, **how)
    return [str(fault) for fault in CATALOGUE.check(told.grid, told.matching).faults]


def fault(line: str, headings: str = HEADINGS) -> str:
    """What a line is refused for, by column and reason, among lines that aren't."""
    [told] = faults(f"{headings}\n{line}\n{CONSULTATION if headings == HEADINGS else ''}\n")
    assert told.startswith("Ligne 2")
    return told.removeprefix("Ligne 2, ").replace("\u00a0", " ")


def tariffs(item: Item) -> list[tuple]:
    return [
        (tariff.name, tariff.price, tariff.basis, tariff.vat_rate, tariff.valid_from, tariff.valid_to)
        for tariff in item.tariffs.order_by("search", "valid_from")
    ]


# What lines say


def test_an_item_comes_with_all_that_its_lines_say():
    take(f"{HEADINGS}\n{CONSULTATION}\n{BREEDER}\n")

    item = Item.objects.get()
    assert (item.code, item.name, item.kind, item.nature) == ("CONS", "Consultation", "procedure", "service")
    assert (item.account_id, item.category.name, item.is_archived) == ("706", "Consultations", False)
    assert tariffs(item) == [
        ("", Decimal(42), "TTC", Decimal(20), SINCE, None),
        ("Éleveur", Decimal(36), "TTC", Decimal(20), SINCE, date(2026, 12, 31)),
    ]
    assert [change.about for change in item.history.all()] == ["Article importé"]
    assert "consultation" in item.search


def test_without_codes_lines_of_a_name_are_tariffs_of_an_item_with_the_next_number():
    an_item("Autre chose")

    take("Article;Tarif;Prix;TVA\nConsultation;;42;20\nVaccin;;58,50;20\nConsultation;Éleveur;36;20\n")

    assert list(Item.objects.order_by("code").values_list("code", "name")) == [
        ("A-00001", "Autre chose"),
        ("A-00002", "Consultation"),
        ("A-00003", "Vaccin"),
    ]
    assert Item.objects.get(name="Consultation").tariffs.count() == 2


def test_a_name_alone_is_an_item_without_a_price():
    take("Désignation\nConsultation\n")

    item = Item.objects.get()
    assert (item.kind, item.nature, item.account_id, item.category) == ("service", "service", "706", None)
    assert tariffs(item) == []


def test_a_price_follows_another():
    former, following = "Consultation;40;20;01/01/2025;31/12/2025", "Consultation;42;20;01/01/2026;"
    take(f"Article;Prix;TVA;Valable du;Valable au\n{former}\n{following}\n")

    assert [(row[1], row[4]) for row in tariffs(Item.objects.get())] == [
        (Decimal(40), date(2025, 1, 1)),
        (Decimal(42), date(2026, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("kind", "nature", "kept"),
    [
        ("Acte", "", ("procedure", "service", "706")),
        ("soin", "", ("procedure", "service", "706")),
        ("PRODUITS", "", ("product", "goods", "707")),
        ("marchandise", "", ("product", "goods", "707")),
        ("Service", "", ("service", "service", "706")),
        ("abonnement", "", ("subscription", "service", "706")),
        ("frais", "", ("fee", "service", "706")),
        ("", "bien", ("product", "goods", "707")),
        ("", "Livraison de biens", ("product", "goods", "707")),
        ("", "prestations", ("service", "service", "706")),
        ("frais", "biens", ("fee", "goods", "707")),
    ],
)
def test_type_and_nature_go_by_their_usual_names_and_follow_from_each_other(kind, nature, kept):
    take(f"Article;Type;Nature\nX;{kind};{nature}\n")

    item = Item.objects.get()
    assert (item.kind, item.nature, item.account_id) == kept


@pytest.mark.parametrize(
    ("headings", "cells", "basis"),
    [
        ("Prix", "42,00", "TTC"),  # as the company types prices
        ("Prix TTC", "42,00", "TTC"),
        ("Prix HT", "42,00", "HT"),
        ("Prix;TTC ou HT", "42,00;HT", "HT"),
        ("Prix;TTC ou HT", "42,00;ttc", "TTC"),
        ("Prix;TTC ou HT", "42,00;", "TTC"),
    ],
)
def test_whether_vat_is_included_is_said_by_the_price_or_beside_it(headings, cells, basis):
    take(f"Article;TVA;{headings}\nX;20;{cells}\n")

    assert Tariff.objects.get().basis == basis


def test_a_company_that_types_prices_without_vat_imports_them_so():
    Company.objects.create(pk=1, name="Grossiste", prices_include_vat=False)

    take("Article;TVA;Prix\nX;20;42\n")

    assert Tariff.objects.get().basis == "HT"


@pytest.mark.parametrize("cell", ["5,5", "5.5", "5,50", "5,5 %", "5,5\u00a0%", "0,055"])
def test_rates_are_read_in_percent_or_as_a_workbook_holds_them(cell):
    take(f"Article;Prix;TVA\nX;10;{cell}\n")

    assert Tariff.objects.get().vat_rate == Decimal("5.5")


def test_a_workbook_is_read_as_it_was_typed():
    book = openpyxl.Workbook()
    book.active.append(["Article", "Code", "Compte de produit", "Prix TTC", "TVA", "Valable du"])
    book.active.append(["Consultation", 12, 706, 42.5, 0.2, date(2026, 2, 1)])
    content = BytesIO()
    book.save(content)

    take(content.getvalue())

    item = Item.objects.get()
    assert (item.code, item.account_id) == ("12", "706")
    assert tariffs(item) == [("", Decimal("42.50"), "TTC", Decimal(20), date(2026, 2, 1), None)]


def test_lines_that_do_not_say_hold_from_the_day_asked_for():
    take("Article;Prix;TVA;Valable du\nA;1;20;\nB;1;20;01/01/2026\n", on=date(2026, 3, 1))

    assert dict(Tariff.objects.values_list("item__name", "valid_from")) == {"A": date(2026, 3, 1), "B": SINCE}


def test_categories_are_found_by_name_or_made_once():
    Category.objects.create(name="Soins", position=3)

    take("Article;Catégorie\nA;soins\nB;Chirurgie\nC;CHIRURGIE\nD;\n")

    assert list(Category.objects.order_by("name").values_list("name", "position")) == [("Chirurgie", 0), ("Soins", 3)]
    assert dict(Item.objects.values_list("name", "category__name")) == {
        "A": "Soins",
        "B": "Chirurgie",
        "C": "Chirurgie",
        "D": None,
    }


def test_what_was_exported_is_imported_elsewhere(client):
    care = Category.objects.create(name="Soins")
    breeder = a_tariff("36.00", "Éleveur", valid_to=date(2026, 6, 30))
    an_item("Consultation", a_tariff("42.00"), breeder, category=care, code="OLD-1")
    croquettes = a_tariff("46.90", rate="5.5", includes_vat=False)
    an_item("Croquettes", croquettes, kind="product", nature="goods", code="OLD-2")
    archive_item(an_item("Saignée", code="OLD-3"), archived=True, by=UserFactory())
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))

    def exported(codes: str) -> str:
        sent = client.get(reverse("item_export", args=["csv"]), {"archived": "tous", "q": codes})
        return b"".join(sent.streaming_content).decode("utf-8-sig")

    take(exported("OLD-").replace("OLD-", "NEW-"))

    assert exported("NEW-").count("NEW-") == 4
    assert exported("NEW-").replace("NEW-", "OLD-") == exported("OLD-")


# What is refused


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (";X;;acte;;;;;;;;;", "« Article » : Le nom de l’article manque."),
        (
            ";X;Soin;poisson;;;;;;;;;",
            "« Type » : « poisson » n’est pas connu ici : Acte, Produit, Prestation, Abonnement, Frais.",
        ),
        (
            ";X;Soin;;ni l’un ni l’autre;;;;;;;;",
            "« Nature » : « ni l’un ni l’autre » n’est pas connu ici : Livraison de biens, Prestation de services.",
        ),
        (
            ";X;Soin;;;999;;;;;;;",
            "« Compte de produit » : « 999 » n’est pas un compte de produit du plan comptable (classe 7).",
        ),
        (
            ";X;Soin;;;411;;;;;;;",
            "« Compte de produit » : « 411 » n’est pas un compte de produit du plan comptable (classe 7).",
        ),
        (";X;Soin;;;;;-1,00;;20;;;", "« Prix » : Un prix ne peut pas être négatif."),
        (";X;Soin;;;;;1,005;;20;;;", "« Prix » : « 1,005 » a plus de 2 décimales."),
        (
            ";X;Soin;;;;;1.005;;20;;;",
            "« Prix » : « 1.005 » peut se lire de deux façons : écrivez-le avec deux décimales.",
        ),
        (";X;Soin;;;;;gratuit;;20;;;", "« Prix » : « gratuit » n’est pas un montant : écrivez-le comme 1\u202f234,56."),
        (
            ";X;Soin;;;;;12345678901,00;;20;;;",
            "« Prix » : « 12345678901,00 » dépasse le plus grand montant possible, 9\u202f999\u202f999\u202f999,99.",
        ),
        (";X;Soin;;;;Éleveur;;;20;;;", "« Prix » : Le prix du tarif manque."),
        (";X;Soin;;;;;42;;;;;", "« TVA % » : Le taux de TVA du tarif manque."),
        (";X;Soin;;;;;42;;19,6;;;", "« TVA % » : 19,6 % n’est pas un taux de TVA en vigueur le 01/01/2026."),
        (";X;Soin;;;;;42;;normal;;;", "« TVA % » : « normal » n’est pas un taux de TVA : écrivez-le comme 20 ou 5,5."),
        (";X;Soin;;;;;42;;-20;;;", "« TVA % » : « -20 » n’est pas un taux de TVA : écrivez-le comme 20 ou 5,5."),
        (";X;Soin;;;;;42;net;20;;;", "« TTC ou HT » : « net » n’est pas connu ici : TTC, HT."),
        (";X;Soin;;;;;42;;20;31/02/2026;;", "« Valable du » : « 31/02/2026 » n’est pas une date JJ/MM/AAAA."),
        (";X;Soin;;;;;42;;20;;demain;", "« Valable au » : « demain » n’est pas une date JJ/MM/AAAA."),
        (
            ";X;Soin;;;;;42;;20;02/01/2026;01/01/2026;",
            "« Valable au » : Un tarif ne finit pas avant de commencer, le 02/01/2026.",
        ),
        (
            ";LE CODE;Soin;;;;;;;;;;",
            "« Code » : Un code est fait de lettres, de chiffres et de + - _ . /.",
        ),
        (";PRIS;Soin;;;;;;;;;;", "« Code » : Le code PRIS est déjà celui de « Radiographie »."),
        (";;RADIOGRAPHIE;;;;;;;;;;", "« Article » : Cet article est déjà au catalogue, sous le code PRIS."),
        (";X;Soin;;;;;;;;;;peut-être", "« Archivé » : « peut-être » n’est ni « oui » ni « non »."),
        (";X;So\u200bin\x07;;;;;;;;;;", "« Article » : Il y a des signes qui ne s’impriment pas."),
        (";X;Soin", "Ligne 2 : Il y a 3 colonnes au lieu de 13."),
    ],
)
def test_a_faulty_line_is_told_by_number_column_and_reason(line, told):
    an_item("Radiographie", code="PRIS")

    assert fault(line) == told
    with pytest.raises(FileRefused):
        take(f"{HEADINGS}\n{CONSULTATION}\n{line}\n")
    assert list(Item.objects.values_list("code", flat=True)) == ["PRIS"]
    assert not Category.objects.exists()


@pytest.mark.parametrize("heading", ["Prix TTC", "Prix HT"])
def test_a_missing_price_is_told_at_its_column(heading):
    assert fault("Soin;20;", f"Article;TVA;{heading}") == f"« {heading} » : Le prix du tarif manque."


def test_too_long_texts_are_refused():
    long = {"Article": "x" * 201, "Tarif": "y" * 81, "Code": "Z" * 31, "Catégorie": "c" * 81, "Prix": "1", "TVA": "20"}

    told = faults(f"{';'.join(long)}\n{';'.join(long.values())}\n")

    assert [text.split("\u00a0:")[0] for text in told] == [
        f"Ligne 2, «\u00a0{column}\u00a0»" for column in ("Catégorie", "Code", "Article", "Tarif")
    ]


def test_two_tariffs_of_a_name_on_one_day_are_refused():
    head = "Code;Article;Tarif;Prix;TVA;Valable du;Valable au"
    first = "C;Soin;Éleveur;36;20;01/01/2026;31/03/2026"

    assert faults(f"{head}\n{first}\nC;Soin;ELEVEUR;38;20;31/03/2026;\n") == [
        (
            "Ligne 3, «\u00a0Valable du\u00a0»\u00a0: Ce tarif de l’article est déjà valable "
            "du 01/01/2026 au 31/03/2026, à la ligne 2."
        )
    ]
    assert faults(f"{head}\n{first}\nC;Soin;Éleveur;38;20;01/04/2026;\nC;Soin;;42;20;;\nD;Bain;Éleveur;9;20;;\n") == []


def test_lines_of_one_item_that_disagree_are_refused():
    assert faults(f"{HEADINGS}\n{CONSULTATION}\n;CONS;Autre;;;;Club;1;;20;;;\n;CONS;;produit;;;Bis;1;;20;;;\n") == [
        "Ligne 3, «\u00a0Article\u00a0»\u00a0: L’article «\u00a0CONS\u00a0» est dit autrement à la ligne 2.",
        "Ligne 4, «\u00a0Type\u00a0»\u00a0: L’article «\u00a0CONS\u00a0» est dit autrement à la ligne 2.",
    ]


def test_every_fault_of_a_line_is_told_at_once():
    told = faults(f"{HEADINGS}\n;X;Soin;poisson;;999;;-1;;vingt;hier;;\n")

    assert sorted(text.split("\u00a0")[1] for text in told) == sorted(
        ["Type", "Compte de produit", "Prix", "TVA %", "Valable du"]
    )


def test_dates_that_read_two_ways_are_refused():
    head = "Article;Prix;TVA;Valable du"

    assert faults(f"{head}\nA;1;20;02/03/2026\nB;1;20;03/13/2026\n") != []
    take(f"{head}\nA;1;20;02/03/2026\nB;1;20;03/13/2026\n", order=DateOrder.MONTH_FIRST)

    assert Tariff.objects.get(item__name="A").valid_from == date(2026, 2, 3)


def test_the_same_file_is_taken_over_once():
    take("Article\nConsultation\n")

    with pytest.raises(AlreadyImported, match="déjà été importé"):
        take("Article\nConsultation\n")

    assert Item.objects.count() == 1


def test_a_file_has_5000_lines_at_most():
    text = "Article\n" + "".join(f"Article {number}\n" for number in range(5001))

    assert faults(text) == ["Ligne 5002\u00a0: Un fichier a 5000 lignes au plus\u00a0: coupez-le."]


# On screen


@pytest.fixture
def admin() -> Visitor:
    visitor = Visitor()
    visitor.force_login(UserFactory(role=Role.ADMINISTRATOR))
    return visitor


def dropped(admin: Visitor, tmp_path, text: str) -> str:
    path = tmp_path / "articles.csv"
    path.write_text(text, encoding="cp1252")
    with path.open("rb") as sent:
        return admin.post(reverse("import_start"), {"subject": "catalogue", "file": sent}).headers["Location"]


def test_a_file_is_matched_checked_and_imported(admin, tmp_path):
    address = dropped(admin, tmp_path, "Désignation;Tarif TTC;TVA;Inconnue\nŒstrus, bilan;38,00;20;x\nBain;12;20;y\n")
    choices = {"column_0": "name", "column_1": "price_ttc", "column_2": "vat_rate", "column_3": "-"}
    choices |= {"order": "DAY_FIRST", "day": "2026-02-01"}

    page = admin.get(address).content.decode()
    assert page.count(" selected>") >= 4
    assert "Tarifs valables à partir du" in page
    assert "Importer 2 articles et 2 tarifs" in text_of(admin.post(address, choices).content.decode())
    assert Item.objects.count() == 0
    done = admin.post(address, {**choices, "book": "1"})

    assert done.headers["Location"] == reverse("item_list")
    assert Tariff.objects.get(item__name="Œstrus, bilan").valid_from == date(2026, 2, 1)
    assert "Le fichier est importé\u00a0: 2 articles, 2 tarifs." in text_of(admin.get("/catalogue/").content.decode())
    event = Event.objects.get(kind=Event.Kind.IMPORT)
    assert (event.detail["articles"], event.detail["tarifs"]) == (2, 2)
    again = admin.post(address, {**choices, "book": "1"})
    assert again.status_code == 422


def test_refused_lines_are_shown_and_downloaded(admin, tmp_path):
    address = dropped(admin, tmp_path, "Article;Prix;TVA\n=Soin;-1;20\nBain;12;20\n")
    choices = {"column_0": "name", "column_1": "price", "column_2": "vat_rate", "order": "DAY_FIRST"}
    choices["day"] = "2026-02-01"

    page = admin.post(address, {**choices, "book": "1"})
    refused = admin.get(f"{address}refus/", choices)

    assert page.status_code == 422
    assert "Un prix ne peut pas être négatif." in page.content.decode()
    assert Item.objects.count() == 0
    assert b"".join(refused.streaming_content).decode("utf-8-sig").splitlines() == [
        "Article;Prix;TVA;Ligne;Motif",
        "'=Soin;'-1;20;2;Prix\u00a0: Un prix ne peut pas être négatif.",
    ]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (("-", "price", "vat_rate"), "Indiquez la colonne «\u00a0Article\u00a0»."),
        (("name", "price", "-"), "Indiquez la colonne «\u00a0Taux de TVA\u00a0»\u00a0: un prix ne va pas sans elle."),
        (("price_ttc", "price_ht", "vat_rate"), "Gardez une seule colonne de prix, TTC ou HT"),
        (("price_ttc", "basis", "vat_rate"), "Le titre de la colonne dit déjà si le prix est TTC ou HT"),
    ],
)
def test_columns_that_do_not_go_together_are_refused(admin, tmp_path, columns, told):
    address = dropped(admin, tmp_path, "A;B;C\n1;2;3\n")
    choices = {f"column_{place}": name for place, name in enumerate(columns)}

    page = admin.post(address, {**choices, "order": "DAY_FIRST", "day": "2026-02-01"})

    assert page.status_code == 422
    assert told in page.content.decode()


def test_a_day_is_needed(admin, tmp_path):
    address = dropped(admin, tmp_path, "Article\nBain\n")

    page = admin.post(address, {"column_0": "name", "order": "DAY_FIRST", "day": "2026-02-31"})

    assert page.context["form"].errors == {"day": ["Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."]}
