"""An invoice while it is a draft: looked at, edited, issued or thrown away."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clients.models import Client
from clients.queries import alerts
from clients.terms import Terms
from invoicing import services, tasks
from invoicing.forms import DraftForm, IssueForm, LineSet, NewDraftForm, PlainDraftForm
from invoicing.hints import hints
from invoicing.models import Invoice
from invoicing.queries import content_of
from ledger.models import Document
from ledger.queries import items_of
from office.access import role, user_of
from office.clock import today
from office.editing import SavedMeanwhile
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.queries import company, sites_for


@role(Role.FRONT_DESK)
def invoice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft and what it needs to be issued; an issued invoice has the page of its document."""
    invoice = _invoice(pk)
    if invoice.document_id is not None:
        return redirect("document", invoice.document_id)
    return _draft(request, invoice, _issue_form(None, invoice))


@role(Role.FRONT_DESK)
def invoice_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a draft; sent twice, it leads to the page of the invoice that the first made."""
    invoice = _invoice(pk)
    form = _issue_form(request.POST or None, invoice)
    if form.is_valid():
        try:
            issued = services.issue_invoice(
                invoice=invoice,
                on=form.cleaned_data["day"],
                plan=form.plan(),
                version=form.cleaned_data["version"],
                op=form.operation(request),
            )
        except SavedMeanwhile as told:
            form.catch_up(told)
        except SoldeError as error:
            form.refuse(error)
        else:
            tasks.keep_invoice.defer(key=issued.pk)
            messages.success(request, f"La facture {issued} est émise.")
            return redirect(_to_pay(issued) if form.cleaned_data["pays_now"] else _page_of(issued))
    invoice = _invoice(pk)
    return redirect("document", invoice.document_id) if invoice.document_id else _draft(request, invoice, form)


@role(Role.FRONT_DESK)
@require_POST
def invoice_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the instalments that an invoice would have, while its terms are chosen."""
    invoice = _invoice(pk)
    form = _issue_form(request.POST, invoice)
    dues, refused = [], ""
    if form.is_valid():
        total = content_of(invoice).amounts.ttc
        try:
            dues = form.plan().instalments(total, form.cleaned_data["day"]) if total else []
        except SoldeError as error:
            refused = error.message
    context = {"dues": dues, "refused": refused, "currency": invoice.client.account.currency}
    return render(request, "invoicing/_schedule.html", context)


@role(Role.FRONT_DESK)
def invoice_create(request: HttpRequest, code: str) -> HttpResponse:
    client = get_object_or_404(Client.objects.select_related("account", "site"), code=code)
    site = user_of(request).site or client.site
    lines = LineSet(request.POST or None, on=today())
    form = NewDraftForm(request.POST or None, client=client, lines=lines, sites=sites_for(site), initial={"site": site})
    if form.is_valid():
        try:
            invoice = services.draft_lines(
                client=client,
                lines=lines.lines(),
                party=form.who(),
                site=form.cleaned_data["site"],
                prices_include_vat=company().prices_include_vat,
                purchase_order=form.cleaned_data["purchase_order"],
                op=form.operation(request),
            )
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return redirect("invoice_detail", invoice.pk)
    title, back = "Nouvelle facture", reverse("client_invoices", args=[code])
    return _editor(request, form, client, title=title, back=back, includes_vat=company().prices_include_vat)


@role(Role.FRONT_DESK)
def invoice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    invoice = _invoice(pk)
    if invoice.document_id is not None:
        return redirect("document", invoice.document_id)
    stored = list(invoice.lines.order_by("position", "pk"))
    lines = LineSet(request.POST or None, on=today(), stored=stored, keyed=True)
    form = DraftForm(
        request.POST or None,
        lines=lines,
        initial={name: getattr(invoice, name) for name in ("version", "purchase_order")},
    )
    if form.is_valid():
        try:
            services.change_draft(
                invoice=invoice,
                lines=lines.keyed(),
                version=form.cleaned_data["version"],
                purchase_order=form.cleaned_data["purchase_order"],
                op=form.operation(request),
            )
        except SavedMeanwhile as told:
            form.catch_up(told)
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Le brouillon est enregistré.")
            return redirect("invoice_detail", pk)
    title, back = "Modifier le brouillon", reverse("invoice_detail", args=[pk])
    includes_vat = invoice.prices_include_vat
    return _editor(request, form, invoice.client, title=title, back=back, includes_vat=includes_vat, invoice=invoice)


@role(Role.FRONT_DESK)
@require_POST
def invoice_delete(request: HttpRequest, pk: int) -> HttpResponse:
    invoice = _invoice(pk)
    form = PlainDraftForm(request.POST)
    if not form.is_valid():
        return _draft(request, invoice, _issue_form(None, invoice), removal=form)
    try:
        services.delete_draft(invoice=invoice, op=form.operation(request))
    except SoldeError as error:
        messages.error(request, error.message)
        return redirect("invoice_detail", pk)
    messages.success(request, "Le brouillon est supprimé\u00a0; ses visites sont de nouveau à facturer.")
    return redirect("client_invoices", invoice.client.code)


def _page_of(issued: Invoice) -> str:
    return reverse("document", args=[issued.document_id])


def _to_pay(issued: Invoice) -> str:
    """The form of a règlement of what is owed of an invoice, filled in; its page if nothing is."""
    items = items_of(cast("Document", issued.document))
    owed = [("item", str(item.pk)) for item in items if item.is_debit and item.open]
    query = urlencode([("client", issued.client.code), *owed])
    return f"{reverse('payment_create')}?{query}" if owed else _page_of(issued)


def _issue_form(data: Any, invoice: Invoice) -> IssueForm:
    terms = invoice.client.terms or Terms.RECEIPT
    return IssueForm(data, initial={"day": today(), "terms": terms, "version": invoice.version})


def _draft(
    request: HttpRequest, invoice: Invoice, form: IssueForm, *, removal: PlainDraftForm | None = None
) -> HttpResponse:
    context = {
        "invoice": invoice,
        "client": invoice.client,
        "content": content_of(invoice),
        "form": form,
        "removal": removal or PlainDraftForm(),
        "alerts": [*alerts(invoice.client), *hints(invoice.client)],
        "currency": invoice.client.account.currency,
    }
    return render(request, "invoicing/invoice_draft.html", context, status=form_status(removal or form))


def _editor(
    request: HttpRequest,
    form: DraftForm | NewDraftForm,
    client: Client,
    *,
    title: str,
    back: str,
    includes_vat: bool,
    invoice: Invoice | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "lines": form.lines,
        "client": client,
        "alerts": [*alerts(client), *hints(client)],
        "invoice": invoice,
        "stored": content_of(invoice) if invoice and getattr(form, "meanwhile", None) else None,
        "title": title,
        "submit": "Enregistrer le brouillon",
        "back": back,
        "on": today(),
        "includes_vat": includes_vat,
        "totals": form.lines.amounts(prices_include_vat=includes_vat),
        "currency": client.account.currency,
    }
    return render(request, "invoicing/invoice_form.html", context, status=form_status(form))


def _invoice(pk: int) -> Invoice:
    found = Invoice.objects.select_related("client__account", "document", "party", "site")
    return get_object_or_404(found, pk=pk)
