"""The statement of a client: rows, running balance, TTC and HT, and what must always add up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from clients.models import Client
from clients.terms import Terms
from demo.examples import Desk, play
from invoicing.services import Plan, reschedule
from ledger.balance import balance_of
from ledger.models import Allocation, BankAccount
from office.clock import today
from office.models import Event, Site
from office.periods import Period
from statements.queries import Basis, Extract, Wanted, Where, extract_of
from tests import factories
from tests.builders import (
    a_client,
    bounce,
    cancel,
    credit_on,
    detach,
    document,
    invoice,
    line,
    main_item,
    pay,
    use,
)
from tests.machine.settling import Settling
from tests.pages import at_work, cells, column, squeezed, text_of
from tests.papers import codes, faults, pages

pytestmark = pytest.mark.django_db

JAN, FEB = date(2026, 1, 31), date(2026, 2, 28)
JANUARY, FEBRUARY = Period(date(2026, 1, 1), JAN), Period(date(2026, 2, 1), FEB)
TODAY = date(2026, 3, 15)


def the_extract(client: Client, period: Period | None = None, basis: Basis = Basis.TTC, **more) -> Extract:
    return extract_of(client, Wanted(period or Period(), basis, **more), today=TODAY)


def ht(client: Client, period: Period | None = None, **more) -> Extract:
    return the_extract(client, period, Basis.HT, **more)


def told(extract: Extract) -> list[tuple[str, str, str]]:
    """Description, debit less credit, running balance of each row."""
    return [(row.description, f"{row.debit - row.credit}", f"{row.balance}") for row in extract.rows]


def test_the_seed_s_statement_has_its_figures_and_columns(client: Browser):
    play(Desk(), today(), ["EX-RELEVE"])
    desk = at_work(client)

    html = squeezed(desk.get("/clients/EX-RELEVE/extrait/?basis=ht").content.decode())

    assert cells(html, "Date") == ["", "05/04/2025", "12/04/2025", "20/04/2025"]
    assert cells(html, "Référence") == ["", "FAC-2001", "FAC-2002", "PAY-3001"]
    described = ["Report", "Facture vente", "Facture prestation", "Paiement virement client"]
    assert cells(html, "Description") == described
    assert column(html, r"Débit \(HT\)") == [Decimal(1500), Decimal(750)]
    assert column(html, r"Crédit \(HT\)") == [Decimal(1000)]
    assert column(html, "Solde courant") == [0, Decimal(1500), Decimal(2250), Decimal(1250)]
    words = text_of(html)
    assert "Total débit 2\u202f250,00\u00a0€ Total crédit 1\u202f000,00\u00a0€" in words
    assert "1\u202f250,00\u00a0€ dus par le client" in words


def test_the_seed_s_statement_is_printed_with_the_same_figures(client: Browser):
    play(Desk(), today(), ["EX-RELEVE"])
    desk = at_work(client)

    pdf = desk.get("/clients/EX-RELEVE/extrait/pdf/?basis=ht&start=2025-04-01&end=2025-04-30").content

    (page,) = pages(pdf)
    assert faults(pdf) == []
    assert "du 01/04/2025 au 30/04/2025 · établissement : tous · montants HT en euros" in page.replace("\u00a0", " ")
    assert "Date Référence Description Débit (HT) Crédit (HT) Solde courant" in page
    assert "05/04/2025 FAC-2001 Facture vente 1 500,00 1 500,00" in page.replace("\u202f", " ")
    assert "20/04/2025 PAY-3001 Paiement virement client 1 000,00 1 250,00" in page.replace("\u202f", " ")
    assert "Total 2 250,00 1 000,00 1 250,00" in page.replace("\u202f", " ")
    assert "page 1 / 1" in page
    assert Event.objects.filter(kind=Event.Kind.PRINT, detail__pièce="Extrait de compte client EX-RELEVE").exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_statement_goes_out_as_a_file(client: Browser, form: str):
    play(Desk(), today(), ["EX-RELEVE"])

    response = at_work(client).get(f"/clients/EX-RELEVE/extrait/{form}/")
    content = b"".join(response)

    assert f"extrait-EX-RELEVE-{today():%Y-%m-%d}.{form}" in response["Content-Disposition"]
    if form == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[0] == "Date;Référence;Description;Débit (TTC);Crédit (TTC);Solde courant"
        assert lines[2] == "05/04/2025;FAC-2001;Facture vente;1500,00;;1500,00"
        assert lines[-1] == "Total;;;2250,00;1000,00;1250,00"


def test_rows_of_one_day_stand_in_the_order_they_were_posted():
    client = a_client()
    day = date(2026, 1, 10)
    for amount in ("37213.38", "31198.78", "3550.18"):
        factories.invoice_entry(client.account, amount, day)
    factories.payment_entry(client.account, "71962.34", day)

    running = [str(row.balance) for row in the_extract(client).rows]

    assert running == ["37213.38", "68412.16", "71962.34", "0.00"]
    assert running == [str(row.balance) for row in the_extract(client, JANUARY).rows]


def test_an_invoice_of_three_instalments_is_one_row():
    client = a_client()
    parts = [(date(2026, month, 5), Decimal("40.00")) for month in (2, 3, 4)]
    invoice(client, date(2026, 1, 5), "120.00", plan=Plan(Terms.FREE, free=parts))

    assert told(the_extract(client)) == [("Facture prestation", "120.00", "120.00")]
    assert told(ht(client)) == [("Facture prestation", "100.00", "100.00")]


def test_what_is_rescheduled_is_no_row_and_settles_its_invoice():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "120.00")
    op = factories.op(date(2026, 1, 20))
    reschedule(invoice=f, dues=[(date(2026, 2, 20), Decimal("50.00")), (date(2026, 3, 20), Decimal("70.00"))], op=op)
    parts = list(client.account.items.filter(open__gt=0).order_by("due"))
    payment = pay(client, date(2026, 2, 1), "120.00", {parts[0]: "50.00"})
    factories.allocate(parts[1], main_item(payment), "70.00", date(2026, 2, 9))

    assert told(the_extract(client)) == [
        ("Facture prestation", "120.00", "120.00"),
        ("Paiement carte client", "-120.00", "0.00"),
    ]
    assert told(ht(client)) == [
        ("Facture prestation", "100.00", "100.00"),
        ("Paiement carte client", "-111.67", "-11.67"),
        (f"Imputation sur {document(f)}", "11.67", "0.00"),
    ]
    assert ht(client, FEBRUARY, unsettled=True).final == 0


def test_a_payment_counts_the_ht_of_what_it_settles_on_its_day():
    client = a_client()
    f1 = invoice(client, date(2026, 1, 5), line("120.00"))
    f2 = invoice(client, date(2026, 1, 5), line("110.00", rate="10"))
    pay(client, date(2026, 1, 20), "230.00", {f1: "120.00", f2: "110.00"})

    extract = ht(client)

    assert (extract.debit, extract.credit, extract.final) == (Decimal("200.00"), Decimal("200.00"), 0)


def test_parts_of_an_invoice_add_up_without_vat():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "120.00")
    for day in (6, 7, 8):
        pay(client, date(2026, 1, day), "40.00", {f: "40.00"})

    assert [str(row.credit) for row in ht(client).rows[1:]] == ["33.33", "33.34", "33.33"]
    assert ht(client).final == 0


def test_what_is_used_later_is_a_row_imputation_on_that_day():
    client = a_client()
    f1 = invoice(client, date(2026, 1, 5), "100.00")
    payment = pay(client, date(2026, 1, 20), "120.00", {f1: "100.00"})
    f2 = invoice(client, date(2026, 2, 5), "120.00")
    factories.allocate(main_item(f2), main_item(payment), "20.00", date(2026, 2, 10))

    january, february, both = ht(client, JANUARY), ht(client, FEBRUARY), ht(client, Period(date(2026, 1, 1), FEB))

    assert told(january)[1:] == [("Paiement carte client", "-103.33", "-20.00")]
    assert february.report == january.final == Decimal("-20.00")
    assert [row.description for row in february.rows] == ["Facture prestation", f"Imputation sur {document(f2)}"]
    assert february.rows[1].debit == Decimal("3.33")
    assert february.final == both.final == Decimal("83.33")


def test_a_credit_note_and_what_it_settles_differ_by_a_row_imputation():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), line("120.00"))
    g = invoice(client, date(2026, 1, 5), line("60.00"))
    note = credit_on(f, date(2026, 1, 6), "60.00")
    other = invoice(client, date(2026, 1, 7), line("60.00", rate="0"))
    use(note, other, "60.00", date(2026, 1, 8))
    pay(client, date(2026, 1, 9), "180.00", {f: "120.00", g: "60.00"})

    extract = ht(client)

    assert [str(row.debit) for row in extract.rows if row.description.startswith("Imputation")] == ["0.00"]
    assert extract.final == 0


def test_a_bounce_takes_back_the_ht_that_the_payment_had():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "80.00")
    cheque = pay(client, date(2026, 1, 6), "80.00", {f: "80.00"}, by="cheque")
    bounce(cheque, date(2026, 1, 20), fee="15.00")

    extract = ht(client)

    amounts = [(str(row.debit), str(row.credit)) for row in extract.rows]
    assert amounts == [("66.67", "0.00"), ("0.00", "66.67"), ("81.67", "0.00")]
    assert the_extract(client).final == Decimal("95.00")


def test_what_was_cancelled_is_shown_with_what_cancelled_it_or_neither():
    client = a_client()
    f = invoice(client, TODAY, "80.00")
    payment = pay(client, TODAY, "80.00", {f: "80.00"})
    cancel(payment, TODAY)

    shown, hidden = the_extract(client), the_extract(client, pairs=False)

    assert told(shown)[1:] == [
        ("Paiement carte client", "-80.00", "0.00"),
        ("Annulation\u00a0: paiement carte client", "80.00", "80.00"),
    ]
    assert told(hidden) == [("Facture prestation", "80.00", "80.00")]
    assert shown.final == hidden.final == Decimal("80.00")


def test_half_of_a_pair_is_never_hidden():
    client = a_client()
    payment = factories.payment_entry(client.account, "80.00", JAN)
    factories.reverse(payment, date(2026, 2, 3))

    assert len(the_extract(client, JANUARY, pairs=False).rows) == 1
    assert len(the_extract(client, FEBRUARY, pairs=False).rows) == 1
    assert the_extract(client, Period(date(2026, 1, 1), FEB), pairs=False).rows == []


def test_an_invoice_cancelled_by_a_credit_note_keeps_both_rows():
    client = a_client()
    f = invoice(client, TODAY, "80.00")
    cancel(f, TODAY)

    assert told(the_extract(client, pairs=False)) == [
        ("Facture prestation", "80.00", "80.00"),
        (f"Avoir sur {document(f)}", "-80.00", "0.00"),
    ]


def test_only_what_is_not_settled_says_what_is_left_of_it():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "1000.00")
    pay(client, date(2026, 1, 6), "400.00", {f: "400.00"})
    pay(client, date(2026, 1, 7), "50.00")

    extract = the_extract(client, unsettled=True)

    assert told(extract) == [
        ("Facture prestation", "600.00", "600.00"),
        ("Paiement carte client", "-50.00", "550.00"),
    ]
    assert extract.ageing.owed == Decimal("600.00")


def test_a_set_off_of_0_and_an_empty_account_make_no_row():
    client = a_client()

    assert the_extract(client).rows == []
    assert the_extract(client).final == 0


def test_ages_are_those_of_the_end_of_the_period():
    client = a_client()
    factories.invoice_entry(client.account, "30.00", date(2026, 1, 1), date(2026, 1, 20))
    factories.payment_entry(client.account, "50.00", date(2026, 1, 5))

    ages = the_extract(client, Period(None, FEB)).ageing

    assert ages.cells == (0, 0, Decimal("30.00"), 0, 0, Decimal("-50.00"))
    assert ages.total == Decimal("-20.00")


def test_the_slip_asks_for_what_is_owed_and_nothing_of_who_owes_nothing(client: Browser):
    BankAccount.objects.create(
        label="Courant", iban="FR7630006000011234567890189", account_id="512", is_default=True, is_active=True
    )
    owing, even = a_client("C-1"), a_client("C-2")
    f = invoice(owing, today(), "1000.00")
    pay(owing, today(), "400.00", {f: "400.00"})
    desk = at_work(client)

    (said,) = codes(desk.get("/clients/C-1/extrait/pdf/").content)
    none = codes(desk.get(f"/clients/{even.code}/extrait/pdf/").content)

    assert "EUR600.00" in said
    assert none == []


def test_every_reference_leads_to_its_document(client: Browser):
    play(Desk(), today(), ["EX-SOLDE"])
    desk = at_work(client)
    html = desk.get("/clients/EX-SOLDE/extrait/").content.decode()

    documents = {row.document for row in the_extract(Client.objects.get(code="EX-SOLDE")).rows}

    assert documents
    for key in documents:
        assert f'href="/documents/{key}/"' in html


def test_a_long_statement_carries_its_balance_from_page_to_page(client: Browser):
    roux = a_client()
    for days in range(203):
        factories.invoice_entry(roux.account, "1.00", date(2025, 1, 1) + timedelta(days=days))
    desk = at_work(client)

    html = squeezed(desk.get("/clients/C-1/extrait/?page=2").content.decode())

    assert column(html, "Solde courant")[:2] == [Decimal("200.00"), Decimal("201.00")]
    assert "203,00\u00a0€ dus par le client" in html
    assert "voici la page 2" in desk.get("/clients/C-1/extrait/?page=99").content.decode()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("start=2026-02-01&end=2026-01-01", "avant de commencer"),
        ("start=demain", "Cette date n’existe pas"),
        ("period=toujours", "Cette période n’existe pas"),
        ("site=999", "Choisissez l’une des réponses proposées."),
        ("basis=net", "Choisissez l’une des réponses proposées."),
        ("pairs=x", "Choisissez l’une des réponses proposées."),
    ],
)
def test_filters_that_make_no_sense_are_told(client: Browser, query: str, message: str):
    a_client()
    desk = at_work(client)

    response = desk.get(f"/clients/C-1/extrait/?{query}")

    assert response.status_code == 422
    assert message in response.content.decode()
    assert desk.get(f"/clients/C-1/extrait/pdf/?{query}").status_code == 404


def test_an_unknown_client_has_no_statement(client: Browser):
    assert at_work(client).get("/clients/ABSENT/extrait/").status_code == 404


def test_the_client_is_chosen_by_a_part_of_the_name(client: Browser):
    a_client("ROUX", name="Mme Roux")
    desk = at_work(client)

    page = desk.get("/etats/extrait/?q=rou").content.decode()
    options = desk.get("/etats/extrait/clients/?q=rou", headers={"HX-Request": "true"}).content.decode()

    assert 'href="/clients/ROUX/extrait/"' in page
    assert 'href="/clients/ROUX/extrait/"' in options
    assert "1 proposition" in options


def check(client: Client, first: date, last: date) -> None:
    """What must hold of the statements of an account, whatever happened on it."""
    wheres = [*(Where(site) for site in Site.objects.order_by("pk")), Where(nowhere=True)]
    for basis in Basis:
        whole = the_extract(client, basis=basis)
        days = [first + timedelta(days=step) for step in range(0, (last - first).days + 2, 7)]
        before = whole.report
        assert before == 0
        for start, end in zip([None, *days], [*days, None], strict=True):
            period = Period(start + timedelta(days=1) if start else None, end)
            extract = the_extract(client, period, basis)
            assert extract.report == before
            assert (extract.rows[-1].balance if extract.rows else extract.report) == extract.final
            assert sum(the_extract(client, period, basis, where=where).final for where in wheres) == extract.final
            assert the_extract(client, period, basis, pairs=False).final == extract.final
            assert the_extract(client, period, basis, unsettled=True).final == extract.final
            if basis == Basis.TTC:
                figures = balance_of(client.account, today=last, on=end)
                assert extract.final == -figures.balance.amount == extract.ageing.total
            before = extract.final
        if not client.account.items.filter(open__gt=0).exists():
            assert whole.final == 0
        assert whole.final == before


class Stated(Settling):
    """Random acts of a desk, after which every statement adds up."""

    def teardown(self) -> None:
        try:
            for client in Client.objects.select_related("account"):
                client.account.refresh_from_db()
                check(client, self.books.today - timedelta(days=40), self.books.today + timedelta(days=1))
        finally:
            super().teardown()


@pytest.mark.long
def test_statements_add_up_whatever_happened():
    run_state_machine_as_test(
        seed(1)(Stated),
        settings=settings(
            max_examples=6,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_settled_account_nets_0_whatever_was_detached_and_set_again():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), line("100.03"), line("77.77", rate="5.5"), line("0.11", rate="10"))
    parts = [pay(client, date(2026, 1, 6), amount) for amount in ("59.30", "59.30", "59.31")]
    day = date(2026, 1, 7)
    made = [factories.allocate(main_item(f), main_item(part), part.amount.amount, day) for part in parts]
    for days, allocation in enumerate(made[:2], start=1):
        detach(allocation, day + timedelta(days=days))
    again = day + timedelta(days=9)
    for part in (parts[1], parts[0]):
        factories.allocate(main_item(f), main_item(part), part.amount.amount, again)

    assert Allocation.objects.filter(detached_on=None).count() == 3
    assert ht(client).final == 0
