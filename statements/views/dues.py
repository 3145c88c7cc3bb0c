"""L’état échéanciers client: what is to be collected, filtered, totalled, exported, and planned in its rows."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from clients.queries import find
from invoicing.models import Instalment
from invoicing.services import plan_collection
from office.access import role, user_of
from office.clock import today
from office.columns import set_filters
from office.forms import form_status
from office.models import Role
from office.tables import paged
from statements.asked import DUES, DUES_COLUMNS
from statements.forms import CollectionForm, ColumnsForm, DuesForm
from statements.paper import narrowed
from statements.queries import dues, dues_totals, hidden_columns, with_details
from statements.reminding.forms import RemindForm
from statements.reminding.queries import with_reminders
from statements.reports import ASKED_FOR
from statements.services import hide_columns
from statements.tables import DueTable, PickedDues, editable_cell
from statements.views.tabular import table_export

EDITED = ("planned_on", "note")
LONGEST = 120
TICKED = "coches"


@role(Role.ACCOUNTANT)
def due_list(request: HttpRequest) -> HttpResponse:
    form, user = DuesForm(request.GET, today=today(), order=_order(request)), user_of(request)
    hidden = hidden_columns(user, DUES_COLUMNS)
    context: dict[str, Any] = {
        "form": form,
        "now": timezone.localtime(),
        "columns": ColumnsForm(hidden=hidden),
        "refresh": form.address(),
    }
    if form.is_valid():
        rows = dues(form.wanted())
        totals = dues_totals(rows)
        picked = PickedDues(with_reminders(with_details(rows)), sum(total.count for total in totals))
        query = f"{form.address()}{form.order}"
        table = DueTable(picked, today=today(), hidden=hidden, ticks=TICKED in request.GET, may_tick=True)
        set_filters(table, form.headings)
        context |= {
            "table": paged(table, request),
            "narrowed": narrowed(form.wanted()),
            "totals": totals,
            "remind": RemindForm(),
            "tick": f"{query}&{TICKED}=1",
            **{name: f"{reverse('due_list_export', args=[name])}{query}" for name in ASKED_FOR},
        }
    return render(request, "statements/due_list.html", context, status=form_status(form))


@role(Role.ACCOUNTANT)
def due_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, DUES, form)


@role(Role.ACCOUNTANT)
def due_columns(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("back", "")
    form = ColumnsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        hide_columns(user_of(request), DUES_COLUMNS, form.hidden())
    return redirect(f"{reverse('due_list')}{back if back.startswith('?') else ''}")


@role(Role.ACCOUNTANT)
def due_clients(request: HttpRequest) -> HttpResponse:
    """Answer the options for the filter of clients; without htmx, lead to the schedule of what was typed."""
    text = request.GET.get("client", "").replace("\0", "")[:LONGEST].strip()
    if not HtmxDetails(request):
        return redirect(reverse("due_list", query={"client": text} if text else None))
    found = find(text, today=today())
    return render(request, "statements/_found_fills.html", {"text": text, "hits": [*found.clients, *found.near]})


@role(Role.ACCOUNTANT)
def due_edit(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One thing that is planned for an instalment, in its row; without htmx, on a page of its own."""
    if name not in EDITED:
        raise Http404
    instalment: Instalment = get_object_or_404(Instalment.objects.select_related("invoice__document", "item"), pk=pk)
    form = CollectionForm(request.POST if request.method == "POST" else None, instance=instalment, name=name)
    alone = bool(HtmxDetails(request))
    if form.is_valid():
        plan_collection(instalment, fields=form.changed_data)
        if alone:
            return HttpResponse(editable_cell(instalment, name))
        messages.success(request, "L’échéance est enregistrée.")
        return redirect("due_list")
    context = {"form": form, "instalment": instalment, "name": name}
    template = "statements/_due_form.html" if alone else "statements/due_edit.html"
    return render(request, template, context, status=form_status(form))


def _order(request: HttpRequest) -> str:
    chosen = request.GET.get("sort", "")
    return f"&sort={chosen}" if chosen.lstrip("-").isalpha() else ""
