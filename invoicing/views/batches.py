"""What waits to be invoiced, and several visits of a client invoiced at once: chosen, seen, then made together."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from clients.models import Client
from clients.terms import Terms
from invoicing import services, tasks
from invoicing.filters import VisitFilter, WaitingVisitFilter
from invoicing.forms import VisitsForm
from invoicing.models import Invoice, Visit
from invoicing.queries import all_visits_to_invoice, expected, sums_to_invoice, visits_to_choose
from invoicing.tables import WaitingVisitTable
from invoicing.vat import DocumentAmounts
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.tables import paged


@dataclass(frozen=True, slots=True)
class Coming:
    """An invoice that would be made."""

    visits: list[Visit]
    amounts: DocumentAmounts


@role(Role.FRONT_DESK)
def waiting_visits(request: HttpRequest) -> HttpResponse:
    """Ventes > À facturer : what of all clients waits to be invoiced, of the user's site first."""
    own = user_of(request).site
    asked = request.GET if request.GET or own is None else {"site": str(own.pk)}
    found = WaitingVisitFilter(asked, all_visits_to_invoice())
    table = paged(WaitingVisitTable(found.qs), request)
    context = {"filters": found, "table": table, "totals": sums_to_invoice(found.qs)}
    context |= {"may_batch": user_of(request).may(Role.ACCOUNTANT)}
    return render(request, "invoicing/waiting_visits.html", context, status=form_status(found.form))


@role(Role.FRONT_DESK)
def visits_invoice(request: HttpRequest, code: str) -> HttpResponse:
    """Créer toutes les factures d’un client sur une période donnée."""
    client = get_object_or_404(Client.objects.select_related("account", "site"), code=code)
    waiting = visits_to_choose(client)
    period = VisitFilter(request.GET, waiting)
    shown = list(period.qs)
    known = {"day": today(), "terms": client.terms or Terms.RECEIPT, "visits": [visit.pk for visit in shown]}
    # Those invoiced by now are told by the service, but for the same form sent twice, which leads where the first did.
    choice = Visit.objects.filter(client=client).order_by("day", "pk")
    form = VisitsForm(request.POST or None, visits=choice, today=today(), initial=known)
    coming: list[Coming] = []
    if form.is_valid():
        coming = _coming(form)
        if request.POST.get("action") == "create" and (made := _create(request, form)):
            messages.success(request, made)
            return redirect("client_invoices", code)
    context = {"client": client, "form": form, "filter": period, "visits": shown, "coming": coming}
    context |= {"currency": client.account.currency, "total": sum(one.amounts.ttc for one in coming)}
    status = 422 if request.POST.get("action") == "create" else form_status(form)
    return render(request, "invoicing/visits_invoice.html", context, status=status)


def _coming(form: VisitsForm) -> list[Coming]:
    groups = services.grouped(list(form.cleaned_data["visits"]), together=form.together)
    return [Coming(*pair) for pair in zip(groups, expected(groups), strict=True)]


def _create(request: HttpRequest, form: VisitsForm) -> str:
    """Make the invoices and say so; nothing if it was refused, which the form then tells."""
    given = form.cleaned_data
    try:
        made = services.invoice_visits(
            visits=list(given["visits"]),
            on=given["day"],
            plan=form.plan,
            together=form.together,
            op=form.operation(request),
        )
    except SoldeError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return ""
    references = []
    for invoice in Invoice.objects.filter(operation=made).select_related("document").order_by("pk"):
        tasks.keep_invoice.defer(key=invoice.pk)
        references.append(str(invoice))
    if len(references) == 1:
        return f"La facture {references[0]} est émise."
    return f"{len(references)} factures sont émises, de {references[0]} à {references[-1]}."
