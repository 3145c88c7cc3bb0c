"""The legal mentions of a document: which ones it bears, and that it keeps those of its day."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing.mentions import mentions
from invoicing.models import Invoice
from invoicing.services import NewLine, TaxedInFranchise
from ledger.models import BankAccount
from office.models import Company, DatedSetting, Role
from office.queries import legal_texts
from tests.builders import a_client, credit_on, invoice, line
from tests.factories import SiteFactory, UserFactory

DAY = date(2026, 11, 25)
PERSON = {"nature": "person", "vat_regime": "france"}
COMPANY = PERSON | {"nature": "company"}


def keys(seller: dict, buyer: dict, *lines: NewLine) -> list[str]:
    texts = {key: f"{key} à {{taux}}" for key in SAID} | {"penalty_rate": "12.40"}
    return [mention["key"] for mention in mentions(texts, seller=seller, buyer=buyer, lines=lines)]


SAID = (
    *("discount", "penalty", "recovery", "goods", "services", "mixed", "debits"),
    *("franchise", "exempt", "reverse_charge", "intra_community", "export"),
)


def sold(nature: str = "service", rate: str = "20") -> NewLine:
    return NewLine("Soin", Decimal("10.00"), Decimal(rate), nature=nature)


@pytest.mark.parametrize(
    ("seller", "buyer", "lines", "expected"),
    [
        ({}, PERSON, [sold()], ["services"]),
        ({}, {"name": "Dupont"}, [sold("goods")], ["goods"]),
        ({}, COMPANY, [sold("goods"), sold()], ["mixed", "discount", "penalty", "recovery"]),
        ({"vat_on_debits": True}, PERSON, [sold()], ["services", "debits"]),
        ({"vat_scheme": "franchise"}, PERSON, [sold(rate="0")], ["franchise", "services"]),
        ({}, PERSON, [sold(rate="0"), sold()], ["exempt", "services"]),
        ({}, PERSON | {"vat_regime": "export"}, [sold("goods", "0")], ["export", "goods"]),
        (
            {},
            PERSON | {"vat_regime": "reverse_charge"},
            [sold(rate="0"), sold("goods", "0")],
            ["reverse_charge", "intra_community", "mixed"],
        ),
    ],
)
def test_a_document_bears_what_the_law_asks_of_it(seller, buyer, lines, expected):
    assert keys(seller, buyer, *lines) == expected


def test_the_penalty_tells_the_rate_in_force_and_nothing_without_one():
    texts = {"penalty": "Au taux de {taux} %.", "penalty_rate": "12.40"}

    told = mentions(texts, seller={}, buyer=COMPANY, lines=[sold()])
    untold = mentions(texts | {"penalty_rate": ""}, seller={}, buyer=COMPANY, lines=[sold()])

    assert told == [{"key": "penalty", "text": "Au taux de 12,4 %."}]
    assert untold == []


def test_a_clients_own_reason_takes_the_place_of_the_general_one():
    buyer = PERSON | {"vat_regime": "exempt", "vat_exemption": "Exonération, article 44"}

    assert mentions({"exempt": "x"}, seller={}, buyer=buyer, lines=[sold(rate="0")])[0]["text"] == (
        "Exonération, article 44"
    )


@pytest.mark.django_db
def test_every_text_of_the_law_is_in_force_from_the_start():
    texts = legal_texts(DAY)

    reminders = {"reminder", "reminder_again", "formal_notice", "interest"}
    assert set(texts) == {*SAID, *reminders, "penalty_rate", "cash_limit", "cash_limit_abroad"}
    assert texts["recovery"].endswith("en cas de retard de paiement\u00a0: 40\u00a0€.")
    assert (legal_texts(date(2026, 6, 30))["penalty_rate"], texts["penalty_rate"]) == ("12.15", "12.40")
    assert "penalty_rate" not in legal_texts(date(2024, 12, 31))


@pytest.mark.django_db
def test_an_issued_invoice_and_its_credit_note_keep_seller_place_bank_and_texts_of_their_day():
    site = SiteFactory(name="Le Port", street="1 quai", postcode="13002", city="Marseille")
    Company.objects.create(pk=1, name="Clinique du Parc", sole_trader=True)
    BankAccount.objects.create(
        label="Courant", iban="FR7630006000011234567890189", bic="AGRIFRPP", account_id="512", is_default=True
    )
    client = a_client(nature="company")

    issued = Invoice.objects.get(pk=invoice(client, DAY, "120", site=site).pk)
    DatedSetting.objects.create(name="legal.discount", valid_from=DAY, value="Escompte : 2 %.")
    BankAccount.objects.update(iban="DE89370400440532013000")
    later = invoice(client, DAY, "120")
    note = credit_on(issued, DAY)

    texts = {mention["key"]: mention["text"] for mention in issued.seller["mentions"]}
    assert texts["discount"] == "Escompte pour paiement anticipé\u00a0: néant."
    assert "12,4\u00a0%" in texts["penalty"]
    assert issued.seller["site"] == {"name": "Le Port", "address": "1 quai 13002 Marseille"}
    assert issued.seller["bank"]["iban"] == "FR7630006000011234567890189"
    assert issued.seller["sole_trader"] is True
    assert later.seller["bank"]["iban"] == "DE89370400440532013000"
    for document in (later, note):
        assert {"key": "discount", "text": "Escompte : 2 %."} in document.seller["mentions"]


@pytest.mark.django_db
def test_a_business_in_franchise_issues_no_invoice_with_vat():
    Company.objects.create(pk=1, name="Anne Roux", vat_scheme="franchise")
    client = a_client()

    with pytest.raises(TaxedInFranchise):
        invoice(client, DAY, line("120", "20"))

    assert invoice(client, DAY, line("120", "0")).seller["vat_scheme"] == "franchise"


# Paramètres > Textes légaux


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(username="karoui", role=Role.ADMINISTRATOR))
    return client


@pytest.mark.django_db
def test_a_text_is_changed_from_a_day_on_and_its_history_shown(desk):
    page = desk.post(
        "/parametres/textes-legaux/discount/", {"text": " Escompte : 2 %. ", "valid_from": "01/01/2027"}, follow=True
    )

    assert "«\u00a0Escompte\u00a0» est enregistré." in page.content.decode()
    assert legal_texts(date(2026, 12, 31))["discount"] == "Escompte pour paiement anticipé\u00a0: néant."
    assert legal_texts(date(2027, 1, 1))["discount"] == "Escompte : 2 %."
    assert "Escompte : 2 %." in desk.get("/parametres/textes-legaux/discount/").content.decode()
    assert "01/01/2027" in desk.get("/journal/").content.decode()


@pytest.mark.django_db
def test_a_text_of_a_day_is_replaced_and_an_empty_one_prints_nothing(desk):
    for text in ("Escompte : 2 %.", ""):
        desk.post("/parametres/textes-legaux/discount/", {"text": text, "valid_from": "2027-01-01"})

    assert "discount" not in legal_texts(date(2027, 1, 1))
    assert DatedSetting.objects.filter(name="legal.discount").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "douze", "101", "-1"])
def test_a_rate_that_is_none_is_refused_beside_its_field(desk, typed):
    response = desk.post("/parametres/textes-legaux/penalty_rate/", {"text": typed, "valid_from": "2027-01-01"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["text"]
    assert legal_texts(date(2027, 1, 1))["penalty_rate"] == "12.40"


@pytest.mark.django_db
def test_a_rate_is_typed_as_french_people_do(desk):
    assert 'value="12,40"' in desk.get("/parametres/textes-legaux/penalty_rate/").content.decode()

    desk.post("/parametres/textes-legaux/penalty_rate/", {"text": "12,15", "valid_from": "2027-01-01"})

    assert legal_texts(date(2027, 1, 1))["penalty_rate"] == "12.15"
    assert desk.get("/parametres/textes-legaux/inconnu/").status_code == 404
