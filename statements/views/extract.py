"""L’extrait de compte d’un client: chosen, shown, printed and exported."""

from functools import partial

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from clients.models import Client
from clients.queries import find
from clients.sending import Parcel, send_page
from office.access import role, user_of
from office.clock import today
from office.exports import FORMATS
from office.forms import form_status
from office.models import Role
from office.pdf import pdf_response
from statements.asked import EXTRACT, Asking
from statements.forms import ChooseForm, ExtractForm
from statements.paper import extract_report, final_label, report_label, scope, who_owes
from statements.printing import PRINTED
from statements.queries import Extract, age_labels, extract_of
from statements.reports import file_response
from statements.rounds.pressing import LETTER, letter_values, send_statement, statement_of
from statements.services import print_extract
from statements.views.printing import print_later

ROWS = 200
LONGEST = 120


@role(Role.FRONT_DESK)
def extract_choose(request: HttpRequest) -> HttpResponse:
    text = _text(request)
    found = find(text, today=today())
    context = {"form": ChooseForm(request.GET), "text": text, "hits": [*found.clients, *found.near]}
    return render(request, "statements/extract_choose.html", context)


@role(Role.FRONT_DESK)
def extract_search(request: HttpRequest) -> HttpResponse:
    """Answer the options for the box that chooses a client; without htmx, lead to the page of what is found."""
    text = _text(request)
    if not HtmxDetails(request):
        return redirect(reverse("extract_choose", query={"q": text} if text else None))
    found = find(text, today=today())
    context = {"found": found, "text": text, "count": len(found.clients) + len(found.near)}
    return render(request, "statements/_found_extracts.html", context)


@role(Role.FRONT_DESK)
def client_extract(request: HttpRequest, code: str) -> HttpResponse:
    client = _client(code)
    form = ExtractForm(request.GET, today=today())
    context = {"client": client, "form": form, "currency": client.account.currency}
    if form.is_valid():
        context |= _shown(request, extract_of(client, form.wanted(), today=today()), form)
    return render(request, "statements/client_extract.html", context, status=form_status(form))


@role(Role.FRONT_DESK)
def client_extract_pdf(request: HttpRequest, code: str) -> HttpResponse:
    extract = _extract(request, code)
    if (count := len(extract.rows)) > PRINTED:
        query = request.GET.copy()
        query["client"] = code
        asking = Asking(query, user_of(request), today())
        back = f"{reverse('client_extract', args=[code])}?{request.GET.urlencode()}"
        return print_later(request, EXTRACT, asking, title=f"Extrait de compte {code}", count=count, back=back)
    name = f"{extract_report(extract).name}.pdf"
    return pdf_response(name, print_extract(extract, by=user_of(request), on=today()))


@role(Role.FRONT_DESK)
def client_extract_mail(request: HttpRequest, code: str) -> HttpResponse:
    """A statement sent to its client: kept as it leaves, with the same figures in its PDF and in the e-mail."""
    extract, query = _extract(request, code), request.GET.urlencode()
    values = letter_values(statement_of(extract))
    parcel = Parcel(
        title=f"Extrait de compte {extract.wanted.period}",
        client=extract.client,
        letter=LETTER,
        values=values,
        attached=f"{extract_report(extract).name}.pdf",
        attached_url=f"{reverse('client_extract_pdf', args=[code])}?{query}",
        make=list,
        back=f"{reverse('client_extract', args=[code])}?{query}",
        send=partial(send_statement, extract=extract),
        seen=values["solde"],
    )
    return send_page(request, parcel)


@role(Role.FRONT_DESK)
def client_extract_export(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    if form not in FORMATS:
        raise Http404
    return file_response(extract_report(_extract(request, code)), form)


def _shown(request: HttpRequest, extract: Extract, form: ExtractForm) -> dict[str, object]:
    paginator, wanted = Paginator(extract.rows, ROWS), request.GET.get("page")
    page = paginator.get_page(wanted)
    before = extract.rows[page.start_index() - 2].balance if page.number > 1 else extract.report
    labels = age_labels(extract.limits)
    code = extract.client.code
    return {
        "extract": extract,
        "more": f"Débit ({extract.wanted.basis.label})",
        "less": f"Crédit ({extract.wanted.basis.label})",
        "scope": scope(extract),
        "page": page,
        "is_elsewhere": bool(wanted) and wanted != str(page.number),
        "report": before,
        "report_day": extract.wanted.period.start if page.number == 1 else None,
        "report_label": report_label(extract) if page.number == 1 else f"Report de la page {page.number - 1}",
        "final_label": final_label(extract),
        "final": who_owes(extract.final, extract.client.account.currency),
        "aged_on": f"{extract.on:%d/%m/%Y}",
        "age_labels": labels,
        "age_cells": list(zip(labels, extract.ageing.cells, strict=True)),
        "pdf": f"{reverse('client_extract_pdf', args=[code])}{form.address()}",
        "mail": f"{reverse('client_extract_mail', args=[code])}{form.address()}",
        "csv": f"{reverse('client_extract_export', args=[code, 'csv'])}{form.address()}",
        "xlsx": f"{reverse('client_extract_export', args=[code, 'xlsx'])}{form.address()}",
    }


def _extract(request: HttpRequest, code: str) -> Extract:
    """The statement that an address asks for. Raises Http404 for a client or filters that make no sense."""
    client, form = _client(code), ExtractForm(request.GET, today=today())
    if not form.is_valid():
        raise Http404("Ces filtres ne vont pas ensemble\u00a0: corrigez-les sur la page de l’extrait.")
    return extract_of(client, form.wanted(), today=today())


def _client(code: str) -> Client:
    return get_object_or_404(Client.objects.select_related("account"), code=code)


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "")[:LONGEST].strip()
