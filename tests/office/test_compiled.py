"""Questions whose SQL is written once."""

from datetime import date

import pytest

from ledger.models import ClientAccount, Document
from office.asking import ask
from office.compiled import Compiled, NotCompilable
from office.models import Site
from tests import factories
from tests.builders import a_client

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def test_records_come_with_their_relations_and_annotations(django_assert_num_queries):
    account = factories.invoice_entry(a_client().account, "10.00", DAY).document.account
    read = Compiled(lambda day: Document.objects.filter(day=day).select_related("account"), day=date)

    with django_assert_num_queries(1):
        found = read(day=DAY).now()
        assert [document.account for document in found] == [account]

    assert found == list(Document.objects.filter(day=DAY))


def test_the_same_read_answers_other_values():
    lyon, nice = factories.SiteFactory(name="Lyon"), factories.SiteFactory(name="L’Été « % »")
    read = Compiled(lambda name: Site.objects.filter(name=name).values_list("pk", "name"), name=str)

    assert read(name="Lyon").now() == [(lyon.pk, "Lyon")]
    assert read(name="L’Été « % »").now() == [(nice.pk, "L’Été « % »")]
    assert read(name="Paris'; DROP TABLE office_site; --").now() == []


def test_several_reads_take_one_trip(django_assert_num_queries):
    site = factories.SiteFactory()
    account = a_client().account
    sites = Compiled(lambda key: Site.objects.filter(pk=key), key=int)
    keys = Compiled(lambda key: ClientAccount.objects.filter(pk=key).values_list("pk", flat=True), key=int)

    questions = sites(key=site.pk), keys(key=account.pk), sites(key=site.pk + 1)
    with django_assert_num_queries(1):
        ask(*questions)

    assert [question.answer for question in questions] == [[site], [account.pk], []]


def test_a_value_that_is_made_into_another_is_refused():
    read = Compiled(lambda name: Site.objects.filter(name=name.upper() + "!"), name=str)

    with pytest.raises(NotCompilable):
        read(name="Lyon")


def test_a_value_that_is_not_asked_for_is_refused():
    read = Compiled(lambda name: Site.objects.all() if name else Site.objects.none(), name=str)

    with pytest.raises(NotCompilable):
        read(name="Lyon")
