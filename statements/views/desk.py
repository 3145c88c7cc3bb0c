"""Walk-in clients in detail, and what is expected."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from office.access import role
from office.clock import today
from office.models import Role
from statements.forms import ExpectedForm, WalkInForm
from statements.paper import expected_report, walk_in_report
from statements.queries import expected, walk_in_documents
from statements.reports import Report
from statements.views.tabular import table_export, table_page

WALK_INS, EXPECTED = "walk_ins", "expected"


@role(Role.ACCOUNTANT)
def walk_ins(request: HttpRequest) -> HttpResponse:
    form = WalkInForm(request.GET, today=today())
    return table_page(request, form, _walk_ins, title="Extrait détaillé client passager", url_name=WALK_INS)


@role(Role.ACCOUNTANT)
def walk_ins_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, WalkInForm(request.GET, today=today()), _walk_ins, form, url_name=WALK_INS)


def _walk_ins(form: WalkInForm) -> Report:
    documents = walk_in_documents(form.asked, form.where)
    return walk_in_report(documents, period=form.asked, where=form.where, today=today())


@role(Role.ACCOUNTANT)
def expected_page(request: HttpRequest) -> HttpResponse:
    form = ExpectedForm(request.GET, today=today())
    return table_page(request, form, _expected, title="Encaissements à venir", url_name=EXPECTED)


@role(Role.ACCOUNTANT)
def expected_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, ExpectedForm(request.GET, today=today()), _expected, form, url_name=EXPECTED)


def _expected(form: ExpectedForm) -> Report:
    rows = expected(form.where, today=today(), by_month=form.by_month)
    return expected_report(rows, by_month=form.by_month, where=form.where, today=today())
