"""A visit: recorded, looked at, changed, turned into the draft of an invoice."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clients.models import Client
from clients.queries import alerts
from invoicing import services
from invoicing.forms import LineSet, PlainDraftForm, VisitEditForm, VisitForm
from invoicing.models import Visit
from invoicing.queries import basket, waiting_lines
from office.access import role, user_of
from office.clock import today
from office.editing import SavedMeanwhile
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.queries import company, sites_for


@role(Role.FRONT_DESK)
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    visit = _visit(pk)
    context = {"visit": visit, "basket": basket(visit), "alerts": alerts(visit.client), "form": PlainDraftForm()}
    return render(request, "invoicing/visit_detail.html", context)


@role(Role.FRONT_DESK)
def visit_create(request: HttpRequest, code: str) -> HttpResponse:
    client = get_object_or_404(Client.objects.select_related("account", "site"), code=code)
    day, site, includes_vat = today(), user_of(request).site or client.site, company().prices_include_vat
    lines = LineSet(request.POST or None, on=day)
    known = {"day": day, "site": site, "kind": Visit.Kind.CONSULTATION, "progress": Visit.Progress.FINISHED}
    form = VisitForm(request.POST or None, client=client, lines=lines, today=day, sites=sites_for(site), initial=known)
    if form.is_valid():
        try:
            visit = services.record_visit(
                client=client,
                party=form.who(),
                lines=lines.lines(),
                prices_include_vat=includes_vat,
                op=form.operation(request),
                **form.details(),
            )
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "La visite est enregistrée.")
            return redirect("visit_detail", visit.pk)
    back = reverse("client_visits", args=[code])
    return _editor(request, form, client, title="Nouvelle visite", back=back, on=day, includes_vat=includes_vat)


@role(Role.FRONT_DESK)
def visit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    visit, day = _visit(pk), today()
    lines = LineSet(request.POST or None, on=day, stored=waiting_lines([visit]))
    known = {name: getattr(visit, name) for name in ("day", "site", "kind", "progress", "subject", "version")}
    form = VisitEditForm(request.POST or None, lines=lines, today=day, sites=sites_for(visit.site), initial=known)
    if form.is_valid():
        try:
            services.change_visit(
                visit=visit,
                lines=lines.lines(),
                version=form.cleaned_data["version"],
                op=form.operation(request),
                **form.details(),
            )
        except SavedMeanwhile as told:
            form.catch_up(told)
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "La visite est enregistrée.")
            return redirect("visit_detail", pk)
    back, includes_vat = reverse("visit_detail", args=[pk]), visit.prices_include_vat
    title = "Modifier la visite"
    return _editor(request, form, visit.client, title=title, back=back, on=day, includes_vat=includes_vat, visit=visit)


@role(Role.FRONT_DESK)
@require_POST
def visit_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Le bouton « Facture » : a draft of all that the visit has to invoice."""
    visit = _visit(pk)
    form = PlainDraftForm(request.POST)
    if form.is_valid():
        try:
            invoice = services.draft_visits(visits=[visit], op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            return redirect("invoice_detail", invoice.pk)
    context = {"visit": visit, "basket": basket(visit), "alerts": alerts(visit.client), "form": form}
    return render(request, "invoicing/visit_detail.html", context, status=422)


def _editor(
    request: HttpRequest,
    form: VisitForm | VisitEditForm,
    client: Client,
    *,
    title: str,
    back: str,
    on: date,
    includes_vat: bool,
    visit: Visit | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "lines": form.lines,
        "client": client,
        "subjects": client.animals.filter(is_deceased=False).order_by("name", "pk"),
        "alerts": alerts(client),
        "visit": visit,
        "stored": basket(visit) if visit and form.is_bound and getattr(form, "meanwhile", None) else None,
        "title": title,
        "submit": "Enregistrer",
        "back": back,
        "on": on,
        "includes_vat": includes_vat,
        "totals": form.lines.amounts(prices_include_vat=includes_vat),
        "currency": client.account.currency,
    }
    return render(request, "invoicing/visit_form.html", context, status=form_status(form))


def _visit(pk: int) -> Visit:
    return get_object_or_404(Visit.objects.select_related("client__account", "party", "site"), pk=pk)
