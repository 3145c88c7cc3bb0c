"""The day's page, the sheet of a client, opened on what happened, its windows, and the page of a document."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from clients.models import Client
from clients.queries import mails_about
from clients.sheet import Sheet, framed, sheet, window_of
from clients.tables import mail_badge
from clients.tabs import tab
from credits.acts import note_acts
from credits.queries import note_on
from credits.tables import note_badge
from invoicing.actions import refusals
from invoicing.queries import content_of, visits_to_invoice
from invoicing.tables import invoice_badge
from ledger.models import ClientAccount, Document
from ledger.queries import entries_of
from office.access import role, user_of
from office.asking import Question, ask
from office.clock import today
from office.models import Role
from office.queries import shown_balances
from office.tables import ROWS, ReadBefore, paged, start_of
from office.templatetags.ui import Tab
from office.windows import window
from payments.acts import acts_on, house_page
from payments.models import Payment
from payments.queries import Told, attachments_of, difference_limit, versions_of
from payments.queries.banking import bank_line_of
from payments.tables import incident_badge
from statements import queries
from statements.tables import OperationTable
from statements.today import cards

ALL_SITES = "tous"


@role(Role.FRONT_DESK)
def today_page(request: HttpRequest) -> HttpResponse:
    user, day = user_of(request), today()
    everywhere = user.site is None or request.GET.get("site") == ALL_SITES
    site = None if everywhere else user.site
    choices = [
        Tab(str(user.site), "?", current=not everywhere),
        Tab("Tous les établissements", f"?site={ALL_SITES}", current=everywhere),
    ]
    context = {
        "cards": cards(Role(user.role), site, today=day),
        "day": day,
        "site": site,
        "sites": choices if user.site else [],
    }
    return render(request, "statements/today.html", context)


@role(Role.FRONT_DESK)
def client_detail(request: HttpRequest, code: str) -> HttpResponse:
    asked: list[queries.OperationsPage] = []

    def operations(client: Client) -> tuple[Question[int], Question[list[queries.Happened]]]:
        asked.append(queries.OperationsPage.of(client.account_id, ROWS, start_of(request)))
        return asked[0].number, asked[0].rows

    page = framed(request, code, operations)
    account = page.client.account
    if page.on:
        rows: Any = queries.time_line(account, page.on)
    else:
        if not asked:
            ask(*operations(page.client))
        rows = _read_before(account, asked[0])
    table = paged(OperationTable(rows, account=account), request)
    return tab(request, page, "statements/_operations.html", {"table": table}, part="client_detail")


def _read_before(account: ClientAccount, page: queries.OperationsPage) -> ReadBefore:
    def others(count: int, start: int) -> list[queries.Happened]:
        return queries.OperationsPage.of(account.pk, count, start).rows.now()

    return ReadBefore(page.rows.answer, start=page.start, total=page.number.answer, others=others)


@role(Role.FRONT_DESK)
def client_balance(request: HttpRequest, code: str) -> HttpResponse:
    return _detailed_balance(request, window_of(request, code, "balance"), "balance")


@role(Role.FRONT_DESK)
def client_unpaid(request: HttpRequest, code: str) -> HttpResponse:
    return _detailed_balance(request, window_of(request, code, "unpaid"), "unpaid")


def _detailed_balance(request: HttpRequest, page: Sheet, figure: str) -> HttpResponse:
    """Le solde client détaillé, which adds up to the figure that was clicked."""
    context = {
        "sheet": page,
        "figure": figure,
        "shown": shown_balances(),
        "open": queries.open_account(page.client.account, today=page.form.today, on=page.on),
        "visits": list(visits_to_invoice(page.client, page.on)),
    }
    title = page.client.full_name
    return window(request, "statements/_detailed_balance.html", context, title=title, status=page.status)


@role(Role.FRONT_DESK)
def client_credits(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    context = {"sheet": page, "groups": queries.open_credits(page.client.account, page.on)}
    title = page.client.full_name
    return window(request, "statements/_credits.html", context, title=title, status=page.status)


@role(Role.FRONT_DESK)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(
        Document.objects.select_related("account__client", "party", "site", "operation__user"), pk=pk
    )
    if found.kind in Document.OF_THE_HOUSE:
        return redirect(house_page(found))
    items = queries.items_now(found)
    invoice, movement = queries.invoice_on(found, today=today()), queries.movement_of(found)
    incident, content = queries.incident_of(found), content_of(invoice) if invoice else None
    note, user = note_on(found), user_of(request)
    may_write_off = user.may(Role.ACCOUNTANT) and any(item.open for item in items)
    context = {
        "invoice": invoice,
        "badge": _badge(invoice, note, incident),
        "note": note,
        "lines": list(note.lines.order_by("position", "pk")) if note else [],
        "reduces": list(note.reduces.select_related("document").order_by("day", "pk")) if note else [],
        "why": refusals(invoice) if invoice else {},
        "content": content,
        "instalments": queries.instalments_of(invoice) if invoice else None,
        "currency": found.account.currency,
        "document": found,
        "client": found.account.client,
        "items": items,
        "settlements": queries.settlements(found, items),
        "visits": content.visits if content else [],
        "history": queries.history(found, invoice or note, items) if invoice or note else None,
        "mails": [(mail, mail_badge(mail)) for mail in mails_about(found)],
        "movement": movement,
        "versions": versions_of(movement) if isinstance(movement, Payment) else [],
        "attachments": attachments_of(found) if movement else None,
        "incident": incident,
        "acts": note_acts(note, Role(user.role)) if note else acts_on(found, incident, user),
        "may_detach": user.may(Role.ACCOUNTANT),
        "difference_limit": difference_limit(today()) if may_write_off else 0,
        "prints": queries.prints_of(found, invoice),
    }
    if user.may(Role.ACCOUNTANT):
        context["entries"] = entries_of(found, codes=queries.lettrage([found.account.pk]))
        context["bank_line"] = bank_line_of(found) if movement or incident else None
    return render(request, "statements/document.html", context)


def _badge(invoice: Any, note: Any, incident: Told | None) -> str:
    """The status of what a document is, if it has one."""
    if invoice:
        return invoice_badge(invoice)
    if note:
        return note_badge(note)
    return incident_badge(incident) if incident else ""
