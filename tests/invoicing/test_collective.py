"""Invoices of many clients: what is chosen, what would be made, and what is made of it."""

from datetime import date
from decimal import Decimal

import pytest

from clients.services import archive_client
from invoicing import services
from invoicing.filters import BatchVisitFilter
from invoicing.models import Batch, Invoice, Visit
from invoicing.queries import all_visits_to_invoice, candidates, foreseen, items_of_batch, result_of
from invoicing.services import draft_visits
from ledger.models import Operation
from tests.builders import a_client, invoice_visits, line, visit
from tests.factories import PartyFactory, SiteFactory, UserFactory, op
from tests.invoicing.batches import DAY, END, NOON, clients, made_whole, outcomes, prepared, reasons, step

# Chosen


@pytest.mark.django_db
def test_what_would_be_made_is_told_beforehand_and_what_not_and_why():
    one, two, gone, drafted = clients(4)
    visit(one, DAY, line("8"))
    visit(two, date(2026, 4, 1), line("5"))
    archive_client(gone, by=UserFactory())
    draft_visits(visits=list(Visit.objects.filter(client=drafted)), op=op(DAY, Operation.Kind.DRAFT))

    found = candidates(all_visits_to_invoice(), on=END)
    each, together = foreseen(found, together=False), foreseen(found, together=True)

    assert (each.clients, each.visits, each.invoices, together.invoices) == (2, 3, 3, 2)
    assert [total.amount for total in each.totals] == [Decimal("32.00")]
    assert [number for _, number in each.obstacles] == [1, 1, 1]


@pytest.mark.django_db
def test_a_choice_by_period_site_kind_and_progress_is_told_in_words():
    parc = SiteFactory(name="Lyon Parc")
    asked = {"since": "2026-03-01", "until": "2026-03-31", "site": parc.pk, "kind": "sale", "progress": "finished"}

    filters = BatchVisitFilter(asked, all_visits_to_invoice())

    assert filters.is_valid()
    assert filters.about == "Visites du 01/03/2026 au 31/03/2026, terminée, vente, Lyon Parc"
    assert BatchVisitFilter({}, all_visits_to_invoice()).is_valid()


# Made


@pytest.mark.django_db
def test_a_batch_invoices_each_client_on_its_own_terms_in_the_order_of_names(sound_ledger):
    b, a = a_client("C-1", name="Zola", terms="days_30"), a_client("C-2", name="Balzac")
    for client in (b, a):
        visit(client, DAY, line("12"))
        visit(client, DAY, line("8"))

    batch = made_whole(prepared(together=True))

    first, second = (item.invoice for item in items_of_batch(batch))
    assert [bill.client for bill in (first, second)] == [a, b]
    assert first.document.number + 1 == second.document.number
    assert [(bill.ttc.amount, bill.day, bill.terms) for bill in (first, second)] == [
        (Decimal("20.00"), END, "receipt"),
        (Decimal("20.00"), END, "days_30"),
    ]
    assert {bill.operation for bill in (first, second)} == {batch.operation}
    assert batch.ended_at == NOON
    assert not all_visits_to_invoice().exists()


@pytest.mark.django_db
def test_terms_of_a_batch_hold_for_all():
    visit(a_client("C-1", terms="days_30"), DAY, line("12"))

    made_whole(prepared(terms="month"))

    assert Invoice.objects.get().terms == "month"


@pytest.mark.django_db
def test_a_passer_by_gets_an_invoice_of_his_own(sound_ledger):
    walk_in = a_client("PASSAGE", walk_in=True)
    parties = [PartyFactory(account=walk_in.account, name=name) for name in ("Dupont", "Martin")]
    for party in (*parties, parties[0]):
        visit(walk_in, DAY, line("12"), party=party)

    batch = made_whole(prepared(together=True))

    assert [(item.party.name, item.invoice.ttc.amount) for item in items_of_batch(batch)] == [
        ("Dupont", Decimal("24.00")),
        ("Martin", Decimal("12.00")),
    ]


@pytest.mark.django_db
def test_what_cannot_be_invoiced_is_left_with_its_reason_and_the_rest_is_made(sound_ledger):
    archived, later, done, _ = clients(4)
    visit(later, date(2026, 4, 1), line("5"))
    archive_client(archived, by=UserFactory())
    batch = prepared()
    invoice_visits(END, *Visit.objects.filter(client=done))

    made_whole(batch)

    assert reasons(batch) == {
        "C-1": "Le client est archivé\u00a0: réactivez-le d’abord.",
        "C-2": "La visite est postérieure à la date des factures.",
        "C-3": "Plus rien n’y est à facturer\u00a0: déjà fait entre-temps, ou sur un brouillon.",
    }
    assert [code for code, outcome in outcomes(batch) if outcome == "made"] == ["C-2", "C-4"]
    result = result_of(batch)
    assert (result.done, result.total, result.made, result.skipped) == (5, 5, 2, 3)
    assert [total.amount for total in result.totals] == [Decimal("24.00")]


@pytest.mark.django_db
def test_a_client_archived_meanwhile_is_left(sound_ledger):
    (one,) = clients(1)
    batch = prepared()
    archive_client(one, by=UserFactory())

    made_whole(batch)

    assert list(reasons(batch)) == ["C-1"]


@pytest.mark.django_db
def test_a_day_that_numbers_have_passed_is_told_and_nothing_is_made(sound_ledger):
    (one,) = clients(1)
    batch = prepared(on=DAY)
    other = a_client("C-9")
    invoice_visits(END, visit(other, DAY, line("5")))

    made_whole(batch)

    assert "31/03/2026" in reasons(batch)["C-1"]
    assert one.invoices.count() == 0


@pytest.mark.django_db
def test_a_batch_of_nothing_is_refused():
    with pytest.raises(services.NothingChosen):
        prepared()

    assert not Batch.objects.exists()


@pytest.mark.django_db
def test_steps_are_of_25_documents_at_most():
    clients(30)
    batch = prepared()
    sizes = []

    while step(batch):
        sizes.append(Invoice.objects.count())

    assert sizes == [25, 30]
