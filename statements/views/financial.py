"""The tab Financier: how a client stands, all that happened on its account, and what can be done with each of it."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from clients.models import Client
from clients.sheet import Sheet, framed, sheet
from clients.tabs import tab
from ledger.models import Document
from office.access import role, user_of
from office.asking import Question
from office.clock import today
from office.forms import form_status
from office.models import Role
from office.pdf import pdf_response
from office.queries import company
from office.windows import window
from statements.acts import menu_of
from statements.asked import FINANCIAL, Asking
from statements.elements import STATES, Operations
from statements.forms import FinancialFilter
from statements.looking import indicators, looked_at, tab_report, told_counters
from statements.printing import PRINTED
from statements.queries.financial import (
    Counters,
    Cursor,
    any_incident,
    counters_of,
    detail_of,
    elements_after,
    first_elements,
)
from statements.reports import report_pdf
from statements.services import log_print
from statements.standing import standing
from statements.timeline import timeline_rows
from statements.views.printing import print_later

# What htmx asks for alone, by the element that it puts it into.
RESULTS, MORE, COUNTERS = "results", "more", "counters"
MANY = 500  # documents of an account above which its elements go ahead of their counters
COUNTED = "compteurs"  # what asks for the page with its counters


@role(Role.FRONT_DESK)
def client_financial(request: HttpRequest, code: str) -> HttpResponse:
    asked: list[Question[list[int]]] = []

    def beside(client: Client) -> list[Question[list[int]]]:
        asked.append(any_incident(client.account_id))
        return asked

    page = framed(request, code, beside, tells_balance=True)
    form = FinancialFilter(request.GET, today=page.day)
    looked = looked_at(page, bounced=bool(asked[0].answer) if asked else None)
    address = reverse("client_financial", args=[page.client.code])
    context: dict[str, Any] = {"sheet": page, "form": form, "address": address}
    after, target = Cursor.read(request.GET.get("after", "")), HtmxDetails(request).target
    if not form.is_valid():
        fragment = None
    elif after is not None and target == MORE:
        context["line"] = elements_after(looked, form.asked(), after)
        fragment = "statements/financial/_elements.html"
    elif target == COUNTERS:
        context["counters"] = told_counters(counters_of(looked, form.asked()), looked, page)
        fragment = "statements/financial/_counters.html"
    else:
        wanted, through = form.asked(), Cursor.read(request.GET.get("through", ""))
        counters: Counters | None
        if after is None:
            is_many = sum(page.counts.values()) > MANY and COUNTED not in request.GET
            counters, line = first_elements(looked, wanted, through=through, counts=not is_many)
        else:
            counters, line = counters_of(looked, wanted), elements_after(looked, wanted, after)
        context |= {
            "line": line,
            "begins": after is None,
            "counters": told_counters(counters, looked, page),
            "counted_at": "" if counters else f"{address}{form.address(**{COUNTED: 'oui'})}",
            "pdf": f"{reverse('client_financial_pdf', args=[page.client.code])}{form.address()}",
        }
        fragment = "statements/financial/_results.html" if target == RESULTS else None
    if "line" in context:
        line = context["line"]
        context["rows"] = timeline_rows(line.elements, page)
        context["more"] = line.more and f"{address}{form.address(after=str(line.more))}"
    if fragment is not None:
        context["alone"] = True
        response = render(request, fragment, context)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        if target == RESULTS:
            response["HX-Push-Url"] = f"{address}{form.address()}"
        return response
    context |= {
        "standing": standing(page.balance, len(looked.incidents.going_on)),
        "indicators": indicators(page, looked),
        "curve": page.address("client_curve"),
    }
    status = form_status(form) if page.status == 200 else page.status
    return tab(request, page, "statements/financial/_tab.html", context, part="client_financial", status=status)


@role(Role.FRONT_DESK)
def client_financial_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The tab on paper, as it is filtered."""
    page = framed(request, code)
    form = FinancialFilter(request.GET, today=page.day)
    if not form.is_valid() or page.status != HTTPStatus.OK:
        raise Http404("Ces filtres ne vont pas ensemble\u00a0: corrigez-les sur l’onglet.")
    report, count = tab_report(page, form, most=PRINTED)
    if count > PRINTED:
        query = request.GET.copy()
        query["client"] = code
        asking = Asking(query, user_of(request), today())
        back = f"{reverse('client_financial', args=[code])}?{request.GET.urlencode()}"
        return print_later(request, FINANCIAL, asking, title=f"Situation financière {code}", count=count, back=back)
    log_print(report, by=user_of(request))
    return pdf_response(f"{report.name}.pdf", report_pdf(report, company(), on=today()))


@role(Role.FRONT_DESK)
def client_financial_element(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What is behind an element; without htmx, the page of its document."""
    page = sheet(request, code)
    document = _document(page, pk)
    if not HtmxDetails(request):
        return redirect("document", document.pk)
    looked = looked_at(page)
    context = {
        "sheet": page,
        "document": document,
        "detail": detail_of(document, looked),
        "currency": page.client.account.currency,
    }
    return render(request, "statements/financial/_detail.html", context)


@role(Role.FRONT_DESK)
def client_financial_acts(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The entries of an element's menu; without htmx, a page of them."""
    page = sheet(request, code)
    document = _document(page, pk)
    context = {"sheet": page, "document": document, "menu": menu_of(document, user_of(request))}
    alone = "statements/financial/_acts.html" if HtmxDetails(request) else "statements/financial/acts.html"
    return render(request, alone, context)


@role(Role.FRONT_DESK)
def financial_states(request: HttpRequest) -> HttpResponse:
    """Which operations each state of each element belongs to."""
    context = {"operations": Operations, "sorts": [(sort, states.values()) for sort, states in STATES.items()]}
    return window(request, "statements/financial/_states.html", context, title="États des éléments")


def _document(page: Sheet, pk: int) -> Document:
    related = ("account__client", "party", "site", "operation", "payments__type", "refunds__type")
    return get_object_or_404(Document.objects.select_related(*related), pk=pk, account=page.client.account)
