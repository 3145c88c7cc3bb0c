"""A client's payments, and how an instalment is to be collected."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from clients.sheet import framed
from clients.tabs import tab
from invoicing.models import Instalment
from invoicing.services import plan_collection
from office.access import role, user_of
from office.forms import form_status
from office.models import Role
from office.tables import paged
from payments.acts import desk_of
from payments.forms import InstalmentForm
from payments.queries import movements
from payments.tables import MovementTable


@role(Role.FRONT_DESK)
def client_payments(request: HttpRequest, code: str) -> HttpResponse:
    page = framed(request, code)
    account = page.client.account
    table = paged(MovementTable(movements(account, page.on), account=account, desk=desk_of(user_of(request))), request)
    return tab(request, page, "payments/_client_payments.html", {"table": table}, part="client_payments")


@role(Role.FRONT_DESK)
def instalment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = Instalment.objects.select_related("invoice__document", "invoice__client")
    instalment: Instalment = get_object_or_404(found, pk=pk)
    form = InstalmentForm(request.POST or None, instance=instalment)
    if form.is_valid():
        plan_collection(instalment, fields=form.changed_data)
        messages.success(request, "L’échéance est enregistrée.")
        return redirect("document", instalment.invoice.document_id)
    context = {"form": form, "instalment": instalment, "invoice": instalment.invoice}
    return render(request, "payments/instalment_edit.html", context, status=form_status(form))
