"""From a visit to an issued invoice: what is to invoice, what is invoiced, in which figures and numbers."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing.services import (
    AlreadyInvoiced,
    AlreadyIssued,
    BeforeVisit,
    NegativeVisit,
    NothingToInvoice,
    SeveralClients,
    VisitInFuture,
    change_visit,
    draft_lines,
    draft_visits,
    issue_invoice,
)
from ledger.models import Document, Line, Operation, PeriodLock
from ledger.queries import items_of
from ledger.services import DateBeforeLast, DayInFuture, PeriodClosed, ReferenceTaken, shut
from office.models import Company
from tests.builders import (
    a_client,
    cancel,
    document,
    euros,
    invoice,
    invoice_visits,
    line,
    told,
    visit,
)
from tests.factories import op

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


def change(of, *lines, day=NEXT):
    return change_visit(visit=of, lines=lines, op=op(day, Operation.Kind.VISIT))


def draft(*visits, day=NEXT):
    return draft_visits(visits=visits, op=op(day, Operation.Kind.INVOICE))


# Visits


def test_a_visit_is_to_invoice_from_its_day_until_its_invoices(client):
    v = visit(client, date(2026, 1, 5), line("31"))
    invoice_visits(date(2026, 1, 10), v)

    assert told(client, TODAY, on=date(2026, 1, 4), to_invoice="0", unpaid="0")
    assert told(client, TODAY, on=date(2026, 1, 9), to_invoice="31", unpaid="31", balance="0", unpaid_invoices="0")
    assert told(client, TODAY, on=date(2026, 1, 10), to_invoice="0", unpaid="31", balance="-31")
    assert told(client, TODAY, to_invoice="0", unpaid="31")


def test_a_draft_is_still_to_invoice(client):
    draft(visit(client, DAY, line("31")))

    assert told(client, TODAY, to_invoice="31", unpaid_invoices="0")


def test_a_changed_visit_counts_its_new_amount_from_the_day_of_the_change(client):
    v = visit(client, DAY, line("31"))

    change(v, line("31"), line("9"), day=date(2026, 3, 10))

    assert told(client, TODAY, on=date(2026, 3, 9), to_invoice="31")
    assert told(client, TODAY, on=date(2026, 3, 10), to_invoice="40")
    assert told(client, TODAY, to_invoice="40")


def test_a_visit_of_a_locked_day_counts_from_the_first_open_one(client):
    shut(PeriodLock.Scope.BOOKS, date(2026, 2, 28))

    visit(client, date(2026, 2, 20), line("31"), on=DAY)

    assert told(client, TODAY, on=date(2026, 2, 28), to_invoice="0")
    assert told(client, TODAY, on=date(2026, 3, 1), to_invoice="31")


def test_a_visit_counts_what_an_invoice_of_it_would_total(client):
    lines = [line("3.333333", quantity="3"), line("0.005", quantity="1")]
    v = visit(client, DAY, *lines)
    assert told(client, TODAY, to_invoice="10.01")

    f = invoice_visits(NEXT, v)

    assert f.ttc == euros("10.01")
    assert told(client, TODAY, to_invoice="0", unpaid="10.01")


def test_a_visit_is_never_to_come(client):
    with pytest.raises(VisitInFuture):
        visit(client, NEXT, line("31"), on=DAY)


def test_a_visit_is_never_below_nothing(client):
    with pytest.raises(NegativeVisit):
        visit(client, DAY, line("10"), line("11", quantity="-1"))


def test_a_drafted_line_changes_on_its_draft(client):
    v = visit(client, DAY, line("31", label="Vaccin"))
    draft(v)

    with pytest.raises(AlreadyInvoiced, match="Vaccin"):
        change(v, line("40"))


# Invoices


def test_two_visits_stand_on_one_invoice(client):
    v1, v2 = visit(client, DAY, line("60")), visit(client, NEXT, line("40"))

    f = invoice_visits(TODAY, v1, v2)

    assert (f.ttc, f.delivery_day) == (euros("100"), NEXT)
    assert document(f).reference == "FAC-2026-00001"


def test_the_same_visit_is_drafted_once(client):
    v = visit(client, DAY, line("60"))
    draft(v)

    with pytest.raises(NothingToInvoice):
        draft(v)


def test_visits_of_two_clients_are_two_invoices(client):
    other = a_client("C-2")

    with pytest.raises(SeveralClients):
        draft(visit(client, DAY, line("60")), visit(other, DAY, line("60")))


def test_an_invoice_of_a_visit_posts_what_one_typed_by_hand_posts(client):
    other = a_client("C-2")
    lines = [line("60", "20"), line("40", "5.5")]

    of_visit = invoice_visits(DAY, visit(client, DAY, *lines))
    by_hand = invoice(other, DAY, *lines)

    def posted(of):
        rows = Line.objects.filter(entry__document=document(of)).order_by("pk")
        return list(rows.values_list("account", "debit", "credit", "kind", "due"))

    assert posted(of_visit) == posted(by_hand)
    assert (of_visit.ht, of_visit.vat, of_visit.ttc) == (by_hand.ht, by_hand.vat, by_hand.ttc)


def test_an_invoice_is_issued_once(client):
    f = invoice(client, DAY, "10")

    with pytest.raises(AlreadyIssued, match="FAC-2026-00001"):
        issue_invoice(invoice=f, on=DAY, op=op(DAY, Operation.Kind.INVOICE))


def test_an_invoice_is_not_dated_before_its_visit(client):
    f = draft(visit(client, NEXT, line("10")))

    with pytest.raises(BeforeVisit, match="03/03/2026"):
        issue_invoice(invoice=f, on=DAY, op=op(NEXT, Operation.Kind.INVOICE))


def test_numbers_never_run_against_the_dates(client):
    invoice(client, NEXT, "10")

    with pytest.raises(DateBeforeLast, match="FAC-2026-00001 du 03/03/2026"):
        invoice(client, DAY, "10", today=TODAY)

    assert document(invoice(client, TODAY, "10")).reference == "FAC-2026-00002"


def test_each_year_counts_from_one(client):
    invoice(client, date(2025, 12, 31), "10")

    assert document(invoice(client, date(2026, 1, 1), "10")).reference == "FAC-2026-00001"


def test_no_invoice_bears_a_day_to_come_or_a_locked_one(client):
    shut(PeriodLock.Scope.BOOKS, date(2026, 2, 28))

    with pytest.raises(DayInFuture):
        invoice(client, TODAY, "10", today=DAY)
    with pytest.raises(PeriodClosed):
        invoice(client, date(2026, 2, 28), "10", today=DAY)

    assert not Document.objects.exists()


def test_an_issued_invoice_keeps_the_names_of_its_day(client):
    Company.objects.create(pk=1, name="Clinique du Parc", siren="123456782")
    f = invoice(client, DAY, "10")

    client.name = "Autre nom"
    client.save()
    Company.objects.update(name="Clinique des Lilas")

    f.refresh_from_db()
    assert (f.buyer["name"], f.seller["name"]) == ("Client C-1", "Clinique du Parc")
    later = invoice(client, NEXT, "10")
    assert (later.buyer["name"], later.seller["name"]) == ("Autre nom", "Clinique des Lilas")


# Taken over


def test_an_invoice_taken_over_keeps_its_number_and_takes_none_of_ours(client):
    f = invoice(client, DAY, "10", reference="FAC-2001")

    assert document(f).reference == "FAC-2001"
    assert document(invoice(client, DAY, "10")).reference == "FAC-2026-00001"


def test_a_number_is_taken_over_once(client):
    invoice(client, DAY, "10", reference="FAC-2001")

    with pytest.raises(ReferenceTaken, match="FAC-2001"):
        invoice(client, DAY, "10", reference="FAC-2001")


def test_a_number_of_our_own_form_is_not_taken_over(client):
    with pytest.raises(ReferenceTaken, match="réservée à nos propres numéros"):
        invoice(client, DAY, "10", reference="FAC-2026-00001")

    assert document(invoice(client, DAY, "10")).reference == "FAC-2026-00001"


# Rounding


@pytest.mark.parametrize(
    ("lines", "with_vat", "ht", "vat"),
    [
        ([("10", "3.80", "5.5")], True, "36.02", "1.98"),
        ([("3", "10.01", "20")], False, "30.03", "6.01"),
        ([("1", "9.99", "20")], True, "8.32", "1.67"),
        ([("2", "1.96", "20"), ("2", "0.04", "5.5")], False, "4.00", "0.78"),
    ],
)
def test_vat_is_rounded_once_per_rate(client, lines, with_vat, ht, vat):
    f = draft_lines(
        client=client,
        lines=[line(price, rate, quantity) for quantity, price, rate in lines],
        prices_include_vat=with_vat,
        op=op(DAY, Operation.Kind.INVOICE),
    )
    issue_invoice(invoice=f, on=DAY, op=op(DAY, Operation.Kind.INVOICE))

    assert (f.ht, f.vat) == (euros(ht), euros(vat))
    assert sum(item.amount for item in items_of(document(f))) == Decimal(ht) + Decimal(vat)
    assert told(client, TODAY, unpaid=str(Decimal(ht) + Decimal(vat)))


def test_the_nets_of_three_lines_add_up_to_the_invoices(client):
    f = invoice(client, DAY, line("3.33"), line("3.33"), line("3.33"))

    assert f.ht == euros("8.32")
    assert sum(one.ht.amount for one in f.lines.all()) == Decimal("8.32")


def test_an_invoice_and_its_cancelling_leave_no_vat(client):
    f = invoice(client, DAY, line("3.33", quantity="3"), line("0.03", "5.5"))

    note = cancel(f, NEXT)

    rows = Line.objects.filter(entry__document__in=[document(f), document(note)], client_account=None)
    sums = {account: Decimal(0) for account in rows.values_list("account", flat=True)}
    for row in rows:
        sums[row.account_id] += row.debit - row.credit
    assert set(sums) == {"706", "44571"}
    assert set(sums.values()) == {0}
