"""The map: what every URL answers to everybody, logged out and in each role.

A URL that is missing here fails `test_the_map_has_every_url`; so does one that exists no more.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import now

from clients.models import Mail
from clients.services import Details, open_client
from credits.services import draft_credit
from invoicing.models import Category
from invoicing.queries import all_visits_to_invoice, candidates
from invoicing.services import draft_lines, issue_invoice, prepare_batch, record_visit
from ledger.models import Allocation, BankAccount, Operation
from office.clock import today
from office.importing import drop
from office.kept import kept_file
from office.models import Role, User
from office.periods import Period
from payments.models import BankColumns, BankLabel
from payments.services import (
    Counted,
    Upload,
    add_attachments,
    add_transaction,
    ask_settling,
    close_till,
    deposit_payments,
    reserve_credit,
    settle_step,
)
from statements.models import Choice, Reminder, Round, Statement
from statements.queries import Wanted
from statements.reminding.services import remind
from statements.rounds.making import list_clients, make_statements, prepare_round
from statements.rounds.pressing import press_now
from statements.rounds.queries import Chosen, pending
from tests import factories
from tests.builders import bounce, credit_note, euros, invoice, main_item, pay
from tests.desk import line
from tests.shelf import an_item

REMINDER = Operation.Kind.REMINDER
LOGIN = "to the login page"
VISITORS = (None, *Role)


class Page(NamedTuple):
    """What a GET and a POST of something incomplete answer: logged out, Accueil, Comptable, Administrateur."""

    get: tuple[int | str, ...]
    post: tuple[int | str, ...]
    arguments: Callable[[], dict[str, Any]] = dict  # of the URL; makes the record it is about


ALL = (LOGIN, 200, 200, 200)
FORM = (LOGIN, 422, 422, 422)
ELSEWHERE = (LOGIN, 302, 302, 302)
DAY = date(2026, 1, 5)
ABSENT = (LOGIN, 404, 404, 404)
BOOKS = (LOGIN, 403, 200, 200)
BOOKS_FORM = (LOGIN, 403, 422, 422)
BOOKS_POST = (LOGIN, 403, 405, 405)
BOOKS_ABSENT = (LOGIN, 403, 404, 404)
BOOKS_POST = (LOGIN, 403, 405, 405)
BOOKS_DONE = (LOGIN, 403, 302, 302)
POST_ONLY = (LOGIN, 405, 405, 405)
ADMIN = (LOGIN, 403, 403, 200)
ADMIN_FORM = (LOGIN, 403, 403, 422)
ADMIN_DONE = (LOGIN, 403, 403, 302)
ADMIN_ABSENT = (LOGIN, 403, 403, 404)
ADMIN_POST = (LOGIN, 403, 403, 405)


def a_client() -> dict[str, Any]:
    return {"code": open_client(Details("Mme Delmas", code="DELMAS")).code}


def a_visit() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    return {"pk": record_visit(client=client, day=DAY, lines=[], op=factories.op(DAY)).pk}


def a_draft() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    return {"pk": draft_lines(client=client, lines=[line("50.00")], op=factories.op(DAY)).pk}


def a_document() -> dict[str, Any]:
    return {"pk": factories.invoice_entry(open_client(Details("Mme Delmas")).account, "50.00", DAY).document_id}


def an_issued_invoice() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    return {"pk": invoice(client, today(), "50.00").pk}


def a_validated_credit_note() -> dict[str, Any]:
    return {"pk": credit_note(open_client(Details("Mme Delmas")), today(), "50.00").pk}


def a_credit_draft() -> dict[str, Any]:
    of = invoice(open_client(Details("Mme Delmas")), today(), "50.00")
    return {"pk": draft_credit(invoice=of, op=factories.op(today())).pk}


def a_settling() -> dict[str, Any]:
    note = credit_note(open_client(Details("Mme Delmas")), today(), "50.00")
    return {"pk": settle_step(ask_settling(credits=[main_item(note).pk], op=factories.op(today())).pk).pk}


def an_instalment() -> dict[str, Any]:
    client, day = open_client(Details("Mme Delmas")), today()
    draft = draft_lines(client=client, lines=[line("50.00")], op=factories.op(day))
    return {"pk": issue_invoice(invoice=draft, on=day, op=factories.op(day)).instalments.get().pk}


def a_payment() -> dict[str, Any]:
    return {"pk": pay(open_client(Details("Mme Delmas")), today(), "50").pk}


def a_refund() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    return {"pk": pay(client, today(), "-50", {credit_note(client, today(), "50"): "-50"}).pk}


def an_incident() -> dict[str, Any]:
    client, before = open_client(Details("Mme Delmas")), today() - timedelta(days=2)
    owed = invoice(client, before, "50", reference=f"F-{client.pk}")
    return {"pk": bounce(pay(client, before, "50", {owed: "50"}, by="cheque"), today()).pk}


def an_allocation() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    pay(client, today(), "50", {invoice(client, today(), "50"): "50"})
    return {"pk": Allocation.objects.latest("pk").pk}


def a_credit() -> dict[str, Any]:
    return {"pk": credit_note(open_client(Details("Mme Delmas")), today(), "50").document_id}


def a_reservation() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    credit = main_item(credit_note(client, today(), "50")).pk
    kept = reserve_credit(client=client, credit=credit, amount=euros("10"), op=factories.op(today()))
    return {"pk": kept.pk}


def an_item_with_a_rest() -> dict[str, Any]:
    return {"pk": main_item(invoice(open_client(Details("Mme Delmas")), today(), "50")).pk}


def a_deposit() -> dict[str, Any]:
    cheque = pay(open_client(Details("Mme Delmas")), today(), "50", by="cheque")
    bank, _ = BankAccount.objects.get_or_create(
        iban="FR1420041010050500013M02606", defaults={"label": "Remises", "account_id": "512"}
    )
    return {"pk": deposit_payments(payments=[cheque], bank=bank, on=today(), op=factories.op(today())).pk}


def a_closing() -> dict[str, Any]:
    op, site = factories.op(today(), user=factories.UserFactory()), factories.SiteFactory()
    return {"pk": close_till(site=site, through=today(), counted=Counted(Decimal(0)), op=op).pk}


def a_late_month() -> dict[str, Any]:
    last = today().replace(day=1) - timedelta(days=1)
    op, site = factories.op(today(), user=factories.UserFactory()), factories.SiteFactory()
    close_till(site=site, through=last, counted=Counted(Decimal(0)), op=op)
    return {"site": str(site.pk), "period": "month", "first": last.replace(day=1).isoformat()}


def a_proof() -> dict[str, Any]:
    payment = pay(open_client(Details("Mme Delmas")), today(), "50")
    upload = Upload("recu.pdf", "application/pdf", "pdf", b"%PDF-1.7")
    return {"pk": add_attachments(payment.document, [upload], op=factories.op(today()))[0].pk}


def a_planned_cell() -> dict[str, Any]:
    return an_instalment() | {"name": "note"}


def a_site() -> dict[str, Any]:
    return {"pk": factories.SiteFactory().pk}


def a_user() -> dict[str, Any]:
    return {"pk": factories.UserFactory().pk}


def a_bank() -> dict[str, Any]:
    bank = BankAccount.objects.create(label="Courant", iban="FR7630006000011234567890189", account_id="512")
    return {"pk": bank.pk}


def a_bank_line() -> dict[str, Any]:
    number = BankAccount.objects.count()
    bank = BankAccount.objects.create(label="Courant", iban=f"FR763000600001{number:013d}", account_id="512")
    said = {"day": today(), "value_day": today(), "amount": Decimal(50), "label": "VIR DELMAS", "reference": ""}
    return {"pk": add_transaction(bank=bank, **said, op=factories.op(today())).pk}


def a_label() -> dict[str, Any]:
    return {"pk": BankLabel.objects.create(name=f"Frais {BankLabel.objects.count()}").pk}


def a_statement() -> dict[str, Any]:
    columns = {"day": 0, "label": 1, "amount": 2}
    BankColumns.objects.get_or_create(headings="date|libelle|montant", defaults={"places": columns})
    return {"name": drop.put("Date;Libellé;Montant\n05/01/2026;VIR;12,00\n".encode())}


def a_file() -> dict[str, Any]:
    return {"subject": "clients", "name": drop.put("Nom;Téléphone\nMme Delmas;0600000001\n".encode())}


def a_catalogue_item() -> dict[str, Any]:
    return {"pk": an_item("Consultation", "42.00").pk}


def a_catalogue_tariff() -> dict[str, Any]:
    return {"pk": an_item("Consultation", "42.00").tariffs.get().pk}


def a_category() -> dict[str, Any]:
    return {"pk": Category.objects.create(name=f"Soins {Category.objects.count()}").pk}


def a_mail() -> dict[str, Any]:
    act = factories.op_under_way(DAY)
    account = open_client(Details("Mme Delmas")).account
    mail = Mail.objects.create(account=account, kind="invoice", recipient="a@exemple.fr", subject="A", operation=act)
    return {"pk": mail.pk}


def a_mailed_file() -> dict[str, Any]:
    mail = Mail.objects.get(**a_mail())
    file = kept_file("essai", mail.pk, name="essai.pdf", at=mail.operation.at, make=lambda: b"%PDF")
    mail.files.add(file)
    return {"pk": mail.pk, "file": file.pk}


def a_batch() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    record_visit(client=client, day=DAY, lines=[line("50.00")], op=factories.op(DAY))
    found = candidates(all_visits_to_invoice().filter(client=client), on=DAY)
    return {"pk": prepare_batch(visits=found, about="", on=DAY, op=factories.op(DAY), job=lambda **_: None).pk}


def a_round() -> dict[str, Any]:
    """A round that is made whole."""
    client = open_client(Details("Mme Delmas"))
    factories.invoice_entry(client.account, "50.00", DAY)
    chosen = Chosen(Choice.ALL, Wanted(Period()), DAY, only=[client.pk])
    key = prepare_round(chosen=chosen, about="", op=factories.op(DAY), job=lambda **_: None).pk
    list_clients(key, at=now())
    make_statements(key, map(press_now, pending(Round.objects.get(pk=key))), at=now)
    return {"pk": key}


def a_round_file() -> dict[str, Any]:
    return {**a_round(), "name": "0" * 32}


def a_kept_statement() -> dict[str, Any]:
    return {"pk": Statement.objects.get(round=a_round()["pk"]).pk}


def reminded() -> int:
    """What one click made: the letter of an invoice that is late."""
    client = open_client(Details("Mme Delmas", city="Lyon"))
    day, due = today() - timedelta(days=40), today() - timedelta(days=9)
    item = main_item(invoice(client, day, "50", due=due, reference=f"F-{client.pk}"))
    made = remind(items=[item.pk], way="letter", level=None, op=factories.op(today(), REMINDER), job=lambda **_: None)
    return made.pk


def a_reminding() -> dict[str, Any]:
    return {"pk": reminded()}


def a_reminder() -> dict[str, Any]:
    return {"pk": Reminder.objects.get(operation=reminded()).pk}


def a_batch_file() -> dict[str, Any]:
    return {**a_batch(), "name": "0" * 32}


def an_export() -> dict[str, Any]:
    return {"code": open_client(Details("Mme Delmas")).code, "form": "csv"}


def an_element() -> dict[str, Any]:
    client = open_client(Details("Mme Delmas"))
    return {"code": client.code, "pk": invoice(client, today(), "10").document_id}


MAP = {
    "home": Page(get=ELSEWHERE, post=ELSEWHERE),
    "today": Page(get=ALL, post=ALL),
    "login": Page(get=(200, 302, 302, 302), post=(422, 302, 302, 302)),
    "logout": Page(get=(405, 405, 405, 405), post=(302, 302, 302, 302)),
    "password_change": Page(get=ALL, post=FORM),
    "password_change_done": Page(get=ALL, post=ALL),
    "client_list": Page(get=ALL, post=ALL),
    "client_export_all": Page(get=ALL, post=ALL),
    "client_export": Page(get=ALL, post=ALL, arguments=lambda: {"form": "csv"}),
    "client_create": Page(get=ALL, post=FORM),
    "client_search": Page(get=ELSEWHERE, post=ELSEWHERE),
    "client_detail": Page(get=ALL, post=ALL, arguments=a_client),
    "client_financial": Page(get=ALL, post=ALL, arguments=a_client),
    "client_financial_pdf": Page(get=ALL, post=ALL, arguments=a_client),
    "client_financial_element": Page(get=ELSEWHERE, post=ELSEWHERE, arguments=an_element),
    "client_financial_acts": Page(get=ALL, post=ALL, arguments=an_element),
    "financial_states": Page(get=ALL, post=ALL),
    "client_contacts": Page(get=ALL, post=ALL, arguments=a_client),
    "client_edit": Page(get=ALL, post=FORM, arguments=a_client),
    "client_archive": Page(get=ALL, post=ELSEWHERE, arguments=a_client),
    "client_unarchive": Page(get=(LOGIN, 405, 405, 405), post=ELSEWHERE, arguments=a_client),
    "client_history": Page(get=ALL, post=ALL, arguments=a_client),
    "client_visits": Page(get=ALL, post=ALL, arguments=a_client),
    "client_invoices": Page(get=ALL, post=ALL, arguments=a_client),
    "client_invoices_export": Page(get=ALL, post=ALL, arguments=an_export),
    "client_credit_notes": Page(get=ALL, post=ALL, arguments=a_client),
    "client_payments": Page(get=ALL, post=ALL, arguments=a_client),
    "client_opening": Page(get=BOOKS, post=(LOGIN, 403, 422, 422), arguments=a_client),
    "client_opening_remove": Page(get=BOOKS, post=(LOGIN, 403, 422, 422), arguments=a_client),
    "client_balance": Page(get=ALL, post=ALL, arguments=a_client),
    "client_unpaid": Page(get=ALL, post=ALL, arguments=a_client),
    "client_to_invoice": Page(get=ALL, post=ALL, arguments=a_client),
    "client_curve": Page(get=ALL, post=ALL, arguments=a_client),
    "client_credits": Page(get=ALL, post=ALL, arguments=a_client),
    "mail_list": Page(get=ALL, post=ALL),
    "mail_detail": Page(get=ALL, post=ALL, arguments=a_mail),
    "mail_resend": Page(get=POST_ONLY, post=FORM, arguments=a_mail),
    "mail_settle": Page(get=POST_ONLY, post=ELSEWHERE, arguments=a_mail),
    "mail_file": Page(get=ALL, post=ALL, arguments=a_mailed_file),
    "invoice_mail": Page(get=ALL, post=FORM, arguments=an_issued_invoice),
    "client_extract": Page(get=ALL, post=ALL, arguments=a_client),
    "client_extract_pdf": Page(get=ALL, post=ALL, arguments=a_client),
    "client_extract_export": Page(get=ALL, post=ALL, arguments=an_export),
    "aged_balance": Page(get=BOOKS, post=BOOKS),
    "aged_balance_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "settings_ageing": Page(get=ADMIN, post=ADMIN_FORM),
    "outstanding": Page(get=BOOKS, post=BOOKS),
    "outstanding_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "walk_ins": Page(get=BOOKS, post=BOOKS),
    "walk_ins_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "expected": Page(get=BOOKS, post=BOOKS),
    "expected_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "collected_vat": Page(get=BOOKS, post=BOOKS),
    "collected_vat_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "sales_journal": Page(get=BOOKS, post=BOOKS),
    "sales_journal_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "client_balances": Page(get=BOOKS, post=BOOKS),
    "client_balances_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "client_books": Page(get=BOOKS, post=BOOKS),
    "client_books_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "due_list": Page(get=BOOKS, post=BOOKS),
    "due_list_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "due_columns": Page(get=(LOGIN, 403, 302, 302), post=(LOGIN, 403, 302, 302)),
    "due_clients": Page(get=(LOGIN, 403, 302, 302), post=(LOGIN, 403, 302, 302)),
    "due_edit": Page(get=BOOKS, post=(LOGIN, 403, 302, 302), arguments=a_planned_cell),
    "remind": Page(get=BOOKS_POST, post=BOOKS_FORM),
    "reminder_list": Page(get=BOOKS, post=BOOKS),
    "reminders_made": Page(get=BOOKS, post=BOOKS, arguments=a_reminding),
    "reminders_print": Page(get=BOOKS, post=BOOKS, arguments=a_reminding),
    "reminder_pdf": Page(get=ALL, post=ALL, arguments=a_reminder),
    "client_reminders": Page(get=ALL, post=ALL, arguments=a_client),
    "client_extract_mail": Page(get=ALL, post=FORM, arguments=a_client),
    "client_statements": Page(get=ALL, post=ALL, arguments=a_client),
    "statement_pdf": Page(get=ALL, post=ALL, arguments=a_kept_statement),
    "round_list": Page(get=BOOKS, post=BOOKS),
    "round_create": Page(get=BOOKS, post=BOOKS_FORM),
    "round_detail": Page(get=BOOKS, post=BOOKS, arguments=a_round),
    "round_resume": Page(get=BOOKS_POST, post=BOOKS_DONE, arguments=a_round),
    "round_print": Page(get=BOOKS_POST, post=BOOKS_FORM, arguments=a_round),
    "round_send": Page(get=BOOKS_POST, post=BOOKS_FORM, arguments=a_round),
    "round_file": Page(get=BOOKS_ABSENT, post=BOOKS_ABSENT, arguments=a_round_file),
    "settings_statements": Page(get=ADMIN, post=ADMIN_FORM),
    "payment_mail": Page(get=ALL, post=FORM, arguments=a_payment),
    "refund_mail": Page(get=ALL, post=FORM, arguments=a_refund),
    "extract_choose": Page(get=ALL, post=ALL),
    "extract_search": Page(get=ELSEWHERE, post=ELSEWHERE),
    "visit_detail": Page(get=ALL, post=ALL, arguments=a_visit),
    "invoice_pdf": Page(get=ALL, post=ALL, arguments=an_issued_invoice),
    "invoice_slip": Page(get=ALL, post=ALL, arguments=an_issued_invoice),
    "visit_create": Page(get=ALL, post=FORM, arguments=a_client),
    "waiting_visits": Page(get=ALL, post=ALL),
    "batch_list": Page(get=BOOKS, post=BOOKS),
    "batch_create": Page(get=BOOKS, post=(LOGIN, 403, 422, 422)),
    "batch_detail": Page(get=BOOKS, post=BOOKS, arguments=a_batch),
    "batch_resume": Page(get=BOOKS_POST, post=(LOGIN, 403, 302, 302), arguments=a_batch),
    "batch_print": Page(get=BOOKS_POST, post=(LOGIN, 403, 422, 422), arguments=a_batch),
    "batch_send": Page(get=BOOKS_POST, post=(LOGIN, 403, 422, 422), arguments=a_batch),
    "batch_file": Page(get=BOOKS_ABSENT, post=BOOKS_ABSENT, arguments=a_batch_file),
    "visits_invoice": Page(get=ALL, post=FORM, arguments=a_client),
    "visit_edit": Page(get=ALL, post=FORM, arguments=a_visit),
    "visit_invoice": Page(get=POST_ONLY, post=FORM, arguments=a_visit),
    "invoice_create": Page(get=ALL, post=FORM, arguments=a_client),
    "invoice_detail": Page(get=ALL, post=ALL, arguments=a_draft),
    "invoice_edit": Page(get=ALL, post=FORM, arguments=a_draft),
    "invoice_issue": Page(get=ALL, post=FORM, arguments=a_draft),
    "credit_note_list": Page(get=ALL, post=ALL),
    "credit_note_export": Page(get=ALL, post=ALL, arguments=lambda: {"form": "csv"}),
    "credit_note_cancel": Page(get=ALL, post=FORM, arguments=a_validated_credit_note),
    "invoice_use_credit": Page(get=ALL, post=FORM, arguments=an_issued_invoice),
    "credits_settle": Page(get=BOOKS, post=BOOKS_FORM),
    "settling_detail": Page(get=BOOKS, post=BOOKS, arguments=a_settling),
    "settling_undo": Page(get=BOOKS_POST, post=BOOKS_FORM, arguments=a_settling),
    "credit_note_create": Page(get=ALL, post=FORM, arguments=a_client),
    "credit_note_detail": Page(get=ALL, post=ALL, arguments=a_credit_draft),
    "credit_note_edit": Page(get=ALL, post=FORM, arguments=a_credit_draft),
    "credit_note_validate": Page(get=POST_ONLY, post=FORM, arguments=a_credit_draft),
    "credit_note_delete": Page(get=POST_ONLY, post=FORM, arguments=a_credit_draft),
    "invoice_credit": Page(get=ALL, post=FORM, arguments=an_issued_invoice),
    "invoice_credit_amount": Page(get=ALL, post=FORM, arguments=an_issued_invoice),
    "settings_client_defaults": Page(get=ADMIN, post=ADMIN_FORM),
    "visit_list": Page(get=ALL, post=ALL),
    "visit_export": Page(get=ALL, post=ALL, arguments=lambda: {"form": "csv"}),
    "visit_begin": Page(get=ALL, post=ALL),
    "invoice_list": Page(get=ALL, post=ALL),
    "invoice_export": Page(get=ALL, post=ALL, arguments=lambda: {"form": "csv"}),
    "invoice_begin": Page(get=ALL, post=ALL),
    "invoice_duplicate": Page(get=ALL, post=FORM, arguments=an_issued_invoice),
    "invoice_dispute": Page(get=ALL, post=FORM, arguments=an_issued_invoice),
    "invoice_dispute_end": Page(get=POST_ONLY, post=FORM, arguments=an_issued_invoice),
    "invoice_reschedule": Page(get=ALL, post=FORM, arguments=an_issued_invoice),
    "invoice_cancel": Page(get=ALL, post=FORM, arguments=an_issued_invoice),
    "invoice_schedule": Page(get=POST_ONLY, post=ALL, arguments=a_draft),
    "invoice_delete": Page(get=POST_ONLY, post=FORM, arguments=a_draft),
    "line_totals": Page(get=POST_ONLY, post=ALL),
    "credit_note_mail": Page(get=ALL, post=FORM, arguments=a_validated_credit_note),
    "credit_note_pdf": Page(get=ALL, post=ALL, arguments=a_validated_credit_note),
    "document": Page(get=ALL, post=ALL, arguments=a_document),
    "instalment_edit": Page(get=ALL, post=FORM, arguments=an_instalment),
    "payment_list": Page(get=ALL, post=ALL),
    "payment_export": Page(get=ALL, post=ALL, arguments=lambda: {"form": "csv"}),
    "payment_create": Page(get=ALL, post=ALL),
    "payment_preview": Page(get=POST_ONLY, post=ABSENT),
    "debts_choose": Page(get=ALL, post=ALL, arguments=a_client),
    "payment_receipt": Page(get=ALL, post=ALL, arguments=a_payment),
    "payment_edit": Page(get=ALL, post=FORM, arguments=a_payment),
    "payment_cancel": Page(get=ALL, post=FORM, arguments=a_payment),
    "incident_declare": Page(get=BOOKS, post=BOOKS_FORM, arguments=a_payment),
    "refund_receipt": Page(get=ALL, post=ALL, arguments=a_refund),
    "refund_cancel": Page(get=BOOKS, post=BOOKS_FORM, arguments=a_refund),
    "incident_cancel": Page(get=BOOKS, post=BOOKS_FORM, arguments=an_incident),
    "incident_represent": Page(get=BOOKS, post=BOOKS_FORM, arguments=an_incident),
    "incident_close": Page(get=BOOKS, post=BOOKS_FORM, arguments=an_incident),
    "allocation_detach": Page(get=BOOKS, post=BOOKS_FORM, arguments=an_allocation),
    "credit_use": Page(get=ALL, post=FORM, arguments=a_credit),
    "credit_refund": Page(get=BOOKS, post=BOOKS_FORM, arguments=a_credit),
    "reservation_release": Page(get=POST_ONLY, post=ELSEWHERE, arguments=a_reservation),
    "write_off": Page(get=BOOKS_ABSENT, post=BOOKS_ABSENT, arguments=an_item_with_a_rest),
    "settings_payments": Page(get=ADMIN, post=ADMIN_FORM),
    "payment_type_create": Page(get=ADMIN, post=ADMIN_FORM),
    "payment_type_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=lambda: {"code": "card"}),
    "cheque_list": Page(get=BOOKS, post=BOOKS_FORM),
    "deposit_detail": Page(get=BOOKS, post=BOOKS, arguments=a_deposit),
    "deposit_slip": Page(get=BOOKS, post=BOOKS, arguments=a_deposit),
    "deposit_cancel": Page(get=BOOKS, post=BOOKS_FORM, arguments=a_deposit),
    "till_list": Page(get=ALL, post=ALL),
    "till_close": Page(get=ALL, post=FORM, arguments=lambda: {"site": "sans"}),
    "cash_move": Page(get=ALL, post=FORM, arguments=lambda: {"site": "sans"}),
    "period_close": Page(get=ALL, post=FORM, arguments=a_late_month),
    "closing_detail": Page(get=ALL, post=ALL, arguments=a_closing),
    "closing_report": Page(get=ALL, post=ALL, arguments=a_closing),
    "closings_check": Page(get=BOOKS, post=BOOKS),
    "attachment": Page(get=ALL, post=ALL, arguments=a_proof),
    # Banque
    "bank_lines": Page(get=BOOKS, post=BOOKS),
    "bank_export": Page(get=BOOKS, post=BOOKS, arguments=lambda: {"form": "csv"}),
    "bank_line_create": Page(get=BOOKS, post=BOOKS_FORM),
    "bank_import": Page(get=BOOKS, post=BOOKS_FORM),
    "bank_import_check": Page(get=BOOKS, post=BOOKS_FORM, arguments=a_statement),
    "bank_import_columns": Page(get=BOOKS, post=BOOKS_FORM, arguments=a_statement),
    "bank_labels": Page(get=BOOKS, post=BOOKS),
    "bank_label_create": Page(get=BOOKS, post=BOOKS_FORM),
    "bank_label_edit": Page(get=BOOKS, post=BOOKS_FORM, arguments=a_label),
    "bank_label_remove": Page(get=BOOKS_POST, post=BOOKS_DONE, arguments=a_label),
    "bank_line": Page(get=BOOKS, post=BOOKS, arguments=a_bank_line),
    "bank_link": Page(get=BOOKS_DONE, post=BOOKS_DONE, arguments=a_bank_line),
    "bank_point": Page(get=BOOKS_POST, post=BOOKS_DONE, arguments=a_bank_line),
    "bank_bounced": Page(get=BOOKS_ABSENT, post=BOOKS_ABSENT, arguments=a_bank_line),
    "bank_unlink": Page(get=BOOKS_POST, post=BOOKS_DONE, arguments=a_bank_line),
    "bank_line_labels": Page(get=BOOKS, post=BOOKS_DONE, arguments=a_bank_line),
    "bank_line_remove": Page(get=BOOKS_POST, post=BOOKS_DONE, arguments=a_bank_line),
    "long_prints": Page(get=ALL, post=ALL),
    "long_print_file": Page(get=ABSENT, post=ABSENT, arguments=lambda: {"name": "0" * 32}),
    "data_export": Page(get=BOOKS, post=(LOGIN, 403, 302, 302)),
    "data_export_file": Page(get=BOOKS_ABSENT, post=BOOKS_ABSENT, arguments=lambda: {"name": "0" * 32}),
    # Catalogue
    "item_list": Page(get=ALL, post=ALL),
    "catalogue_search": Page(get=ALL, post=ALL),
    "item_export": Page(get=ALL, post=ALL, arguments=lambda: {"form": "csv"}),
    "item_create": Page(get=ADMIN, post=ADMIN_FORM),
    "item_detail": Page(get=ALL, post=ALL, arguments=a_catalogue_item),
    "item_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_catalogue_item),
    "item_archive": Page(get=ADMIN_POST, post=ADMIN_DONE, arguments=a_catalogue_item),
    "item_unarchive": Page(get=ADMIN_POST, post=ADMIN_DONE, arguments=a_catalogue_item),
    "tariff_create": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_catalogue_item),
    "tariff_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_catalogue_tariff),
    "tariff_follow": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_catalogue_tariff),
    "tariff_end": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_catalogue_tariff),
    "category_list": Page(get=ALL, post=ALL),
    "category_create": Page(get=ADMIN, post=ADMIN_FORM),
    "category_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_category),
    # Administration
    "company_logo": Page(get=ABSENT, post=ABSENT),
    "event_list": Page(get=ADMIN, post=ADMIN),
    "events_check": Page(get=ADMIN, post=ADMIN),
    "settings": Page(get=BOOKS, post=BOOKS),
    "settings_company": Page(get=ADMIN, post=ADMIN_FORM),
    "logo_change": Page(get=ADMIN, post=ADMIN_FORM),
    "logo_remove": Page(get=ADMIN_POST, post=ADMIN_DONE),
    "legal_list": Page(get=ADMIN, post=ADMIN),
    "legal_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=lambda: {"key": "discount"}),
    "site_list": Page(get=ADMIN, post=ADMIN),
    "site_create": Page(get=ADMIN, post=ADMIN_FORM),
    "site_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_site),
    "bank_list": Page(get=ADMIN, post=ADMIN),
    "bank_create": Page(get=ADMIN, post=ADMIN_FORM),
    "bank_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_bank),
    "settings_clients": Page(get=ADMIN, post=ADMIN_DONE),  # nothing ticked is a choice
    "settings_security": Page(get=ADMIN, post=ADMIN_FORM),
    "settings_mail": Page(get=ADMIN, post=ADMIN_FORM),
    "mail_test": Page(get=ADMIN, post=ADMIN_FORM),
    "mail_templates": Page(get=ADMIN, post=ADMIN),
    "mail_template_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=lambda: {"kind": "invoice"}),
    "mail_template_restore": Page(get=ADMIN_POST, post=ADMIN_DONE, arguments=lambda: {"kind": "invoice"}),
    "user_list": Page(get=ADMIN, post=ADMIN),
    "user_create": Page(get=ADMIN, post=ADMIN_FORM),
    "user_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_user),
    "user_deactivate": Page(get=ADMIN_POST, post=ADMIN_DONE, arguments=a_user),
    "user_reactivate": Page(get=ADMIN_POST, post=ADMIN_DONE, arguments=a_user),
    "user_password": Page(get=ADMIN_POST, post=ADMIN, arguments=a_user),
    "account_list": Page(get=BOOKS, post=BOOKS),
    "account_create": Page(get=ADMIN, post=ADMIN_FORM),
    "account_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=lambda: {"code": "706"}),
    "journal_list": Page(get=BOOKS, post=BOOKS),
    "journal_create": Page(get=ADMIN, post=ADMIN_FORM),
    "journal_edit": Page(get=ADMIN, post=ADMIN_FORM, arguments=lambda: {"code": "VE"}),
    "lock_detail": Page(get=BOOKS, post=BOOKS),
    "lock_change": Page(get=ADMIN_POST, post=ADMIN_FORM),
    "import_start": Page(get=ADMIN, post=ADMIN_FORM),
    "import_match": Page(get=ADMIN, post=ADMIN_FORM, arguments=a_file),
    "import_faults": Page(get=ADMIN_ABSENT, post=ADMIN_ABSENT, arguments=a_file),
    # In DEBUG only
    "components": Page(get=ABSENT, post=ABSENT),
    "component_window": Page(get=ABSENT, post=ABSENT),
}


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """The names of all URLs; one without a name by its route, which the map can't have."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name or pattern.pattern}"


def test_the_map_has_every_url():
    assert sorted(names(get_resolver().url_patterns)) == sorted(MAP)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", VISITORS, ids=lambda role: role or "logged_out")
@pytest.mark.parametrize("name", MAP)
def test_every_url_for_every_role(client: Client, name: str, role: Role | None, method: str):
    page = MAP[name]
    url = reverse(name, kwargs=page.arguments())
    if role:
        client.force_login(User.objects.create_user("quelqu.un", role=role))

    response = client.get(url) if method == "get" else client.post(url, {"incomplete": "1"})

    expected = getattr(page, method)[VISITORS.index(role)]
    if expected == LOGIN:
        assert (response.status_code, response.headers["Location"]) == (302, f"{reverse('login')}?next={url}")
    else:
        assert response.status_code == expected
