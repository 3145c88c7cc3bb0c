"""A credit note while it is a draft: begun, looked at, edited, validated or thrown away."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from djmoney.money import Money

from clients.models import Client
from clients.queries import alerts
from credits import services, tasks
from credits.forms import (
    AmountCreditForm,
    CreditEditForm,
    CreditForm,
    CreditRows,
    CreditSet,
    DeleteCreditForm,
    GlobalCreditEditForm,
    GlobalCreditForm,
    ValidateForm,
    reference_of,
)
from credits.models import CreditNote
from credits.queries import claimed_visits, creditable_lines, reducible
from invoicing.actions import refusals
from invoicing.forms import LineSet
from invoicing.models import Invoice
from invoicing.statuses import with_status
from office.access import role, user_of
from office.clock import today
from office.editing import SavedMeanwhile
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.queries import company, sites_for
from office.windows import window


@role(Role.FRONT_DESK)
def invoice_credit(request: HttpRequest, pk: int) -> HttpResponse:
    """Le bouton éclair : a draft of all that is left of an invoice, once it is said what becomes of its visits."""
    invoice = _invoice(pk)
    visits = claimed_visits(invoice)
    form = CreditForm(request.POST or None, has_visits=bool(visits))
    if form.is_valid():
        try:
            note = services.draft_credit(invoice=invoice, frees_visits=form.frees_visits, op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            return redirect("credit_note_edit", note.pk)
    context = {
        "invoice": invoice,
        "form": form,
        "visits": visits,
        "refused": refusals(invoice).get("credit", ""),
        "back": _page_of(invoice),
    }
    title = f"Avoir sur {invoice}"
    return window(request, "credits/_invoice_credit.html", context, title=title, status=form_status(form))


@role(Role.FRONT_DESK)
def invoice_credit_amount(request: HttpRequest, pk: int) -> HttpResponse:
    """Créer un avoir of a mere amount on an invoice."""
    invoice = _invoice(pk)
    form = AmountCreditForm(request.POST or None)
    if form.is_valid():
        amount = Money(form.cleaned_data["amount"], invoice.client.account.currency)
        try:
            note = services.credit_amount(invoice=invoice, amount=amount, op=form.operation(request))
        except SoldeError as error:
            form.add_error("amount" if error.field == "amount" else None, error.message)
        else:
            return _validated(request, note)
    context = {
        "invoice": invoice,
        "client": invoice.client,
        "currency": invoice.client.account.currency,
        "form": form,
        "creditable": invoice.ttc.amount - invoice.credited,
        "refused": refusals(invoice).get("credit", ""),
        "back": _page_of(invoice),
    }
    return render(request, "credits/invoice_credit_amount.html", context, status=form_status(form))


@role(Role.FRONT_DESK)
def credit_note_create(request: HttpRequest, code: str) -> HttpResponse:
    """Le bouton « + A » : a global credit note."""
    client = get_object_or_404(Client.objects.select_related("account", "site"), code=code)
    site = user_of(request).site or client.site
    lines = LineSet(request.POST or None, on=today())
    form = GlobalCreditForm(
        request.POST or None,
        client=client,
        invoices=reducible(client),
        lines=lines,
        sites=sites_for(site),
        initial={"site": site},
    )
    if form.is_valid():
        try:
            note = services.draft_global_credit(
                client=client,
                lines=lines.lines(),
                party=form.who(),
                site=form.cleaned_data["site"],
                prices_include_vat=company().prices_include_vat,
                op=form.operation(request),
                **form.reference(),
            )
        except SoldeError as error:
            form.refuse(error)
        else:
            return redirect("credit_note_detail", note.pk)
    page = {"title": "Nouvel avoir global", "back": reverse("client_credit_notes", args=[code])}
    return _editor(request, form, client, includes_vat=company().prices_include_vat, **page)


@role(Role.FRONT_DESK)
def credit_note_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft and what it needs to be validated; a validated credit note has the page of its document."""
    note = _note(pk)
    if note.document_id is not None:
        return redirect("document", note.document_id)
    return _draft(request, note, ValidateForm(initial={"version": note.version}))


@role(Role.FRONT_DESK)
def credit_note_edit(request: HttpRequest, pk: int) -> HttpResponse:
    note = _note(pk)
    if note.document_id is not None:
        return redirect("document", note.document_id)
    return _edit_global(request, note) if note.invoice is None else _edit_on_invoice(request, note, note.invoice)


def _edit_on_invoice(request: HttpRequest, note: CreditNote, invoice: Invoice) -> HttpResponse:
    stored = list(note.lines.order_by("position", "pk"))
    rows = CreditSet(request.POST or None, lines=creditable_lines(invoice), stored=stored)
    known = {"version": note.version, "frees_visits": note.frees_visits}
    form = CreditEditForm(request.POST or None, lines=rows, initial=known)
    total: Decimal | None = note.ttc.amount
    previewed = request.POST.get("action") == "preview"
    if previewed:
        total = _would_come_to(invoice, rows)
    elif form.is_valid():
        given = form.cleaned_data
        try:
            services.change_credit(
                note=note,
                chosen=rows.chosen(),
                frees_visits=given["frees_visits"],
                version=given["version"],
                op=form.operation(request),
            )
        except SavedMeanwhile as told:
            form.catch_up(told)
        except SoldeError as error:
            form.refuse(error)
        else:
            messages.success(request, "Le brouillon est enregistré\u00a0: validez-le quand il est juste.")
            return redirect("credit_note_detail", note.pk)
    context = {
        "note": note,
        "invoice": invoice,
        "client": note.client,
        "form": form,
        "rows": rows,
        "total": total,
        "currency": note.client.account.currency,
        "back": reverse("credit_note_detail", args=[note.pk]),
    }
    status = 200 if previewed else form_status(form)
    return render(request, "credits/credit_note_edit.html", context, status=status)


