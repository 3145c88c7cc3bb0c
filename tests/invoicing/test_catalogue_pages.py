"""The catalogue on screen: its list, its exports, its forms, and who may change it."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.test import Client as Browser
from django.urls import reverse

from invoicing.models import Category, Item, Tariff
from invoicing.queries import item_history
from invoicing.services import archive_item, change_item
from office.models import Company, Event, Role
from tests.factories import UserFactory
from tests.pages import at_work, cells, text_of
from tests.shelf import a_tariff, an_item

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Consultation",
    "kind": "procedure",
    "nature": "service",
    "account": "",
    "category": "",
    "code": "",
    "tariff-name": "",
    "tariff-price": "42,00",
    "tariff-vat_rate": "20",
    "tariff-valid_from": "2026-01-01",
    "tariff-valid_to": "",
}
ONE = {"name": "", "price": "42,00", "vat_rate": "20", "valid_from": "2026-01-01", "valid_to": ""}


@pytest.fixture
def admin(client: Browser) -> Browser:
    return at_work(client, role=Role.ADMINISTRATOR, first_name="Nadia", last_name="Karoui")


def page(browser: Browser, name: str, *args, query: str = "") -> str:
    return browser.get(reverse(name, args=args) + query).content.decode()


def errors(response) -> str:
    assert response.status_code == 422
    return text_of(response.content.decode())


def listed(browser: Browser, query: str = "") -> list[str]:
    return cells(page(browser, "item_list", query=query), "Article")


# The list


def test_the_list_is_found_filtered_and_sorted(admin):
    care = Category.objects.create(name="Soins")
    an_item("Œstrus, bilan", "38.00", category=care)
    an_item("Croquettes", "46.90", kind="product", nature="goods")
    archive_item(an_item("Saignée"), archived=True, by=UserFactory())

    assert listed(admin) == ["Croquettes", "Œstrus, bilan"]
    assert listed(admin, "?sort=price") == ["Œstrus, bilan", "Croquettes"]
    assert listed(admin, "?sort=-tariffs") == ["Croquettes", "Œstrus, bilan"]
    assert listed(admin, "?q=OESTRUS") == ["Œstrus, bilan"]
    assert listed(admin, "?q=a-00002") == ["Croquettes"]
    assert listed(admin, f"?category={care.pk}") == ["Œstrus, bilan"]
    assert listed(admin, "?kind=product") == ["Croquettes"]
    assert listed(admin, "?archived=oui") == ["Saignée Archivé"]
    assert len(listed(admin, "?archived=tous")) == 3
    assert admin.get(reverse("item_list"), {"kind": "n’importe quoi"}).status_code == 422


def test_the_list_tells_the_usual_price_of_today(admin):
    an_item("Consultation", "42.00", a_tariff("36.00", "Éleveur"), a_tariff("1", "Vieux", valid_to=date(2026, 1, 2)))
    an_item("Sans prix")
    html = page(admin, "item_list")

    assert cells(html, "Prix") == ["42,00\u00a0€ TTC", "Sans tarif"]
    assert cells(html, "TVA") == ["20\u00a0%", ""]
    assert cells(html, "Tarifs valables") == ["2", "0"]


def test_fifty_items_a_page(admin):
    for rank in range(51):
        an_item(f"Soin {rank:02d}")

    assert len(listed(admin)) == 50
    assert listed(admin, "?page=2") == ["Soin 50"]
    assert listed(admin, "?page=9") == ["Soin 50"]


# Exports


def filled() -> None:
    category = Category.objects.create(name="Soins")
    an_item("Consultation", "42.00", a_tariff("36.50", "Éleveur", rate="5.5", valid_to=date(2026, 12, 31)), code="CS",
            category=category)  # fmt: skip
    an_item("=Total", code="Z")


def test_the_csv_says_each_tariff_and_reads_back(admin):
    filled()
    content = b"".join(admin.get(reverse("item_export", args=["csv"]))).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(content), delimiter=";"))

    assert rows[1:] == [
        [*("CS", "Consultation", "Acte", "Prestation de services", "706", "Soins", "non"),
         *("", "42,00", "TTC", "20,00", "01/01/2026", "")],
        [*("CS", "Consultation", "Acte", "Prestation de services", "706", "Soins", "non"),
         *("Éleveur", "36,50", "TTC", "5,50", "01/01/2026", "31/12/2026")],
        [*("Z", "'=Total", "Acte", "Prestation de services", "706", "", "non"), *[""] * 6],
    ]  # fmt: skip
    assert len(rows[0]) == len(rows[1])


def test_the_xlsx_has_numbers_and_days_of_what_is_filtered(admin):
    filled()
    content = b"".join(admin.get(reverse("item_export", args=["xlsx"]), {"q": "consult", "sort": "-name"}))
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    rows = list(sheet.iter_rows(values_only=True))

    assert len(rows) == 3
    assert rows[2][7:11] == ("Éleveur", 36.5, "TTC", 5.5)
    assert rows[2][12].date() == date(2026, 12, 31)


def test_no_export_of_an_unknown_form_or_of_nonsense(admin):
    assert admin.get(reverse("item_export", args=["pdf"])).status_code == 404
    assert admin.get(reverse("item_export", args=["csv"]), {"kind": "rien"}).status_code == 404


# Items


def test_an_item_is_made_with_its_first_tariff(admin):
    response = admin.post(reverse("item_create"), NEW)

    item = Item.objects.get()
    assert response.headers["Location"] == reverse("item_detail", args=[item.pk])
    assert (item.code, item.account_id, item.search) == ("A-00001", "706", "a 00001 consultation")
    tariff = item.tariffs.get()
    assert (tariff.price, tariff.vat_rate, tariff.includes_vat) == (Decimal("42.00"), 20, True)
    assert [change.about for change in item_history(item)] == ["Article créé"]


def test_an_item_may_wait_for_its_tariff_and_goods_go_to_their_account(admin):
    admin.post(reverse("item_create"), NEW | {"nature": "goods", "kind": "product", "tariff-price": " "})

    item = Item.objects.get()
    assert (item.account_id, item.tariffs.count()) == ("707", 0)


def test_prices_are_typed_as_the_company_says(admin):
    Company.objects.create(pk=1, name="Grossiste", prices_include_vat=False)

    assert "Prix HT" in page(admin, "item_create")
    admin.post(reverse("item_create"), NEW)
    assert str(Tariff.objects.get()).startswith("Tarif courant\u00a0: 42,00\u00a0HT")


def test_a_change_of_the_setting_leaves_tariffs_as_they_are(admin):
    tariff = an_item("Consultation", "42.00").tariffs.get()
    Company.objects.create(pk=1, name="Grossiste", prices_include_vat=False)

    assert "Prix TTC" in page(admin, "tariff_edit", tariff.pk)
    assert "Prix HT" in page(admin, "tariff_follow", tariff.pk)
    assert cells(page(admin, "item_detail", tariff.item_id), "Prix") == ["42,00\u00a0€ TTC"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": ""}, "obligatoire"),
        ({"code": "é"}, "Un code est fait de lettres"),
        ({"code": "PRIS"}, "Le code PRIS est déjà celui d’un autre article."),
        ({"kind": "autre"}, "Choisissez l’une des réponses proposées."),
        ({"account": "411"}, "Choisissez l’une des réponses proposées."),
        ({"tariff-price": "1,234"}, "plus de 2 décimales"),
        ({"tariff-price": "99999999999"}, "dépasse le plus grand montant possible"),
        ({"tariff-price": "-1"}, "Un prix ne peut pas être négatif."),
        ({"tariff-price": "douze"}, "n’est pas un montant"),
        ({"tariff-vat_rate": "19.6"}, "Choisissez l’une des réponses proposées."),
        ({"tariff-valid_from": "2013-01-01"}, "20\u00a0% n’est pas un taux de TVA en vigueur le 01/01/2013."),
        ({"tariff-valid_to": "2025-12-31"}, "Un tarif ne finit pas avant de commencer"),
        ({"tariff-valid_from": "31/02/2026"}, "Cette date n’existe pas"),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_saved(admin, given, message):
    an_item("Autre", code="PRIS")

    response = admin.post(reverse("item_create"), NEW | given)

    assert message in errors(response)
    assert 'value="Consultation"' in response.content.decode() or given.get("name") == ""
    assert (Item.objects.count(), Tariff.objects.count()) == (1, 0)


def test_the_second_of_two_who_edit_an_item_is_told_and_may_save_again(admin):
    item = an_item("Consultation")
    other = Item.objects.get()
    other.name = "Consultation longue"
    change_item(edited=other, version=1, by=UserFactory(first_name="Marc", last_name="Vidal"))
    given = {"name": "Consultation courte", "kind": "procedure", "nature": "service", "account": "706", "category": ""}

    refused = admin.post(reverse("item_edit", args=[item.pk]), given | {"version": "1"})

    assert "Modifié pendant votre saisie" in errors(refused)
    assert cells(refused.content.decode(), "Après") == ["Consultation longue"]
    assert 'name="version" value="2"' in refused.content.decode()
    assert admin.post(reverse("item_edit", args=[item.pk]), given | {"version": "2"}).status_code == 302
    assert Item.objects.get().name == "Consultation courte"


def test_an_archived_item_can_be_brought_back(admin):
    item = an_item("Consultation", "42.00")

    admin.post(reverse("item_archive", args=[item.pk]))
    assert "Réactiver" in page(admin, "item_detail", item.pk)
    admin.post(reverse("item_unarchive", args=[item.pk]))

    assert not Item.objects.get().is_archived
    assert cells(page(admin, "item_detail", item.pk), "Donnée") == ["Réactivé", "Archivé", "Article créé"]
    assert cells(page(admin, "item_detail", item.pk), "Par")[0] == "Nadia Karoui"


def test_the_front_desk_reads_and_changes_nothing(client):
    desk = at_work(client)
    item = an_item("Consultation", "42.00")

    shown = page(desk, "item_detail", item.pk) + page(desk, "item_list") + page(desk, "category_list")
    for name in ("item_edit", "tariff_create", "item_create", "category_create"):
        assert reverse(name, args=[item.pk] if name in ("item_edit", "tariff_create") else []) not in shown
    assert cells(shown, "Prix")[0] == "42,00\u00a0€ TTC"


# Tariffs


def test_tariffs_show_their_state(admin):
    item = an_item(
        "Consultation",
        a_tariff("40.00", valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31)),
        a_tariff("42.00"),
        a_tariff("45.00", "Nuit", valid_from=date(2999, 1, 1)),
    )
    html = page(admin, "item_detail", item.pk)

    assert cells(html, "Tarif") == ["Tarif courant", "Tarif courant", "Nuit"]
    assert cells(html, "Statut") == ["Valable", "Terminé", "À venir"]
    assert cells(html, "Validité")[1] == "Du 01/01/2025 au 31/12/2025"


def test_a_new_price_begins_with_the_present_values(admin):
    item = an_item("Consultation", a_tariff("1042.50", "Éleveur", rate="5.5", valid_to=date(2030, 6, 30)))
    [tariff] = item.tariffs.all()

    fields = admin.get(reverse("tariff_follow", args=[tariff.pk])).context["form"]

    assert [fields[name].value() for name in ("name", "price", "vat_rate", "valid_to")] == [
        "Éleveur",
        "1042,50",
        "5.5",
        date(2030, 6, 30),
    ]
    Company.objects.create(pk=1, name="Grossiste", prices_include_vat=False)
    fields = admin.get(reverse("tariff_follow", args=[tariff.pk])).context["form"]
    assert (fields["price"].label, fields["price"].value()) == ("Prix HT", "988,15")


def test_the_validity_of_a_tariff_to_come_is_not_told_as_present(admin):
    item = an_item("Consultation", a_tariff("42.00"), a_tariff("45.00", "Été", valid_from=date(2999, 7, 1)))

    assert cells(page(admin, "item_detail", item.pk), "Validité") == ["Depuis le 01/01/2026", "À partir du 01/07/2999"]


def test_a_tariff_is_added_corrected_followed_and_ended(admin):
    item = an_item("Consultation", "42.00")
    usual = item.tariffs.get()

    admin.post(reverse("tariff_create", args=[item.pk]), ONE | {"name": "Éleveur", "price": "36", "version": "1"})
    admin.post(reverse("tariff_edit", args=[usual.pk]), ONE | {"price": "43", "version": "2"})
    admin.post(
        reverse("tariff_follow", args=[usual.pk]), ONE | {"price": "45", "valid_from": "2026-04-01", "version": "3"}
    )
    eleveur = Tariff.objects.get(name="Éleveur")
    admin.post(reverse("tariff_end", args=[eleveur.pk]), {"valid_to": "2026-06-30", "version": "4"})

    told = [str(tariff) for tariff in item.tariffs.order_by("search", "valid_from")]
    assert told == [
        "Tarif courant\u00a0: 43,00\u00a0TTC, TVA 20\u00a0%, du 01/01/2026 au 31/03/2026",
        "Tarif courant\u00a0: 45,00\u00a0TTC, TVA 20\u00a0%, à partir du 01/04/2026",
        "Éleveur\u00a0: 36,00\u00a0TTC, TVA 20\u00a0%, du 01/01/2026 au 30/06/2026",
    ]
    assert [change.about for change in item_history(item)] == [
        *("Tarif modifié", "Nouveau prix", "Tarif modifié", "Tarif ajouté", "Article créé")
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"price": ""}, "obligatoire"),
        ({"price": "1,234"}, "plus de 2 décimales"),
        ({"version": "9"}, "Modifié pendant votre saisie"),
        ({"version": ""}, "Cette page n’est plus à jour"),
        ({"valid_from": "2026-02-01"}, "est déjà valable à partir du 01/01/2026"),
    ],
)
def test_a_bad_tariff_is_told_beside_its_field(admin, given, message):
    item = an_item("Consultation", "42.00")

    assert message in errors(admin.post(reverse("tariff_create", args=[item.pk]), ONE | {"version": "1"} | given))
    assert Tariff.objects.count() == 1


def test_a_new_price_that_begins_too_soon_and_an_end_before_the_beginning_are_refused(admin):
    tariff = an_item("Consultation", "42.00").tariffs.get()

    followed = admin.post(reverse("tariff_follow", args=[tariff.pk]), ONE | {"version": "1"})
    ended = admin.post(reverse("tariff_end", args=[tariff.pk]), {"valid_to": "2025-12-31", "version": "1"})

    assert "un nouveau commence après" in errors(followed)
    assert "Un tarif ne finit pas avant de commencer" in errors(ended)


# Categories


def test_categories_are_made_and_logged(admin):
    admin.post(reverse("category_create"), {"name": "Soins", "position": "2"})
    an_item("Consultation", category=Category.objects.get())

    assert cells(page(admin, "category_list"), "Articles") == ["1"]
    assert "Une autre catégorie porte déjà ce nom." in errors(
        admin.post(reverse("category_create"), {"name": "Soins", "position": "1"})
    )
    assert Event.objects.filter(kind="settings", detail__paramètre="Catégorie Soins").exists()
