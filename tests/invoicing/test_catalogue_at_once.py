"""Two administrators in the catalogue at the same moment."""

from datetime import date

from invoicing.models import Item, Tariff
from invoicing.services import save_tariff
from office.editing import ChangedMeanwhile
from tests.factories import UserFactory
from tests.helpers import run_together
from tests.shelf import a_tariff, an_item


def test_two_at_once_do_not_both_price_an_item(own_database):
    item, user = an_item("Consultation", "42.00"), UserFactory()

    def add(name: str, since: date):
        return lambda: save_tariff(a_tariff("30.00", name, item=item, valid_from=since), version=1, by=user)

    outcomes = run_together(add("Éleveur", date(2026, 1, 1)), add("éleveur", date(2026, 2, 1)))

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [ChangedMeanwhile]
    assert Tariff.objects.filter(search="eleveur").count() == 1


def test_two_items_without_a_code_get_two(own_database):
    outcomes = run_together(lambda: an_item("A"), lambda: an_item("B"))

    assert sorted(item.code for item in outcomes) == ["A-00001", "A-00002"]
    assert Item.objects.count() == 2