def _would_come_to(invoice: Invoice, rows: CreditRows) -> Decimal | None:
    """What the lines come to as they are typed; None as long as one isn't right."""
    if not rows.is_valid():
        return None
    try:
        return services.would_credit(invoice, rows.chosen())
    except SoldeError:
        return None


def _edit_global(request: HttpRequest, note: CreditNote) -> HttpResponse:
    known = reference_of(note)
    lines = LineSet(request.POST or None, on=today(), stored=note.lines.order_by("position", "pk"))
    form = GlobalCreditEditForm(
        request.POST or None,
        invoices=reducible(note.client, known["reduces"]),
        lines=lines,
        initial={**known, "version": note.version},
    )
    if form.is_valid():
        try:
            services.change_global_credit(
                note=note,
                lines=lines.lines(),
                version=form.cleaned_data["version"],
                op=form.operation(request),
                **form.reference(),
            )
        except SavedMeanwhile as told:
            form.catch_up(told)
        except SoldeError as error:
            form.refuse(error)
        else:
            messages.success(request, "Le brouillon est enregistré\u00a0: validez-le quand il est juste.")
            return redirect("credit_note_detail", note.pk)
    page = {"title": "Modifier l’avoir", "back": reverse("credit_note_detail", args=[note.pk])}
    return _editor(request, form, note.client, includes_vat=note.prices_include_vat, **page)


@role(Role.FRONT_DESK)
@require_POST
def credit_note_validate(request: HttpRequest, pk: int) -> HttpResponse:
    """Validate a draft; sent twice, it leads to the page of what the first made."""
    note = _note(pk)
    form = ValidateForm(request.POST, initial={"version": note.version})
    if form.is_valid():
        try:
            done = services.validate_credit_note(
                note=note, version=form.cleaned_data["version"], op=form.operation(request)
            )
        except SavedMeanwhile as told:
            form.catch_up(told)
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            return _validated(request, done)
    note = _note(pk)
    return redirect("document", note.document_id) if note.document_id else _draft(request, note, form)


@role(Role.FRONT_DESK)
@require_POST
def credit_note_delete(request: HttpRequest, pk: int) -> HttpResponse:
    note = _note(pk)
    form = DeleteCreditForm(request.POST)
    if not form.is_valid():
        return _draft(request, note, ValidateForm(initial={"version": note.version}), removal=form)
    try:
        services.delete_credit(note=note, op=form.operation(request))
    except SoldeError as error:
        messages.error(request, error.message)
        return redirect("credit_note_detail", pk)
    messages.success(request, "Le brouillon est supprimé.")
    return redirect("client_credit_notes", note.client.code)


def _validated(request: HttpRequest, note: CreditNote) -> HttpResponse:
    tasks.keep_credit_note.defer(key=note.pk)
    messages.success(request, f"L’avoir {note} est validé.")
    return redirect("document", note.document_id)


def _draft(
    request: HttpRequest, note: CreditNote, form: ValidateForm, *, removal: DeleteCreditForm | None = None
) -> HttpResponse:
    context = {
        "note": note,
        "client": note.client,
        "lines": list(note.lines.order_by("position", "pk")),
        "reduces": list(note.reduces.select_related("document").order_by("day", "pk")),
        "form": form,
        "removal": removal or DeleteCreditForm(),
        "alerts": alerts(note.client),
        "currency": note.client.account.currency,
    }
    return render(request, "credits/credit_note_draft.html", context, status=form_status(removal or form))


def _editor(
    request: HttpRequest, form: Any, client: Client, *, includes_vat: bool, title: str, back: str
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "lines": form.lines,
        "client": client,
        "alerts": alerts(client),
        "title": title,
        "submit": "Enregistrer",
        "back": back,
        "on": today(),
        "includes_vat": includes_vat,
        "totals": form.lines.amounts(prices_include_vat=includes_vat),
        "currency": client.account.currency,
        "numbered": True,
    }
    return render(request, "credits/global_form.html", context, status=form_status(form))


def _page_of(invoice: Invoice) -> str:
    if invoice.document_id is None:
        return reverse("invoice_detail", args=[invoice.pk])
    return reverse("document", args=[invoice.document_id])


def _note(pk: int) -> CreditNote:
    found = CreditNote.objects.select_related("client__account", "document", "party", "site", "invoice__document")
    return get_object_or_404(found, pk=pk)


def _invoice(pk: int) -> Any:
    found = Invoice.objects.select_related("client__account", "document", "party", "site")
    return get_object_or_404(with_status(found, today=today()), pk=pk)
