"""The catalogue's services and its search: prices that hold on a day, and lines that copy them."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing.models import Item, Tariff
from invoicing.queries import item_history, rates_on, tariffs_found
from invoicing.services import (
    BeginsTooSoon,
    ItemCodeTaken,
    RateNotInForce,
    TariffNotValid,
    TariffOverlaps,
    ValidityReversed,
    archive_item,
    change_item,
    follow_tariff,
    line_of,
    record_visit,
    save_tariff,
)
from ledger.models import Operation
from office.editing import ChangedMeanwhile
from office.models import DatedSetting
from tests.builders import a_client
from tests.factories import UserFactory, op
from tests.shelf import SINCE, a_tariff, an_item

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 16)


def found(text: str, on: date = DAY, **options) -> dict[str, list[str]]:
    groups = tariffs_found(text, on, **options)
    return {group.item.name: [f"{tariff.shown_name} {tariff.price}" for tariff in group.tariffs] for group in groups}


def one(item: Item) -> Tariff:
    return Tariff.objects.select_related("item").get(item=item)


# Search


def test_tariffs_are_found_by_code_name_and_tariff_whatever_the_accents():
    an_item("Œstrus, bilan", "38.00", code="BIL-1")
    an_item("Consultation", "42.00", a_tariff("36.00", "Éleveur"), code="CS")

    assert found("oestrus") == {"Œstrus, bilan": ["Œstrus, bilan 38.00"]}
    assert found("bil-1") == {"Œstrus, bilan": ["Œstrus, bilan 38.00"]}
    assert found("CONSULTATION eleveur") == {"Consultation": ["Éleveur 36.00"]}
    assert found("consult") == {"Consultation": ["Consultation 42.00", "Éleveur 36.00"]}
    assert found("consult chien") == {}
    assert found("100 %_") == {}


def test_what_begins_with_the_text_comes_first():
    an_item("Ablation de vaccin", "1")
    an_item("Vaccin annuel", "2")
    an_item("Zèbre", "3", code="vaccin")

    assert list(found("vaccin")) == ["Vaccin annuel", "Zèbre", "Ablation de vaccin"]
    assert list(found("")) == ["Ablation de vaccin", "Vaccin annuel", "Zèbre"]


def test_an_item_without_a_valid_tariff_is_not_offered():
    an_item("Sans tarif")
    an_item("Passé", a_tariff("1", valid_from=date(2025, 1, 1), valid_to=date(2026, 3, 15)))
    an_item("À venir", a_tariff("2", valid_from=date(2026, 3, 17)))
    an_item("Ce jour", a_tariff("3", valid_from=DAY, valid_to=DAY))
    archive_item(an_item("Archivé", "4"), archived=True, by=UserFactory())

    assert found("") == {"Ce jour": ["Ce jour 3.00"]}


def test_a_tariff_whose_rate_ends_is_not_offered_any_more():
    item = an_item("Consultation", "42.00")
    DatedSetting.objects.create(name="vat.rates", valid_from=date(2027, 1, 1), value=["21", "5.5"])

    assert list(found("", date(2026, 12, 31))) == ["Consultation"]
    assert found("", date(2027, 1, 1)) == {}
    with pytest.raises(TariffNotValid):
        line_of(one(item), on=date(2027, 1, 1), prices_include_vat=True)


def test_only_one_kind_is_searched_if_asked_for():
    an_item("Croquettes", "46.90", kind="product", nature="goods")
    an_item("Consultation", "42.00")

    assert list(found("", kind="product")) == ["Croquettes"]


def test_a_search_asks_once_beside_the_rates(django_assert_num_queries):
    for rank in range(30):
        an_item(f"Soin {rank}", "10", a_tariff("8", "Éleveur"))

    with django_assert_num_queries(2):
        assert len(tariffs_found("soin", DAY)) == 30


# Items


def test_items_without_a_code_take_the_next_number():
    assert [an_item("A").code, an_item("B", code="PROPRE").code, an_item("C").code] == ["A-00001", "PROPRE", "A-00002"]
    with pytest.raises(ItemCodeTaken, match="PROPRE"):
        an_item("D", code="PROPRE")


def test_an_item_keeps_the_history_of_who_changed_what():
    item, user = an_item("Consultation"), UserFactory()
    item.name, item.kind = "Consultation longue", "service"

    assert change_item(edited=item, version=1, by=user)
    assert not change_item(edited=item, version=1, by=user)

    change = item_history(item).first()
    assert (change.version, change.user, change.about) == (2, user, "Article modifié")
    assert change.changes == [
        {"field": "nom", "before": "Consultation", "after": "Consultation longue"},
        {"field": "type", "before": "Acte", "after": "Prestation"},
    ]
    assert list(found("longue")) == []  # no tariff yet
    assert Item.objects.get().search == "a 00001 consultation longue"


def test_the_second_of_two_users_is_told():
    item, user = an_item("Consultation", "42.00"), UserFactory()
    other = Item.objects.get()
    item.name = "Consultation A"
    change_item(edited=item, version=1, by=user)

    other.name = "Consultation B"
    with pytest.raises(ChangedMeanwhile) as told:
        change_item(edited=other, version=1, by=user)
    with pytest.raises(ChangedMeanwhile):
        save_tariff(a_tariff("36.00", "Éleveur", item=item), version=1, by=user)

    assert [change.changes[0]["after"] for change in told.value.changes] == ["Consultation A"]
    assert told.value.version == 2


# Tariffs


def test_a_tariff_that_cannot_be_is_refused():
    item, user = an_item("Consultation", a_tariff("42.00", "Éleveur")), UserFactory()

    def add(**fields):
        save_tariff(a_tariff(item=item, **fields), version=1, by=user)

    with pytest.raises(RateNotInForce, match="19,6\u00a0% n’est pas un taux de TVA en vigueur le 01/01/2026"):
        add(rate="19.6")
    with pytest.raises(ValidityReversed, match="01/01/2026"):
        add(valid_to=date(2025, 12, 31))
    with pytest.raises(TariffOverlaps, match="«\u00a0Éleveur\u00a0» est déjà valable à partir du 01/01/2026"):
        add(name="  ÉLEVEUR ", valid_from=date(2027, 1, 1))
    assert Tariff.objects.count() == 1


def test_a_new_price_ends_the_former_the_day_before():
    item, user = an_item("Consultation", "42.00"), UserFactory()

    follow_tariff(one(item), a_tariff("45.00", valid_from=date(2026, 4, 1)), version=1, by=user)

    assert found("", date(2026, 3, 31)) == {"Consultation": ["Consultation 42.00"]}
    assert found("", date(2026, 4, 1)) == {"Consultation": ["Consultation 45.00"]}
    assert [change["after"] for change in item_history(item).first().changes] == [
        "Tarif courant\u00a0: 42,00\u00a0TTC, TVA 20\u00a0%, du 01/01/2026 au 31/03/2026",
        "Tarif courant\u00a0: 45,00\u00a0TTC, TVA 20\u00a0%, à partir du 01/04/2026",
    ]


def test_a_new_price_begins_after_the_former():
    item = an_item("Consultation", "42.00")

    with pytest.raises(BeginsTooSoon, match="01/01/2026"):
        follow_tariff(one(item), a_tariff("45.00", valid_from=SINCE), version=1, by=UserFactory())


# Lines


def test_a_line_copies_the_tariff_and_stays_when_the_tariff_changes():
    item = an_item("Consultation", a_tariff("36.00", "Éleveur", rate="5.5"), nature="service")
    tariff, user = one(item), UserFactory()
    priced = line_of(tariff, on=DAY, prices_include_vat=True, quantity=Decimal(2))
    visit = record_visit(client=a_client(), day=DAY, lines=[priced], op=op(DAY, Operation.Kind.VISIT))

    tariff.price = Decimal("99.00")
    save_tariff(tariff, version=1, by=user)

    line = visit.lines.get()
    assert (line.label, line.quantity, line.unit_price, line.vat_rate, line.account_id) == (
        "Consultation, Éleveur",
        Decimal(2),
        Decimal("36.00"),
        Decimal("5.5"),
        "706",
    )


def test_a_line_takes_no_tariff_out_of_its_validity():
    tariff = one(an_item("Consultation", a_tariff("42.00", valid_to=date(2026, 3, 15))))

    with pytest.raises(TariffNotValid, match="16/03/2026\u00a0: il l’est du 01/01/2026 au 15/03/2026"):
        line_of(tariff, on=DAY, prices_include_vat=True)


@pytest.mark.parametrize(
    ("price", "rate", "included", "wanted", "expected"),
    [
        ("42.00", "20", True, True, "42.00"),
        ("42.00", "20", True, False, "35"),
        ("10.00", "20", True, False, "8.333333"),
        ("9.99", "5.5", False, True, "10.53945"),
        ("9.99", "0", False, True, "9.99"),
    ],
)
def test_a_price_of_the_other_basis_is_converted(price, rate, included, wanted, expected):
    tariff = one(an_item("Soin", a_tariff(price, rate=rate, includes_vat=included)))

    assert line_of(tariff, on=DAY, prices_include_vat=wanted).unit_price == Decimal(expected)


def test_the_rates_of_today_are_those_of_the_general_tax_code():
    assert [str(rate) for rate in rates_on(DAY)][:5] == ["20", "10", "5.5", "2.1", "0"]
    assert rates_on(date(2013, 12, 31)) == []
