"""Questions whose SQL is written once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def test_what_stands_there_whatever_is_asked_is_written_as_it_is(django_assert_num_queries):
    name = "100 % l’été, $1 d’un '\\%s' %% \"x\""
    site, _ = factories.SiteFactory(name=name), factories.SiteFactory(name="100 l’été")
    read = Compiled(lambda key: Site.objects.filter(pk=key, name__contains=name), key=int)

    with django_assert_num_queries(2):
        assert [read(key=key).now() for key in (site.pk, site.pk + 1)] == [[site], []]


def test_it_is_planned_once_for_each_connection():
    read = Compiled(lambda name: Site.objects.filter(name=name), name=str)

    with CaptureQueriesContext(connection) as asked:
        read(name="Lyon").now()
        read(name="Nice").now()

    assert [query["sql"].split(" ")[0] for query in asked.captured_queries] == ["EXECUTE"] * 2
    with connection.cursor() as cursor:
        name = asked.captured_queries[0]["sql"].split(" ")[1]
        cursor.execute(
            "SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements WHERE name = %s", [name]
        )
        assert cursor.fetchone() == (1, 2)
